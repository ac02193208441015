import { expect, test } from "vitest";
import { SECTIONS, type SectionKey } from "./form/sections.ts";
import {
  draftYears,
  isOpenedByForm,
  isSectionOpen,
  mayNotApply,
  openTitles,
  openWithYears,
  sectionAfter,
  tooLate,
  unfinished,
  unfinishedOf,
  yearsOf,
} from "./rules.ts";

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

const now = new Date("2026-11-24T00:00:00Z");

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

test("a section leads to the next that lacks something, or that MFAT opened for changes", () => {
  const section = (key: SectionKey, isComplete: boolean) => ({ key, isComplete, isOpen: true });
  const draft = [
    section("initiative", true),
    section("people", true),
    section("need", false),
    section("partners", false),
    section("oda", true),
    section("files", false),
  ];
  expect(sectionAfter("DRAFT", draft, "initiative")).toBe("need");
  expect(sectionAfter("DRAFT", draft, "need")).toBe("partners");
  // It never leads back to earlier sections, and the optional files are offered by the list.
  expect(sectionAfter("DRAFT", draft, "partners")).toBeNull();
  const changes = draft.map((one) => ({
    ...one,
    status: "complete" as const,
    isOpen: ["need", "oda"].includes(one.key),
  }));
  expect(sectionAfter("CHANGES_REQUESTED", changes, "need")).toBe("oda");
  expect(sectionAfter("CHANGES_REQUESTED", changes, "oda")).toBeNull();
});
