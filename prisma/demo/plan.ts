import { YEARS_ASKED } from "#lib/applications/form/budget.ts";
import type { PhasedAmount } from "#lib/budget/rules.ts";
import { addDays, atTime, financialYearOf, laterOf, yearBeginsOn } from "#lib/platform/dates.ts";
import type { Chapter } from "./chapter.ts";
import type { Story } from "./stories.ts";

/** The day itself, or the Friday before a weekend. */
const officeDay = (day: Date): Date => addDays(day, -([2, 0, 0, 0, 0, 0, 1][day.getUTCDay()] ?? 0));

/** That many minutes after 9 am on a working day in New Zealand. */
export const officeTime = (day: Date, minutes: number): Date =>
  new Date(atTime(officeDay(day), "09:00").getTime() + minutes * 60_000);

/**
 * Later chapters of a story happen later in the day, so that two on the same Friday keep their order; none is after 5
 * pm.
 */
const MINUTES_BETWEEN = 19;
/** From 9 am, or half an hour later, to 5 pm. */
const MINUTES = 440;

/** The day on which the draft of a story is started. */
export const begunOn = ({ daysAgo }: Story, today: Date): Date => officeDay(addDays(today, -daysAgo));

/** When the draft of a story is started, and when each of its chapters happens. */
export function momentsOf({ daysAgo }: Story, number: number, today: Date, chapters: readonly Chapter[]): Date[] {
  const between = Math.min(MINUTES_BETWEEN, Math.floor(MINUTES / chapters.length));
  return [0, ...chapters.map(({ day }) => day)].map((day, index) =>
    officeTime(addDays(today, day - daysAgo), ((number * 7) % 25) + index * between),
  );
}

/** How many days after the start of its draft an initiative usually starts. */
const STARTS_AFTER = 75;
/** A story that started this recently asks for money in this financial year or later. */
const RECENT_DAYS = 180;

/**
 * The day on which an initiative starts; it asks for money in the financial year of that day and in later ones. A
 * recent one starts this financial year at the earliest, because in July and August, last year's money has already gone
 * to older ones.
 */
export function startOf({ round, daysAgo }: Story, begun: Date, today: Date): Date {
  if (round === "early") return addDays(yearBeginsOn(nextYearOf(today)), 92);
  const usual = addDays(begun, STARTS_AFTER);
  return daysAgo > RECENT_DAYS ? usual : laterOf(usual, yearBeginsOn(financialYearOf(today)));
}

/** The financial year that the early round is for. */
export const nextYearOf = (today: Date): number => financialYearOf(today) + 1;

/** A story that started on a day, without the amounts for years that an application could not ask for yet. */
export const askableOf = (story: Story, begun: Date, startsOn: Date): Story => ({
  ...story,
  dollars: story.dollars.slice(0, financialYearOf(begun) + YEARS_ASKED - financialYearOf(startsOn)),
});

/** What is recommended for a story that asks for money starting in a financial year. */
export const recommendedOf = ({ dollars, funded = 1 }: Story, startYear: number): PhasedAmount =>
  dollars.map((amount, offset) => ({
    startYear: startYear + offset,
    cents: BigInt(amount) * BigInt(Math.round(funded * 100)),
  }));

/** What is recommended for a story, for a first start on a day. */
export const planOf = (story: Story, today: Date, start = startOf): PhasedAmount =>
  recommendedOf(story, financialYearOf(start(story, begunOn(story, today), today)));

/** The part of the envelope of the year before last that was carried into last year. */
export const CARRIED_CENTS = 15_000_000n;
/** The part of last year's envelope that is waiting to be carried into this year. */
export const TO_CARRY_CENTS = 8_000_000n;
