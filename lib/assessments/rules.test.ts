import { expect, test } from "vitest";
import { apart, byDisagreement } from "./rules.ts";

const criteria = ["need", "fit", "value"].map((id) => ({ id, weight: 30 }));
const scored = (status: "COMPLETE" | "ASSIGNED", ...scores: (number | null)[]) => ({
  status,
  scores: criteria.map(({ id }, index) => ({ criterionId: id, score: scores[index] ?? null })),
});

test("criteria stand by disagreement of those who are done, the largest first, else as the round has them", () => {
  const assessments = [scored("COMPLETE", 2, 4, 1), scored("COMPLETE", 2, 1, 4), scored("ASSIGNED", 0, 4, 4)];
  expect(criteria.map(({ id }) => apart(assessments, id))).toEqual([0, 3, 3]);
  expect(byDisagreement({ criteria, assessments }).criteria.map(({ id }) => id)).toEqual(["fit", "value", "need"]);
});

test("one assessment disagrees with nobody", () => {
  const assessments = [scored("COMPLETE", 2, 4, 1), scored("ASSIGNED", 0, 0, 0)];
  expect(apart(assessments, "need")).toBeNull();
  expect(byDisagreement({ criteria, assessments }).criteria).toEqual(criteria);
});
