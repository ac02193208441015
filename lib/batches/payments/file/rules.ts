import { parseCsv } from "hucre/csv";
import { type DayOrder, LINES_MAX } from "#lib/batches/payments/schema.ts";
import { parseDay } from "#lib/platform/dates.ts";
import { CENTS_MAX, formatCents, parseCents, readCents, sumCents } from "#lib/platform/money.ts";
import { cleanText, foldName } from "#lib/platform/text.ts";

/** A line of a finance system's file. `line`: its number, counting the headers as the first line. */
export type FileLine = {
  line: number;
  claim: string;
  invoice: string;
  agency: string;
  purchaseOrder: string;
  amount: string;
  paidOn: string;
  reference: string;
  /** The number of a credit note, on a line with a negative amount. */
  creditNote: string;
  /** What the header says about the amounts: with GST or without; undefined: either is possible. */
  gst: Gst;
  /** It has more cells than there are headers, so it is not clear which cell is which. */
  isTorn: boolean;
};

export type Gst = "with" | "without" | "";

export type ColumnName = Exclude<keyof FileLine, "line" | "isTorn" | "gst">;

/**
 * The words that headers use, without spaces and punctuation, and without what they say about GST and currency. If
 * several columns match, the word that comes first here counts.
 */
const HEADERS: Record<ColumnName, readonly string[]> = {
  claim: ["claim", "claimreference", "claimref", "claimno", "claimnumber", "claimid", "ourreference", "psfreference"],
  invoice: [
    ...["invoice", "invoicenumber", "invoiceno", "invoiceref", "invoicereference", "invoiceid", "invoicenum", "invno"],
    ...["supplierinvoice", "supplierinvoiceno", "supplierinvoicenumber", "vendorinvoice", "vendorinvoiceno"],
    ...["vendorinvoicenumber", "taxinvoice", "taxinvoiceno"],
  ],
  agency: [
    "agency",
    "supplier",
    "suppliername",
    "vendor",
    "vendorname",
    "payee",
    "payeename",
    "creditor",
    "creditorname",
  ],
  purchaseOrder: ["purchaseorder", "purchaseorderno", "purchaseordernumber", "po", "pono", "ponumber", "orderno"],
  amount: [
    ...["amount", "amountpaid", "paidamount", "paymentamount", "netamount", "grossamount", "net", "gross", "value"],
    ...["paid", "total", "amt", "paymentamt", "amountindollars", "amountdollars", "paymentvalue", "totalamount"],
    ...["amountinlc", "amountinlocalcurrency", "amountinlocalcurr", "localamount"],
  ],
  paidOn: [
    ...["paidon", "datepaid", "paiddate", "paymentdate", "dateofpayment", "valuedate", "date", "paymentrundate"],
    ...["clearingdate", "transactiondate", "postingdate", "pstngdate", "clearing", "runon"],
  ],
  reference: [
    ...["paymentreference", "paymentref", "paymentno", "paymentnumber", "paymentid", "paymentreferenceno"],
    ...["paymentreferencenumber", "paymentdocument", "paymentdocumentno", "paymentdocumentnumber", "paymentdoc"],
    ...["remittance", "remittanceno", "reference", "referenceno", "referencenumber", "ref", "refno", "documentnumber"],
    ...["documentno", "docno", "eftno", "eftreference", "bankreference", "transactionreference", "transactionid"],
  ],
  creditNote: [
    "creditnote",
    "creditnotenumber",
    "creditnoteno",
    "creditno",
    "creditnumber",
    "creditmemo",
    "adjustmentnote",
  ],
};

const WITH_GST = /\b(?:(?:incl|including|inclusive|inc|with)\b(?: of)? gst|gst (?:incl|inclusive|inc)|gross)\b/;
const WITHOUT_GST = /\b(?:(?:excl|excluding|exclusive|ex|without)\b(?: of)? gst|gst (?:excl|exclusive|ex))\b/;

const plain = (header: string): string =>
  foldName(header)
    .replace(
      /\b(?:incl|including|inclusive|inc|excl|excluding|exclusive|ex|with|without)\b(?: of)? gst\b|\bgst (?:incl|inclusive|inc|excl|exclusive|ex)\b|\bnzd?\b/g,
      "",
    )
    .replace(/[^a-z]/g, "");

/** What a header says about the amounts below it. */
function gstOf(header: string): Gst {
  const words = foldName(header);
  if (WITHOUT_GST.test(words)) return "without";
  return WITH_GST.test(words) ? "with" : "";
}

/** Which column holds what, from a line of headers; null where it is not one. */
function columnsOf(cells: readonly string[]): Map<number, ColumnName> | null {
  const words = cells.map(plain);
  const found = new Map<number, ColumnName>();
  for (const name of Object.keys(HEADERS) as ColumnName[]) {
    const word = HEADERS[name].find((one) => words.includes(one));
    if (word) found.set(words.indexOf(word), name);
  }
  const names = new Set(found.values());
  const isHeaders =
    (names.has("claim") || names.has("invoice")) &&
    (["amount", "paidOn", "reference"] as const).every((name) => names.has(name));
  return isHeaders ? found : null;
}

/** The words in a line that is not a payment but states the sum of the file. */
const TOTAL =
  /^(?:grand |control |file |batch |run |report |payment )?totals?(?: amount| paid| payments| nzd| of payments)?(?: \d+ (?:payments?|lines?|records?|items?))?$/;
/** A subtotal of some of the lines above it, and a line that states how many there are. */
const SUBTOTAL = /^(?:sub ?totals?\b.*|totals? (?:for|by) .*|count|(?:number|no) of (?:payments|lines|records|items))$/;

/** A line with a single cell is not a payment: a marking, or the end of a report. */
function kindOf(filled: readonly string[]): "line" | "total" | "other" {
  const words = filled.map(foldName);
  if (words.some((cell) => SUBTOTAL.test(cell))) return "other";
  if (words.some((cell) => TOTAL.test(cell))) return "total";
  return filled.length === 1 && !readClaimReference(filled[0] ?? "") ? "other" : "line";
}

/** The first bytes of a workbook, an old one or a PDF, chosen instead of a list. */
const NO_TEXT = /^(?:PK(?![\w ]*[,;\t|])|ÐÏ|%PDF)/;

/** The text of a cell on one line, without what spreadsheets put around text to preserve it ('000123, ="000123"). */
const cellText = (cell: unknown): string =>
  String(cell ?? "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^="(.*)"$/, "$1")
    .replace(/^'/, "")
    .trim();

const COMMA_DECIMALS = /,\d\d\D*$/;
const POINT_DECIMALS = /\.\d\d?\D*$|,\d{3}(?!\d)/;

/** Amounts in New Zealand format: 9,000.00. A list that has a decimal comma in each of them has 9.000,00. */
function withPoints(lines: readonly FileLine[]): FileLine[] {
  const amounts = lines.map(({ amount }) => amount);
  const hasCommas = amounts.some((one) => COMMA_DECIMALS.test(one)) && !amounts.some((one) => POINT_DECIMALS.test(one));
  if (!hasCommas) return [...lines];
  const swapped = (text: string) => text.replace(/[.,]/g, (sign) => (sign === "." ? "," : "."));
  return lines.map((line) => ({ ...line, amount: swapped(line.amount) }));
}

/** A line of the file, by its number, with the text of its cells. */
type Row = { line: number; cells: readonly string[] };

/** Two columns with the same meaning but different content: it is not clear which one counts. */
function twiceNamed(headers: readonly string[], columns: Iterable<number>, below: readonly Row[]): string | null {
  const names = headers.map(foldName);
  for (const column of columns) {
    const other = names.indexOf(names[column] ?? "", column + 1);
    const unlike = other === -1 ? undefined : below.find(({ cells }) => (cells[column] ?? "") !== (cells[other] ?? ""));
    if (unlike) {
      return `Two columns are headed “${headers[column]}”, but they differ on line ${unlike.line}. Remove one of them`;
    }
  }
  return null;
}

const SEPARATOR = /^sep=(.)[ \t]*(?=\n)/i;

/** The lines of a file, without a total; `problem`: why it cannot be read at all, or is not the whole file. */
export function readLines(csv: string): { lines: FileLine[]; problem: null } | { lines: null; problem: string } {
  const text = cleanText(csv);
  if (NO_TEXT.test(text))
    return {
      lines: null,
      problem: "This is a workbook or a PDF, not a text list. Save it as CSV, and choose that file",
    };
  // Spreadsheets state the separator of a file in its first line.
  const separator = SEPARATOR.exec(text)?.[1];
  const read = parseCsv(text.replace(SEPARATOR, ""), separator ? { delimiter: separator } : {});
  const rows = read.map((row, index): Row => ({ line: index + 1, cells: row.map(cellText) }));
  const head = rows.findIndex(({ cells }) => columnsOf(cells) !== null);
  const headers = rows[head]?.cells;
  const columns = headers && columnsOf(headers);
  if (!columns) return { lines: null, problem: NO_HEADERS };
  const below = rows.slice(head + 1);
  const twice = twiceNamed(headers, columns.keys(), below);
  if (twice) return { lines: null, problem: twice };
  const gst = gstOf(headers.find((_, column) => columns.get(column) === "amount") ?? "");
  const totals: FileLine[] = [];
  const found = below.flatMap(({ line: number, cells }): FileLine[] => {
    const filled = cells.filter((cell) => cell !== "");
    // Repeated headers, as printed lists have them at the top of each page.
    if (filled.length === 0 || columnsOf(cells)) return [];
    const width = cells.findLastIndex((cell) => cell !== "") + 1;
    const line: FileLine = { line: number, ...BLANK, gst, isTorn: width > headers.length };
    for (const [column, name] of columns) line[name] = cells[column] ?? "";
    const kind = kindOf(filled);
    if (kind === "total") totals.push(line);
    return kind === "line" ? [line] : [];
  });
  // A total is written in the same format as the lines.
  const all = withPoints([...found, ...totals]);
  const lines = all.slice(0, found.length);
  if (lines.length === 0) return { lines: null, problem: "There are no lines below the column headings" };
  if (lines.length > LINES_MAX) {
    return { lines: null, problem: `There are ${lines.length} lines. Import up to ${LINES_MAX} lines at a time` };
  }
  for (const { line, amount } of all.slice(found.length)) {
    const wrong = totalProblem(lines, readAmount(amount));
    if (wrong) return { lines: null, problem: `The total on line ${line} does not match. ${wrong}` };
  }
  return { lines, problem: null };
}

/** Why lines do not add up to a stated total. Null: they do, or an amount cannot be read, which its line reports. */
export function totalProblem(lines: readonly FileLine[], total: bigint | null): string | null {
  const amounts = lines.map(({ amount }) => readAmount(amount));
  const sum = sumCents(amounts.filter((cents) => cents !== null));
  if (total === null || amounts.includes(null) || sum === total) return null;
  return `The lines add up to ${formatCents(sum)}, but the total is ${formatCents(total)}`;
}

/** Negative amounts as finance systems write them: (1,200.00), 1,200.00-, $-1,200.00, 1,200.00 CR. */
const TAKES_OFF = [
  /^(?<before>(?:NZ)?\$|NZD)\s*[-−–]\s*(?<amount>\d.*)/i,
  /^(?<before>[^()\d]*)\((?<amount>[^()]+)\)$/,
  /(?<amount>.+)[-−–]$/,
  /(?<amount>.+)CR\.?$/i,
  /^CR\.?(?<amount>.+)/i,
];

/**
 * "9,000.00", "9000.0000": a finance system's amount may have more zeros than cents need. Amounts taken off are
 * negative. Null where it is not an amount, is absurdly large, or is just 9.000, which means nine thousand elsewhere.
 */
export function readAmount(typed: string): bigint | null {
  if (/^\D*\d{1,3}\.\d{3}\D*$/.test(typed)) return null;
  const text = typed
    .trim()
    .replace(/(\.\d\d)0+/, "$1")
    .replace(/(\d)\s*DR\.?$/i, "$1");
  for (const sign of TAKES_OFF) {
    const { before = "", amount } = sign.exec(text)?.groups ?? {};
    if (amount === undefined) continue;
    const cents = parseCents(before + amount);
    return cents === null ? null : -cents;
  }
  const cents = readCents(text);
  return cents === null || cents > CENTS_MAX || cents < -CENTS_MAX ? null : cents;
}

const BLANK = {
  ...{ claim: "", invoice: "", agency: "", purchaseOrder: "", amount: "", paidOn: "", reference: "", creditNote: "" },
};
const NO_HEADERS =
  "We cannot find the column headings. The list needs a column for the claim or the invoice number, and columns for the amount, the day it was paid and the payment reference";

/** With ASCII hyphens and digits: spreadsheets and other alphabets have their own. */
const plainReference = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[\u2010-\u2015\u2212_]/g, "-")
    .replace(/\s/g, "");

const CLAIM_REFERENCE = /^(?:PSF-?)?(?<year>20\d\d)-(?<application>\d{1,9})\/(?<number>\d{1,4})$/i;

/** "psf-2026-42 / 1" → PSF-2026-0042 and 1; null where it is not the reference of a claim. */
export function readClaimReference(text: string): { reference: string; number: number } | null {
  const { year, application = "", number } = CLAIM_REFERENCE.exec(plainReference(text))?.groups ?? {};
  if (!year) return null;
  return { reference: `PSF-${year}-${application.replace(/^0+/, "").padStart(4, "0")}`, number: Number(number) };
}

/** 11/03/2026: a day and a month in digits, in either order. */
const IN_FIGURES = /^(?<first>\d{1,2})[/. -]+(?<second>\d{1,2})[/. -]+(?:\d{4}|\d\d)$/;

const WEEKDAY = /^(?:mon|tue|wed|thu|fri|sat|sun)/i;

/** The time that programs add to a date. */
const TIME = /[T ]+\d{1,2}[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?|Z|[+-]\d\d:?\d\d)?$/i;

const withoutTime = (text: string): string => text.replace(TIME, "");

/**
 * The first line with a date whose month must come first, as programs in some countries write it: 11/24/2026. If there
 * is one, the other dates of the list are ambiguous: 11/03/2026 is valid either way. Null: there is none.
 */
export const monthFirst = (
  lines: readonly Pick<FileLine, "line" | "paidOn">[],
): { line: number; paidOn: string } | null =>
  lines.find(({ paidOn }) => {
    const { first = 0, second = 0 } = IN_FIGURES.exec(withoutTime(paidOn))?.groups ?? {};
    return Number(second) > 12 && Number(second) <= 31 && Number(first) >= 1 && Number(first) <= 12;
  }) ?? null;

/** Spreadsheets count days from here: 46352 is 26 November 2026. */
const SERIAL_ZERO = Date.UTC(1899, 11, 30);
/** From 18 February 1927 to 14 October 2173, possibly followed by the fraction of a day. */
const SERIAL = /^([1-9]\d{4})(?:\.\d+)?$/;

const YEAR_FIRST = /^(?<year>\d{4})([-/.])(?<month>\d{1,2})\2(?<day>\d{1,2})$/;
const WORD_FIRST = /^(?<month>[a-z]+)\.? +(?<day>\d{1,2}),? +(?<year>\d{4})$/i;
const DAY_FIRST = /^(?<day>\d{1,2})[/. -]+(?<month>[a-z]+|\d{1,2})[/. -]+(?<year>\d{4}|\d\d)$/i;

/**
 * 2026-11-26, 2026/11/26, 20261126, 26/11/2026 0:00, 26.11.26, 26 Nov 2026, Nov 26, 2026, 26112026, 46352: in digits,
 * the day comes before the month by default. Null where it is not a date.
 */
export function readDay(text: string, order: DayOrder = "DAY"): Date | null {
  const typed = withoutTime(text)
    .replace(/^[a-z]{3,9}\.?,? +(?=\d)/i, (word) => (WEEKDAY.test(word) ? "" : word))
    .replace(/^(\d{1,2})(?:st|nd|rd|th)\b/i, "$1");
  const serial = SERIAL.exec(typed)?.[1];
  if (serial) return new Date(SERIAL_ZERO + Number(serial) * 86_400_000);
  if (/^\d{8}$/.test(typed)) return readEightFigures(typed, order);
  const found = YEAR_FIRST.exec(typed) ?? WORD_FIRST.exec(typed) ?? DAY_FIRST.exec(typed);
  const { day = "", month = "", year = "" } = found?.groups ?? {};
  const isTurned = order === "MONTH" && IN_FIGURES.test(typed);
  return parseDay(isTurned ? month : day, isTurned ? day : month, year);
}

/** 20261126, or the same with the year at the end. */
function readEightFigures(typed: string, order: DayOrder): Date | null {
  const part = (from: number, to: number) => typed.slice(from, to);
  const day = parseDay(part(6, 8), part(4, 6), part(0, 4));
  if (day) return day;
  const [first, second] = order === "MONTH" ? [part(2, 4), part(0, 2)] : [part(0, 2), part(2, 4)];
  return parseDay(first, second, part(4, 8));
}
