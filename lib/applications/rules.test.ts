import { expect, test } from "vitest";
import { calendarFile } from "#lib/platform/calendar.ts";
import { SECTIONS } from "./form/sections.ts";
import {
  draftYears,
  isOpenedByForm,
  isSectionOpen,
  mayNotApply,
  openTitles,
  openWithYears,
  tooLate,
  unfinished,
  unfinishedOf,
  upcomingDates,
  yearsOf,
} from "./rules.ts";

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

test("a draft asks money of the year of the day and the two after, and shows what it still has of years before", () => {
  const today = new Date("2027-07-01");
  const budget = {
    "lines.0.year2026": "1,000",
    "lines.1.year2026": "  ",
    "lines.1.year2022": "  ",
    "lines.1.year2025": "5",
    "lines.2.year2027": "7",
    "lines.2.description": "year2024",
    "lines.3.year2024": "",
    "lines.10.year2024": "7",
    "old.lines.0.year2023": "1",
    "lines.0.year2023.note": "1",
  };
  expect(draftYears(budget, today)).toEqual([2024, 2025, 2026, 2027, 2028, 2029]);
  expect(draftYears({}, today)).toEqual([2027, 2028, 2029]);
  expect(draftYears({ "lines.0.year2026": "  " }, today)).toEqual([2027, 2028, 2029]);
  expect(openWithYears(["need"], draftYears(budget, today))).toEqual(["need", "budget"]);
  expect(openWithYears(["need"], draftYears({}, today))).toEqual(["need"]);
});

test("money is asked for the year of a day and the two after", () => {
  expect(yearsOf(new Date("2027-06-30"))).toEqual([2026, 2027, 2028]);
  expect(yearsOf(new Date("2027-07-01"))).toEqual([2027, 2028, 2029]);
});

test("only an agency that may apply does; another is told whom to ask", () => {
  expect(mayNotApply({ name: "Customs", isActive: true }, "psf@mfat.example")).toBeNull();
  expect(mayNotApply({ name: "Customs", isActive: false }, "psf@mfat.example")).toMatch(/Customs.*psf@mfat\.example/);
});

test("a contributor writes a draft's sections, and those that a request for changes opened", () => {
  expect(isSectionOpen("DRAFT", [], "need")).toBe(true);
  expect(isSectionOpen("SIGN_OFF", ["need"], "need")).toBe(false);
  expect(isSectionOpen("CHANGES_REQUESTED", ["need"], "need")).toBe(true);
  expect(isSectionOpen("CHANGES_REQUESTED", ["risks"], "need")).toBe(false);
  expect(isSectionOpen("DRAFT", [], "declaration")).toBe(false);
});

test("a section that was complete opens where a newer form asks more, once changes are asked for", () => {
  const opened = (
    state: "DRAFT" | "CHANGES_REQUESTED",
    before?: boolean,
    moved?: boolean,
    key: "need" | "declaration" = "need",
  ) =>
    isOpenedByForm(
      state,
      key,
      before === undefined ? undefined : { isComplete: before },
      moved === undefined ? undefined : { isComplete: moved },
    );
  expect(opened("CHANGES_REQUESTED", true, false)).toBe(true);
  expect(opened("DRAFT", true, false)).toBe(false);
  expect(opened("CHANGES_REQUESTED", true, false, "declaration")).toBe(false);
  expect(opened("CHANGES_REQUESTED", false, false)).toBe(false);
  expect(opened("CHANGES_REQUESTED", true, true)).toBe(false);
  expect(opened("CHANGES_REQUESTED", undefined, false)).toBe(false);
  expect(opened("CHANGES_REQUESTED", true, undefined)).toBe(false);
});

test("open sections are named by their titles, and what is unfinished has to be written", () => {
  expect(
    openTitles([
      { key: "need", isOpen: true },
      { key: "risks", isOpen: false },
    ]),
  ).toEqual({ need: SECTIONS.need.title });
  const all = unfinished(new Set());
  expect(all).toContain("need");
  expect(all).not.toContain("files");
  expect(unfinished(new Set(["need"]))).toEqual(all.filter((key) => key !== "need"));
  expect(
    unfinishedOf([
      { key: "need", status: "complete" },
      { key: "risks", status: "in progress" },
    ]),
  ).toEqual(all.filter((key) => key !== "need"));
});

test("a draft is too late once its round has closed, and changes once their own date has passed", () => {
  const late = (from: "DRAFT" | "CHANGES_REQUESTED" | null, closesAt: Date | null, changesDueAt: Date | null) =>
    tooLate({ from, closesAt, changesDueAt }, now) !== null;
  const before = new Date(now.getTime() - 1);
  const after = new Date(now.getTime() + 1);
  expect([late("DRAFT", after, before), late("DRAFT", now, null), late("DRAFT", null, before)]).toEqual([
    false,
    true,
    false,
  ]);
  expect([late(null, before, null), late("CHANGES_REQUESTED", before, after)]).toEqual([true, false]);
  expect([late("CHANGES_REQUESTED", before, now), late("CHANGES_REQUESTED", after, before)]).toEqual([false, true]);
  expect(late("CHANGES_REQUESTED", before, null)).toBe(false);
});

test("an offer without a date, or an end that nobody gave, is no date; a date of this moment still is", () => {
  expect(datesOf({ state: "OFFERED" }, { state: "ACTIVE", endsOn: null })).toEqual([]);
  expect(datesOf({ round: { closesAt: now } })).toHaveLength(1);
  expect(datesOf({ state: "SIGN_OFF" })).toEqual(["close 2026-12-01T04:00:00.000Z"]);
  const arrangement = { endsOn: new Date("2027-07-31T00:00:00Z"), reports: [] };
  expect(datesOf({ state: "ACTIVE", arrangement })).toEqual(["end 2027-07-31T11:59:59.000Z"]);
});

test("reports are due while an initiative is under way, and no more once it closes", () => {
  const reports = [{ number: 1, dueOn: new Date("2027-01-20T00:00:00Z") }];
  expect(datesOf({ state: "CLOSING", arrangement: { reports } })).toEqual([]);
  expect(datesOf({ state: "ACTIVE", endsOn: null, arrangement: { reports } })).toHaveLength(1);
});
