import { expect, test } from "vitest";
import { addWorkingDays, isWorkingDay, isWorkingTime, workingDayFrom } from "./working-days.ts";

const day = (text: string) => new Date(`${text}T00:00:00Z`);

test("weekends and public holidays are no working days, in New Zealand", () => {
  const off = [
    "2026-11-28",
    "2026-11-29",
    "2026-02-06",
    "2026-04-27",
    "2026-07-10",
    "2027-06-25",
    "2026-12-25",
    "2026-12-28",
  ];
  for (const text of off) expect([text, isWorkingDay(day(text))]).toEqual([text, false]);
  for (const text of ["2026-11-27", "2026-02-05", "2026-07-13", "2026-12-24", "2026-12-29"]) {
    expect([text, isWorkingDay(day(text))]).toEqual([text, true]);
  }
});

test("working days are counted over a weekend and over Christmas, forwards and back", () => {
  expect(addWorkingDays(day("2026-11-27"), 1)).toEqual(day("2026-11-30"));
  expect(addWorkingDays(day("2026-12-24"), 1)).toEqual(day("2026-12-29"));
  expect(addWorkingDays(day("2026-12-29"), -1)).toEqual(day("2026-12-24"));
  expect(addWorkingDays(day("2026-11-28"), 0)).toEqual(day("2026-11-28"));
});

test("what is due on a weekend or a public holiday is due on the next working day", () => {
  for (const [due, moved] of [
    ["2026-12-04", "2026-12-04"],
    ["2026-12-05", "2026-12-07"],
    ["2026-12-06", "2026-12-07"],
    ["2026-12-25", "2026-12-29"],
    ["2027-02-06", "2027-02-09"],
  ] as const) {
    expect([due, workingDayFrom(day(due))]).toEqual([due, day(moved)]);
  }
});

test("nobody is written to unasked at night, on a Sunday or on a public holiday", () => {
  const isAt = (text: string) => isWorkingTime(new Date(`${text}:00+13:00`));
  expect(["2026-11-30T08:00", "2026-11-30T17:59"].map(isAt)).toEqual([true, true]);
  const off = ["2026-11-30T07:59", "2026-11-30T18:00", "2026-11-30T00:30", "2026-11-29T09:30", "2026-12-25T09:30"];
  expect(off.map(isAt)).toEqual(off.map(() => false));
});
