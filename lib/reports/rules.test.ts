// The rule of a schedule, and what a report is on a day.
import { expect, test } from "vitest";
import { addMonths } from "#lib/platform/dates.ts";
import { planReports, standingOf } from "./rules.ts";

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const plan = (startsOn: string, endsOn: string, milestones: string[] = [], acceptedOn = startsOn) =>
  planReports({
    startsOn: day(startsOn),
    endsOn: day(endsOn),
    acceptedOn: day(acceptedOn),
    milestones: milestones.map(day),
  }).map(({ kind, dueOn }) => `${kind} ${dueOn.toISOString().slice(0, 10)}`);

test("every six months, none within two months of the end, and the final one two months after it", () => {
  expect(plan("2026-01-01", "2027-12-31")).toEqual([
    "PROGRESS 2026-07-01",
    "PROGRESS 2027-01-01",
    "PROGRESS 2027-07-01",
    "FINAL 2028-02-29",
  ]);
  expect(plan("2026-01-01", "2026-08-31")).toEqual(["FINAL 2026-10-31"]);
  expect(plan("2026-01-01", "2026-09-01")).toEqual(["PROGRESS 2026-07-01", "FINAL 2026-11-01"]);
});

test("a report follows a milestone that is near its six months by two weeks, and the next is six months after that", () => {
  expect(plan("2026-01-01", "2027-06-30", ["2026-02-01", "2026-06-10", "2026-07-20"])).toEqual([
    "PROGRESS 2026-08-03",
    "PROGRESS 2027-02-03",
    "FINAL 2027-08-30",
  ]);
  // One that comes too late for its report is not followed.
  expect(plan("2026-01-01", "2026-10-01", ["2026-07-25"])).toEqual(["PROGRESS 2026-07-01", "FINAL 2026-12-01"]);
});

test("an offer that is accepted late has nothing due before, and one accepted after the end has time to report", () => {
  expect(plan("2026-01-01", "2027-03-31", [], "2026-05-15")).toEqual(["PROGRESS 2026-11-15", "FINAL 2027-05-31"]);
  expect(plan("2026-01-01", "2026-03-31", [], "2026-05-15")).toEqual(["FINAL 2026-07-15"]);
});

test("a month without that day ends on its last", () => {
  expect(addMonths(day("2026-12-31"), 2)).toEqual(day("2027-02-28"));
  expect(addMonths(day("2026-08-31"), -2)).toEqual(day("2026-06-30"));
});

test("a report is overdue from the day after", () => {
  const report = { state: "DUE" as const, dueOn: day("2026-11-24") };
  expect(standingOf(report, day("2026-11-24")).label).toBe("Due");
  expect(standingOf(report, day("2026-11-25")).label).toBe("Overdue");
  expect(standingOf({ ...report, state: "SUBMITTED" }, day("2026-12-25")).label).toBe("Submitted");
});
