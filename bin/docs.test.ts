// The documents are correct: everything that they name exists.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const { scripts, ...manifest } = JSON.parse(read("package.json"));
const DOCUMENTS = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"],
  ...["docs/subjects.md", "docs/dependencies.md"],
];
const LINES_MAX = 150;

/** A path from the root: `lib/fund/schema.ts`, (docs/decisions/005). */
const PATH = /(?<![\w/.#:@-])(?:lib|app|bin|components|e2e|prisma|docs|public)\/[\w./()[\]-]*[\w\]]/g;

/** A decision is referred to by its number. */
const isThere = (path: string): boolean =>
  existsSync(join(root, path)) ||
  readdirSync(join(root, "docs/decisions")).some((file) => `docs/decisions/${file}`.startsWith(`${path}-`));

test.each(DOCUMENTS)("%s names paths that exist", (name) => {
  const paths = [...new Set(read(name).replaceAll("](", " (").match(PATH))];
  expect(paths.filter((path) => !isThere(path))).toEqual([]);
});

test.each(DOCUMENTS)("%s names commands that exist", (name) => {
  const commands = [...read(name).matchAll(/npm run ([\w:]+)/g)].map(([, command = ""]) => command);
  expect(commands.filter((command) => !Object.hasOwn(scripts, command))).toEqual([]);
});

test("each package has a line that says what it is there for, and no other package has", () => {
  const own = ["dependencies", "devDependencies", "optionalDependencies"].flatMap((kind) =>
    Object.keys(manifest[kind]),
  );
  const lines = read("docs/dependencies.md").split("\n- ").slice(1);
  const named = lines.flatMap((line) =>
    [...(line.split(": ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, each = ""]) => each),
  );
  const typesAsOne = new Set(own.map((each) => each.replace(/^@types\/.*/, "@types/…")));
  expect(named.sort()).toEqual([...typesAsOne].sort());
});

test("the architecture is one screen", () => {
  expect(read("ARCHITECTURE.md").split("\n").length).toBeLessThanOrEqual(LINES_MAX);
});
