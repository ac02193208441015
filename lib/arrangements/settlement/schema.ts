import { CATEGORY_OPTIONS } from "#lib/budget/rules.ts";
import { type Answers, type Field, reasonFields } from "#lib/form/fields.ts";
import { formatCents } from "#lib/platform/money.ts";

export const TERMINATE_FIELDS = reasonFields("Why it is terminated", "The agency reads this");

/** A line of the budget that was signed off. */
export type BudgetLine = { category: string; description: string; budgetCents: bigint };

export const categoryLabel = (category: string): string =>
  CATEGORY_OPTIONS.find(({ value }) => value === category)?.label ?? category;

export const actualInput = (index: number): string => `actual-${index}`;

const lineField = ({ category, description, budgetCents }: BudgetLine, index: number): Field => ({
  kind: "amount",
  name: actualInput(index),
  label: `Line ${index + 1}: ${description}`,
  hint: `What it came to. ${categoryLabel(category)}, budget ${formatCents(budgetCents)}`,
  missing: `Line ${index + 1}: Enter what it came to, 0 where nothing was spent`,
  allowZero: true,
});

const WORDS_FIELDS = [
  {
    kind: "longText",
    name: "outcome",
    label: "What was achieved",
    missing: "Enter what was achieved",
    wordsMax: 500,
    rows: 7,
  },
  {
    kind: "longText",
    name: "lessons",
    label: "Lessons learned",
    hint: "What you would do again, and what you would do differently",
    missing: "Enter what was learned",
    wordsMax: 500,
    rows: 7,
  },
] as const satisfies readonly Field[];

/** The final account: the actual cost of each line of the budget, and two texts. */
export const acquittalFields = (lines: readonly BudgetLine[]): readonly Field[] => [
  ...lines.map(lineField),
  ...WORDS_FIELDS,
];

export type AcquittalWords = Answers<typeof WORDS_FIELDS>;

export const RECOVERY_FIELDS = [
  {
    kind: "amount",
    name: "amount",
    label: "Amount",
    hint: "New Zealand dollars, GST exclusive",
    missing: "Enter the amount",
  },
  {
    kind: "choice",
    name: "year",
    label: "Financial year in which it was paid",
    missing: "Choose the financial year",
    options: "years",
  },
  { kind: "day", name: "receivedOn", label: "Received on", missing: "Enter the day on which it was received" },
  {
    kind: "text",
    name: "reference",
    label: "Reference of the receipt",
    hint: "As the finance system has it. Each has its own",
    missing: "Enter the reference",
    charsMax: 60,
    width: 20,
  },
] as const satisfies readonly Field[];

export type NewRecovery = Answers<typeof RECOVERY_FIELDS>;
