import { addDays, formatDay } from "#lib/platform/dates.ts";

/** A deputy may be named for a year and a day at most, so that none is forgotten. */
const DAYS_MAX = 366;

/** A deputy's days as stored: both are whole days in New Zealand. */
export type Range = { fromOn: Date; toOn: Date; endedAt: Date | null };

export type DeputyState = "coming" | "in force" | "over" | "ended";

/** `today`: the day in New Zealand. */
export function deputyState({ fromOn, toOn, endedAt }: Range, today: Date): DeputyState {
  if (endedAt) return "ended";
  if (today < fromOn) return "coming";
  return today > toOn ? "over" : "in force";
}

/** What is wrong with the days of a deputy: input name to message. `others`: the approver's other deputies. */
export function checkRange(
  { fromOn, toOn }: { fromOn: Date; toOn: Date },
  others: readonly (Range & { name: string })[],
  today: Date,
): Record<string, string> {
  if (fromOn < today) return { "fromOn-day": "First day must be today or later" };
  if (toOn < fromOn) return { "toOn-day": "Last day must be the first day or later" };
  if (toOn > addDays(fromOn, DAYS_MAX)) return { "toOn-day": "Last day must be within a year of the first day" };
  const other = others.find((one) => !one.endedAt && one.fromOn <= toOn && one.toOn >= fromOn);
  if (!other) return {};
  return { "fromOn-day": `${other.name} is your deputy ${formatRange(other)}: end that first, or choose other dates` };
}

/** "from 1 July 2026 to 5 July 2026". */
export const formatRange = ({ fromOn, toOn }: { fromOn: Date; toOn: Date }): string =>
  `from ${formatDay(fromOn)} to ${formatDay(toOn)}`;
