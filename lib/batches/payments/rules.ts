import { unbegunYear } from "#lib/budget/rules.ts";
import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import { creditNumberProblem, type Line, standingPayments } from "#lib/payments/lines/rules.ts";
import { claimReference, claimStands, fitsClaim, openCentsOf, paidOnProblem } from "#lib/payments/rules.ts";
import { formatDay } from "#lib/platform/dates.ts";
import type { ClaimState, State } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";
import { makeSheet, type Sheet } from "#lib/platform/sheet.ts";
import { foldName } from "#lib/platform/text.ts";
import { type ColumnName, type FileLine, type Gst, readAmount, readClaimReference, readDay } from "./file/rules.ts";
import type { DayOrder } from "./schema.ts";

/** A claim that lines of the file may pay. */
export type Known = {
  id: string;
  number: number;
  state: ClaimState;
  startYear: number;
  year: { cutoffOn: Date | null; closedAt: Date | null };
  decidedAt: Date | null;
  cents: bigint;
  paidCents: bigint;
  backCents: bigint;
  lines: readonly Line[];
  gstCents: bigint;
  invoiceNumber: string;
  /** The purchase order number of its arrangement. */
  purchaseOrder: string | null;
  application: { id: string; reference: string; title: string; agency: { name: string; abbreviation: string } };
};

/** A line as previewed: what it pays, or why it can never pay anything. */
export type PreparedLine = FileLine & {
  /**
   * The claim, the day, and the amount paid in cents without GST: negative for a credit note, with its number; null for
   * everything that is open. Null as a whole: `fault` says why.
   */
  pays: { reference: string; number: number; paidOn: string; cents: string | null; creditNumber: string } | null;
  /** The claim that it is about, even where it pays nothing. */
  of: { reference: string; number: number } | null;
  fault: string | null;
};

/**
 * Matches lines with the claim that each pays. What is permanently wrong with a line is reported once, before anything
 * is recorded.
 */
export function prepareLines(
  lines: readonly FileLine[],
  known: readonly Known[],
  today: Date,
  order: DayOrder = "DAY",
): PreparedLine[] {
  const gst = gstOfList(lines, known);
  const before: Before = { days: new Map(), payments: new Map(), left: new Map() };
  return lines.map((line) => {
    const { claim, paidOn, cents, faults } = readLine(line, known, { today, order });
    const of = claim && { reference: claim.application.reference, number: claim.number };
    faults.push(...besideOthers(line, claim, paidOn, before));
    const paid = claim && cents !== null ? paidOf({ ...line, cents }, claim, gst, before) : null;
    if (paid?.fault) faults.push(paid.fault);
    if (faults.length > 0 || !of || !paidOn || !paid?.pays)
      return { ...line, pays: null, of, fault: faults.join(". ") };
    before.left.set(keyOf(of), { ...leftOf(claim, before), ...paid.left });
    return { ...line, pays: { ...of, paidOn: paidOn.toISOString().slice(0, 10), ...paid.pays }, of, fault: null };
  });
}

const keyOf = ({ reference, number }: { reference: string; number: number }): string =>
  claimReference(reference, number);

type Left = { openCents: bigint; creditableCents: bigint };
/**
 * What the earlier lines have established: the day of each payment, which claims it pays, and what is left of each
 * claim.
 */
type Before = {
  days: Map<string, { line: number; day: number | undefined }>;
  payments: Map<string, number>;
  left: Map<string, Left>;
};

const leftOf = (claim: Known, { left }: Pick<Before, "left">): Left =>
  left.get(keyOf({ reference: claim.application.reference, number: claim.number })) ?? {
    openCents: claim.state === "PART_PAID" ? claim.cents - claim.paidCents : claim.cents,
    creditableCents: claim.cents - claim.backCents,
  };

/** What is wrong with a line compared with earlier lines: a payment has one day, and pays a claim in one line. */
function besideOthers(line: FileLine, claim: Known | null, paidOn: Date | null, { days, payments }: Before): string[] {
  const key = invoiceKey(line.reference);
  if (!key || line.isTorn) return [];
  const faults: string[] = [];
  const first = days.get(key);
  if (!first) days.set(key, { line: line.line, day: paidOn?.getTime() });
  else if (first.day !== paidOn?.getTime()) {
    faults.push(`Line ${first.line} has the same payment reference but a different date`);
  }
  if (!claim) return faults;
  const isCredit = (readAmount(line.amount) ?? 0n) < 0n;
  const credit = isCredit ? ` credit ${invoiceKey(line.creditNote || line.invoice)}` : "";
  const own = `${claimReference(claim.application.reference, claim.number)} ${key}${credit}`;
  const twice = payments.get(own);
  if (twice)
    faults.push(`Line ${twice} is for the same claim, with the same ${isCredit ? "credit note" : "payment reference"}`);
  else payments.set(own, line.line);
  return faults;
}

type Paid =
  | { pays: { cents: string; creditNumber: string }; left: Partial<Left>; fault: null }
  | { pays: null; fault: string };

/**
 * What a line pays of its claim, without GST. A finance system pays with GST, while the fund's amounts are without: a
 * whole claim, or everything left of it, can be recognised by its amount either way; for a part, the list has to say
 * which it is. `gst`: what the other lines of the list show.
 */
function paidOf(line: FileLine & { cents: bigint }, claim: Known, gst: Gst, before: Pick<Before, "left">): Paid {
  if (line.cents === 0n) return { pays: null, fault: "Its amount is $0.00, so it pays nothing" };
  const left = leftOf(claim, before);
  return line.cents < 0n ? creditedOf(line, claim, gst, left) : paidInto(line, claim, gst, left);
}

function creditedOf(line: FileLine & { cents: bigint }, claim: Known, gst: Gst, { creditableCents }: Left): Paid {
  const cents = withoutGst(-line.cents, claim, line.gst || gst);
  const creditNumber = creditNumberOf(line, claim);
  if (cents !== null && creditNumber && isCredited(creditNumber, claim.lines)) {
    return { pays: { cents: String(-cents), creditNumber }, left: {}, fault: null };
  }
  const taken = cents ?? 0n;
  const faults = [
    ...(cents === null ? [`${UNSAID}, or record the credit note on its own`] : []),
    ...(creditNumber === null
      ? ["It takes money off. Give the number of its credit note in a column “Credit note”"]
      : []),
    ...(taken > creditableCents
      ? [
          `It takes off ${formatCents(taken)}, but only ${formatCents(creditableCents)} of the claim is left to take off`,
        ]
      : []),
  ];
  if (faults.length > 0) return { pays: null, fault: faults.join(". ") };
  const pays = { cents: String(-taken), creditNumber: creditNumber ?? "" };
  return { pays, left: { creditableCents: creditableCents - taken }, fault: null };
}

function paidInto(line: FileLine & { cents: bigint }, claim: Known, gst: Gst, { openCents }: Left): Paid {
  // What an earlier list has paid is not paid again.
  const made = madeWith(line.reference, claim.lines);
  if (made) return { pays: { cents: String(made.cents), creditNumber: "" }, left: {}, fault: null };
  if (openCents === 0n) return { pays: null, fault: "The lines above already pay the whole claim" };
  const [without, within] = [openCents, openCents + (claim.gstCents * openCents) / claim.cents];
  const whole: Record<Gst, bigint[]> = { with: [within], without: [], "": [without, within] };
  const cents = whole[line.gst].includes(line.cents) ? openCents : withoutGst(line.cents, claim, line.gst || gst);
  if (cents !== null && cents <= openCents) {
    return { pays: { cents: String(cents), creditNumber: "" }, left: { openCents: openCents - cents }, fault: null };
  }
  const what = openCents < claim.cents ? "the rest of the claim" : "the claim";
  const is = `${what} is ${formatCents(without)}, or ${formatCents(within)} with GST`;
  const differs = `${formatCents(line.cents)} was paid, but ${is}`;
  return { pays: null, fault: cents === null && line.cents < within ? `${differs}. ${UNSAID}` : differs };
}

const UNSAID = "To pay or credit part of a claim, name the column “Amount incl GST” or “Amount excl GST”";

/** Null where nothing shows whether GST is included. */
function withoutGst(amount: bigint, { cents, gstCents }: Known, gst: Gst): bigint | null {
  if (gst === "without" || gstCents === 0n) return amount;
  if (gst === "") return null;
  const [gross, half] = [cents + gstCents, (cents + gstCents) / 2n];
  return (amount * cents + half) / gross;
}

/**
 * Whether the amounts of a list include GST, judged by its lines that pay a whole claim; undefined where they show
 * nothing, or both.
 */
function gstOfList(lines: readonly FileLine[], known: readonly Known[]): Gst {
  const said = new Set(
    lines.flatMap((line): Gst[] => {
      const claim = findClaim(line, known);
      const amount = readAmount(line.amount);
      if (typeof claim === "string" || claim.gstCents === 0n) return [];
      if (amount === claim.cents) return ["without"];
      return amount === claim.cents + claim.gstCents ? ["with"] : [];
    }),
  );
  const [only = "", another] = said;
  return another === undefined ? only : "";
}

/**
 * The number of a credit note: in a column of its own, or in that of the invoice number if the claim is named as well.
 */
function creditNumberOf({ creditNote, invoice, claim: named }: FileLine, claim: Known): string | null {
  if (invoiceKey(creditNote)) return creditNote;
  const isOther = invoiceKey(invoice) !== "" && invoiceKey(invoice) !== invoiceKey(claim.invoiceNumber);
  return readClaimReference(named) && isOther ? invoice : null;
}

type Reading = { today: Date; order: DayOrder };

/** What a line says, and everything that is wrong with it on its own. */
function readLine(
  line: FileLine,
  known: readonly Known[],
  { today, order }: Reading,
): { claim: Known | null; paidOn: Date | null; cents: bigint | null; faults: string[] } {
  // Its cells may be under the wrong headers, so any other message about them could be wrong.
  if (line.isTorn) return { claim: null, paidOn: null, cents: null, faults: [TORN] };
  const found = findClaim(line, known);
  const claim = typeof found === "string" ? null : found;
  const [cents, paidOn] = [readAmount(line.amount), readDay(line.paidOn, order)];
  const faults = typeof found === "string" ? [found] : [];
  faults.push(...referenceFaults(line.reference));
  if (cents === null) faults.push(insteadOf(line.amount, "Enter the amount in dollars and cents", "It has no amount"));
  if (claim) faults.push(...otherNumbers(line, claim, cents));
  const wrongDay = claim && paidOn && paidOnProblem(paidOn, claim, today);
  if (!paidOn) faults.push(insteadOf(line.paidOn, "Enter a real date", "It has no payment date"));
  else if (paidOn > today) faults.push(`Date must not be in the future: ${formatDay(paidOn)}`);
  else if (wrongDay) faults.push(`It was paid on ${formatDay(paidOn)}. ${wrongDay}`);
  return { claim, paidOn, cents, faults };
}

/** What a line says of a claim and the claim does not have. A credit note may be in the column of the invoice number. */
function otherNumbers({ purchaseOrder, invoice }: FileLine, claim: Known, cents: bigint | null): string[] {
  const name = claimReference(claim.application.reference, claim.number);
  const isOtherInvoice = invoiceKey(invoice) !== "" && invoiceKey(invoice) !== invoiceKey(claim.invoiceNumber);
  return [
    ...(claim.purchaseOrder && purchaseOrder && !isSameOrder(claim, purchaseOrder)
      ? [`It has purchase order ${purchaseOrder}, but ${name} has ${claim.purchaseOrder}`]
      : []),
    ...(isOtherInvoice && (cents ?? 0n) >= 0n
      ? [`It has invoice ${invoice}, but ${name} has ${claim.invoiceNumber}. Correct one of them`]
      : []),
  ];
}

const referenceFaults = (reference: string): string[] => [
  ...(reference ? [] : ["It has no payment reference"]),
  ...(reference && !invoiceKey(reference)
    ? [`“${reference}” is not a payment reference. Enter the one in the finance system`]
    : []),
  ...(reference.length > REFERENCE_CHARS_MAX ? ["Its payment reference is too long"] : []),
];

const TORN = "It has more cells than column headings. Put quotation marks around an amount with commas";
const REFERENCE_CHARS_MAX = 60;

const insteadOf = (typed: string, what: string, none: string): string => (typed ? `${what}, not “${typed}”` : none);

/** Whether a claim belongs to a purchase order, however its number is typed. */
const isSameOrder = (claim: Known, typed: string): boolean =>
  claim.purchaseOrder !== null && invoiceKey(claim.purchaseOrder) === invoiceKey(typed);

/** “N.Z. Police” and “Met Service” are spaced and punctuated differently elsewhere. */
const nameKey = (name: string): string => foldName(name).replaceAll(" ", "");

/**
 * Finds a claim by its reference or by its invoice number, with the agency or the purchase order where several claims
 * have that number.
 */
function findClaim(
  { claim: typed, invoice, agency, purchaseOrder }: FileLine,
  known: readonly Known[],
): Known | string {
  const named = readClaimReference(typed);
  if (named) {
    const found = known.find(
      ({ application, number }) => application.reference === named.reference && number === named.number,
    );
    return found ?? `We cannot find claim ${claimReference(named.reference, named.number)}`;
  }
  if (typed && !invoice) return `We cannot find claim “${typed}”. Enter a reference like PSF-2026-0042/1`;
  if (!invoice) return "Enter the claim or the invoice number";
  const numbered = known.filter(({ invoiceNumber }) => invoiceKey(invoiceNumber) === invoiceKey(invoice));
  const fitting = numbered.filter(
    ({ application: { agency: of } }) =>
      !agency || [of.name, of.abbreviation].some((name) => nameKey(name) === nameKey(agency)),
  );
  const standing = fitting.filter(({ state }) => state !== "RETURNED" && state !== "CANCELLED");
  const left = standing.length ? standing : fitting;
  // One agency may have several arrangements, and two agencies may use the same invoice number.
  const ordered = left.filter((claim) => isSameOrder(claim, purchaseOrder));
  const [found, another] = left.length > 1 && ordered.length > 0 ? ordered : left;
  const [other] = numbered;
  if (!found && other) {
    const { reference, agency: of } = other.application;
    return `The invoice ${invoice} is from ${of.name} (${claimReference(reference, other.number)}), not from “${agency}”`;
  }
  if (!found) return `We cannot find a claim with invoice ${invoice}${agency ? ` from ${agency}` : ""}`;
  return another ? `Several claims have invoice ${invoice}. Enter the claim’s reference, or the agency` : found;
}

/** What prevents a line's payment now. */
export type Facts = {
  claim: {
    state: ClaimState;
    workConfirmedAt: Date | null;
    startYear: number;
    /** Whether its year is closed: a credit note then takes two people. */
    isClosed: boolean;
    cents: bigint;
    paidCents: bigint;
    lines: readonly Line[];
  };
  /** Why the payment with the line's reference cannot pay this claim as well. */
  taken: string | null;
  application: { state: State; heldAt: Date | null };
  /** Whether the reader is recused; null: they have not declared their interests yet. */
  isRecused: boolean | null;
  today: Date;
};

/** `ready`: it can be recorded. `done`: it was recorded with that reference. */
export type Verdict = { kind: "ready" | "done" | "not"; sentence: string };

/** What would happen to a line now, with everything that prevents it. */
export function verdictOf(line: PreparedLine, facts: Facts | null): Verdict {
  const { pays, of, fault } = line;
  const done = pays && facts && recordedBefore(line, facts.claim.lines);
  if (done) return { kind: "done", sentence: done };
  const named = pays ?? of;
  const why = named && facts ? whyNotNow(named, pays, facts) : [];
  const all = [...(fault === null ? [] : [`${fault}.`]), ...why];
  if (!all.length && pays && facts) return { kind: "ready", sentence: "Will be recorded." };
  return { kind: "not", sentence: all.join(" ") || "It pays nothing." };
}

/** What says that a line was already recorded; null where it was not. */
function recordedBefore({ pays, reference }: PreparedLine, lines: readonly Line[]): string | null {
  if (pays?.creditNumber) {
    return isCredited(pays.creditNumber, lines) ? `Credit note ${pays.creditNumber} is already recorded.` : null;
  }
  const made = madeWith(reference, lines);
  if (!made) return null;
  return `Already recorded with this reference, paid on ${formatDay(made.paidOn)}: ${formatCents(made.cents)}.`;
}

const madeWith = (reference: string, lines: readonly Line[]): Line | undefined =>
  standingPayments(lines).find(({ payment }) => invoiceKey(payment.reference) === invoiceKey(reference));

const isCredited = (number: string, lines: readonly Line[]): boolean => creditNumberProblem(lines, number) !== null;

type Named = { reference: string; number: number };

function whyNotNow(
  { reference, number }: Named,
  pays: PreparedLine["pays"],
  { claim, taken, application, isRecused, today }: Facts,
): string[] {
  const isCredit = pays?.creditNumber ? "recordCreditNote" : "recordPayment";
  const unbegun = unbegunYear(claim.startYear, today);
  const open = pays && BigInt(pays.cents ?? 0n) > openCentsOf(claim);
  return [
    ...(fitsClaim(isCredit, claim, BUDGET) ? [] : [claimStands(claimReference(reference, number), claim)]),
    ...(unbegun ? [`${unbegun}.`] : []),
    ...(taken ? [`${taken}.`] : []),
    ...(open && fitsClaim(isCredit, claim, BUDGET)
      ? [`Only ${formatCents(openCentsOf(claim))} of ${claimReference(reference, number)} is still to be paid.`]
      : []),
    ...(claim.isClosed && isCredit === "recordCreditNote"
      ? [
          "Its financial year is closed, so record the credit note on its own: another budget officer needs to confirm it.",
        ]
      : []),
    ...(application.heldAt ? [`${reference} is on hold.`] : []),
    ...(isRecused === null ? [`Declare your interests in ${reference} first.`] : []),
    ...(isRecused ? [`You declared an interest in ${reference}, so somebody else needs to do this.`] : []),
    ...(application.state === "ACTIVE" || application.state === "CLOSING"
      ? []
      : [`${reference} is no longer under way.`]),
  ];
}

const BUDGET = new Set(["BUDGET"] as const);

/** The lines of a list that could not be recorded, as they were, so that they can be corrected and imported again. */
export const worklistSheet = (lines: readonly (FileLine & { why: string })[], marking: string): Sheet =>
  makeSheet({
    title: "Payments to correct",
    marking,
    about: [],
    columns: [
      ...WORKLIST.map(([header, name]) => ({
        header: name === "amount" ? amountHeader(lines[0]?.gst ?? "") : header,
        kind: "text" as const,
        value: (line: FileLine) => line[name],
      })),
      { header: "Why it was not recorded", kind: "text", width: 60, value: ({ why }) => why },
    ],
    rows: lines,
  });

const amountHeader = (gst: Gst): string => (gst ? `Amount ${gst === "with" ? "incl" : "excl"} GST` : "Amount");

const WORKLIST: readonly [string, ColumnName][] = [
  ["Claim", "claim"],
  ["Invoice number", "invoice"],
  ["Agency", "agency"],
  ["Purchase order", "purchaseOrder"],
  ["Amount", "amount"],
  ["Paid on", "paidOn"],
  ["Payment reference", "reference"],
  ["Credit note", "creditNote"],
];
