// The database becomes unavailable in every way that happens, while somebody signed in reads, writes, saves and sends
// files: they are told that the portal is not available and keep what they typed, and nobody is told that they are
// signed out.
import { createHash, randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort } from "./postgres.ts";
import { type Relay, startRelay } from "./test-relay.ts";
import { copyDatabase } from "./test-server.ts";
import { startWebServer } from "./web.ts";

const TYPED = "Words of an hour,\r\nand <more> of them";
let relay: Relay;
let address = "";
let cookie = "";
let reference = "";
let query: (sql: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const { databaseUrl, ownerUrl, drop } = await copyDatabase("template_demo");
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  query = async (sql, values) => (await owner.query(sql, values)).rows;
  relay = await startRelay(databaseUrl);
  const PORT = `${await freePort()}`;
  address = `http://localhost:${PORT}`;
  const web = await startWebServer(
    // Without named statements, the relay sees each COMMIT as text.
    {
      DATABASE_URL: relay.url,
      DATABASE_PREPARED: "0",
      PORT,
      BASE_URL: address,
      NEXTAUTH_URL: address,
      BOOT_ID: "unavailable",
    },
    { isQuiet: true },
  );
  stops.push(web.stop, relay.stop, () => owner.end(), drop);
  const token = randomBytes(32).toString("base64url");
  cookie = `next-auth.session-token=${token}`;
  await query(
    `INSERT INTO "Session" ("tokenHash", "personId", expires, "createdAt", "lastSeenAt")
       SELECT $1, id, now() + interval '1 hour', now(), now() FROM "Person" WHERE email = 'contributor@police.example'`,
    [createHash("sha256").update(token).digest("hex")],
  );
  const [draft] = await query(
    `SELECT a.reference FROM "Application" a JOIN "Agency" g ON g.id = a."agencyId" JOIN "Person" p ON p."agencyId" = g.id
       WHERE p.email = 'contributor@police.example' AND a.state = 'DRAFT' ORDER BY 1 LIMIT 1`,
  );
  reference = String(draft?.reference);
}, 120_000);
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** The database is back, and the portal has noticed. */
async function comeBack(): Promise<void> {
  await relay.be("open");
  await expect.poll(async () => (await ask("/home")).status, { timeout: 60_000 }).toBe(200);
}
afterEach(comeBack);

/** As a browser without JavaScript requests it. No wait is longer than 10 s; a busy machine may take as long again. */
async function ask(path: string, init: RequestInit = {}) {
  const headers = { cookie, accept: "text/html", origin: address, "sec-fetch-site": "same-origin", ...init.headers };
  const at = performance.now();
  const response = await fetch(`${address}${path}`, { redirect: "manual", ...init, headers });
  const text = await response.text();
  expect(performance.now() - at, path).toBeLessThan(20_000);
  return { status: response.status, location: response.headers.get("location"), text };
}

/** The form on a page that has a field with that name, with all its inputs. */
function formOf(html: string, field: string): FormData {
  const form = html.split("<form").find((part) => part.includes(`name="${field}"`)) ?? "";
  const body = new FormData();
  for (const [input] of form.split("</form>")[0]?.matchAll(/<input[^>]*type="hidden"[^>]*>/g) ?? []) {
    const part = (name: string) => unescaped(new RegExp(` ${name}="([^"]*)"`).exec(input)?.[1] ?? "");
    body.append(part("name"), part("value"));
  }
  return body;
}

const unescaped = (text: string) =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

const comments = () => `/applications/${reference}/comments`;
const countComments = async (text: string) =>
  (await query(`SELECT count(*)::int AS count FROM "Comment" WHERE text = $1`, [text]))[0]?.count;

/** A comment form, filled in. */
async function newComment(text: string): Promise<FormData> {
  const form = formOf((await ask(comments())).text, "text");
  form.set("text", text);
  return form;
}

const states: [how: string, away: () => Promise<void>][] = [
  ["refuses connections", () => relay.be("refusing")],
  ["says nothing", () => relay.be("silent")],
];

test.each(states)(
  "a database that %s: 503 for pages, forms, saves, files and sessions, never signed out",
  async (how, away) => {
    const text = `${TYPED} (${how})`;
    const form = await newComment(text);
    const section = await ask(`/applications/${reference}/sections/need`);
    expect(section.status).toBe(200);
    await away();
    const page = await ask("/home");
    expect(page).toMatchObject({ status: 503, location: null });
    expect(page.text).toContain("<h1>Sorry, the portal is not available</h1>");
    expect(page.text).toMatch(/<link rel="stylesheet" href="\/_next\/static\/[^"]+\.css">/);
    const sent = await ask(comments(), { method: "POST", body: form });
    expect(sent).toMatchObject({ status: 503, location: null });
    expect(sent.text).toContain("Nothing was changed. Try again in a minute.");
    expect(unescaped(sent.text)).toContain(text);
    const others: [path: string, init?: RequestInit][] = [
      [`/applications/${reference}/pdf`],
      ["/applications/export/csv"],
      ["/home/calendar"],
      ["/api/auth/session"],
      [`/api/sections/${reference}/need`, { method: "POST", body: formOf(section.text, "requestId") }],
      ["/api/uploads", { method: "POST", headers: { "tus-resumable": "1.0.0", "upload-length": "10" } }],
      [`/api/documents/${reference}/files`, { method: "POST", body: form }],
      ["/", { headers: { cookie: "" } }],
    ];
    const answers = await Promise.all(others.map(async ([path, init]) => [path, (await ask(path, init)).status]));
    expect(answers).toEqual(others.map(([path]) => [path, 503]));
    await comeBack();

    // The page that came back sends the very same form again.
    const again = formOf(sent.text, "text");
    expect(again.get("text")).toBe(text);
    const done = await ask(comments(), { method: "POST", body: again });
    expect(done).toMatchObject({ status: 303 });
    expect(done.location).toContain("done=added");
  },
  90_000,
);

test("a connection that ends while a form is saved: 503, nothing changed, and the form with its words on the page", async () => {
  const form = await newComment("Ended at once");
  // The server ends every waiting session, and a lock stops the form's own from getting far before that.
  const waiting = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
  await query(`BEGIN; LOCK TABLE "Comment" IN ACCESS EXCLUSIVE MODE`);
  const sending = ask(comments(), { method: "POST", body: form });
  const countWaiting = async () => (await query(`SELECT count(*)::int AS count ${waiting}`))[0]?.count;
  await expect.poll(countWaiting, { timeout: 60_000 }).toBeGreaterThan(0);
  await query(`SELECT pg_terminate_backend(pid) ${waiting}`);
  await query("COMMIT");
  const { status, text } = await sending;
  expect(status).toBe(503);
  expect(text).toContain("Nothing was changed. Try again in a minute.");
  expect(await countComments("Ended at once")).toBe(0);
});

test("a COMMIT that was on its way: nobody says what became of it, and the same form sent again acts once", async () => {
  const text = "Committed, and nobody heard";
  const form = await newComment(text);
  const cut = relay.cutAtCommit();
  const sent = await ask(comments(), { method: "POST", body: form });
  await cut;
  expect(sent.status).toBe(503);
  expect(sent.text).toContain("We do not know whether this was saved.");
  expect(sent.text).not.toContain("Nothing was changed");
  await expect.poll(() => countComments(text), { timeout: 60_000 }).toBe(1);
  const done = await ask(comments(), { method: "POST", body: form });
  expect(done.status).toBe(303);
  expect(await countComments(text)).toBe(1);
});

test("a primary that became a standby takes no writes: 503, and written again once there is one that does", async () => {
  const form = await newComment("Written on a standby");
  const [row] = await query("SELECT current_database() AS name");
  await query(`ALTER DATABASE ${row?.name} SET default_transaction_read_only = on`);
  relay.cut();
  const sent = await ask(comments(), { method: "POST", body: form });
  await query(`ALTER DATABASE ${row?.name} SET default_transaction_read_only = off`);
  expect(sent.status).toBe(503);
  expect(sent.text).toContain("Nothing was changed. Try again in a minute.");
  const again = async () => (await ask(comments(), { method: "POST", body: form })).status;
  await expect.poll(again, { timeout: 30_000 }).toBe(303);
  expect(await countComments("Written on a standby")).toBe(1);
});
