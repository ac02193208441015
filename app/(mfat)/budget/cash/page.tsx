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
  type Reconciled,
  type Reconciliation,
  reconcile,
} from "#lib/budget/cash/rules.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { positionOf } from "#lib/budget/rules.ts";
import { ledgerHref, positionHref } from "#lib/budget/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Budget: cash by month" };

/** The money by the month it moved, next to the same money by the year of its work. */
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
        header: `For work in ${formatYear(year)}`,
        isNumeric: true,
        cell: ({ month, cents }) => <Moved cents={cents[index]} startYear={year} moved={monthKey(month)} />,
      }),
    ),
    {
      header: "All",
      isNumeric: true,
      cell: ({ month, totalCents: all }) => <Moved cents={all} startYear={null} moved={monthKey(month)} />,
    },
  ];
  const moved = String(startYear);
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
        total={[
          "Total",
          ...totals.map((cents, index) => (
            <Moved key={workYears[index]} cents={cents} startYear={workYears[index] ?? null} moved={moved} />
          )),
          <Moved key="all" cents={totalCents} startYear={null} moved={moved} />,
        ]}
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

type MovedProps = { cents: bigint | undefined; startYear: number | null; moved: string | null };

/**
 * Money that moved, linked to the entries that add up to it. `startYear`: the year of the work. `moved` null: at any
 * time.
 */
function Moved({ cents = 0n, startYear, moved }: MovedProps) {
  if (cents === 0n) return formatCents(cents);
  return <a href={ledgerHref({ startYear, kind: "MONEY", moved })}>{formatCents(cents)}</a>;
}

function BothViews({ reconciliation }: { reconciliation: Reconciliation }) {
  const { cashYears, rows, totals, paidCents, movedCents } = reconciliation;
  const differing = rows.filter((row) => row.paidCents !== row.movedCents);
  const columns: Column<Reconciled>[] = [
    { header: "For work in", isRowHeader: true, cell: ({ startYear }) => formatYear(startYear) },
    ...cashYears.map(
      (year, index): Column<Reconciled> => ({
        header: `Moved in ${formatYear(year)}`,
        isNumeric: true,
        cell: ({ startYear, cents }) => <Moved cents={cents[index]} startYear={startYear} moved={String(year)} />,
      }),
    ),
    {
      header: "Total moved",
      isNumeric: true,
      cell: ({ startYear, movedCents: all }) => <Moved cents={all} startYear={startYear} moved={null} />,
    },
    {
      header: "Paid, by year of work",
      isNumeric: true,
      cell: (row) => <a href={positionHref(row.startYear, "paid")}>{formatCents(row.paidCents)}</a>,
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
          <strong>They differ</strong> for work in{" "}
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
        total={[
          "Total",
          ...totals.map((cents, index) => (
            <Moved key={cashYears[index]} cents={cents} startYear={null} moved={String(cashYears[index])} />
          )),
          <Moved key="moved" cents={movedCents} startYear={null} moved={null} />,
          <Moved key="paid" cents={paidCents} startYear={null} moved={null} />,
        ]}
      />
      <div className="app-found app-no-print">
        <ul>
          <Downloads path="/budget/export/reconciliation" query="" count={rows.length} />
        </ul>
      </div>
    </section>
  );
}
