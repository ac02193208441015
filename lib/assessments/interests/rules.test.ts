import { expect, test } from "vitest";
import { ALL_STATES } from "#lib/lifecycle/states.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { passSheet } from "#lib/platform/sheet.ts";
import {
  clearedWords,
  declaredWords,
  goesBack,
  interestSheet,
  interestWords,
  lateAssessorWords,
  lateWords,
} from "./rules.ts";

test("a declaration says whether there is an interest, and what became of it", () => {
  const words = [
    { hasInterest: false, clearedAt: null, later: [] },
    { hasInterest: true, clearedAt: null, later: [] },
    { hasInterest: true, clearedAt: new Date(0), later: [] },
    { hasInterest: false, clearedAt: null, later: [{ clearedAt: new Date(0) }, { clearedAt: null }] },
    { hasInterest: true, clearedAt: new Date(0), later: [{ clearedAt: new Date(0) }] },
  ].map(interestWords);
  expect(words).toEqual([
    "No interest",
    "An interest: recused",
    "An interest: cleared",
    "No interest. Learned of an interest later: recused",
    "An interest: cleared. Learned of an interest later: cleared",
  ]);
});

test("the time of a declaration is beside what was declared, and not beside what was learned of later", () => {
  const declaredAt = new Date("2026-11-11T00:00:00Z");
  const declared = { hasInterest: false, clearedAt: null, declaredAt };
  expect(declaredWords({ ...declared, later: [] })).toBe("No interest, 11 November 2026, 1:00 pm");
  expect(declaredWords({ ...declared, later: [{ clearedAt: null }] })).toBe(
    "No interest, 11 November 2026, 1:00 pm. Learned of an interest later: recused",
  );
});

test("the register as a file is marked as its highest application, with a row for each declaration", async () => {
  const declared = {
    by: "Kate",
    person: { email: "kate@mfat.example" },
    application: {
      reference: "PSF-2026-0001",
      title: "Boats",
      marking: "UNCLASSIFIED" as const,
      agency: { name: "Customs" },
    },
    declaredAt: new Date("2026-11-01T00:00:00Z"),
    hasInterest: false,
    description: "",
    clearedBy: null,
    clearedAt: null,
    clearReason: null,
    later: [],
  };
  const cleared = {
    ...declared,
    application: { ...declared.application, marking: "IN_CONFIDENCE" as const },
    hasInterest: true,
    description: "A cousin works there",
    clearedBy: "Peter",
    clearedAt: new Date("2026-11-02T00:00:00Z"),
    clearReason: "They have left",
    later: [
      {
        description: "A sister works there",
        learnedOn: new Date("2026-11-02T00:00:00Z"),
        sinceOn: new Date("2026-10-01T00:00:00Z"),
        notedAt: new Date("2026-11-02T01:00:00Z"),
        notedBy: null,
        clearedBy: null,
        clearedAt: null,
        clearReason: null,
        keptReason: "It was complete before she joined",
      },
    ],
  };
  const sheet = await passSheet(interestSheet(false, new Date("2026-11-03T00:00:00Z")), [[declared, cleared]]);
  expect(sheet.marking).toBe("IN-CONFIDENCE");
  expect(sheet.rows.map((row) => row.slice(0, 6))).toEqual([
    ["Kate", "kate@mfat.example", "PSF-2026-0001", "Boats", "Customs", "UNCLASSIFIED"],
    ["Kate", "kate@mfat.example", "PSF-2026-0001", "Boats", "Customs", "IN-CONFIDENCE"],
  ]);
  expect(sheet.rows[0]?.slice(6)).toEqual([
    expect.stringContaining("1 November"),
    "No interest",
    ...Array(5).fill(null),
  ]);
  expect(sheet.rows[1]?.slice(6)).toEqual([
    expect.stringContaining("1 November"),
    expect.stringContaining("cleared"),
    "A cousin works there",
    "Peter",
    expect.stringContaining("2 November"),
    "They have left",
    expect.stringMatching(
      /^“A sister works there” \(known since 2 November 2026, began on 1 October 2026; noted 2 November.*The desk kept their assessment: “It was complete before she joined”$/,
    ),
  ]);
  const aboutOf = async (isRecused: boolean) =>
    (await passSheet(interestSheet(isRecused, declared.declaredAt), [])).about;
  expect(await aboutOf(true)).not.toEqual(await aboutOf(false));
});

test("an interest that was cleared says by whom, when and why", () => {
  const clearedAt = new Date("2026-11-01T00:00:00Z");
  expect(clearedWords({ clearedBy: null, clearedAt: null, clearReason: null })).toBeNull();
  expect(clearedWords({ clearedBy: "Kate", clearedAt, clearReason: "Sold" })).toBe(
    "Cleared by Kate, 1 November 2026, 1:00 pm: “Sold”",
  );
  expect(clearedWords({ clearedBy: null, clearedAt, clearReason: "Sold" })).toContain("Cleared by an administrator,");
});

test("what somebody did before they learned of an interest is taken back by the steps of its state, until the offer is accepted", () => {
  const stepsIn = (state: State) => lateWords(state, "decision", "Mere")?.steps ?? null;
  expect(
    Object.fromEntries(ALL_STATES.filter((state) => stepsIn(state)).map((state) => [state, stepsIn(state)])),
  ).toEqual({
    BUDGET_CHECK: ["takeBackRecommendation", "returnRecommendation"],
    DECISION: ["returnRecommendation"],
    APPROVED: ["reopenDecision"],
    UNSUCCESSFUL: ["reopenDecision"],
    OFFERED: ["withdrawOffer"],
  });
  expect(ALL_STATES.filter(goesBack)).toEqual(ALL_STATES.filter((state) => stepsIn(state)));
  expect(lateWords("ACTIVE", "decision", "Mere")).toBeNull();
  expect(lateWords("DECISION", "budget check", "Mere")?.sentence).toBe(
    "Mere, who made the budget check, has declared an interest since. What they did still counts unless the recommendation is returned.",
  );
});

test("of an assessor who learned of an interest later, the desk decides by two steps", () => {
  expect(lateAssessorWords("Sina")).toEqual({
    sentence: expect.stringMatching(/^Sina, who completed an assessment, has declared an interest since\./),
    steps: ["setAssessmentAside", "keepAssessment"],
  });
});
