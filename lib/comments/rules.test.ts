import { expect, test } from "vitest";
import { namedIn } from "./rules.ts";

const colleagues = ["Mere Tūhoro", "Mere Ngata", "Sione Vaʻa", "Āwhina Hēmi"].map((name) => ({ name }));

test.each([
  ["@Mere Tuhoro, is that right?", ["Mere Tūhoro"]],
  ["Ask @mere ngata and @Sione.", ["Mere Ngata", "Sione Vaʻa"]],
  ["@Āwhina", ["Āwhina Hēmi"]],
  ["@awhina: yes", ["Āwhina Hēmi"]],
  // Two people have the name, and part of a name means nobody.
  ["@Mere", []],
  ["@Sion", []],
  ["Mere Ngata said so; write to x@police.example", []],
  ["", []],
])("“%s” names %j", (text, names) => {
  expect(namedIn(text, colleagues).map(({ name }) => name)).toEqual(names);
});

test("nobody is named by an @ alone, not even somebody without a name", () => {
  expect(namedIn("Meet @ the wharf", [{ name: "" }])).toEqual([]);
  expect(namedIn("@", [{ name: "" }])).toEqual([]);
});
