// A released form is never edited: a change is a new release, which says what happened to each question.
import { describe, expect, test, vi } from "vitest";
import { SECTIONS } from "#lib/applications/form/sections.ts";
import type { Field } from "#lib/form/fields.ts";
import { type ReleasedForm, releaseProblems } from "#lib/form/versions.ts";
import { MIGRATIONS_BEFORE } from "../prisma/before/database.ts";
import { FORMS, hashOf, nextRelease } from "./forms.ts";

const HOW =
  "is not what was released last: write it as a new release with `npm run release:form`, and leave the others";

describe.each(FORMS)("the form $kind", (form) => {
  test("is released as it is asked today", () => {
    const next = nextRelease({ ...form }, {});
    expect(next === null ? "" : `The form ${form.kind} ${HOW}`).toBe("");
  });

  test("has releases that are what their hashes say", () => {
    for (const release of form.releases) expect(release.hash, `${form.kind} ${release.number}`).toBe(hashOf(release));
    for (const [index] of form.releases.entries())
      expect(releaseProblems(form.releases.slice(0, index + 1))).toEqual([]);
  });

  test("has a first release that databases of earlier versions were given, word for word", () => {
    const given = Object.values(MIGRATIONS_BEFORE).join("\n");
    expect(given).toContain(`('${form.releases[0]?.hash}', '${form.kind}', 1, $form$`);
  });
});

test("an edited label is found", () => {
  const [first, ...others] = SECTIONS.need.fields();
  const spy = vi.spyOn(SECTIONS.need, "fields").mockReturnValue([{ ...first, label: "The gap" }, ...others] as never);
  const next = FORMS.map((form) => nextRelease(form)?.number ?? null);
  expect(next).toEqual(FORMS.map(({ kind, releases }) => (kind === "APPLICATION" ? releases.length + 1 : null)));
  spy.mockRestore();
});

const field = (name: string, kind: "text" | "day" = "text"): Field => ({ kind, name, label: name });
const rows = (...columns: Field[]): Field => ({
  kind: "rows",
  name: "rows",
  label: "Rows",
  noun: "row",
  min: 0,
  max: 9,
  columns,
});
const form = (number: number, fields: Field[], renames: Record<string, string> = {}): ReleasedForm => ({
  kind: "APPLICATION",
  number,
  renames: { one: renames },
  sections: [{ key: "one", number: 1, title: "One", fields }],
});

test.each([
  ["a rename of what was not asked", [form(1, [field("a")]), form(2, [field("b")], { x: "b" })], "“x” is not a field"],
  ["a rename to what is not asked", [form(1, [field("a")]), form(2, [field("b")], { a: "c" })], "which is not asked"],
  [
    "a rename of what is asked as well",
    [form(1, [field("a")]), form(2, [field("a"), field("b")], { a: "b" })],
    "asked as well",
  ],
  [
    "a rename to another question",
    [form(1, [field("a"), field("b")]), form(2, [field("b")], { a: "b" })],
    "another question",
  ],
  ["a name that is a question of another kind", [form(1, [field("a")]), form(2, [field("a", "day")])], "another kind"],
  ["the same two releases later", [form(1, [field("a")]), form(2, []), form(3, [field("a", "day")])], "another kind"],
  [
    "the same of a column",
    [form(1, [rows(field("a"))]), form(2, [rows(field("a", "day"))])],
    "“rows.a” was a question of another kind",
  ],
  ["a section that is gone", [form(1, []), { ...form(2, []), sections: [] }], "The section “one” is missing"],
  ["a number that is missing", [form(1, []), form(3, [])], "Release 2 is missing"],
])("%s is refused", (_what, releases, problem) => {
  expect(releaseProblems(releases).join("\n")).toContain(problem);
});

test("names, labels and options may change, and questions come and go", () => {
  const second = form(2, [{ ...field("b"), label: "Other words" }, field("c"), rows(field("y"))], {
    a: "b",
    "rows.x": "rows.y",
  });
  expect(releaseProblems([form(1, [field("a"), field("d"), rows(field("x"))]), second])).toEqual([]);
});
