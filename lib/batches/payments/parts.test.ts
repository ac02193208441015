// Parts, credit notes and totals in a list from a finance system.
import { expect, test } from "vitest";
import { CREDIT, customs, known, LINE, line, PAID, police, read, said, today } from "#lib/testing/lists.ts";
import { readLines } from "./file/rules.ts";
import { type Known, prepareLines } from "./rules.ts";

const BIG = known("PSF-2026-0042", 1, police, { cents: 900_000n, gstCents: 135_000n });
const SMALL = known("PSF-2026-0042", 2, customs);
const MONEY = { cents: 30_000n, paidCents: 30_000n, gstCents: 4_500n };
const DONE = known("PSF-2026-0042", 4, police, { state: "PAID", ...MONEY });

test("one payment pays many claims, in parts where the list says whether GST is in them, and takes credit notes off", () => {
  const csv = (header: string) => `Claim,Invoice,${header},Paid on,Payment reference,Credit note
PSF-2026-0042/1,INV-1,5750.00,26/11/2026,F1,
PSF-2026-0042/1,INV-1,"4,600.00",27/11/2026,F2,
PSF-2026-0042/2,INV-2,1380.00,26/11/2026,F1,
PSF-2026-0042/2,INV-2,(230.00),26/11/2026,F1,CN 8
PSF-2026-0042/2,INV-2,(115.00),26/11/2026,F1,CN 9
PSF-2026-0042/4,CN-9,115.00-,26/11/2026,F1,`;
  const paid = ["1 11-26 500000", "1 11-27 400000", "2 11-26 120000"];
  const credited = ["2 11-26 -20000 CN 8", "2 11-26 -10000 CN 9", "4 11-26 -10000 CN-9"];
  const all = (text: string) => said(text, [BIG, SMALL, DONE]);
  expect(all(csv("Amount incl. GST"))).toEqual([...paid, ...credited]);
  // The line that pays a whole claim with GST shows how the others are written.
  expect(all(csv("Amount"))).toEqual([...paid, ...credited]);
  const without = csv("Amount excl GST").replace("5750.00", "5000.00").replace("4,600.00", "4,000.00");
  expect(all(without.replace("1380.00", "1200.00"))).toEqual([
    ...[...paid, "2 11-26 -23000 CN 8", "2 11-26 -11500 CN 9", "4 11-26 -11500 CN-9"],
  ]);
});

const PART = "To pay or credit part of a claim, name the column “Amount incl GST” or “Amount excl GST”";

test("of a part only a list that says whether GST is in its amounts is taken, by its header or its other lines", () => {
  const free = known("PSF-2026-0042", 5, police, { gstCents: 0n });
  const among = [BIG, SMALL, free, known("PSF-2026-0042", 6)];
  const list = (header: string, ...lines: [number, string][]) =>
    said(
      [
        `Claim,${header},Paid on,Reference`,
        ...lines.map(([n, of]) => `PSF-2026-0042/${n},${of},26/11/2026,F${n}`),
      ].join("\n"),
      among,
    );
  const part = `$100.00 was paid, but the claim is $9,000.00, or $10,350.00 with GST`;
  const unsaid = `${part}. ${PART}`;
  expect(list("Amount", [1, "100"])).toEqual([unsaid]);
  expect(list("Amount", [1, "100"], [2, "1200"])).toEqual(["1 11-26 10000", "2 11-26 120000"]);
  // Amounts with GST are rounded to the nearest cent without.
  expect(list("Amount", [1, "100"], [2, "1380"])).toEqual(["1 11-26 8696", "2 11-26 120000"]);
  // Lines that fit both ways show nothing, and neither do those without a claim, an amount, or GST.
  expect(list("Amount", [1, "100"], [2, "1380"], [6, "1200"])[0]).toBe(unsaid);
  expect(list("Amount", [1, "100"], [9, "1200"], [2, "twelve"], [5, "1200"])[0]).toBe(unsaid);
  expect(list("Amount", [5, "100"])).toEqual(["5 11-26 10000"]);
  // The header counts before the lines, and a whole claim is recognised by its amount.
  expect(list("Amount incl GST", [1, "100"], [2, "1200"])).toEqual(["1 11-26 8696", "2 11-26 104348"]);
  expect(list("Amount incl GST", [1, "100.01"])).toEqual(["1 11-26 8697"]);
  expect(list("Amount excl GST", [1, "100"], [2, "1380"])).toEqual([
    "1 11-26 10000",
    "$1,380.00 was paid, but the claim is $1,200.00, or $1,380.00 with GST",
  ]);
  // More than the claim is too much, however it is meant.
  expect(list("Amount", [1, "10350.01"])).toEqual([
    "$10,350.01 was paid, but the claim is $9,000.00, or $10,350.00 with GST",
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
PSF-2026-0042/4,INV-4,-1,26/11/2026,F1
PSF-2026-0042/4,,-201,26/11/2026,F1
PSF-2026-0042/4,CN-11,-200,26/11/2026,F1
PSF-2026-0042/1,INV-1,0,26/11/2026,F3`;
  const unnamed = "It takes money off. Give the number of its credit note in a column “Credit note”";
  expect(said(csv, [BIG, DONE])).toEqual([
    "1 11-26 500000",
    "Line 2 is for the same claim, with the same payment reference",
    "$4,000.01 was paid, but the rest of the claim is $4,000.00, or $4,600.00 with GST",
    "1 11-26 400000",
    "The lines above already pay the whole claim",
    "4 11-26 -10000 CN-9",
    "Line 7 is for the same claim, with the same credit note",
    "It takes off $200.01, but only $200.00 of the claim is left to take off",
    unnamed,
    `${unnamed}. It takes off $201.00, but only $200.00 of the claim is left to take off`,
    "4 11-26 -20000 CN-11",
    "Line 5 is for the same claim, with the same payment reference. Its amount is $0.00, so it pays nothing",
  ]);
});

test("a credit note comes off what did not come back, and without GST only where the list says so", () => {
  const back = { ...DONE, backCents: 10_000n };
  const credit = (header: string, amount: string) =>
    said(`Claim,${header},Paid on,Reference,Credit note\nPSF-2026-0042/4,${amount},26/11/2026,F1,CN-9`, [back]);
  expect(credit("Amount excl GST", "-200")).toEqual(["4 11-26 -20000 CN-9"]);
  expect(credit("Amount excl GST", "-200.01")).toEqual([
    "It takes off $200.01, but only $200.00 of the claim is left to take off",
  ]);
  expect(credit("Amount", "-100")).toEqual([`${PART}, or record the credit note on its own`]);
});

test("what an earlier list has recorded is found again, and takes nothing of what is left", () => {
  const part: Known = { ...DONE, state: "PART_PAID", cents: 40_000n, lines: [LINE, CREDIT], backCents: 10_000n };
  const csv = `Claim,Amount excl GST,Paid on,Payment reference,Credit note
PSF-2026-0042/4,300,20/11/2026,fin 1,
PSF-2026-0042/4,-300,20/11/2026,FIN-1,cn 9
PSF-2026-0042/4,100,26/11/2026,FIN-2,
PSF-2026-0042/4,-300,26/11/2026,FIN-2,CN-10`;
  expect(said(csv, [part])).toEqual(["4 11-20 30000", "4 11-20 -30000 cn 9", "4 11-26 10000", "4 11-26 -30000 CN-10"]);
  // A credit note that is already recorded must also say whether GST is included.
  expect(said(csv.replace("Amount excl GST", "Amount"), [part])[1]).toBe(
    `${PART}, or record the credit note on its own`,
  );
  // The rest of a claim is paid to the cent, even though its GST was rounded.
  const rest: Known = { ...DONE, state: "PART_PAID", cents: 120_000n, gstCents: 18_000n, paidCents: 109_994n };
  expect(said(line("PSF-2026-0042/4", "115.06").replace("Amount", "Amount incl GST"), [rest])).toEqual([
    "4 11-26 10006",
  ]);
  // A claim that was paid in another way is reported once the line is checked against the current state.
  expect(said(line("PSF-2026-0042/4", "300"), [DONE])).toEqual(["4 11-26 30000"]);
});

test("a payment reference that is none ties no lines together, and a day that is none is another day", () => {
  const csv = `Claim,Amount,Paid on,Reference
PSF-2026-0042/1,1200,26/11/2026,
PSF-2026-0042/2,1200,25/11/2026,
PSF-2026-0042/1,1,200.00,26/11/2026,F1
PSF-2026-0042/1,1200,26/11/2026,F1
PSF-2026-0042/2,1200,31/11/2026,F1
PSF-2026-0042/2,1,200.00,31/11/2026,F1`;
  const [torn, unnamed] = [
    expect.stringMatching(/^It has more cells than column headings\. [^.]*$/),
    "It has no payment reference",
  ];
  expect(said(csv)).toEqual([
    ...[unnamed, unnamed, torn, "1 11-26 120000"],
    ...["Enter a real date, not “31/11/2026”. Line 5 has the same payment reference but a different date", torn],
  ]);
});

test("a claim is paid once in a list, and the lines of one payment have its day", () => {
  const csv = `${line("PSF-2026-0042/1")}
PSF-2026-0042/1,1200,2026-11-26,FIN-2
PSF-2026-0042/2,1200,2026-11-26,fin 1
PSF-2026-0043/1,1200,2026-11-25,FIN-1`;
  expect(read(csv)).toEqual([
    PAID,
    "The lines above already pay the whole claim",
    { ...PAID, number: 2 },
    "Line 2 has the same payment reference but a different date",
  ]);
});

test("of a claim that is paid in part a list pays the rest, with its share of the GST or without", () => {
  const part = [known("PSF-2026-0042", 1, police, { state: "PART_PAID", paidCents: 80_000n })];
  const paid = (amount: string) => prepareLines(readLines(line("PSF-2026-0042/1", amount)).lines ?? [], part, today)[0];
  expect([paid("400")?.fault, paid("460")?.fault]).toEqual([null, null]);
  expect(paid("1200")?.fault).toMatch(/the rest of the claim is \$400\.00, or \$460\.00 with GST/);
});
