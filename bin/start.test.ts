import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { descendantsOf, type PortalProcess, startPortal } from "./portal-process.ts";
import { commandOf, findRunningPostgres, freePort, stopLeftOver } from "./postgres.ts";
import { runSql } from "./test-server.ts";

const SECRET = "a secret of the tests, long enough";
const newFolder = () => mkdtempSync(join(tmpdir(), "psf-start-"));
const folders: string[] = [];
afterAll(() => folders.forEach(stopLeftOver));

/** A portal without the demo, so that its first start is short. */
async function newPortal(settings: Record<string, string> = {}) {
  const folder = newFolder();
  folders.push(folder);
  const own = { DATA_DIR: folder, PORT: `${await freePort()}`, DEMO: "0", ...settings };
  const health = async () => (await fetch(`http://127.0.0.1:${own.PORT}/api/health`).catch(() => null))?.status ?? 0;
  const start = async (options = {}) => {
    const portal = startPortal(own, options);
    onTestFinished(() => void portal.child.kill("SIGKILL"));
    await portal.ready();
    return portal;
  };
  return { folder, settings: own, health, start };
}

const postmasterOf = (folder: string) =>
  Number(readFileSync(join(folder, "pg", "postmaster.pid"), "utf8").split("\n")[0]);
function webServerOf({ child }: PortalProcess): number {
  const found = descendantsOf(child.pid ?? 0).find((pid) => /^next-server|standalone/.test(commandOf(pid)));
  if (!found) throw new Error("There is no web server.");
  return found;
}
const isRunning = (pid: number) => commandOf(pid) !== "";

const query = (folder: string, sql: string) => runSql(findRunningPostgres(folder)?.ownerUrl ?? "", sql);

describe("a wrong setting stops the start with one line", () => {
  const unused = "127.0.0.1:1";
  const wrong: [string, Record<string, string>, string | RegExp][] = [
    ["a port that is no number", { PORT: "abc" }, 'PORT: must be a whole number from 1 to 65535, not "abc"'],
    ["a port that is none", { PORT: "65536" }, 'PORT: must be a whole number from 1 to 65535, not "65536"'],
    ["a desk that is no address", { DESK_EMAIL: "desk" }, 'DESK_EMAIL: must be an email address, not "desk"'],
    ["a secret that is short", { AUTH_SECRET: "short" }, "AUTH_SECRET: must be at least 32 characters long"],
    ["another name of it", { NEXTAUTH_SECRET: "short" }, "NEXTAUTH_SECRET: must be at least 32 characters long"],
    ["an address without a scheme", { BASE_URL: "fund.example" }, /^BASE_URL: must be an address like/],
    [
      "an address with a path",
      { NEXTAUTH_URL: "https://fund.example/portal" },
      /^NEXTAUTH_URL: must be an address like/,
    ],
    [
      "a database that is none",
      { DATABASE_URL: "mysql://fund.example/psf" },
      /^DATABASE_URL: must look like postgresql:/,
    ],
    ["a scanner that is none", { CLAMAV_URL: "https://fund.example" }, /^CLAMAV_URL: must look like tcp:/],
    ["a store without keys", { FILES_URL: "https://s3.example/files" }, /^FILES_URL: must look like https:/],
    ["a mail server that is none", { SMTP_URL: "https://fund.example" }, /^SMTP_URL: must look like smtp:/],
    ["a number of proxies that is none", { TRUST_PROXY: "yes" }, /^TRUST_PROXY: must be a whole number from 0 to 9/],
    ["a flag that is neither", { DEMO: "yes" }, 'DEMO: must be 1 or 0, not "yes"'],
    ["a database without a secret", { DATABASE_URL: `postgresql://a:b@${unused}/psf` }, /^AUTH_SECRET: must be set/],
    [
      "a database that does not answer",
      { DATABASE_URL: `postgresql://a:hidden@${unused}/psf`, AUTH_SECRET: SECRET },
      "DATABASE_URL: cannot connect to 127.0.0.1:1 (connect ECONNREFUSED 127.0.0.1:1)",
    ],
    ["a folder that cannot be", { DATA_DIR: "/dev/null/data" }, /^DATA_DIR: \/dev\/null\/data cannot be used \(/],
  ];
  test.each(wrong)("%s", async (_what, settings, line) => {
    const portal = startPortal({ DATA_DIR: newFolder(), PORT: `${await freePort()}`, ...settings });
    expect(await portal.ended).toBe(1);
    expect(portal.errors().trim().split("\n")).toEqual([typeof line === "string" ? line : expect.stringMatching(line)]);
    expect(portal.errors()).not.toContain("hidden");
  });

  test("several wrong ones: one line each", async () => {
    const portal = startPortal({ DATA_DIR: newFolder(), PORT: "x", DESK_EMAIL: "y" });
    expect(await portal.ended).toBe(1);
    expect(portal.errors().match(/^(PORT|DESK_EMAIL): /gm)).toHaveLength(2);
  });

  test("a port in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await new Promise((done) => other.once("listening", done));
    const { port } = other.address() as { port: number };
    const portal = startPortal({ DATA_DIR: newFolder(), PORT: `${port}` });
    expect(await portal.ended).toBe(1);
    expect(portal.errors()).toBe(`PORT: ${port} is in use by another program; choose another\n`);
  });
});

test("a mail server, a scanner and a store that do not answer: also a demo starts, says so, and mail waits", async () => {
  const away = "127.0.0.1:1";
  const copy = await newPortal({
    DEMO: "1",
    SMTP_URL: `smtp://a:hidden@${away}`,
    CLAMAV_URL: `tcp://${away}`,
    FILES_URL: `http://key:hidden@${away}/bucket`,
  });
  const portal = await copy.start();
  const said = portal.errors().trim().split("\n");
  expect(said.filter((line) => !line.startsWith("worker: "))).toEqual([
    expect.stringMatching(/^SMTP_URL: cannot send through 127\.0\.0\.1:1 \(.+\); mail waits until that works$/),
    expect.stringMatching(/^CLAMAV_URL: cannot reach clamd at 127\.0\.0\.1:1 \(.+\); new files wait to be scanned$/),
    expect.stringMatching(/^FILES_URL: cannot reach the store at 127\.0\.0\.1:1 \(.+\); files cannot be sent or read/),
  ]);
  expect(portal.errors()).not.toContain("hidden");
  const answer = await fetch(`http://127.0.0.1:${copy.settings.PORT}/api/health`);
  expect(answer.status).toBe(200);
  const down = { state: "down" };
  const mail = { state: "up", isWorkerRunning: true };
  expect(await answer.json()).toMatchObject({ state: "degraded", mail, mailServer: down, scanner: down, files: down });
  const tried = `SELECT FROM "Email" WHERE attempts > 0 AND "sentAt" IS NULL LIMIT 1`;
  await expect.poll(() => query(copy.folder, tried), { timeout: 60_000 }).toHaveLength(1);
  // The demo's invoices can be opened without the store.
  const invoices = await query(copy.folder, `SELECT "storageKey", "scanState"::text FROM "Document"`);
  expect(invoices.length).toBeGreaterThan(10);
  for (const { storageKey, scanState } of invoices) {
    expect(existsSync(join(copy.folder, "files", storageKey))).toBe(true);
    expect(scanState).toBe("NOT_SCANNED");
  }
}, 480_000);

test("two copies side by side, and SIGTERM leaves no process behind", async () => {
  const [one, two] = [await newPortal(), await newPortal()];
  const portals = await Promise.all([one.start(), two.start()]);
  expect(await Promise.all([one.health(), two.health()])).toEqual([200, 200]);
  expect(statSync(join(one.folder, "secret")).mode & 0o777).toBe(0o600);
  expect(statSync(join(one.folder, "pg-app-password")).mode & 0o777).toBe(0o600);

  const second = startPortal({ ...one.settings, PORT: `${await freePort()}` });
  expect(await second.ended).toBe(1);
  expect(second.errors()).toBe(`DATA_DIR: ${one.folder} is in use by another start of the portal\n`);

  const parts = portals.flatMap(({ child }) => descendantsOf(child.pid ?? 0));
  expect(parts.length).toBeGreaterThan(3);
  for (const { child } of portals) child.kill("SIGTERM");
  expect(await Promise.all(portals.map(({ ended }) => ended))).toEqual([0, 0]);
  expect(parts.filter(isRunning)).toEqual([]);
});

test("kill -9 of any part: it comes back, and nothing is lost", async () => {
  const copy = await newPortal();
  const portal = await copy.start();
  await query(copy.folder, `INSERT INTO "Region" (code, name) VALUES ('KEPT', 'Kept through it all')`);

  process.kill(webServerOf(portal), "SIGKILL");
  await expect
    .poll(() => portal.errors(), { timeout: 120_000 })
    .toContain("The web server ended (SIGKILL): starting it again.");
  await expect.poll(copy.health, { timeout: 120_000 }).toBe(200);

  process.kill(postmasterOf(copy.folder), "SIGKILL");
  await expect.poll(() => portal.errors(), { timeout: 120_000 }).toContain("The embedded database ended (SIGKILL)");
  await expect.poll(copy.health, { timeout: 120_000 }).toBe(200);

  const webServer = webServerOf(portal);
  portal.child.kill("SIGKILL");
  await expect.poll(() => isRunning(webServer), { timeout: 120_000 }).toBe(false);

  const again = await copy.start();
  expect(await copy.health()).toBe(200);
  expect(await query(copy.folder, `SELECT name FROM "Region" WHERE code = 'KEPT'`)).toEqual([
    { name: "Kept through it all" },
  ]);
  again.child.kill("SIGINT");
  expect(await again.ended).toBe(0);
});

const SESSION_OF_WORKER =
  "SELECT pid FROM pg_stat_activity WHERE usename = 'psf_app' AND query ILIKE '%graphile_worker%' LIMIT 1";

/** Queues mails as the portal does; answers how many have arrived in the embedded mailbox. */
async function queueMails(folder: string, count: number): Promise<() => number> {
  const mailbox = join(folder, "mailbox");
  const countFiles = () => (existsSync(mailbox) ? readdirSync(mailbox).length : 0);
  const before = countFiles();
  await query(
    folder,
    `WITH mail AS (
       INSERT INTO "Email" (id, "to", subject, text, html, "createdAt")
         SELECT gen_random_uuid(), 'mail-' || n || '@agency.example', 'Mail ' || n, 'Text', '<p>Text</p>', now()
           FROM generate_series(1, ${count}) n RETURNING id)
     SELECT graphile_worker.add_job('send_email', json_build_object('id', id)) FROM mail`,
  );
  return () => countFiles() - before;
}

/** Returns while mails are sent, with fifty still to go: more are queued if this test was too slow to see it. */
async function sendingMails(folder: string): Promise<void> {
  for (let count = 150; ; count *= 2) {
    const arrived = await queueMails(folder, count);
    await expect.poll(arrived, { timeout: 60_000, interval: 5 }).toBeGreaterThan(20);
    if (arrived() < count - 50) return;
  }
}

test("lost connections while a hundred mails are sent: every part lives on, and every mail arrives", async () => {
  const copy = await newPortal();
  const portal = await copy.start();
  const webServer = webServerOf(portal);
  const losses: [what: string, lose: () => Promise<unknown>][] = [
    [
      "every session is ended by the server",
      () => query(copy.folder, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'psf_app'"),
    ],
    [
      "a session's process is killed, which ends all of them",
      async () => {
        const pidOf = async () => (await query(copy.folder, SESSION_OF_WORKER))[0]?.pid;
        process.kill(await vi.waitUntil(pidOf, { timeout: 60_000, interval: 5 }), "SIGKILL");
      },
    ],
    ["the server is killed", async () => process.kill(postmasterOf(copy.folder), "SIGKILL")],
  ];
  for (const [what, lose] of losses) {
    await sendingMails(copy.folder);
    await lose();
    await expect.poll(copy.health, { timeout: 60_000, message: what }).toBe(200);
    await expect.poll(() => unsent(copy.folder), { timeout: 60_000, message: what }).toBe(0);
  }
  expect(isRunning(webServer)).toBe(true);
  expect(portal.child.exitCode).toBeNull();
  // A process that ends by an error that nobody caught prints where it was thrown, and Node's version.
  expect(portal.errors()).not.toMatch(/^ {4}at |^Node\.js v|unhandled/im);
}, 240_000);

const unsent = async (folder: string) => {
  const [row] = await query(folder, `SELECT count(*)::int AS count FROM "Email" WHERE "sentAt" IS NULL`);
  return row?.count;
};

test("killed while it makes the demo: the next start does not go on with half of one", async () => {
  const copy = await newPortal({ DEMO: "" });
  const portal = startPortal(copy.settings);
  await expect
    .poll(() => existsSync(join(copy.folder, "demo.unfinished")), { timeout: 120_000, interval: 10 })
    .toBe(true);
  await expect.poll(() => query(copy.folder, `SELECT FROM "Person" LIMIT 1`), { timeout: 120_000 }).toHaveLength(1);
  portal.child.kill("SIGKILL");
  await portal.ended;
  copy.settings.DEMO = "0";
  await copy.start();
  expect(await query(copy.folder, `SELECT count(*)::int AS people FROM "Person"`)).toEqual([{ people: 0 }]);
});

test("when only the shell above it is ended, the portal ends too", async () => {
  const copy = await newPortal();
  const portal = await copy.start({ shell: true });
  const parts = descendantsOf(portal.child.pid ?? 0);
  portal.child.kill("SIGKILL");
  await expect.poll(() => parts.filter(isRunning), { timeout: 120_000 }).toEqual([]);
  expect(findRunningPostgres(copy.folder)).toBeNull();
});
