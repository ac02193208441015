// Lists of finance systems of many kinds, each as its program writes it.
import { expect, test } from "vitest";
import { type Known, prepareLines } from "#lib/batches/payments/rules.ts";
import { decodeText } from "#lib/platform/text.ts";
import { readLines } from "./rules.ts";

const today = new Date(Date.UTC(2026, 10, 27));
const claim = (number: number, name: string, cents: bigint, more: Partial<Known> = {}): Known => ({
  ...{ id: String(number), number, state: "APPROVED", startYear: 2026, year: { cutoffOn: null, closedAt: null } },
  ...{ decidedAt: null, cents, paidCents: 0n, backCents: 0n, lines: [], gstCents: (cents * 15n) / 100n },
  ...{ invoiceNumber: `INV-${number}`, purchaseOrder: null },
  application: { id: "1", reference: "PSF-2026-0042", title: "Dogs", agency: { name, abbreviation: name.slice(0, 3) } },
  ...more,
});
const KNOWN = [
  claim(1, "New Zealand Police", 900_000n),
  claim(2, "Mētservice", 120_000n),
  claim(3, "New Zealand Police", 50_000n),
  claim(4, "New Zealand Police", 30_000n, { state: "PAID", paidCents: 30_000n }),
];

const said = (csv: string, order?: "MONTH"): unknown => {
  const { lines, problem } = readLines(csv);
  if (!lines) return problem;
  return prepareLines(lines, KNOWN, today, order).map(
    ({ pays, fault }) =>
      fault ?? `${pays?.number} ${pays?.paidOn.slice(5)} ${pays?.cents} ${pays?.creditNumber}`.trim(),
  );
};
const ONE = ["1 11-26 900000"];

test.each([
  [
    "a spreadsheet with its separator first",
    "sep=;\nClaim;Amount;Paid on;Reference\nPSF-2026-0042/1;9000;26/11/2026;F1\n",
    ONE,
  ],
  [
    "quoted cells with thousands, and the headers again on each page",
    'Claim,"Amount (NZ$)",Paid on,Reference No.\nPSF-2026-0042/1,"9,000.0000",20261126,F1\n\nClaim,Amount (NZ$),Paid on,Reference No.\nPSF-2026-0042/3,"$500.00 DR",2026/11/26,F2',
    [...ONE, "3 11-26 50000"],
  ],
  [
    "a document number before the payment reference, which counts",
    "Document Number,Vendor,Invoice #,Amount incl GST,Payment Date,Payment Reference\n5100,Metservice,INV2,1380.00,26/11/2026 0:00,F1",
    ["2 11-26 120000"],
  ],
  [
    "a serial day and leading apostrophes of a spreadsheet",
    "Claim,Amount,Date,Ref\n'PSF-2026-0042/1,9000,46352.0,'0001",
    ONE,
  ],
  [
    "subtotals, a count and a total",
    "Claim,Amount,Date,Ref\nPSF-2026-0042/1,9000,26/11/2026,F1\nSubtotal,9000,,\nPSF-2026-0042/3,500,26/11/2026,F2\nSub-total Police,500,,\nNumber of payments,2,,\nGrand Total:,9500,,",
    [...ONE, "3 11-26 50000"],
  ],
  ["months first, as it is told", "Claim,Amount,Date,Ref\nPSF-2026-0042/1,9000,11/26/2026,F1", ONE, "MONTH"],
] as const)("read: %s", (_what, csv, expected, order?: "MONTH") => {
  expect(said(csv, order)).toEqual(expected);
});

test("one payment pays many claims, in parts where the list says whether GST is in them, and takes credit notes off", () => {
  const csv = (header: string) => `Claim,Invoice,${header},Paid on,Payment reference,Credit note
PSF-2026-0042/1,INV-1,5750.00,26/11/2026,F1,
PSF-2026-0042/1,INV-1,"4,600.00",27/11/2026,F2,
PSF-2026-0042/2,INV-2,1380.00,26/11/2026,F1,
PSF-2026-0042/2,INV-2,(230.00),26/11/2026,F1,CN 8
PSF-2026-0042/4,CN-9,115.00-,26/11/2026,F1,
Total,,"11,385.00",,,`;
  const paid = [
    ...["1 11-26 500000", "1 11-27 400000", "2 11-26 120000", "2 11-26 -20000 CN 8", "4 11-26 -10000 CN-9"],
  ];
  expect(said(csv("Amount incl. GST"))).toEqual(paid);
  // The line that pays all of a claim with GST says how the others are written.
  expect(said(csv("Amount"))).toEqual(paid);
  expect(said(csv("Amount").replace("11,385.00", "11,386.00"))).toMatch(/The total on line 7 does not match/);
  const without = csv("Amount excl GST").replace("5750.00", "5000.00").replace("4,600.00", "4,000.00");
  expect(said(without.replace("1380.00", "1200.00").replace("11,385.00", "9,855.00"))).toEqual([
    ...paid.slice(0, 3),
    "2 11-26 -23000 CN 8",
    "4 11-26 -11500 CN-9",
  ]);
});

test("a line that pays or takes off twice, or more than there is, is told which line came before", () => {
  const csv = `Claim,Invoice,Amount excl GST,Paid on,Payment reference
PSF-2026-0042/1,INV-1,5000,26/11/2026,F1
PSF-2026-0042/1,INV-1,1000,26/11/2026,f-1
PSF-2026-0042/1,INV-1,4000.01,26/11/2026,F2
PSF-2026-0042/1,INV-1,4000,26/11/2026,F3
PSF-2026-0042/1,INV-1,1,26/11/2026,F4
PSF-2026-0042/4,CN-9,-100,26/11/2026,F1
PSF-2026-0042/4,cn 9,-100,26/11/2026,F1
PSF-2026-0042/4,CN-10,-200.01,26/11/2026,F1
PSF-2026-0042/4,INV-4,-1,26/11/2026,F1`;
  expect(said(csv)).toEqual([
    "1 11-26 500000",
    "Line 2 is for the same claim, with the same payment reference",
    "$4,000.01 was paid, and the rest of the claim is $4,000.00, or $4,600.00 with GST",
    "1 11-26 400000",
    "The lines above it pay all of the claim",
    "4 11-26 -10000 CN-9",
    "Line 7 is for the same claim, with the same credit note",
    "It takes off $200.01, and $200.00 of the claim is left to take off",
    "It takes money off. Give the number of its credit note in a column “Credit note”",
  ]);
});

test("every fault of a line is named at once", () => {
  expect(said("Claim,Amount,Paid on,Payment reference\nPSF-2026-0042/1,12,31/11/2026,")).toEqual([
    "It has no payment reference. “31/11/2026” is no day that exists. $12.00 was paid, and the claim is $9,000.00, or $10,350.00 with GST. To pay or credit a part, name the column “Amount incl GST” or “Amount excl GST”",
  ]);
});

test("a list is read in the signs of the program that wrote it", () => {
  const csv = "Invoice,Supplier,Amount,Paid on,Reference\r\nINV-2,Mētservice,1200,26/11/2026,F1\r\n";
  const utf16 = (littleEndian: boolean, mark: boolean) => {
    const text = (mark ? "\uFEFF" : "") + csv;
    const bytes = new DataView(new ArrayBuffer(text.length * 2));
    for (let at = 0; at < text.length; at++) bytes.setUint16(at * 2, text.charCodeAt(at), littleEndian);
    return new Uint8Array(bytes.buffer);
  };
  const latin = csv.replace("ē", "é");
  const files = [
    ...[utf16(true, true), utf16(true, false), utf16(false, true), utf16(false, false)],
    ...[new TextEncoder().encode(csv), new TextEncoder().encode(`\uFEFF${csv}`)],
    Uint8Array.from(latin, (sign) => sign.charCodeAt(0)),
  ];
  for (const file of files) expect(said(decodeText(file))).toEqual(["2 11-26 120000"]);
});
