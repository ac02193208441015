import { expect, test } from "vitest";
import { calendarFile } from "#lib/platform/calendar.ts";
import { upcomingDates } from "./rules.ts";

const application = {
  reference: "PSF-2026-0001",
  title: "Boats",
  marking: "UNCLASSIFIED" as const,
  signOffFrom: null,
  changesDueAt: new Date("2026-12-05T10:59:59Z"),
  endsOn: new Date("2027-06-30T00:00:00Z"),
  round: { closesAt: new Date("2026-12-01T04:00:00Z") },
  offers: [],
  arrangement: null,
};
const now = new Date("2026-11-24T00:00:00Z");
const datesOf = (...changes: object[]) =>
  upcomingDates(
    changes.map((change) => ({ ...application, state: "DRAFT" as const, ...change })),
    now,
  ).map(({ kind, at }) => `${kind} ${at.toISOString()}`);

test("each state has the date that its agency has to meet, the next one first; what has passed is left out", () => {
  const offers = [{ dueAt: new Date("2026-11-30T04:00:00Z") }];
  expect(
    datesOf(
      { state: "ACTIVE" },
      { state: "CHANGES_REQUESTED" },
      { state: "DRAFT" },
      { state: "OFFERED", offers },
      { state: "SUBMITTED" },
    ),
  ).toEqual([
    "offer 2026-11-30T04:00:00.000Z",
    "close 2026-12-01T04:00:00.000Z",
    "changes 2026-12-05T10:59:59.000Z",
    "end 2027-06-30T11:59:59.000Z",
  ]);
  expect(datesOf({ state: "SIGN_OFF", signOffFrom: "CHANGES_REQUESTED" })).toEqual([
    "changes 2026-12-05T10:59:59.000Z",
  ]);
  expect(datesOf({ round: { closesAt: new Date("2026-11-01T00:00:00Z") } }, { round: { closesAt: null } })).toEqual([]);
});

test("reports that are due are dates too, each by its number, while the initiative is under way", () => {
  const reports = [
    { number: 1, dueOn: new Date("2026-11-20T00:00:00Z") },
    { number: 3, dueOn: new Date("2027-01-20T00:00:00Z") },
  ];
  expect(
    datesOf({ state: "ACTIVE", arrangement: { reports } }, { state: "CLOSING", arrangement: { reports } }),
  ).toEqual(["report3 2027-01-20T10:59:59.000Z", "end 2027-06-30T11:59:59.000Z"]);
});

test("a calendar takes the file: the same id for the same deadline, and nothing typed breaks a line", () => {
  const entry = { id: "close-PSF-2026-0001", at: now, summary: "A, b;\nBEGIN:VEVENT", url: "http://localhost:3000/x" };
  const file = calendarFile("Fund", [entry], "psf.example");
  expect(file.match(/^BEGIN:VEVENT/gm)).toHaveLength(1);
  expect(file).toContain("UID:close-PSF-2026-0001@psf.example\r\n");
  expect(file).toContain("DTSTART:20261124T000000Z\r\n");
  expect(file).toContain("TRIGGER:-P1D\r\n");
});
