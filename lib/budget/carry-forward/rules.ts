import { formatDate } from "#lib/platform/dates.ts";
import type { CarryForwardState } from "#lib/platform/db/generated/enums.ts";
import { formatYear } from "#lib/platform/money.ts";

export const CARRY_FORWARD_STATES: Record<CarryForwardState, string> = {
  IN_PRINCIPLE: "In principle",
  CONFIRMED: "Confirmed",
  CANCELLED: "Cancelled",
};

export type CarryForwardLine = {
  id: string;
  fromYear: number;
  intoYear: number;
  cents: bigint;
  state: CarryForwardState;
  reason: string;
  source: string;
  agreedBy: string;
  agreedAt: Date;
  settledBy: string | null;
  settledAt: Date | null;
  settledWhy: string | null;
};

/** "2025/26 into 2026/27". */
export const carriedYears = ({ fromYear, intoYear }: Pick<CarryForwardLine, "fromYear" | "intoYear">): string =>
  `${formatYear(fromYear)} into ${formatYear(intoYear)}`;

/** "Confirmed 3 July 2026, Budget Officer", or who agreed it where it is in principle still. */
export function stateInWords(line: CarryForwardLine): string {
  const { state, agreedAt, agreedBy, settledAt, settledBy } = line;
  return `${CARRY_FORWARD_STATES[state]} since ${formatDate(settledAt ?? agreedAt)}, ${settledBy ?? agreedBy}`;
}

/**
 * A year's envelope by where its money comes from, in cents: envelope = new + carried. What is agreed in principle is no
 * part of it.
 */
export type EnvelopeParts = {
  startYear: number;
  envelopeCents: bigint;
  newCents: bigint;
  /** Carried into the year, less what was carried out of it; corrections counted. */
  carriedCents: bigint;
  inPrincipleIntoCents: bigint;
  inPrincipleFromCents: bigint;
};
