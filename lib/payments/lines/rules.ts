import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import { formatDay } from "#lib/platform/dates.ts";

/** A line of a payment document: it pays a part of a claim, takes a credit off, or reverses another. */
export type Line = {
  id: string;
  /** Its document. */
  paymentId: string;
  cents: bigint;
  paidOn: Date;
  isCredit: boolean;
  reversesId: string | null;
  /** Of a credit note: the line that it settles, with which no money moved. */
  settlesId: string | null;
  isReturn: boolean;
  reason: string | null;
  recordedAt: Date;
  payment: { reference: string; note: string };
};

type Standing = Pick<Line, "id" | "reversesId" | "isCredit" | "settlesId">;

/** Without lines that were reversed, and without those that reverse them. */
const standing = <One extends Standing>(lines: readonly One[], isCredit: boolean): One[] =>
  lines.filter(
    (line) =>
      line.isCredit === isCredit && line.reversesId === null && !lines.some(({ reversesId }) => reversesId === line.id),
  );

const isSettledBy = ({ id }: Standing, credit: Standing): boolean => credit.settlesId === id;

/** What was paid of a claim and stands, in the order of its recording. */
export const standingPayments = <One extends Standing>(lines: readonly One[]): One[] =>
  standing(lines, false).filter((line) => !lines.some((other) => isSettledBy(line, other)));

/** What credit notes took off a claim and stands. */
export const standingCredits = <One extends Standing>(lines: readonly One[]): One[] => standing(lines, true);

/** What of a claim credit notes, or this one, settled in place of a payment. */
export const settledByCredit = <One extends Standing>(lines: readonly One[], credit?: Standing): One[] =>
  standing(lines, false).filter((line) => (credit ? [credit] : lines).some((other) => isSettledBy(line, other)));

/**
 * What of a claim can go back and forth. `freeCents`: what is paid of it, did not come back, and no other claim accounts for.
 * `roomCents`: what its year has left, committed to the initiative and neither paid nor claimed.
 */
export type Free = { freeCents: bigint; roomCents: bigint };

type Amounts = Standing & Pick<Line, "cents">;

/** The payments of a claim that can be taken back now. */
export const paymentsToReverse = <One extends Amounts>(lines: readonly One[], { freeCents }: Free): One[] =>
  standingPayments(lines).filter(({ cents }) => cents <= freeCents);

/** The credit notes of a claim that can be taken back now: what they gave back was not claimed anew. */
export const creditsToReverse = <One extends Amounts>(lines: readonly One[], { roomCents }: Free): One[] =>
  standingCredits(lines).filter(({ cents }) => -cents <= roomCents);

/** What a payment document pays or paid, by one of its lines: `number` of a claim of `reference`. */
export type PaidWith = {
  key: string;
  claimId: string | null;
  reference: string;
  number: number | null;
  paidOn: Date;
  /** The bank sent it back. */
  isReturned: boolean;
};

/** Why a payment cannot pay a claim too, at the fields; null where it can. */
export function joinProblem(
  paid: readonly PaidWith[],
  claimId: string | null,
  paidOn: Date,
): Record<string, string> | null {
  const own = claimId ? paid.filter((line) => line.claimId === claimId) : [];
  if (own.some(({ isReturned }) => !isReturned))
    return { reference: "This claim has already been paid with this reference" };
  // On the day of the returned payment it is that same payment: the return was recorded in error.
  if (own.length && !own.some((line) => line.paidOn.getTime() === paidOn.getTime()))
    return { reference: "The bank sent back the payment with this reference. Enter the new payment’s reference" };
  const other = paid.find((line) => !line.isReturned && line.paidOn.getTime() !== paidOn.getTime());
  if (!other) return null;
  const name = other.number ? `${other.reference}/${other.number}` : other.reference;
  return {
    reference: `${name} was paid with this reference on ${formatDay(other.paidOn)}. Enter that day, or another reference`,
  };
}

const CREDIT_NOTE = "Credit note ";

/** The page of a payment document, for MFAT. */
export const paymentPath = (id: string): string => `/payments/${id}`;

type Said = Standing & Pick<Line, "isReturn" | "reason" | "cents">;

/** What a line of a payment is, in a few words. `claimCents`: of its claim; null where it has none. `lines`: those of its claim. */
export function lineInWords(line: Said, claimCents: bigint | null, lines: readonly Said[]): string {
  if (line.reversesId !== null) {
    if (line.isReturn) return "Sent back by the bank";
    return line.isCredit ? "Credit note taken back" : "Correction of a payment";
  }
  if (line.isCredit) return creditName(line.reason).replace(/^c/, "C");
  if (lines.some((other) => isSettledBy(line, other))) return "Settled by a credit note. No money was paid";
  return claimCents !== null && line.cents < claimCents ? "Part payment" : "Payment";
}

/** Why a line is there, without the credit note's number that `lineInWords` says already; null where it needs no reason. */
export const whyInWords = ({ reason }: Pick<Line, "reason">): string | null =>
  reason?.startsWith(CREDIT_NOTE) ? reason.split(". ").slice(1).join(". ") : reason;

/** What happened to a line that no longer counts; null if it does count. */
export function fateInWords(line: Said, lines: readonly Said[]): string | null {
  const reversal = lines.find(({ reversesId }) => reversesId === line.id);
  if (!reversal) return null;
  return reversal.isReturn ? "sent back later" : "corrected later";
}

/** A credit's reason as it is kept: the number of the credit note, and why it was made. */
export const creditReason = (number: string, reason: string): string => `${CREDIT_NOTE}${number}. ${reason}`;

/** "credit note CN 8", from such a reason. */
export const creditName = (reason: string | null): string =>
  ((reason ?? "").split(". ")[0] ?? "").replace(/^C/, "c") || "a credit note";

/** Why a credit note with a number cannot be recorded for a claim; null where it can: each comes off once. */
export function creditNumberProblem(
  lines: readonly (Standing & Pick<Line, "reason" | "paidOn">)[],
  typed: string,
): string | null {
  const key = invoiceKey(typed);
  if (!key) return "Credit note number must include a letter or a number";
  for (const { reason, paidOn } of standingCredits(lines)) {
    if (!reason?.startsWith(CREDIT_NOTE)) continue;
    // The number may itself contain a full stop and a space.
    const parts = reason.slice(CREDIT_NOTE.length).split(". ");
    const number = parts.map((_, index) => parts.slice(0, index + 1).join(". ")).find((one) => invoiceKey(one) === key);
    if (number) return `Credit note ${number} has already been recorded for this claim, on ${formatDay(paidOn)}`;
  }
  return null;
}
