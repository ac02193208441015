import { z } from "zod";
import { OFFICER_FILTER } from "#lib/applications/officers/schema.ts";
import { yearOptions } from "#lib/budget/schema.ts";
import { phasedYears, phasingOf } from "#lib/decisions/schema.ts";
import { type Answers, type Field, type Lists, reasonFields, texts, type Values } from "#lib/form/fields.ts";
import {
  type DatabaseOrder,
  type Filters,
  filterChoice,
  type Ordered,
  orderField,
  readFilters,
} from "#lib/form/filters.ts";
import { parseFields } from "#lib/form/parse.ts";
import { storedReleases } from "#lib/form/stored.ts";
import { expandFields, type FormSection } from "#lib/form/versions.ts";
import type { VariationKind } from "#lib/platform/db/generated/enums.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import releases from "./releases.json" with { type: "json" };
import { KINDS, kindsOf, leadingKind, type Terms, VARIATION_KINDS, VARIATION_STATES } from "./rules.ts";

const DAY = z.iso.date().transform((day) => new Date(`${day}T00:00:00Z`));
const PHASING = z.array(z.object({ startYear: z.number().int(), cents: z.string().transform(BigInt) }));
const TERMS = z.object({
  endsOn: DAY.exactOptional(),
  scope: z.string().exactOptional(),
  phasing: PHASING.exactOptional(),
});

/** Terms as a variation's row stores them. */
export function readTerms(kind: VariationKind, json: unknown): Terms {
  const terms = { kind, ...TERMS.parse(json) } as Terms;
  if (!kindsOf(terms).includes(kind)) throw new TypeError(`these are not the terms of a ${kind} variation`);
  return terms;
}

type TermsJson = { endsOn?: string; scope?: string; phasing?: { startYear: number; cents: string }[] };

export const termsJson = ({ endsOn, scope, phasing }: Terms): TermsJson => ({
  ...(endsOn && { endsOn: endsOn.toISOString().slice(0, 10) }),
  ...(scope !== undefined && { scope }),
  ...(phasing && { phasing: phasing.map(({ startYear, cents }) => ({ startYear, cents: cents.toString() })) }),
});

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

/** The form that asks for a variation, with a section for each kind. Any change is a new release (releases.json). */
export const variationSections = (): FormSection[] =>
  VARIATION_KINDS.map((kind, index) => ({
    key: kind,
    number: index + 1,
    title: KINDS[kind].label,
    fields: [...TERMS_FIELDS[kind], ...VARIATION_REASON_FIELDS],
  }));

/** Its releases, newest last. */
export const VARIATION_RELEASES = storedReleases(releases);

/** The fields of a form that asks for a variation. `years`: those that can have an amount. */
export const variationFields = (kinds: readonly VariationKind[], years: readonly number[]): Field[] =>
  expandFields([...kinds.flatMap((kind) => TERMS_FIELDS[kind]), ...VARIATION_REASON_FIELDS], {
    years: yearOptions(years),
  });

/** The kinds of variation named in an address or a form, in their order. */
export const readKinds = (values: Values): VariationKind[] =>
  VARIATION_KINDS.filter((kind) => texts(values, "kind").includes(kind));

export const DECLINE_VARIATION_FIELDS = reasonFields("Why you are declining it", "The agency reads this");

/** What a form asks for, by the kinds it contains. @throws INVALID */
export function readAsked(values: Values): Terms & { reason: string } {
  const kinds = readKinds(values);
  const kind = leadingKind(kinds);
  if (!kind) throw new DomainError("INVALID", "Choose what you want to change.");
  const checked = parseFields(variationFields(kinds, phasedYears(values)), values);
  if (checked.errors) throw invalid(checked.errors);
  const { reason, endsOn, scope } = checked.data as { reason: string; endsOn?: Date; scope?: string };
  const hasMoney = kind === "COST" || kind === "REPHASING";
  return {
    kind,
    reason,
    ...(endsOn && { endsOn }),
    ...(scope !== undefined && { scope }),
    ...(hasMoney && { phasing: phasingOf(values) }),
  } as Terms & { reason: string };
}

const BY_AGENCY = ["arrangement.application.agency.abbreviation", "askedAt"];

/** The orders of the list of all variations. */
export const REGISTER_ORDERS = {
  newest: { label: "Newest first", column: "Asked for", by: ["askedAt"], isDescending: true },
  oldest: { label: "Oldest first", column: "Asked for", by: ["askedAt"], isDescending: false },
  agency: { label: "Agency, A to Z", column: "Agency", by: BY_AGENCY, isDescending: false },
  agencyBack: { label: "Agency, Z to A", column: "Agency", by: BY_AGENCY, isDescending: true },
} as const satisfies Record<string, DatabaseOrder>;

/** What the list of all variations can be narrowed by. */
export const REGISTER_FIELDS = [
  filterChoice("state", "State", [
    { value: "OPEN", label: "Not decided or cancelled yet" },
    ...Object.entries(VARIATION_STATES).map(([value, { label }]) => ({ value, label })),
  ]),
  filterChoice(
    "kind",
    "Kind",
    VARIATION_KINDS.map((value) => ({ value, label: KINDS[value].label })),
  ),
  filterChoice("agency", "Agency", "agencies"),
  OFFICER_FILTER,
  orderField(REGISTER_ORDERS),
] as const satisfies readonly Field[];

export type RegisterFilter = Ordered<Answers<typeof REGISTER_FIELDS>>;
export type RegisterSearch = Filters<typeof REGISTER_FIELDS>;

export const readRegisterFilter = (sent: Values, lists: Lists): RegisterSearch =>
  readFilters(REGISTER_FIELDS, sent, lists);
