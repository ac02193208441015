import type { LedgerKind, Marking } from "#lib/platform/db/generated/enums.ts";
import { ROWS_MAX } from "#lib/platform/lists.ts";
import { formatYear } from "#lib/platform/money.ts";

/** An application as a line about money names it; null where it is not for the reader (an assessor's scope). */
export type Named = { reference: string; title: string; agency: string; marking: Marking };

export type LedgerLine = {
  id: bigint;
  startYear: number;
  at: Date;
  kind: LedgerKind;
  envelopeCents: bigint;
  reservedCents: bigint;
  committedCents: bigint;
  paidCents: bigint;
  reason: string;
  source: string | null;
  effectiveOn: Date | null;
  /** The change that it carries out, and who asked for that: `by` confirmed it. */
  changeId: string | null;
  askedBy: string | null;
  /** The entry that this one corrects, and the one that corrects this one. */
  reversesId: bigint | null;
  reversedById: bigint | null;
  /** Of a carry-forward that took initiatives along: the year that they left, once that is closed. */
  closedFrom: number | null;
  /** null: an entry of the year itself, or an application that is not for the reader. */
  application: Named | null;
  /** Of a payment, or of one that came back: the number of its claim. */
  claimNumber: number | null;
  /** Of what a payment document pays, credits or reverses: that document. */
  payment: { id: string; reference: string } | null;
  /** A person's name; null: the portal by itself. */
  by: string | null;
};

/** Entries of several kinds that a figure is the sum of, or a part of one kind. */
export type LedgerSum =
  /** What was paid: payments and recoveries. */
  | "MONEY"
  /** The same in two: payments less those that were corrected, and what came back less what of that was reversed. */
  | "PAYMENTS"
  | "CAME_BACK"
  /** Both parts of an envelope. */
  | "NEW"
  | "CARRIED";

/**
 * What of the ledger is read: the rows behind a figure, which is the sum of one of their columns. What is not said, or null, is
 * everything. A month: 0 is July.
 */
export type LedgerFilter = {
  /** null: every year, of which only the money that moved is read. */
  startYear: number | null;
  kind?: LedgerKind | LedgerSum | null;
  reference?: string | null;
  /** An agency's id. */
  agency?: string | null;
  month?: number | null;
  /** Everything up to the end of a month of the year; up to June is what had moved by 30 June. */
  upTo?: number | null;
  /** Money that moved in a calendar month, "2026-07", or in a financial year, "2026", and nothing else. */
  moved?: string | null;
  /** What moved after the year's 30 June. */
  isAfterJune?: boolean;
  /** THEN: what was recorded when the year was closed; SINCE: what has been since. */
  recorded?: "THEN" | "SINCE" | null;
};

/** The sums of what a filter finds. */
export type LedgerTotals = {
  count: number;
  envelopeCents: bigint;
  reservedCents: bigint;
  committedCents: bigint;
  paidCents: bigint;
};

export const tooManyEntries = `There are more than ${ROWS_MAX.toLocaleString("en-NZ")} entries. Filter them by month, kind or application to see what they add up to.`;

/** An adjustment made in error can be reversed once; what reverses is not itself reversed, nor what went out of a closed year. */
export const isReversible = (line: LedgerLine): boolean => isWhole(line) && whyStays(line) === null;

const isWhole = ({ kind, reversesId, reversedById }: LedgerLine): boolean =>
  kind === "ADJUST" && reversesId === null && reversedById === null;

/** Why an adjustment that nobody has reversed stays for good; null where it may be reversed, or is not one. */
export const whyStays = (line: LedgerLine): string | null =>
  isWhole(line) && line.closedFrom !== null
    ? `You cannot reverse this carry-forward. ${closedFor(line.closedFrom)}`
    : null;

/** What a closed year does not take back. */
export const closedFor = (startYear: number): string =>
  `${formatYear(startYear)} is closed, so initiatives cannot go back into it.`;
