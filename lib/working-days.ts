import Holidays from "date-holidays";
import { addDays } from "./dates.ts";

/** How long an assessment usually takes, in working days. */
export const ASSESSMENT_DAYS = 10;

const holidays = new Holidays("NZ", { types: ["public"] });

/** Whether people are at work in New Zealand on a civil day: no weekend and no public holiday, those of Matariki too. */
export function isWorkingDay(day: Date): boolean {
  if ([0, 6].includes(day.getUTCDay())) return false;
  const date = day.toISOString().slice(0, 10);
  return !holidays.getHolidays(day.getUTCFullYear()).some((holiday) => holiday.date.startsWith(date));
}

/** The civil day so many working days after (or, with a negative number, before) another. */
export function addWorkingDays(day: Date, count: number): Date {
  let left = Math.abs(count);
  let at = day;
  while (left > 0) {
    at = addDays(at, Math.sign(count));
    if (isWorkingDay(at)) left -= 1;
  }
  return at;
}
