// What `npm run mutate` changes, and the tests that have to notice.
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
  ...globSync("lib/**/{rules,steps}.ts", { cwd: root }),
].filter((file) => existsSync(join(root, file)));

/** @param names a file is mutated where its path contains one of them; without a name, all are */
export const filesToMutate = (names: readonly string[]): string[] =>
  FILES.filter((file) => names.length === 0 || names.some((name) => file.includes(name))).sort();

/** The table of steps is judged as one; what stands in the way of its steps, by what waits on whom. */
const STEPS_TESTS = [
  "lib/workflow/steps.test.ts",
  "lib/workflow/told.test.ts",
  "lib/workflow/edges.test.ts",
  "lib/workflow/rules.test.ts",
  "lib/work/rules.test.ts",
];

/** Where the tests of a file do not stand beside it under its name. */
const TESTS: Record<string, string[]> = {
  "lib/workflow/rules.ts": ["lib/workflow/rules.test.ts", "lib/work/rules.test.ts"],
};

export function testsOf(file: string): string[] {
  const own = file.replace(/\.ts$/, ".test.ts");
  if (!file.endsWith("/steps.ts")) return TESTS[file] ?? testsBeside(file, own);
  return existsSync(join(root, own)) ? [...STEPS_TESTS, own] : STEPS_TESTS;
}

/** The test of its name, and others in its folder that import it and are as quick: those without a database. */
function testsBeside(file: string, own: string): string[] {
  const imports = `"./${basename(file)}"`;
  return globSync(`${dirname(file)}/*.test.ts`, { cwd: root })
    .filter((test) => test === own || (readFileSync(join(root, test), "utf8").includes(imports) && isPure(test)))
    .sort();
}

const isPure = (test: string): boolean => planFor([test]).templates.length === 0;
