// A calendar of New Zealand independent of the portal's, so that tests can compare the two. Days are whole numbers
// since 1970; instants are milliseconds.

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The first Sunday on or after a day of the calendar. */
const sundayFrom = (year: number, month: number, date: number): number => {
  const day = Date.UTC(year, month, date) / DAY_MS;
  return day + ((10 - (day % 7)) % 7);
};
/**
 * Daylight saving ends on the first Sunday in April and starts on the last in September, both at 14:00 UTC on the day
 * before.
 */
export const daylightSavingEndsAt = (year: number): number => sundayFrom(year, 3, 1) * DAY_MS - 10 * HOUR_MS;
export const daylightSavingBeginsAt = (year: number): number => sundayFrom(year, 8, 24) * DAY_MS - 10 * HOUR_MS;
const hoursAhead = (at: number): number => {
  const year = new Date(at).getUTCFullYear();
  return at >= daylightSavingEndsAt(year) && at < daylightSavingBeginsAt(year) ? 12 : 13;
};
/** The day at an instant. */
export const dayAt = (at: number): number => Math.floor((at + hoursAhead(at) * HOUR_MS) / DAY_MS);
/** The instant at which a day begins. */
export function beginsAt(day: number): number {
  const early = day * DAY_MS - 13 * HOUR_MS;
  return dayAt(early) === day ? early : early + HOUR_MS;
}
export const firstDay = (year: number): number => Date.UTC(year, 6, 1) / DAY_MS;
export const lastDay = (year: number): number => firstDay(year + 1) - 1;
export const yearOf = (day: number): number => {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() - (date.getUTCMonth() < 6 ? 1 : 0);
};
export const juneOf = (year: number): number => Date.UTC(year + 1, 5, 1) / DAY_MS;
