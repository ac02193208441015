// A year's statement on paper: what it says of the rows, and where each figure leads.
import { expect, test } from "vitest";
import type { Statement } from "#lib/budget/statement/rules.ts";
import type { Paper, PaperTable } from "#lib/platform/paper.ts";
import { final, live, row, rows } from "#lib/testing/statement.ts";
import { statementPaper } from "./rules.ts";

const afterJune = [
  row("AFTER_JUNE", "Paid after 30 June for this year’s work", { key: "paid", paidCents: 12_00n }),
  row("AFTER_JUNE", "Recovered after 30 June", { key: "recovered", paidCents: -2_00n }),
  row("AFTER_JUNE", "Other changes after 30 June", { key: "other", reservedCents: -1_00n }),
];

const itemsOf = (paper: Paper, title: string) => paper.sections.find((section) => section.title === title)?.items ?? [];
const tablesOf = (paper: Paper, title: string): PaperTable[] =>
  itemsOf(paper, title).filter((item): item is PaperTable => item.kind === "table");
const answersOf = (paper: Paper, title: string): string[][] =>
  itemsOf(paper, title).flatMap((item) => (item.kind === "answer" ? [[...item.lines]] : []));

test("a statement is of a year, marked as the highest of what it names, and says whether it is final", () => {
  const paper = statementPaper(final);
  expect(paper).toMatchObject({ reference: "2026/27", marking: "IN-CONFIDENCE", title: "Financial year 2026/27" });
  expect(paper.above[0]).not.toContain("not final");
  expect(answersOf(paper, "The position")[1]?.[0]).toMatch(/2 August 2027.*when the year was closed/);
  expect(statementPaper(live).above[0]).toMatch(/not final$/);
  expect(answersOf(statementPaper(live), "The position")[1]?.[0]).not.toContain("closed");
  expect(paper.sections.map(({ title }) => title)).toEqual([
    "The position",
    "The envelope",
    "By agency",
    "By initiative",
    "At the end of each month",
    "Counters and ledger",
  ]);
});

test("the position says what is paid, accrued and left, and the envelope where it came from", () => {
  const paper = statementPaper(final);
  const figures = (title: string) => answersOf(paper, title).map((lines) => lines.join(" ").match(/\$[\d.]+/g));
  expect(figures("The position").slice(2)).toEqual([
    ["$100.00"],
    ["$60.00", "$20.00"],
    ["$40.00"],
    ["$40.00"],
    ["$5.00"],
    ["$35.00"],
  ]);
  expect(figures("The envelope")).toEqual([["$90.00"], ["$10.00"]]);
  const [adjustments, carried] = tablesOf(paper, "The envelope");
  expect(adjustments?.rows).toEqual([
    ["Estimates", "1 July 2026; Letter", "$90.00"],
    ["Carried forward", "", "$10.00"],
  ]);
  expect(adjustments?.total).toEqual(["Envelope", "", "$100.00"]);
  expect(carried?.rows).toEqual([["2025/26 into 2026/27", "Late start", "$10.00"]]);
  expect(adjustments?.columns.map(({ isNumeric }) => isNumeric)).toEqual([false, false, true]);
  const none = statementPaper({ ...final, rows: rows.filter(({ section }) => section !== "CARRY_FORWARD") });
  expect(tablesOf(none, "The envelope")).toHaveLength(1);
});

test("who holds anything is listed with sums, and every month with what it ended at", () => {
  const paper = statementPaper(final);
  const total = ["Total", "$5.00", "$60.00", "$20.00", "$40.00"];
  expect(tablesOf(paper, "By agency")[0]).toMatchObject({
    rows: [
      ["Customs", "$0.00", "$60.00", "$20.00", "$40.00"],
      ["Police", "$5.00", "$0.00", "$0.00", "$0.00"],
    ],
    total,
  });
  expect(tablesOf(paper, "By initiative")[0]).toMatchObject({
    rows: [["PSF-2026-0001 Boats\nCustoms", ...total.slice(1).with(0, "$0.00")], expect.any(Array)],
    total,
  });
  expect(tablesOf(paper, "At the end of each month")[0]?.rows).toEqual([
    ["July", "$90.00", "$0.00", "$0.00", "$0.00"],
    ["June and later", "$100.00", "$5.00", "$60.00", "$20.00"],
  ]);
  const nobody = statementPaper({ ...final, rows: rows.filter(({ section }) => section !== "AGENCY") });
  expect(itemsOf(nobody, "By agency")).toEqual([{ kind: "paragraph", text: expect.any(String) }]);
});

test("what moved after 30 June is a row of its own, and the months and these rows come to the year’s figures", () => {
  const title = "At the end of each month";
  const june = row("MONTH", "June", {
    envelopeCents: 100_00n,
    reservedCents: 6_00n,
    committedCents: 60_00n,
    paidCents: 10_00n,
  });
  const [year] = rows;
  const closed = { ...final, rows: [...(year ? [year] : []), june, ...afterJune] };
  expect(tablesOf(statementPaper(closed), title)[0]).toMatchObject({
    rows: [
      ["June", "$100.00", "$6.00", "$60.00", "$10.00"],
      ["Paid after 30 June for this year’s work", "$0.00", "$0.00", "$0.00", "$12.00"],
      ["Recovered after 30 June", "$0.00", "$0.00", "$0.00", "−$2.00"],
      ["Other changes after 30 June", "$0.00", "−$1.00", "$0.00", "$0.00"],
    ],
    total: ["When the year was closed", "$100.00", "$5.00", "$60.00", "$20.00"],
  });
  expect(tablesOf(statementPaper({ ...closed, isFinal: false }), title)[0]?.total?.[0]).toMatch(/^At .*2027/);
  // A closing from before these rows counted in June whatever came later, and says so.
  expect(tablesOf(statementPaper(final), title)[0]).toMatchObject({
    rows: [
      ["July", "$90.00", "$0.00", "$0.00", "$0.00"],
      ["June and later", "$100.00", "$5.00", "$60.00", "$20.00"],
    ],
    total: null,
  });
});

test("what an agency or initiative holds leads to the rows behind it, and a name that the reader may not know nowhere", () => {
  const hidden = row("INITIATIVE", "Not assigned to you", {
    committedCents: 60_00n,
    paidCents: 20_00n,
    accruedCents: 40_00n,
  });
  const paper = statementPaper({ ...final, rows: [...rows, hidden] });
  const ledger = "/budget/ledger?year=2026";
  const [all, paid, then] = [`${ledger}`, `${ledger}&kind=MONEY`, "&recorded=THEN"];
  const total = [null, all + then, all + then, paid + then, null];
  expect(tablesOf(paper, "By agency")[0]?.links).toEqual([
    [null, null, `${all}&agency=Customs${then}`, `${paid}&agency=Customs${then}`, null],
    [null, `${all}&agency=Police${then}`, null, null, null],
    total,
  ]);
  expect(tablesOf(paper, "By initiative")[0]?.links).toEqual([
    [null, null, `${all}&reference=PSF-2026-0001${then}`, `${paid}&reference=PSF-2026-0001${then}`, null],
    [null, `${all}&reference=PSF-2026-0002${then}`, null, null, null],
    [null, null, null, null, null],
    total,
  ]);
  const unnamed = row("INITIATIVE", "About PSF-2026-0001", { committedCents: 60_00n, accruedCents: 40_00n });
  const open = statementPaper({ ...live, rows: [...rows, unnamed] });
  // What is accrued of an open year leads to what it is made of.
  expect(tablesOf(open, "By initiative")[0]?.links?.map((links) => links.at(-1))).toEqual([
    ...["/budget/unspent/PSF-2026-0001?year=2026", null, null, null],
  ]);
  const behind = "/budget/rows?year=2026&by=agency";
  expect(tablesOf(open, "By agency")[0]?.links?.[0]).toEqual([
    null,
    null,
    `${behind}&of=Customs&counter=committed`,
    `${behind}&of=Customs&counter=paid`,
    null,
  ]);
});

test("each figure of the position and the envelope leads to its entries, and each adjustment to its own", () => {
  const paper = statementPaper(final);
  const [ledger, then] = ["/budget/ledger?year=2026", "&recorded=THEN"];
  const of = (kind: string) => `${ledger}&kind=${kind}${then}`;
  const hrefsOf = (title: string) =>
    itemsOf(paper, title).flatMap((item) => (item.kind === "answer" && item.href ? [[item.label, item.href]] : []));
  expect(answersOf(paper, "The position")[0]).toEqual(["1 July 2026 to 30 June 2027"]);
  expect(hrefsOf("The position")).toEqual([
    ["Envelope", of("ADJUST")],
    ...["Committed", "Committed and not paid", "Reserved", "Available"].map((label) => [label, ledger + then]),
  ]);
  expect(hrefsOf("The envelope")).toEqual([
    ["New money", of("NEW")],
    ["Carried forward", of("CARRIED")],
  ]);
  const [adjustments, carried] = tablesOf(paper, "The envelope");
  expect(adjustments?.links).toEqual([
    [null, null, `${of("ADJUST")}#entry-1`],
    [null, null, `${of("ADJUST")}#entry-2`],
    [null, null, of("ADJUST")],
  ]);
  expect(carried?.links).toEqual([[null, null, "/changes/7"]]);
  const none = statementPaper({ ...final, rows: rows.filter(({ section }) => section !== "CARRY_FORWARD") });
  expect(itemsOf(none, "The envelope")).toHaveLength(3);
});

test("each month leads to the entries up to its end, and what moved after June to its own", () => {
  const linksOf = (statement: Statement) =>
    tablesOf(statementPaper(statement), "At the end of each month")[0]?.links?.map(([first, ...four]) => {
      expect([first, new Set(four).size, four.length]).toEqual([null, 1, 4]);
      return four[0];
    });
  const ledger = "/budget/ledger?year=2026";
  // A closing from before there were rows of after June has in June whatever came later.
  const then = "&recorded=THEN";
  expect(linksOf(final)).toEqual([`${ledger}&upTo=0${then}`, ledger + then, ledger + then]);
  expect(linksOf(live)).toEqual([`${ledger}&upTo=0`, `${ledger}&upTo=11`, ledger]);
  const after = { ...final, rows: [...rows, ...afterJune] };
  expect(linksOf(after)).toEqual([
    `${ledger}&upTo=0${then}`,
    `${ledger}&upTo=11${then}`,
    ...["&kind=PAYMENTS", "&kind=CAME_BACK", ""].map((kind) => `${ledger}${kind}&upTo=after${then}`),
    ledger + then,
  ]);
});

test("its tables have a heading for each column, and figures stand in columns of figures", () => {
  const open = [row("ACCRUAL", "PSF-2026-0001/2 Boats"), row("ADVANCE", "PSF-2026-0001/12 Boats")];
  const difference = { reference: null, month: null, counter: "paid", counterCents: 5_00n, ledgerCents: 4_00n };
  const paper = statementPaper({ ...live, rows: [...rows, ...open], differences: [difference] });
  const headings = paper.sections.flatMap(({ items }) =>
    items.flatMap((item) =>
      item.kind === "table" ? [item.columns.map(({ header, isNumeric }) => (isNumeric ? `${header} 9` : header))] : [],
    ),
  );
  const held = ["Reserved 9", "Committed 9", "Paid 9", "Accrued 9"];
  expect(headings).toEqual([
    ["Reason", "From", "Change 9"],
    ["Years", "From", "Change 9"],
    ["Agency", ...held],
    ["Initiative", ...held],
    ["Claim or initiative", "What it is for", "Accrued 9"],
    ["Month", "Envelope 9", ...held.slice(0, 3)],
    ["Claim", "Agency and payments", "To be accounted for 9"],
    ["Where", "Counter", "Counter’s amount 9", "Sum of the ledger 9"],
  ]);
});

test("what is accrued leads to its claims and to work stated as done, and to nothing in a statement without those rows", () => {
  const claim = { detail: "Customs", marking: "SENSITIVE", accruedCents: 40_00n } as const;
  const paper = statementPaper({ ...final, rows: [...rows, row("ACCRUAL", "PSF-2026-0001/2 Boats", claim)] });
  const leads = (of: Paper) => [
    itemsOf(of, "The position").flatMap((item) =>
      item.kind === "answer" && item.label.startsWith("Accrued") ? [item.href] : [],
    ),
    ...["By agency", "By initiative"].map((name) => tablesOf(of, name)[0]?.links?.map((links) => links[4])),
  ];
  expect(leads(paper)).toEqual([["#accrued"], ["#accrued", null, "#accrued"], ["#accrued", null, "#accrued"]]);
  expect(leads(statementPaper(final))).toEqual([[undefined], [null, null, null], [null, null, null]]);
  expect(paper.marking).toBe("SENSITIVE");
});

test("it is to be signed where the counters are the sum of the ledger, and else says which are not", () => {
  const title = "Counters and ledger";
  expect(answersOf(statementPaper(live), title)[0]?.[0]).toMatch(/^Yes\. At .+2026\/27.+1,234/);
  expect(answersOf(statementPaper(final), title)[0]?.[0]).toMatch(/^Yes\. When the year was closed/);
  expect(answersOf(statementPaper(final), title)[1]).toHaveLength(2);
  const difference = { counter: "paid", counterCents: 5_00n, ledgerCents: 4_00n };
  const paper = statementPaper({
    ...live,
    differences: [
      { ...difference, reference: "PSF-2026-0001", month: null },
      { ...difference, reference: null, month: null },
      { ...difference, reference: null, month: 0 },
      { ...difference, reference: null, month: 12 },
    ],
  });
  expect(answersOf(paper, title).map(([line]) => line)).toEqual([expect.stringMatching(/^No\..*1,234/)]);
  expect(tablesOf(paper, title)[0]?.rows).toEqual(
    ["PSF-2026-0001", "2026/27", "July", "2026/27"].map((whose) => [whose, "paid", "$5.00", "$4.00"]),
  );
});

test("the papers of a final statement are of the moment of its closing, whenever they are made", () => {
  expect([statementPaper(final).fixedAt, statementPaper(live).fixedAt]).toEqual([final.at, undefined]);
});
