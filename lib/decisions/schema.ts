import type { PhasedAmount } from "#lib/budget/rules.ts";
import { type Field, type Option, reasonFields, text, type Values } from "#lib/form/fields.ts";
import { formatYear, parseCents } from "#lib/platform/money.ts";

export const OUTCOME_OPTIONS: readonly Option[] = [
  { value: "FUND_IN_FULL", label: "Fund in full" },
  { value: "FUND_IN_PART", label: "Fund in part" },
  { value: "DO_NOT_FUND", label: "Do not fund", hint: "No money is reserved, and it goes straight to the decision" },
];

/** The library of conditions for offers, which the desk maintains. */
export const CONDITION_LIST_FIELDS = [
  {
    kind: "longText",
    name: "conditions",
    label: "Conditions",
    hint: "One per line, as the agency will read it in the offer",
    optional: true,
    charsMax: 10_000,
    rows: 12,
  },
] as const satisfies readonly Field[];

export const CONDITION_CHARS_MAX = 300;
export const CONDITIONS_MAX = 30;

/** The library of a new portal. */
export const STARTING_CONDITIONS: readonly string[] = [
  "Report on each result within three months of the end of the initiative.",
  "Tell the fund desk before any change to the places, the partners or the dates.",
  "Name the Pacific Security Fund whenever you publish anything about the initiative.",
  "Return unspent money within 30 days of the acquittal.",
  "Get MFAT’s agreement before any activity in a place that it advises against travelling to.",
];

/** Chosen from the library. The value is the text itself. */
export const STANDARD_CONDITIONS = {
  kind: "choices",
  name: "standardConditions",
  label: "Conditions from the library",
  hint: "The agency reads these in the offer",
  options: "conditions",
  optional: true,
} as const satisfies Field;

const OWN_CONDITIONS = {
  kind: "longText",
  name: "conditions",
  label: "Conditions in your own words",
  hint: "The agency reads these in the offer, below the conditions from the library",
  optional: true,
  wordsMax: 300,
  rows: 4,
} as const satisfies Field;

/** One amount for each financial year: their sum is the amount. */
const phasingFields = (years: readonly number[]): Field[] =>
  years.map((year) => ({
    kind: "amount",
    name: `phasing${year}`,
    label: `Amount in ${formatYear(year)}`,
    optional: true,
    allowZero: true,
  }));

/** The financial years for which a form has amounts. */
export const phasedYears = (values: Values): number[] =>
  Object.keys(values).flatMap((name) => (/^phasing\d{4}$/.test(name) ? [Number(name.slice("phasing".length))] : []));

/** The phasing in a form, once its amounts are checked; years without an amount are left out. */
export const phasingOf = (values: Values): PhasedAmount =>
  phasedYears(values).flatMap((startYear) => {
    const cents = parseCents(text(values, `phasing${startYear}`));
    return cents ? [{ startYear, cents }] : [];
  });

export const RECOMMEND_FIELDS = [
  {
    kind: "choice",
    name: "outcome",
    label: "Recommendation",
    missing: "Choose a recommendation",
    options: OUTCOME_OPTIONS,
  },
] as const satisfies readonly Field[];

export const RECOMMEND_MORE_FIELDS = [
  STANDARD_CONDITIONS,
  OWN_CONDITIONS,
  {
    kind: "longText",
    name: "rationale",
    label: "Rationale",
    hint: "MFAT reads this",
    missing: "Enter the rationale",
    wordsMax: 500,
    rows: 6,
  },
  {
    kind: "longText",
    name: "exceptionReason",
    label: "Reason for recommending more than was requested",
    hint: "Only if the amount is more than was requested",
    optional: true,
    wordsMax: 200,
    rows: 3,
  },
] as const satisfies readonly Field[];

export const APPROVE_FIELDS = [
  STANDARD_CONDITIONS,
  OWN_CONDITIONS,
  {
    kind: "longText",
    name: "reason",
    label: "Reason",
    hint: "Only if the decision differs from the recommendation. MFAT reads this",
    optional: true,
    wordsMax: 300,
    rows: 4,
  },
] as const satisfies readonly Field[];

/** The fields of a recommendation, with an amount for each of some financial years. */
export const recommendFields = (years: readonly number[]): Field[] => [
  ...RECOMMEND_FIELDS,
  ...phasingFields(years),
  ...RECOMMEND_MORE_FIELDS,
];

/** The same for an approval. */
export const approveFields = (years: readonly number[]): Field[] => [...phasingFields(years), ...APPROVE_FIELDS];

export const DECLINE_FIELDS = [
  {
    kind: "longText",
    name: "reason",
    label: "Reason",
    hint: "MFAT reads this",
    missing: "Enter the reason",
    wordsMax: 300,
    rows: 4,
  },
  {
    kind: "longText",
    name: "agencyText",
    label: "Message to the agency",
    missing: "Enter a message to the agency",
    wordsMax: 300,
    rows: 5,
  },
] as const satisfies readonly Field[];

export const REOPEN_DECLINED_FIELDS = [
  {
    kind: "longText",
    name: "reason",
    label: "Why you are reopening it",
    hint: "MFAT reads this",
    missing: "Enter a reason",
    wordsMax: 300,
    rows: 4,
  },
  {
    kind: "longText",
    name: "agencyText",
    label: "Message to the agency",
    hint: "The agency reads this in the correcting letter, which we send straight away",
    missing: "Enter a message to the agency",
    wordsMax: 300,
    rows: 5,
  },
] as const satisfies readonly Field[];

export const RETURN_RECOMMENDATION_FIELDS = /* @__PURE__ */ reasonFields(
  "Why you are returning it",
  "The desk reads this",
);

export const TAKE_BACK_RECOMMENDATION_FIELDS = /* @__PURE__ */ reasonFields(
  "Why you are taking it back",
  "MFAT reads this",
);

export const REOPEN_DECISION_FIELDS = /* @__PURE__ */ reasonFields("Why you are reopening it", "MFAT reads this");
