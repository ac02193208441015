// Every figure leads to rows that add up to it: each address that a page gives is read back as that page reads it, and summed.
import { expect, test } from "vitest";
import { listEnvelopeParts } from "#lib/budget/carry-forward/queries.ts";
import { listCash } from "#lib/budget/cash/queries.ts";
import { cashOf, monthKey, reconcile } from "#lib/budget/cash/rules.ts";
import type { LedgerFilter } from "#lib/budget/ledger/rules.ts";
import { listMonths, listPositions } from "#lib/budget/queries.ts";
import { ledgerHref, positionHref, readHolderFilter } from "#lib/budget/schema.ts";
import { listHolders } from "#lib/budget/shares/queries.ts";
import { countedCents, SHARE_KINDS } from "#lib/budget/shares/rules.ts";
import { readUnspent, readYearEnd } from "#lib/budget/years/queries.ts";
import { shortOf, unspentLine } from "#lib/budget/years/rules.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { sumCents } from "#lib/platform/money.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { expectStatementAddsUp, ledgerBehind, sentOf } from "#lib/testing/figures.ts";

useTestDatabase("template_demo");

const reader = async () => {
  const actor = await findActor("budget@mfat.example");
  if (!actor) throw new Error("The demonstration has no budget officer.");
  return asMfat(actor);
};

const behind = async (href: string) => ledgerBehind(await reader(), href);
const paidBehind = async (filter: LedgerFilter) => (await behind(ledgerHref(filter))).paidCents;

test("cash: every month, year and total of both tables", async () => {
  const [lines, positions] = [await listCash(await reader()), await listPositions(await reader())];
  const { cashYears, rows, totals, paidCents } = reconcile(lines, positions);
  expect(paidCents).toBeGreaterThan(0n);
  for (const [index, year] of cashYears.entries()) {
    const { workYears, months, totals: sums, totalCents } = cashOf(lines, year);
    const [moved, kind] = [String(year), "MONEY"] as const;
    expect(await paidBehind({ startYear: null, kind, moved })).toBe(totalCents);
    expect(totals[index]).toBe(totalCents);
    for (const [column, startYear] of workYears.entries())
      expect(await paidBehind({ startYear, kind, moved })).toBe(sums[column]);
    for (const month of months)
      expect(await paidBehind({ startYear: null, kind, moved: monthKey(month.month) })).toBe(month.totalCents);
  }
  for (const { startYear, movedCents } of rows) {
    expect(await paidBehind({ startYear, kind: "MONEY", moved: null })).toBe(movedCents);
  }
  expect(await paidBehind({ startYear: null, kind: "MONEY", moved: null })).toBe(paidCents);
});

test("the months of each year, and what an envelope is made of", async () => {
  const today = dayOf(now());
  let months = 0;
  for (const { startYear, newCents, carriedCents } of await listEnvelopeParts(await reader())) {
    const lines = await listMonths(await reader(), startYear, today);
    for (const { month, ...counters } of lines) {
      const upTo = month === lines.at(-1)?.month ? null : month;
      expect(await behind(ledgerHref({ startYear, upTo }))).toMatchObject(counters);
      months++;
    }
    expect((await behind(ledgerHref({ startYear, kind: "NEW" }))).envelopeCents).toBe(newCents);
    expect((await behind(ledgerHref({ startYear, kind: "CARRIED" }))).envelopeCents).toBe(carriedCents);
  }
  expect(months).toBeGreaterThan(12);
});

test("a year's position, and each initiative of it whichever way it is shared", async () => {
  for (const position of await listPositions(await reader())) {
    const { startYear, envelopeCents, availableCents } = position;
    expect((await behind(positionHref(startYear, "envelope"))).envelopeCents).toBe(envelopeCents);
    const all = await behind(positionHref(startYear, "available"));
    expect(all.envelopeCents - all.reservedCents - all.committedCents).toBe(availableCents);
    for (const counter of ["paid", "unpaid", "committed", "reserved", "pipeline"] as const) {
      const filter = readHolderFilter(startYear, sentOf(positionHref(startYear, counter)));
      const { lines } = await listHolders(await reader(), filter);
      expect(sumCents(lines.map((line) => countedCents(line, counter)))).toBe(countedCents(position, counter));
    }
  }
});

test("a share of an initiative says the whole that the ledger has of it", async () => {
  const position = (await listPositions(await reader())).find(({ paidCents }) => paidCents > 0n);
  if (!position) throw new Error("The demonstration has paid nothing.");
  let parts = 0;
  for (const by of SHARE_KINDS) {
    const codes = await db().$queryRaw<{ code: string }[]>`
      SELECT code FROM "Place" UNION ALL SELECT code FROM "FocusArea" UNION ALL SELECT id::text FROM "Agency"
      UNION ALL SELECT DISTINCT category FROM "ApplicationCategory"`;
    for (const { code: of } of codes) {
      const filter = { startYear: position.startYear, by, of, counter: "committed" } as const;
      const found = await listHolders(await reader(), filter).catch(() => null);
      for (const { application, whole, committedCents } of found?.lines ?? []) {
        const { reference = "" } = application ?? {};
        const entries = await behind(ledgerHref({ startYear: position.startYear, reference }));
        expect(entries).toMatchObject({ committedCents: whole.committedCents, paidCents: whole.paidCents });
        if (committedCents < whole.committedCents) parts++;
      }
    }
  }
  expect(parts).toBeGreaterThan(0);
});

test("a statement, of every year", async () => {
  for (const { startYear, committedCents } of await listPositions(await reader())) {
    const count = await expectStatementAddsUp(await reader(), startYear);
    expect(count).toBeGreaterThan(committedCents > 0n ? 60 : 10);
  }
});

test("a year end: what of each initiative is not paid, claimed, done and left over", async () => {
  const actor = await reader();
  let lines = 0;
  for (const { startYear } of await listPositions(actor)) {
    for (const line of (await readYearEnd(actor, startYear)).unspent) {
      const { reference } = await db().application.findUniqueOrThrow({ where: { id: line.applicationId } });
      const rows = await readUnspent(actor, startYear, reference);
      const { unspentCents, openCents, statedCents } = line;
      expect(unspentLine(rows)).toEqual({ unspentCents, openCents, statedCents });
      expect(shortOf(unspentLine(rows))).toBe(shortOf(line));
      const { committedCents, paidCents } = await behind(ledgerHref({ startYear, reference }));
      expect(committedCents - paidCents).toBe(unspentCents);
      lines++;
    }
  }
  expect(lines).toBeGreaterThan(3);
});
