// What a test run needs, determined from the files themselves: a pure test starts no database, and one that starts no
// portal needs no build.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { stepEdges } from "#lib/workflow/steps.ts";
import type { Template } from "./test-server.ts";

const root = join(import.meta.dirname, "..");

/** Where vitest.config.ts looks for tests. */
const TEST_FOLDERS = ["lib", "bin", "prisma"];

export type Plan = { templates: Template[]; needsBuild: boolean };
const EVERYTHING: Plan = { templates: ["template_reference", "template_demo"], needsBuild: true };
const NOTHING: Plan = { templates: [], needsBuild: false };

/** @param args as vitest takes them: a file runs where its path contains one of the names; without names, all do */
export function planFor(args: readonly string[]): Plan {
  const names = args.filter((arg, i) => !arg.startsWith("-") && args[i - 1] !== "-t");
  if (names.length === 0) return EVERYTHING;
  const tests = TEST_FOLDERS.flatMap(filesIn).filter((path) => path.endsWith(".test.ts"));
  return tests.filter((path) => names.some((name) => path.includes(name))).reduce(addNeeds, NOTHING);
}

function addNeeds({ templates, needsBuild }: Plan, test: string): Plan {
  const texts = sourcesFrom([test]);
  const usesServer = [...texts].some(([path, text]) => path !== SERVER && /\b(copyDatabase|TEST_\w+_URL)\b/.test(text));
  const usesDemo = [...texts].some(([path, text]) => path !== SERVER && text.includes("template_demo"));
  const needed: Template[] = usesDemo ? EVERYTHING.templates : usesServer ? ["template_reference"] : [];
  return {
    templates: needed.length > templates.length ? needed : templates,
    needsBuild: needsBuild || ["bin/web.ts", "bin/portal-process.ts"].some((path) => texts.has(path)),
  };
}

const SERVER = "bin/test-server.ts";

/** These files and all of our own files that they import, with their texts. */
function sourcesFrom(starts: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  const paths = new Set(starts);
  for (const path of paths) {
    const file = join(root, path);
    if (!existsSync(file) || !statSync(file).isFile()) continue;
    const text = readFileSync(file, "utf8");
    texts.set(path, text);
    for (const [, name = ""] of text.matchAll(/(?:from|import)\s*\(?\s*["']((?:#|\.)[^"']+)["']/g)) {
      paths.add(name.startsWith("#") ? name.slice(1) : normalize(join(dirname(path), name)));
    }
  }
  return texts;
}

/** What the templates are made from: a run of single files reuses existing ones as long as these are unchanged. */
export const templateKey = (today: string): string =>
  hash(filesIn("prisma"), `${today} ${process.version} ${JSON.stringify(stepEdges())}`);

/** What also goes into the demonstration, but changes too often: the run warns instead of making it again. */
export const codeKey = (): string => hash(filesIn("lib").filter((path) => !path.endsWith(".test.ts")));

function hash(paths: readonly string[], words = ""): string {
  const sum = createHash("sha256").update(words);
  for (const path of paths)
    sum
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update("\0");
  return sum.digest("hex");
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
