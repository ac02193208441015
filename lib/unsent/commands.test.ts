import { expect, test } from "vitest";
import type { Values } from "#lib/form/fields.ts";
import { markOf } from "#lib/form/merge.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { clearUnsent, expireUnsent, saveUnsent } from "./commands.ts";
import { readUnsent } from "./queries.ts";
import { beginWith, CARRIED } from "./rules.ts";

useTestDatabase("template_demo");

const FIELDS = [
  { name: "reason", label: "Reason" },
  { name: "amount", label: "Amount" },
  { name: "endsOn", label: "End" },
  { name: "places", label: "Places" },
];
const INITIAL: Values = { amount: "5,000", places: ["FJ", "WS"] };
const FORM = "Return claim";
let number = 0;

/** A form for the desk officer on a page of its own: what its windows send, and what the page starts with next. */
async function onePage() {
  const actor = (await findActor("desk@mfat.example")) as Actor;
  const path = `/applications/PSF-2026-0001/return-claim?claim=${++number}`;
  const place = { path, form: FORM };
  const shown = markOf(FIELDS, INITIAL);
  const form = (values: Values, marks = shown): Values => ({
    requestId: "one",
    [CARRIED.form]: FORM,
    [CARRIED.shown]: marks,
    ...INITIAL,
    ...values,
  });
  const save = (values: Values, marks?: string) => saveUnsent(actor, place, form(values, marks));
  const begin = async (initial: Values = INITIAL) =>
    beginWith(FIELDS, initial, (await readUnsent(actor, path)).get(FORM));
  return { actor, place, save, begin };
}

test("a form begins with what was typed into it before: texts, days, choices and what was taken away", async () => {
  const { save, begin } = await onePage();
  await save({ reason: "Two of the invoices ‘differ’ 🛥", "endsOn-day": "3", "endsOn-month": "Jul", amount: "" });
  const begun = await begin();
  expect(begun).toMatchObject({ isFilledIn: true, differing: [] });
  expect(begun.values).toEqual({
    reason: "Two of the invoices ‘differ’ 🛥",
    "endsOn-day": "3",
    "endsOn-month": "Jul",
    places: ["FJ", "WS"],
  });
});

test("two windows: different fields both stay, and the same field is told apart and kept", async () => {
  const { save, begin } = await onePage();
  await save({ reason: "First window" });
  const second = await save({ amount: "6,000" });
  expect(second).toMatchObject({ taken: { reason: "First window" }, differing: [] });
  expect((await begin()).values).toMatchObject({ reason: "First window", amount: "6,000" });

  const third = await save({ reason: "Second window" });
  expect(third.differing).toEqual([{ name: "reason", values: { reason: "First window" } }]);
  expect((await begin()).values).toMatchObject({ reason: "First window", amount: "6,000" });
  // The first window continues: the answer to its save says what it knows.
  const first = await save({ reason: "First window, and more", amount: "6,000" }, third.shown);
  expect(first.differing).toHaveLength(1);
  const marks = markOf(FIELDS, { ...INITIAL, reason: "First window" });
  expect(await save({ reason: "First window, and more" }, marks)).toMatchObject({ differing: [] });
  expect((await begin()).values).toMatchObject({ reason: "First window, and more", amount: "6,000" });
});

test("two windows that begin at once lose nothing", async () => {
  const { save, begin } = await onePage();
  await Promise.all([save({ reason: "Here" }), save({ amount: "7,000" }), save({ "endsOn-day": "4" })]);
  expect((await begin()).values).toMatchObject({ reason: "Here", amount: "7,000", "endsOn-day": "4" });
});

test("what somebody else changed meanwhile is shown where nothing was typed, and said where something was", async () => {
  const { save, begin } = await onePage();
  await save({ reason: "Typed" });
  expect(await begin({ ...INITIAL, amount: "9,000" })).toMatchObject({
    values: { reason: "Typed", amount: "9,000" },
    differing: [],
  });
  expect(await begin({ ...INITIAL, reason: "Theirs" })).toMatchObject({
    values: { reason: "Typed" },
    differing: [{ label: "Reason" }],
  });
});

test("nothing is filled in again of what was put back as it was, sent, cleared, or left for a quarter of a year", async () => {
  const { actor, place, save, begin } = await onePage();
  const { shown } = await save({ reason: "Typed" });
  await save({ reason: "" }, shown);
  expect(await db().unsentForm.count({ where: place })).toBe(0);
  expect(await begin()).toMatchObject({ isFilledIn: false });

  await save({ reason: "Again" });
  await clearUnsent((await findActor("desk2@mfat.example")) as Actor, place);
  expect(await begin()).toMatchObject({ isFilledIn: true });
  await clearUnsent(actor, place);
  expect(await begin()).toMatchObject({ isFilledIn: false });

  await save({ reason: "Left" });
  const before = shiftClock(89 * 86_400_000);
  try {
    await expireUnsent();
    expect(await begin()).toMatchObject({ isFilledIn: true });
    shiftClock(91 * 86_400_000);
    await expireUnsent();
    expect(await begin()).toMatchObject({ isFilledIn: false });
  } finally {
    shiftClock(before);
  }
});

test("nobody else is given it, and only fields that the form has are kept", async () => {
  const { place, save, actor } = await onePage();
  await save({ reason: "Mine", intruder: "x", revision: "3" });
  expect((await readUnsent(actor, place.path)).get(FORM)?.values).toEqual({ ...INITIAL, reason: "Mine" });
  const other = (await findActor("desk2@mfat.example")) as Actor;
  expect((await readUnsent(other, place.path)).size).toBe(0);
});

test("a text of any length is kept whole", async () => {
  const { save, begin } = await onePage();
  const long = "Tūhoro ".repeat(40_000);
  await save({ reason: long });
  expect((await begin()).values.reason).toBe(long);
});
