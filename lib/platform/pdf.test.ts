import { getDocumentProxy } from "unpdf";
import { beforeAll, expect, test } from "vitest";
import { fieldsOf, readSection, SECTION_KEYS, SECTIONS } from "#lib/applications/form/sections.ts";
import type { Field, Lists, Values } from "#lib/form/fields.ts";
import { letterPaper } from "#lib/letters/paper/rules.ts";
import { LETTERS, mergeLetter, offerValues } from "#lib/letters/rules.ts";
import { type ApplicationCopy, applicationPaper } from "#lib/records/rules.ts";
import { OFFERED } from "#lib/testing/letters.ts";
import { paperPdf } from "./pdf.ts";

const YEARS = [2026, 2027, 2028];
const LISTS: Lists = Object.fromEntries(
  ["places", "regions", "focusAreas", "purposeCodes"].map((name) => [
    name,
    [{ value: "one", label: `One of ${name}` }],
  ]),
);
const MANY = 12;

/** A value that somebody may type into a field, whatever its kind; rows have several of everything. */
function typed(field: Field): Values {
  const { name } = field;
  switch (field.kind) {
    case "day":
      return { [`${name}-day`]: "1", [`${name}-month`]: "7", [`${name}-year`]: "2027" };
    case "amount":
      return { [name]: "1,000.50" };
    case "choice":
    case "choices":
    case "shares":
      return { [name]: typeof field.options === "string" ? "one" : (field.options[0]?.value ?? "") };
    case "confirm":
      return { [name]: "yes" };
    case "rows":
      return Object.assign(
        {},
        ...Array.from({ length: MANY }, (_, index) =>
          field.columns.map((column) => typed({ ...column, name: `${name}.${index}.${column.name}` })),
        ).flat(),
      );
    default:
      return {
        [name]: field.kind === "longText" ? `${"Kei te mōhio mātou. ".repeat(30)}\nTalofa lavā` : `Word ${name}`,
      };
  }
}

/** An application in which every field of every section is answered. */
const COPY: ApplicationCopy = {
  application: {
    reference: "PSF-2026-0042",
    agency: { name: "New Zealand Police" },
    round: { name: "Round 1" },
    state: "SUBMITTED",
    heldAt: null,
    marking: "UNCLASSIFIED",
    endorsement: null,
  },
  answers: {
    lists: LISTS,
    certified: {
      number: 2,
      by: "Mere Tūhoe",
      at: new Date("2026-08-03T00:00:00Z"),
      agency: "New Zealand Police",
      round: "Round 1",
    },
    sections: SECTION_KEYS.map((key) => {
      const values: Values = Object.assign({}, ...fieldsOf(key, YEARS).map(typed));
      const title = { title: "Ngā manu o te moana: Sāmoa, Fa‘asāmoa, ʻIlaheva 😀 👩‍🚒 שלום עולם 漢" };
      const told = { marking: "IN_CONFIDENCE", endorsement: "Commercial" };
      return {
        key,
        number: SECTIONS[key].number,
        title: SECTIONS[key].title,
        fields: fieldsOf(key, YEARS),
        former: [],
        answers: readSection(key, key === "initiative" ? { ...values, ...title, ...told } : values, LISTS, YEARS),
      };
    }),
  },
  files: [{ section: "partners", description: "Letter of support", fileName: "tusi-lagolago.pdf", sizeBytes: 120_000 }],
};

const at = new Date("2026-08-04T01:00:00Z");
const paper = applicationPaper(COPY, "AGENCY", at);

type Read = Awaited<ReturnType<typeof read>>;
type PdfPage = Awaited<ReturnType<Awaited<ReturnType<typeof getDocumentProxy>>["getPage"]>>;
type Tagged = { role?: string; children?: Tagged[]; id?: string };

/** A PDF as a reader sees it: the text of each page, its tags and headings in order, and its properties. */
async function read(pdf: Buffer) {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const pages: Awaited<ReturnType<typeof readPage>>[] = [];
  for (let number = 1; number <= document.numPages; number++)
    pages.push(await readPage(await document.getPage(number)));
  const { info } = await document.getMetadata();
  return { pages, text: pages.map(({ text }) => text).join(" "), info: info as Record<string, unknown> };
}

async function readPage(page: PdfPage) {
  const parts = await partsOf(page);
  const elements = flatten((await page.getStructTree()) as Tagged);
  const textOf = ({ children = [] }: Tagged) =>
    parts.flatMap(({ id, text }) => (children.some((child) => child.id === id) ? text : []));
  return {
    text: plain(parts.map(({ text }) => text).join("")),
    tags: elements.map(({ role }) => role),
    headings: elements
      .filter(({ role }) => /^H\d$/.test(role ?? ""))
      .map((element) => `${element.role} ${plain(textOf(element).join(""))}`),
    /** Text that belongs neither to an element nor to an artifact: screen readers would skip it. */
    untagged: plain(parts.flatMap(({ id, text }) => (id === "" ? text : [])).join("")),
  };
}

/** The text in order, with the id by which the tags refer to it. */
async function partsOf(page: PdfPage): Promise<{ id: string; text: string }[]> {
  const { items } = await page.getTextContent({ includeMarkedContent: true });
  const open: string[] = [];
  return items.flatMap((item) => {
    if ("str" in item) return [{ id: open.at(-1) ?? "", text: `${item.str}${item.hasEOL ? " " : ""}` }];
    if (item.type === "endMarkedContent") open.pop();
    else open.push(item.id ?? "artifact");
    return [];
  });
}

const flatten = (element: Tagged): Tagged[] => [element, ...(element.children ?? []).flatMap(flatten)];

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();
const count = (text: string, part: string): number => text.split(part).length - 1;

let copy: Read;
beforeAll(async () => {
  copy = await read(await paperPdf(paper));
});

test("every field of every section is in the file, by its label", () => {
  for (const key of SECTION_KEYS) {
    for (const { label } of fieldsOf(key, YEARS).flatMap((field) =>
      field.kind === "rows" ? [field, ...field.columns] : [field],
    )) {
      expect(copy.text).toContain(label);
    }
  }
  expect(copy.text).toContain("tusi-lagolago.pdf");
  expect(copy.text).toContain("By Mere Tūhoe, 3 August 2026");
  expect(copy.text).not.toContain("Not provided");
});

test("the tags say what is a heading and what a table, and no part of a page is without one", () => {
  const headings = copy.pages.flatMap((page) => page.headings);
  expect(headings.filter((line) => line.startsWith("H1"))).toHaveLength(1);
  const titles = SECTION_KEYS.map((key) => `H2 ${SECTIONS[key].number}. ${SECTIONS[key].title}`);
  expect(headings.filter((line) => line.startsWith("H2"))).toEqual(["H2 This copy", ...titles]);
  expect(headings).toContain("H3 The security threat or gap");
  expect(copy.pages.map(({ untagged }) => untagged).join("")).toBe("");
  const tags = new Set(copy.pages.flatMap((page) => page.tags));
  for (const tag of ["Document", "Sect", "P", "Table", "THead", "TBody", "TR", "TH", "TD"]) expect(tags).toContain(tag);
});

test("the marking and the page's number stand on every page, and in the file's properties", () => {
  const pages = copy.pages.length;
  expect(pages).toBeGreaterThan(5);
  copy.pages.forEach(({ text }, index) => {
    expect(count(text, "IN-CONFIDENCE – COMMERCIAL")).toBe(2);
    expect(text).toContain(`Page ${index + 1} of ${pages}`);
  });
  expect(copy.info).toMatchObject({
    Title: expect.stringContaining("PSF-2026-0042: Ngā manu o te moana"),
    Subject: "Protective marking: IN-CONFIDENCE – COMMERCIAL",
    Language: "en-NZ",
    PDFFormatVersion: "1.7",
  });
});

test("every language is text, and a sign stands for what the font does not have", () => {
  expect(copy.text).toContain("Ngā manu o te moana: Sāmoa, Fa‘asāmoa, ʻIlaheva 😀");
  expect(copy.text).toContain("Talofa lavā");
  expect(copy.text).toMatch(/שלום עולם|עולם שלום/);
  expect(copy.text).toContain("□ stands for a character that this file cannot show.");
  expect(copy.text).not.toContain("漢");
});

test("rows are summed: each row, each year, each category and all", () => {
  expect(copy.text).toContain("$3,001.50");
  expect(copy.text).toContain("$12,006.00");
  expect(copy.text).toContain("Personnel $36,018.00");
  expect(copy.text).toContain("$36,018.00, GST exclusive");
});

test("a table that runs over a page has its head again", () => {
  const budget = copy.pages.filter(({ text }) => text.includes("Word lines."));
  expect(budget.length).toBeGreaterThan(0);
  for (const { text } of copy.pages.filter((page) => page.text.includes("Word risks."))) {
    expect(text).toContain("Likelihood");
  }
  expect(copy.pages.filter(({ text }) => text.includes("Likelihood")).length).toBeGreaterThan(1);
});

test("no title and no head of a table is left behind at the foot of a page", async () => {
  const numbers = Array.from({ length: 24 }, (_, index) => index + 1);
  const columns = ["What", "Who"].map((header) => ({ header, isNumeric: false }));
  const sections = numbers.map((number) => ({
    title: `Title ${number}.`,
    items: [
      {
        kind: "table" as const,
        label: `Label ${number}.`,
        columns,
        rows: [[`Row ${number}.`, "many words ".repeat(60)]],
        total: null,
      },
      ...Array.from({ length: number }, () => ({ kind: "answer" as const, label: "Question", lines: ["Answer"] })),
    ],
  }));
  const { pages } = await read(await paperPdf({ ...paper, sections }));
  const pageOf = (words: string) => pages.findIndex(({ text }) => text.includes(words));
  const starts = (what: string) => numbers.map((number) => pageOf(`${what} ${number}.`));
  expect(new Set(starts("Row")).size).toBeGreaterThan(5);
  expect(starts("Title")).toEqual(starts("Row"));
  expect(starts("Label")).toEqual(starts("Row"));
});

test("a draft says that it is one, and its declaration is still to be made", () => {
  const sections = COPY.answers.sections.map((section) => ({ ...section, answers: null }));
  const draft = applicationPaper({ ...COPY, answers: { ...COPY.answers, certified: null, sections } }, "MFAT", at);
  expect([draft.title, draft.marking]).toEqual(["No title yet", "UNCLASSIFIED"]);
  const [facts] = draft.sections;
  expect(facts?.items).toContainEqual({ kind: "answer", label: "Version", lines: ["Draft, not signed off"] });
  expect(draft.sections.at(-1)?.items).toEqual([
    { kind: "paragraph", text: "The certifier completes this at sign-off." },
  ]);
});

test("a word wider than its column is cut, and a row longer than a page goes on", async () => {
  const long = "a".repeat(400);
  const pdf = await read(
    await paperPdf({
      ...paper,
      title: "Long",
      sections: [
        {
          title: "Long",
          items: [
            {
              kind: "table",
              label: "Rows",
              columns: [
                { header: "Word", isNumeric: false },
                { header: "Text", isNumeric: false },
              ],
              rows: [[long, "many words ".repeat(2_000)]],
              total: null,
            },
          ],
        },
      ],
    }),
  );
  expect(count(pdf.text, "many")).toBe(2_000);
  expect(count(pdf.text.replaceAll(" ", ""), "a".repeat(30))).toBeGreaterThan(5);
  expect(pdf.pages.length).toBeGreaterThan(2);
  for (const { text } of pdf.pages) expect(text).toContain("Word Text");
});

test("an offer letter has its letterhead, headings, tables and numbered conditions in the tags, and its languages", async () => {
  const { application, terms, head } = OFFERED;
  const conditions = Array.from({ length: 40 }, (_, index) => `Condition ${index + 1}. ${"Many words. ".repeat(20)}`);
  const values = offerValues(application, { ...terms, conditions: conditions.join("\n") });
  const letter = mergeLetter(LETTERS.OFFER.starting, values, head);
  const pdf = await paperPdf(letterPaper(letter, { reference: "PSF-2026-0042", marking: "UNCLASSIFIED" }));
  const { pages, text, info } = await read(pdf);
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flatMap(({ headings }) => headings)).toEqual([
    "H1 Pacific Security Fund: offer of funding for PSF-2026-0042, Ngā manu",
    "H2 Payments",
    "H3 Amounts by financial year, GST exclusive",
    "H2 Conditions",
    "H2 Reports",
    "H3 Reports that are due",
    "H2 How to accept",
  ]);
  expect(pages.map(({ untagged }) => untagged).join("")).toBe("");
  expect(text).toContain("Ministry of Foreign Affairs and Trade Manatū Aorere Pacific Security Fund 1 November 2026");
  expect(text).toContain("Mere Tūhoe Certifier New Zealand Police Dear Mere Tūhoe");
  expect(text).toContain("40. Condition 40.");
  const tags = pages.flatMap((page) => page.tags);
  expect(tags.filter((tag) => tag === "LBody").length).toBeGreaterThanOrEqual(40);
  for (const tag of ["L", "LI", "Lbl", "Table", "TH", "TD"]) expect(tags).toContain(tag);
  expect(info).toMatchObject({ Title: expect.stringContaining("offer of funding"), Language: "en-NZ" });
  const source = pdf.toString("latin1");
  expect(source).toMatch(/\/ListNumbering \/Decimal/);
  expect(source).toMatch(/\/Lang \(mi\)/);
});

test("what XML cannot hold is neither in the text nor in the title that the metadata has", async () => {
  const title = "Radio net\ufffework & \uffff<harbours>";
  const pdf = await paperPdf({ above: [], title, reference: "PSF-2026-0042", marking: "UNCLASSIFIED", sections: [] });
  const { text, info } = await read(pdf);
  expect(text).toContain("Radio network & <harbours>");
  expect(text).not.toContain("□");
  expect(info.Title).toBe("PSF-2026-0042: Radio network & <harbours>");
  const [metadata = ""] = /<x:xmpmeta[\s\S]*<\/x:xmpmeta>/.exec(pdf.toString("utf8")) ?? [];
  expect(metadata).toContain("Radio network &#38; &#60;harbours&#62;");
});

test("a PDF of what was fixed once is the same to the byte whenever it is made; any other says when it was made", async () => {
  const paper = { above: [], title: "Statement", reference: "2026/27", marking: "UNCLASSIFIED", sections: [] };
  const madeTwice = async (of: Parameters<typeof paperPdf>[0]) => {
    const first = await paperPdf(of);
    await new Promise((done) => setTimeout(done, 1_100));
    return first.equals(await paperPdf(of));
  };
  expect(await madeTwice({ ...paper, fixedAt: new Date("2027-09-01T00:00:00Z") })).toBe(true);
  expect(await madeTwice(paper)).toBe(false);
});
