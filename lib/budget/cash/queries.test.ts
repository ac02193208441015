// Cash by month on the demonstration fund, and a payment of July for the work of June.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { pay, recover } from "#lib/budget/commands.ts";
import { exportBudget } from "#lib/budget/exports/commands.ts";
import { listLedger } from "#lib/budget/ledger/queries.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { useLedgerAlone, useTestDatabase } from "#lib/testing/database.ts";
import { listCash } from "./queries.ts";
import { cashOf, monthKey, reconcile } from "./rules.ts";

useTestDatabase("template_demo");
useLedgerAlone();

const reader = async () => {
  const actor = await findActor("budget@mfat.example");
  if (!actor) throw new Error("The demonstration has no budget officer.");
  return asMfat(actor);
};

test("both views come to the same, and a payment after June counts in July for the work of the year before", async () => {
  const actor = await reader();
  const before = reconcile(await listCash(actor), await listPositions(actor));
  expect(before.paidCents).toBeGreaterThan(0n);
  expect(before.rows.filter(({ paidCents, movedCents }) => paidCents !== movedCents)).toEqual([]);

  const held = await db().applicationFunding.findFirstOrThrow({
    where: { committedCents: { gt: db().applicationFunding.fields.paidCents } },
    orderBy: { startYear: "asc" },
  });
  const { applicationId, startYear } = held;
  const july = new Date(Date.UTC(startYear + 1, 6, 9));
  const cause = () => ({ actor, requestId: randomUUID(), reason: "Work of June" });
  await transaction((tx) => pay(tx, cause(), applicationId, { startYear, cents: 1n, on: july }));
  const moved = async () => {
    const { workYears, months } = cashOf(await listCash(actor), startYear + 1);
    return months[0]?.cents[workYears.indexOf(startYear)] ?? 0n;
  };
  const first = await moved();
  await transaction((tx) => recover(tx, cause(), applicationId, { startYear, cents: 1n, on: july }));
  expect(await moved()).toBe(first - 1n);

  // Each figure leads to the entries that it is the sum of.
  for (const { month, startYear: of, cents } of await listCash(actor)) {
    const filter = { startYear: of, kind: null, reference: null, month: null, moved: monthKey(month) };
    const { lines } = await listLedger(actor, filter);
    expect([month, of, lines.reduce((sum, { paidCents }) => sum + paidCents, 0n)]).toEqual([month, of, cents]);
  }
});

test("the file has the months and sums of the page", async () => {
  const actor = await reader();
  const [newest] = (await listCash(actor)).slice(-1);
  const startYear = newest ? newest.month.getUTCFullYear() - (newest.month.getUTCMonth() < 6 ? 1 : 0) : 0;
  const { months, totalCents } = cashOf(await listCash(actor), startYear);
  const sheet = await exportBudget(actor, { format: "csv" }, "cash", { year: String(startYear) });
  expect(sheet.rows.map((row) => row.at(-1))).toEqual(months.map((one) => one.totalCents));
  expect(sheet.total?.at(-1)).toBe(totalCents);
  const { rows, paidCents } = reconcile(await listCash(actor), await listPositions(actor));
  const both = await exportBudget(actor, { format: "csv" }, "reconciliation", {});
  expect(both.rows.map((row) => row.slice(-3))).toEqual(rows.map((one) => [one.movedCents, one.paidCents, 0n]));
  expect(both.total?.slice(-3)).toEqual([paidCents, paidCents, 0n]);
});

test("the months of a ledger are read by an index, and not the ledger", async () => {
  await db().$executeRaw`SET enable_seqscan = off`;
  const plan = await db().$queryRaw<{ "QUERY PLAN": string }[]>`
    EXPLAIN SELECT date_trunc('month', coalesce("effectiveOn", (at AT TIME ZONE 'Pacific/Auckland')::date))::date AS month,
      "startYear", sum("paidCents")::bigint AS cents
    FROM "LedgerEntry" WHERE "paidCents" <> 0 GROUP BY 1, 2`;
  await db().$executeRaw`RESET enable_seqscan`;
  expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).toContain("LedgerEntry_moved");
});
