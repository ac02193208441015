import { expect, test } from "vitest";
import {
  assessorHeading,
  byDisagreement,
  criterionSpread,
  isCovered,
  spread,
  strongestComments,
  weightedTotal,
} from "./rules.ts";

const criteria = ["need", "fit", "value"].map((id) => ({ id, weight: 30 }));
const scored = (status: "COMPLETE" | "ASSIGNED", ...scores: (number | null)[]) => ({
  status,
  scores: criteria.map(({ id }, index) => ({ criterionId: id, score: scores[index] ?? null })),
});

test("criteria stand by disagreement of those who are done, the largest first, else as the round has them", () => {
  const assessments = [scored("COMPLETE", 2, 4, 1), scored("COMPLETE", 2, 1, 4), scored("ASSIGNED", 0, 4, 4)];
  expect(criteria.map(({ id }) => criterionSpread(assessments, id))).toEqual([0, 3, 3]);
  expect(byDisagreement({ criteria, assessments }).criteria.map(({ id }) => id)).toEqual(["fit", "value", "need"]);
});

test("one assessment disagrees with nobody", () => {
  const assessments = [scored("COMPLETE", 2, 4, 1), scored("ASSIGNED", 0, 0, 0)];
  expect(criterionSpread(assessments, "need")).toBeNull();
  expect(byDisagreement({ criteria, assessments }).criteria).toEqual(criteria);
});

test("each score counts by its weight, exactly; one that is missing makes no total", () => {
  const weights = [
    { id: "need", weight: 60 },
    { id: "fit", weight: 40 },
  ];
  const total = (need: number | null, fit: number | null) =>
    weightedTotal(weights, [
      { criterionId: "fit", score: fit },
      { criterionId: "need", score: need },
    ]);
  expect([total(4, 4), total(0, 0), total(4, 0), total(0, 4), total(1, 3)]).toEqual([100, 0, 60, 40, 45]);
  expect([total(null, 4), weightedTotal(weights, [{ criterionId: "fit", score: 4 }])]).toEqual([null, null]);
  expect(weightedTotal([{ id: "need", weight: 33 }], [{ criterionId: "need", score: 2 }])).toBe(16.5);
});

test("values are spread as far as the highest is from the lowest; one alone is not", () => {
  expect([spread([]), spread([3]), spread([3, null]), spread([3, 1, null, 4])]).toEqual([null, null, null, 3]);
});

test("an assessment without a score for a criterion disagrees with nobody on it", () => {
  const none = { status: "COMPLETE" as const, scores: [] };
  expect(criterionSpread([scored("COMPLETE", 2, 4, 1), none], "need")).toBeNull();
});

test("the scores of an assessment that was set aside say so", () => {
  expect(assessorHeading({ assessor: "Kate", status: "COMPLETE" })).toBe("Kate");
  expect(assessorHeading({ assessor: "Kate", status: "SET_ASIDE" })).toBe("Kate (set aside)");
});

test("of the comments those with the highest and the lowest scores speak, each on another criterion, by its weight", () => {
  const weighted = [
    { id: "fit", name: "Fit", weight: 20 },
    { id: "need", name: "Need", weight: 50 },
    { id: "value", name: "Value", weight: 30 },
  ];
  const assessed = (
    assessor: string,
    status: "COMPLETE" | "SET_ASIDE",
    fit: number | null,
    need: number,
    value: number,
  ) => ({
    assessor,
    status,
    scores: [
      { criterionId: "fit", score: fit, comment: `${assessor} on fit` },
      { criterionId: "need", score: need, comment: `${assessor} on need` },
      { criterionId: "value", score: value, comment: `${assessor} on value` },
    ],
  });
  const said = (assessments: ReturnType<typeof assessed>[], most?: number) => {
    const { highest, lowest } = strongestComments({ criteria: weighted, assessments }, most);
    return [highest, lowest].map((comments) => comments.map(({ score, comment }) => `${score} ${comment}`));
  };
  const [kate, sina] = [assessed("Kate", "COMPLETE", 4, 4, 1), assessed("Sina", "COMPLETE", 4, 2, 2)];
  expect(said([kate, sina])).toEqual([
    ["4 Kate on need", "4 Kate on fit"],
    ["1 Kate on value", "2 Sina on need"],
  ]);
  expect(said([kate, sina], 1)).toEqual([["4 Kate on need"], ["1 Kate on value"]]);
  expect(said([kate, assessed("Priya", "SET_ASIDE", 0, 0, 0)])[1]).toEqual(["1 Kate on value"]);
  expect(said([assessed("Kate", "COMPLETE", 3, 3, 3)])).toEqual([["3 Kate on need", "3 Kate on value"], []]);
  expect(said([assessed("Kate", "COMPLETE", null, 1, 0)])).toEqual([["1 Kate on need", "0 Kate on value"], []]);
  expect(said([assessed("Kate", "COMPLETE", null, 1, 0)], 3)[0]).toEqual(["1 Kate on need", "0 Kate on value"]);
  // Each is for a different criterion.
  expect(said([assessed("Kate", "COMPLETE", 1, 4, 3), assessed("Sina", "COMPLETE", 1, 4, 2)])).toEqual([
    ["4 Kate on need", "3 Kate on value"],
    ["1 Kate on fit", "2 Sina on value"],
  ]);
  expect(said([])).toEqual([[], []]);
  // A score for a criterion that the round no longer has.
  const fitOnly = { criteria: weighted.slice(0, 1), assessments: [sina] };
  expect(strongestComments(fitOnly).highest.map(({ criterion }) => criterion)).toEqual(["Fit"]);
  expect(strongestComments({ criteria: weighted, assessments: [sina] }).highest[0]).toEqual({
    criterion: "Fit",
    assessor: "Sina",
    score: 4,
    comment: "Sina on fit",
  });
});

test("others’ scores are covered while one assesses, and for an assessor who may still be asked", () => {
  const reader = {
    state: "ASSESSMENT",
    roles: new Set(["ASSESSOR"] as const),
    own: null,
    hasOtherDuty: false,
    isStillAssessed: false,
  } as const;
  expect(isCovered(reader)).toBe(true);
  expect(isCovered({ ...reader, own: "UNASSIGNED" })).toBe(true);
  expect(isCovered({ ...reader, state: "MODERATION" })).toBe(false);
  expect(isCovered({ ...reader, roles: new Set(["DESK"] as const) })).toBe(false);
  expect(isCovered({ ...reader, hasOtherDuty: true })).toBe(false);
  expect(isCovered({ ...reader, own: "ASSIGNED" })).toBe(false);
  expect(isCovered({ ...reader, own: "ASSIGNED", isStillAssessed: true })).toBe(true);
  expect(isCovered({ ...reader, own: "COMPLETE", state: "MODERATION", isStillAssessed: true })).toBe(true);
});
