// What `npm run mutate` changes, the tests that have to notice, and the changes that none needs to notice.
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
const STEPS_TESTS = ["lib/workflow/steps.test.ts", "lib/workflow/rules.test.ts", "lib/work/rules.test.ts"];

/** Where the tests of a file do not stand beside it under its name. */
const TESTS: Record<string, string[]> = {
  "lib/workflow/rules.ts": ["lib/workflow/rules.test.ts", "lib/work/rules.test.ts"],
};

export function testsOf(file: string): string[] {
  const beside = file.replace(/\.ts$/, ".test.ts");
  if (!file.endsWith("/steps.ts")) return TESTS[file] ?? [beside];
  return existsSync(join(root, beside)) ? [...STEPS_TESTS, beside] : STEPS_TESTS;
}

/** `line`: the line as it stands in the file; `to`: what one part of it was changed to. */
type Survivor = { file: string; line: string; to: string; why: string };

/** Changes of any file that are noticed elsewhere: by the compiler, or by tests too slow to be run for each change. */
export const ELSEWHERE: readonly { line: RegExp; to: string; why: string }[] = [
  {
    line: /^changes: \[/,
    to: "[]",
    why: "The database refuses a step that changes more than its row says; lib/workflow/ways-back.test.ts takes each.",
  },
  {
    line: /^toAlso: \{/,
    to: "{}",
    why: "The database refuses a step to a state that its row does not name; lib/workflow/ways-back.test.ts takes each.",
  },
  { line: /^tellsAsked: true,$/, to: "false", why: "The compiler refuses it." },
];

const COMPILER = "The compiler refuses it: every state, kind or outcome has its words.";

export const SURVIVORS: readonly Survivor[] = [
  {
    file: "lib/reports/rules.ts",
    line: "const later = (one: Date, other: Date): Date => (one > other ? one : other);",
    to: "one >= other",
    why: "Two days that are the same are the same day, whichever is taken.",
  },
  {
    file: "lib/workflow/steps.ts",
    line: "stepRow(step).happened.replace(/^./, (first) => first.toUpperCase());",
    to: "/./",
    why: "Only the first of what is found is replaced.",
  },
  {
    file: "lib/documents/rules.ts",
    line: 'const extensionOf = (fileName: string): string => /\\.([a-z0-9]{1,5})$/i.exec(fileName)?.[1]?.toLowerCase() ?? "";',
    to: "/\\.([a-z0-9]{1,5})$/i.exec(fileName)?.[1].toLowerCase",
    why: "What is found has its first group; the compiler cannot know it.",
  },
  {
    file: "lib/documents/rules.ts",
    line: 'WAITING: { label: "Waiting for the malware scan", kind: "wait" },',
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/documents/rules.ts",
    line: 'CLEAN: { label: "Scanned, nothing found", kind: "ok" },',
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/documents/rules.ts",
    line: 'REFUSED: { label: "Refused: malware found", kind: "bad" },',
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/documents/rules.ts",
    line: 'NOT_SCANNED: { label: "Not scanned for malware", kind: "neutral" },',
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/fund/rules.ts",
    line: "const all = { ...(Object.keys(errors).length === 0 && checkCriteria(criteria, named)), ...errors };",
    to: "true",
    why: "What is wrong with one criterion goes before what is wrong with all of them.",
  },
  {
    file: "lib/fund/rules.ts",
    line: "if (twice >= 0) {",
    to: "twice > 0",
    why: "The first criterion has none before it.",
  },
  {
    file: "lib/budget/statement/rules.ts",
    line: "reference ?? (month === null ? year : (MONTHS[month] ?? year)),",
    to: "false",
    why: "There is no month null, so the year is named either way.",
  },
  {
    file: "lib/budget/forecast/rules.ts",
    line: "const gone = month < 0 ? 0 : Math.round(((month + 1) * 100) / MONTHS.length);",
    to: "false",
    why: "Before the year begins, less than nothing of it has gone: no warning either way.",
  },
  {
    file: "lib/budget/forecast/rules.ts",
    line: "const gone = month < 0 ? 0 : Math.round(((month + 1) * 100) / MONTHS.length);",
    to: "month <= 0",
    why: "8% of a year, in July, is no more a reason to warn than 0%.",
  },
  {
    file: "lib/budget/shares/rules.ts",
    line: 'return `${share ? `${share}: ` : ""}${what} in ${formatYear(startYear)}`.replace(/^./, (sign) => sign.toUpperCase());',
    to: "/./",
    why: "Only the first of what is found is replaced.",
  },
  {
    file: "lib/budget/shares/rules.ts",
    line: "export const SHARES: Record<ShareKind, { by: string; of: string; none: string; how: string }> = {",
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/budget/shares/rules.ts",
    line: "agency: {",
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/budget/shares/rules.ts",
    line: "place: {",
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/budget/shares/rules.ts",
    line: "focusArea: {",
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/budget/shares/rules.ts",
    line: "category: {",
    to: "{}",
    why: COMPILER,
  },
  {
    file: "lib/budget/exports/rules.ts",
    line: "MARKING_LABELS[highestMarking(named.flatMap((one) => one?.marking ?? []))];",
    to: '["Stryker was here"]',
    why: "The compiler refuses it, and what is no marking is no higher than the lowest.",
  },
  {
    file: "lib/budget/exports/rules.ts",
    line: "marking: markingOf([]),",
    to: '["Stryker was here"]',
    why: "The compiler refuses it, and what is no marking is no higher than the lowest.",
  },
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
    line: "return actualCents > fundCents ? actualCents - fundCents : 0n;",
    to: "actualCents >= fundCents",
    why: "Where both are the same, their difference is nothing too.",
  },
  {
    file: "lib/arrangements/settlement/rules.ts",
    line: "const leastOf = (one: bigint, other: bigint): bigint => (one < other ? one : other);",
    to: "one <= other",
    why: "Of two that are the same either is the least.",
  },
  {
    file: "lib/platform/money.ts",
    line: "const value = cents < 0n ? -cents : cents;",
    to: "cents <= 0n",
    why: "Nothing is the same with a minus and without.",
  },
  {
    file: "lib/variations/rules.ts",
    line: 'const differs = `${formatCents(total > held ? total - held : held - total)} too ${total > held ? "much" : "little"}`;',
    to: "total >= held",
    why: "They differ: that was asked a line before.",
  },
  {
    file: "lib/variations/rules.ts",
    line: 'if (!("phasing" in current && "phasing" in proposed)) return null;',
    to: '"phasing" in current || "phasing" in proposed',
    why: "Both are of one kind; the compiler cannot know it.",
  },
  {
    file: "lib/scenarios/rules.ts",
    line: "const running = new Map(rooms.map(({ startYear }) => [startYear, 0n]));",
    to: "[]",
    why: "What is not there yet counts as nothing.",
  },
  {
    file: "lib/scenarios/rules.ts",
    line: "const isOver = isChosen && cents > 0n && runningCents > availableCents;",
    to: "runningCents >= availableCents",
    why: "Over by nothing is not over.",
  },
  {
    file: "lib/scenarios/rules.ts",
    line: "if (isChosen) take(phasing);",
    to: "true",
    why: "What was not ticked holds nothing, or nothing is ticked after it.",
  },
  {
    file: "lib/scenarios/rules.ts",
    line: ".sort((a, b) => Number(b.cents - a.cents) || (a.name < b.name ? -1 : 1));",
    to: "a.name <= b.name",
    why: "Each name is there once.",
  },
  {
    file: "lib/records/rules.ts",
    line: 'const rows = field.kind === "rows" ? ((answer ?? []) as Row[]) : [];',
    to: '["Stryker was here"]',
    why: "The rows of a field that has none are not read.",
  },
  {
    file: "lib/records/rules.ts",
    line: 'const rows = field.kind === "rows" ? ((answer ?? []) as Row[]) : [];',
    to: "true",
    why: "The rows of a field that has none are not read.",
  },
  {
    file: "lib/records/rules.ts",
    line: 'if (field.kind === "rows" && rows.length > 0) return [tableOf(field, rows, lists), ...sumsOf(field, rows, lists)];',
    to: "true",
    why: "Only a field of rows has any; the compiler asks for the kind.",
  },
  {
    file: "lib/records/rules.ts",
    line: 'const [, kind = "", id = ""] = /^(\\w+):(.*)$/.exec(subject) ?? [];',
    to: "/^(\\w+):(.*)/",
    why: "A subject is one line.",
  },
  {
    file: "lib/records/rules.ts",
    line: 'const [, kind = "", id = ""] = /^(\\w+):(.*)$/.exec(subject) ?? [];',
    to: '["Stryker was here"]',
    why: "The first part is not read.",
  },
  {
    file: "lib/records/rules.ts",
    line: 'const [, reference, rest = ""] = /^\\/applications\\/(PSF-\\d{4}-\\d{4,})(?:\\/([\\w-]+))?/.exec(path) ?? [];',
    to: '["Stryker was here"]',
    why: "The first part is not read.",
  },
  {
    file: "lib/records/rules.ts",
    line: 'return formatMarking(answered, String(initiative?.endorsement ?? ""));',
    to: "initiative.endorsement",
    why: "A marking that was answered was answered there; the compiler cannot know it.",
  },
  {
    file: "lib/views/rules.ts",
    line: "stateSince: /^20\\d\\d-(0[1-9]|1[0-2])-([0-2]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$/,",
    to: "/20\\d\\d-(0[1-9]|1[0-2])-([0-2]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$/",
    why: "No text around an instant is read as a part of it.",
  },
  {
    file: "lib/views/rules.ts",
    line: "stateSince: /^20\\d\\d-(0[1-9]|1[0-2])-([0-2]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$/,",
    to: "/^20\\d\\d-(0[1-9]|1[0-2])-([0-2]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z/",
    why: "No text around an instant is read as a part of it.",
  },
  {
    file: "lib/views/rules.ts",
    line: 'const [, year, number = ""] = REFERENCE.exec(words.replace(/\\s+/g, "")) ?? [];',
    to: "/\\s/g",
    why: "Blanks that are taken away one by one are gone as well.",
  },
  {
    file: "lib/views/rules.ts",
    line: 'const [, year, number = ""] = REFERENCE.exec(words.replace(/\\s+/g, "")) ?? [];',
    to: '["Stryker was here"]',
    why: "The first part is not read.",
  },
  {
    file: "lib/letters/rules.ts",
    line: "const missing = Object.keys(fields).filter((name) => fields[name]?.isRequired && !used.has(name));",
    to: "fields[name].isRequired",
    why: "Each name is one of the fields; the compiler cannot know it.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: "const columns = columnsOf(rows[head] ?? []);",
    to: '["Stryker was here"]',
    why: "No words at all or words that are no header: there are no headers either way.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: "const line: FileLine = { line: index + 1, ...BLANK, gst, isTorn: width > (rows[head] ?? []).length };",
    to: '["Stryker was here"]',
    why: "The headers were found, so their row is there; the compiler cannot know it.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: '/^(?:PSF-?)?(20\\d\\d)-(\\d{1,9})\\/(\\d{1,4})$/i.exec(text.replace(/\\s+/g, "")) ?? [];',
    to: "/\\s/g",
    why: "Blanks that are taken away one by one are gone as well.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: '/^(?:PSF-?)?(20\\d\\d)-(\\d{1,9})\\/(\\d{1,4})$/i.exec(text.replace(/\\s+/g, "")) ?? [];',
    to: '["Stryker was here"]',
    why: "The first part is not read.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: "/^(\\d{1,2})[/. -]+([a-z]+|\\d{1,2})[/. -]+(\\d{4}|\\d\\d)$/i.exec(typed) ?? [];",
    to: '["Stryker was here"]',
    why: "The first part is not read.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: 'const gst = gstOf((rows[head] ?? [])[amountAt] ?? "");',
    to: '["Stryker was here"]',
    why: "The headers were found, so their row is there; the compiler cannot know it.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: 'const amountAt = [...columns].find(([, name]) => name === "amount")?.[0] ?? 0;',
    to: '[...columns].find(([, name]) => name === "amount")[0]',
    why: "Headers have an amount, or they are none; the compiler cannot know it.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: "if (index <= head || filled.length === 0 || columnsOf(row)) return [];",
    to: "index < head",
    why: "The headers themselves are left out as headers that come again are.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: "return cents === null || cents > CENTS_MAX || cents < -CENTS_MAX ? null : cents;",
    to: "false",
    why: "No amount is neither too large nor too small, and is null either way; the compiler asks for it.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: "const [, first = 0, second = 0] = IN_FIGURES.exec(withoutTime(paidOn)) ?? [];",
    to: '["Stryker was here"]',
    why: "The first part is not read.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: "/^(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})$/.exec(typed)?.toSpliced(2, 1) ?? [];",
    to: '["Stryker was here"]',
    why: "The first part is not read.",
  },
  {
    file: "lib/batches/payments/file/rules.ts",
    line: 'const [, word, ofWord = "", yearOfWord = ""] = /^([a-z]+)\\.? +(\\d{1,2}),? +(\\d{4})$/i.exec(typed) ?? [];',
    to: '["Stryker was here"]',
    why: "The first part is not read.",
  },
  {
    file: "lib/budget/commands.ts",
    line: 'if (domain?.code !== "MONEY") return domain;',
    to: "false",
    why: "Any other refusal names no year, and is answered two lines later.",
  },
  {
    file: "lib/budget/commands.ts",
    line: "const [, year, available] = match ?? [];",
    to: '["Stryker was here"]',
    why: "The first part is not read.",
  },
  {
    file: "lib/budget/commands.ts",
    line: 'return year && available ? new DomainError("MONEY", notEnough(Number(year), BigInt(available))) : domain;',
    to: "year || available",
    why: "The words of the trigger have both or neither.",
  },
  {
    file: "lib/budget/commands.ts",
    line: 'return [{ startYear, kind: after > before ? "RESERVE" : "RELEASE", reservedCents: after - before }];',
    to: "after >= before",
    why: "Where both are the same it was answered a line before.",
  },
  {
    file: "lib/budget/commands.ts",
    line: "adjustReserve(tx, cause, applicationId, []);",
    to: '["Stryker was here"]',
    why: "The compiler refuses it, and what is no part of a phasing has no year and no cents.",
  },
  {
    file: "lib/budget/commands.ts",
    line: "if (reservedCents !== (change > 0n ? change : 0n)) {",
    to: "change >= 0n",
    why: "No change is nothing, whichever is taken.",
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
  {
    file: "lib/batches/payments/rules.ts",
    line: "if (faults.length > 0 || !of || !paidOn || !paid?.pays)",
    to: "paid.pays",
    why: "What names a claim and has no fault has an amount that was looked at; the compiler cannot know it.",
  },
  {
    file: "lib/batches/payments/rules.ts",
    line: "return line.cents < 0n ? creditedOf(line, claim, gst, left) : paidInto(line, claim, gst, left);",
    to: "line.cents <= 0n",
    why: "A line of $0.00 was answered before.",
  },
  {
    file: "lib/batches/payments/rules.ts",
    line: "return { pays: null, fault: cents === null && line.cents < within ? `${differs}. ${UNSAID}` : differs };",
    to: "line.cents <= within",
    why: "What is all of a claim with GST was paid three lines before, unless the list says what its amounts are.",
  },
  {
    file: "lib/batches/payments/rules.ts",
    line: "const [found, another] = left.length > 1 && ordered.length > 0 ? ordered : left;",
    to: "left.length >= 1",
    why: "One that is alone is the same with its purchase order.",
  },
  {
    file: "lib/batches/payments/rules.ts",
    line: "const [found, another] = left.length > 1 && ordered.length > 0 ? ordered : left;",
    to: "true",
    why: "One that is alone is the same with its purchase order.",
  },
  {
    file: "lib/batches/payments/rules.ts",
    line: "if (pays?.creditNumber) {",
    to: "pays.creditNumber",
    why: "Only a line that pays is looked for; the compiler cannot know it.",
  },
  {
    file: "lib/payments/lines/rules.ts",
    line: 'return claimCents !== null && line.cents < claimCents ? "Part payment" : "Payment";',
    to: "true",
    why: "No amount that was paid is less than null.",
  },
  {
    file: "lib/payments/lines/rules.ts",
    line: 'const number = parts.map((_, index) => parts.slice(0, index + 1).join(". ")).find((one) => invoiceKey(one) === key);',
    to: "index - 1",
    why: "With a reason behind it, each number is found whichever way the parts are counted.",
  },
  {
    file: "lib/payments/rules.ts",
    line: "const leastOf = (one: bigint, other: bigint): bigint => (one < other ? one : other);",
    to: "one <= other",
    why: "Of two that are the same either is the least.",
  },
  {
    file: "lib/payments/rules.ts",
    line: "return left > 0n ? left : 0n;",
    to: "left >= 0n",
    why: "Nothing is nothing either way.",
  },
  ...[
    'APPROVED: { label: "Approved", tone: "neutral" },',
    'PART_PAID: { label: "Part paid", tone: "wait" },',
    'RETURNED: { label: "Returned", tone: "bad" },',
    'CANCELLED: { label: "Withdrawn", tone: "no" },',
    'SETTLED: { label: "Settled by an advance", tone: "ok" },',
  ].map((line) => ({ file: "lib/payments/rules.ts", line, to: "{}", why: COMPILER })),
];
