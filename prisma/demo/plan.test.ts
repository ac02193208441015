// The days and sums of the stories, for a first start on every day of four years, including a leap year. No database.
import { describe, expect, test } from "vitest";
import { USUAL_ENVELOPE_CENTS } from "#lib/budget/rules.ts";
import { addDays, atTime, dayOf, financialYearOf, formatDay, yearEndsOn } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { ACCEPTED, chaptersOf, isFunded } from "./chapters.ts";
import {
  askableOf,
  begunOn,
  CARRIED_CENTS,
  momentsOf,
  planOf,
  recommendedOf,
  startOf,
  TO_CARRY_CENTS,
} from "./plan.ts";
import { STORIES, type Story } from "./stories.ts";

const daysFrom = (first: string, count: number): Date[] =>
  Array.from({ length: count }, (_, index) => addDays(new Date(first), index));
const DAYS = daysFrom("2026-07-01", 4 * 365 + 1);
const FUNDED = STORIES.filter(isFunded);

/** As if the day of the first start were not known. */
const startByDraft = (story: Story, begun: Date): Date => startOf(story, begun, begun);

/** The most that a variation adds to the second year of an arrangement. */
const VARIED_CENTS = 4_000_000n;

/** What each year has left of its money, as if no recommended amount had been released again. */
function leftOf(today: Date, start = startOf): Map<number, bigint> {
  const year = financialYearOf(today);
  const left = new Map([
    [year - 2, USUAL_ENVELOPE_CENTS - CARRIED_CENTS],
    [year - 1, USUAL_ENVELOPE_CENTS + CARRIED_CENTS - TO_CARRY_CENTS],
  ]);
  for (const story of FUNDED) {
    for (const [offset, { startYear, cents }] of planOf(story, today, start).entries()) {
      const varied = story.variation && offset ? VARIED_CENTS : 0n;
      left.set(startYear, (left.get(startYear) ?? USUAL_ENVELOPE_CENTS) - cents - varied);
    }
  }
  return left;
}

const overspentYears = (today: Date, start = startOf): string[] =>
  [...leftOf(today, start)]
    .filter(([, cents]) => cents < 0n)
    .map(([startYear, cents]) => `${formatDay(today)}: ${formatYear(startYear)} lacks ${formatCents(-cents)}`);

describe("whatever day the first start is on", () => {
  test("each financial year has the money that its stories take", () => {
    expect(DAYS.flatMap((today) => overspentYears(today))).toEqual([]);
  });

  test("this year's stories take no money of last year, which could not pay for both", () => {
    const recent = FUNDED.filter(({ daysAgo }) => daysAgo < 200);
    expect(recent.length).toBeGreaterThan(5);
    for (const today of DAYS) {
      const years = recent.flatMap((story) => planOf(story, today).map(({ startYear }) => startYear));
      expect([today, Math.min(...years) >= financialYearOf(today)]).toEqual([today, true]);
    }
    const short = DAYS.filter((today) => overspentYears(today, startByDraft).length).map(formatDay);
    expect(short).toEqual(expect.arrayContaining(["1 August 2026", "1 August 2027", "1 August 2028", "1 August 2029"]));
  });

  test("of the eight that are compared, the first two fit into their year, and not all of them", () => {
    const compared = STORIES.filter(({ round }) => round === "early");
    for (const today of DAYS) {
      const [first = 0n, second = 0n, ...others] = compared.map((story) => {
        const begun = begunOn(story, today);
        const startsOn = startOf(story, begun, today);
        const asked = recommendedOf(askableOf(story, begun, startsOn), financialYearOf(startsOn))[0];
        expect(asked?.startYear).toBe(financialYearOf(today) + 1);
        return asked?.cents ?? 0n;
      });
      const left = leftOf(today).get(financialYearOf(today) + 1) ?? USUAL_ENVELOPE_CENTS;
      const [fits, all] = [first + second <= left, sumCents([first, second, ...others]) <= left];
      expect([today, fits, all]).toEqual([today, true, false]);
    }
  });

  test("offers are accepted before their first year ends, and no money is of a year that is not planned yet", () => {
    const late = DAYS.flatMap((today) =>
      FUNDED.filter((story) => {
        const years = planOf(story, today).map(({ startYear }) => startYear);
        const begun = begunOn(story, today);
        const isInTime = addDays(begun, ACCEPTED) <= yearEndsOn(Math.min(...years));
        return !isInTime || Math.max(...years) > financialYearOf(begun) + 2;
      }).map(({ title }) => `${formatDay(today)}: ${title}`),
    );
    expect(late).toEqual([]);
  });

  test("a story goes on in office hours and never back, and has come to where it is by the day before", () => {
    for (const today of daysFrom("2027-07-01", 7)) {
      for (const [number, story] of STORIES.entries()) {
        const moments = momentsOf(story, number, today, chaptersOf(story));
        expect(moments).toEqual(moments.toSorted((a, b) => a.getTime() - b.getTime()));
        expect(dayOf(moments[0] ?? today)).toEqual(begunOn(story, today));
        const strange = moments.filter((at) => {
          const day = dayOf(at);
          const isOpen = at >= atTime(day, "09:00") && at < atTime(day, "17:00") && ![0, 6].includes(day.getUTCDay());
          return !isOpen || day >= today;
        });
        expect([story.title, strange]).toEqual([story.title, []]);
      }
    }
  });
});
