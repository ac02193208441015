import { expect, test } from "vitest";
import { planFor } from "./test-plan.ts";

test.each([
  ["a pure test", ["lib/platform/money.test.ts"], { templates: [], needsBuild: false }],
  ["random tests without a database", ["lib/platform/sheet"], { templates: [], needsBuild: false }],
  ["a test with a database", ["lib/people/commands"], { templates: ["template_reference"], needsBuild: false }],
  [
    "a test with the demonstration",
    ["lib/comments/commands.test.ts"],
    { templates: ["template_reference", "template_demo"], needsBuild: false },
  ],
  ["a test of the portal as a process", ["bin/start.test"], { templates: [], needsBuild: true }],
  [
    "one test by its name, in every file",
    ["-t", "money"],
    { templates: ["template_reference", "template_demo"], needsBuild: true },
  ],
  ["one test by its name, in a pure file", ["platform/money", "-t", "people"], { templates: [], needsBuild: false }],
  ["nothing that exists", ["lib/nowhere"], { templates: [], needsBuild: false }],
] as const)("%s starts what it needs and no more", (_what, names, plan) => {
  expect(planFor(names)).toEqual(plan);
});
