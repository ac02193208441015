// `npm run words`: every text that the portal shows, with its place, in file order, to be read aloud. Expressions
// within a sentence are in braces.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "oxc-parser";

type Node = { type: string; start: number; end: number; [key: string]: unknown };
type Said = { line: number; words: string };

/** Elements within a sentence; every other element starts a new one. */
const INLINE = new Set(["a", "abbr", "b", "br", "code", "em", "i", "kbd", "span", "strong", "time"]);

/** Nobody reads the values of these attributes. */
const SILENT = new Set([
  "className",
  "href",
  "id",
  "key",
  "name",
  "rel",
  "src",
  "type",
  "htmlFor",
  "autoComplete",
  "action",
]);

/** Nodes that contain no words for people. */
const UNSAID = new Set([
  "ImportDeclaration",
  "ExportAllDeclaration",
  "TSTypeAliasDeclaration",
  "TSInterfaceDeclaration",
  "TSLiteralType",
  "TaggedTemplateExpression",
]);

/** Longer expressions are shown as three dots. */
const SOURCE_CHARS_MAX = 40;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;
const nodesIn = (node: Node): Node[] =>
  Object.entries(node).flatMap(([key, value]) => (key === "parent" ? [] : [value].flat().filter(isNode)));

const nameOf = (node: unknown): string => (isNode(node) ? String(node.name ?? "") : "");
const isInline = ({ type, openingElement }: Node): boolean =>
  type === "JSXFragment" || (type === "JSXElement" && INLINE.has(nameOf((openingElement as Node).name)));

/** Words rather than a key, a class, an address or a code: at least two words, or one that starts like a sentence. */
export const isSaid = (words: string): boolean =>
  /\p{L}{2}/u.test(words.replaceAll(/\{[^}]*\}/g, "")) &&
  !/^(?:[\w./:@#?=&%[\]*+-]*[./:@#_=][\w./:@#?=&%[\]*+-]*|[A-Z_\d]+|[a-z][\w-]*)$/.test(words) &&
  !/^(?:govuk|app)-/.test(words) &&
  !/\b(?:SELECT|INSERT|UPDATE|FROM|WHERE|JOIN)\b/.test(words);

/** Reads one file: what `visit` finds, with each element's text as one sentence. */
class Reader {
  readonly said: Said[] = [];
  private sentence = "";
  private start = 0;
  private readonly code: string;

  constructor(code: string) {
    this.code = code;
  }

  private say(start: number, words: string): void {
    const clean = words.replaceAll(/\s+/g, " ").trim();
    if (isSaid(clean)) this.said.push({ line: this.code.slice(0, start).split("\n").length, words: clean });
  }

  private source({ start, end }: Node): string {
    const text = this.code.slice(start, end).replaceAll(/\s+/g, " ");
    return `{${text.length > SOURCE_CHARS_MAX ? "…" : text}}`;
  }

  private template({ quasis, expressions }: Node): string {
    const between = (expressions as Node[]).map((one) => this.source(one));
    return (quasis as { value: { cooked: string } }[])
      .map(({ value }, index) => value.cooked + (between[index] ?? ""))
      .join("");
  }

  visit(node: Node): void {
    if (UNSAID.has(node.type) || node.directive || (node.type === "JSXAttribute" && SILENT.has(nameOf(node.name))))
      return;
    if (node.type === "Literal" && typeof node.value === "string") this.say(node.start, node.value);
    if (node.type === "TemplateLiteral") this.say(node.start, this.template(node));
    if (node.type === "JSXElement") this.visit(node.openingElement as Node);
    if (node.type === "JSXElement" || node.type === "JSXFragment") this.element(node);
    else for (const inner of nodesIn(node)) this.visit(inner);
  }

  /** The text of an element as one sentence, apart from elements within it that start a new one. */
  private element({ children }: Node): void {
    const before = this.sentence;
    this.sentence = "";
    for (const child of children as Node[]) this.child(child);
    this.end();
    this.sentence = before;
  }

  private end(): void {
    this.say(this.start, this.sentence);
    this.sentence = "";
  }

  private child(child: Node): void {
    if (!this.sentence.trim()) this.start = child.start + (/^\s*/.exec(String(child.value ?? ""))?.[0].length ?? 0);
    if (child.type === "JSXText") this.sentence += String(child.value);
    else if (child.type === "JSXExpressionContainer") this.expression(child.expression as Node);
    else if (isInline(child)) {
      if (child.openingElement) this.visit(child.openingElement as Node);
      for (const inner of child.children as Node[]) this.child(inner);
    } else {
      this.end();
      this.visit(child);
    }
  }

  private expression(node: Node): void {
    if (node.type === "JSXEmptyExpression") return;
    if (node.type === "Literal" && typeof node.value === "string") this.sentence += node.value;
    else if (node.type === "TemplateLiteral") this.sentence += this.template(node);
    else {
      this.sentence += this.source(node);
      const start = this.start;
      this.visit(node);
      this.start = start;
    }
  }
}

/** @param code TypeScript or TSX */
export function wordsOf(path: string, code: string): Said[] {
  const { program, errors } = parseSync(path, code);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const reader = new Reader(code);
  reader.visit(program as unknown as Node);
  return reader.said.sort((a, b) => a.line - b.line);
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const files = globSync("{app,bin,components,lib}/**/*.{ts,tsx}", { cwd: root }).filter(
    (path) => !/\.test\.ts$|^lib\/test-|\/generated\/|^bin\/(?:mutants|mutate|survivors|words)\.ts$/.test(path),
  );
  for (const path of files.sort()) {
    for (const { line, words } of wordsOf(path, readFileSync(join(root, path), "utf8"))) {
      process.stdout.write(`${path}:${line}\t${words}\n`);
    }
  }
}
