import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withoutIdleData } from "./flight.mjs";

/** A page as Next writes it: markup, and rows of data in scripts under its nonce. */
const pageOf = (rows: string[], { pieces = 2, more = "" } = {}) => {
  const text = rows.map((row) => `${row}${/^\w*:T/.test(row) ? "" : "\n"}`).join("");
  const size = Math.ceil(text.length / pieces);
  const scripts = Array.from({ length: pieces }, (_, i) => text.slice(i * size, (i + 1) * size)).map(
    (piece) =>
      `<script nonce="n">self.__next_f.push(${JSON.stringify([1, piece]).replaceAll("<", "\\u003c")})</script>`,
  );
  return `<html><head><link rel="preload" as="script" href="/a.js"/><script src="/a.js" async="" nonce="n"></script></head>
<body><h1>The need</h1>${more}<script nonce="n">(self.__next_f=self.__next_f||[]).push([0])</script>${scripts.join("")}</body></html>`;
};

/** The rows that are left, by id. */
const rowsOf = (html: string): Map<string, string> => {
  const pieces = [...html.matchAll(/self\.__next_f\.push\((\[1.*?\])\)<\/script>/gs)];
  expect(pieces, "in one piece").toHaveLength(1);
  const lines = (JSON.parse(pieces[0]?.[1] ?? "")[1] as string).trimEnd().split("\n");
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
};

const NEXTS = [
  `1:"$Sreact.fragment"`,
  `4:"/a.js"`,
  `5:I[1,["$4"],"default"]`,
  `6:I[2,["$4"],"$7"]`,
  `7:"MetadataBoundary"`,
  `9:I[9,["$4"],"NotFoundWords"]`,
  `:HL["/a.css","style"]`,
];
const OURS = `a:I[3,["$4"],"SectionForm"]`;
const WORDS = "What the problem is, who is affected, and how you know of it.";
const element = (type: string, props: unknown, key: string | null = null) => ["$", type, key, props];
const MARKUP = element("p", { className: "app-note", children: WORDS });
const NOT_FOUND = [element("$L9", { email: "desk@fund.example" }), []];
const LAYOUT = element("$L5", { parallelRouterKey: "children", error: "$undefined", notFound: NOT_FOUND });
const ROOT = `0:${JSON.stringify({ t: { r: element("$1", { children: ["$L2", "$L3"] }, "c"), p: false }, m: "$undefined", h: element("$L6", { children: "$L8" }) })}`;
const HEAD = `8:${JSON.stringify([element("title", { children: "The need" }), element("meta", { name: "x", content: WORDS })])}`;
const bodyOf = (...children: unknown[]) =>
  `2:${JSON.stringify(element("html", { children: element("body", { children: [MARKUP, LAYOUT, ...children] }) }))}`;
const LEFT_ALONE = `{"dangerouslySetInnerHTML":{"__html":""}}`;

test("a page without a component of ours has no scripts and no data, and the same markup", () => {
  const html = withoutIdleData(pageOf([...NEXTS, ROOT, HEAD, bodyOf(), `3:${JSON.stringify(MARKUP)}`]));
  expect(html).toBe("<html><head></head>\n<body><h1>The need</h1></body></html>");
});

test("a form that a script may send is a part that needs scripts", () => {
  const page = pageOf([...NEXTS, ROOT, HEAD, bodyOf(element("form", { action: "$he" })), `e:{"id":"x","bound":null}`]);
  expect(withoutIdleData(page)).toContain(`<script src="/a.js"`);
});

test("beside a component of ours, markup alone loses its content, and nothing else does", () => {
  const given = element("section", { children: WORDS });
  const form = element("$La", { fields: [{ label: WORDS }], children: given, later: "$Lb" });
  const rows = rowsOf(
    withoutIdleData(
      pageOf([
        ...NEXTS,
        OURS,
        ROOT,
        HEAD,
        bodyOf(element("input", { name: "words", defaultValue: WORDS, "aria-label": WORDS })),
        `b:${JSON.stringify(MARKUP)}`,
        `c:${JSON.stringify(MARKUP)}`,
        `3:${JSON.stringify(element("div", { className: "app-marked", children: ["$undefined", form, MARKUP, "$Lc"] }))}`,
      ]),
    ),
  );
  const alone = [...rows].find(([, text]) => text === LEFT_ALONE)?.[0];
  const lean = element("p", `$${alone}`);
  expect(JSON.parse(rows.get("3") ?? "")).toEqual(
    element("div", { className: "app-marked", children: ["$undefined", form, lean, "$Lc"] }),
  );
  expect(
    JSON.parse(rows.get("2") ?? "")
      .at(-1)
      .children.at(-1).children,
  ).toEqual([
    lean,
    element("$L5", { parallelRouterKey: "children", notFound: NOT_FOUND }),
    element("input", { name: "words", defaultValue: WORDS, "aria-label": WORDS }),
  ]);
  expect(JSON.parse(rows.get("b") ?? ""), "the component may show it later").toEqual(MARKUP);
  expect(JSON.parse(rows.get("c") ?? "")).toEqual(lean);
  expect(JSON.parse(rows.get("8") ?? "")).toEqual([element("title", { children: "The need" }), null]);
  expect([rows.has(""), rows.has("4"), rows.get("a")]).toEqual([false, true, OURS.slice(2)]);
});

test("what others reach into by a path stays whole, and so does text of any length", () => {
  const text = `line <one>\nline & two: māhi\n${WORDS}`;
  const page = pageOf(
    [
      ...NEXTS,
      OURS,
      ROOT,
      HEAD,
      bodyOf(),
      `d:T${Buffer.byteLength(text).toString(16)},${text}`,
      `3:${JSON.stringify(element("div", { children: [MARKUP, element("$La", { note: "$3:props:children:0", words: "$d" })] }))}`,
    ],
    { pieces: 5 },
  );
  const html = withoutIdleData(page);
  expect(html).toContain(
    JSON.stringify(text).slice(1, -1).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"),
  );
  expect(html).toContain(`[\\"$\\",\\"p\\",null,{\\"className\\":\\"app-note\\"`);
});

test.each([
  ["parts come later", pageOf([...NEXTS, ROOT, HEAD, bodyOf()], { more: `<template id="B:0"></template>` })],
  ["there are bytes", `${pageOf([ROOT, bodyOf()])}<script>self.__next_f.push([3,"AAAA"])</script>`],
  ["nobody can read it", pageOf(["what is this?"])],
  ["there is no data", "<html><body><script>alert(1)</script></body></html>"],
])("a page is sent as it is where %s", (_, page) => {
  expect(withoutIdleData(page)).toBe(page);
});

test("no page takes a component for the browser by a default export, which looks like one of Next's", () => {
  const root = join(import.meta.dirname, "..");
  const files = ["app", "components"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".tsx"))
      .map((name) => join(root, folder, name)),
  );
  const byDefault = files.flatMap((file) =>
    [
      ...readFileSync(file, "utf8").matchAll(/^import (?!type )(?:\w+,? |.*\bdefault\b).*from "([#.][^"]+\.tsx)"/gm),
    ].map(([, taken]) => `${file}: ${taken}`),
  );
  expect(files.length).toBeGreaterThan(100);
  expect(byDefault).toEqual([]);
});
