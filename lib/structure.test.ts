// The shape of the code, enforced by a test: who may import whom, which files a folder may have, and what reaches a
// browser.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/**
 * The rooms of lib from the bottom up: each may use those before it in this list, and none after it, including types.
 */
const ROOMS = [
  "platform",
  "form",
  "lifecycle",
  "changes",
  "budget",
  "fund",
  "agencies",
  "deputies",
  "people",
  "unsent",
  "letters",
  "documents",
  "applications",
  "comments",
  "assessments",
  "advice",
  "decisions",
  "payments",
  "reports",
  "arrangements",
  "variations",
  "workflow",
  "correspondence",
  "scenarios",
  "batches",
  "views",
  "work",
  "records",
  "auth",
  "web",
];
/** Rooms without the closed set of file names. */
const FREE_ROOMS = ["platform", "form", "auth", "web"];

const DOMAIN_FILES = /^(schema|steps|rules|queries|commands|emails)\.ts$/;
const ROUTE_FILES = /^(page|layout|form|not-found|error|global-error|loading)\.tsx$|^(actions|route)\.ts$/;
const PURE_PLATFORM = ["money", "dates", "errors", "message", "paper", "sheet", "typeset", "text", "lists"];
const CLIENT_PACKAGES = /^(react|react-dom|react-hook-form|tus-js-client|@noble\/ciphers|next)(\/|$)/;
const SERVER_FILES =
  /^lib\/(auth|web)\/|^lib\/.*\/steps\.ts$|^lib\/platform\/(db|env|jobs|mail|mailer|audit|health|storage|scanner)\.ts$|^lib\/.*\/(queries|commands)\.ts$/;

type Kind =
  | "page"
  | "actions"
  | "route"
  | "form"
  | "browser"
  | "ui"
  | "piece"
  | "pure"
  | "queries"
  | "commands"
  | "auth"
  | "web"
  | "platform";
type Place = { kind: Kind; room?: string; name: string };

/** The kind of a file, by its path; null: not covered by these rules (bin, prisma, e2e, tests, generated code). */
function placeOf(path: string): Place | null {
  if (path.endsWith(".test.ts") || path.startsWith("lib/testing/")) return null;
  if (path === "lib/platform/db/generated/enums.ts") return { kind: "pure", room: "platform", name: "enums" };
  if (path.startsWith("lib/platform/db/generated/")) return { kind: "platform", room: "platform", name: "db" };
  const parts = path.split("/");
  const name = (parts.at(-1) ?? "").replace(/\.tsx?$/, "");
  if (parts[0] === "app") return { kind: kindInApp(name), name };
  if (parts[0] === "components") return { kind: kindOfComponent(path), name };
  return parts[0] === "lib" ? placeInLib(parts, name) : null;
}

/** A component without markup is a table, and as pure as those of the domains that it gathers. */
function kindOfComponent(path: string): Kind {
  if (path.startsWith("components/ui/")) return "ui";
  if (path.startsWith("components/browser/")) return "browser";
  return path.endsWith(".tsx") ? "piece" : "pure";
}

function kindInApp(name: string): Kind {
  return name === "actions" || name === "route" || name === "form" ? name : "page";
}

function placeInLib([, room = ""]: string[], name: string): Place {
  if (room === "platform") return { kind: PURE_PLATFORM.includes(name) ? "pure" : "platform", room, name };
  if (room === "auth" || room === "web") return { kind: room, room, name };
  if (name === "queries" || name === "commands") return { kind: name, room, name };
  return { kind: "pure", room, name };
}

/** The table: what each kind of file may import of our own. ARCHITECTURE.md and docs give the reasons. */
const MAY_IMPORT: Record<Kind, (to: Place, isNear: boolean) => boolean> = {
  page: (to, isNear) =>
    ["ui", "piece", "pure", "queries", "auth", "actions"].includes(to.kind) ||
    (isNear && to.kind === "form") ||
    ["action", "env", "clock", "mailbox", "working-days"].includes(to.name),
  actions: (to) => ["commands", "pure", "auth"].includes(to.kind) || ["action", "env", "unavailable"].includes(to.name),
  route: (to) =>
    ["queries", "commands", "pure", "auth"].includes(to.kind) ||
    ["action", "env", "clock", "kept", "health", "mailbox", "pdf", "sheets", "storage", "calendar"].includes(to.name),
  form: (to, isNear) => ["ui", "piece", "browser", "pure"].includes(to.kind) || (isNear && to.kind === "actions"),
  browser: (to) => to.kind === "pure" || to.kind === "browser",
  ui: (to) => to.kind === "ui" || ["money", "dates"].includes(to.name) || to.room === "form",
  piece: (to) => ["ui", "piece", "browser", "pure", "queries"].includes(to.kind) || to.name === "own-unsent",
  pure: (to) => to.kind === "pure",
  queries: (to) =>
    ["pure", "queries"].includes(to.kind) || isOfPlatform(to, ["db", "clock", "kept", "env", "working-days"]),
  commands: (to) =>
    ["pure", "queries", "commands"].includes(to.kind) ||
    isOfPlatform(to, ["db", "audit", "mail", "mailer", "jobs", "clock", "env", "storage", "scanner", "working-days"]),
  auth: (to) => ["pure", "auth", "platform", "queries", "commands"].includes(to.kind),
  web: (to) => ["pure", "auth", "web", "platform"].includes(to.kind),
  platform: (to) => to.room === "platform",
};

const isOfPlatform = (to: Place, names: string[]) => to.kind === "platform" && names.includes(to.name);

/** Whether an import leads to a room of lib that is above the importing one. */
const climbs = (from: Place, to: Place) =>
  from.room !== undefined && to.room !== undefined && ROOMS.indexOf(to.room) > ROOMS.indexOf(from.room);

const PACKAGES: Partial<Record<Kind, RegExp>> = {
  pure: /^(zod|zod\/mini|temporal-polyfill|diff|hucre\/csv)$/,
  queries: /^(zod|temporal-polyfill|server-only|node:crypto)$/,
  commands: /^(zod|temporal-polyfill|server-only|node:crypto|pdfkit)$/,
  actions: /^(zod|next\/(navigation|headers|cache))$/,
  ui: CLIENT_PACKAGES,
  form: CLIENT_PACKAGES,
  browser: CLIENT_PACKAGES,
};

type Sources = ReadonlyMap<string, string>;
type Import = { path: string; isPackage: boolean };

/**
 * Every import and re-export of a file, static or by import(). Types never reach a browser, but count for the table.
 */
function importsOf(path: string, text: string, options: { withTypes: boolean }): Import[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s(type\s)?[^;'"]*?from\s*["']([^"']+)["']|import\s*\(?\s*["']([^"']+)["']/g;
  return [...text.matchAll(pattern)]
    .filter(([, isType]) => options.withTypes || !isType)
    .map(([, , from, bare]) => from ?? bare ?? "")
    .map((name) => {
      if (name.startsWith("#")) return { path: name.slice(1), isPackage: false };
      if (!name.startsWith(".")) return { path: name, isPackage: true };
      return { path: normalize(join(dirname(path), name)), isPackage: false };
    });
}

/** Files in the same folder or below are imported by relative path, and all others by their room. */
function roadProblems(path: string, text: string): string[] {
  return [...text.matchAll(/["'](\.\.\/[^"']+\.tsx?)["']/g)]
    .map(([, name = ""]) => normalize(join(dirname(path), name)))
    .filter((target) => /^(lib|components)\//.test(target))
    .map((target) => `${path}: import #${target}`);
}

function importProblems(path: string, text: string): string[] {
  const from = placeOf(path);
  if (!from) return [];
  return importsOf(path, text, { withTypes: true }).flatMap((target) => {
    if (target.isPackage) return packageProblem(from, target.path) ? [`${path} may not import ${target.path}`] : [];
    if (/\.(scss|css|svg)$/.test(target.path)) return [];
    const to = placeOf(target.path);
    const isNear = dirname(target.path) === dirname(path);
    return to && MAY_IMPORT[from.kind](to, isNear) && !climbs(from, to)
      ? []
      : [`${path} may not import ${target.path}`];
  });
}

function packageProblem(from: Place, name: string): boolean {
  const allowed = PACKAGES[from.kind];
  if (allowed) return !allowed.test(name);
  return from.kind === "platform" && CLIENT_PACKAGES.test(name);
}

/** The closed sets of file names. */
function nameProblems(path: string): string[] {
  const parts = path.split("/");
  const file = parts.at(-1) ?? "";
  if (parts[0] === "app" && parts[1] !== "styles" && parts.length > 2 && !ROUTE_FILES.test(file)) {
    return [`${path}: an app folder has no file of that name`];
  }
  const [, room = ""] = parts;
  if (parts[0] !== "lib" || file.endsWith(".test.ts") || path.startsWith("lib/testing/")) return [];
  if (!ROOMS.includes(room)) return [`${path}: not in a room that this test knows`];
  if (FREE_ROOMS.includes(room) || path.startsWith("lib/applications/form/")) return [];
  if (room === "lifecycle" && /^(permissions|states|constraints)\.ts$/.test(file)) return [];
  return DOMAIN_FILES.test(file) ? [] : [`${path}: a domain folder has no file of that name`];
}

/** "use client" only where a form or a component needs it, "use server" at the top of actions. */
function directiveProblems(path: string, text: string): string[] {
  const head = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*["'](use \w+)["']/.exec(text)?.[1];
  const isClientPlace = /^components\//.test(path) || /^app\/(.*\/)?(form|error|global-error)\.tsx$/.test(path);
  if (head === "use client" && !isClientPlace) return [`${path}: "use client" belongs in form.tsx and components`];
  if (/^app\/(.*\/)?actions\.ts$/.test(path) && head !== "use server")
    return [`${path}: actions begin with "use server"`];
  return [];
}

/** A door looks up who is asking, and refuses; only what is public, and what a script requests, may do without. */
function doorProblems(path: string, text: string): string[] {
  const isOpen = /^app\/(layout\.tsx$|\(public\)\/)/.test(path);
  return [
    ...(/\bcurrentActor\b/.test(text) && !isOpen ? [`${path}: ask a door, not currentActor`] : []),
    ...(/\badmittedActor\b/.test(text) && !path.startsWith("app/api/") ? [`${path}: admittedActor is for api`] : []),
  ];
}

/** Whatever a browser loads must not reach the server's files; actions are where the server starts. */
function clientProblems(sources: Sources): string[] {
  const starts = [...sources].filter(([, text]) => /^["']use client["']/m.test(text)).map(([path]) => path);
  return starts.flatMap((start) =>
    [...reachable(start, sources)]
      .filter((path) => SERVER_FILES.test(path))
      .map((path) => `${start} brings ${path} into the browser`),
  );
}

function reachable(start: string, sources: Sources): Set<string> {
  const seen = new Set([start]);
  for (const path of seen) {
    const text = sources.get(path);
    if (text === undefined || /^["']use server["']/m.test(text)) continue;
    for (const next of importsOf(path, text, { withTypes: false })) if (!next.isPackage) seen.add(next.path);
  }
  return seen;
}

/** Each component is in a room, and no two rooms need each other. */
function roomProblems(sources: Sources): string[] {
  const roomOf = (path: string) => /^components\/([^/]+)\//.exec(path)?.[1];
  const needs = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    const room = roomOf(path);
    if (!path.startsWith("components/")) continue;
    if (!room) return [`${path}: a component lies in a room`];
    const others = importsOf(path, text, { withTypes: true }).map((target) => roomOf(target.path));
    const own = needs.get(room) ?? new Set();
    for (const other of others) if (other && other !== room) own.add(other);
    needs.set(room, own);
  }
  const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
    [...(needs.get(from) ?? [])].some(
      (next) => next === goal || (!seen.has(next) && reaches(next, goal, seen.add(next))),
    );
  return [...needs.keys()].filter((room) => reaches(room, room)).map((room) => `components/${room} needs itself`);
}

function problemsOf(sources: Sources): string[] {
  const each = [...sources].flatMap(([path, text]) => [
    ...nameProblems(path),
    ...importProblems(path, text),
    ...roadProblems(path, text),
    ...directiveProblems(path, text),
    ...(path.startsWith("app/") ? doorProblems(path, text) : []),
    ...(placeOf(path)?.kind === "pure" && /new Date\(\)|Date\.now\(\)/.test(text)
      ? [`${path}: pure files are told the time`]
      : []),
    ...(/\bTODO\b|\bFIXME\b/.test(text) ? [`${path}: has something left to do`] : []),
  ]);
  return [...each, ...clientProblems(sources), ...roomProblems(sources)];
}

function readSources(): Sources {
  const walk = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? walk(`${folder}/${entry.name}`) : `${folder}/${entry.name}`,
    );
  const paths = ["app", "components", "lib"].flatMap(walk).filter((path) => /\.tsx?$/.test(path));
  const own = paths.filter(
    (path) => !path.startsWith("lib/platform/db/generated/") && path !== "lib/structure.test.ts",
  );
  return new Map(own.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

test("the code has the shape that ARCHITECTURE.md describes", () => {
  expect(problemsOf(readSources())).toEqual([]);
});

describe("the test can fail", () => {
  const bad: [string, Record<string, string>, string][] = [
    ["a page that writes", { "app/x/page.tsx": `import { a } from "#lib/fund/commands.ts";` }, "may not import"],
    [
      "a page that asks the database",
      { "app/x/page.tsx": `import { db } from "#lib/platform/db.ts";` },
      "may not import",
    ],
    [
      "an action that asks the database",
      { "app/x/actions.ts": `"use server";\nimport { db } from "#lib/platform/db.ts";` },
      "may not import",
    ],
    [
      "an action that reads",
      { "app/x/actions.ts": `"use server";\nimport { a } from "#lib/fund/queries.ts";` },
      "may not import",
    ],
    ["actions that are not", { "app/x/actions.ts": "export const a = 1;" }, "use server"],
    ["another route's form", { "app/x/page.tsx": `import { F } from "../y/form.tsx";` }, "may not import"],
    [
      "a design system that knows the fund",
      { "components/ui/a.tsx": `import { a } from "#lib/fund/rules.ts";` },
      "may not import",
    ],
    [
      "a pure file with the database",
      { "lib/fund/rules.ts": `import type { Tx } from "#lib/platform/db.ts";` },
      "may not import",
    ],
    [
      "a pure file with a package",
      { "lib/fund/rules.ts": `import { headers } from "next/headers";` },
      "may not import",
    ],
    ["a pure file that looks at the clock", { "lib/fund/rules.ts": "export const at = new Date();" }, "told the time"],
    ["a query that writes", { "lib/fund/queries.ts": `import { a } from "./commands.ts";` }, "may not import"],
    [
      "a query that looks ahead",
      { "lib/fund/queries.ts": `import { a } from "#lib/decisions/queries.ts";` },
      "may not import",
    ],
    [
      "a room that needs one which stands on it",
      { "lib/fund/commands.ts": `import { a } from "#lib/decisions/commands.ts";` },
      "may not import",
    ],
    [
      "a command that calls by import()",
      { "lib/fund/commands.ts": `const a = await import("#lib/decisions/commands.ts");` },
      "may not import",
    ],
    [
      "types of a room that stands on it",
      { "lib/lifecycle/rules.ts": `import type { A } from "#lib/reports/rules.ts";` },
      "may not import",
    ],
    [
      "infrastructure that knows a domain",
      { "lib/platform/audit.ts": `import { a } from "#lib/fund/rules.ts";` },
      "may not import",
    ],
    [
      "infrastructure that knows HTTP",
      { "lib/platform/audit.ts": `import { redirect } from "next/navigation";` },
      "may not import",
    ],
    [
      "a road that climbs",
      { "app/x/page.tsx": `import { a } from "../../lib/platform/money.ts";` },
      "import #lib/platform/money.ts",
    ],
    ["a component without a room", { "components/a.tsx": "" }, "lies in a room"],
    [
      "rooms that need each other",
      {
        "components/x/a.tsx": `import { b } from "#components/y/b.tsx";`,
        "components/y/b.tsx": `import type { C } from "#components/x/c.tsx";`,
      },
      "components/x needs itself",
    ],
    ["a drawer for everything", { "lib/fund/utils.ts": "" }, "no file of that name"],
    ["a room without a place in the house", { "lib/things/rules.ts": "" }, "not in a room"],
    ["a stray file in a route", { "app/x/helper.ts": "" }, "no file of that name"],
    [
      "a page without a door",
      { "app/(mfat)/x/page.tsx": `import { currentActor } from "#lib/auth/session.ts";` },
      "ask a door",
    ],
    ["a page for the browser", { "app/x/page.tsx": `"use client";` }, "belongs in form.tsx"],
    ["something left to do", { "lib/platform/money.ts": `// ${"TO"}DO` }, "left to do"],
    [
      "a browser file with the server behind it",
      {
        "components/x/a.tsx": `"use client";\nimport { b } from "./b.tsx";`,
        "components/x/b.tsx": `import { c } from "#lib/fund/queries.ts";`,
      },
      "components/x/a.tsx brings lib/fund/queries.ts into the browser",
    ],
  ];
  test.each(bad)("%s", (_what, files, problem) => {
    expect(problemsOf(new Map(Object.entries(files))).join("\n")).toContain(problem);
  });

  test("what is allowed is not refused", () => {
    const good = {
      "app/x/page.tsx": `import { Form } from "./form.tsx";\nimport { a } from "#lib/fund/queries.ts";`,
      "app/x/form.tsx": `"use client";\nimport { useState } from "react";\nimport { save } from "./actions.ts";`,
      "app/x/actions.ts": `"use server";\nimport { a } from "#lib/fund/commands.ts";`,
      "lib/fund/commands.ts": `import { db } from "#lib/platform/db.ts";\nimport { b } from "#lib/lifecycle/commands.ts";\nimport { c } from "#lib/budget/commands.ts";`,
    };
    expect(problemsOf(new Map(Object.entries(good)))).toEqual([]);
  });
});
