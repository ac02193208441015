// What `npm run mutate` changes, the tests that have to notice, and the changes that none needs to notice.
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Rules, money, permissions, the table of steps and the ledger. */
const FILES = [
  "lib/platform/money.ts",
  "lib/lifecycle/permissions.ts",
  "lib/lifecycle/workflow.ts",
  "lib/budget/commands.ts",
  ...globSync("lib/**/rules.ts", { cwd: root }),
].filter((file) => existsSync(join(root, file)));

/** @param names a file is mutated where its path contains one of them; without a name, all are */
export const filesToMutate = (names: readonly string[]): string[] =>
  FILES.filter((file) => names.length === 0 || names.some((name) => file.includes(name))).sort();

/** Where the tests of a file do not stand beside it under its name. */
const TESTS: Record<string, string[]> = {
  "lib/budget/commands.ts": ["lib/budget/ledger.test.ts", "lib/budget/carry-forward/commands.test.ts"],
};

export const testsOf = (file: string): string[] => TESTS[file] ?? [file.replace(/\.ts$/, ".test.ts")];

/** `line`: the line as it stands in the file; `to`: what one part of it was changed to. */
type Survivor = { file: string; line: string; to: string; why: string };

const COMPILER = "The compiler refuses it: every state, kind or outcome has its words.";

export const SURVIVORS: readonly Survivor[] = [
  {
    file: "lib/applications/rules.ts",
    line: "? []",
    to: '["Stryker was here"]',
    why: "What has no date is left out a step later.",
  },
  { file: "lib/applications/rules.ts", line: "default:", to: "default:", why: "No date is null or undefined alike." },
  {
    file: "lib/arrangements/settlement/rules.ts",
    line: "const capitalised = (words: string): string => words.replace(/^./, (first) => first.toUpperCase());",
    to: "/./",
    why: "Only the first of what is found is replaced.",
  },
  {
    file: "lib/arrangements/settlement/rules.ts",
    line: "acquittal && !acquittal.surplusConfirmedAt && paidCents > acquittal.actualCents",
    to: "paidCents >= acquittal.actualCents",
    why: "Where both are the same, their difference is nothing too.",
  },
  {
    file: "lib/arrangements/settlement/rules.ts",
    line: 'const others = open.filter((item) => item.of !== "report" || item.kind !== "FINAL");',
    to: "false",
    why: "Only a report has a kind; the compiler asks for it.",
  },
  {
    file: "lib/arrangements/settlement/rules.ts",
    line: "return paidCents > actualCents",
    to: "paidCents >= actualCents",
    why: "The same amounts were answered a line before.",
  },
  {
    file: "lib/budget/carry-forward/rules.ts",
    line: "export const CARRY_FORWARD_STATES: Record<CarryForwardState, string> = {",
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/platform/money.ts",
    line: "const value = cents < 0n ? -cents : cents;",
    to: "cents <= 0n",
    why: "Nothing is the same with a minus and without.",
  },
  {
    file: "lib/budget/rules.ts",
    line: 'return startYear > current ? "planned" : "closing";',
    to: "startYear >= current",
    why: "The current year was answered in the line above.",
  },
  {
    file: "lib/decisions/rules.ts",
    line: "delegationCents === null || (delegationCents !== undefined && amountCents <= delegationCents);",
    to: "true",
    why: "No amount is less than undefined; the line is there for the compiler.",
  },
  {
    file: "lib/decisions/rules.ts",
    line: "export const OUTCOMES: Record<RecommendationOutcome, string> = {",
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/decisions/rules.ts",
    line: "export const DECISIONS: Record<DecisionOutcome, string> = {",
    to: "{}",
    why: COMPILER,
  },
  ...[
    'CLAIMED: { label: "Claimed", tone: "wait" },',
    'APPROVED: { label: "Approved", tone: "neutral" },',
    'RETURNED: { label: "Returned", tone: "bad" },',
    'CANCELLED: { label: "Cancelled", tone: "no" },',
  ].map((line) => ({ file: "lib/payments/rules.ts", line, to: "{}", why: COMPILER })),
];
