import { endedYear, formatPhasing, notEnough, type PhasedAmount, phasedTotal } from "#lib/budget/rules.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { addMonths, formatDay, formatInstant, yearBeginsOn } from "#lib/platform/dates.ts";
import type { Marking, VariationKind, VariationState } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import type { LongSheet, SheetColumn } from "#lib/platform/sheet.ts";

/** What an arrangement is, or is to become, in what a variation is about: of several changes, its kind is the one about money. */
export type Terms = { endsOn?: Date; scope?: string; phasing?: PhasedAmount } & (
  | { kind: "TIME"; endsOn: Date }
  | { kind: "SCOPE"; scope: string }
  | { kind: "REPHASING" | "COST"; phasing: PhasedAmount }
);

/** The kinds of variation: what each changes, and who approves it. */
export const KINDS: Record<VariationKind, { label: string; hint: string; approver: Role }> = {
  TIME: { label: "Time", hint: "A new end date", approver: "DESK" },
  SCOPE: { label: "Scope", hint: "Different work from what was agreed", approver: "DESK" },
  REPHASING: {
    label: "Re-phasing",
    hint: "The same total, split differently over the financial years",
    approver: "BUDGET",
  },
  COST: { label: "Cost", hint: "More or less money in total", approver: "APPROVER" },
};
export const VARIATION_KINDS = Object.keys(KINDS) as VariationKind[];
export const isVariationKind = (word: string): word is VariationKind => Object.hasOwn(KINDS, word);

type Kinds = readonly VariationKind[];

/** All that a variation is about, in the order of the kinds. */
export const kindsOf = ({ kind, endsOn, scope, phasing }: Terms): VariationKind[] =>
  VARIATION_KINDS.filter((one) => {
    if (one === "TIME") return endsOn !== undefined;
    return one === "SCOPE" ? scope !== undefined : phasing !== undefined && one === kind;
  });

/** The kind by which a variation of several is known; null where those cannot be asked for together. */
export function leadingKind(kinds: Kinds): VariationKind | null {
  if (kinds.includes("COST") && kinds.includes("REPHASING")) return null;
  return kinds.find((kind) => kind === "COST" || kind === "REPHASING") ?? kinds[0] ?? null;
}

/** "Time and re-phasing" */
export const kindsInWords = (kinds: Kinds): string =>
  new Intl.ListFormat("en-NZ").format(
    kinds.map((kind, index) => (index ? KINDS[kind].label.toLowerCase() : KINDS[kind].label)),
  );

/** Who approves it: a re-phasing alone is the budget officer's, one with another end or scope the desk's. */
export function approverOf(kinds: Kinds): Role {
  if (kinds.includes("COST")) return KINDS.COST.approver;
  return kinds.length === 1 && kinds[0] === "REPHASING" ? KINDS.REPHASING.approver : KINDS.TIME.approver;
}

/** Whether a budget officer checks its money before another office approves it. */
export const isChecked = (kinds: Kinds): boolean =>
  kinds.some((kind) => kind === "COST" || kind === "REPHASING") && approverOf(kinds) !== "BUDGET";

/** A state in the words of each side. */
export const VARIATION_STATES: Record<
  VariationState,
  { label: string; agency: string; tone: "ok" | "wait" | "no" | "bad" }
> = {
  ASKED: { label: "Asked for", agency: "Being decided", tone: "wait" },
  BUDGET_CONFIRMED: { label: "Budget confirmed", agency: "Being decided", tone: "wait" },
  APPROVED: { label: "Approved", agency: "Approved", tone: "ok" },
  DECLINED: { label: "Declined", agency: "Declined", tone: "bad" },
  CANCELLED: { label: "Cancelled", agency: "Cancelled", tone: "no" },
};

/** The states in which a variation is neither decided nor cancelled. */
export const OPEN_VARIATION: VariationState[] = ["ASKED", "BUDGET_CONFIRMED"];

/** "Variation 2, re-phasing" */
export const variationName = ({ number, kinds }: { number: number; kinds: Kinds }): string =>
  `Variation ${number}, ${kindsInWords(kinds).toLowerCase()}`;

/** Who acts next on an open variation. */
export const waitsOnRole = ({ kinds, state }: { kinds: Kinds; state: VariationState }): Role =>
  isChecked(kinds) && state === "ASKED" ? "BUDGET" : approverOf(kinds);

/** Who may decline an open variation: who approves it, and the budget officer who is asked to check its money. */
export const decliners = (variation: { kinds: Kinds; state: VariationState }): Role[] => [
  ...new Set([approverOf(variation.kinds), waitsOnRole(variation)]),
];

/** What an arrangement holds of one financial year, in cents. */
export type HeldYear = {
  startYear: number;
  committedCents: bigint;
  /** Paid, or claimed and neither paid nor sent back yet: it stays in its year. */
  boundCents: bigint;
  /** What the year's envelope has left for everybody. */
  availableCents: bigint;
  /** Money may still come into it: it has an envelope and has not ended. */
  isOpen: boolean;
  /** Its statement is final: nothing of it is moved into another year. */
  isClosed: boolean;
};

/** What an arrangement is now. */
export type Agreed = { startsOn: Date; endsOn: Date; scope: string; years: HeldYear[] };

/** What a variation would change, as it is now. */
export function currentTerms(proposed: Terms, { endsOn, scope, years }: Agreed): Terms {
  const held = years.filter(({ committedCents }) => committedCents > 0n);
  const phasing = held.map(({ startYear, committedCents }) => ({ startYear, cents: committedCents }));
  return {
    kind: proposed.kind,
    ...(proposed.endsOn && { endsOn }),
    ...(proposed.scope !== undefined && { scope }),
    ...(proposed.phasing && { phasing }),
  } as Terms;
}

const centsIn = (phasing: PhasedAmount, startYear: number): bigint =>
  phasing.find((part) => part.startYear === startYear)?.cents ?? 0n;

export type YearChange = { startYear: number; beforeCents: bigint; afterCents: bigint; changeCents: bigint };

/** Two phasings year by year, the earliest first. */
export function changesByYear(before: PhasedAmount, after: PhasedAmount): YearChange[] {
  const years = [...new Set([...before, ...after].map(({ startYear }) => startYear))].sort((one, other) => one - other);
  return years.map((startYear) => {
    const [beforeCents, afterCents] = [centsIn(before, startYear), centsIn(after, startYear)];
    return { startYear, beforeCents, afterCents, changeCents: afterCents - beforeCents };
  });
}

/** What a phasing adds to another, in the years where it does. */
export const addedBy = (before: PhasedAmount, after: PhasedAmount): PhasedAmount =>
  changesByYear(before, after).flatMap(({ startYear, changeCents }) =>
    changeCents > 0n ? [{ startYear, cents: changeCents }] : [],
  );

/** An end further away than this is a new initiative. */
const YEARS_MAX = 5;

/** What is wrong with what is asked for: input name to message. `today`: the day in New Zealand. */
export function checkAsked(agreed: Agreed, asked: Terms, today: Date): Record<string, string> {
  const { kind, endsOn, scope, phasing } = asked;
  return {
    ...(scope === agreed.scope && { scope: "Enter a different scope. This one is already agreed" }),
    ...checkAddedOutside(agreed, asked),
    ...(phasing && (kind === "COST" ? checkCost(agreed, phasing) : checkRephasing(agreed, phasing))),
    ...checkOutside(agreed, asked),
    ...(endsOn && checkEnd(agreed, endsOn, today)),
  };
}

/** The years that begin after an end and hold money: in what is asked for, or else as it is now. */
function yearsAfter(endsOn: Date, phasing: PhasedAmount): PhasedAmount {
  return phasing.filter(({ startYear, cents }) => cents > 0n && yearBeginsOn(startYear) > endsOn);
}

/** Money of a year that begins once the arrangement has ended could never be claimed. */
function checkOutside({ years }: { years: readonly HeldYear[] }, { endsOn, phasing }: Terms): Record<string, string> {
  if (!endsOn) return {};
  const outside = yearsAfter(endsOn, phasing ?? phasingOfYears(years));
  if (phasing) {
    return Object.fromEntries(
      outside.map(({ startYear }) => [
        `phasing${startYear}`,
        `${formatYear(startYear)} begins after the new end date. Move its money to an earlier year, or give it back`,
      ]),
    );
  }
  const held = outside.map(({ startYear, cents }) => `${formatCents(cents)} is committed in ${formatYear(startYear)}`);
  return held.length
    ? {
        "endsOn-day": `${held.join("; ")}, which begins after that day. Ask for a re-phasing or a lower cost in the same variation`,
      }
    : {};
}

/** Money may stay in a year that begins after the agreed end, but none is added to it, unless a later end is asked for as well. */
function checkAddedOutside({ years, endsOn: agreedEnd }: Agreed, { endsOn, phasing }: Terms): Record<string, string> {
  if (endsOn || !phasing) return {};
  const outside = yearsAfter(agreedEnd, addedBy(phasingOfYears(years), phasing));
  return Object.fromEntries(
    outside.map(({ startYear }) => [
      `phasing${startYear}`,
      `${formatYear(startYear)} begins after ${formatDay(agreedEnd)}, when the initiative ends. Ask for a later end date in the same variation`,
    ]),
  );
}

function checkEnd({ startsOn, endsOn }: Agreed, asked: Date, today: Date): Record<string, string> {
  const input = "endsOn-day";
  if (asked.getTime() === endsOn.getTime())
    return { [input]: `It already ends on ${formatDay(endsOn)}. Enter another date` };
  if (asked < startsOn) return { [input]: `New end date must be ${formatDay(startsOn)}, when it begins, or later` };
  if (asked < today) return { [input]: "New end date must be today or later" };
  const last = addMonths(endsOn, YEARS_MAX * 12);
  return asked > last ? { [input]: `New end date must be ${formatDay(last)} or earlier` } : {};
}

function checkRephasing({ years }: Agreed, phasing: PhasedAmount): Record<string, string> {
  const errors = checkYears(years, phasing);
  for (const startYear of movedOutOfClosed(years, phasing)) errors[`phasing${startYear}`] = closedYear(startYear);
  const [total, held] = [phasedTotal(phasing), phasedTotal(phasingOfYears(years))];
  if (total !== held) {
    const differs = `${formatCents(total > held ? total - held : held - total)} too ${total > held ? "much" : "little"}`;
    errors[firstInput(years)] ??=
      `The amounts must add up to ${formatCents(held)}, as now. They add up to ${formatCents(total)}, ${differs}`;
  } else if (isSame(years, phasing)) errors[firstInput(years)] ??= "Change at least one amount. These are the same";
  return errors;
}

function checkCost({ years }: Agreed, phasing: PhasedAmount): Record<string, string> {
  const errors = checkYears(years, phasing);
  const total = phasedTotal(phasing);
  if (total === 0n) errors[firstInput(years)] ??= "Enter the amount for at least one financial year";
  else if (isSame(years, phasing)) errors[firstInput(years)] ??= "Change at least one amount. These are the same";
  else if (total === phasedTotal(phasingOfYears(years))) {
    errors[firstInput(years)] ??= `The total stays ${formatCents(total)}. Ask for a re-phasing instead`;
  }
  return errors;
}

const phasingOfYears = (years: readonly HeldYear[]): PhasedAmount =>
  years.map(({ startYear, committedCents }) => ({ startYear, cents: committedCents }));
/** A cost variation may give less to a closed year, as whatever comes back is entered in it; a re-phasing moves it. */
const movedOutOfClosed = (years: readonly HeldYear[], phasing: PhasedAmount): number[] =>
  years
    .filter(({ isClosed, startYear, committedCents }) => isClosed && centsIn(phasing, startYear) !== committedCents)
    .map(({ startYear }) => startYear);
const closedYear = (startYear: number): string =>
  `${formatYear(startYear)} is closed, so its money cannot move into another year`;
const isSame = (years: readonly HeldYear[], phasing: PhasedAmount): boolean =>
  changesByYear(phasingOfYears(years), phasing).every(({ changeCents }) => changeCents === 0n);
const firstInput = (years: readonly HeldYear[]): string => `phasing${years[0]?.startYear ?? ""}`;

/** Whether each year can give and take what a phasing changes. */
function checkYears(years: readonly HeldYear[], phasing: PhasedAmount): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { startYear, afterCents, changeCents } of changesByYear(phasingOfYears(years), phasing)) {
    const problem = yearProblem(
      years.find((year) => year.startYear === startYear),
      startYear,
      afterCents,
      changeCents,
    );
    if (problem) errors[`phasing${startYear}`] = problem;
  }
  return errors;
}

function yearProblem(year: HeldYear | undefined, startYear: number, afterCents: bigint, changeCents: bigint) {
  if (changeCents < 0n && year && afterCents < year.boundCents) {
    return `Amount must be ${formatCents(year.boundCents)} or more: that is paid or claimed in ${formatYear(startYear)}`;
  }
  if (changeCents <= 0n) return null;
  if (!year?.isOpen) return `${formatYear(startYear)} is not open, so you cannot add money to it`;
  return changeCents > year.availableCents
    ? `This adds ${formatCents(changeCents)}. ${notEnough(startYear, year.availableCents)}`
    : null;
}

/** What no longer fits of a variation that was asked for a while ago: a sentence; null where all of it does. */
export function whyNoLongerFits(years: readonly HeldYear[], proposed: Terms, today: Date): string | null {
  const { kind, phasing } = proposed;
  const [outside] = Object.values(checkOutside({ years }, proposed));
  if (!phasing) return outside ? `${outside}. Decline the variation. The agency can then ask again.` : null;
  const closed = kind === "REPHASING" ? movedOutOfClosed(years, phasing).map(closedYear) : [];
  if (closed.length) {
    return `${closed.join("; ")}. Decline the variation. The agency can ask again, for the money of open years or for a variation of cost that gives some of a closed year’s money back.`;
  }
  const changes = changesByYear(phasingOfYears(years), phasing);
  const ended = changes.flatMap(
    ({ startYear, changeCents }) => (changeCents > 0n && endedYear(startYear, today)) || [],
  );
  if (ended.length) return `${ended.join("; ")}. Decline the variation. The agency can then ask again.`;
  const short = changes.flatMap(({ startYear, afterCents }) => {
    const bound = years.find((year) => year.startYear === startYear)?.boundCents ?? 0n;
    return afterCents < bound ? [`${formatCents(bound)} is paid or claimed in ${formatYear(startYear)} by now`] : [];
  });
  return short.length
    ? `${short.join("; ")}, so the variation would leave too little. The agency needs to ask again.`
    : null;
}

/** A variation as the list of all of them has it: its figures, and not the words of who asked. */
export type RegisteredVariation = {
  id: string;
  number: number;
  kind: VariationKind;
  state: VariationState;
  current: Terms;
  proposed: Terms;
  askedAt: Date;
  decidedAt: Date | null;
  kinds: VariationKind[];
  application: {
    reference: string;
    title: string;
    marking: Marking;
    agency: { name: string; abbreviation: string };
  };
};

/** Whom a variation waits on, in words; null: it is decided or cancelled. */
export const waitsOnWords = (variation: { kinds: Kinds; state: VariationState }): string | null =>
  OPEN_VARIATION.includes(variation.state) ? `the ${ROLE_LABELS[waitsOnRole(variation)]}` : null;

/** By how much a variation changes the total, in cents; null where it is about none. */
export function changeOfTotal({ current, proposed }: { current: Terms; proposed: Terms }): bigint | null {
  if (!(current.phasing && proposed.phasing)) return null;
  return phasedTotal(proposed.phasing) - phasedTotal(current.phasing);
}

/** What a variation proposes, in a line. */
export function proposedWords({ proposed }: { proposed: Terms }): string {
  const { endsOn, scope, phasing } = proposed;
  return [
    ...(endsOn ? [`Ends on ${formatDay(endsOn)}`] : []),
    ...(scope === undefined ? [] : ["Different work"]),
    ...(phasing ? [formatPhasing(phasing)] : []),
  ].join("; ");
}

const REGISTER_COLUMNS: readonly SheetColumn<RegisteredVariation>[] = [
  { header: "Reference", kind: "text", width: 15, value: ({ application }) => application.reference },
  { header: "Initiative", kind: "text", width: 44, value: ({ application }) => application.title },
  { header: "Agency", kind: "text", value: ({ application }) => application.agency.name },
  { header: "Marking", kind: "text", value: ({ application }) => MARKING_LABELS[application.marking] },
  { header: "Variation", kind: "count", value: ({ number }) => number },
  { header: "Kind", kind: "text", value: ({ kinds }) => kindsInWords(kinds) },
  { header: "State", kind: "text", value: ({ state }) => VARIATION_STATES[state].label },
  { header: "Waiting on", kind: "text", value: waitsOnWords },
  { header: "Asked for", kind: "text", width: 30, value: ({ askedAt }) => formatInstant(askedAt) },
  { header: "Decided", kind: "text", width: 30, value: ({ decidedAt }) => decidedAt && formatInstant(decidedAt) },
  { header: "Proposed", kind: "text", width: 44, value: proposedWords },
  { header: "Change to the total", kind: "cents", value: changeOfTotal },
];

/** The list of all variations as a file; `filters`: what it was narrowed by and its order, in words. */
export const registerSheet = (filters: string, at: Date): LongSheet<RegisteredVariation> => ({
  title: "Variations",
  markingOf: ({ application }) => application.marking,
  marking: ({ markings }) => MARKING_LABELS[highestMarking(markings)],
  about: () => [`${filters} Created ${formatInstant(at)}.`],
  columns: REGISTER_COLUMNS,
});
