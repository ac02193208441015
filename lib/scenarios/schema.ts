import { STANDARD_CONDITIONS } from "#lib/decisions/schema.ts";
import { type Answers, type Field, text, texts, type Values } from "#lib/form/fields.ts";
import { CENTS_MAX, formatCents, formatYear, parseCents } from "#lib/platform/money.ts";
import type { Choice } from "./rules.ts";

// Read in the browser too, while somebody ticks and types: it brings nothing heavy with it.

/** The ticks: one value for each application. */
export const PICK = "pick";
export const pickId = (reference: string): string => `${PICK}-${reference}`;
export const amountInput = (reference: string, startYear: number): string => `${reference}-${startYear}`;

const AMOUNT_INPUT = /^(PSF-\d{4}-\d{4,9})-(\d{4})$/;

/** The form's amounts for each application; an amount that cannot be parsed counts as zero. */
export function choicesOf(values: Values): { choices: Choice[]; errors: Record<string, string> } {
  const picked = new Set(texts(values, PICK));
  const errors: Record<string, string> = {};
  const phasings = new Map<string, { startYear: number; cents: bigint }[]>();
  for (const name of Object.keys(values)) {
    const [, reference = "", year] = AMOUNT_INPUT.exec(name) ?? [];
    if (!reference) continue;
    const phasing = phasings.get(reference) ?? [];
    phasings.set(reference, phasing);
    const typed = text(values, name);
    const cents = parseCents(typed || "0");
    if (cents === null) {
      errors[name] =
        `${reference} in ${formatYear(Number(year))} must be an amount in dollars and cents, like 300,000, and ${formatCents(CENTS_MAX)} or less`;
    }
    if (cents) phasing.push({ startYear: Number(year), cents });
  }
  const choices = [...phasings].map(([reference, phasing]) => ({
    reference,
    isChosen: picked.has(reference),
    phasing,
  }));
  return { choices, errors };
}

export const NAME_FIELDS = [
  {
    kind: "text",
    name: "name",
    label: "Name of the scenario",
    missing: "Enter a name for the scenario",
    charsMax: 80,
  },
] as const satisfies readonly Field[];

/** For the rename form, which is on the same page. */
export const RENAME_FIELDS = [
  { ...NAME_FIELDS[0], name: "newName", label: "New name" },
] as const satisfies readonly Field[];

// ---------------------------------------------------------------- turning into recommendations

/** The fields for all applications: each can add its own text. */
export const COMMON_FIELDS = [
  {
    kind: "longText",
    name: "rationale",
    label: "Rationale for applications to fund",
    hint: "MFAT reads this. Enter it here or for each of them. We add each application’s own to it",
    optional: true,
    wordsMax: 300,
    rows: 4,
  },
  { ...STANDARD_CONDITIONS, label: "Conditions from the library for applications to fund" },
  {
    kind: "longText",
    name: "conditions",
    label: "Conditions in your own words for applications to fund",
    hint: "The agency reads these in the offer. We add each application’s own to them",
    optional: true,
    wordsMax: 200,
    rows: 4,
  },
] as const satisfies readonly Field[];

export const COMMON_DECLINE_FIELDS = [
  {
    kind: "longText",
    name: "declineRationale",
    label: "Rationale for applications not to fund",
    hint: "MFAT reads this. Enter it here or for each of them. We add each application’s own to it",
    optional: true,
    wordsMax: 300,
    rows: 4,
  },
] as const satisfies readonly Field[];

/** Asked where only some of several applications with the same total are to be funded. */
export const TIE_FIELD = {
  kind: "longText",
  name: "tieReason",
  label: "Why you put some applications before others with the same total",
  hint: "MFAT reads this. We add it to the rationale of each of them",
  missing: "Enter why you put some applications before others with the same total",
  wordsMax: 300,
  rows: 4,
} as const satisfies Field;

/** Which of the previewed applications to recommend now. */
export const TAKE = "take";
export const revisionInput = (reference: string): string => `revision-${reference}`;

type Part = "rationale" | "conditions" | "exceptionReason";
export const ownInput = (part: Part, reference: string): string => `${part}-${reference}`;

/** The fields for one application. `isAbove`: it is to get more than was requested, which needs a reason. */
export function ownFields(reference: string, { isFunded, isAbove }: { isFunded: boolean; isAbove: boolean }): Field[] {
  const field = (part: Part, label: string, wordsMax: number): Field => ({
    kind: "longText",
    name: ownInput(part, reference),
    label,
    wordsMax,
    rows: 2,
  });
  return [
    { ...field("rationale", `Rationale of ${reference}`, 200), optional: true },
    ...(isFunded ? [{ ...field("conditions", `Conditions of ${reference}`, 100), optional: true } as const] : []),
    ...(isAbove ? [field("exceptionReason", `Why ${reference} should get more than was requested`, 200)] : []),
  ];
}

/** The same fields for parsing: the command reports what is missing, because it knows the amounts. */
export const readableFields = (reference: string): Field[] =>
  ownFields(reference, { isFunded: true, isAbove: true }).map((field) => ({ ...field, optional: true }));

/** The answers for one application. Its outcome and amounts are those of the scenario. */
export type Words = {
  reference: string;
  /** The application's revision when the preview was rendered. */
  revision: number;
  rationale: string | null;
  conditions: string | null;
  exceptionReason: string | null;
};

export type Plan = Answers<[...typeof COMMON_FIELDS, ...typeof COMMON_DECLINE_FIELDS]> & {
  tieReason?: string | null;
  rows: readonly Words[];
};

/** The text for all, followed by the application's own. */
export const joined = (...parts: readonly (string | null)[]): string => parts.filter(Boolean).join("\n\n");

/** What is ticked and the amounts, as form values. */
export function valuesOfChoices(choices: readonly Choice[], yearsOf: (reference: string) => readonly number[]): Values {
  const values: Record<string, string | string[]> = {
    [PICK]: choices.filter(({ isChosen }) => isChosen).map(({ reference }) => reference),
  };
  for (const { reference, phasing } of choices) {
    for (const startYear of yearsOf(reference)) {
      const cents = phasing.find((part) => part.startYear === startYear)?.cents ?? 0n;
      values[amountInput(reference, startYear)] = cents ? formatCents(cents).slice(1) : "";
    }
  }
  return values;
}
