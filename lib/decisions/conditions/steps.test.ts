import { expect, test } from "vitest";
import { CONDITION_STEPS, obstaclesToConditions } from "./steps.ts";

test("a condition that is not met can be changed or met, and one that is met can be recorded as not met", () => {
  const [met, open] = [{ metAt: new Date(0) }, { metAt: null }];
  expect(obstaclesToConditions([met, open])).toEqual({});
  expect(obstaclesToConditions([open, open])).toEqual({ reopenCondition: null });
  expect(obstaclesToConditions([met])).toEqual({ changeCondition: null, meetCondition: null });
  const all = Object.fromEntries(Object.keys(CONDITION_STEPS).map((step) => [step, null]));
  expect(obstaclesToConditions([])).toEqual(all);
});
