import { Table } from "#components/ui/table.tsx";
import { formatCents, sumCents } from "#lib/platform/money.ts";
import type { ShareLine } from "#lib/scenarios/rules.ts";
import { formatShare } from "./budget-bar.tsx";

/** A part of a whole as a small bar; its figure is next to it. */
export function ShareBar({ cents, wholeCents }: { cents: bigint; wholeCents: bigint }) {
  const percent = wholeCents > 0n ? Math.min(100, Number((cents * 1_000n) / wholeCents) / 10) : 0;
  return (
    <svg className="app-share-bar" width="100%" height="8" aria-hidden="true">
      <rect className="app-colour-available" width="100%" height="8" />
      <rect className="app-colour-committed" width={`${percent}%`} height="8" />
    </svg>
  );
}

type ShareTableProps = {
  /** "By place". */
  title: string;
  /** What the first column lists. */
  of: string;
  lines: readonly ShareLine[];
};

/** How a sum is shared: each part with its bar, percentage and amount. */
export function ShareTable({ title, of, lines }: ShareTableProps) {
  const wholeCents = sumCents(lines.map(({ cents }) => cents));
  return (
    <section>
      <h3>{title}</h3>
      <Table
        caption={title}
        hideCaption
        onPhone="fit"
        empty="Nothing yet."
        columns={[
          {
            header: of,
            cell: ({ name, cents }) => (
              <>
                {name}
                <ShareBar cents={cents} wholeCents={wholeCents} />
              </>
            ),
          },
          { header: "Share", isNumeric: true, cell: ({ cents }) => formatShare(cents, wholeCents) },
          { header: "Amount", isNumeric: true, cell: ({ cents }) => formatCents(cents) },
        ]}
        rows={lines}
        keyOf={({ name }) => name}
      />
    </section>
  );
}
