import { Table } from "#components/ui/table.tsx";
import type { PhasedAmount, Position } from "#lib/budget/rules.ts";
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
  const amount = (header: string, of: (position: Position) => bigint) => ({
    header,
    isNumeric: true,
    cell: (position: Position) => formatCents(of(position)),
  });
  return (
    <Table
      caption={caption}
      onPhone="scroll"
      rows={positions.filter((position) => !position.closedAt || ownOf(position) > 0n)}
      keyOf={({ startYear }) => String(startYear)}
      columns={[
        { header: "Financial year", cell: ({ startYear }: Position) => formatYear(startYear), isRowHeader: true },
        amount("Envelope", (one) => one.envelopeCents),
        amount("Reserved", (one) => one.reservedCents),
        ...(here ? [amount("Reserved here", ownOf)] : []),
        amount("Committed", (one) => one.committedCents),
        amount("Paid", (one) => one.paidCents),
        amount("Available", (one) => one.availableCents),
        amount("Pipeline", (one) => one.pipelineCents),
      ]}
    />
  );
}
