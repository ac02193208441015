// What `npm run mutate` changes, and the tests that have to notice.
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Rules, the table of steps, money, permissions and the ledger. */
const FILES = [
  "lib/platform/money.ts",
  "lib/lifecycle/permissions.ts",
  "lib/lifecycle/states.ts",
  "lib/budget/commands.ts",
  ...globSync("lib/**/{rules,steps}.ts", { cwd: root }),
].filter((file) => existsSync(join(root, file)));

/** @param names a file is mutated where its path contains one of them; without a name, all are */
export const filesToMutate = (names: readonly string[]): string[] =>
  FILES.filter((file) => names.length === 0 || names.some((name) => file.includes(name))).sort();

/** The table of steps is judged as one; what stands in the way of its steps, by what waits on whom. */
const STEPS_TESTS = [
  "lib/workflow/steps.test.ts",
  "lib/workflow/edges.test.ts",
  "lib/workflow/rules.test.ts",
  "lib/work/rules.test.ts",
];

/** Where the tests of a file do not stand beside it under its name. */
const TESTS: Record<string, string[]> = {
  "lib/workflow/rules.ts": ["lib/workflow/rules.test.ts", "lib/work/rules.test.ts"],
};

export function testsOf(file: string): string[] {
  const beside = file.replace(/\.ts$/, ".test.ts");
  if (!file.endsWith("/steps.ts")) return TESTS[file] ?? [beside];
  return existsSync(join(root, beside)) ? [...STEPS_TESTS, beside] : STEPS_TESTS;
}
