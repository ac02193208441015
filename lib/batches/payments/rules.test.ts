// What finance systems send, read leniently, and what each line is found to be.
import { expect, test } from "vitest";
import { monthFirst, readAmount, readClaimReference, readDay, readLines } from "./file/rules.ts";
import { type Known, prepareLines, verdictOf } from "./rules.ts";
import { LINES_MAX } from "./schema.ts";

const today = new Date(Date.UTC(2026, 10, 27));
const police = { name: "New Zealand Police", abbreviation: "NZ Police" };
const customs = { name: "New Zealand Customs Service", abbreviation: "Customs" };

const known = (reference: string, number: number, agency = police, more: Partial<Known> = {}): Known => ({
  id: `${reference}/${number}`,
  number,
  state: "APPROVED",
  startYear: 2026,
  year: { cutoffOn: null, closedAt: null },
  decidedAt: null,
  cents: 120_000n,
  paidCents: 0n,
  backCents: 0n,
  lines: [],
  gstCents: 18_000n,
  invoiceNumber: `INV-${number}`,
  purchaseOrder: null,
  application: { id: reference, reference, title: "Dogs", agency },
  ...more,
});
const KNOWN = [
  known("PSF-2026-0042", 1),
  known("PSF-2026-0042", 2),
  known("PSF-2026-0043", 1, customs),
  known("PSF-2026-0042", 3, police, { invoiceNumber: "INV-OLD", state: "RETURNED" }),
  known("PSF-2026-0044", 1, { name: "Mētservice", abbreviation: "MET" }, { invoiceNumber: "INV-M" }),
];

const read = (csv: string) => {
  const { lines, problem } = readLines(csv);
  return lines ? prepareLines(lines, KNOWN, today).map(({ pays, fault }) => fault ?? pays) : problem;
};

const PAID = { reference: "PSF-2026-0042", number: 1, paidOn: "2026-11-26", cents: "120000", creditNumber: "" };

test.each([
  ["as the page says it", "Claim,Amount,Paid on,Payment reference\nPSF-2026-0042/1,1200.00,2026-11-26,FIN-1"],
  [
    "with other headers in another order, a title above, signs and commas, and empty lines",
    '\uFEFFPayments of November,,,,\r\n\r\nRef;ignored\r\nPayment Ref.,DATE PAID,Net amount,Cost centre,claim no\r\nFIN-1,26/11/2026,"$1,200.00",77,psf-2026-42 / 1\r\n,,,,\r\n',
  ],
  ["with semicolons", "Claim;Amount;Paid on;Payment reference\nPSF-2026-0042/1;1200;26.11.26;FIN-1"],
  [
    "with tabs, as a spreadsheet copies it",
    "Claim\tAmount\tPaid on\tReference\n2026-42/1\tNZD 1,200\t26 Nov 2026\tFIN-1",
  ],
  ["with GST", "Claim,Amount,Paid on,Payment reference\nPSF-2026-0042/1,1380.00,2026-11-26,FIN-1"],
  [
    "by invoice number and agency",
    "Invoice number,Supplier,Amount,Value date,Reference\ninv 1,nz police,1200,26-11-2026,FIN-1",
  ],
  [
    "with a spreadsheet’s days, amounts of four places, and a total and a marking under it",
    "Claim;Amount incl GST;Paid on;Reference No.\nPSF-2026-0042/1;1380.0000;46352;FIN-1\nTotal;1380.00;;\nIN-CONFIDENCE",
  ],
  [
    "with days that have a time",
    "Claim,Amount (NZD excl. GST),Paid on,Reference\nPSF-2026-0042/1,1200,26/11/2026 0:00,FIN-1",
  ],
  ["by a supplier without its macron", "Invoice,Supplier,Amount,Date,Ref No\nINV-M,METSERVICE,1200,20261126,FIN-1"],
])("a line is read: %s", (_how, csv) => {
  expect(read(csv)).toEqual([csv.includes("INV-M") ? { ...PAID, reference: "PSF-2026-0044" } : PAID]);
});

const line = (claim: string, amount = "1200", paidOn = "2026-11-26", reference = "FIN-1") =>
  `Claim,Amount,Paid on,Payment reference\n${claim},${amount},${paidOn},${reference}`;

test.each([
  ["an unknown claim", line("PSF-2026-0042/9"), /no claim PSF-2026-0042\/9/],
  ["words for a claim", line("Dogs"), /“Dogs” is no reference of a claim/],
  [
    "another amount",
    line("PSF-2026-0042/1", "1200.01"),
    /\$1,200\.01 was paid, and the claim is \$1,200\.00, or \$1,380\.00/,
  ],
  ["no amount", line("PSF-2026-0042/1", "twelve"), /“twelve” is no amount/],
  ["what takes off and names no credit note", line("PSF-2026-0042/1", "(1200)"), /Give the number of its credit note/],
  ["nothing", line("PSF-2026-0042/1", "0.00"), /pays nothing: its amount is \$0\.00/],
  ["a part that may be with GST or without", line("PSF-2026-0042/1", "500"), /name the column “Amount incl GST”/],
  ["two amounts in one cell", line("PSF-2026-0042/1", "1200 1380"), /“1200 1380” is no amount/],
  ["a day that is none", line("PSF-2026-0042/1", "1200", "31/11/2026"), /“31\/11\/2026” is no day/],
  ["a day to come", line("PSF-2026-0042/1", "1200", "28/11/2026"), /28 November 2026 is a day to come/],
  ["no payment reference", line("PSF-2026-0042/1", "1200", "2026-11-26", ""), /no payment reference/],
  ["an amount that fell apart", line("PSF-2026-0042/1", "$1,200.00"), /quotation marks/],
  [
    "an invoice of several agencies",
    "Invoice,Amount,Paid on,Reference\nINV-1,1200,2026-11-26,FIN-1",
    /Several claims have the invoice INV-1/,
  ],
  [
    "an invoice of nobody",
    "Invoice,Amount,Paid on,Reference\nINV-7,1200,2026-11-26,FIN-1",
    /no claim with the invoice/,
  ],
])("a line pays nothing for good: %s", (_what, csv, why) => {
  expect(read(csv)).toEqual([expect.stringMatching(why)]);
});

test("a claim is paid once in a list, and the lines of one payment have its day", () => {
  const csv = `${line("PSF-2026-0042/1")}
PSF-2026-0042/1,1200,2026-11-26,FIN-2
PSF-2026-0042/2,1200,2026-11-26,fin 1
PSF-2026-0043/1,1200,2026-11-25,FIN-1`;
  expect(read(csv)).toEqual([
    PAID,
    "The lines above it pay all of the claim",
    { ...PAID, number: 2 },
    "Line 2 has the same payment reference and another day",
  ]);
});

test("of a claim that is paid in part a list pays the rest, with its share of the GST or without", () => {
  const part = [known("PSF-2026-0042", 1, police, { state: "PART_PAID", paidCents: 80_000n })];
  const paid = (amount: string) => prepareLines(readLines(line("PSF-2026-0042/1", amount)).lines ?? [], part, today)[0];
  expect([paid("400")?.fault, paid("460")?.fault]).toEqual([null, null]);
  expect(paid("1200")?.fault).toMatch(/the rest of the claim is \$400\.00, or \$460\.00 with GST/);
});

test("everything that is wrong with a line is said at once", () => {
  expect(read(line("PSF-2026-0042/1", "1 2", "31/11/2026", ""))).toEqual([
    "It has no payment reference. “1 2” is no amount in dollars and cents. “31/11/2026” is no day that exists",
  ]);
});

test("a supplier whose name has to do with totals is no total", () => {
  const csv = "Invoice,Supplier,Amount,Date,Ref\nINV-1,Total Marine,1200,2026-11-26,FIN-1";
  expect(read(csv)).toEqual(["There is no claim with the invoice INV-1 of Total Marine"]);
});

test("what is no list of payments is refused as a whole", () => {
  expect(read("%PDF-1.7 something")).toMatch(/^No line of headers/);
  expect(read("Claim,Amount,Paid on,Payment reference\n\n")).toMatch(/no lines/);
  const many = Array.from({ length: 201 }, () => "PSF-2026-0042/1,1,2026-11-26,F").join("\n");
  expect(read(`Claim,Amount,Paid on,Payment reference\n${many}`)).toMatch(/201 lines/);
});

const DAYS = [
  ...["26 November 2026", "26-11-26", "2026/11/26", "20261126", "26/11/2026 0:00", "26/11/2026 12:00:00 am"],
  ...["46352", "46352.5", "26112026", "Thu 26/11/2026", "Thursday, 26 November 2026", "26th November 2026"],
  ...["November 26, 2026", "Nov 26 2026", "26-NOV-26", "2026-11-26T00:00:00.000Z"],
];

test("references, days and amounts are read as people and programs write them", () => {
  expect(readClaimReference("psf-2026-0042/12")).toEqual({ reference: "PSF-2026-0042", number: 12 });
  expect(readClaimReference("PSF-2026-0042")).toBeNull();
  for (const text of ["26/11/2026", "2026-11-26", "2026-11-26T00:00:00", ...DAYS]) {
    expect([text, readDay(text)?.toISOString().slice(0, 10)]).toEqual([text, "2026-11-26"]);
  }
  for (const text of ["11/26/2026", "soon", "", "20261326", "2026/11-26", "4635", "463520"]) {
    expect([text, readDay(text)]).toEqual([text, null]);
  }
  for (const text of ["9000", "9000.0000", "9,000.00", "$9,000.000", "9000.0"]) {
    expect([text, readAmount(text)]).toEqual([text, 900_000n]);
  }
  const off = [
    "(9,000.00)",
    "($9,000.00)",
    "$(9000)",
    "9,000.00-",
    "9000−",
    "-9000.00",
    "−$9,000",
    "9000.00 CR",
    "CR 9000",
    "9000cr",
  ];
  for (const text of off) expect([text, readAmount(text)]).toEqual([text, -900_000n]);
  expect([readAmount("9000.00 DR"), readAmount("-0.00")]).toEqual([900_000n, 0n]);
  for (const text of ["9000.0001", "9.000,00", "", "(9000", "--9000", "(-9000)", "CR", "9000 CR-"])
    expect([text, readAmount(text)]).toEqual([text, null]);
});

test("what stands in the way of a line now", () => {
  const [prepared] = prepareLines(readLines(line("PSF-2026-0042/1")).lines ?? [], KNOWN, today);
  if (!prepared) throw new Error("no line");
  const facts = {
    claim: {
      state: "APPROVED" as const,
      workConfirmedAt: null,
      startYear: 2026,
      isClosed: false,
      cents: 120_000n,
      paidCents: 0n,
      lines: [],
    },
    taken: null,
    application: { state: "ACTIVE" as const, heldAt: null },
    isRecused: false,
    today,
  };
  const lines = (reference: string) => [
    {
      ...{
        id: reference,
        paymentId: reference,
        cents: 1n,
        paidOn: today,
        recordedAt: today,
        payment: { reference, note: "" },
      },
      ...{ isCredit: false, isReturn: false, reversesId: null, reason: null },
    },
  ];
  const verdicts = [
    facts,
    { ...facts, claim: { ...facts.claim, state: "PAID" as const, lines: lines("fin 1") } },
    { ...facts, claim: { ...facts.claim, state: "PAID" as const, lines: lines("FIN-0") } },
    { ...facts, claim: { ...facts.claim, state: "CLAIMED" as const } },
    { ...facts, claim: { ...facts.claim, startYear: 2027 } },
    { ...facts, taken: "Another day" },
    { ...facts, isRecused: null },
    { ...facts, isRecused: true },
    { ...facts, application: { state: "ACTIVE" as const, heldAt: today } },
    { ...facts, application: { state: "CLOSED" as const, heldAt: null } },
  ].map((one) => verdictOf(prepared, one));
  expect(verdicts.map(({ kind }) => kind)).toEqual(["ready", "done", ...Array(8).fill("not")]);
  expect(verdicts.map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(/Will be recorded/),
    expect.stringMatching(/Already recorded with this reference/),
    expect.stringMatching(/is paid already, .*FIN-0/),
    expect.stringMatching(/“Claimed”/),
    "2027/28 begins on 1 July 2027. Nothing can be claimed or paid from it before then.",
    "Another day.",
    expect.stringMatching(/Declare your interests/),
    expect.stringMatching(/somebody else/),
    expect.stringMatching(/on hold/),
    expect.stringMatching(/no longer under way/),
  ]);
});

test("what no file can hold is taken off a list that is sent as one", () => {
  const { lines } = readLines(
    "Claim,Amount,Paid on,Payment reference\rPSF-2026-0042/1,1200.00,2026-11-26,FIN\ufffe-\u00001",
  );
  expect(lines).toMatchObject([{ claim: "PSF-2026-0042/1", reference: "FIN-1" }]);
});

test("a line that was paid before its claim’s financial year began is not taken", () => {
  const early = [known("PSF-2026-0042", 1, police, { startYear: 2027 }), known("PSF-2026-0042", 2)];
  const paid = (name: string, day: string) => {
    const { lines } = readLines(`Claim,Amount,Paid on,Payment reference\n${name},1200.00,${day},FIN-1`);
    return prepareLines(lines ?? [], early, today)[0]?.fault;
  };
  expect(paid("PSF-2026-0042/1", "2026-11-26")).toBe(
    "It was paid on 26 November 2026. Paid on must be 1 July 2027 or later: the claim is for 2027/28, which begins then",
  );
  expect(paid("PSF-2026-0042/2", "2026-06-30")).toMatch(/1 July 2026 or later: the claim is for 2026\/27/);
  expect(paid("PSF-2026-0042/2", "2026-07-01")).toBeNull();
});

test.each(["x PSF-2026-42/1", "PSF-2026-42/1 x", "PSF-2026-42/12345", "1999-1/1", ""])(
  "“%s” names no claim",
  (text) => {
    expect(readClaimReference(text)).toBeNull();
  },
);
test("a claim's reference is read with and without its beginning, its dash and zeros before the number", () => {
  expect(readClaimReference("PSF2026-0042/1")).toEqual({ reference: "PSF-2026-0042", number: 1 });
  expect(readClaimReference("2026 - 000042  /  1")).toEqual({ reference: "PSF-2026-0042", number: 1 });
  expect(readClaimReference("2026-1002/10")).toEqual({ reference: "PSF-2026-1002", number: 10 });
});

test.each([
  ["2026-11-26T10:30:00", true],
  ["2026-11-26 10:30", true],
  ["2026-11-26x", false],
  ["x2026-11-26", false],
  ["26 - Nov - 2026", true],
  ["x26/11/2026", false],
  ["26/11/2026x", false],
  ["26/11/202", false],
  ["", false],
])("“%s” is a day: %s", (text, isDay) => {
  expect(readDay(text)?.toISOString().slice(0, 10)).toBe(isDay ? "2026-11-26" : undefined);
});

const HEAD = "Claim,Amount,Paid on,Payment reference";
test("headers are known by a claim or an invoice, with amount, day and reference, and the first of each counts", () => {
  expect(readLines("Amount,Paid on,Reference\n1,2,3").lines).toBeNull();
  for (const missing of ["Claim,Amount,Paid on", "Claim,Paid on,Reference", "Claim,Amount,Reference"]) {
    expect(readLines(`${missing}\n1,2,3`).lines).toBeNull();
  }
  expect(readLines("").lines).toBeNull();
  expect(readLines("Claim,Amount,Value,Paid on,Reference,Ref\na,1,2,b,c,d").lines).toMatchObject([
    { claim: "a", amount: "1", paidOn: "b", reference: "c" },
  ]);
});

test("blanks around a cell go, and what is too long or too much is refused", () => {
  expect(readLines(`${HEAD}\n "a" , 1 , b , c ,  ,`).lines).toMatchObject([
    { amount: "1", paidOn: "b", isTorn: false },
  ]);
  const lines = (count: number) => readLines(`${HEAD}\n${Array(count).fill("a,1,b,c").join("\n")}`);
  expect([lines(LINES_MAX).problem, lines(LINES_MAX + 1).lines]).toEqual([null, null]);
  expect(readLines(HEAD).lines).toBeNull();
  const referenced = (length: number) => read(line("PSF-2026-0042/1", "1200", "2026-11-26", "x".repeat(length)));
  expect([referenced(60), typeof referenced(61)?.[0]]).toEqual([[PAID], "string"]);
});

test("what was paid today is recorded", () => {
  expect(read(line("PSF-2026-0042/1", "1200", "2026-11-27"))).toEqual([{ ...PAID, paidOn: "2026-11-27" }]);
});

test("a claim is that of its own application, and an invoice that of the claim that stands", () => {
  expect(read(line("PSF-2026-0043/1"))).toEqual([{ ...PAID, reference: "PSF-2026-0043" }]);
  expect(read(line(""))).toEqual([expect.stringContaining("no claim and no invoice")]);
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
  // A claim without one is found by its invoice alone; the wrong one is said.
  expect(paid("PO 9", [of("PSF-2026-0042", null)])).toBe("PSF-2026-0042");
  expect(paid("PO 9", [of("PSF-2026-0042", "PO 4711")])).toBe(
    "It names the purchase order PO 9, and PSF-2026-0042/1 has PO 4711",
  );
});

test("a line that pays nothing says why, and one of a closing arrangement is recorded", () => {
  const [prepared] = prepareLines(readLines(line("PSF-2026-0042/1")).lines ?? [], KNOWN, today);
  if (!prepared) throw new Error("There is no line.");
  const facts = {
    claim: {
      state: "APPROVED" as const,
      workConfirmedAt: null,
      startYear: 2026,
      isClosed: false,
      cents: 120_000n,
      paidCents: 0n,
      lines: [],
    },
    taken: null,
    application: { state: "CLOSING" as const, heldAt: null },
    isRecused: false,
    today,
  };
  expect(verdictOf(prepared, facts).kind).toBe("ready");
  expect(verdictOf(prepared, { ...facts, application: { state: "ACTIVE", heldAt: null } }).kind).toBe("ready");
  expect(verdictOf(prepared, { ...facts, application: { state: "CLOSED", heldAt: null } }).kind).toBe("not");
  expect(verdictOf({ ...prepared, fault: "It is torn" }, facts)).toEqual({ kind: "not", sentence: "It is torn." });
  expect(verdictOf({ ...prepared, pays: null }, facts)).toEqual({ kind: "not", sentence: expect.stringMatching(/./) });
  expect(verdictOf(prepared, null)).toEqual({ kind: "not", sentence: expect.stringMatching(/\w/) });
});

test("a list with a month before its day leaves the days that are both in doubt, and is read as it is told", () => {
  const line = (line: number, paidOn: string) => ({ line, paidOn });
  expect(monthFirst([line(2, "11/03/2026"), line(3, "24/11/2026"), line(4, "2026-11-24")])).toBeNull();
  expect(monthFirst([line(2, "11/03/2026"), line(3, "11/24/2026")])).toMatchObject({ line: 3 });
  // No month and no day: a slip, and no other order.
  expect([line(2, "13/24/2026"), line(2, "11/32/2026"), line(2, "00/24/2026")].map((one) => monthFirst([one]))).toEqual(
    Array(3).fill(null),
  );
  const days = (order?: "DAY" | "MONTH") =>
    ["11/03/2026", "11/24/2026", "24 Nov 2026", "2026-03-11"].map(
      (text) => readDay(text, order)?.toISOString().slice(0, 10) ?? null,
    );
  expect(days()).toEqual(["2026-03-11", null, "2026-11-24", "2026-03-11"]);
  expect(days("MONTH")).toEqual(["2026-11-03", "2026-11-24", "2026-11-24", "2026-03-11"]);
});
