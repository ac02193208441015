import { expect, test } from "vitest";
import { OFFERED } from "#lib/testing/letters.ts";
import {
  checkTemplate,
  correctionValues,
  declineValues,
  ineligibleValues,
  isLetterKind,
  LETTER_KINDS,
  LETTERS,
  letterKindOf,
  mergeLetter,
  offerValues,
  sinceSent,
} from "./rules.ts";

const { application, terms, head } = OFFERED;
const { starting } = LETTERS.OFFER;

test("every starting text is right, and every field that it may use gives something", () => {
  const values = {
    OFFER: offerValues(application, { ...terms, message: "Kia ora" }),
    DECLINE: declineValues(application, "Too small"),
    INELIGIBLE: ineligibleValues(application, "Not in the Pacific"),
    CORRECTION: correctionValues(application, "Our letter was meant for another"),
  };
  for (const kind of LETTER_KINDS) {
    expect([kind, checkTemplate(kind, LETTERS[kind].starting)]).toEqual([kind, {}]);
    expect([...Object.keys(values[kind]), "deskEmail"].sort()).toEqual(Object.keys(LETTERS[kind].fields).sort());
    expect(Object.values(values[kind]).every(Boolean)).toBe(true);
    expect(mergeLetter(LETTERS[kind].starting, values[kind], head)).not.toMatch(/[{}]/);
    expect(mergeLetter(LETTERS[kind].starting, values[kind], head)).toContain(
      "fund desk at pacific.fund@mfat.example.",
    );
  }
});

test("what each field of a letter gives is said to who writes its text", () => {
  for (const kind of LETTER_KINDS) {
    for (const [name, { gives }] of Object.entries(LETTERS[kind].fields))
      expect([kind, name, gives]).toEqual([kind, name, expect.stringMatching(/^[A-Z]/)]);
  }
});

const wrong: [string, { subject?: string; body?: string }, string, RegExp][] = [
  [
    "a field that there is not",
    { body: `${starting.body}\n\n{{ammount}}` },
    "body",
    /^{{ammount}} \(line 29\) is not a field/,
  ],
  [
    "which fields there are",
    { subject: "{{ x }}" },
    "subject",
    /Its fields are {{reference}}, {{title}}, .* and {{message}}/,
  ],
  ["a field of another letter", { body: `${starting.body} {{decision}}` }, "body", /^{{decision}} .*is not a field/],
  ["a field without its end", { body: `${starting.body} {{title` }, "body", /two braces before its name and two after/],
  ["a stray end", { subject: "Offer }} of" }, "subject", /two braces/],
  ["an amount that is missing", { body: "{{conditions}} {{deadline}}" }, "body", /must include {{amount}}/],
  ["all that is missing", { body: "Hello" }, "body", /{{amount}}, {{conditions}} and {{deadline}}/],
];
test.each(wrong)("it says %s", (_what, change, field, message) => {
  expect(checkTemplate("OFFER", { ...starting, ...change })[field]).toMatch(message);
});

test("a required field counts wherever it stands", () => {
  expect(checkTemplate("DECLINE", { subject: "{{ decision }}", body: "Sorry" })).toEqual({});
});

test("paragraphs that come out empty are left out, and the subject stays on one line", () => {
  const letter = mergeLetter(starting, offerValues({ ...application, title: "Two\n\nlines" }, terms), head);
  expect(letter.split("\n\n").slice(0, 6)).toEqual([
    "Ministry of Foreign Affairs and Trade\nManatū Aorere\nPacific Security Fund",
    "1 November 2026\nReference: PSF-2026-0042",
    "Mere Tūhoe\nCertifier\nNew Zealand Police",
    "Dear Mere Tūhoe",
    "Pacific Security Fund: offer of funding for PSF-2026-0042, Two lines",
    expect.stringMatching(
      /^The Ministry of Foreign Affairs and Trade offers New Zealand Police \$400.00, GST exclusive/,
    ),
  ]);
  expect(letter.split("\n\n").slice(-3)).toEqual([
    "Yours sincerely",
    "Aroha Ngata\nDesk officer, Pacific Security Fund\nMinistry of Foreign Affairs and Trade",
    "Copy to: Tama Reo, contributor, New Zealand Police",
  ]);
  expect(letter).toContain("The offer is made on these conditions:\n1. One report");
  expect(letter).toContain("until Tuesday 1 December 2026, 11:59 pm NZDT. After");
});

test("what is merged in is never merged again, and braces of an agency stay as typed", () => {
  const values = offerValues({ ...application, title: "{{amount}} $& {{x}}" }, terms);
  expect(mergeLetter(starting, values, head)).toContain("PSF-2026-0042, {{amount}} $& {{x}}");
});

test("a letter is found by its name in an address, and only by that", () => {
  for (const kind of LETTER_KINDS) expect(letterKindOf(LETTERS[kind].slug)).toBe(kind);
  expect(letterKindOf("toString")).toBeUndefined();
  expect(["OFFER", "DECLINE", "INELIGIBLE", "offer", "toString"].map(isLetterKind)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test("a refusal has to say why, and each letter may say nothing that is not of it", () => {
  const body = (kind: "DECLINE" | "INELIGIBLE") =>
    checkTemplate(kind, { subject: "{{reference}}", body: "Sorry" }).body;
  expect([body("DECLINE"), body("INELIGIBLE")]).toEqual([
    expect.stringContaining("{{decision}}"),
    expect.stringContaining("{{reason}}"),
  ]);
  expect(checkTemplate("DECLINE", { subject: "{{requested}}", body: "{{decision}}" })).toEqual({});
  expect(Object.keys(checkTemplate("DECLINE", { subject: "{{amount}}", body: "{{reason}}" }))).toEqual([
    "subject",
    "body",
  ]);
});

test("a line is named where there are several, with a field to write it like", () => {
  const { subject, body } = checkTemplate("OFFER", { subject: "{{title", body: "Kia ora\n}}" });
  expect(subject).toContain("{{reference}}");
  expect([subject?.includes("line"), body?.includes("line 2")]).toEqual([false, true]);
});

test("paragraphs are parted by lines that are empty or hold blanks, and stand without blanks around them", () => {
  const text = { subject: " About  {{title}} ", body: "  One  \n   \nTwo\nlines\n\n\n\n{{message}}\n\nThree" };
  const letter = mergeLetter(text, { title: "boats", message: "" }, head);
  expect(letter.split("\n\n").slice(4, -3)).toEqual(["About boats", "One", "Two\nlines", "Three"]);
});

test("amounts and reports are tables, conditions a numbered list however they were typed; a year without money is left out", () => {
  const two = [2026, 2027].map((startYear) => ({ startYear, cents: 200_00n }));
  const offered = (phasing: typeof two, conditions: string) =>
    offerValues(application, { ...terms, phasing, conditions });
  expect(offered([...two, { startYear: 2028, cents: 0n }], "").payments?.split("\n")).toEqual([
    "Amounts by financial year, GST exclusive:",
    "Financial year | Amount",
    "2026/27 | $200.00",
    "2027/28 | $200.00",
    "Total | $400.00",
  ]);
  expect(offered(two.slice(0, 1), "").payments).not.toContain("Total");
  expect(
    offered(two, "\n  12.  One report in 2027. \n   \n•   Two - or 3. boats").conditions?.split("\n").slice(1),
  ).toEqual(["1. One report in 2027.", "2. Two - or 3. boats"]);
  expect(offered(two.slice(0, 1), "One").payments?.split("\n")).toHaveLength(3);
  expect(offered(two, "1. One report\n\n- Two boats\nThree").conditions?.split("\n").slice(1)).toEqual([
    "1. One report",
    "2. Two boats",
    "3. Three",
  ]);
  expect(offered(two, "").reports?.split("\n").at(-1)).toBe("Report 1 (final) | Monday 30 August 2027");
});

test("a letter to an agency without a certifier or contributor names nobody", () => {
  const letter = mergeLetter(starting, offerValues(application, terms), { ...head, certifier: null, copyTo: null });
  expect(letter).toContain("\n\nThe certifier\nNew Zealand Police\n\nDear certifier\n\n");
  expect(letter).toMatch(
    /\n\nAroha Ngata\nDesk officer, Pacific Security Fund\nMinistry of Foreign Affairs and Trade$/,
  );
});

test("what is not written yet has its place, and what is goes there", () => {
  const [none, some] = [declineValues(application, null), declineValues(application, "Too small")];
  expect([none.decision?.startsWith("["), some.decision]).toEqual([true, "Too small"]);
  expect(ineligibleValues(application, null).reason).toMatch(/^\[/);
  expect(ineligibleValues(application, "Not there").reason).toBe("Not there");
  expect([none.requested, none.title, none.agency]).toEqual(["$500.00", "Ngā manu", "New Zealand Police"]);
  const open = offerValues(application, { ...terms, conditions: "", dueAt: null });
  expect([open.message, /\d/.test(open.deadline ?? ""), open.conditions?.includes(":")]).toEqual(["", false, false]);
  expect(offerValues(application, { ...terms, message: "Kia ora" }).message).toBe("Kia ora");
});

test("a letter that tells of an end applies until the application is reopened", () => {
  const letter = (kind: "INELIGIBLE" | "DECLINE" | "CORRECTION") => ({ kind, text: "Dear agency", offer: null });
  expect(sinceSent(letter("DECLINE"), "DECLINED")).toBeNull();
  expect(sinceSent(letter("DECLINE"), "DECISION")).toMatch(/^This letter no longer applies/);
  expect(sinceSent(letter("INELIGIBLE"), "INELIGIBLE")).toBeNull();
  expect(sinceSent(letter("INELIGIBLE"), "SUBMITTED")).toMatch(/^This letter no longer applies/);
  expect(sinceSent(letter("CORRECTION"), "DECISION")).toBeNull();
});

test("the letter of an offer says since when it cannot be accepted, and to when its last day was moved", () => {
  const dueAt = new Date("2026-12-01T10:59:59.999Z");
  const sent = { kind: "OFFER" as const, text: "Accept by Tuesday 1 December 2026, 11:59 pm NZDT." };
  const offer = { dueAt, outcome: null, answeredAt: null };
  const answeredAt = new Date("2026-11-24T03:00:00Z");
  expect(sinceSent({ ...sent, offer }, "OFFERED")).toBeNull();
  expect(sinceSent({ ...sent, offer: { ...offer, outcome: "ACCEPTED", answeredAt } }, "ACTIVE")).toBeNull();
  expect(sinceSent({ ...sent, offer: { ...offer, outcome: "WITHDRAWN", answeredAt } }, "APPROVED")).toBe(
    "This offer was withdrawn on 24 November 2026, 4:00 pm. It can no longer be accepted.",
  );
  const moved = { ...offer, dueAt: new Date("2026-12-08T10:59:59.999Z") };
  expect(sinceSent({ ...sent, offer: moved }, "OFFERED")).toMatch(
    /^The last day to accept this offer was moved to Tuesday 8 December 2026, 11:59 pm NZDT/,
  );
});

test("a letter that is not written yet says where its words will stand", () => {
  expect(correctionValues(application, null).correction).toBe("[What we write for the agency goes here.]");
  expect(correctionValues(application, "Sorry").correction).toBe("Sorry");
  expect(LETTERS.CORRECTION.fields.correction?.isRequired).toBe(true);
});
