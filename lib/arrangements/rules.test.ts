import { expect, test } from "vitest";
import { endOfDay } from "#lib/platform/dates.ts";
import { checkLastDay, datesFrom, firstYear, hoursHeld } from "./rules.ts";

const at = { now: new Date("2026-11-24T03:00:00Z"), today: new Date("2026-11-24") };
const day = (text: string) => new Date(text);
const of = (startYear: number) => [{ startYear, cents: 100n }];
const check = (dueOn: string, reason: string | null = null, startYear = 2027) =>
  checkLastDay("New last day", { dueOn: day(dueOn), reason }, of(startYear), at);

test("the last day of an offer is today or later, and before the first of its years with money ends", () => {
  expect(check("2026-11-23")).toEqual({ "dueOn-day": "New last day must be today or later" });
  expect(check("2026-11-24")).toEqual({});
  const ends = { now: endOfDay(day("2026-11-24")), today: day("2026-11-24") };
  const last = { dueOn: day("2026-11-24"), reason: null };
  expect(checkLastDay("Last day", last, of(2027), ends)).toEqual({ "dueOn-day": "Last day must be today or later" });
  expect(check("2027-05-01", null, 2026)).toEqual({});
  expect(check("2027-07-01", "The cabinet meets late.", 2026)).toEqual({
    "dueOn-day": expect.stringContaining(
      "New last day must be 30 June 2027 or earlier. The offer has money from 2026/27",
    ),
  });
  expect(check("2027-06-30", "The cabinet meets late.", 2026)).toEqual({});
  expect(firstYear([{ startYear: 2026, cents: 0n }, ...of(2027)])).toBe(2027);
  expect(firstYear([])).toBeUndefined();
});

test("a last day more than 6 months ahead needs a reason", () => {
  expect(check("2027-05-24")).toEqual({});
  expect(check("2027-05-25")).toEqual({
    reason: expect.stringContaining("New last day is after 24 May 2027, more than 6 months"),
  });
  expect(check("2027-05-25", "The cabinet there meets once a year.")).toEqual({});
});

test("a hold is counted in hours that have begun, but for their first minute", () => {
  const heldAt = new Date("2026-11-27T10:00:00Z");
  const held = (minutes: number) => hoursHeld(heldAt, new Date(heldAt.getTime() + minutes * 60_000));
  expect([0, 1, 2, 60, 61, 62, 180, 24 * 60].map(held)).toEqual([0, 0, 1, 1, 1, 2, 3, 24]);
});

test("an initiative has the dates of its application, or the day of the acceptance where it names none", () => {
  const dates = { startsOn: day("2027-02-01"), endsOn: day("2028-01-31") };
  // 25 November in New Zealand.
  const acceptedAt = new Date("2026-11-24T12:00:00Z");
  const acceptedOn = day("2026-11-25");
  expect(datesFrom(dates, acceptedAt)).toEqual({ ...dates, acceptedOn });
  expect(datesFrom({ startsOn: null, endsOn: null }, acceptedAt)).toEqual({
    startsOn: acceptedOn,
    endsOn: acceptedOn,
    acceptedOn,
  });
});
