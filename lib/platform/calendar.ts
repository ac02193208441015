import ical, { ICalAlarmType, ICalCalendarMethod } from "ical-generator";
import { writable } from "./text.ts";

/** A deadline: its own id for good, so that a calendar that takes the file again moves it and does not add another. */
export type CalendarEntry = { id: string; at: Date; summary: string; url: string };

/** A calendar file (iCalendar, RFC 5545) of deadlines, each with a reminder a day before. */
export function calendarFile(name: string, entries: readonly CalendarEntry[], host: string): string {
  const calendar = ical({ name, method: ICalCalendarMethod.PUBLISH, prodId: { company: host, product: "Deadlines" } });
  for (const { id, at, summary, url } of entries) {
    const words = writable(summary);
    const event = calendar.createEvent({ id: `${id}@${host}`, start: at, end: at, summary: words, url });
    event.createAlarm({ type: ICalAlarmType.display, triggerBefore: 86_400, description: words });
  }
  return calendar.toString();
}
