// What leaves the portal about a year's money says what the screen says, to the cent.
import { beforeAll, describe, expect, test } from "vitest";
import { getForecast } from "#lib/budget/forecast/queries.ts";
import { forecastYear } from "#lib/budget/forecast/rules.ts";
import { listLedger, sumLedger } from "#lib/budget/ledger/queries.ts";
import { listMonths, listPositions } from "#lib/budget/queries.ts";
import type { Position } from "#lib/budget/rules.ts";
import { listHolders, listShares } from "#lib/budget/shares/queries.ts";
import { COUNTERS, countedCents, NONE, SHARE_KINDS } from "#lib/budget/shares/rules.ts";
import { makeStatement } from "#lib/budget/statement/commands.ts";
import { statementPaper } from "#lib/budget/statement/paper/rules.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { formatCents, sumCents } from "#lib/platform/money.ts";
import { csvOf, type Sheet } from "#lib/platform/sheet.ts";
import { standInDemoYear, useTestDatabase } from "#lib/testing/database.ts";
import { exportBudget } from "./commands.ts";
import type { BudgetList } from "./rules.ts";

useTestDatabase("template_demo");

let auditor: MfatActor;
let positions: Position[] = [];
let year = 0;

beforeAll(async () => {
  const found = await findActor("auditor@mfat.example");
  if (!found) throw new Error("nobody");
  auditor = asMfat(found);
  positions = await listPositions(auditor);
  year = await standInDemoYear();
});

const take = (list: BudgetList, sent: Record<string, string> = {}) =>
  exportBudget(auditor, { format: "csv" }, list, { year: String(year), ...sent });
const totalOf = ({ columns, total }: Sheet, header: string) =>
  total?.[columns.findIndex((column) => column.header === header)];

describe("shares", () => {
  test("of every year and kind sum to the position", async () => {
    for (const position of positions) {
      const { startYear } = position;
      for (const by of SHARE_KINDS) {
        const lines = await listShares(auditor, startYear, by);
        for (const counter of ["reserved", "committed", "paid", "pipeline"] as const) {
          expect([startYear, by, counter, sumCents(lines.map((line) => line[`${counter}Cents`]))]).toEqual([
            startYear,
            by,
            counter,
            position[`${counter}Cents`],
          ]);
        }
      }
    }
  });

  test("are each the sum of the rows behind it", async () => {
    for (const by of SHARE_KINDS) {
      for (const line of await listShares(auditor, year, by)) {
        for (const counter of COUNTERS) {
          const filter = { startYear: year, by, of: line.code ?? NONE, counter };
          const { share, lines } = await listHolders(auditor, filter);
          expect(share).toBe(line.name);
          expect(sumCents(lines.map((one) => countedCents(one, counter)))).toBe(countedCents(line, counter));
        }
      }
    }
  });

  test("of an agency, place or focus area that there is not are not found", async () => {
    for (const by of ["agency", "place", "focusArea"] as const) {
      await expect(listHolders(auditor, { startYear: year, by, of: "XX", counter: null })).rejects.toThrow("not found");
    }
  });
});

describe("files", () => {
  test("have the totals of the screen and its marking, and are on record", async () => {
    const position = positions.find(({ startYear }) => startYear === year);
    const rows = await take("rows");
    const shares = await take("shares", { by: "category" });
    for (const sheet of [rows, shares]) {
      expect(totalOf(sheet, "Reserved")).toBe(position?.reservedCents);
      expect(totalOf(sheet, "Committed")).toBe(position?.committedCents);
      expect(totalOf(sheet, "Paid")).toBe(position?.paidCents);
    }
    expect(csvOf(rows).split("\r\n")[0]).toBe(`\uFEFF${rows.marking}`);
    expect((await take("years")).rows).toHaveLength(positions.length);
    expect(
      await db().auditEvent.findFirst({ where: { event: "budget.exported" }, orderBy: { id: "desc" } }),
    ).toMatchObject({
      actorId: auditor.personId,
      subject: `year:${year}`,
      data: { list: "years", format: "csv", rows: positions.length },
    });
  });

  test("hold the ledger as it is filtered, and all of it", async () => {
    const position = positions.find(({ startYear }) => startYear === year);
    const whole = await take("ledger");
    expect(["Envelope", "Reserved", "Committed", "Paid"].map((header) => totalOf(whole, header))).toEqual([
      position?.envelopeCents,
      position?.reservedCents,
      position?.committedCents,
      position?.paidCents,
    ]);
    const entry = await db().ledgerEntry.findFirstOrThrow({
      where: { startYear: year, kind: "COMMIT" },
      include: { application: { select: { reference: true } } },
    });
    const filter = {
      startYear: year,
      kind: "COMMIT",
      reference: entry.application?.reference ?? "",
      month: null,
    } as const;
    const sheet = await take("ledger", { kind: "COMMIT", reference: filter.reference });
    const { lines } = await listLedger(auditor, filter);
    expect(lines.length).toBeGreaterThan(0);
    expect(sheet.rows.map(([id]) => id)).toEqual(lines.map(({ id }) => String(id)));
    expect(await sumLedger(auditor, filter)).toMatchObject({
      count: lines.length,
      committedCents: totalOf(sheet, "Committed"),
    });
    expect((await take("ledger", { reference: "PSF-1999-0001" })).rows).toEqual([]);
  });

  test("hold the months with their forecast, which ends at what is committed without what stays unspent", async () => {
    const position = positions.find(({ startYear }) => startYear === year);
    if (!position) throw new Error("There is no such year.");
    const today = dayOf(now());
    const { lines, assumptions } = await getForecast(auditor, year, today);
    const forecast = forecastYear(position, lines, today);
    const months = await take("months");
    expect(months.rows.at(-1)?.at(-1)).toBe(forecast.at(-1)?.withReservedCents);
    expect(months.about.join(" ")).toContain(assumptions.join(" "));
    const unspentCents = sumCents(lines.map((line) => line.unspentCents));
    expect(forecast.at(-1)).toMatchObject({ paidCents: position.committedCents - unspentCents });
    // And the initiatives make up what is not paid by then.
    const initiatives = await take("forecast");
    expect(totalOf(initiatives, "Expected unspent")).toBe(unspentCents);
    expect(totalOf(initiatives, "Still expected by 30 June")).toBe(sumCents(forecast.map(({ dueCents }) => dueCents)));
    const was = await listMonths(auditor, year, today);
    expect(sumCents(months.rows.map((row) => (row[4] as bigint | null) ?? 0n))).toBe(was.at(-1)?.paidCents);
  });
});

test("a statement says where the envelope came from and went, and that the counters are the ledger's sums", async () => {
  const paper = statementPaper(await makeStatement(auditor, year - 1, {}));
  const words = JSON.stringify(paper);
  const position = positions.find(({ startYear }) => startYear === year - 1);
  // On some days of the calendar nothing is accrued in that year, and nothing is said of it.
  const titles = paper.sections.map(({ title }) => title).filter((title) => title !== "What is accrued");
  expect(titles).toEqual([
    "The position",
    "The envelope",
    "By agency",
    "By initiative",
    "At the end of each month",
    "Counters and ledger",
  ]);
  expect(words).toContain(`["Envelope","","${formatCents(position?.envelopeCents ?? 0n)}"]`);
  expect(words).toMatch(/"Yes\. At .+, every counter of .+ was the sum of its column of the ledger, \d+ entries\."/);
  await expect(makeStatement(auditor, 1999, {})).rejects.toThrow("not found");
});
