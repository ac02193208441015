import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import { formatDay } from "#lib/platform/dates.ts";

/** A line of a payment document: it pays a part of a claim, takes a credit off, or reverses another line. */
export type Line = {
  id: string;
  /** Its document. */
  paymentId: string;
  cents: bigint;
  paidOn: Date;
  isCredit: boolean;
  reversesId: string | null;
  /** For a credit note: the line that it settles, by which no money moved. */
  settlesId: string | null;
  isReturn: boolean;
  reason: string | null;
  recordedAt: Date;
  payment: { reference: string; note: string };
};

type Standing = Pick<Line, "id" | "reversesId" | "isCredit" | "settlesId">;

/** Without reversed lines, and without the lines that reverse them. */
const standing = <One extends Standing>(lines: readonly One[], isCredit: boolean): One[] =>
  lines.filter(
    (line) =>
      line.isCredit === isCredit && line.reversesId === null && !lines.some(({ reversesId }) => reversesId === line.id),
  );

const isSettledBy = ({ id }: Standing, credit: Standing): boolean => credit.settlesId === id;

/** The current payments of a claim, in the order they were recorded. */
export const standingPayments = <One extends Standing>(lines: readonly One[]): One[] =>
  standing(lines, false).filter((line) => !lines.some((other) => isSettledBy(line, other)));

/** The current credit notes of a claim. */
export const standingCredits = <One extends Standing>(lines: readonly One[]): One[] => standing(lines, true);

/** What credit notes, or this one, settled of a claim instead of a payment. */
export const settledByCredit = <One extends Standing>(lines: readonly One[], credit?: Standing): One[] =>
  standing(lines, false).filter((line) => (credit ? [credit] : lines).some((other) => isSettledBy(line, other)));

/**
 * The part of a claim that can be reversed. `freeCents`: what is paid, did not come back, and is not accounted for by
 * another claim. `roomCents`: what its year has left: committed to the initiative and not paid or claimed.
 */
export type Free = { freeCents: bigint; roomCents: bigint };

type Amounts = Standing & Pick<Line, "cents">;

/** The payments of a claim that can be taken back now. */
export const paymentsToReverse = <One extends Amounts>(lines: readonly One[], { freeCents }: Free): One[] =>
  standingPayments(lines).filter(({ cents }) => cents <= freeCents);

/** The credit notes of a claim that can be taken back now: what they released was not claimed again. */
export const creditsToReverse = <One extends Amounts>(lines: readonly One[], { roomCents }: Free): One[] =>
  standingCredits(lines).filter(({ cents }) => -cents <= roomCents);

/** What a payment document pays or paid, from one of its lines: claim `number` of `reference`. */
export type PaidWith = {
  key: string;
  claimId: string | null;
  reference: string;
  number: number | null;
  paidOn: Date;
  /** The bank sent it back. */
  isReturned: boolean;
};

/** Why a payment cannot pay another claim, at the fields; null where it can. */
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

/**
 * The kind of a payment's line, in a few words. `claimCents`: the amount of its claim; null where it has none. `lines`:
 * those of its claim.
 */
export function lineInWords(line: Said, claimCents: bigint | null, lines: readonly Said[]): string {
  if (line.reversesId !== null) {
    if (line.isReturn) return "Sent back by the bank";
    return line.isCredit ? "Credit note taken back" : "Correction of a payment";
  }
  if (line.isCredit) return creditName(line.reason).replace(/^c/, "C");
  if (lines.some((other) => isSettledBy(line, other))) return "Settled by a credit note. No money was paid";
  return claimCents !== null && line.cents < claimCents ? "Part payment" : "Payment";
}

/**
 * Why there is a line, without the credit note's number, which `lineInWords` already states; null where it needs no
 * reason.
 */
export const whyInWords = ({ reason }: Pick<Line, "reason">): string | null =>
  reason?.startsWith(CREDIT_NOTE) ? reason.split(". ").slice(1).join(". ") : reason;

/** What happened to a line that no longer counts; null if it does count. */
export function fateInWords(line: Said, lines: readonly Said[]): string | null {
  const reversal = lines.find(({ reversesId }) => reversesId === line.id);
  if (!reversal) return null;
  return reversal.isReturn ? "sent back later" : "corrected later";
}

/** A credit's reason as it is stored: the number of the credit note, and why it was made. */
export const creditReason = (number: string, reason: string): string => `${CREDIT_NOTE}${number}. ${reason}`;

/** "credit note CN 8", from such a reason. */
export const creditName = (reason: string | null): string =>
  ((reason ?? "").split(". ")[0] ?? "").replace(/^C/, "c") || "a credit note";

/** Why a credit note with that number cannot be recorded for a claim; null where it can: each can be taken off once. */
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
