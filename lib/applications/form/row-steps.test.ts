import { expect, test } from "vitest";
import type { Values } from "#lib/form/fields.ts";

import { readRowStep, takeRowStep } from "./row-steps.ts";
import { fieldsOf } from "./sections.ts";

const FIELDS = fieldsOf("budget", [2026]);
const VALUES: Values = {
  requestId: "r",
  "lines.0.description": "A",
  "lines.1.description": "B",
  "lines.1.year2026": "5",
  "lines.2.description": "C",
  "contributions.0.from": "Others",
};
const linesAfter = (intent: string) => {
  const asked = readRowStep(intent, FIELDS);
  const values = asked ? takeRowStep(VALUES, asked) : VALUES;
  expect(values).toMatchObject({ requestId: "r", "contributions.0.from": "Others" });
  return [0, 1, 2, 3].map((row) => [values[`lines.${row}.description`], values[`lines.${row}.year2026`]].join(""));
};

test.each([
  ["Copy lines 1", ["A", "B5", "B5", "C"]],
  ["Move up lines 1", ["B5", "A", "C", ""]],
  ["Move down lines 1", ["A", "C", "B5", ""]],
  ["Remove lines 1", ["A", "C", "", ""]],
  ["Remove lines 2", ["A", "B5", "", ""]],
])("%s", (intent, lines) => {
  expect(linesAfter(intent)).toEqual(lines);
});

test.each(["Move up lines 0", "Move down lines 2", "Remove lines 9", "Remove words 1", "Jump lines 1", "rows"])(
  "%s changes nothing",
  (intent) => {
    expect(linesAfter(intent)).toEqual(["A", "B5", "C", ""]);
  },
);
