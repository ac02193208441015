// No page, route or action can be forgotten: they are listed from the files of app/, each must have a row in the access
// table, and each is called here as Next calls it, by people who may not use it. It must refuse them before its first
// query.
import "next/dist/server/node-environment-baseline.js"; // its AsyncLocalStorage, needed before any of Next's code asks for it

import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { workAsyncStorage } from "next/dist/server/app-render/work-async-storage.external.js";
import { workUnitAsyncStorage } from "next/dist/server/app-render/work-unit-async-storage.external.js";
import { createRequestStoreForAPI } from "next/dist/server/async-storage/request-store.js";
import { createWorkStore } from "next/dist/server/async-storage/work-store.js";
import { NextRequest } from "next/server.js";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { db } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { ACCESS, ACTIONS } from "../../e2e/access.ts";

useTestDatabase();

const APP = join(import.meta.dirname, "..", "..", "app");
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

type Code = (...args: unknown[]) => unknown;
/** `audience`: the route group that the file is in. */
type AppFile = { route: string; audience: string; load: () => Promise<Record<string, Code>> };
type Action = { key: string; code: Code };

/** The files with that name, by route: their folder without the groups. */
const filesOf = (name: string): AppFile[] =>
  readdirSync(APP, { recursive: true, encoding: "utf8" })
    .filter((path) => path === name || path.endsWith(`/${name}`))
    .map((path) => ({
      route: `/${path.slice(0, -name.length)}`.replace(/\/\([a-z]+\)/, "").replace(/(?<=.)\/$/, ""),
      audience: /^\((\w+)\)/.exec(path)?.[1] ?? "",
      load: () => import(join(APP, path)),
    }));

const pages = filesOf("page.tsx");
const routes = filesOf("route.ts");
const actions: Action[] = [];
for (const { route, load } of filesOf("actions.ts")) {
  for (const [name, code] of Object.entries(await load())) actions.push({ key: `${route}#${name}`, code });
}

// ---------------------------------------------------------------- callers

const STRANGERS = {
  nobody: null,
  "agency without a role": { side: "AGENCY", roles: [] },
  "MFAT without a role": { side: "MFAT", roles: [] },
  contributor: { side: "AGENCY", roles: ["CONTRIBUTOR", "CERTIFIER"] },
  "desk officer": { side: "MFAT", roles: ["DESK", "BUDGET", "APPROVER", "ADMINISTRATOR"] },
} as const;
type Stranger = keyof typeof STRANGERS;

/** The queries since a call began. */
let asked: string[] = [];
/** The query that finds the caller. */
const SESSION = /^SELECT s\."tokenHash"/;
/** The statements that record a refusal. */
const RECORD = /^(BEGIN|COMMIT|INSERT INTO "public"\."AuditEvent")/;
const SETTLE_MS = 4;
const REFUSED = ["sign in", "not found"];

beforeAll(async () => {
  const { id: agencyId } = await db().agency.findFirstOrThrow();
  for (const [name, stranger] of Object.entries(STRANGERS)) {
    if (!stranger) continue;
    const tokenHash = createHash("sha256").update(name).digest("hex");
    await unguarded().person.create({
      data: {
        name,
        email: `${tokenHash}@doors.example`,
        side: stranger.side,
        ...(stranger.side === "AGENCY" && { agencyId }),
        roles: { create: stranger.roles.map((role) => ({ role })) },
        sessions: { create: { tokenHash, expires: new Date(Date.now() + 3_600_000) } },
      },
    });
  }
  await Promise.all([1, 2, 3, 4].map(() => db().$queryRaw`SELECT 1`)); // from here on, nothing waits for a connection
  const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args as [string | { text: string }];
    asked.push((typeof first === "string" ? first : first.text).replace(/\s+/g, " ").trim());
    return query.apply(this, args) as never;
  });
});
afterAll(() => vi.restoreAllMocks());

// ---------------------------------------------------------------- calling as Next does

const RENDERING = { experimental: {}, onClose: () => {} };
const NO_TAGS = { tags: [], expirationsByCacheKind: new Map() };

/** Runs something inside a request by somebody, with what Next's own headers(), cookies() and redirect() need. */
async function within<T>(who: Stranger, phase: "render" | "action", work: (request: NextRequest) => Promise<T>) {
  const { BASE_URL } = env();
  const request = new NextRequest(`${BASE_URL}/x`, {
    method: phase === "action" ? "POST" : "GET",
    headers: {
      origin: new URL(BASE_URL).origin,
      "x-path": "/x",
      ...(STRANGERS[who] && { cookie: `next-auth.session-token=${encodeURIComponent(who)}` }),
    },
    ...(phase === "action" && { body: new FormData() }),
  });
  const workStore = createWorkStore({ page: "/x/page", renderOpts: RENDERING, isPrefetchRequest: false } as never);
  const store = createRequestStoreForAPI(request, request.nextUrl, NO_TAGS as never, undefined, NO_PREVIEW, undefined);
  store.phase = phase;
  return workAsyncStorage.run(workStore, () => workUnitAsyncStorage.run(store, () => work(request)));
}
const NO_PREVIEW = undefined as never;

const PARAMS = {
  id: "00000000-0000-7000-8000-000000000000",
  reference: "PSF-2026-0001",
  number: "1",
  format: "csv",
  section: "need",
  step: "sendOffer",
  list: "rows",
  kind: "offer",
};

/** The arguments for a page or route: a plausible value for each of its parameters. */
const contextOf = (route: string) => ({
  params: Promise.resolve(
    Object.fromEntries(
      [...route.matchAll(/\[+(\.{3})?(\w+)\]+/g)].map(([, rest, name = ""]) => {
        const value = PARAMS[name as keyof typeof PARAMS] ?? PARAMS.id;
        return [name, rest ? [value] : value];
      }),
    ),
  ),
  searchParams: Promise.resolve({}),
});

/** The outcome of a call: where it redirects to, "not found", a status, or "answered". */
async function outcomeOf(answer: () => Promise<unknown>): Promise<string> {
  try {
    const result = await answer();
    if (!(result instanceof Response)) return "answered";
    const { status, headers } = result;
    return status === 401 ? "sign in" : status === 404 ? "not found" : `${status} ${headers.get("location") ?? ""}`;
  } catch (error) {
    const { digest = "" } = error as { digest?: string };
    if (/^NEXT_REDIRECT;\w+;\/sign-in\?next=/.test(digest)) return "sign in";
    if (digest === "NEXT_HTTP_ERROR_FALLBACK;404") return "not found";
    if (digest.startsWith("NEXT_REDIRECT")) return digest;
    throw error;
  }
}

type Call = { route: string; audience: string; what: string; ask: (who: Stranger) => Promise<unknown> };

const callOfPage = ({ load, ...file }: AppFile, part: "default" | "generateMetadata" = "default"): Call => ({
  ...file,
  what: part,
  ask: async (who) => {
    const code = (await load())[part];
    return within(who, "render", async () => code?.(contextOf(file.route)));
  },
});

const callsOfRoute = async ({ load, ...file }: AppFile): Promise<Call[]> => {
  const code = await load();
  return METHODS.filter((method) => method in code).map((method) => ({
    ...file,
    what: method,
    ask: (who) => within(who, "action", async (request) => code[method]?.(request, contextOf(file.route))),
  }));
};

const callOfAction = ({ key, code }: Action): Call => ({
  route: key,
  audience: ACTIONS[key] ?? "",
  what: "action",
  // A page binds an id or two to an action; the form's last state and the form data follow as further arguments.
  ask: (who) => {
    const bound = Array.from({ length: Math.max(code.length - 2, 0) }, () => PARAMS.id);
    return within(who, "action", async () => code(...bound, { values: {}, errors: {} }, new FormData()));
  },
});

const allCalls = async (): Promise<Call[]> => [
  ...pages.map((file) => callOfPage(file)),
  ...(await Promise.all(routes.map(callsOfRoute))).flat(),
  ...actions.map(callOfAction),
];

const whoMay = ({ route }: Call) => ACCESS[route]?.may ?? ACTIONS[route] ?? "nobody";

type Told = { outcome: string; sql: string[] };

/** The outcome of a call by somebody, and its queries other than finding the actor. */
async function tell(call: Call, who: Stranger): Promise<Told & { call: string }> {
  asked = [];
  const outcome = await outcomeOf(() => call.ask(who));
  await pause(SETTLE_MS); // a refused page may have started a query alongside its door, and nothing waits for that
  return {
    call: `${call.what} ${call.route}`,
    outcome,
    sql: asked.filter((sql) => !SESSION.test(sql)).map((sql) => sql.slice(0, 80)),
  };
}

/** @returns the calls that did anything other than they should */
async function strays(
  calls: readonly Call[],
  who: Stranger,
  isRight: (told: Told, call: Call) => boolean,
): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const call of calls) {
    const told = await tell(call, who);
    if (!isRight(told, call)) found.push(told);
  }
  return found;
}

test("every page, route and action stands in the access table, and the table has no other", () => {
  expect([...pages, ...routes].map(({ route }) => route).sort()).toEqual(Object.keys(ACCESS).sort());
  expect(actions.map(({ key }) => key).sort()).toEqual(Object.keys(ACTIONS).sort());
});

test.each([
  ["nobody", "sign in"],
  ["agency without a role", "not found"],
  ["MFAT without a role", "not found"],
] as const)("%s: all that is not public answers “%s”, before its first query", async (who, expected) => {
  const closed = (await allCalls()).filter((call) => whoMay(call) !== "everybody");
  expect(closed.length).toBeGreaterThan(120);
  const isRight = ({ outcome, sql }: Told, { route }: Call) =>
    sql.length === 0 && (route.startsWith("/api/") ? REFUSED.includes(outcome) : outcome === expected);
  expect(await strays(closed, who, isRight)).toEqual([]);
});

test("a page's title asks the database nothing", async () => {
  const titles = pages.map((file) => callOfPage(file, "generateMetadata"));
  expect(await strays(titles, "nobody", ({ outcome, sql }) => outcome === "answered" && sql.length === 0)).toEqual([]);
});

test("what is public leads nobody to sign in", async () => {
  const open = (await allCalls()).filter((call) => whoMay(call) === "everybody" && call.what !== "action");
  expect(open.length).toBeGreaterThan(10);
  expect(await strays(open, "nobody", ({ outcome }) => outcome !== "sign in")).toEqual([]);
});

test.each([
  ["contributor", "mfat"],
  ["desk officer", "agency"],
] as const)(
  "%s: what lies in (%s) is refused before its first query, and its actions change nothing",
  async (who, of) => {
    const others = (await allCalls()).filter((call) => call.audience === of && whoMay(call) !== "anyone");
    expect(others.length).toBeGreaterThan(14);
    const isRight = ({ outcome, sql }: Told, { what }: Call) =>
      sql.every((one) => RECORD.test(one)) && (what === "action" || outcome === "not found");
    expect(await strays(others, who, isRight)).toEqual([]);
  },
);
