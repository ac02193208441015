import { describe, expect, test } from "vitest";
import { PARTNERS_FIELDS } from "#lib/applications/form/partners.ts";
import type { Values } from "./fields.ts";
import { choiceOf, markOf, mergeAnswers } from "./merge.ts";

const before: Values = {
  "partners.0.organisation": "Tonga Police",
  "partners.0.country": "TO",
  ownership: "They lead",
};
const shown = markOf(PARTNERS_FIELDS, before);
const [, ownership] = PARTNERS_FIELDS;

describe("a save over what somebody else saved meanwhile", () => {
  test("who alone changed a field has it their way", () => {
    const stored = { ...before, "partners.0.organisation": "Tonga Customs" };
    const { values, taken, differing } = mergeAnswers(PARTNERS_FIELDS, stored, { ...before, ownership: "New", shown });
    expect(values).toEqual({ ...stored, ownership: "New" });
    expect([taken.map(({ name }) => name), differing]).toEqual([["partners"], []]);
  });

  test("what both changed alike is no conflict; what both changed apart is one", () => {
    const sent = { ...before, ownership: "Mine", shown };
    expect(mergeAnswers(PARTNERS_FIELDS, { ...before, ownership: "Mine" }, sent).differing).toEqual([]);
    const stored = { ...before, ownership: "Theirs" };
    expect(mergeAnswers(PARTNERS_FIELDS, stored, sent).differing).toEqual([ownership]);
  });

  test.each([
    ["mine", "Mine"],
    ["theirs", "Theirs"],
  ] as const)("a choice of %s holds, for the version that was chosen against and for no later one", (which, kept) => {
    const stored = { ...before, ownership: "Theirs" };
    const sent = { ...before, ownership: "Mine", shown, "choose.ownership": choiceOf(which, ownership, stored) };
    const { values, differing } = mergeAnswers(PARTNERS_FIELDS, stored, sent);
    expect([values.ownership, differing]).toEqual([kept, []]);
    const later = { ...before, ownership: "Theirs, again" };
    expect(mergeAnswers(PARTNERS_FIELDS, later, sent).differing).toEqual([ownership]);
  });

  test("without a mark the sender knew what is stored; a row that was taken away is gone", () => {
    const { values } = mergeAnswers(PARTNERS_FIELDS, before, { ownership: "They lead" });
    expect(values).toEqual({ ownership: "They lead" });
  });

  test("who saves in passing goes on from what they sent, and still has to choose where both changed", () => {
    const stored = { ...before, ownership: "Theirs" };
    const sent = { ...before, "partners.0.country": "FJ", ownership: "Mine", shown };
    const first = mergeAnswers(PARTNERS_FIELDS, stored, sent);
    expect(first.values).toEqual({ ...stored, "partners.0.country": "FJ" });
    const again = { ...sent, "partners.0.country": "WS", shown: first.shown };
    const second = mergeAnswers(PARTNERS_FIELDS, first.values, again);
    expect([second.values["partners.0.country"], second.differing]).toEqual(["WS", [ownership]]);
  });
});
