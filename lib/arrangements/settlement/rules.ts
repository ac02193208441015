import type { ClaimState, ReportKind, ReportState, VariationState } from "#lib/platform/db/generated/enums.ts";
import { formatCents, greaterOf, lesserOf } from "#lib/platform/money.ts";

/** What is not finished yet in an arrangement. */
export type OpenItem =
  | { of: "report"; number: number; kind: ReportKind; state: ReportState }
  | { of: "claim"; number: number; state: ClaimState }
  | { of: "variation"; number: number; state: VariationState };

/** The money of an arrangement and its final account. */
export type Settlement = {
  committedCents: bigint;
  paidCents: bigint;
  /**
   * What can still be claimed or has been claimed: in a closed year at most what was accrued, and nothing after its
   * cut-off day.
   */
  payableCents: bigint;
  acquittal: { actualCents: bigint; surplusCents: bigint | null; surplusConfirmedAt: Date | null } | null;
  open: readonly OpenItem[];
  /** The part of advances that has neither been accounted for by a claim nor come back. */
  openAdvanceCents: bigint;
};

const REPORT_WORDS: Partial<Record<ReportState, string>> = {
  DUE: "is not submitted",
  RETURNED: "was returned and is not submitted again",
  SUBMITTED: "is not accepted",
};

const CLAIM_WORDS: Partial<Record<ClaimState, string>> = {
  CLAIMED: "not answered",
  APPROVED: "approved and not paid",
  PART_PAID: "paid in part",
};

function wordsOf(item: OpenItem): string {
  if (item.of === "report") return `report ${item.number} ${REPORT_WORDS[item.state] ?? "is open"}`;
  if (item.of === "variation") return `variation ${item.number} is not decided`;
  return `claim ${item.number} is ${CLAIM_WORDS[item.state] ?? "open"}`;
}

/** "report 2 is not accepted and claim 3 is not answered" */
const listOf = (items: readonly OpenItem[]): string => new Intl.ListFormat("en-NZ").format(items.map(wordsOf));

const capitalised = (words: string): string => words.replace(/^./, (first) => first.toUpperCase());

/** What was paid beyond what was spent, and so has to come back; 0 while there is no acquittal. */
export const toRecoverCents = ({ paidCents, acquittal }: Settlement): bigint =>
  acquittal && !acquittal.surplusConfirmedAt && paidCents > acquittal.actualCents
    ? paidCents - acquittal.actualCents
    : 0n;

/** Why the final report cannot be accepted as the last one; null: it can, as far as this check goes. */
export function obstacleToLastReport(open: readonly OpenItem[]): string | null {
  const others = open.filter((item) => item.of !== "report" || item.kind !== "FINAL");
  return others.length ? `You cannot accept the last report yet: ${listOf(others)}.` : null;
}

/** Why an arrangement cannot be terminated now: what the agency has sent has to be answered first. Null: it can. */
export function obstacleToTerminating(open: readonly OpenItem[]): string | null {
  const sent = open.filter((item) => item.of !== "report" || item.state === "SUBMITTED");
  if (!sent.length) return null;
  return `${capitalised(listOf(sent))}. Deal with what the agency has sent before you terminate: return or pay claims, accept or return reports, and decide variations.`;
}

/**
 * Why the surplus cannot be confirmed now, with the figures; null: it can. The agency bears what exceeds the fund's
 * money or can no longer be claimed.
 */
export function obstacleToSurplus({
  paidCents,
  payableCents,
  acquittal,
  open,
  openAdvanceCents,
}: Settlement): string | null {
  if (!acquittal) return "The agency needs to submit its acquittal first.";
  if (acquittal.surplusConfirmedAt) return "The surplus is already confirmed.";
  const claims = open.filter(({ of }) => of === "claim");
  if (claims.length) return `${capitalised(listOf(claims))}. Return or pay it before you confirm the surplus.`;
  const { actualCents } = acquittal;
  const both = `${formatCents(paidCents)} is paid and ${formatCents(actualCents)} was spent.`;
  if (paidCents > actualCents) return `${both} Recover ${formatCents(paidCents - actualCents)} first.`;
  const dueCents = toClaimCents({ paidCents, payableCents, acquittal });
  if (dueCents > 0n) return `${both} The agency needs to claim ${formatCents(dueCents)} first, and we need to pay it.`;
  return openAdvanceCents === 0n
    ? null
    : `${formatCents(openAdvanceCents)} of advances is not accounted for. The agency needs to account for it in a claim first.`;
}

/** What was spent and not paid, and can still be claimed: the fund owes it before the surplus is confirmed. */
export function toClaimCents({
  paidCents,
  payableCents,
  acquittal,
}: Pick<Settlement, "paidCents" | "payableCents" | "acquittal">): bigint {
  const unpaidCents = (acquittal?.actualCents ?? 0n) - paidCents;
  return unpaidCents > 0n ? lesserOf(unpaidCents, payableCents) : 0n;
}

/** What an initiative cost beyond the fund's money: its agency bears it, and none of it is paid. */
export function borneByAgencyCents(
  actualCents: bigint,
  { paidCents, payableCents }: Pick<Settlement, "paidCents" | "payableCents">,
): bigint {
  const fundCents = paidCents + payableCents;
  return greaterOf(actualCents - fundCents, 0n);
}

/** Why an arrangement cannot be closed now; null: it can. */
export function obstacleToClosing(settlement: Settlement): string | null {
  const { open, acquittal } = settlement;
  if (open.length) return `You cannot close it yet: ${listOf(open)}.`;
  if (!acquittal) return "The agency needs to submit its acquittal first.";
  return acquittal.surplusConfirmedAt ? null : "A budget officer needs to confirm the surplus first.";
}
