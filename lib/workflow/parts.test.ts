// A step is complete or nothing compiles: each part of each step is removed in turn, and the type check must notice.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STEP_KEYS } from "./steps.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The file of a registry, and the text with which its table starts. */
const REGISTRIES = {
  command: { path: "lib/workflow/commands.ts", begins: "const COMMANDS:" },
  form: { path: "lib/workflow/forms/queries.ts", begins: "const READS:" },
  "what is beside its form": { path: "components/steps/step-parts.tsx", begins: "const BESIDE:" },
  "form of its own": { path: "components/steps/step-parts.tsx", begins: "const OWN:" },
  "part in a batch": { path: "components/steps/each-parts.tsx", begins: "export const EACH:" },
  "words of a batch": { path: "lib/batches/schema.ts", begins: "export const BATCH_WORDS:" },
  "words of several claims": { path: "lib/batches/claims/schema.ts", begins: "export const CLAIMS_WORDS:" },
  "way of a random walk": { path: "lib/testing/steps.ts", begins: "export const TAKE:" },
};

type Entry = { step: string; from: number; to: number };

/** The entries of a table of steps: each starts on a line of its own, indented by two spaces. */
function entriesOf(source: string, begins: string): Entry[] {
  const start = source.indexOf("{\n", source.indexOf(begins)) + 2;
  const end = source.indexOf("\n};", start) + 1;
  const heads = [...source.slice(start, end).matchAll(/^ {2}(\w+)(?=[:,(])/gm)];
  return heads.map(({ 1: step = "", index }, at) => ({
    step,
    from: start + index,
    to: start + (heads[at + 1]?.index ?? end - start),
  }));
}

/** Rewrites imports of a file's own folder, so that it can be placed elsewhere. */
const moved = (source: string, path: string): string =>
  source.replaceAll(/from "\.\/([^"]+)"/g, `from "#${dirname(path)}/$1"`);

let folder = "";
/** The name of each file that must fail, and what was removed from it. */
const broken = new Map<string, string>();

function write(name: string, source: string, what: string): void {
  writeFileSync(join(folder, name), source);
  broken.set(name, what);
}

/** Steps without a row of the table, and the registry of commands over it. */
function withoutRow(step: string): string {
  const table = `
const { ${step}: _, ...STEPS } = ALL;
type StepKey = keyof typeof STEPS;
type StepsWith<C extends string> = { [K in StepKey]: (typeof STEPS)[K] extends { [c in C]: unknown } ? K : never }[StepKey];
`;
  const { path } = REGISTRIES.command;
  return moved(read(path), path).replace(
    /import \{[^}]*\} from "#lib\/workflow\/steps\.ts";\n/,
    `import { STEPS as ALL } from "#lib/workflow/steps.ts";\n${table}`,
  );
}

beforeAll(() => {
  const data = join(root, ".data", "test");
  mkdirSync(data, { recursive: true });
  folder = mkdtempSync(join(data, "parts-"));
  for (const [part, { path, begins }] of Object.entries(REGISTRIES)) {
    const source = read(path);
    const extension = path.endsWith(".tsx") ? "tsx" : "ts";
    for (const { step, from, to } of entriesOf(source, begins)) {
      const name = `${part.replaceAll(" ", "-")}-${step}.${extension}`;
      write(name, moved(source.slice(0, from) + source.slice(to), path), `${step}: its ${part}`);
    }
  }
  for (const step of STEP_KEYS) write(`row-${step}.ts`, withoutRow(step), `${step}: its row`);
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { incremental: false },
    include: ["*"],
    exclude: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("whichever part of a step is missing, the check of types fails there, and without it nowhere", () => {
  const source = read(REGISTRIES.command.path);
  writeFileSync(join(folder, "whole.ts"), moved(source, REGISTRIES.command.path));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "--noEmit", "-p", folder], { encoding: "utf8", cwd: folder });
  const failing = new Set([...stdout.matchAll(/^([\w.-]+\.tsx?)\(/gm)].map(([, name]) => name ?? ""));
  expect([...broken].filter(([name]) => !failing.has(name)).map(([, what]) => what)).toEqual([]);
  expect([...failing].filter((name) => !broken.has(name))).toEqual([]);
  const parts = STEP_KEYS.map((step) => [...broken.values()].filter((what) => what.startsWith(`${step}:`)).length);
  expect(Math.min(...parts)).toBeGreaterThanOrEqual(3);
});
