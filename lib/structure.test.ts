// The shape of the code, held by a test: who may import whom, which files a folder may have, and what reaches a browser.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

/** The way of the money: writes call forward and reads look back. lifecycle and budget are below all of them. */
const DOMAINS = [
  "people",
  "deputies",
  "fund",
  "agencies",
  "batches",
  "applications",
  "documents",
  "comments",
  "assessments",
  "scenarios",
  "decisions",
  "arrangements",
  "payments",
  "variations",
  "reports",
  "letters",
  "correspondence",
  "views",
  "work",
  "records",
];
const BELOW_ALL = ["lifecycle", "budget"];

const DOMAIN_FILES = /^(schema|workflow|rules|queries|commands|emails)\.ts$/;
const ROUTE_FILES = /^(page|layout|form|not-found|error|global-error|loading)\.tsx$|^(actions|route)\.ts$/;
const PURE_INFRASTRUCTURE = [
  "money",
  "dates",
  "errors",
  "form",
  "fields",
  "rows",
  "permissions",
  "message",
  "paper",
  "sheet",
  "typeset",
  "text",
];
const CLIENT_PACKAGES = /^(react|react-dom|react-hook-form|tus-js-client|next)(\/|$)/;
const SERVER_FILES =
  /^lib\/(auth\/|(db|env|jobs|mail|mailer|audit|action|health|storage|scanner|unavailable)\.ts$)|^lib\/.*\/(queries|commands)\.ts$/;

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
  | "infrastructure";
type Place = { kind: Kind; domain?: string; name: string };

/** What a file is by its path; null: outside these rules (bin, prisma, e2e, tests, generated code). */
function placeOf(path: string): Place | null {
  if (path.endsWith(".test.ts") || path.startsWith("lib/test-")) return null;
  if (path === "lib/db/generated/enums.ts") return { kind: "pure", name: "enums" };
  if (path.startsWith("lib/db/generated/")) return { kind: "infrastructure", name: "db" };
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

function placeInLib([, domain = "", file]: string[], name: string): Place {
  if (file === undefined) return { kind: PURE_INFRASTRUCTURE.includes(name) ? "pure" : "infrastructure", name };
  if (domain === "auth") return { kind: "auth", name };
  if (name === "queries" || name === "commands") return { kind: name, domain, name };
  return { kind: "pure", domain, name };
}

/** The table: what each kind of file may import of our own. A reason in words stands in docs and ARCHITECTURE.md. */
const MAY_IMPORT: Record<Kind, (to: Place, from: Place, isNear: boolean) => boolean> = {
  page: (to, _from, isNear) =>
    ["ui", "piece", "pure", "queries", "auth", "actions"].includes(to.kind) ||
    (isNear && to.kind === "form") ||
    ["action", "env", "clock", "mailbox", "working-days"].includes(to.name),
  actions: (to) => ["commands", "pure", "auth"].includes(to.kind) || ["action", "env", "unavailable"].includes(to.name),
  route: (to) =>
    ["queries", "commands", "pure", "auth"].includes(to.kind) ||
    ["action", "env", "clock", "health", "mailbox", "pdf", "workbook", "storage", "calendar"].includes(to.name),
  form: (to, _from, isNear) =>
    ["ui", "piece", "browser", "pure"].includes(to.kind) || (isNear && to.kind === "actions"),
  browser: (to) => to.kind === "pure" || to.kind === "browser",
  ui: (to) => to.kind === "ui" || ["money", "dates", "form", "fields"].includes(to.name),
  piece: (to) => ["ui", "piece", "browser", "pure", "queries"].includes(to.kind),
  pure: (to) => to.kind === "pure",
  queries: (to, from) =>
    to.kind === "pure" ||
    isInfrastructure(to, ["db", "clock", "env", "working-days"]) ||
    (to.kind === "queries" && !isAhead(from, to)),
  commands: (to, from) =>
    to.kind === "pure" ||
    isInfrastructure(to, [
      "db",
      "audit",
      "mail",
      "mailer",
      "jobs",
      "clock",
      "env",
      "storage",
      "scanner",
      "working-days",
    ]) ||
    (to.kind === "queries" && !isAhead(from, to)) ||
    (to.kind === "commands" && !isBehind(from, to)),
  auth: (to) =>
    ["pure", "auth", "infrastructure"].includes(to.kind) || to.domain === "people" || to.domain === "agencies",
  infrastructure: (to, from) =>
    to.kind === "infrastructure" ||
    (to.kind === "pure" && !to.domain) ||
    (from.name === "action" && to.kind === "auth"),
};

const isInfrastructure = (to: Place, names: string[]) => to.kind === "infrastructure" && names.includes(to.name);
const rank = ({ domain = "" }: Place) => (BELOW_ALL.includes(domain) ? -1 : DOMAINS.indexOf(domain));
const isBelowAll = ({ domain = "" }: Place) => BELOW_ALL.includes(domain);
const isAhead = (from: Place, to: Place) => rank(to) > rank(from);
const isBehind = (from: Place, to: Place) => !isBelowAll(to) && rank(to) < rank(from);

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

/** Every import and re-export of a file, static or by import(); types alone never reach a browser, and count for the table. */
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

/** What lies in the same folder or below it is imported from there, and everything else by the room that it is in. */
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
    return to && MAY_IMPORT[from.kind](to, from, isNear) ? [] : [`${path} may not import ${target.path}`];
  });
}

function packageProblem(from: Place, name: string): boolean {
  const allowed = PACKAGES[from.kind];
  if (allowed) return !allowed.test(name);
  const isInLib = from.kind === "infrastructure";
  return isInLib && from.name !== "action" && CLIENT_PACKAGES.test(name);
}

/** The closed sets of file names. */
function nameProblems(path: string): string[] {
  const parts = path.split("/");
  const file = parts.at(-1) ?? "";
  if (parts[0] === "app" && parts[1] !== "styles" && parts.length > 2 && !ROUTE_FILES.test(file)) {
    return [`${path}: an app folder has no file of that name`];
  }
  const isFree =
    file.endsWith(".test.ts") || ["auth", "db"].includes(parts[1] ?? "") || path.startsWith("lib/applications/form/");
  if (parts[0] !== "lib" || parts.length < 3 || isFree) return [];
  if (![...DOMAINS, ...BELOW_ALL].includes(parts[1] ?? "")) return [`${path}: not in a domain that this test knows`];
  return DOMAIN_FILES.test(file) ? [] : [`${path}: a domain folder has no file of that name`];
}

/** "use client" only where a form or a component needs it, "use server" at the head of actions. */
function directiveProblems(path: string, text: string): string[] {
  const head = /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*["'](use \w+)["']/.exec(text)?.[1];
  const isClientPlace = /^components\//.test(path) || /^app\/(.*\/)?(form|error|global-error)\.tsx$/.test(path);
  if (head === "use client" && !isClientPlace) return [`${path}: "use client" belongs in form.tsx and components`];
  if (/^app\/(.*\/)?actions\.ts$/.test(path) && head !== "use server")
    return [`${path}: actions begin with "use server"`];
  return [];
}

/** Whatever a browser loads must not reach the server's files; actions are where the server begins. */
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

/** Each component lies in a room, and no two rooms need each other. */
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
  const own = paths.filter((path) => !path.startsWith("lib/db/generated/") && path !== "lib/structure.test.ts");
  return new Map(own.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

test("the code has the shape that ARCHITECTURE.md describes", () => {
  expect(problemsOf(readSources())).toEqual([]);
});

describe("the test can fail", () => {
  const bad: [string, Record<string, string>, string][] = [
    ["a page that writes", { "app/x/page.tsx": `import { a } from "../../lib/fund/commands.ts";` }, "may not import"],
    ["a page that asks the database", { "app/x/page.tsx": `import { db } from "../../lib/db.ts";` }, "may not import"],
    [
      "an action that asks the database",
      { "app/x/actions.ts": `"use server";\nimport { db } from "../../lib/db.ts";` },
      "may not import",
    ],
    [
      "an action that reads",
      { "app/x/actions.ts": `"use server";\nimport { a } from "../../lib/fund/queries.ts";` },
      "may not import",
    ],
    ["actions that are not", { "app/x/actions.ts": "export const a = 1;" }, "use server"],
    ["another route's form", { "app/x/page.tsx": `import { F } from "../y/form.tsx";` }, "may not import"],
    [
      "a design system that knows the fund",
      { "components/ui/a.tsx": `import { a } from "../../lib/fund/rules.ts";` },
      "may not import",
    ],
    ["a pure file with the database", { "lib/fund/rules.ts": `import type { Tx } from "../db.ts";` }, "may not import"],
    [
      "a pure file with a package",
      { "lib/fund/rules.ts": `import { headers } from "next/headers";` },
      "may not import",
    ],
    ["a pure file that looks at the clock", { "lib/fund/rules.ts": "export const at = new Date();" }, "told the time"],
    ["a query that writes", { "lib/fund/queries.ts": `import { a } from "./commands.ts";` }, "may not import"],
    [
      "a query that looks ahead",
      { "lib/fund/queries.ts": `import { a } from "../decisions/queries.ts";` },
      "may not import",
    ],
    [
      "a command that calls back",
      { "lib/decisions/commands.ts": `import { a } from "../fund/commands.ts";` },
      "may not import",
    ],
    [
      "a command that calls by import()",
      { "lib/decisions/commands.ts": `const a = await import("../fund/commands.ts");` },
      "may not import",
    ],
    [
      "infrastructure that knows a domain",
      { "lib/audit.ts": `import { a } from "./fund/rules.ts";` },
      "may not import",
    ],
    [
      "infrastructure that knows HTTP",
      { "lib/audit.ts": `import { redirect } from "next/navigation";` },
      "may not import",
    ],
    ["a road that climbs", { "app/x/page.tsx": `import { a } from "../../lib/money.ts";` }, "import #lib/money.ts"],
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
    ["a domain without a place in the way of the money", { "lib/things/rules.ts": "" }, "not in a domain"],
    ["a stray file in a route", { "app/x/helper.ts": "" }, "no file of that name"],
    ["a page for the browser", { "app/x/page.tsx": `"use client";` }, "belongs in form.tsx"],
    ["something left to do", { "lib/money.ts": `// ${"TO"}DO` }, "left to do"],
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
      "lib/fund/commands.ts": `import { db } from "#lib/db.ts";\nimport { b } from "#lib/decisions/commands.ts";\nimport { c } from "#lib/budget/commands.ts";`,
    };
    expect(problemsOf(new Map(Object.entries(good)))).toEqual([]);
  });
});
