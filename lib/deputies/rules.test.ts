import { expect, test } from "vitest";
import { deputyEmail } from "./emails.ts";
import { checkRange, deputyState } from "./rules.ts";

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const today = day("2026-12-01");
const range = (from: string, to: string) => ({ fromOn: day(from), toOn: day(to), endedAt: null });

test("a naming is in force from its first day to the end of its last, unless it is ended", () => {
  const naming = range("2026-12-01", "2026-12-03");
  expect(deputyState(naming, day("2026-11-30"))).toBe("coming");
  expect(deputyState(naming, day("2026-12-01"))).toBe("in force");
  expect(deputyState(naming, day("2026-12-03"))).toBe("in force");
  expect(deputyState(naming, day("2026-12-04"))).toBe("over");
  expect(deputyState({ ...naming, endedAt: today }, today)).toBe("ended");
});

const wrong: [string, string, string, string, RegExp][] = [
  ["a first day that has passed", "2026-11-30", "2026-12-02", "fromOn-day", /today or later/],
  ["days the wrong way round", "2026-12-05", "2026-12-04", "toOn-day", /the first day or later/],
  ["more than a year", "2026-12-01", "2027-12-03", "toOn-day", /within a year/],
  ["days on which there is a deputy already", "2026-12-20", "2026-12-22", "fromOn-day", /^Hēmi is your deputy from 20/],
];
test.each(wrong)("%s", (_what, from, to, field, message) => {
  const others = [{ ...range("2026-12-20", "2026-12-31"), name: "Hēmi" }];
  expect(checkRange(range(from, to), others, today)[field]).toMatch(message);
});

test("days beside another deputy's, or over one that was ended, are free", () => {
  const others = [
    { ...range("2026-12-20", "2026-12-31"), name: "Hēmi" },
    { ...range("2026-12-01", "2026-12-10"), endedAt: today, name: "Mere" },
  ];
  expect(checkRange(range("2026-12-01", "2026-12-19"), others, today)).toEqual({});
});

test("the deputy is told as one who is asked, and the desk by name", () => {
  const mail = { approver: "Wiremu", deputy: "Kate", ...range("2026-12-01", "2026-12-03"), what: "named" as const };
  const baseUrl = "https://psf.example";
  const subject = "deputy for Wiremu from 1 December 2026 to 3 December 2026";
  expect(deputyEmail({ ...mail, baseUrl }, "deputy").subject).toBe(`[UNCLASSIFIED] You are ${subject}`);
  expect(deputyEmail({ ...mail, baseUrl }, "desk").subject).toBe(`[UNCLASSIFIED] Kate is ${subject}`);
  expect(deputyEmail({ ...mail, what: "ended", baseUrl }, "desk").text).toContain(
    "Kate is no longer deputy for Wiremu.",
  );
});

test("today alone, a whole year, and days around another's to the day", () => {
  const others = [{ ...range("2026-12-20", "2026-12-31"), name: "Hēmi" }];
  const problems = (from: string, to: string) => Object.keys(checkRange(range(from, to), others, today));
  expect(problems("2026-12-01", "2026-12-01")).toEqual([]);
  expect(problems("2027-01-01", "2028-01-02")).toEqual([]);
  expect(problems("2027-01-01", "2028-01-03")).toEqual(["toOn-day"]);
  expect([problems("2026-12-19", "2026-12-20"), problems("2026-12-31", "2027-01-02")]).toEqual([
    ["fromOn-day"],
    ["fromOn-day"],
  ]);
});
