import { expect, test } from "vitest";
import { DECLARATION_FIELDS } from "#lib/applications/form/declaration.ts";
import { draftFields } from "#lib/applications/form/releases.ts";
import { SECTIONS, type SectionKey } from "#lib/applications/form/sections.ts";
import type { PaperItem, PaperTable } from "#lib/platform/paper.ts";
import { type ApplicationCopy, applicationPaper, auditSubject, eventLabel } from "./rules.ts";

const at = new Date("2026-11-24T00:00:00Z");
const certifiedAt = new Date("2026-11-20T00:00:00Z");
const certified = { number: 2, by: "Daniel Whyte", at: certifiedAt, agency: "New Zealand Police", round: "2026" };
const application: ApplicationCopy["application"] = {
  reference: "PSF-2026-0001",
  agency: { name: "New Zealand Police" },
  round: { name: "2026" },
  state: "SUBMITTED",
  heldAt: null,
  marking: "UNCLASSIFIED",
  endorsement: null,
};
type Section = { key: SectionKey; answers: object | null };
type Sections = readonly Section[];
type Change = Partial<ApplicationCopy> & { certified?: ApplicationCopy["answers"]["certified"] };

/** A section of the current form. */
const asked = ({ key, answers }: Section) => {
  const { number, title } = SECTIONS[key];
  const fields = key === "declaration" ? DECLARATION_FIELDS : draftFields(key, [2026, 2027]);
  return { key, number, title, fields, answers: answers as Record<string, unknown> | null, former: [] };
};

const copyOf = (sections: Sections, { certified: by = certified, ...change }: Change = {}): ApplicationCopy => ({
  application,
  answers: { lists: {}, sections: sections.map(asked), certified: by },
  files: [],
  ...change,
});
const paperOf = (...args: Parameters<typeof copyOf>) => applicationPaper(copyOf(...args), "MFAT", at);
const itemsOf = (sections: Sections, change: Change = {}) => paperOf(sections, change).sections[1]?.items ?? [];
const linesOf = (items: readonly PaperItem[]) => items.map((item) => (item.kind === "answer" ? item.lines : item.kind));
const isTable = (item: PaperItem): item is PaperTable => item.kind === "table";

test("the copy is named and marked as its answers say, else as what was signed off", () => {
  const initiative = (answers: object | null): Sections => [{ key: "initiative", answers }];
  expect(paperOf(initiative({ title: "Radios", marking: "IN_CONFIDENCE", endorsement: null }))).toMatchObject({
    title: "Radios",
    reference: "PSF-2026-0001",
    marking: "IN-CONFIDENCE",
  });
  const kept = { application: { ...application, marking: "IN_CONFIDENCE" as const, endorsement: "BUDGET" } };
  const signedOff = paperOf(initiative({ marking: "toString" }), kept);
  expect(signedOff.marking).toMatch(/^IN-CONFIDENCE.*BUDGET/);
  expect(signedOff.title).not.toBe("");
  expect(paperOf(initiative({ marking: "UNCLASSIFIED", endorsement: "POLICY" }), kept).marking).toMatch(/POLICY/);
  expect(paperOf(initiative({ marking: "UNCLASSIFIED" }), kept).marking).toBe("UNCLASSIFIED");
  expect([paperOf(initiative(null), kept).marking, paperOf([], kept).marking]).toEqual(
    Array(2).fill(signedOff.marking),
  );
  expect(signedOff.above).toHaveLength(1);
});

const budget = (lines: object[], contributions: object[] = []): Sections => [
  { key: "budget", answers: { lines, contributions } },
];
const line = { category: "travel", description: "Flights", year2026: 100n, year2027: 50n };

test("it says what it is: whose, in which state and version, made when, asking for how much", () => {
  const facts = (change: Change, sections: Sections = budget([line, { ...line, year2027: null }])) =>
    linesOf(paperOf(sections, change).sections[0]?.items ?? []).map(([words]) => words);
  const told = facts({});
  expect(told.slice(0, 3)).toEqual(["PSF-2026-0001", "New Zealand Police", "2026"]);
  expect(told[3]).not.toContain(",");
  expect(told.slice(4)).toEqual([
    expect.stringMatching(/2.*20 November 2026/),
    expect.stringContaining("24 November 2026"),
    expect.stringContaining("$2.50"),
  ]);
  expect(facts({ application: { ...application, heldAt: at } })[3]).toContain(",");
  expect(facts({ certified: null })[4]).not.toMatch(/\d/);
  expect([facts({}, [])[6], facts({}, [{ key: "budget", answers: null }])[6]]).toEqual(
    Array(2).fill(expect.stringContaining("$0.00")),
  );
});

test("budget lines are a table with a sum for each line and year, and below it one for each category", () => {
  const items = itemsOf(budget([line, { category: "other", description: "", year2026: 7n, year2027: null }, line]));
  const [table, sums, contributions] = items;
  expect(table).toMatchObject({
    kind: "table",
    rows: [
      ["Travel", "Flights", "$1.00", "$0.50", "$1.50"],
      ["Other", "–", "$0.07", "–", "$0.07"],
      ["Travel", "Flights", "$1.00", "$0.50", "$1.50"],
    ],
    total: ["Total", "", "$2.07", "$1.00", "$3.07"],
  });
  expect(items.filter(isTable)[0]?.columns.map(({ isNumeric }) => isNumeric)).toEqual([false, false, true, true, true]);
  expect(items.filter(isTable)[0]?.columns.every(({ header }) => header)).toBe(true);
  expect(sums).toMatchObject({ lines: ["Travel $3.00", "Other $0.07"], label: expect.stringContaining("category") });
  expect(contributions).toMatchObject({ kind: "answer" });
  expect(items).toHaveLength(3);
});

test("a year for which nothing is asked has no column, and one year alone no sum across", () => {
  const [table] = itemsOf(budget([{ ...line, year2027: null }])).filter(isTable);
  expect(table?.rows).toEqual([["Travel", "Flights", "$1.00"]]);
  expect(table?.total).toEqual(["Total", "", "$1.00"]);
  expect(table?.columns.map(({ isNumeric }) => isNumeric)).toEqual([false, false, true]);
  const nothing = itemsOf(budget([{ category: null, description: "Flights", year2026: null, year2027: null }]));
  expect(nothing.filter(isTable)[0]).toMatchObject({ rows: [["–", "Flights"]], total: null });
  expect(nothing[1]).toMatchObject({ kind: "answer", lines: [] });
});

test("rows without money have neither sums nor a total", () => {
  const risks: Sections = [{ key: "risks", answers: { risks: [{ risk: "Storms" }] } }];
  const [table] = itemsOf(risks).filter(isTable);
  expect(table?.total).toBeNull();
  expect(table?.rows[0]).toContain("Storms");
  const { fields } = asked({ key: "risks", answers: null });
  expect(itemsOf(risks).map(({ kind }) => kind)).toEqual(
    fields.map(({ kind }) => (kind === "rows" ? "table" : "answer")),
  );
  expect(itemsOf([{ key: "risks", answers: null }]).filter(isTable)).toHaveLength(0);
});

test("what the form no longer asks stands under what it asks, as it was answered", () => {
  const copy = copyOf([{ key: "need", answers: null }]);
  const former = [{ label: "Threat level", lines: ["High", "Rising"] }];
  const sections = copy.answers.sections.map((section) => ({ ...section, former }));
  const paper = applicationPaper({ ...copy, answers: { ...copy.answers, sections } }, "MFAT", at);
  expect(paper.sections[1]?.items.at(-1)).toEqual({
    kind: "answer",
    label: "No longer asked: Threat level",
    lines: ["High", "Rising"],
  });
});

test("what was signed off has the names of its day, and a draft has today’s", () => {
  const names = (by: typeof certified | null) =>
    linesOf(paperOf([], { certified: by }).sections[0]?.items ?? []).slice(1, 3);
  expect(names({ ...certified, agency: "Police Department", round: "First" })).toEqual([
    ["Police Department"],
    ["First"],
  ]);
  expect(names(null)).toEqual([["New Zealand Police"], ["2026"]]);
});

test("files stand in their own section, and a section without any says so", () => {
  const file = { section: "files" as const, description: "A plan", fileName: "plan.pdf", sizeBytes: 1_000 };
  const files = [file, { ...file, section: "partners" as const, fileName: "letter.pdf" }];
  const items = itemsOf([{ key: "files", answers: null }], { files });
  expect(items.at(-1)).toMatchObject({
    kind: "table",
    rows: [["A plan", "plan.pdf", "PDF, 1 kB"]],
    columns: Array(3).fill({ header: expect.stringMatching(/./), isNumeric: false }),
    total: null,
  });
  expect(itemsOf([{ key: "files", answers: null }]).at(-1)).toMatchObject({ kind: "answer", lines: ["None"] });
  const need = itemsOf([{ key: "need", answers: null }], { files });
  expect(need.filter(isTable)).toHaveLength(0);
});

test("the declaration is the certifier's: with who signed it and when, and nothing before", () => {
  const declaration: Sections = [{ key: "declaration", answers: null }];
  const signed = itemsOf(declaration);
  expect(signed.length).toBeGreaterThan(1);
  expect(signed.at(-1)).toMatchObject({ lines: [expect.stringMatching(/Daniel Whyte.*20 November 2026/)] });
  expect(itemsOf(declaration, { certified: null })).toEqual([{ kind: "paragraph", text: expect.any(String) }]);
  const need = itemsOf([{ key: "need", answers: null }]);
  expect(linesOf(need).flat().join()).not.toContain("Daniel");
});

test("sections stand in their order by number and title", () => {
  expect(paperOf([{ key: "need", answers: null }, ...budget([])]).sections.map(({ title }) => title)).toEqual([
    expect.stringMatching(/./),
    "3. The need",
    "7. Budget",
  ]);
});

test.each([
  ["person:12", { label: "Kate", href: "/settings/people/12" }],
  ["person:13", { label: "person:13" }],
  ["round:9", { label: "Round 2026" }],
  ["year:2026", { label: "2026/27", href: "/budget?year=2026" }],
  ["conditions:1", { label: "Conditions", href: "/settings/conditions" }],
  ["letter:OFFER", { label: expect.any(String), href: "/settings/letters/offer" }],
  ["document:OFFER", { label: "A file" }],
  ["letter:toString", { label: "letter:toString" }],
  ["email:a@b.example", { label: "a@b.example" }],
  ["page:/applications/PSF-2026-0001", { label: "PSF-2026-0001", href: "/applications/PSF-2026-0001" }],
  ["page:/applications/PSF-2026-0001/files", { label: "PSF-2026-0001", href: "/applications/PSF-2026-0001" }],
  ["page:/x/applications/PSF-2026-0001", { label: "/x/applications/PSF-2026-0001" }],
  ["page:/applications/new", { label: "/applications/new" }],
  ["anything else", { label: "anything else" }],
])("the audit trail says “%s” in words", (subject, expected) => {
  const names = new Map([
    ["person:12", "Kate"],
    ["round:9", "Round 2026"],
  ]);
  expect(auditSubject(subject, names.get(subject))).toEqual(expected);
});

test("what has no page is said without its id", () => {
  const labels = ["document:1", "batch:1", "view:1", "email:1"].map((subject) => auditSubject(subject));
  for (const { label, href } of labels)
    expect([label.includes("1"), label.length > 3, href]).toEqual([false, true, undefined]);
  expect([eventLabel("session.started"), eventLabel("nothing.known")]).toEqual(["Signed in", "nothing.known"]);
});

test("the sections are found by their key, wherever they stand", () => {
  const sections: Sections = [
    { key: "need", answers: { title: "Not this one", lines: [{ year2026: 900n }] } },
    ...budget([line]),
    { key: "initiative", answers: { title: "Radios" } },
  ];
  const paper = paperOf(sections);
  expect(paper.title).toBe("Radios");
  expect(linesOf(paper.sections[0]?.items ?? []).at(-1)?.[0]).toContain("$1.50");
});

test("only the declaration waits for a signature, and steps are called as in the history", () => {
  const need: Sections = [{ key: "need", answers: null }];
  expect(itemsOf(need, { certified: null })).toEqual(itemsOf(need));
  expect(eventLabel("application.sentForSignOff")).toBe("Sent for sign-off");
  expect(auditSubject("page:/applications/PSF-2026-0001/approve").label).toMatch(/^PSF-2026-0001: ./);
  expect(auditSubject("a person:12", "Kate").label).toBe("Kate");
  expect(auditSubject("a person:12", "Kate").href).toBeUndefined();
  expect(auditSubject("x letter:OFFER").href).toBeUndefined();
});
