import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BudgetHeading } from "#components/budget/budget-heading.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { InsetText, StatusMessage } from "#components/ui/feedback.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listCash } from "#lib/budget/cash/queries.ts";
import {
  type CashMonth,
  cashOf,
  formatMonth,
  monthKey,
  movingTimes,
  type Reconciled,
  type Reconciliation,
  reconcile,
} from "#lib/budget/cash/rules.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { positionOf } from "#lib/budget/rules.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Budget: cash by month" };

/** The money by the month in which it moved, beside the same money by the year of its work. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("budget:read"), searchParams]);
  const positions = await orNotFound(() => listPositions(actor));
  const position = positionOf(positions, text(search, "year"), financialYearOf(dayOf(now()))) ?? notFound();
  const { startYear } = position;
  const lines = await listCash(actor);
  const { workYears, months, totals, totalCents } = cashOf(lines, startYear);
  const columns: Column<CashMonth>[] = [
    { header: "Month", isRowHeader: true, cell: ({ month }) => formatMonth(month) },
    ...workYears.map(
      (year, index): Column<CashMonth> => ({
        header: `For work of ${formatYear(year)}`,
        isNumeric: true,
        cell: ({ month, cents }) => (
          <a href={`/budget/ledger?year=${year}&moved=${monthKey(month)}`}>{formatCents(cents[index] ?? 0n)}</a>
        ),
      }),
    ),
    { header: "All", isNumeric: true, cell: (one) => formatCents(one.totalCents) },
  ];
  return (
    <MarkedPage marking={MARKING_LABELS.UNCLASSIFIED}>
      <BudgetHeading title="Cash by month" path="/budget/cash" startYear={startYear} positions={positions}>
        Payments less money returned, by the month the money moved
      </BudgetHeading>
      <h2>Money moved in {formatYear(startYear)}</h2>
      <Table
        caption={`Money moved from July ${startYear} to June ${startYear + 1}, by the year of its work`}
        hideCaption
        onPhone="stack"
        columns={columns}
        rows={months}
        keyOf={({ month }) => month.toISOString()}
        total={["Total", ...totals.map(formatCents), formatCents(totalCents)]}
      />
      <div className="app-found app-no-print">
        <ul>
          <Downloads path="/budget/export/cash" query={`year=${startYear}`} count={months.length} />
        </ul>
      </div>
      <BothViews reconciliation={reconcile(lines, positions)} />
    </MarkedPage>
  );
}

function BothViews({ reconciliation }: { reconciliation: Reconciliation }) {
  const { cashYears, rows, totals, paidCents, movedCents } = reconciliation;
  const differing = rows.filter((row) => row.paidCents !== row.movedCents);
  const columns: Column<Reconciled>[] = [
    { header: "For work of", isRowHeader: true, cell: ({ startYear }) => formatYear(startYear) },
    ...cashYears.map(
      (year, index): Column<Reconciled> => ({
        header: `Moved in ${formatYear(year)}`,
        isNumeric: true,
        cell: ({ startYear, cents }) => {
          const moved = formatCents(cents[index] ?? 0n);
          const isListed = movingTimes(startYear).some(({ value }) => value === String(year));
          return isListed ? <a href={`/budget/ledger?year=${startYear}&moved=${year}`}>{moved}</a> : moved;
        },
      }),
    ),
    { header: "Total moved", isNumeric: true, cell: (row) => formatCents(row.movedCents) },
    {
      header: "Paid, by year of work",
      isNumeric: true,
      cell: (row) => <a href={`/budget/rows?year=${row.startYear}&counter=paid`}>{formatCents(row.paidCents)}</a>,
    },
  ];
  return (
    <section id="both">
      <h2>Both views of the same money</h2>
      <p>
        A financial year counts payments for its own work, whenever the money moved. The finance system counts payments
        by date. Each row adds up to what was paid for that year’s work, and each column to what moved in that year’s
        months.
      </p>
      {differing.length === 0 ? (
        <StatusMessage>Both add up to {formatCents(paidCents)}, and agree for every year.</StatusMessage>
      ) : (
        <InsetText>
          <strong>They differ</strong> for work of{" "}
          {new Intl.ListFormat("en-NZ").format(differing.map(({ startYear }) => formatYear(startYear)))}. Ask an
          administrator to check the ledger.
        </InsetText>
      )}
      <Table
        caption="Paid by year of work, and by the year the money moved"
        hideCaption
        onPhone="stack"
        empty="Nothing has been paid yet."
        columns={columns}
        rows={rows}
        keyOf={({ startYear }) => String(startYear)}
        total={["Total", ...totals.map(formatCents), formatCents(movedCents), formatCents(paidCents)]}
      />
      <div className="app-found app-no-print">
        <ul>
          <Downloads path="/budget/export/reconciliation" query="" count={rows.length} />
        </ul>
      </div>
    </section>
  );
}
