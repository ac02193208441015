import ical, { ICalAlarmType, ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import { addDays, atTime, dayOf } from "./dates.ts";
import { writable } from "./text.ts";
import { addWorkingDays } from "./working-days.ts";

export type CalendarEntry = {
  /** Never changes, so that a calendar that imports the file again moves the entry instead of adding another. */
  id: string;
  /** Grows with every change: a calendar ignores an update whose number is not higher. */
  sequence: number;
  at: Date;
  /** A whole day, which ends at `at`. */
  isDay: boolean;
  /** It stays in the file for a while, so that calendars remove it. */
  isSettled: boolean;
  summary: string;
  url: string;
};

/**
 * A calendar file (iCalendar, RFC 5545) of deadlines, each with a reminder on the morning of the working day before.
 */
export function calendarFile(name: string, entries: readonly CalendarEntry[], host: string): string {
  const calendar = ical({ name, method: ICalCalendarMethod.PUBLISH, prodId: { company: host, product: "Deadlines" } });
  for (const { id, sequence, at, isDay, isSettled, summary, url } of entries) {
    const [words, day] = [writable(summary), dayOf(at)];
    const event = calendar.createEvent({
      id: `${id}@${host}`,
      sequence,
      ...(isDay ? { start: day, end: addDays(day, 1), allDay: true } : { start: at, end: at }),
      status: isSettled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
      summary: words,
      url,
    });
    const trigger = atTime(addWorkingDays(day, -1), "09:00");
    if (!isSettled) event.createAlarm({ type: ICalAlarmType.display, trigger, description: words });
  }
  return calendar.toString();
}
