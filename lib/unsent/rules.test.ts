// What a form starts with, and what of it is kept, without a database.
import { expect, test } from "vitest";
import { markOf } from "#lib/form/merge.ts";
import { beginWith, CARRIED, fieldsIn, typedIn, withoutCarried, wordsIn } from "./rules.ts";

const FIELDS = [{ name: "reason" }, { name: "endsOn" }, { name: "amount" }];
const INITIAL = { amount: "5,000", "endsOn-day": "1" };
const savedAt = new Date("2026-12-01T00:00:00Z");
const began = markOf(FIELDS, INITIAL);

test("a form that nobody has typed into begins as it is shown to everybody", () => {
  expect(beginWith(FIELDS, INITIAL)).toEqual({
    values: INITIAL,
    isFilledIn: false,
    differing: [],
    shown: began,
    began,
  });
});

test("what was typed takes the place of what it was typed over, and what others changed since comes along", () => {
  const typed = { reason: "Late", "endsOn-day": "1", amount: "5,000" };
  const now = { ...INITIAL, amount: "7,000" };
  const begun = beginWith(FIELDS, now, { values: typed, began, savedAt });
  expect(begun).toMatchObject({ isFilledIn: true, differing: [], began: markOf(FIELDS, now) });
  expect(begun.values).toEqual({ reason: "Late", "endsOn-day": "1", amount: "7,000" });
  expect(begun.shown).toBe(markOf(FIELDS, begun.values));
});

test("where both changed a field, all of what was typed there stays, and the field is named", () => {
  const typed = { "endsOn-month": "Jul", amount: "5,000" };
  const now = { amount: "5,000", "endsOn-day": "2" };
  const begun = beginWith(FIELDS, now, { values: typed, began, savedAt });
  expect(begun.values).toEqual(typed);
  expect(begun.differing).toEqual([{ name: "endsOn" }]);
});

test("what was typed and is the same as what the form shows is not filled in", () => {
  expect(beginWith(FIELDS, INITIAL, { values: INITIAL, began, savedAt }).isFilledIn).toBe(false);
});

test("the fields that are kept are those that the form said it has, with all of their inputs", () => {
  const values = { ...INITIAL, "endsOn-month": "Jul", other: "x", [CARRIED.shown]: `${began} torn` };
  expect(fieldsIn(values)).toEqual(FIELDS);
  expect(fieldsIn({})).toEqual([]);
  expect(typedIn([{ name: "endsOn" }, { name: "reason" }], values)).toEqual({
    "endsOn-day": "1",
    "endsOn-month": "Jul",
  });
});

test("what is sent goes on without what a form carries", () => {
  const carried = Object.fromEntries(Object.values(CARRIED).map((name) => [name, "x"]));
  expect(withoutCarried({ ...INITIAL, unsent: "a field of that name", ...carried })).toEqual({
    ...INITIAL,
    unsent: "a field of that name",
  });
});

test("of a form that is no longer there, the words stay readable, without what its inputs carry", () => {
  const id = "01a22fd7-3eb7-764c-8e2c-16f3b83c1c6a";
  const carried = {
    $ACTION_REF_1: "next",
    "unsent.form": "form",
    requestId: "request",
    revision: "3",
    shown: "marks",
    intent: "save",
  };
  const words = { reason: "Late", places: ["FJ", "WS"], note: ` ${id}`, aside: `${id}?`, blank: " \n" };
  const alike = { requestIdea: "A", revisions: "B", shownTo: "C", intention: "D", myrevision: "E", cost$: "F" };
  expect(wordsIn({ ...carried, ...words, ...alike, person: id })).toEqual([
    ...["Late", "FJ", "WS", ` ${id}`, `${id}?`],
    ...["A", "B", "C", "D", "E", "F"],
  ]);
});
