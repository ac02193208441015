import { expect, test } from "vitest";
import type { Field } from "./fields.ts";
import {
  chosenOptions,
  contentOf,
  expandFields,
  formerAnswers,
  formerFields,
  moveValues,
  type ReleasedForm,
  renameFields,
  renamesSince,
  renameValues,
  withChosen,
  withRetired,
} from "./versions.ts";

const text = (name: string, label = name): Field => ({ kind: "text", name, label });
const lines = (...columns: Field[]): Field => ({
  kind: "rows",
  name: "lines",
  label: "Lines",
  noun: "line",
  min: 0,
  max: 9,
  sumBy: "of",
  columns,
});
const option = (value: string) => ({ value, label: value.toUpperCase() });
const choice = (name: string, ...values: string[]): Field => ({
  kind: "choice",
  name,
  label: name,
  options: values.map(option),
});
const release = (number: number, fields: Field[], renames: Record<string, string> = {}): ReleasedForm => ({
  kind: "APPLICATION",
  number,
  renames: { one: renames },
  sections: [{ key: "one", number: 1, title: "One", fields }],
});

const FIRST = release(1, [
  text("a"),
  { kind: "day", name: "on", label: "On" },
  { kind: "amount", name: "cost", label: "Cost" },
  lines(choice("of", "x", "y"), text("what"), { kind: "amount", name: "cost", label: "Cost of it" }),
]);
const SECOND = release(2, [text("b"), lines(choice("kind", "x"), text("what"))], { a: "b", "lines.of": "lines.kind" });
const THIRD = release(3, [text("c", "New words"), lines(choice("kind", "x", "z"))], { b: "c" });
const RELEASES = [FIRST, SECOND, THIRD];
const TYPED = {
  a: "Kept",
  "on-day": "31",
  "on-month": "2",
  "on-year": "2027",
  cost: "about 5k",
  "lines.0.of": "y",
  "lines.0.what": "Boats",
  "lines.0.cost": "some",
  "lines.1.of": "x",
  "lines.1.cost": "12",
};

test("answers follow their fields over several releases, and not a word of the others is lost", () => {
  const today = THIRD.sections[0]?.fields ?? [];
  const renames = renamesSince(RELEASES, 1, "one");
  const { asked, former } = moveValues(today, renames, TYPED, {});
  expect(asked).toEqual({ c: "Kept", "lines.0.kind": "y", "lines.1.kind": "x" });
  expect([...Object.values(asked), ...Object.values(former)].sort()).toEqual(Object.values(TYPED).sort());
  expect(formerAnswers(formerFields(RELEASES, "one", today), former, {})).toEqual([
    { label: "On", lines: ["31 2 2027"] },
    { label: "Cost", lines: ["about 5k"] },
    { label: "Lines", lines: ["what: Boats · Cost of it: some", "Cost of it: $12.00"] },
  ]);
  // A field that is asked again comes back, and moving twice has the same result as moving once.
  expect(moveValues(today, [], asked, former)).toEqual({ asked, former });
  const again = moveValues([...today, { kind: "amount", name: "cost", label: "Cost" }], [], asked, former);
  expect(again.asked.cost).toBe("about 5k");
});

test("a choice between two versions of a field keeps its name, whatever the field was called", () => {
  const renames: Record<string, string>[] = [{ a: "b" }, {}];
  expect(renameValues({ "choose.b": "mine x", "lines.0.of": "x", a: "A" }, renames)).toEqual({
    "choose.b": "mine x",
    "lines.0.of": "x",
    b: "A",
  });
});

test("a release is read under the names of today and in its own words", () => {
  const [field, , , rows] = renameFields(FIRST.sections[0]?.fields ?? [], renamesSince(RELEASES, 1, "one"));
  expect(field).toMatchObject({ name: "c", label: "a" });
  expect(rows).toMatchObject({ sumBy: "kind", columns: [{ name: "kind" }, { name: "what" }, { name: "cost" }] });
});

test("an option that is not offered any more is told in words, and can be seen where it was chosen", () => {
  const fields = withRetired(RELEASES, "one", THIRD.sections[0]?.fields ?? []);
  const columnIn = (some: readonly Field[]) => {
    const [, rows] = some;
    return rows?.kind === "rows" ? rows.columns[0] : undefined;
  };
  expect(columnIn(fields)).toMatchObject({ retired: [option("y")] });
  const gone = { value: "y", label: "Y (no longer offered)" };
  expect(columnIn(withChosen(fields, { "lines.0.kind": "y" }))).toMatchObject({
    options: [option("x"), option("z"), gone],
  });
  expect(columnIn(withChosen(fields, { "lines.0.kind": "x" }))).toMatchObject({ options: [option("x"), option("z")] });
});

test("fields that are asked for each item of a series; and the options that were chosen", () => {
  const each: Field = { kind: "amount", name: "year{value}", each: "years", label: "{label}" };
  const years = ["2026", "2027"].map((value) => ({ value, label: `${value}/x` }));
  const [rows] = expandFields([lines(each)], { years });
  expect(rows).toMatchObject({ columns: [{ name: "year2026", label: "2026/x" }, { name: "year2027" }] });
  const places = { places: [option("a"), option("b"), option("c")] };
  const field: Field = { kind: "shares", name: "at", label: "At", options: "places" };
  expect(chosenOptions([{ fields: [field], values: { at: ["c", "a"], "at-a": "40" } }], places)).toEqual({
    places: [option("a"), option("c")],
  });
});

test("the content of a release is the same however its objects are ordered", () => {
  const turn = <Turned extends object>(one: Turned) => Object.fromEntries(Object.entries(one).reverse()) as Turned;
  expect(contentOf(turn({ ...FIRST, sections: FIRST.sections.map(turn) }))).toBe(contentOf(FIRST));
});
