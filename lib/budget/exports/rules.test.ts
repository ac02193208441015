import { expect, test } from "vitest";
import type { LedgerLine } from "#lib/budget/ledger/rules.ts";
import type { HolderLine } from "#lib/budget/shares/rules.ts";
import type { ChangeLine } from "#lib/changes/rules.ts";
import { passSheet } from "#lib/platform/sheet.ts";
import {
  carryForwardSheet,
  cashSheet,
  forecastSheet,
  isBudgetList,
  ledgerSheet,
  monthsSheet,
  reconciliationSheet,
  rowsSheet,
  sharesSheet,
  yearsSheet,
} from "./rules.ts";

const at = new Date("2026-11-24T00:00:00Z");
const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

test("the lists that become files, and no other", () => {
  const words = ["years", "months", "shares", "rows", "ledger", "cash", "forecast", "carry-forward", "people", ""];
  expect(words.map(isBudgetList)).toEqual([...Array(8).fill(true), false, false]);
});

test("years and months have a column for each counter, and are named by no application", () => {
  const position = {
    startYear: 2026,
    envelopeCents: 1n,
    reservedCents: 2n,
    committedCents: 3n,
    paidCents: 4n,
    availableCents: 5n,
    pipelineCents: 6n,
    cutoffOn: null,
    closedAt: null,
  };
  const years = yearsSheet([position], at);
  expect([years.marking, years.rows, years.total]).toEqual([
    "UNCLASSIFIED",
    [["2026/27", 1n, 2n, 3n, 4n, 5n, 6n]],
    null,
  ]);
  const month = {
    month: 11,
    envelopeCents: 1n,
    reservedCents: 2n,
    committedCents: 3n,
    paidInMonthCents: 4n,
    paidCents: 5n,
    dueCents: 6n,
    reservedDueCents: 7n,
    forecastCents: null,
  };
  const months = monthsSheet(2026, [month, { ...month, month: 12 }], ["It assumes this.", "And that."], at);
  expect(months.rows).toEqual([
    ["June", 1n, 2n, 3n, 4n, 5n, 6n, 7n, null],
    [null, 1n, 2n, 3n, 4n, 5n, 6n, 7n, null],
  ]);
  expect([months.marking, months.columns.map(({ kind }) => kind)]).toEqual([
    "UNCLASSIFIED",
    ["text", ...Array(8).fill("cents")],
  ]);
  expect(months.title).toContain("2026/27");
});

const held = { reservedCents: 1n, committedCents: 20n, paidCents: 3n, pipelineCents: 4n };

test("shares are summed under their lines", () => {
  const sheet = sharesSheet(
    2026,
    "place",
    [
      { ...held, code: "FJ", name: "Fiji" },
      { ...held, code: null, name: "None" },
    ],
    at,
  );
  expect(sheet.rows).toEqual([
    ["Fiji", 1n, 20n, 3n, 4n],
    ["None", 1n, 20n, 3n, 4n],
  ]);
  expect([sheet.total, sheet.marking]).toEqual([["Total", 2n, 40n, 6n, 8n], "UNCLASSIFIED"]);
});

const named = { reference: "PSF-2026-0001", title: "Boats", agency: "Customs", marking: "IN_CONFIDENCE" as const };

test("an application that is not for the reader has its money in the rows, and nothing else", () => {
  const rows: HolderLine[] = [
    { ...held, id: "1", application: named, whole: held },
    { ...held, id: "2", application: null, whole: held },
  ];
  const sheet = rowsSheet({ startYear: 2026, by: null, of: null, counter: null }, "Fiji", rows, at);
  expect(sheet.rows[0]).toEqual(["PSF-2026-0001", "Boats", "Customs", 1n, 20n, 3n, 4n, "IN-CONFIDENCE"]);
  expect(sheet.rows[1]).toEqual([expect.not.stringContaining("PSF"), null, null, 1n, 20n, 3n, 4n, null]);
  expect([sheet.total, sheet.marking]).toEqual([["Total", null, null, 2n, 40n, 6n, 8n, null], "IN-CONFIDENCE"]);
  expect(sheet.about.join(" ")).toContain("Fiji: ");
});

test("the forecast by initiative says what is still to come by 30 June, and what is not", () => {
  const line = { applicationId: "1", committedCents: 20n, paidCents: 3n, reservedCents: 0n, unspentCents: 7n };
  const expectation = { applicationId: "1", cents: 13n, note: "One boat is late", notedBy: "Ingrid", at };
  const months = { dueCents: [0n, 4n, 6n], reservedDueCents: [0n], forecastCents: 12n, expectation };
  const lines = [
    { ...line, ...months, application: named },
    { ...line, ...months, application: null },
    { ...line, ...months, application: named, expectation: null },
  ];
  const sheet = forecastSheet(2026, lines, ["It assumes this."], at);
  expect(sheet.rows[0]).toEqual([
    "PSF-2026-0001",
    "Boats",
    "Customs",
    20n,
    3n,
    10n,
    7n,
    "One boat is late (Ingrid, 24 November 2026)",
    "IN-CONFIDENCE",
  ]);
  expect(sheet.rows[1]).toEqual([expect.not.stringContaining("PSF"), null, null, 20n, 3n, 10n, 7n, null, null]);
  expect(sheet.rows[2]?.[7]).toBeNull();
  expect([sheet.total, sheet.marking]).toEqual([["Total", null, null, 60n, 9n, 30n, 21n, null, null], "IN-CONFIDENCE"]);
  expect([sheet.title, sheet.about.join(" ")]).toEqual([
    expect.stringContaining("2026/27"),
    expect.stringContaining("It assumes this."),
  ]);
});

test("the ledger has a line for each entry, and the sums of all that were found", async () => {
  const entry: LedgerLine = {
    id: 7n,
    startYear: 2026,
    at: new Date("2026-11-23T11:30:00Z"),
    kind: "ADJUST",
    envelopeCents: 1n,
    reservedCents: 2n,
    committedCents: 3n,
    paidCents: 4n,
    reason: "Budget 2026",
    source: "Letter",
    effectiveOn: day("2026-07-01"),
    changeId: "1",
    claimNumber: null,
    payment: null,
    askedBy: "Rangi",
    reversesId: 6n,
    closedFrom: null,
    reversedById: null,
    application: named,
    by: "Ingrid",
  };
  const bare = {
    ...entry,
    effectiveOn: null,
    source: null,
    reversesId: null,
    application: null,
    by: null,
    askedBy: null,
  };
  const filter = { startYear: 2026, kind: null, reference: null, month: null };
  const sheet = await passSheet(ledgerSheet(filter, at), [[entry, bare]]);
  const written = day("2026-11-24");
  expect(sheet.rows.map((row) => [...row.slice(0, 3), ...row.slice(4)])).toEqual([
    ["7", written, day("2026-07-01"), "PSF-2026-0001", 1n, 2n, 3n, 4n, "Budget 2026", "Letter", "6", "Ingrid", "Rangi"],
    ["7", written, null, null, 1n, 2n, 3n, 4n, "Budget 2026", null, null, "the portal", null],
  ]);
  expect(sheet.total).toEqual(["Total", ...Array(4).fill(null), 2n, 4n, 6n, 8n, ...Array(5).fill(null)]);
  expect([sheet.marking, sheet.title]).toEqual(["IN-CONFIDENCE", "Ledger 2026/27"]);
  const every = await passSheet(ledgerSheet({ ...filter, startYear: null }, at), [[entry]]);
  expect([every.title, every.rows[0]?.slice(-2), every.columns.length]).toEqual([
    ...["Ledger of all years", ["Rangi", "2026/27"], sheet.columns.length + 1],
  ]);
  expect(sheet.columns.map(({ header }) => header)).not.toContain("For work in");
});

test("a carry-forward is listed with who asked for it, and with who settled it where anybody did", () => {
  const line = {
    id: "1",
    startYear: 2025,
    cents: 100n,
    state: "DECLINED",
    reason: "Late start",
    source: "Letter",
    askedBy: "Ingrid",
    askedAt: new Date("2026-06-30T12:00:00Z"),
    settledBy: "Kate",
    settledAt: new Date("2026-07-02T12:00:00Z"),
    settledWhy: "Not needed",
  } as ChangeLine;
  const open = { ...line, settledBy: null, settledAt: null, settledWhy: null };
  const agreed = ["Late start", "Letter", "Ingrid", day("2026-07-01")];
  const sheet = carryForwardSheet([line, open], at);
  expect(sheet.rows.map((row) => [...row.slice(0, 3), ...row.slice(4)])).toEqual([
    ["2025/26", "2026/27", 100n, ...agreed, "Kate", day("2026-07-03"), "Not needed"],
    ["2025/26", "2026/27", 100n, ...agreed, null, null, null],
  ]);
});

test("every file says when it was made, in which money, and in words what of each line", async () => {
  const filter = { startYear: 2026, kind: null, reference: null, month: null };
  const sheets = [
    yearsSheet([], at),
    monthsSheet(2026, [], [], at),
    sharesSheet(2026, "focusArea", [], at),
    rowsSheet({ startYear: 2026, by: null, of: null, counter: null }, null, [], at),
    await passSheet(ledgerSheet(filter, at), []),
    carryForwardSheet([], at),
    forecastSheet(2026, [], [], at),
  ];
  for (const { title, marking, about } of sheets) {
    expect([title, marking, about.length]).toEqual([title, "UNCLASSIFIED", 2]);
    expect(about.join(" ")).toContain("24 November 2026");
  }
  expect(sheets[2]?.title).toMatch(/focus area$/);
});

test("kinds and states stand in words", async () => {
  const kind = { id: 1n, at, kind: "ADJUST", application: null } as LedgerLine;
  const filter = { startYear: 2026, kind: null, reference: null, month: null };
  const { rows } = await passSheet(ledgerSheet(filter, at), [[kind]]);
  expect(rows[0]?.[3]).toMatch(/[a-z]/);
  const line = { startYear: 2025, state: "CONFIRMED", askedAt: at, appliedAt: at } as ChangeLine;
  expect(carryForwardSheet([line], at).rows[0]?.[3]).toBe("Confirmed");
});

test("money that moved has a column for each year whose work it was for, and a row for each month", () => {
  const month = new Date("2026-11-01");
  const cash = { workYears: [2025, 2026], months: [{ month, cents: [1n, 20n], totalCents: 21n }] };
  const sheet = cashSheet(2026, { ...cash, totals: [], totalCents: 0n }, at);
  expect(sheet.columns.map(({ header }) => header)).toEqual([
    "Month",
    "For work in 2025/26",
    "For work in 2026/27",
    "All",
  ]);
  expect([sheet.rows, sheet.total]).toEqual([[["November 2026", 1n, 20n, 21n]], ["Total", 1n, 20n, 21n]]);
  expect(sheet).toMatchObject({ title: "Cash 2026/27 by month", marking: "UNCLASSIFIED" });
  expect(sheet.about.join(" ")).toMatch(/^Payments less money returned.* GST exclusive\.$/);
});

test("the years and the money that moved stand side by side, with what one has more", () => {
  const rows = [{ startYear: 2025, paidCents: 5n, cents: [3n, 4n], movedCents: 7n }];
  const sheet = reconciliationSheet({ cashYears: [2025, 2026], rows, totals: [], paidCents: 0n, movedCents: 0n }, at);
  expect(sheet.columns.map(({ header }) => header).slice(0, 3)).toEqual([
    "For work in",
    "Moved in 2025/26",
    "Moved in 2026/27",
  ]);
  expect([sheet.rows, sheet.total]).toEqual([[["2025/26", 3n, 4n, 7n, 5n, 2n]], ["Total", 3n, 4n, 7n, 5n, 2n]]);
  expect(sheet).toMatchObject({ title: "Cash and years reconciled", marking: "UNCLASSIFIED" });
  expect(sheet.about.join(" ")).toMatch(/^The same money.* GST exclusive\.$/);
});
