// What `npm run mutate` changes, and the tests that must notice.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { planFor } from "./test-plan.ts";

const root = join(import.meta.dirname, "..");

/** Rules, the table of steps, money, permissions and the ledger. */
const FILES = [
  "lib/platform/money.ts",
  "lib/lifecycle/permissions.ts",
  "lib/lifecycle/states.ts",
  "lib/budget/commands.ts",
  ...globSync("lib/**/{rules,steps}.ts", { cwd: root }).filter((file) => !file.startsWith("lib/testing/")),
].filter((file) => existsSync(join(root, file)));

/** @param names a file is mutated where its path contains one of them; without names, all are */
export const filesToMutate = (names: readonly string[]): string[] =>
  FILES.filter((file) => names.length === 0 || names.some((name) => file.includes(name))).sort();

/** The table of steps is judged as a whole; the obstacles of its steps, by the tests of what is waiting on whom. */
const STEPS_TESTS = [
  "lib/workflow/steps.test.ts",
  "lib/workflow/told.test.ts",
  "lib/workflow/edges.test.ts",
  "lib/workflow/rules.test.ts",
  "lib/work/rules.test.ts",
];

/** Where a file's tests are not next to it under its name. */
const TESTS: Record<string, string[]> = {
  "lib/workflow/rules.ts": ["lib/workflow/rules.test.ts", "lib/work/rules.test.ts"],
  "lib/budget/commands.ts": ["lib/budget/commands.test.ts", "lib/budget/envelope.test.ts"],
};

export function testsOf(file: string): string[] {
  const own = file.replace(/\.ts$/, ".test.ts");
  if (!file.endsWith("/steps.ts")) return TESTS[file] ?? testsBeside(file, own);
  return existsSync(join(root, own)) ? [...STEPS_TESTS, own] : STEPS_TESTS;
}

/** The test with its name, and others in its folder that import it and are as fast: those without a database. */
function testsBeside(file: string, own: string): string[] {
  const imports = `"./${basename(file)}"`;
  return globSync(`${dirname(file)}/*.test.ts`, { cwd: root })
    .filter((test) => test === own || (readFileSync(join(root, test), "utf8").includes(imports) && isPure(test)))
    .sort();
}

const isPure = (test: string): boolean => planFor([test]).templates.length === 0;
