import { describe, expect, test } from "vitest";
import { fieldsOf, parseSection, SECTION_KEYS } from "#lib/applications/form/sections.ts";
import { cleanText, countWords } from "#lib/platform/text.ts";
import { type Field, firstInput, type Values } from "./fields.ts";
import { cleanValues, parseFields, valuesOf } from "./parse.ts";

const YEARS = [2026, 2027, 2028];
const LISTS = { places: [{ value: "WS", label: "Samoa" }], focusAreas: [{ value: "f", label: "Focus" }] };

/** Every field of the application form with a limit, whether in a row or not, and where it is. */
const FIELDS: [where: string, field: Field][] = SECTION_KEYS.flatMap((key) =>
  fieldsOf(key, YEARS)
    .flatMap((field) => (field.kind === "rows" ? field.columns : [field]))
    .map((field): [string, Field] => [`${key}: ${field.label}`, field]),
);

const errorOf = (field: Field, values: Values): string | undefined => {
  const { errors } = parseFields([field], values, LISTS);
  return errors?.[firstInput(field)] ?? errors?.[field.name];
};
const typed = (field: Field, value: string) => errorOf(field, { [field.name]: value });
const charsMaxOf = (field: Field) =>
  field.kind === "text" ? (field.charsMax ?? 200) : field.kind === "longText" ? (field.charsMax ?? 20_000) : 0;

/** Pasted from a spreadsheet, or typed by mistake: never a single amount. */
const TWO_AMOUNTS = ["5000\t6000", "5000 6000", "20 27", "5,000 6,000", "5000\u00a06000", "5000\u200b6000"];

describe("limits, at them and one above", () => {
  test.each(FIELDS.filter(([, field]) => charsMaxOf(field)))("%s, in characters", (_where, field) => {
    const max = charsMaxOf(field);
    expect(typed(field, "ā".repeat(max))).toBeUndefined();
    expect(typed(field, "ā".repeat(max + 1))).toBe(
      `${field.label} must be ${max.toLocaleString("en-NZ")} characters or fewer`,
    );
    expect(typed(field, "x".repeat(100_000))).toContain("characters or fewer");
  });

  test.each(FIELDS.flatMap(([where, field]) => ("wordsMax" in field && field.wordsMax ? [{ where, field }] : [])))(
    "$where, in words",
    ({ field }) => {
      const words = (count: number) => Array.from({ length: count }, () => "a").join(" ");
      expect(typed(field, words(field.wordsMax ?? 0))).toBeUndefined();
      expect(typed(field, words((field.wordsMax ?? 0) + 1))).toBe(
        `${field.label} must be ${field.wordsMax} words or fewer; it has ${(field.wordsMax ?? 0) + 1}`,
      );
    },
  );

  test.each(FIELDS.filter(([, { kind }]) => kind === "amount"))("%s, an amount", (_where, field) => {
    for (const good of ["0.01", "300,000", "300 000", "1\u00a0234\u00a0567.89", "$2500.50", "99999999.99"])
      expect([good, typed(field, good)]).toEqual([good, undefined]);
    for (const bad of [
      "-1",
      "−1",
      "1.005",
      "1.2.3",
      "1e6",
      "0x10",
      "ten",
      "٣",
      "NaN",
      "1,00",
      "9".repeat(30),
      ...TWO_AMOUNTS,
    ])
      expect([bad, typed(field, bad)]).toEqual([bad, expect.stringContaining(field.label)]);
  });

  test.each(FIELDS.filter(([, { kind }]) => kind === "day"))("%s, a day", (_where, field) => {
    const day = (text: string) => {
      const [d = "", m = "", y = ""] = text.split(" ");
      return errorOf(field, { [`${field.name}-day`]: d, [`${field.name}-month`]: m, [`${field.name}-year`]: y });
    };
    for (const good of [
      "29 2 2028",
      "31 12 2026",
      "1 July 2027",
      "01 sept 2027",
      "1 7 27",
      "1 Jul. 26",
      "1st JULY ’27",
    ])
      expect([good, day(good)]).toEqual([good, undefined]);
    for (const bad of [
      "30 2 2027",
      "29 2 2027",
      "31 4 2027",
      "0 1 2027",
      "1 13 2027",
      "32 1 27",
      "1 Jul.. 27",
      "1 7 027",
      "1 1",
      "-1 1 2027",
      "1 Ju 2027",
      "1 Julius 2027",
    ])
      expect([bad, day(bad)]).toEqual([bad, `${field.label} must be a real date, like 1 7 2027`]);
    // Ambiguous century: 1999 or 2099.
    for (const short of ["1 7 99", "1 7 ’51"])
      expect([short, day(short)]).toEqual([short, `${field.label} must have a four-digit year, like 2027`]);
    for (const far of ["3 12 1926", "1 7 2101"])
      expect([far, day(far)]).toEqual([far, `${field.label} must have a year from 2000 to 2100`]);
  });

  test.each(FIELDS.filter(([, { optional, kind }]) => !optional && kind !== "lookup" && kind !== "rows"))(
    "%s, missing",
    (_where, field) => {
      expect(errorOf(field, {})).toEqual(expect.any(String));
      expect(typed(field, "  \n\t ")).toEqual(expect.any(String));
    },
  );
});

test("percentages add up to 100", () => {
  const field = {
    kind: "shares",
    name: "places",
    label: "Places",
    options: [..."ab"].map((value) => ({ value, label: value })),
  } as const;
  const errorsOf = (a: string, b: string) =>
    parseFields([field], { places: ["a", "b"], "places-a": a, "places-b": b }).errors;
  expect(errorsOf("50", "50%")).toBeNull();
  for (const [a, b] of [
    ["50", "49"],
    ["60", "41"],
    ["100", "0"],
    ["33.3", "66.7"],
    ["-1", "101"],
  ] as const)
    expect([a, b, Object.values(errorsOf(a, b) ?? {}).join()]).toEqual([
      a,
      b,
      expect.stringMatching(/add up to 100|from 1 to 100/),
    ]);
});

test("text from anywhere comes in as it was typed", () => {
  const field: Field = { kind: "longText", name: "need", label: "Need" };
  const pasted = "“Word’s” – quotes…\n•\tbullet\u00a0space\nPāpāwai, Ōtāhuhu 🇼🇸👩🏽‍🚒\nعربي ועברית";
  const form = new FormData();
  form.set("need", pasted.replaceAll("\n", "\r\n").normalize("NFD"));
  expect(parseFields([field], valuesOf(form)).data).toEqual({ need: pasted });
  expect(countWords(pasted)).toBe(11);
  form.set("need", "a\0b");
  expect(valuesOf(form)).toEqual({ need: "ab" });
});

test("fields of a name that every object has are left out, and no form at all is a form without answers", () => {
  const form = new FormData();
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "need"]) {
    form.append(name, "a");
    form.append(name, "b");
  }
  expect(valuesOf(form)).toEqual({ need: ["a", "b"] });
  for (const odd of [undefined, null, "need=a", ["need", "a"], {}]) expect(valuesOf(odd as never)).toEqual({});
});

test("what is wrong is said in the order of the form, also where answers are checked against each other", () => {
  const day = (name: string, year: string) => ({
    [`${name}-day`]: "1",
    [`${name}-month`]: "2",
    [`${name}-year`]: year,
  });
  const initiative = parseSection(
    "initiative",
    { mainFocusArea: "f", ...day("startsOn", "2028"), ...day("endsOn", "2027") },
    LISTS,
    YEARS,
  );
  expect(Object.keys(initiative.errors ?? {})).toEqual([
    "title",
    "summary",
    "places",
    "focusAreas",
    "mainFocusArea",
    "endsOn-day",
    "marking",
  ]);
  const budget = parseSection(
    "budget",
    {
      "lines.0.category": "travel",
      "lines.0.description": "Flights",
      "lines.1.year2028": "much",
      "contributions.0.amount": "5",
    },
    LISTS,
    YEARS,
  );
  expect(Object.keys(budget.errors ?? {})).toEqual([
    "lines.0.year2026",
    "lines.1.category",
    "lines.1.description",
    "lines.1.year2028",
    "contributions.0.source",
    "contributions.0.from",
  ]);
});

test("signs without width around what was typed are taken off, and inside it they stay", () => {
  const form = new FormData();
  const family = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}";
  form.append("amount", "\u202d5,000\u202c");
  form.append("email", " \u200b somebody@agency.example\ufeff ");
  form.append("title", "\u200b");
  form.append("text", `\u2066${family} \u05d0\u200f.\u05d1 page one\fpage\u0085two \u{1f3f4}\u{e0067}\u{e007f}`);
  expect(valuesOf(form)).toEqual({
    amount: "5,000",
    email: " somebody@agency.example",
    title: "",
    text: `${family} \u05d0\u200f.\u05d1 page one page two \u{1f3f4}\u{e0067}\u{e007f}`,
  });
  const hostile = `${"\u200b ".repeat(150_000)}x${" ".repeat(300_000)}x`;
  form.set("text", hostile);
  expect(valuesOf(form).text).toHaveLength(300_003);
  expect(countWords("page one\fpage\u0085two")).toBe(4);
  // As it is typed, and as it is stored.
  const typed = "\u200b T\u016bhoro \u2060 writes \u202c";
  expect([countWords(typed), countWords(cleanText(typed))]).toEqual([2, 2]);
});

test("what stood in an address is cleaned, whatever came with it", () => {
  const sent = { words: "Nga\u0304\0", state: ["OPEN", "ENDED"], constructor: [Object, "y"] } as unknown as Values;
  expect(cleanValues(sent)).toEqual({ words: ["Ngā"], state: ["OPEN", "ENDED"], constructor: ["y"] });
});

test("what XML cannot hold is taken off where text comes in, by form and by address; line ends are one kind", () => {
  const form = new FormData();
  form.append("title", "Radio net\ufffework\uffff \u{1f6a2}");
  form.append("need", "one\rtwo\r\nthree\ffour");
  expect(valuesOf(form)).toEqual({ title: "Radio network \u{1f6a2}", need: "one\ntwo\nthree four" });
  const { words } = Object.fromEntries(new URLSearchParams("words=%EF%BF%BFports"));
  expect(cleanValues({ words: words ?? "" })).toEqual({ words: ["ports"] });
  expect(cleanValues({ words: "\ud800ports\udfff" })).toEqual({ words: ["ports"] });
});
