import type { Values } from "#lib/form/fields.ts";
import { can, type MfatActor, type Permission, ROLE_LABELS, rolesOf } from "#lib/lifecycle/permissions.ts";
import { formatDate, formatDay } from "#lib/platform/dates.ts";
import type { ChangeKind, ChangeState } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";

/** What takes two people: one asks for it, another confirms it. `asks` may also withdraw it, `confirms` decline it. */
type KindRow = { label: string; asks: Permission; confirms: Permission; reads: Permission };

const OF_YEAR = { asks: "envelope:adjust", confirms: "envelope:confirm", reads: "budget:read" } as const;

export const CHANGE_KINDS = {
  ENVELOPE: { label: "Envelope change", ...OF_YEAR },
  CORRECTION: { label: "Correction", ...OF_YEAR },
  CARRY_FORWARD: { label: "Carry-forward", ...OF_YEAR },
  CLOSING: { label: "Closing of a year", ...OF_YEAR },
  THRESHOLD: { label: "Threshold", ...OF_YEAR },
  // Whoever confirms it takes the step, which is the budget officer's. The change names an application, so assessors,
  // who see only what is assigned to them, do not see it.
  STEP: {
    label: "Correction in a closed year",
    asks: "envelope:adjust",
    confirms: "envelope:adjust",
    reads: "variation:read",
  },
  DELEGATION: { label: "Delegation", asks: "role:keep", confirms: "role:keep", reads: "person:read" },
} as const satisfies Record<ChangeKind, KindRow>;

export const ALL_CHANGE_KINDS = Object.keys(CHANGE_KINDS) as ChangeKind[];

/** Who may confirm a change: "budget officer or approver". */
const officesOf = (kind: ChangeKind): string =>
  rolesOf(CHANGE_KINDS[kind].confirms)
    .map((role) => ROLE_LABELS[role])
    .join(" or ");

/** Who a requested change is waiting on. */
export const waitsForSecond = ({ kind, isSmall }: Pick<ChangeLine, "kind" | "isSmall">): string =>
  isSmall
    ? `It is waiting on a ${officesOf(kind)}, who can be the person who asked for it. Nothing changes until it is confirmed.`
    : `It is waiting on another ${officesOf(kind)}. Nothing changes until one of them confirms it.`;

/** Why a change cannot be asked for: nobody else could confirm it. `administrators`: their addresses. */
export function nobodyToConfirm(kind: ChangeKind, administrators: readonly string[]): string {
  const { asks } = CHANGE_KINDS[kind];
  const whom = administrators.length ? ` (${administrators.join(", ")})` : "";
  const ask = asks === "role:keep" ? "Add" : `Ask an administrator${whom} to add`;
  return `Nobody else can confirm this. ${ask} another ${officesOf(kind)} first.`;
}

const STATES: Record<ChangeState, string> = {
  ASKED: "Waiting for a second person",
  CONFIRMED: "Confirmed",
  DECLINED: "Declined",
  WITHDRAWN: "Withdrawn",
};

/**
 * What was asked for; which fields are set depends on the kind. `startYear`: for a carry-forward, the year it moves
 * money from.
 */
export type ChangeTerms = {
  kind: ChangeKind;
  startYear: number | null;
  cents: bigint | null;
  source: string | null;
  effectiveOn: Date | null;
  entryId: bigint | null;
  personId: string | null;
  delegation: string | null;
  /** For a step that corrects a closed year: its application, and the answers in the step's form. */
  applicationId: string | null;
  step: string | null;
  answers: Values | null;
  reason: string;
};

export type ChangeLine = ChangeTerms & {
  id: string;
  state: ChangeState;
  /** For a delegation: whose it is, and what they may decide now. */
  personName: string | null;
  delegationNow: string;
  limitNow: bigint | null;
  askedById: string;
  askedBy: string;
  askedAt: Date;
  settledById: string | null;
  settledBy: string | null;
  settledAt: Date | null;
  settledWhy: string | null;
  appliedAt: Date | null;
  /**
   * The person who asked may confirm it too, as long as what one person has changed alone stays within the threshold.
   */
  isSmall: boolean;
};

/** "2025/26 into 2026/27". */
export const carriedYears = ({ startYear }: Pick<ChangeTerms, "startYear">): string =>
  `${formatYear(startYear ?? 0)} into ${formatYear((startYear ?? 0) + 1)}`;

const raisedOrLowered = (cents: bigint): string =>
  `${cents > 0n ? "raised" : "lowered"} by ${formatCents(cents < 0n ? -cents : cents)}`;

/** What a delegation lets an approver decide, in words. */
export const delegationInWords = ({ delegation, cents }: Pick<ChangeTerms, "delegation" | "cents">): string =>
  delegation === "limit" ? `up to ${formatCents(cents ?? 0n)}` : delegation === "unlimited" ? "no limit" : "none";

export const thresholdInWords = (cents: bigint): string =>
  cents === 0n
    ? "Every envelope change takes two people"
    : `One person can change a year’s envelope by up to ${formatCents(cents)} in total`;

/** What will change, in one line. */
export function changeTitle(change: ChangeTerms & { personName: string | null }): string {
  const { kind, cents, startYear, entryId } = change;
  switch (kind) {
    case "ENVELOPE":
      return `Envelope ${formatYear(startYear ?? 0)}: ${raisedOrLowered(cents ?? 0n)}`;
    case "CORRECTION":
      return `Envelope ${formatYear(startYear ?? 0)}: reverse entry ${entryId}`;
    case "CARRY_FORWARD":
      return `Carry-forward ${carriedYears(change)}: ${formatCents(cents ?? 0n)}`;
    case "CLOSING":
      return `Financial year ${formatYear(startYear ?? 0)}: close it`;
    case "STEP":
      return `${change.source} in ${formatYear(startYear ?? 0)}, which is closed: ${formatCents(cents ?? 0n)}`;
    case "THRESHOLD":
      return thresholdInWords(cents ?? 0n);
    case "DELEGATION":
      return `Delegation of ${change.personName}: ${delegationInWords(change)}`;
  }
}

type Standing = Pick<ChangeLine, "state" | "appliedAt" | "effectiveOn">;

/** Whether one envelope change repeats another. */
export const isSameEnvelope = (
  one: Pick<ChangeTerms, "kind" | "startYear" | "cents" | "reason" | "effectiveOn">,
  other: Pick<ChangeTerms, "kind" | "startYear" | "cents" | "reason" | "effectiveOn">,
): boolean =>
  one.kind === other.kind &&
  one.startYear === other.startYear &&
  one.cents === other.cents &&
  one.reason.trim() === other.reason.trim() &&
  one.effectiveOn?.getTime() === other.effectiveOn?.getTime();

/** A confirmed change whose day has not come yet. */
const isToCome = ({ state, appliedAt }: Standing): boolean => state === "CONFIRMED" && appliedAt === null;

/** A change whose day has come but that its year cannot take keeps waiting. `today`: the civil day in New Zealand. */
export function changeState(change: Standing, today: Date): string {
  if (!isToCome(change) || !change.effectiveOn) return STATES[change.state];
  const on = formatDay(change.effectiveOn);
  return change.effectiveOn > today
    ? `Confirmed, takes effect on ${on}`
    : `Confirmed, but has not taken effect: it was due on ${on}, and the envelope was too small`;
}

/** "Confirmed on 3 July 2026 by Kate Morrison", or since when it has been waiting and who asked for it. */
export const changeStateInWords = (change: ChangeLine, today: Date): string =>
  change.settledAt
    ? `${changeState(change, today)}; ${formatDate(change.settledAt)}, ${change.settledBy}`
    : `${changeState(change, today)} since ${formatDate(change.askedAt)}; asked for by ${change.askedBy}`;

/** Nobody confirms or declines what they asked for themselves, except a small change. */
export const mayConfirm = (actor: MfatActor, change: ChangeLine): boolean =>
  can(actor, CHANGE_KINDS[change.kind].confirms) && whyNotSettled(change, actor.personId, "CONFIRMED") === null;

/** Others in the same office may too: the person who asked may have left. */
export const mayWithdraw = (actor: MfatActor, change: ChangeLine): boolean =>
  can(actor, CHANGE_KINDS[change.kind].asks) && whyNotSettled(change, actor.personId, "WITHDRAWN") === null;

/** Why somebody cannot settle a change this way; null where they can. */
export function whyNotSettled(
  change: Pick<
    ChangeLine,
    "state" | "appliedAt" | "effectiveOn" | "settledBy" | "settledAt" | "askedById" | "personId" | "isSmall"
  >,
  personId: string,
  to: Exclude<ChangeState, "ASKED">,
): { code: "CONFLICT" | "FORBIDDEN"; message: string } | null {
  const isOpen = change.state === "ASKED" || (to === "WITHDRAWN" && isToCome(change));
  if (!isOpen) {
    const since = change.settledAt ? ` on ${formatDate(change.settledAt)}` : "";
    return { code: "CONFLICT", message: `${change.settledBy} ${STATES[change.state].toLowerCase()} it${since}.` };
  }
  const isAlone = to === "CONFIRMED" && change.isSmall;
  if (to !== "WITHDRAWN" && change.askedById === personId && !isAlone) {
    return {
      code: "FORBIDDEN",
      message: "You asked for this change, so somebody else needs to confirm or decline it.",
    };
  }
  if (to !== "WITHDRAWN" && change.personId === personId) {
    return {
      code: "FORBIDDEN",
      message: "This is your own delegation, so somebody else needs to confirm or decline it.",
    };
  }
  return null;
}
