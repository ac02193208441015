import { formatInstant } from "../lib/dates.ts";
import type { HistoryLine } from "../lib/lifecycle/queries.ts";
import { transition } from "../lib/lifecycle/workflow.ts";
import { Timeline } from "./ui/progress.tsx";

/** What happened before, newest first. */
export function HistoryView({ lines }: { lines: readonly HistoryLine[] }) {
  if (!lines.length) return null;
  return (
    <>
      <h2>History</h2>
      <Timeline
        entries={lines.map(({ id, at, action, by, reason }) => ({
          id: String(id),
          title: transition(action).happened.replace(/^./, (first) => first.toUpperCase()),
          at: formatInstant(at),
          dateTime: at.toISOString(),
          by,
          children: reason && <p className="app-reason">“{reason}”</p>,
        }))}
      />
    </>
  );
}
