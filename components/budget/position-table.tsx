import { Table } from "#components/ui/table.tsx";
import type { PhasedAmount, Position } from "#lib/budget/rules.ts";
import { positionHref } from "#lib/budget/schema.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";

type PositionTableProps = {
  positions: readonly Position[];
  /** What is about to be set aside or is set aside already, by year, for a decision. */
  caption: string;
  /** What of reserved is one application's own. */
  here?: PhasedAmount;
};

/** The whole position of each financial year that is not closed: nothing can be promised from one that is. */
export function PositionTable({ positions, caption, here }: PositionTableProps) {
  const ownOf = ({ startYear }: Position) => here?.find((part) => part.startYear === startYear)?.cents ?? 0n;
  const amount = (header: string, figure: Parameters<typeof positionHref>[1], of: (position: Position) => bigint) => ({
    header,
    isNumeric: true,
    cell: (position: Position) => <a href={positionHref(position.startYear, figure)}>{formatCents(of(position))}</a>,
  });
  return (
    <Table
      caption={caption}
      onPhone="scroll"
      rows={positions.filter((position) => !position.closedAt || ownOf(position) > 0n)}
      keyOf={({ startYear }) => String(startYear)}
      columns={[
        { header: "Financial year", cell: ({ startYear }: Position) => formatYear(startYear), isRowHeader: true },
        amount("Envelope", "envelope", (one) => one.envelopeCents),
        amount("Reserved", "reserved", (one) => one.reservedCents),
        ...(here
          ? [{ header: "Reserved here", isNumeric: true, cell: (one: Position) => formatCents(ownOf(one)) }]
          : []),
        amount("Committed", "committed", (one) => one.committedCents),
        amount("Paid", "paid", (one) => one.paidCents),
        amount("Available", "available", (one) => one.availableCents),
        amount("Pipeline", "pipeline", (one) => one.pipelineCents),
      ]}
    />
  );
}
