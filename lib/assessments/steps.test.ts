import { expect, test } from "vitest";
import {
  obstaclesToAssessing,
  obstaclesToModeration,
  obstaclesToScoringAgain,
  obstaclesToSecondThoughts,
  undecidedWords,
} from "./steps.ts";

test("nothing is returned or set aside that is not complete, nor counted again that was not set aside", () => {
  expect(obstaclesToSecondThoughts(["COMPLETE", "SET_ASIDE"], true)).toEqual({});
  expect(obstaclesToSecondThoughts(["COMPLETE"], true)).toEqual({ countAssessmentAgain: null });
  expect(obstaclesToSecondThoughts(["COMPLETE", "SET_ASIDE"], false)).toEqual({ keepAssessment: null });
  expect(obstaclesToSecondThoughts(["ASSIGNED", "SET_ASIDE"], true)).toEqual({
    returnAssessment: null,
    setAssessmentAside: null,
  });
});

test("an assessor completes what is open, and reopens what is complete", () => {
  expect(obstaclesToAssessing("ASSIGNED")).toEqual({ reopenAssessment: null });
  expect(obstaclesToAssessing("COMPLETE")).toEqual({ completeAssessment: null });
  for (const nothing of [null, "SET_ASIDE", "UNASSIGNED"] as const) {
    expect(obstaclesToAssessing(nothing)).toEqual({ completeAssessment: null, reopenAssessment: null });
  }
});

test("moderation waits for as many assessments as the round asks for, and for the desk's word about each", () => {
  expect(obstaclesToModeration(2, 2)).toEqual({});
  expect(obstaclesToModeration(1, 2).startModeration).toContain("1 of 2 assessments are complete");
  expect(undecidedWords(["Kate", "Tom"], true)).toMatch(
    /^First decide about the assessment by Kate and Tom, who learned of an interest.*set it aside/,
  );
  expect(undecidedWords(["Kate"], false)).toMatch(/^The desk first has to decide about the assessment by Kate/);
});

test("an application is only scored again if its round has other criteria now", () => {
  const of = (criteriaVersion: number | null) =>
    obstaclesToScoringAgain({ criteriaVersion, round: { criteriaVersion: 2 } });
  expect(of(1)).toEqual({});
  for (const version of [null, 2]) expect(of(version)).toEqual({ askToScoreAgain: null });
});
