import { parseCsv } from "hucre/csv";
import { unbegunYear } from "#lib/budget/rules.ts";
import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import { type Line, standingPayments } from "#lib/payments/lines/rules.ts";
import { claimReference, claimStands, paidOnProblem } from "#lib/payments/rules.ts";
import { formatDay, parseDay } from "#lib/platform/dates.ts";
import type { ClaimState, State } from "#lib/platform/db/generated/enums.ts";
import { formatCents, parseCents, sumCents } from "#lib/platform/money.ts";
import { makeSheet, type Sheet } from "#lib/platform/sheet.ts";
import { cleanText, foldName } from "#lib/platform/text.ts";
import { type DayOrder, LINES_MAX } from "./schema.ts";

/** A line of a finance system's file as it stood there. `line`: its number among the lines, the headers being the first. */
export type FileLine = {
  line: number;
  claim: string;
  invoice: string;
  agency: string;
  purchaseOrder: string;
  amount: string;
  paidOn: string;
  reference: string;
  /** It has more cells than there are headers, so that none of them can be told. */
  isTorn: boolean;
};

type ColumnName = Exclude<keyof FileLine, "line" | "isTorn">;

/** The words that headers use, without blanks and signs, and without what they say about GST and currency. */
const HEADERS: Record<ColumnName, readonly string[]> = {
  claim: ["claim", "claimreference", "claimref", "claimno", "claimnumber", "claimid", "ourreference", "psfreference"],
  invoice: ["invoice", "invoicenumber", "invoiceno", "invoiceref", "invoicereference", "supplierinvoice", "invoiceid"],
  agency: ["agency", "supplier", "suppliername", "vendor", "vendorname", "payee", "payeename", "creditor"],
  purchaseOrder: ["purchaseorder", "purchaseorderno", "purchaseordernumber", "po", "pono", "ponumber", "orderno"],
  amount: [
    "amount",
    "amountpaid",
    "paidamount",
    "paymentamount",
    "netamount",
    "grossamount",
    "net",
    "gross",
    "value",
    "paid",
    "total",
  ],
  paidOn: ["paidon", "datepaid", "paiddate", "paymentdate", "dateofpayment", "valuedate", "date"],
  reference: [
    "paymentreference",
    "paymentref",
    "paymentno",
    "paymentnumber",
    "paymentid",
    "reference",
    "referenceno",
    "referencenumber",
    "ref",
    "refno",
    "documentnumber",
    "documentno",
    "remittance",
  ],
};

const plain = (header: string): string =>
  foldName(header)
    .replace(
      /\b(?:incl|including|inclusive|excl|excluding|exclusive|with|without)\b(?: of)? gst\b|\bgst (?:incl|inclusive|excl|exclusive)\b|\bnzd\b/g,
      "",
    )
    .replace(/[^a-z]/g, "");

/** Which column holds what, of a line of headers; null where it is none. */
function columnsOf(cells: readonly string[]): Map<number, ColumnName> | null {
  const found = new Map<number, ColumnName>();
  for (const [index, cell] of cells.entries()) {
    const name = (Object.keys(HEADERS) as ColumnName[]).find((one) => HEADERS[one].includes(plain(cell)));
    if (name && ![...found.values()].includes(name)) found.set(index, name);
  }
  const names = new Set(found.values());
  const isHeaders =
    (names.has("claim") || names.has("invoice")) &&
    (["amount", "paidOn", "reference"] as const).every((name) => names.has(name));
  return isHeaders ? found : null;
}

/** A line that pays nothing and says what the lines of the file add up to. */
const TOTAL = /^(?:grand |control |file |batch |run |payment )?totals?(?: amount| paid| payments| nzd)?$/;

/**
 * The lines of a file, without one that is their total; `problem`: why it cannot be read at all, or is not the whole file.
 */
export function readLines(csv: string): { lines: FileLine[]; problem: null } | { lines: null; problem: string } {
  const rows = parseCsv(cleanText(csv)).map((row) => row.map((cell) => String(cell ?? "").trim()));
  const head = rows.findIndex((row) => columnsOf(row) !== null);
  const columns = columnsOf(rows[head] ?? []);
  if (!columns) return { lines: null, problem: NO_HEADERS };
  const totals: FileLine[] = [];
  const lines = rows.flatMap((row, index): FileLine[] => {
    const filled = row.filter((cell) => cell !== "");
    if (index <= head || filled.length === 0) return [];
    const width = row.findLastIndex((cell) => cell !== "") + 1;
    const line: FileLine = { line: index + 1, ...BLANK, isTorn: width > (rows[head] ?? []).length };
    for (const [column, name] of columns) line[name] = row[column] ?? "";
    if (filled.some((cell) => TOTAL.test(foldName(cell)))) {
      totals.push(line);
      return [];
    }
    // A line of one cell is no payment: a marking, the end of a report.
    return filled.length === 1 && !readClaimReference(filled[0] ?? "") ? [] : [line];
  });
  if (lines.length === 0) return { lines: null, problem: "There are no lines under the headers" };
  if (lines.length > LINES_MAX) {
    return { lines: null, problem: `There are ${lines.length} lines. Take ${LINES_MAX} at the most at once` };
  }
  for (const { line, amount } of totals) {
    const wrong = totalProblem(lines, readAmount(amount));
    if (wrong) return { lines: null, problem: `The total on line ${line} does not match. ${wrong}` };
  }
  return { lines, problem: null };
}

/** Whether lines are all of those that a total was made of. Null: they are, or an amount is no amount, which its line says. */
export function totalProblem(lines: readonly FileLine[], total: bigint | null): string | null {
  const amounts = lines.map(({ amount }) => readAmount(amount));
  const sum = sumCents(amounts.filter((cents) => cents !== null));
  if (total === null || amounts.includes(null) || sum === total) return null;
  return `The lines add up to ${formatCents(sum)}, and the total is ${formatCents(total)}`;
}

/** "9,000.00", "9000.0000": a finance system's amount may have more noughts than cents have. */
export const readAmount = (text: string): bigint | null => parseCents(text.replace(/(\.\d\d)0+(?=\D*$)/, "$1"));

const BLANK = { claim: "", invoice: "", agency: "", purchaseOrder: "", amount: "", paidOn: "", reference: "" };
const NO_HEADERS =
  "No line of headers was found. It needs a column for the claim or the invoice number, and columns for the amount, the day it was paid and the payment reference";

/** "psf-2026-42 / 1" → PSF-2026-0042 and 1; null where it is no claim's reference. */
export function readClaimReference(text: string): { reference: string; number: number } | null {
  const [, year, application = "", number] =
    /^(?:PSF-?)?(20\d\d)-(\d{1,9})\/(\d{1,4})$/i.exec(text.replace(/\s+/g, "")) ?? [];
  if (!year) return null;
  return { reference: `PSF-${year}-${application.replace(/^0+/, "").padStart(4, "0")}`, number: Number(number) };
}

/** 11/03/2026: a day and a month in figures, in the one order or the other. */
const IN_FIGURES = /^(\d{1,2})[/. -]+(\d{1,2})[/. -]+(?:\d{4}|\d\d)$/;

/** The time that programs write behind a day. */
const TIME = /[T ]+\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?|Z|[+-]\d\d:?\d\d)?$/i;

const withoutTime = (text: string): string => text.replace(TIME, "");

/**
 * The first line with a day that has its month first, as programs of other countries write it: 11/24/2026. Where there is
 * one, the others of the list are in doubt: 11/03/2026 is a day either way. Null: there is none.
 */
export const monthFirst = (
  lines: readonly Pick<FileLine, "line" | "paidOn">[],
): { line: number; paidOn: string } | null =>
  lines.find(({ paidOn }) => {
    const [, first = 0, second = 0] = IN_FIGURES.exec(withoutTime(paidOn)) ?? [];
    return Number(second) > 12 && Number(second) <= 31 && Number(first) >= 1 && Number(first) <= 12;
  }) ?? null;

/** A spreadsheet counts days from here: 46352 is 26 November 2026. */
const SERIAL_ZERO = Date.UTC(1899, 11, 30);
/** From 18 February 1927 to 14 October 2173, with the part of a day behind it. */
const SERIAL = /^([1-9]\d{4})(?:\.\d+)?$/;

/**
 * 2026-11-26, 2026/11/26, 20261126, 26/11/2026 0:00, 26.11.26, 26 Nov 2026, 46352: in figures the day comes before the month
 * unless told. Null where it is no day.
 */
export function readDay(text: string, order: DayOrder = "DAY"): Date | null {
  const typed = withoutTime(text);
  const serial = SERIAL.exec(typed)?.[1];
  if (serial) return new Date(SERIAL_ZERO + Number(serial) * 86_400_000);
  const [, isoYear, isoMonth = "", isoDay = ""] =
    /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})$/.exec(typed)?.toSpliced(2, 1) ?? /^(20\d\d)(\d\d)(\d\d)$/.exec(typed) ?? [];
  if (isoYear) return parseDay(isoDay, isoMonth, isoYear);
  const [, first = "", second = "", year = ""] =
    /^(\d{1,2})[/. -]+([a-z]+|\d{1,2})[/. -]+(\d{4}|\d\d)$/i.exec(typed) ?? [];
  const [day, month] = order === "MONTH" && IN_FIGURES.test(typed) ? [second, first] : [first, second];
  return parseDay(day, month, year.length === 2 ? `20${year}` : year);
}

/** A claim that lines of the file may be for. */
export type Known = {
  id: string;
  number: number;
  state: ClaimState;
  startYear: number;
  year: { cutoffOn: Date | null; closedAt: Date | null };
  decidedAt: Date | null;
  cents: bigint;
  paidCents: bigint;
  gstCents: bigint;
  invoiceNumber: string;
  /** What its arrangement is paid under. */
  purchaseOrder: string | null;
  application: { id: string; reference: string; title: string; agency: { name: string; abbreviation: string } };
};

/** A line as it was previewed: what it pays, or why it pays nothing whatever happens. */
export type PreparedLine = FileLine & {
  /** The claim's number in its application; null: `fault` says why. */
  pays: { reference: string; number: number; paidOn: string } | null;
  fault: string | null;
};

/** Lines with the claim that each pays. What is wrong with a line for good is said once, before anything is recorded. */
export function prepareLines(
  lines: readonly FileLine[],
  known: readonly Known[],
  today: Date,
  order: DayOrder = "DAY",
): PreparedLine[] {
  const claims = new Map<string, number>();
  // The lines of one payment document have one reference and one day.
  const days = new Map<string, { line: number; day: number | undefined }>();
  return lines.map((line) => {
    const { claim, paidOn, faults } = readLine(line, known, { today, order });
    const name = claim && claimReference(claim.application.reference, claim.number);
    const twice = name && claims.get(name);
    if (name) claims.set(name, line.line);
    if (twice) faults.push(`Line ${twice} is for the same claim`);
    const key = invoiceKey(line.reference);
    const first = days.get(key);
    if (key && !first) days.set(key, { line: line.line, day: paidOn?.getTime() });
    if (first && first.day !== paidOn?.getTime()) {
      faults.push(`Line ${first.line} has the same payment reference and another day`);
    }
    if (faults.length > 0 || !claim || !paidOn) return { ...line, pays: null, fault: faults.join(". ") };
    const pays = {
      reference: claim.application.reference,
      number: claim.number,
      paidOn: paidOn.toISOString().slice(0, 10),
    };
    return { ...line, pays, fault: null };
  });
}

type Reading = { today: Date; order: DayOrder };

/** What a line says, and everything that is wrong with it. */
function readLine(
  line: FileLine,
  known: readonly Known[],
  { today, order }: Reading,
): { claim: Known | null; paidOn: Date | null; faults: string[] } {
  // Its cells may stand under the wrong headers, so that whatever else is said of them may be wrong.
  if (line.isTorn) return { claim: null, paidOn: null, faults: [TORN] };
  const found = findClaim(line, known);
  const claim = typeof found === "string" ? null : found;
  const [cents, paidOn] = [readAmount(line.amount), readDay(line.paidOn, order)];
  const faults = typeof found === "string" ? [found] : [];
  if (!line.reference) faults.push("It has no payment reference");
  else if (!invoiceKey(line.reference)) faults.push(`“${line.reference}” is no payment reference`);
  if (line.reference.length > REFERENCE_CHARS_MAX) faults.push("Its payment reference is too long");
  if (cents === null) faults.push(`“${line.amount}” is no amount in dollars and cents`);
  // A finance system pays with GST; the fund's amounts are without.
  else if (claim && !amountsOf(claim).includes(cents)) faults.push(differs(claim, cents));
  if (claim?.purchaseOrder && line.purchaseOrder && !isSameOrder(claim, line.purchaseOrder)) {
    const name = claimReference(claim.application.reference, claim.number);
    faults.push(`It names the purchase order ${line.purchaseOrder}, and ${name} has ${claim.purchaseOrder}`);
  }
  const wrongDay = claim && paidOn && paidOnProblem(paidOn, claim, today);
  if (!paidOn) faults.push(`“${line.paidOn}” is no day that exists`);
  else if (paidOn > today) faults.push(`${formatDay(paidOn)} is a day to come`);
  else if (wrongDay) faults.push(`It was paid on ${formatDay(paidOn)}. ${wrongDay}`);
  return { claim, paidOn, faults };
}

const TORN = "It has more cells than headers: an amount with commas needs quotation marks around it";
const REFERENCE_CHARS_MAX = 60;

/** What may be paid of a claim in a list: all of it, or the rest of what was paid in part, without GST or with it. */
const amountsOf = ({ state, cents, gstCents, paidCents }: Known): readonly [bigint, bigint] =>
  state === "PART_PAID"
    ? [cents - paidCents, cents - paidCents + (gstCents * (cents - paidCents)) / cents]
    : [cents, cents + gstCents];

function differs(claim: Known, paid: bigint): string {
  const [without, within] = amountsOf(claim).map(formatCents);
  const what = claim.state === "PART_PAID" ? "the rest of the claim" : "the claim";
  return `${formatCents(paid)} was paid, and ${what} is ${without}, or ${within} with GST. Record a part payment by itself`;
}

/** Whether a claim is paid under a purchase order, however its number is typed. */
const isSameOrder = (claim: Known, typed: string): boolean =>
  claim.purchaseOrder !== null && invoiceKey(claim.purchaseOrder) === invoiceKey(typed);

/**
 * By its reference, or by the invoice number, with the agency or the purchase order where several claims have that number.
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
    return found ?? `There is no claim ${claimReference(named.reference, named.number)}`;
  }
  if (typed && !invoice) return `“${typed}” is no reference of a claim, like PSF-2026-0042/1`;
  if (!invoice) return "It names no claim and no invoice";
  const fitting = known.filter(
    ({ invoiceNumber, application: { agency: of } }) =>
      invoiceKey(invoiceNumber) === invoiceKey(invoice) &&
      (!agency || [of.name, of.abbreviation].some((name) => foldName(name) === foldName(agency))),
  );
  const standing = fitting.filter(({ state }) => state !== "RETURNED" && state !== "CANCELLED");
  const left = standing.length ? standing : fitting;
  // One agency has several arrangements, and two agencies may number their invoices alike.
  const ordered = left.filter((claim) => isSameOrder(claim, purchaseOrder));
  const [found, another] = left.length > 1 && ordered.length > 0 ? ordered : left;
  if (!found) return `There is no claim with the invoice ${invoice}${agency ? ` of ${agency}` : ""}`;
  return another ? `Several claims have the invoice ${invoice}. Give the claim’s reference, or the agency` : found;
}

/** What stands in the way of a line's payment now. */
export type Facts = {
  claim: {
    state: ClaimState;
    workConfirmedAt: Date | null;
    startYear: number;
    cents: bigint;
    paidCents: bigint;
    lines: readonly Line[];
  };
  /** Why the payment with the line's reference cannot pay this claim too. */
  taken: string | null;
  application: { state: State; heldAt: Date | null };
  /** Whether the reader has declared interests; null: not yet. */
  isRecused: boolean | null;
  today: Date;
};

/** `ready`: it would be recorded. `done`: it was, with that reference. */
export type Verdict = { kind: "ready" | "done" | "not"; sentence: string };

/** What would become of a line as things stand. */
export function verdictOf({ pays, fault, reference }: PreparedLine, facts: Facts | null): Verdict {
  if (fault !== null || !pays || !facts) return { kind: "not", sentence: `${fault ?? "It pays nothing"}.` };
  const { claim, taken, application, isRecused, today } = facts;
  const name = claimReference(pays.reference, pays.number);
  const made = standingPayments(claim.lines).find(
    ({ payment }) => invoiceKey(payment.reference) === invoiceKey(reference),
  );
  if (made) {
    return { kind: "done", sentence: `Already recorded with this reference, paid on ${formatDay(made.paidOn)}.` };
  }
  if (claim.state !== "APPROVED" && claim.state !== "PART_PAID")
    return { kind: "not", sentence: claimStands(name, claim) };
  const unbegun = unbegunYear(claim.startYear, today);
  if (unbegun) return { kind: "not", sentence: `${unbegun}.` };
  if (taken) return { kind: "not", sentence: `${taken}.` };
  if (application.heldAt) return { kind: "not", sentence: `${pays.reference} is on hold.` };
  if (isRecused === null) return { kind: "not", sentence: `Declare your interests in ${pays.reference} first.` };
  if (isRecused)
    return { kind: "not", sentence: `You declared an interest in ${pays.reference}, so this needs somebody else.` };
  if (application.state !== "ACTIVE" && application.state !== "CLOSING") {
    return { kind: "not", sentence: `${pays.reference} is no longer under way.` };
  }
  return { kind: "ready", sentence: "Will be recorded." };
}

/** The lines of a list that could not be recorded, as they stood there, so that they can be mended and imported again. */
export const worklistSheet = (lines: readonly (FileLine & { why: string })[], marking: string): Sheet =>
  makeSheet({
    title: "Payments to correct",
    marking,
    about: [],
    columns: [
      ...WORKLIST.map(([header, name]) => ({ header, kind: "text" as const, value: (line: FileLine) => line[name] })),
      { header: "Why it was not recorded", kind: "text", width: 60, value: ({ why }) => why },
    ],
    rows: lines,
  });

const WORKLIST: readonly [string, ColumnName][] = [
  ["Claim", "claim"],
  ["Invoice number", "invoice"],
  ["Agency", "agency"],
  ["Purchase order", "purchaseOrder"],
  ["Amount", "amount"],
  ["Paid on", "paidOn"],
  ["Payment reference", "reference"],
];
