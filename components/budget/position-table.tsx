import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { BeforeAfter, Position } from "#lib/budget/rules.ts";
import { positionHref } from "#lib/budget/schema.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";

type PositionTableProps = {
  positions: readonly Position[];
  /** What is about to be reserved, or already is, by year, for a decision. */
  caption: string;
};

/** The whole position of each financial year that is not closed: nothing can be promised from a closed year. */
export function PositionTable({ positions, caption }: PositionTableProps) {
  const amount = (header: string, figure: Parameters<typeof positionHref>[1], of: (position: Position) => bigint) => ({
    header,
    isNumeric: true,
    cell: (position: Position) => <a href={positionHref(position.startYear, figure)}>{formatCents(of(position))}</a>,
  });
  return (
    <Table
      caption={caption}
      onPhone="scroll"
      rows={positions.filter(({ closedAt }) => !closedAt)}
      keyOf={({ startYear }) => String(startYear)}
      columns={[
        { header: "Financial year", cell: ({ startYear }: Position) => formatYear(startYear), isRowHeader: true },
        amount("Envelope", "envelope", (one) => one.envelopeCents),
        amount("Reserved", "reserved", (one) => one.reservedCents),
        amount("Committed", "committed", (one) => one.committedCents),
        amount("Paid", "paid", (one) => one.paidCents),
        amount("Available", "available", (one) => one.availableCents),
        amount("Pipeline", "pipeline", (one) => one.pipelineCents),
      ]}
    />
  );
}

/** The years that an amount is phased over, before and after it. */
export function BeforeAfterTable({ caption, years }: { caption: string; years: readonly BeforeAfter[] }) {
  const amount = (header: string, of: (year: BeforeAfter) => bigint) => ({
    header,
    isNumeric: true,
    cell: (year: BeforeAfter) => formatCents(of(year)),
  });
  return (
    <Table
      caption={caption}
      rows={years}
      keyOf={({ startYear }) => String(startYear)}
      columns={[
        { header: "Financial year", cell: ({ startYear }) => formatYear(startYear) },
        amount("Envelope", ({ envelopeCents }) => envelopeCents),
        amount("Committed", ({ committedCents }) => committedCents),
        amount("Reserved for others", ({ othersCents }) => othersCents),
        amount("Available before", ({ beforeCents }) => beforeCents),
        amount("This initiative", ({ cents }) => cents),
        {
          header: "Available after",
          isNumeric: true,
          cell: ({ afterCents }) =>
            afterCents < 0n ? (
              <Tag kind="bad">Over by {formatCents(-afterCents)}</Tag>
            ) : (
              <strong>{formatCents(afterCents)}</strong>
            ),
        },
      ]}
    />
  );
}
