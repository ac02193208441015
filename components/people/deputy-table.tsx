import type { ReactNode } from "react";
import { type Column, Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { DeputyRow } from "#lib/deputies/queries.ts";
import { formatDate, formatDay } from "#lib/platform/dates.ts";

type DeputyTableProps = {
  caption: string;
  hideCaption?: boolean;
  rows: readonly DeputyRow[];
  /** Whose names the first column shows: the deputies, or the approvers who named them. */
  who: "deputy" | "approver";
  empty?: ReactNode;
  /** How to end a deputy who is not over yet. */
  endOf?: (row: DeputyRow) => ReactNode;
};

const STATES = {
  coming: <Tag kind="neutral">Upcoming</Tag>,
  "in force": <Tag kind="ok">In force</Tag>,
  over: <Tag kind="no">Over</Tag>,
} as const;

/** Who is deputy for whom and when, latest first. */
export function DeputyTable({ caption, hideCaption, rows, who, empty, endOf }: DeputyTableProps) {
  const columns: Column<DeputyRow>[] = [
    { header: who === "deputy" ? "Deputy" : "Deputy of", cell: (row) => row[who].name },
    { header: "First day", cell: ({ fromOn }) => formatDay(fromOn) },
    { header: "Last day", cell: ({ toOn }) => formatDay(toOn) },
    {
      header: "State",
      cell: ({ state, endedAt }) =>
        state === "ended" ? (
          <Tag kind="no">{endedAt ? `Ended on ${formatDate(endedAt)}` : "Ended"}</Tag>
        ) : (
          STATES[state]
        ),
    },
    ...(endOf ? [{ header: "End early", cell: (row: DeputyRow) => endOf(row) ?? "–" }] : []),
  ];
  return (
    <Table
      caption={caption}
      {...(hideCaption && { hideCaption })}
      columns={columns}
      rows={rows}
      keyOf={({ id }) => id}
      empty={empty}
    />
  );
}
