import { endedYear, formatPhasing, notEnough, type PhasedAmount, phasedTotal } from "#lib/budget/rules.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { addMonths, formatDay, formatInstant } from "#lib/platform/dates.ts";
import type { Marking, VariationKind, VariationState } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { makeSheet, type Sheet, type SheetColumn } from "#lib/platform/sheet.ts";

/** What an arrangement is, or is to become, in what a variation of that kind is about. */
export type Terms =
  | { kind: "TIME"; endsOn: Date }
  | { kind: "SCOPE"; scope: string }
  | { kind: "REPHASING" | "COST"; phasing: PhasedAmount };

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
export const variationName = ({ number, kind }: { number: number; kind: VariationKind }): string =>
  `Variation ${number}, ${KINDS[kind].label.toLowerCase()}`;

/** Who acts next on an open variation. */
export const waitsOnRole = ({ kind, state }: { kind: VariationKind; state: VariationState }): Role =>
  kind === "COST" && state === "ASKED" ? "BUDGET" : KINDS[kind].approver;

/** Who may decline an open variation: who approves its kind, and the budget officer who is asked to check its money. */
export const decliners = (variation: { kind: VariationKind; state: VariationState }): Role[] => [
  ...new Set([KINDS[variation.kind].approver, waitsOnRole(variation)]),
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

/** What a variation of that kind would change, as it is now. */
export function currentTerms(kind: VariationKind, { endsOn, scope, years }: Agreed): Terms {
  if (kind === "TIME") return { kind, endsOn };
  if (kind === "SCOPE") return { kind, scope };
  const held = years.filter(({ committedCents }) => committedCents > 0n);
  return { kind, phasing: held.map(({ startYear, committedCents }) => ({ startYear, cents: committedCents })) };
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
  if (asked.kind === "TIME") return checkEnd(agreed, asked.endsOn, today);
  if (asked.kind === "SCOPE") {
    return asked.scope === agreed.scope ? { scope: "Change what was agreed. This is the same" } : {};
  }
  return asked.kind === "COST" ? checkCost(agreed, asked.phasing) : checkRephasing(agreed, asked.phasing);
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
export function whyNoLongerFits(
  years: readonly HeldYear[],
  { kind, phasing }: { kind: VariationKind; phasing: PhasedAmount },
  today: Date,
): string | null {
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
  application: {
    reference: string;
    title: string;
    marking: Marking;
    agency: { name: string; abbreviation: string };
  };
};

/** Whom a variation waits on, in words; null: it is decided or cancelled. */
export const waitsOnWords = (variation: { kind: VariationKind; state: VariationState }): string | null =>
  OPEN_VARIATION.includes(variation.state) ? `the ${ROLE_LABELS[waitsOnRole(variation)]}` : null;

/** By how much a variation changes the total, in cents; null where it is about none. */
export function changeOfTotal({ current, proposed }: { current: Terms; proposed: Terms }): bigint | null {
  if (!("phasing" in current && "phasing" in proposed)) return null;
  return phasedTotal(proposed.phasing) - phasedTotal(current.phasing);
}

/** What a variation proposes, in a line. */
export function proposedWords({ proposed }: { proposed: Terms }): string {
  if (proposed.kind === "TIME") return `Ends on ${formatDay(proposed.endsOn)}`;
  return proposed.kind === "SCOPE" ? "Different work" : formatPhasing(proposed.phasing);
}

const REGISTER_COLUMNS: readonly SheetColumn<RegisteredVariation>[] = [
  { header: "Reference", kind: "text", width: 15, value: ({ application }) => application.reference },
  { header: "Initiative", kind: "text", width: 44, value: ({ application }) => application.title },
  { header: "Agency", kind: "text", value: ({ application }) => application.agency.name },
  { header: "Marking", kind: "text", value: ({ application }) => MARKING_LABELS[application.marking] },
  { header: "Variation", kind: "count", value: ({ number }) => number },
  { header: "Kind", kind: "text", value: ({ kind }) => KINDS[kind].label },
  { header: "State", kind: "text", value: ({ state }) => VARIATION_STATES[state].label },
  { header: "Waiting on", kind: "text", value: waitsOnWords },
  { header: "Asked for", kind: "text", width: 30, value: ({ askedAt }) => formatInstant(askedAt) },
  { header: "Decided", kind: "text", width: 30, value: ({ decidedAt }) => decidedAt && formatInstant(decidedAt) },
  { header: "Proposed", kind: "text", width: 44, value: proposedWords },
  { header: "Change to the total", kind: "cents", value: changeOfTotal },
];

/** The list of all variations as a file; `filters`: what it was narrowed by and its order, in words. */
export function registerSheet(rows: readonly RegisteredVariation[], filters: string, at: Date): Sheet {
  return makeSheet({
    title: "Variations",
    marking: MARKING_LABELS[highestMarking(rows.map(({ application }) => application.marking))],
    about: [`${filters} Created ${formatInstant(at)}.`],
    columns: REGISTER_COLUMNS,
    rows,
  });
}
