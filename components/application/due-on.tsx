import { dayOf, formatDueDay } from "#lib/platform/dates.ts";

/** The last day for something: "Due on Friday 11 December 2026", or "Overdue since …" once it has passed. */
export function DueOn({ day, now }: { day: Date; now: Date }) {
  return day < dayOf(now) ? <strong>Overdue since {formatDueDay(day)}</strong> : `Due on ${formatDueDay(day)}`;
}
