import { expect, test } from "vitest";
import { calendarFile } from "#lib/platform/calendar.ts";
import { calendarDates, upcomingDates } from "./rules.ts";

const application = {
  reference: "PSF-2026-0001",
  title: "Boats",
  marking: "UNCLASSIFIED" as const,
  heldAt: null,
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
    { number: 1, dueOn: new Date("2026-11-20T00:00:00Z"), state: "DUE" },
    { number: 3, dueOn: new Date("2027-01-20T00:00:00Z"), state: "RETURNED" },
    { number: 4, dueOn: new Date("2027-02-20T00:00:00Z"), state: "SUBMITTED" },
  ];
  expect(
    datesOf({ state: "ACTIVE", arrangement: { reports } }, { state: "CLOSING", arrangement: { reports } }),
  ).toEqual(["report3 2027-01-20T10:59:59.000Z", "end 2027-06-30T11:59:59.000Z"]);
});

test("while it is on hold nothing is due, and a calendar lets go of what was; its planned end stays", () => {
  const reports = [{ number: 3, dueOn: new Date("2027-01-20T00:00:00Z"), state: "DUE" }];
  const offers = [{ dueAt: new Date("2026-11-30T04:00:00Z") }];
  const heldAt = now;
  expect(
    datesOf(
      { state: "ACTIVE", arrangement: { reports }, heldAt },
      { state: "CHANGES_REQUESTED", heldAt },
      { state: "OFFERED", offers, heldAt },
    ),
  ).toEqual(["end 2027-06-30T11:59:59.000Z"]);
  const round = { ...application.round, revision: 1 };
  const held = { ...application, state: "OFFERED" as const, offers, heldAt, revision: 2, round };
  expect(calendarDates([held], now).map(({ kind, isSettled }) => [kind, isSettled])).toContainEqual(["offer", true]);
});

test("an offer without a date, or an end that nobody gave, is no date; a date of this moment still is", () => {
  expect(datesOf({ state: "OFFERED" }, { state: "ACTIVE", endsOn: null })).toEqual([]);
  expect(datesOf({ round: { closesAt: now } })).toHaveLength(1);
  expect(datesOf({ state: "SIGN_OFF" })).toEqual(["close 2026-12-01T04:00:00.000Z"]);
  const arrangement = { endsOn: new Date("2027-07-31T00:00:00Z"), reports: [] };
  expect(datesOf({ state: "ACTIVE", arrangement })).toEqual(["end 2027-07-31T11:59:59.000Z"]);
});

test("reports are due while an initiative is under way, and no more once it closes", () => {
  const reports = [{ number: 1, dueOn: new Date("2027-01-20T00:00:00Z"), state: "DUE" }];
  expect(datesOf({ state: "CLOSING", arrangement: { reports } })).toEqual([]);
  expect(datesOf({ state: "ACTIVE", endsOn: null, arrangement: { reports } })).toHaveLength(1);
});

const ENTRY = {
  id: "close-PSF-2026-0001",
  sequence: 3,
  at: now,
  isDay: false,
  isSettled: false,
  url: "http://localhost:3000/x",
};
const fileOf = (entry: object) => calendarFile("Fund", [{ ...ENTRY, summary: "Boats", ...entry }], "psf.example");

test("a calendar takes the file: the same id for the same deadline, and nothing typed breaks a line", () => {
  const file = fileOf({ summary: "A, b;\nBEGIN:VEVENT" });
  expect(file.match(/^BEGIN:VEVENT/gm)).toHaveLength(1);
  expect(file).toContain("UID:close-PSF-2026-0001@psf.example\r\n");
  expect(file).toContain("SEQUENCE:3\r\n");
  expect(file).toContain("DTSTART:20261124T000000Z\r\n");
});

test("it reminds on the morning of the working day before, of a day as of a moment", () => {
  // Tuesday 24 November, 1:00 pm: Monday, 9:00 am.
  expect(fileOf({})).toContain("TRIGGER;VALUE=DATE-TIME:20261122T200000Z\r\n");
  // Monday 30 November: Friday, 9:00 am.
  const day = fileOf({ at: new Date("2026-11-30T10:59:59Z"), isDay: true });
  expect(day).toContain("DTSTART;VALUE=DATE:20261130\r\n");
  expect(day).toContain("DTEND;VALUE=DATE:20261201\r\n");
  expect(day).toContain("TRIGGER;VALUE=DATE-TIME:20261126T200000Z\r\n");
});

test("what was settled is cancelled where a calendar may still hold it, and moves nothing else", () => {
  const settled = (change: object, at = now) =>
    calendarDates(
      [
        {
          ...application,
          state: "DRAFT" as const,
          revision: 4,
          ...change,
          round: { ...application.round, revision: 2 },
        },
      ],
      at,
    ).map(
      ({ kind, isDay, isSettled, sequence }) =>
        `${kind}${isDay ? " day" : ""} ${isSettled ? "settled" : "ahead"} ${sequence}`,
    );
  const offers = [{ dueAt: new Date("2026-11-30T04:00:00Z") }];
  const none = { changesDueAt: null, endsOn: null };
  expect(settled(none)).toEqual(["close ahead 6"]);
  expect(settled({ ...none, state: "OFFERED", offers })).toEqual(["close settled 6", "offer ahead 6"]);
  expect(settled({ ...none, state: "OFFER_DECLINED", offers })).toEqual(["close settled 6", "offer settled 6"]);
  const reports = [{ number: 1, dueOn: new Date("2026-12-20T00:00:00Z"), state: "SUBMITTED" }];
  const arrangement = { endsOn: new Date("2027-03-31T00:00:00Z"), reports };
  expect(settled({ ...none, state: "ACTIVE", arrangement })).toEqual([
    "close settled 6",
    "end day ahead 6",
    "report1 day settled 6",
  ]);
  // An end that is only planned is no date of an application yet.
  expect(settled({ ...none, state: "SUBMITTED", endsOn: application.endsOn })).toEqual(["close settled 6"]);
  expect(settled({ ...none, state: "SUBMITTED" }, new Date("2027-01-30T04:00:00Z"))).toEqual(["close settled 6"]);
  // After two months, calendars are no longer told; a date that passed without being met stays as it was.
  expect(settled({ ...none, state: "SUBMITTED" }, new Date("2027-01-30T04:00:01Z"))).toEqual([]);
  expect(settled(none, new Date("2026-12-15"))).toEqual([]);
  expect(fileOf({ isSettled: true })).toContain("STATUS:CANCELLED\r\n");
  expect(fileOf({ isSettled: true })).not.toContain("VALARM");
});
