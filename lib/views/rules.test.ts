import { expect, test } from "vitest";
import { sortOf } from "#lib/form/filters.ts";
import { passSheet } from "#lib/platform/sheet.ts";
import {
  applicationSheet,
  cursorOf,
  findCursor,
  type ListedApplication,
  listMarking,
  searchInWords,
  searchOfQuery,
  waitsOnWords,
} from "./rules.ts";
import { SORTS, type SortKey } from "./schema.ts";

const ID = "0197b0aa-0000-7000-8000-00000000000a";
const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const row: ListedApplication = {
  id: ID,
  reference: "PSF-2026-0001",
  title: "Boats",
  marking: "UNCLASSIFIED",
  endorsement: null,
  agency: "Customs",
  agencyName: "New Zealand Customs Service",
  state: "SUBMITTED",
  stateSince: new Date("2026-11-24T11:30:00.000Z"),
  isHeld: false,
  waitsOn: "DESK",
  officer: "Ingrid Paterson",
  round: "2026",
  places: ["Fiji", "Samoa"],
  focusAreas: ["Maritime", "Cyber"],
  startsOn: day("2026-12-01"),
  endsOn: day("2027-06-30"),
  submittedAt: new Date("2026-11-24T11:30:00.000Z"),
  requestedCents: 500n,
  recommendedCents: 400n,
  approvedCents: 300n,
};
const bare: ListedApplication = {
  ...row,
  title: "",
  marking: "IN_CONFIDENCE",
  endorsement: "BUDGET",
  isHeld: true,
  waitsOn: null,
  places: [],
  focusAreas: [],
  startsOn: null,
  endsOn: null,
  submittedAt: null,
  requestedCents: null,
  recommendedCents: null,
  approvedCents: null,
};

test.each(Object.keys(SORTS) as SortKey[])(
  "a place in the order “%s” is found again by what stands in an address",
  (sort) => {
    const cursor = cursorOf(row, sort);
    const [value, id] = cursor.split("~");
    expect(findCursor(cursor, "", sort)).toEqual({ toward: "after", value, id });
    expect(findCursor("", cursor, sort)).toEqual({ toward: "before", value, id: ID });
    expect(findCursor(`${cursor}~more`, cursor, sort)).toBeNull();
    expect(findCursor(`${value}~`, "", sort)).toBeNull();
    expect(findCursor(`${value}~${ID}0`, "", sort)).toBeNull();
    expect(findCursor(`${value}~0${ID}`, "", sort)).toBeNull();
    expect([findCursor(`x${cursor}`, "", sort), findCursor(`${value}x~${ID}`, "", sort)]).toEqual([null, null]);
  },
);

test("a heading orders by its column, and again the other way round; filters stay, and the usual order is not said", () => {
  expect(sortOf(SORTS, "Requested", "newest", "state=OPEN&sort=")).toEqual({ query: "state=OPEN&sort=largest" });
  expect(sortOf(SORTS, "Requested", "largest", "state=OPEN&sort=largest")).toEqual({
    query: "state=OPEN&sort=smallest",
    now: "descending",
  });
  expect(sortOf(SORTS, "Initiative", "reference", "sort=reference")).toEqual({ query: "", now: "ascending" });
  expect(sortOf(SORTS, "Initiative", "newest", "")).toEqual({ query: "sort=reference", now: "descending" });
  expect(sortOf(SORTS, "State", "newest", "")).toBeNull();
  expect(sortOf(SORTS, "toString", "newest", "")).toBeNull();
});

test("no place is found by what is none of its order, such as a day that does not exist", () => {
  expect(findCursor("", "", "newest")).toBeNull();
  for (const value of ["2026-01-09T00", "2026-12-31T23", "2026-09-30T20", "2026-10-29T19"]) {
    expect(findCursor(`${value}:30:00.000Z~${ID}`, "", "longest")).toMatchObject({ value: `${value}:30:00.000Z` });
  }
  for (const value of ["2026-02-31", "2026-13-01", "2026-00-10", "2026-11-32", "2026-11-00"]) {
    expect([value, findCursor(`${value}T11:30:00.000Z~${ID}`, "", "longest")]).toEqual([value, null]);
  }
  expect(findCursor(`2026-11-24T24:00:00.000Z~${ID}`, "", "longest")).toBeNull();
  expect(cursorOf({ ...row, requestedCents: null }, "largest")).toBe(`0~${ID}`);
});

test("a search that was kept is read as it stood in the address", () => {
  expect(searchOfQuery("MFAT", "words=radio&sort=largest", {}).values).toMatchObject({
    words: "radio",
    sort: "largest",
  });
});

test("filters are said in words, with the order; without any, the list is of every application", () => {
  const chips = [
    { label: "State", value: "Submitted" },
    { label: "Place", value: "Fiji" },
  ] as never;
  expect(searchInWords({ chips, values: { sort: "largest" } })).toBe(
    `State: Submitted; Place: Fiji. ${SORTS.largest.label}.`,
  );
  expect(searchInWords({ chips: [], values: {} })).toContain(SORTS.newest.label);
  expect(searchInWords({ chips: [], values: { sort: "toString" } })).toBe(searchInWords({ chips: [], values: {} }));
});

test("whom it waits on: MFAT's office, to an agency MFAT, and nobody where it has ended", () => {
  expect([waitsOnWords(row, "MFAT"), waitsOnWords(row, "AGENCY"), waitsOnWords(bare, "MFAT")]).toEqual([
    "Desk officer",
    "MFAT",
    null,
  ]);
});

test("a list is marked as its highest", () => {
  expect([listMarking([]), listMarking([row, bare])]).toEqual(["UNCLASSIFIED", "IN-CONFIDENCE"]);
});

test("as a file it has every column that its reader may see, and the sum of what is requested", async () => {
  const search = { chips: [], values: {} };
  const sheet = await passSheet(applicationSheet("MFAT", search, new Date("2026-11-25T00:00:00Z")), [[row, bare]]);
  const first = sheet.rows[0] ?? [];
  expect([...first.slice(0, 3), ...first.slice(4)]).toEqual([
    "PSF-2026-0001",
    "Boats",
    "New Zealand Customs Service",
    day("2026-11-25"),
    "Desk officer",
    "Ingrid Paterson",
    "2026",
    "Fiji, Samoa",
    "Maritime, Cyber",
    day("2026-12-01"),
    day("2027-06-30"),
    day("2026-11-25"),
    500n,
    400n,
    300n,
    "UNCLASSIFIED",
  ]);
  const second = sheet.rows[1] ?? [];
  expect(second[1]).toEqual(expect.stringContaining("title"));
  expect([first[3], second[3]].map((state) => String(state).includes(", "))).toEqual([false, true]);
  expect(second.slice(5)).toEqual([
    null,
    "Ingrid Paterson",
    "2026",
    ...Array(8).fill(null),
    expect.stringMatching(/IN-CONFIDENCE.*BUDGET/),
  ]);
  expect(sheet.total).toEqual(["Total", ...Array(12).fill(null), 500n, null, null, null]);
  expect([sheet.marking, sheet.about.length]).toEqual(["IN-CONFIDENCE", 2]);
  expect(sheet.about[1]).toContain("2 applications, $5.00");
  const own = await passSheet(applicationSheet("AGENCY", search, new Date("2026-11-25T00:00:00Z")), [[row]]);
  expect([own.columns.length, own.rows[0]?.includes(400n), own.rows[0]?.[5]]).toEqual([15, false, "MFAT"]);
});
