// How each line of a list from a finance system is understood.
import { expect, test } from "vitest";
import { CREDIT, customs, KNOWN, known, LINE, line, PAID, police, read, said, today } from "#lib/testing/lists.ts";
import { readLines } from "./file/rules.ts";
import { type Facts, type Known, prepareLines, verdictOf, worklistSheet } from "./rules.ts";

const MONEY = { cents: 30_000n, paidCents: 30_000n, gstCents: 4_500n };
const DONE = known("PSF-2026-0042", 4, police, { state: "PAID", ...MONEY });

test.each([
  ["an unknown claim", line("PSF-2026-0042/9"), /^We cannot find claim PSF-2026-0042\/9$/],
  ["words for a claim", line("Dogs"), /We cannot find claim “Dogs”/],
  [
    "another amount",
    line("PSF-2026-0042/1", "1200.01"),
    /\$1,200\.01 was paid, but the claim is \$1,200\.00, or \$1,380\.00/,
  ],
  ["no amount", line("PSF-2026-0042/1", "twelve"), /not “twelve”/],
  ["what takes off and names no credit note", line("PSF-2026-0042/1", "(1200)"), /Give the number of its credit note/],
  ["nothing", line("PSF-2026-0042/1", "0.00"), /amount is \$0\.00, so it pays nothing/],
  ["a part that may be with GST or without", line("PSF-2026-0042/1", "500"), /name the column “Amount incl GST”/],
  ["two amounts in one cell", line("PSF-2026-0042/1", "1200 1380"), /not “1200 1380”/],
  ["a day that is none", line("PSF-2026-0042/1", "1200", "31/11/2026"), /^Enter a real date, not “31\/11\/2026”$/],
  ["a day to come", line("PSF-2026-0042/1", "1200", "28/11/2026"), /Date must not be in the future: 28 November 2026/],
  ["no payment reference", line("PSF-2026-0042/1", "1200", "2026-11-26", ""), /no payment reference/],
  [
    "a payment reference of signs alone",
    line("PSF-2026-0042/1", "1200", "2026-11-26", "–"),
    /^“–” is not a payment reference/,
  ],
  [
    "a payment reference that is too long",
    line("PSF-2026-0042/1", "1200", "2026-11-26", "x".repeat(61)),
    /^Its payment reference is too long$/,
  ],
  ["an amount that fell apart", line("PSF-2026-0042/1", "$1,200.00"), /quotation marks/],
  [
    "an invoice of several agencies",
    "Invoice,Amount,Paid on,Reference\nINV-1,1200,2026-11-26,FIN-1",
    /Several claims have invoice INV-1/,
  ],
  [
    "an invoice of nobody",
    "Invoice,Amount,Paid on,Reference\nINV-7,1200,2026-11-26,FIN-1",
    /cannot find a claim with invoice/,
  ],
  [
    "an invoice of another agency",
    "Invoice,Agency,Amount,Paid on,Reference\nINV-1,Nobody,1200,2026-11-26,FIN-1",
    /^The invoice INV-1 is from .+ \(PSF-2026-004\d\/\d\), not from “Nobody”$/,
  ],
  [
    "the invoice of another claim beside the claim",
    "Claim,Invoice,Amount,Paid on,Reference\nPSF-2026-0042/1,INV-7,1200,2026-11-26,FIN-1",
    /^It has invoice INV-7, but PSF-2026-0042\/1 has INV-1\. Correct one of them$/,
  ],
  [
    "the invoice of another claim, and no amount",
    "Claim,Invoice,Amount,Paid on,Reference\nPSF-2026-0042/1,INV-7,,2026-11-26,FIN-1",
    /It has invoice INV-7, but PSF-2026-0042\/1 has INV-1/,
  ],
  ["no amount and no day at all", line("PSF-2026-0042/1", "", ""), /^It has no amount\. It has no payment date$/],
])("a line pays nothing for good: %s", (_what, csv, why) => {
  expect(read(csv)).toEqual([expect.stringMatching(why)]);
});

test.each([
  [
    "by its reference and its invoice in another spelling",
    "Claim,Invoice,Amount,Paid on,Reference\nPSF-2026-0042/1,inv 1,1200,2026-11-26,FIN-1",
    "1 11-26 120000",
  ],
  ["by its reference, with GST", line("PSF-2026-0042/1", "1380.00"), "1 11-26 120000"],
  [
    "by its invoice and the agency's name with points and other blanks",
    "Invoice,Supplier,Amount,Date,Ref\nINV-M,Met. Service,1200,26/11/2026,F1",
    "1 11-26 120000",
  ],
  [
    "by its invoice and the agency's short name",
    "Invoice,Supplier,Amount,Date,Ref\ninv 1,customs,1200,26/11/2026,F1",
    "1 11-26 120000",
  ],
  [
    "by its invoice and a name without its macron",
    "Invoice,Supplier,Amount,Date,Ref\nINV-M,METSERVICE,1200,26/11/2026,F1",
    "1 11-26 120000",
  ],
  [
    "with the longest payment reference",
    line("PSF-2026-0042/2", "1200", "2026-11-26", "x".repeat(60)),
    "2 11-26 120000",
  ],
])("a claim is found and paid: %s", (_how, csv, paid) => {
  expect(said(csv)).toEqual([paid]);
});

test("days are read in the order that is told", () => {
  expect(said(line("PSF-2026-0042/1", "1200", "11/26/2026"), KNOWN, "MONTH")).toEqual(["1 11-26 120000"]);
});

test("everything that is wrong with a line is said at once", () => {
  expect(read(line("PSF-2026-0042/1", "1 2", "31/11/2026", ""))).toEqual([
    "It has no payment reference. Enter the amount in dollars and cents, not “1 2”. Enter a real date, not “31/11/2026”",
  ]);
});

const FACTS: Facts = {
  claim: {
    ...{ state: "APPROVED", workConfirmedAt: null, startYear: 2026, isClosed: false, cents: 120_000n, paidCents: 0n },
    lines: [],
  },
  taken: null,
  application: { state: "ACTIVE", heldAt: null },
  isRecused: false,
  today,
};
const ofClaim = (claim: Partial<Facts["claim"]>): Facts => ({ ...FACTS, claim: { ...FACTS.claim, ...claim } });
const prepared = (csv: string, among: readonly Known[] = KNOWN) => {
  const [first] = prepareLines(readLines(csv).lines ?? [], among, today);
  if (!first) throw new Error("There is no line.");
  return first;
};
const paidWith = (reference: string) => [{ ...LINE, payment: { reference, note: "" } }];

test.each<[string, Facts | null, string]>([
  ["ready", FACTS, "Will be recorded."],
  ["ready", { ...FACTS, application: { state: "CLOSING", heldAt: null } }, "Will be recorded."],
  [
    "done",
    ofClaim({ state: "PAID", lines: paidWith("fin 1") }),
    "Already recorded with this reference, paid on 20 November 2026: $300.00.",
  ],
  [
    "not",
    ofClaim({ state: "PAID", lines: paidWith("FIN-0") }),
    "PSF-2026-0042/1 was already paid, on 20 November 2026 with the reference FIN-0.",
  ],
  ["not", ofClaim({ state: "CLAIMED" }), "PSF-2026-0042/1 is “Claimed”."],
  ["not", ofClaim({ state: "PART_PAID", paidCents: 30_000n }), "Only $900.00 of PSF-2026-0042/1 is still to be paid."],
  [
    "not",
    ofClaim({ startYear: 2027 }),
    "2027/28 begins on 1 July 2027. Nothing can be claimed or paid from it before then.",
  ],
  ["not", { ...FACTS, taken: "Another day" }, "Another day."],
  ["not", { ...FACTS, isRecused: null }, "Declare your interests in PSF-2026-0042 first."],
  [
    "not",
    { ...FACTS, isRecused: true },
    "You declared an interest in PSF-2026-0042, so somebody else needs to do this.",
  ],
  ["not", { ...FACTS, application: { state: "ACTIVE", heldAt: today } }, "PSF-2026-0042 is on hold."],
  ["not", { ...FACTS, application: { state: "CLOSED", heldAt: null } }, "PSF-2026-0042 is no longer under way."],
  ["not", null, "It pays nothing."],
])("of a line that pays, as things stand now: %s, %#", (kind, facts, sentence) => {
  expect(verdictOf(prepared(line("PSF-2026-0042/1")), facts)).toEqual({ kind, sentence });
});

test("all that stands in the way of a line is said, for good and as things stand now", () => {
  const wrong = prepared(line("PSF-2026-0042/1", "1200", "31/11/2026"));
  const held: Facts = { ...FACTS, taken: "Another day", application: { state: "CLOSED", heldAt: today } };
  expect(verdictOf(wrong, held)).toEqual({
    kind: "not",
    sentence:
      "Enter a real date, not “31/11/2026”. Another day. PSF-2026-0042 is on hold. PSF-2026-0042 is no longer under way.",
  });
  expect(verdictOf(wrong, null).sentence).toBe("Enter a real date, not “31/11/2026”.");
  expect(verdictOf(prepared(line("Dogs")), held).sentence).toBe(
    "We cannot find claim “Dogs”. Enter a reference like PSF-2026-0042/1.",
  );
});

test("a credit note is recorded once, and by two people where the year of its claim is closed", () => {
  const csv = "Claim,Amount excl GST,Paid on,Reference,Credit note\nPSF-2026-0042/4,-100,26/11/2026,FIN-1,cn 9";
  const credit = prepared(csv, [DONE]);
  const paid = { state: "PAID" as const, cents: 30_000n, paidCents: 30_000n, lines: [LINE] };
  expect(verdictOf(credit, ofClaim(paid))).toEqual({ kind: "ready", sentence: "Will be recorded." });
  expect(verdictOf(credit, ofClaim({ ...paid, lines: [LINE, CREDIT] }))).toEqual({
    ...{ kind: "done", sentence: "Credit note cn 9 is already recorded." },
  });
  expect(verdictOf(credit, ofClaim({ ...paid, isClosed: true }))).toEqual({
    kind: "not",
    sentence:
      "Its financial year is closed, so record the credit note on its own: another budget officer needs to confirm it.",
  });
  // A payment of a claim whose year is closed takes one person.
  expect(verdictOf(prepared(line("PSF-2026-0042/1")), ofClaim({ isClosed: true })).kind).toBe("ready");
});

test("lines that could not be recorded are sent back as they stood there, under headers that are read again", () => {
  const csv = (header: string) =>
    `PO,Claim,Invoice,Supplier,${header},Paid on,Payment reference,Credit note\nPO 4,PSF-2026-0042/1,INV-1,Customs,-1,soon,F1,CN-9`;
  const sheet = (header: string) =>
    worklistSheet(
      (readLines(csv(header)).lines ?? []).map((one) => ({ ...one, why: "“soon” is no day" })),
      "IN-CONFIDENCE",
    );
  const { columns, rows, about, marking, title } = sheet("Amount including GST");
  expect([marking, title, about]).toEqual(["IN-CONFIDENCE", "Payments to correct", []]);
  expect(rows).toEqual([
    ["PSF-2026-0042/1", "INV-1", "Customs", "PO 4", "-1", "soon", "F1", "CN-9", "“soon” is no day"],
  ]);
  const headers = columns.map(({ header }) => header);
  expect(headers.at(-1)).toBe("Why it was not recorded");
  expect(readLines([headers, ...rows].map((row) => row.join(",")).join("\n")).lines).toEqual(
    readLines(csv("Amount including GST")).lines,
  );
  const amountOf = (header: string) => sheet(header).columns[4]?.header;
  expect([amountOf("Gross amount"), amountOf("Amount ex GST"), amountOf("Net amount")]).toEqual([
    ...["Amount incl GST", "Amount excl GST", "Amount"],
  ]);
  expect(worklistSheet([], "IN-CONFIDENCE").rows).toEqual([]);
});

test("a line that was paid before its claim’s financial year began is not taken", () => {
  const early = [known("PSF-2026-0042", 1, police, { startYear: 2027 }), known("PSF-2026-0042", 2)];
  const paid = (name: string, day: string) => {
    const { lines } = readLines(`Claim,Amount,Paid on,Payment reference\n${name},1200.00,${day},FIN-1`);
    return prepareLines(lines ?? [], early, today)[0]?.fault;
  };
  expect(paid("PSF-2026-0042/1", "2026-11-26")).toBe(
    "It was paid on 26 November 2026. Date must be 1 July 2027 or later: the claim is for 2027/28, which begins that day",
  );
  expect(paid("PSF-2026-0042/2", "2026-06-30")).toMatch(/1 July 2026 or later: the claim is for 2026\/27/);
  expect(paid("PSF-2026-0042/2", "2026-07-01")).toBeNull();
});

test("what was paid today is recorded", () => {
  expect(read(line("PSF-2026-0042/1", "1200", "2026-11-27"))).toEqual([{ ...PAID, paidOn: "2026-11-27" }]);
});

test("a claim is that of its own application, and an invoice that of the claim that stands", () => {
  expect(read(line("PSF-2026-0043/1"))).toEqual([{ ...PAID, reference: "PSF-2026-0043" }]);
  expect(read(line(""))).toEqual([expect.stringContaining("Enter the claim or the invoice number")]);
  const invoice = (known: Known[], number = "INV-7") =>
    prepareLines(
      readLines(`Invoice,Amount,Paid on,Reference\n${number},1200,2026-11-26,FIN-1`).lines ?? [],
      known,
      today,
    )[0];
  const of = (number: number, state: Known["state"]) =>
    known("PSF-2026-0042", number, police, { invoiceNumber: "INV-7", state });
  expect(invoice([of(1, "RETURNED"), of(2, "CANCELLED"), of(3, "APPROVED")])?.pays?.number).toBe(3);
  expect(invoice([of(1, "RETURNED")])?.pays?.number).toBe(1);
  expect(invoice([of(1, "CANCELLED")])?.pays?.number).toBe(1);
  expect(invoice([of(1, "RETURNED"), of(2, "CANCELLED")])?.fault).toContain("Several");
  expect(invoice([of(1, "APPROVED"), of(2, "APPROVED")])?.fault).toContain("Several");
  const both = `Claim,Invoice,Amount,Paid on,Reference\nDogs,INV-1,1200,2026-11-26,FIN-1`;
  expect(prepareLines(readLines(both).lines ?? [], [known("PSF-2026-0042", 1)], today)[0]?.pays?.number).toBe(1);
});

test("a purchase order tells claims of one invoice number apart, however it is typed, and another is a fault", () => {
  const of = (reference: string, purchaseOrder: string | null) =>
    known(reference, 1, reference.endsWith("3") ? customs : police, { invoiceNumber: "INV-7", purchaseOrder });
  const both = [of("PSF-2026-0042", "PO 4711"), of("PSF-2026-0043", "PO 4712")];
  const paid = (order: string, among: Known[], named = "INV-7") =>
    prepareLines(
      readLines(`P.O. Number,Invoice,Amount,Paid on,Reference\n${order},${named},1200,2026-11-26,FIN-1`).lines ?? [],
      among,
      today,
    ).map(({ pays, fault }) => fault ?? pays?.reference)[0];
  expect([paid("po-4711", both), paid("PO4712", both)]).toEqual(["PSF-2026-0042", "PSF-2026-0043"]);
  expect([paid("", both), paid("PO 9", both)]).toEqual([expect.stringContaining("Several"), expect.any(String)]);
  // A claim without one is found by its invoice alone; a wrong one is reported.
  expect(paid("PO 9", [of("PSF-2026-0042", null)])).toBe("PSF-2026-0042");
  expect(paid("PO 9", [of("PSF-2026-0042", "PO 4711")])).toBe(
    "It has purchase order PO 9, but PSF-2026-0042/1 has PO 4711",
  );
});
