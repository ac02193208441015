import { InsetText } from "#components/ui/feedback.tsx";
import { Timeline } from "#components/ui/progress.tsx";
import { HOLD_NOTE } from "#lib/arrangements/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import type { HistoryLine } from "#lib/workflow/queries.ts";
import { standingReasons } from "#lib/workflow/rules.ts";

type StandingReasonsProps = {
  lines: readonly HistoryLine[];
  application: { heldAt: Date | null };
  side: "AGENCY" | "MFAT";
};

/** Why it came back or is on hold, shown above what the reader can do about it. */
export function StandingReasons({ lines, application, side }: StandingReasonsProps) {
  return standingReasons(lines, application, side).map(({ id, action, happened, by, at, reason }) => (
    <InsetText key={String(id)}>
      <p>
        <strong>
          {happened} by {by}
        </strong>
        , {formatInstant(at)}
      </p>
      <p className="app-line">{reason}</p>
      {action === "putOnHold" && <p>{HOLD_NOTE}</p>}
    </InsetText>
  ));
}

/** Earlier events, newest first. */
export function HistoryView({ lines }: { lines: readonly HistoryLine[] }) {
  if (!lines.length) return null;
  return (
    <>
      <h2>History</h2>
      <Timeline
        entries={lines.map(({ id, at, happened, by, reason, sum }) => ({
          id: String(id),
          title: happened,
          at: formatInstant(at),
          dateTime: at.toISOString(),
          by,
          children: (sum || reason) && (
            <>
              {sum && <p>{sum}</p>}
              {reason && <p className="app-reason">“{reason}”</p>}
            </>
          ),
        }))}
      />
    </>
  );
}
