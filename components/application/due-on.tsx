import { dayOf, formatDue } from "#lib/platform/dates.ts";

/** The last day for something: "Due on 1 July 2026", and when that has passed "Overdue since 1 July 2026". */
export function DueOn({ day, now }: { day: Date; now: Date }) {
  return day < dayOf(now) ? <strong>Overdue since {formatDue(day)}</strong> : `Due on ${formatDue(day)}`;
}
