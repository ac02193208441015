import { Temporal } from "temporal-polyfill";

/**
 * Days are civil days in New Zealand; instants are shown, and deadlines set, in Pacific/Auckland. A day from the
 * database (a DATE) is a Date at midnight UTC.
 */
const ZONE = "Pacific/Auckland";

const dayFormat = new Intl.DateTimeFormat("en-NZ", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const dayInZone = new Intl.DateTimeFormat("en-NZ", { day: "numeric", month: "long", year: "numeric", timeZone: ZONE });
const timeInZone = new Intl.DateTimeFormat("en-NZ", {
  hour: "numeric",
  minute: "2-digit",
  hour12: true,
  timeZone: ZONE,
});
const zoneName = new Intl.DateTimeFormat("en-NZ", { timeZoneName: "short", timeZone: ZONE });

/** A civil day: "1 July 2026". */
export const formatDay = (day: Date): string => dayFormat.format(day);
/** The day of an instant in New Zealand: "24 November 2026". */
export const formatDate = (instant: Date): string => dayInZone.format(instant);
/** "3:42 pm", in New Zealand. */
export const formatTime = (instant: Date): string => timeInZone.format(instant).replace(/\s/g, " ").toLowerCase();
const clockInZone = new Intl.DateTimeFormat("en-NZ", {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: ZONE,
});
/** On the 24-hour clock, as a form holds it: "17:00". */
export const formatClock = (instant: Date): string => clockInZone.format(instant);
/** "24 November 2026, 3:42 pm". */
export const formatInstant = (instant: Date): string => `${dayInZone.format(instant)}, ${formatTime(instant)}`;
const weekdayFormat = new Intl.DateTimeFormat("en-NZ", { weekday: "long", timeZone: "UTC" });
/** A civil day on which something is due: "Friday 11 December 2026". */
export const formatDueDay = (day: Date): string => `${weekdayFormat.format(day)} ${formatDay(day)}`;
/** With weekday and zone, as every deadline is shown: "Monday 30 November 2026, 5:00 pm NZDT". */
export const formatDeadline = (instant: Date): string => {
  const zone = zoneName.formatToParts(instant).find((part) => part.type === "timeZoneName")?.value ?? "NZ time";
  return `${formatDueDay(dayOf(instant))}, ${formatTime(instant)} ${zone}`;
};

const MONTHS = Array.from({ length: 12 }, (_, month) =>
  new Date(Date.UTC(2026, month)).toLocaleString("en-NZ", { month: "long", timeZone: "UTC" }).toLowerCase(),
);

/** A month by number or name, abbreviated to three letters or more, as in “Jul.”; 0 if it is not a month. */
function monthOf(typed: string): number {
  const word = typed.replace(/\.$/, "").toLowerCase();
  if (/^\d{1,2}$/.test(word)) return +word;
  return word.length < 3 ? 0 : MONTHS.findIndex((name) => name.startsWith(word)) + 1;
}

/** The range of years that a typed day may have. */
export const [FIRST_YEAR, LAST_YEAR] = [2000, 2100];

/** Two digits up to this are a year of this century, “26” or “’26”; “99” could be either century, and is refused. */
const LAST_SHORT_YEAR = 50;

/** A year as people write it; 0 where it is not a year, or is ambiguous. */
function yearOf(typed: string): number {
  if (/^\d{4}$/.test(typed)) return +typed;
  const short = /^['‘’]?(\d\d)$/.exec(typed)?.[1];
  return short && +short <= LAST_SHORT_YEAR ? 2000 + +short : 0;
}

/**
 * 2026-07-01 as people write it in three fields: 1 7 2026, 1st Jul. ’26. Null where that day does not exist, or its
 * year is out of range.
 */
export function parseDay(day: string, month: string, year: string): Date | null {
  const ofMonth = /^(\d{1,2})(?:st|nd|rd|th|\.)?$/i.exec(day)?.[1];
  if (!ofMonth || !yearOf(year)) return null;
  try {
    const parts = { year: yearOf(year), month: monthOf(month), day: +ofMonth };
    const plain = Temporal.PlainDate.from(parts, { overflow: "reject" });
    return plain.year < FIRST_YEAR || plain.year > LAST_YEAR ? null : new Date(`${plain.toString()}T00:00:00Z`);
  } catch {
    return null;
  }
}

export const earlierOf = (one: Date, other: Date): Date => (one < other ? one : other);
export const laterOf = (one: Date, other: Date): Date => (one > other ? one : other);

/** The last second of a civil day in New Zealand: a deadline "on" that day. */
export const endOfDay = (day: Date): Date => atTime(day, "23:59:59");
/** A civil day and a time of day in New Zealand, as an instant. */
export const atTime = (day: Date, time: string): Date =>
  new Date(
    Temporal.PlainDate.from(day.toISOString().slice(0, 10)).toZonedDateTime({
      timeZone: ZONE,
      plainTime: Temporal.PlainTime.from(time),
    }).epochMilliseconds,
  );
/**
 * A time of day as people write it, on the 24-hour clock: 5 pm, 5:00 pm, 17.00 and 1700 are "17:00", noon is "12:00",
 * and midnight is "00:00", when a day begins. Null where it is not a time.
 */
export function parseTime(typed: string): string | null {
  const word = typed
    .trim()
    .toLowerCase()
    .replace(/^12\s+(?=noon|midnight)/, "");
  if (word === "noon" || word === "midday") return "12:00";
  if (word === "midnight" || /^24[:.]?00$/.test(word)) return "00:00";
  const [, hours = "", minutes = "00", half] = /^(\d{1,2})(?:[:.]?(\d\d))?\s*(?:([ap])\.?\s?m\.?)?$/.exec(word) ?? [];
  const isWhole = half || word.length > hours.length;
  const hour = half && +hours <= 12 ? (+hours % 12) + (half === "p" ? 12 : 0) : +hours;
  if (!hours || !isWhole || (half === "a" && hour > 11) || hour > 23 || +minutes > 59) return null;
  return `${String(hour).padStart(2, "0")}:${minutes}`;
}
/**
 * How often clocks in New Zealand show a time on a day: never in the hour that is skipped in spring, twice in the hour
 * that repeats in autumn.
 */
export function timesOnDay(day: Date, time: string): 0 | 1 | 2 {
  const plain = Temporal.PlainDate.from(day.toISOString().slice(0, 10)).toPlainDateTime(Temporal.PlainTime.from(time));
  const [earlier, later] = (["earlier", "later"] as const).map((disambiguation) =>
    plain.toZonedDateTime(ZONE, { disambiguation }),
  );
  if (!earlier || !later || earlier.epochMilliseconds === later.epochMilliseconds) return 1;
  return earlier.toPlainDateTime().equals(plain) ? 2 : 0;
}
/** The civil day in New Zealand at an instant, as a Date at midnight UTC. */
export const dayOf = (instant: Date): Date => {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(ZONE);
  return new Date(`${zoned.toPlainDate().toString()}T00:00:00Z`);
};
/** The number of days between two civil days. */
export const daysBetween = (first: Date, last: Date): number =>
  Math.round((last.getTime() - first.getTime()) / 86_400_000);
export const addDays = (day: Date, days: number): Date => new Date(day.getTime() + days * 86_400_000);
/** The same day that many months later or, if negative, earlier; the last day of a month that has no such day. */
export const addMonths = (day: Date, months: number): Date => {
  const plain = Temporal.PlainDate.from(day.toISOString().slice(0, 10)).add({ months });
  return new Date(`${plain.toString()}T00:00:00Z`);
};

/** The financial year (1 July to 30 June) that a civil day is in, by its first calendar year. */
export const financialYearOf = (day: Date): number => day.getUTCFullYear() - (day.getUTCMonth() < 6 ? 1 : 0);
/** 1 July, when a financial year begins. */
export const yearBeginsOn = (startYear: number): Date => new Date(Date.UTC(startYear, 6, 1));
/** 30 June, when it ends. */
/** The day itself, or the first or last day of the financial year if it lies outside. */
export const withinYear = (startYear: number, day: Date): Date =>
  laterOf(yearBeginsOn(startYear), earlierOf(day, yearEndsOn(startYear)));
export const yearEndsOn = (startYear: number): Date => new Date(Date.UTC(startYear + 1, 5, 30));
