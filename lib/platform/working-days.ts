import Holidays from "date-holidays";
import { addDays, dayOf, formatClock } from "./dates.ts";

/** How long an assessment usually takes, in working days. */
export const ASSESSMENT_DAYS = 10;

const calendar = new Holidays("NZ", { types: ["public"] });
const holidaysOf = new Map<number, ReadonlySet<string>>();

/** The public holidays of a year, as "2026-12-25". Computed once, which takes the library some milliseconds. */
function holidays(year: number): ReadonlySet<string> {
  const known = holidaysOf.get(year);
  if (known) return known;
  const days = new Set(calendar.getHolidays(year).map(({ date }) => date.slice(0, 10)));
  holidaysOf.set(year, days);
  return days;
}

/** Whether a civil day is a working day in New Zealand: not a weekend and not a public holiday, Matariki included. */
export function isWorkingDay(day: Date): boolean {
  if ([0, 6].includes(day.getUTCDay())) return false;
  return !holidays(day.getUTCFullYear()).has(day.toISOString().slice(0, 10));
}

/** The day itself, or the next working day: what is due on a weekend or a public holiday is due then. */
export const workingDayFrom = (day: Date): Date => (isWorkingDay(day) ? day : addWorkingDays(day, 1));

/**
 * Whether it is between 8 am and 6 pm on a working day in New Zealand, when the portal sends mail of its own accord.
 */
export const isWorkingTime = (instant: Date): boolean =>
  isWorkingDay(dayOf(instant)) && formatClock(instant) >= "08:00" && formatClock(instant) < "18:00";

/** The civil day that many working days after (or, if negative, before) another. */
export function addWorkingDays(day: Date, count: number): Date {
  let left = Math.abs(count);
  let at = day;
  while (left > 0) {
    at = addDays(at, Math.sign(count));
    if (isWorkingDay(at)) left -= 1;
  }
  return at;
}
