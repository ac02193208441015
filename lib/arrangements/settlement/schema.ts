import { type Answers, type Field, reasonFields } from "#lib/form/fields.ts";
import { storedReleases } from "#lib/form/stored.ts";
import { expandFields, type FormSection, type ReleasedForm, sectionsNow } from "#lib/form/versions.ts";
import { formatCents } from "#lib/platform/money.ts";
import releases from "./releases.json" with { type: "json" };

export const TERMINATE_FIELDS = reasonFields("Why you are terminating it", "The agency reads this");

/** A line of the signed-off budget. `categoryName`: its category in the words of that budget. */
export type BudgetLine = { category: string; categoryName: string; description: string; budgetCents: bigint };

export const actualInput = (index: number): string => `actual-${index}`;

const LINE_FIELD: Field = {
  kind: "amount",
  each: "lines",
  name: "actual-{index}",
  label: "Line {number}: {description}",
  hint: "Actual cost. {category}, budget {budget}",
  missing: "Line {number}: Enter the actual cost, or 0 if nothing was spent",
  allowZero: true,
};

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
    missing: "Enter the lessons you learned",
    wordsMax: 500,
    rows: 7,
  },
] as const satisfies readonly Field[];

/** The acquittal form. Any change is a new release (releases.json). */
export const ACQUITTAL_SECTION = {
  key: "account",
  number: 1,
  title: "Final account",
  fields: (): readonly Field[] => [LINE_FIELD, ...WORDS_FIELDS],
};

export const acquittalSections = (): FormSection[] => [{ ...ACQUITTAL_SECTION, fields: ACQUITTAL_SECTION.fields() }];

/** The releases of the acquittal form, newest last. */
export const ACQUITTAL_RELEASES = storedReleases(releases);

/** The final account: the actual cost of each line of the budget, and two texts. */
export const acquittalFields = (lines: readonly BudgetLine[]): readonly Field[] =>
  forLines(ACQUITTAL_SECTION.fields(), lines);

/** Only its amounts, as the finance officer prepares them. */
export const amountFields = (lines: readonly BudgetLine[]): readonly Field[] => forLines([LINE_FIELD], lines);

const forLines = (fields: readonly Field[], lines: readonly BudgetLine[]): readonly Field[] =>
  expandFields(fields, {
    lines: lines.map(({ categoryName, description, budgetCents }, index) => ({
      index: String(index),
      number: String(index + 1),
      description,
      category: categoryName,
      budget: formatCents(budgetCents),
    })),
  });

/** The labels of an acquittal's texts on the form that it was submitted on. */
export function acquittalLabels(release: ReleasedForm): Record<"outcome" | "lessons", string> {
  const fields = sectionsNow(release, ACQUITTAL_RELEASES).flatMap((section) => section.fields);
  const labelOf = (name: string) => fields.find((field) => field.name === name)?.label ?? "";
  return { outcome: labelOf("outcome"), lessons: labelOf("lessons") };
}

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
    label: "Financial year it was paid in",
    missing: "Choose the financial year",
    options: "years",
  },
  { kind: "day", name: "receivedOn", label: "Received on", missing: "Enter the date it was received" },
  {
    kind: "text",
    name: "reference",
    label: "Receipt reference",
    hint: "The reference in the finance system. It must be different for each receipt",
    missing: "Enter the reference",
    charsMax: 60,
    width: 20,
  },
] as const satisfies readonly Field[];

export type NewRecovery = Answers<typeof RECOVERY_FIELDS>;
