// Lists from finance systems of many kinds, each as its program writes it.
import { expect, test } from "vitest";
import { LINES_MAX } from "#lib/batches/payments/schema.ts";
import { decodeText } from "#lib/platform/text.ts";
import { monthFirst, readAmount, readClaimReference, readDay, readLines, totalProblem } from "./rules.ts";

const HEAD = "Claim,Amount,Paid on,Payment reference";
const ONE = "PSF-2026-0042/1,1200.00,2026-11-26,FIN-1";

const isoOf = (text: string, order?: "DAY" | "MONTH") => readDay(text, order)?.toISOString().slice(0, 10) ?? null;

/** How a list is understood, each line with its number; or what is wrong with all of it. */
function said(csv: string): string[] | string {
  const { lines, problem } = readLines(csv);
  if (!lines) return problem;
  return lines.map(({ line, claim, invoice, agency, purchaseOrder, amount, paidOn, reference, creditNote, isTorn }) => {
    const named = readClaimReference(claim);
    return [
      ...[line, named ? `${named.reference}/${named.number}` : claim, invoice, agency, purchaseOrder],
      ...[readAmount(amount) ?? amount, isoOf(paidOn) ?? paidOn, reference, creditNote, isTorn ? "torn" : ""],
    ]
      .filter((part) => part !== "")
      .join(" | ");
  });
}

const FIRST = "PSF-2026-0042/1 | 120000 | 2026-11-26 | FIN-1";

test.each([
  ["as the page says it", `${HEAD}\n${ONE}`, [`2 | ${FIRST}`]],
  [
    "with other headers in another order, a title above, signs and commas, and empty lines",
    '\uFEFFPayments of November,,,,\r\nRun,77,,,\r\nRef;ignored\r\nPayment Ref.,DATE PAID,Net amount,Cost centre,claim no\r\nFIN-1,26/11/2026,"$1,200.00",77,psf-2026-42 / 1\r\n,,,,\r\n',
    [`5 | ${FIRST}`],
  ],
  ["with semicolons", "Claim;Amount;Paid on;Reference\nPSF-2026-0042/1;1200;26.11.26;FIN-1", [`2 | ${FIRST}`]],
  [
    "with tabs, as a spreadsheet copies it",
    "Claim\tAmount\tPaid on\tReference\n2026-42/1\tNZD 1,200\t26 Nov 2026\tFIN-1",
    [`2 | ${FIRST}`],
  ],
  ["with a separator that its first line says", `sep=^\n${HEAD}\n${ONE}`.replaceAll(",", "^"), [`3 | ${FIRST}`]],
  [
    "with a reference that reads as a separator",
    `${HEAD}\n${ONE}sep=;\nPSF-2026-0042/2,1,26/11/2026,F2`,
    [`2 | ${FIRST}sep=;`, "3 | PSF-2026-0042/2 | 100 | 2026-11-26 | F2"],
  ],
  ["with a blank behind the separator", `\uFEFFSep=^ \n${HEAD}\n${ONE}`.replaceAll(",", "^"), [`3 | ${FIRST}`]],
  [
    "with quoted cells, and the headers again on each page",
    'Claim,"Amount (NZ$)",Paid on,Reference No.\nPSF-2026-0042/1,"1,200.0000",20261126,FIN-1\n\nClaim,Amount (NZ$),Paid on,Reference No.\nPSF-2026-0042/3,"$500.00 DR",2026/11/26,F\'2',
    [`2 | ${FIRST}`, "5 | PSF-2026-0042/3 | 50000 | 2026-11-26 | F'2"],
  ],
  [
    "with a serial day, leading apostrophes and blanks of a spreadsheet",
    "Claim,Amount,Date,Ref\n'PSF-2026-0042/1, 1200 ,46352.0,' 0001 ",
    ["2 | PSF-2026-0042/1 | 120000 | 2026-11-26 | 0001"],
  ],
  [
    "with a document number before the payment reference, which counts",
    "Document Number,Vendor,Invoice #,Amount,Payment Date,Payment Reference\n5100,Metservice,INV2,1200,26/11/2026 0:00,F1",
    ["2 | INV2 | Metservice | 120000 | 2026-11-26 | F1"],
  ],
  [
    "with the headers of an ordering system",
    "Supplier Invoice No.,Supplier Name,PO Number,Paid,Clearing Date,Payment Document No.,Credit Memo\n7,Customs,PO 4,-12.50,26112026,D1,CM 3",
    ["2 | 7 | Customs | PO 4 | -1250 | 2026-11-26 | D1 | CM 3"],
  ],
  [
    "with the headers of a bank, and old line ends with what no file can hold",
    "Tax Invoice,Payee,Order No.,Total (NZD),Posting Date,EFT No.,Adjustment Note\r7,Customs,PO 4,12.50,26112026,D\ufffe1\u0000,",
    ["2 | 7 | Customs | PO 4 | 1250 | 2026-11-26 | D1"],
  ],
  [
    "with subtotals, a count, a total and a marking, and without what only looks like them",
    "Invoice,Supplier,Amount,Date,Ref\n1,Total Marine,9000,26/11/2026,F1\nSubtotal,,9000,,\n2,Marine Total,500,26/11/2026,F2\nSub-total Police,,500,,\nTotal for Police,,500,,\n3,Discount,1,26/11/2026,F3\n4,Count Limited,2,26/11/2026,F4\nNumber of payments,,4,,\nGrand Total:,,9503,,\nIN-CONFIDENCE",
    [
      "2 | 1 | Total Marine | 900000 | 2026-11-26 | F1",
      "4 | 2 | Marine Total | 50000 | 2026-11-26 | F2",
      "7 | 3 | Discount | 100 | 2026-11-26 | F3",
      "8 | 4 | Count Limited | 200 | 2026-11-26 | F4",
    ],
  ],
  [
    "with a claim alone, which is a line, and cells that stand beyond the headers",
    `${HEAD}\nPSF-2026-0042/1,,,\nPSF-2026-0042/2,1,200.00,26/11/2026,F1\nPSF-2026-0042/3,1,26/11/2026,F1,,`,
    [
      "2 | PSF-2026-0042/1",
      "3 | PSF-2026-0042/2 | 100 | 200.00 | 26/11/2026 | torn",
      "4 | PSF-2026-0042/3 | 100 | 2026-11-26 | F1",
    ],
  ],
  [
    "of several columns that would do, by the one whose word says most",
    "Claim,Amount,Value,Paid on,Reference,Ref\na,1,2,26/11/2026,c,d",
    ["2 | a | 100 | 2026-11-26 | c"],
  ],
])("a list is read %s", (_how, csv, expected) => {
  expect(said(csv)).toEqual(expected);
});

test("headers are a claim or an invoice, with amount, day and reference, whatever else is beside them", () => {
  const none = [
    ...["Claim,Amount,Paid on", "Claim,Paid on,Reference", "Invoice,Amount,Reference", "Amount,Paid on,Reference"],
    ...["Claim,Invoice,Agency,PO,Amount,Paid on,Credit note", ""],
  ];
  for (const csv of none)
    expect([csv, said(`${csv}\n1,2,3,4,5,6,7`)]).toEqual([csv, expect.stringMatching(/^We cannot find the column/)]);
});

test("a list without lines, or with too many at once, is refused", () => {
  expect(said(`${HEAD}\n\n`)).toBe("There are no lines below the column headings");
  const lines = (count: number) => said(`${HEAD}\n${Array(count).fill(ONE).join("\n")}`);
  expect(lines(LINES_MAX)).toHaveLength(LINES_MAX);
  expect(lines(LINES_MAX + 1)).toBe("There are 201 lines. Import up to 200 lines at a time");
});

test("a total that is not the sum of the lines says that the list is not whole, where it can be told", () => {
  const total = (typed: string, second = "(200.00)", name = "Control total") =>
    said(`${HEAD}\n${ONE}\nPSF-2026-0042/2,${second},2026-11-26,FIN-1\n${name},${typed},,`);
  expect(total("1000.00")).toHaveLength(2);
  for (const name of [
    "Total",
    "Totals:",
    "Batch total NZD",
    "Total 12 payments",
    "Total (1 line)",
    "Total 1 item",
    "Total: 1 record",
  ])
    expect(total("1000.01", "(200.00)", name)).toMatch(/does not match/);
  expect(total("1000.01")).toBe(
    "The total on line 4 does not match. The lines add up to $1,000.00, but the total is $1,000.01",
  );
  expect([total("see above"), total("9.00", "twelve")]).toEqual([expect.any(Array), expect.any(Array)]);
  expect(totalProblem([], 1n)).toBe("The lines add up to $0.00, but the total is $0.01");
});

test.each([
  ["Amount", ""],
  ["Net amount", ""],
  ["Amount incl. GST", "with"],
  ["Amount inclusive of GST (NZD)", "with"],
  ["Amount GST inc", "with"],
  ["Gross amount", "with"],
  ["Amount excluding GST", "without"],
  ["Amount (GST exclusive)", "without"],
])("“%s” says of the amounts under it, about GST: “%s”", (header, gst) => {
  const { lines } = readLines(`Reference,Claim,${header},Paid on\nF1,PSF-2026-0042/1,1,26/11/2026`);
  expect(lines).toMatchObject([{ gst, amount: "1" }]);
});

const DAYS = [
  ...["26/11/2026", "26.11.26", "26-11-26", "26 November 2026", "26 - Nov - 2026", "26-NOV-26", "26th November 2026"],
  ...["2026-11-26", "2026/11/26", "2026.11.26", "20261126", "26112026", "46352", "46352.5", "46352.75"],
  ...["Thu 26/11/2026", "Thu.  26/11/2026", "Thursday, 26 November 2026"],
  ...["November 26, 2026", "Nov 26 2026", "Nov.  26,  2026"],
  ...["26/11/2026 0:00", "26/11/2026  12:00:00 am", "26/11/2026 9.30 P.M.", "2026-11-26 10:30", "2026-11-26T10:30:00"],
  ...["2026-11-26T00:00:00.000Z", "2026-11-26T10:30:00+13:00", "2026-11-26T10:30:00,5+1300"],
];

test.each(DAYS)("26 November 2026, as “%s”", (text) => {
  expect(isoOf(text)).toBe("2026-11-26");
});

test.each([
  ...["", "soon", "11/26/2026", "31/11/2026", "26/11/202", "2026/11-26", "20261326", "202611260", "4635", "463520"],
  ...[
    "x2026-11-26",
    "2026-11-26x",
    "2026-11-26th",
    "x26/11/2026",
    "26/11/2026x",
    "26/11/Thu 2026",
    "Salmon 26/11/2026",
  ],
  "26/ 10:30/11/2026",
  ...["(November 26, 2026", "November 26, 20261", "November 26, 2026x", "26/11/2026 noon"],
])("no day: “%s”", (text) => {
  expect(isoOf(text)).toBeNull();
});

test("a list with a month before its day leaves the days that are both in doubt, and is read as it is told", () => {
  const line = (line: number, paidOn: string) => ({ line, paidOn });
  expect(monthFirst([line(2, "11/03/2026"), line(3, "24/11/2026"), line(4, "2026-11-24")])).toBeNull();
  expect(monthFirst([line(2, "11/03/2026"), line(3, "11/24/2026"), line(4, "11/25/2026")])).toMatchObject({ line: 3 });
  const isFirst = (paidOn: string) => monthFirst([line(2, paidOn)]) !== null;
  for (const text of ["1/13/2026", "12/31/26", "11 / 24 / 2026 0:00"])
    expect([text, isFirst(text)]).toEqual([text, true]);
  // No such month and no such day: a typing mistake, not another order.
  const slips = ["13/24/2026", "11/32/2026", "00/24/2026", "12/12/2026", "x11/24/2026", "11/24/2026x", "11/24/x6", ""];
  for (const text of slips) expect([text, isFirst(text)]).toEqual([text, false]);
  const texts = ["11/03/2026", "11/24/2026", "11242026", "11032026", "24 Nov 2026", "2026-03-11"];
  const [november, march] = ["2026-11-24", "2026-03-11"];
  expect(texts.map((text) => isoOf(text))).toEqual([march, null, null, march, november, march]);
  expect(texts.map((text) => isoOf(text, "MONTH"))).toEqual([
    ...["2026-11-03", november, november, "2026-11-03", november, march],
  ]);
});

test.each<[bigint | null, readonly string[]]>([
  [900n, ["9.0000", "9.00"]],
  [null, ["9.000", "12.000", "120.000", "$9.000", "9.000 CR", "(9.000)", "9000.0005"]],
  [900_000n, ["9000", "9000.0", "9000.0000", "9,000.00", "$9,000.000", "9000.00 DR", "9000DR", "9000 dr. "]],
  [-900_000n, ["(9,000.00)", "($9,000.00) ", "$(9000)", "9,000.00-", "9000−", "-9000.00", "−$9,000", "(9000.0000)"]],
  [-900_000n, ["9000.00 CR", "9000.000 CR.", "CR 9000", "cr. 9000", "9000cr"]],
  [-900_000n, ["$-9,000.00", "NZD - 9000", " NZ$ −9000.00", "nzd-9000"]],
  [0n, ["0", "-0.00", "(0.00)"]],
  [
    null,
    [
      "",
      "9000 CR 5",
      "9000-5",
      "x CR 9000",
      "9000DR5",
      "x$-9000",
      "$-9000 x",
      "NZD x -9000",
      "9000.0001",
      "9.000,00",
      "(9000",
      "--9000",
      "(-9000)",
      "CR",
      "9000 CR-",
      "9000 DR 5",
      "1(2)",
      "(9000) x",
    ],
  ],
  // Neither is what nobody pays.
  [100_000_000_000n, ["1,000,000,000"]],
  [-100_000_000_000n, ["-1000000000", "(1000000000)"]],
  [null, ["1000000000.01", "-1000000000.01", "(1000000000.01)"]],
])("%s cents, however they are typed", (cents, typed) => {
  expect(typed.map((text) => [text, readAmount(text)])).toEqual(typed.map((text) => [text, cents]));
});

test("a claim's reference is read with and without its beginning, its dash and zeros before the number", () => {
  expect(readClaimReference("psf-2026-0042/12")).toEqual({ reference: "PSF-2026-0042", number: 12 });
  expect(readClaimReference("PSF2026-0042/1")).toEqual({ reference: "PSF-2026-0042", number: 1 });
  expect(readClaimReference("2026 - 000042  /  1")).toEqual({ reference: "PSF-2026-0042", number: 1 });
  expect(readClaimReference("2026-1002/10")).toEqual({ reference: "PSF-2026-1002", number: 10 });
});

test.each(["x PSF-2026-42/1", "PSF-2026-42/1 x", "PSF-2026-42/12345", "PSF-2026-0042", "1999-1/1", ""])(
  "“%s” names no claim",
  (text) => {
    expect(readClaimReference(text)).toBeNull();
  },
);

test("a list is read in the signs of the program that wrote it", () => {
  const csv = "Invoice,Supplier,Amount,Paid on,Reference\r\nINV-2,Mētservice,1200,26/11/2026,F1\r\n";
  const read = "2 | INV-2 | Mētservice | 120000 | 2026-11-26 | F1";
  const utf16 = (littleEndian: boolean, mark: boolean) => {
    const text = (mark ? "\uFEFF" : "") + csv;
    const bytes = new DataView(new ArrayBuffer(text.length * 2));
    for (let at = 0; at < text.length; at++) bytes.setUint16(at * 2, text.charCodeAt(at), littleEndian);
    return new Uint8Array(bytes.buffer);
  };
  const files = [
    ...[utf16(true, true), utf16(true, false), utf16(false, true), utf16(false, false)],
    ...[new TextEncoder().encode(csv), new TextEncoder().encode(`\uFEFF${csv}`)],
  ];
  for (const file of files) expect(said(decodeText(file))).toEqual([read]);
  const latin = Uint8Array.from(csv.replace("ē", "é"), (sign) => sign.charCodeAt(0));
  expect(said(decodeText(latin))).toEqual([read.replace("ē", "é")]);
});

test("amounts with a decimal comma are read where the whole list has them, and nine thousand is never nine dollars", () => {
  const amounts = (...typed: string[]) => {
    const { lines, problem } = readLines(
      [
        "Claim;Amount;Paid on;Reference",
        ...typed.map((one, at) => `PSF-2026-0042/${at};${one};26.11.2026;F-${at}`),
      ].join("\n"),
    );
    return lines?.map(({ amount }) => readAmount(amount)) ?? problem;
  };
  expect(amounts("9.000,00", "1200,50", "(1.234.567,00)")).toEqual([900_000n, 120_050n, -123_456_700n]);
  // Next to others with points, a comma separates thousands.
  expect(amounts("9.000,00", "1,200.50")).toEqual([null, 120_050n]);
  expect(amounts("9,000", "1200,5")).toEqual([900_000n, null]);
  expect(amounts("1200,50", "9,000")).toEqual([null, 900_000n]);
  expect(amounts("9.000,00", "1200.50")).toEqual([null, 120_050n]);
  expect(amounts("9.000,00", "1200.5 CR")).toEqual([null, -120_050n]);
  // One with a comma is enough, whatever the others have after theirs.
  expect(amounts("9.000,00", "1200", "9.000", "12,0000")).toEqual([900_000n, 120_000n, 900_000n, 1_200n]);
  expect(amounts("(9.000,00)")).toEqual([-900_000n]);
  expect(amounts("12,0000")).toEqual([null]);
  expect([readAmount("9.000"), readAmount("9000.000"), readAmount("9.00"), readAmount("$-50")]).toEqual([
    null,
    900_000n,
    900n,
    -5_000n,
  ]);
  const total = "Claim;Amount;Paid on;Reference\nPSF-2026-0042/1;1200,00;26.11.2026;F-1\nTotal (1 payment);1.200,00;;";
  expect(readLines(total).lines).toHaveLength(1);
  expect(readLines(total.replace("1.200,00", "1.200,01")).problem).toMatch(/^The total on line 3 does not match/);
});

test("two columns of one name that differ are not chosen between; nor is a workbook read as text", () => {
  const list = (more: string) => `Claim,Amount,Amount,Paid on,Reference\nPSF-2026-0042/1,1200,${more},26/11/2026,F-1`;
  expect(readLines(list("1380")).problem).toBe(
    "Two columns are headed “Amount”, but they differ on line 2. Remove one of them",
  );
  expect(readLines(list("1200")).lines).toHaveLength(1);
  expect(readLines(list("1200").replace("Amount,Amount", "Amount,AMOUNT")).lines).toHaveLength(1);
  expect(readLines(`${list("1200")}\nPSF-2026-0042/2,1,2,26/11/2026,F-2`).problem).toContain("on line 3.");
  expect(readLines("PK no,Claim,Amount,Paid on,Reference\n1,PSF-2026-0042/1,1200,26/11/2026,%PDF").lines).toHaveLength(
    1,
  );
  for (const start of ["PK\u0003\u0004", "ÐÏ\u0011à", "%PDF-1.7"]) {
    expect(readLines(`${start}\n${list("1200")}`).problem).toBe(
      "This is a workbook or a PDF, not a text list. Save it as CSV, and choose that file",
    );
  }
});

test("cells read as their text, whatever keeps them text, and in one line", () => {
  const [line] =
    readLines(
      `Claim,"Amount\nin LC",Pstng Date,Document No.\n="PSF-2026-0042/1",1200,26\u00a0Nov\u202f2026," =""000\n\n123"" "`,
    ).lines ?? [];
  expect(line).toMatchObject({ claim: "PSF-2026-0042/1", paidOn: "26 Nov 2026", reference: "000 123", amount: "1200" });
  expect(said('Invoice,Amount,Paid on,Ref\n"=""7"" B",1,26/11/2026,"a=""7""')).toEqual([
    '2 | ="7" B | 100 | 2026-11-26 | a="7"',
  ]);
  for (const typed of ["PSF‑2026‑0042/1", "ＰＳＦ－２０２６－００４２／１", "psf_2026_42/1", "PSF–2026–0042 / 1"]) {
    expect(readClaimReference(typed)).toEqual({ reference: "PSF-2026-0042", number: 1 });
  }
});
