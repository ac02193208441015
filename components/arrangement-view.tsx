import type { Arrangement } from "../lib/arrangements/queries.ts";
import { formatDay, formatInstant } from "../lib/dates.ts";
import { formatCents, formatYear, sumCents } from "../lib/money.ts";
import { SummaryList } from "./ui/summary-list.tsx";
import { Table } from "./ui/table.tsx";

/** What an initiative holds of the envelopes by year, what was paid, and its final account. Nothing where it holds nothing. */
export function ArrangementView({ arrangement: { funding, payments, acquittal } }: { arrangement: Arrangement }) {
  const held = funding.filter((part) => part.reservedCents || part.committedCents || part.paidCents);
  if (!held.length) return null;
  const sum = (of: (part: (typeof held)[number]) => bigint) => formatCents(sumCents(held.map(of)));
  return (
    <section id="money">
      <h2>Money</h2>
      <Table
        caption="By financial year"
        onPhone="scroll"
        rows={held}
        keyOf={({ startYear }) => String(startYear)}
        columns={[
          { header: "Financial year", cell: ({ startYear }) => formatYear(startYear), isRowHeader: true },
          { header: "Reserved", isNumeric: true, cell: ({ reservedCents }) => formatCents(reservedCents) },
          { header: "Committed", isNumeric: true, cell: ({ committedCents }) => formatCents(committedCents) },
          { header: "Paid", isNumeric: true, cell: ({ paidCents }) => formatCents(paidCents) },
        ]}
        total={[
          "Total",
          sum((part) => part.reservedCents),
          sum((part) => part.committedCents),
          sum((part) => part.paidCents),
        ]}
      />
      {payments.length > 0 && (
        <Table
          caption="Payments"
          onPhone="scroll"
          rows={payments}
          keyOf={({ id }) => id}
          columns={[
            { header: "Reference", cell: ({ reference }) => reference, isRowHeader: true },
            { header: "Paid on", cell: ({ paidOn }) => formatDay(paidOn) },
            { header: "Year", cell: ({ startYear }) => formatYear(startYear) },
            { header: "Amount", isNumeric: true, cell: ({ cents }) => formatCents(cents) },
          ]}
        />
      )}
      {acquittal && (
        <SummaryList
          rows={[
            { key: "Actual cost", value: formatCents(acquittal.actualCents) },
            { key: "What was achieved", value: acquittal.outcome },
            { key: "Acquittal submitted", value: formatInstant(acquittal.submittedAt) },
            {
              key: "Surplus",
              value:
                acquittal.surplusCents === null
                  ? "Not confirmed yet"
                  : `${formatCents(acquittal.surplusCents)}, released`,
            },
          ]}
        />
      )}
    </section>
  );
}
