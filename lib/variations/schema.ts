import { z } from "zod";
import { OFFICER_FILTER } from "#lib/applications/officers/schema.ts";
import { yearOptions } from "#lib/budget/schema.ts";
import { phasedYears, phasingOf } from "#lib/decisions/schema.ts";
import { type Field, type Lists, type Option, reasonFields, text, type Values } from "#lib/form/fields.ts";
import { inWords, parseFields } from "#lib/form/parse.ts";
import { storedReleases } from "#lib/form/stored.ts";
import { expandFields, type FormSection } from "#lib/form/versions.ts";
import type { VariationKind, VariationState } from "#lib/platform/db/generated/enums.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import releases from "./releases.json" with { type: "json" };
import { isVariationKind, KINDS, type Terms, VARIATION_KINDS, VARIATION_STATES } from "./rules.ts";

const DAY = z.iso.date().transform((day) => new Date(`${day}T00:00:00Z`));
const PHASING = z.array(z.object({ startYear: z.number().int(), cents: z.string().transform(BigInt) }));

/** Terms as a variation's row holds them. */
export function readTerms(kind: VariationKind, json: unknown): Terms {
  if (kind === "TIME") return { kind, ...z.object({ endsOn: DAY }).parse(json) };
  if (kind === "SCOPE") return { kind, ...z.object({ scope: z.string() }).parse(json) };
  return { kind, ...z.object({ phasing: PHASING }).parse(json) };
}

type TermsJson = { endsOn: string } | { scope: string } | { phasing: { startYear: number; cents: string }[] };

export function termsJson(terms: Terms): TermsJson {
  if (terms.kind === "TIME") return { endsOn: terms.endsOn.toISOString().slice(0, 10) };
  if (terms.kind === "SCOPE") return { scope: terms.scope };
  return { phasing: terms.phasing.map(({ startYear, cents }) => ({ startYear, cents: cents.toString() })) };
}

const TIME_FIELDS = [
  { kind: "day", name: "endsOn", label: "New end date", missing: "Enter the new end date" },
] as const satisfies readonly Field[];

const SCOPE_FIELDS = [
  {
    kind: "longText",
    name: "scope",
    label: "What will be done instead",
    hint: "This starts with what was agreed. Change what needs to change, and leave the rest",
    missing: "Describe what will be done instead",
    wordsMax: 2_500,
    rows: 16,
  },
] as const satisfies readonly Field[];

const VARIATION_REASON_FIELDS = reasonFields("Why it needs to change", "MFAT reads this");

const PHASING_FIELD: Field = {
  kind: "amount",
  each: "years",
  name: "phasing{value}",
  label: "Amount in {label}",
  optional: true,
  allowZero: true,
};

const TERMS_FIELDS: Record<VariationKind, readonly Field[]> = {
  TIME: TIME_FIELDS,
  SCOPE: SCOPE_FIELDS,
  REPHASING: [PHASING_FIELD],
  COST: [PHASING_FIELD],
};

/** The form that asks for a variation, a section for each kind. A change of it is a new release (releases.json). */
export const variationSections = (): FormSection[] =>
  VARIATION_KINDS.map((kind, index) => ({
    key: kind,
    number: index + 1,
    title: KINDS[kind].label,
    fields: [...TERMS_FIELDS[kind], ...VARIATION_REASON_FIELDS],
  }));

/** The same as it was released: the newest last. */
export const VARIATION_RELEASES = storedReleases(releases);

/** The fields of a form that asks for a variation. `years`: those that an amount may be given for. */
export const variationFields = (kind: VariationKind, years: readonly number[]): Field[] =>
  expandFields([...TERMS_FIELDS[kind], ...VARIATION_REASON_FIELDS], { years: yearOptions(years) });

export const DECLINE_VARIATION_FIELDS = reasonFields("Why you are declining it", "The agency reads this");

/** What a form asks for, by the kind that it carries. @throws INVALID */
export function readAsked(values: Values): Terms & { reason: string } {
  const kind = text(values, "kind");
  if (!isVariationKind(kind)) throw new DomainError("INVALID", "Choose what you want to change.");
  const checked = parseFields(variationFields(kind, phasedYears(values)), values);
  if (checked.errors) throw invalid(checked.errors);
  const { reason, endsOn, scope } = checked.data as { reason: string; endsOn: Date; scope: string };
  if (kind === "TIME") return { kind, reason, endsOn };
  return kind === "SCOPE" ? { kind, reason, scope } : { kind, reason, phasing: phasingOf(values) };
}

const choice = <const Name extends string>(name: Name, label: string, options: readonly Option[] | string) =>
  ({ kind: "choice", layout: "select", name, label, optional: true, options }) as const;

/** What the list of all variations can be narrowed by. */
export const REGISTER_FIELDS = [
  choice("state", "State", [
    { value: "OPEN", label: "Not decided or cancelled yet" },
    ...Object.entries(VARIATION_STATES).map(([value, { label }]) => ({ value, label })),
  ]),
  choice(
    "kind",
    "Kind",
    VARIATION_KINDS.map((value) => ({ value, label: KINDS[value].label })),
  ),
  choice("agency", "Agency", "agencies"),
  OFFICER_FILTER,
] as const satisfies readonly Field[];

export type RegisterFilter = {
  state: "OPEN" | VariationState | null;
  kind: VariationKind | null;
  agency: string | null;
  officer: string | null;
};

/** What a list is narrowed by, in words: "State: Approved". */
export const filterWords = (filter: RegisterFilter, lists: Lists): string[] =>
  REGISTER_FIELDS.flatMap((field) => {
    const words = inWords(field, filter[field.name], lists);
    return words.length ? [`${field.label}: ${words.join("")}`] : [];
  });

/** A filter out of an address, and the same as it stands in one; what says nothing that is known is left out. */
export function readRegisterFilter(sent: Values, lists: Lists): { filter: RegisterFilter; query: string } {
  const known: Record<string, string> = Object.fromEntries(
    REGISTER_FIELDS.flatMap(({ name, options }) => {
      const offered: readonly Option[] = typeof options === "string" ? (lists[options] ?? []) : options;
      const value = text(sent, name);
      return offered.some((option) => option.value === value) ? [[name, value]] : [];
    }),
  );
  const filter = Object.fromEntries(REGISTER_FIELDS.map(({ name }) => [name, known[name] ?? null]));
  return { filter: filter as unknown as RegisterFilter, query: new URLSearchParams(known).toString() };
}
