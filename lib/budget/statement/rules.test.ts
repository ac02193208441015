import { expect, test } from "vitest";
import type { LedgerLine } from "#lib/budget/ledger/rules.ts";
import type { Paper, PaperTable } from "#lib/platform/paper.ts";
import { type Statement, statementPaper } from "./rules.ts";

const at = new Date("2027-07-02T00:00:00Z");
const adjustment: LedgerLine = {
  id: 7n,
  startYear: 2026,
  at: new Date("2026-07-01T00:00:00Z"),
  kind: "ADJUST",
  envelopeCents: 100_00n,
  reservedCents: 0n,
  committedCents: 0n,
  paidCents: 0n,
  reason: "Budget 2026",
  source: "Letter",
  effectiveOn: new Date("2026-07-01T00:00:00Z"),
  changeId: "1",
  askedBy: null,
  reversesId: null,
  reversedById: null,
  application: null,
  by: "Ingrid",
};
const held = (reservedCents: bigint, committedCents: bigint, paidCents: bigint) => ({
  reservedCents,
  committedCents,
  paidCents,
  pipelineCents: 0n,
});
const named = { reference: "PSF-2026-0001", title: "Boats", agency: "Customs", marking: "IN_CONFIDENCE" as const };
const statement: Statement = {
  position: {
    startYear: 2026,
    envelopeCents: 100_00n,
    ...held(5_00n, 60_00n, 20_00n),
    availableCents: 35_00n,
  },
  parts: {
    startYear: 2026,
    envelopeCents: 100_00n,
    newCents: 90_00n,
    carriedCents: 10_00n,
    askedIntoCents: 1_00n,
    askedFromCents: 2_00n,
  },
  carried: [],
  adjustments: [adjustment],
  agencies: [
    { ...held(5_00n, 0n, 0n), code: "1", name: "Police" },
    { ...held(0n, 60_00n, 20_00n), code: "2", name: "Customs" },
    { ...held(0n, 0n, 0n), code: "3", name: "Avsec" },
  ],
  initiatives: [
    { ...held(0n, 60_00n, 20_00n), id: "1", application: named },
    { ...held(5_00n, 0n, 0n), id: "2", application: null },
  ],
  differences: [],
  entries: 1_234,
};

const make = (change: Partial<Statement> = {}): Paper => statementPaper({ ...statement, ...change }, at);
/** The parts of a section, by its place. */
const itemsOf = (paper: Paper, section: number) => paper.sections[section]?.items ?? [];
const tablesOf = (paper: Paper, section: number): PaperTable[] =>
  itemsOf(paper, section).filter((item): item is PaperTable => item.kind === "table");
const answersOf = (paper: Paper, section: number): string[][] =>
  itemsOf(paper, section).flatMap((item) => (item.kind === "answer" ? [[...item.lines]] : []));
const [POSITION, ENVELOPE, AGENCIES, INITIATIVES, CORRECTIONS, VERIFIED] = [0, 1, 2, 3, 4, 5];

test("a statement is of a year, and marked as the highest of what it names", () => {
  expect(make()).toMatchObject({ reference: "2026/27", marking: "IN-CONFIDENCE" });
  expect(make({ initiatives: [] }).marking).toBe("UNCLASSIFIED");
  expect(make().above).toHaveLength(1);
  expect(make().sections.map(({ items }) => items.length)).toEqual([8, 4, 1, 1, 1, 2]);
});

test("the position says what is paid, what of the commitment is not, and what is left", () => {
  const [year, , ...figures] = answersOf(make(), POSITION);
  expect(year?.[0]).toMatch(/1 July 2026 .* 30 June 2027/);
  expect(figures.map((lines) => lines.join(" ").match(/\$[\d.]+/g))).toEqual([
    ["$100.00"],
    ["$60.00", "$20.00"],
    ["$40.00"],
    ["$5.00"],
    ["$35.00"],
  ]);
});

test("the envelope is what was given and what was carried, by every adjustment", () => {
  const paper = make({
    adjustments: [
      adjustment,
      { ...adjustment, id: 8n, reversesId: 7n, effectiveOn: null, source: null, by: null, envelopeCents: -100_00n },
    ],
  });
  expect(answersOf(paper, ENVELOPE).map((lines) => lines.join(" ").match(/\$[\d.]+/g))).toEqual([
    ["$90.00"],
    ["$10.00"],
    ["$1.00", "$2.00"],
  ]);
  const [table] = tablesOf(paper, ENVELOPE);
  expect(table?.rows).toEqual([
    ["1 July 2026", "Budget 2026 · entry 7", "Letter", "Ingrid", "$100.00"],
    ["–", expect.stringMatching(/^Budget 2026 \(.*7\) · entry 8$/), "–", "the portal", "-$100.00"],
  ]);
  expect(table?.total?.at(-1)).toBe("$100.00");
  expect(table?.columns.map(({ isNumeric }) => isNumeric)).toEqual([false, false, false, false, true]);
});

test("what was carried is listed where anything was", () => {
  const line = {
    id: "1",
    kind: "CARRY_FORWARD" as const,
    startYear: 2025,
    cents: 10_00n,
    state: "CONFIRMED" as const,
    reason: "Late start",
    source: "Letter",
    effectiveOn: null,
    entryId: null,
    personId: null,
    personName: null,
    delegation: null,
    askedById: "1",
    askedBy: "Ingrid",
    askedAt: at,
    settledById: "2",
    settledBy: "Kate",
    settledAt: at,
    settledWhy: null,
    appliedAt: at,
  };
  expect(tablesOf(make(), ENVELOPE)).toHaveLength(1);
  const [, carried] = tablesOf(make({ carried: [line] }), ENVELOPE);
  expect(carried?.rows).toEqual([
    [expect.stringContaining("2025/26"), "Late start", expect.stringContaining("Kate"), "$10.00"],
  ]);
  expect([carried?.total, carried?.columns.map(({ isNumeric }) => isNumeric)]).toEqual([
    null,
    [false, false, false, true],
  ]);
});

test("who holds anything is listed with sums, and an initiative that is not for the reader without its name", () => {
  const total = [expect.any(String), "$5.00", "$60.00", "$20.00"];
  expect(tablesOf(make(), AGENCIES)[0]).toMatchObject({
    rows: [
      ["Police", "$5.00", "$0.00", "$0.00"],
      ["Customs", "$0.00", "$60.00", "$20.00"],
    ],
    total,
  });
  expect(tablesOf(make(), INITIATIVES)[0]).toMatchObject({
    rows: [
      ["PSF-2026-0001 Boats\nCustoms", "$0.00", "$60.00", "$20.00"],
      [expect.stringMatching(/^[^\n]+$/), "$5.00", "$0.00", "$0.00"],
    ],
    total,
  });
  expect(tablesOf(make(), AGENCIES)[0]?.columns.map(({ isNumeric }) => isNumeric)).toEqual([false, true, true, true]);
  expect(itemsOf(make({ agencies: [] }), AGENCIES)).toEqual([{ kind: "paragraph", text: expect.any(String) }]);
});

test("corrections are the entries that reverse another", () => {
  expect(itemsOf(make(), CORRECTIONS)).toEqual([{ kind: "paragraph", text: expect.any(String) }]);
  const correction = { ...adjustment, id: 8n, reversesId: 7n, envelopeCents: -100_00n };
  const paper = make({ adjustments: [adjustment, correction, { ...correction, id: 9n, by: null }] });
  const [table] = tablesOf(paper, CORRECTIONS);
  expect(table?.rows).toEqual([
    ["8", "7", expect.stringContaining("1 July 2026"), "Budget 2026", "Ingrid", "-$100.00"],
    ["9", "7", expect.stringContaining("1 July 2026"), "Budget 2026", "the portal", "-$100.00"],
  ]);
  expect(table?.columns.map(({ isNumeric }) => isNumeric)).toEqual([false, false, false, false, false, true]);
});

test("it is to be signed where the counters are the sum of the ledger, and else says which are not", () => {
  const [yes, signed] = answersOf(make(), VERIFIED);
  expect(yes?.[0]).toMatch(/^Yes\..*2026\/27.*1,234/);
  expect(signed).toHaveLength(2);
  const difference = { counter: "paid", counterCents: 5_00n, ledgerCents: 4_00n };
  const paper = make({
    differences: [
      { ...difference, reference: "PSF-2026-0001", month: null },
      { ...difference, reference: null, month: null },
      { ...difference, reference: null, month: 0 },
      { ...difference, reference: null, month: 12 },
    ],
  });
  expect(answersOf(paper, VERIFIED).map(([line]) => line)).toEqual([expect.stringMatching(/^No\..*1,234/)]);
  const [table] = tablesOf(paper, VERIFIED);
  expect(table?.rows).toEqual(
    ["PSF-2026-0001", "2026/27", "July", "2026/27"].map((whose) => [whose, "paid", "$5.00", "$4.00"]),
  );
  expect(table?.columns.map(({ isNumeric }) => isNumeric)).toEqual([false, false, true, true]);
});
