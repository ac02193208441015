import { expect, test } from "vitest";
import { nothingChanged, writtenInWords } from "./rules.ts";

const at = new Date("2026-11-24T03:00:00Z");
const written = (event: string, data: unknown = {}, by: string | null = "Hana Whaanga") =>
  writtenInWords({ event, at, data, by });

test("what somebody else did since is said with who and when, and by its name where it has one", () => {
  expect(written("person.changed")).toMatch(
    /^Hana Whaanga changed this on 24 November 2026, 4:00 pm, after you opened this page\.$/,
  );
  expect(written("person.ended", null)).toMatch(/^Hana Whaanga ended the account on /);
  expect(written("round.published", {}, null)).toMatch(/^The portal published the round on /);
  expect(nothingChanged()).toMatchObject({ code: "STATE", message: expect.stringContaining("not changed anything") });
});

test("the fields that changed are named with what they are now and what they were before", () => {
  const fieldsOf = (before: unknown, after: unknown) => /\((.*)\)\.$/.exec(written("x", { before, after }))?.[1];
  expect(fieldsOf({ name: "Hanna", roles: [], same: 1 }, { name: "Hana", roles: ["DESK", "NOBODY"], same: 2 })).toBe(
    "name: now Hana, before Hanna; roles: now desk officer, NOBODY, before none",
  );
  expect(fieldsOf({ isActive: true, places: [""] }, { isActive: false, places: ["FJ"] })).toBe(
    "may apply to the fund: now no, before yes; places: now FJ, before none",
  );
  expect(fieldsOf({ moneyCents: null, closesAt: "" }, { moneyCents: "150000", closesAt: at.toISOString() })).toBe(
    "money available: now $1,500.00, before none; closes: now 24 November 2026, 4:00 pm, before none",
  );
  expect(fieldsOf({ isActive: undefined }, { isActive: true })).toBe("may apply to the fund: now yes, before none");
  const long = "x".repeat(120);
  expect(fieldsOf({ name: long }, { name: `${long}y` })).toBe(`name: now ${long}…, before ${long}`);
  expect([
    fieldsOf({ name: "A" }, { name: "A" }),
    fieldsOf(null, { name: "A" }),
    fieldsOf({ name: "A" }, ["B"]),
  ]).toEqual([undefined, undefined, undefined]);
  expect([fieldsOf("A", { name: "A" }), fieldsOf({ name: "A" }, null)]).toEqual([undefined, undefined]);
  expect(written("x", ["before"])).not.toContain("(");
});
