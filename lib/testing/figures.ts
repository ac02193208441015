// Figures and the rows behind them: every link of a page is followed, read as its page reads it, and summed.
import { expect } from "vitest";
import { sumLedger } from "#lib/budget/ledger/queries.ts";
import type { LedgerTotals } from "#lib/budget/ledger/rules.ts";
import { readLedgerFilter } from "#lib/budget/schema.ts";
import { statementPaper } from "#lib/budget/statement/paper/rules.ts";
import { readChangedSince, readStatement } from "#lib/budget/statement/queries.ts";
import { changedHref } from "#lib/budget/statement/since/rules.ts";
import { readUnspent } from "#lib/budget/years/queries.ts";
import { accruedOf, unspentLine } from "#lib/budget/years/rules.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import type { StatementSection } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";

export const sentOf = (href: string) => Object.fromEntries(new URL(href, "http://portal").searchParams);

/** The sums of the ledger's page at an address. */
export async function ledgerBehind(actor: MfatActor, href: string): Promise<LedgerTotals> {
  expect(href).toMatch(/^\/budget\/ledger\?/);
  const sent = sentOf(href);
  const totals = await sumLedger(actor, readLedgerFilter(Number(sent.year), sent));
  if (!totals) throw new Error(`There are too many entries at ${href}.`);
  return totals;
}

/** A figure is one of the sums of its page, or the difference of two of them, with either sign. */
async function expectBehind(actor: MfatActor, href: string, figure: string): Promise<void> {
  const totals = await ledgerBehind(actor, href);
  const { envelopeCents, reservedCents, committedCents, paidCents } = totals;
  const left = [committedCents - paidCents, envelopeCents - reservedCents - committedCents];
  const sums = [envelopeCents, reservedCents, committedCents, paidCents, ...left];
  expect([href, ...sums.flatMap((cents) => [formatCents(cents), formatCents(-cents)])]).toContain(figure);
}

/**
 * Follows every figure of a year's statement that links to the ledger, and of the changes since; returns how many there
 * are.
 */
export async function expectStatementAddsUp(actor: MfatActor, startYear: number): Promise<number> {
  const statement = await readStatement(actor, startYear);
  let count = 0;
  const behind = async (href: string | null | undefined, figure: string) => {
    const [, reference] = /^\/budget\/unspent\/([^?]+)/.exec(href ?? "") ?? [];
    if (reference) {
      expect(formatCents(accruedOf(unspentLine(await readUnspent(actor, startYear, reference))))).toBe(figure);
      count++;
    }
    if (!href?.startsWith("/budget/ledger") || href.includes("#")) return;
    await expectBehind(actor, href, figure);
    count++;
  };
  const accrued = (section: StatementSection) => {
    const rows = statement.rows.filter((row) => row.section === section && row.accruedCents !== 0n);
    const sums = new Map<string, bigint>();
    for (const { key, accruedCents } of rows) {
      const [id = ""] = key.split("/");
      sums.set(id, (sums.get(id) ?? 0n) + accruedCents);
    }
    return sums;
  };
  expect(accrued("ACCRUAL")).toEqual(accrued("INITIATIVE"));
  for (const item of statementPaper(statement).sections.flatMap(({ items }) => items)) {
    if (item.kind === "answer") await behind(item.href, item.lines[0] ?? "");
    if (item.kind !== "table") continue;
    const rows = [...item.rows, ...(item.total ? [item.total] : [])];
    for (const [index, row] of rows.entries()) {
      for (const [column, figure] of row.entries()) await behind(item.links?.[index]?.[column], figure);
    }
  }
  for (const one of await readChangedSince(actor, statement)) {
    await behind(changedHref(statement, one, "THEN"), formatCents(one.thenCents));
    await behind(changedHref(statement, one, null), formatCents(one.nowCents));
    await behind(changedHref(statement, one, "SINCE"), formatCents(one.nowCents - one.thenCents));
  }
  return count;
}
