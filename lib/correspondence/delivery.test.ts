// Mail with a real SMTP server and real worker processes that are killed: nothing is lost, and nothing is sent that has
// not happened.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { startMailbox } from "../../bin/mailbox.ts";
import { freePort } from "../../bin/postgres.ts";
import { startWorkerProcess } from "../../bin/web.ts";
import { listMail } from "./queries.ts";

const auditor: MfatActor = {
  side: "MFAT",
  personId: randomUUID(),
  name: "Auditor",
  email: "auditor@mfat.example",
  roles: new Set(["AUDITOR"]),
};
const database = useTestDatabase();
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "psf-mail-"));
});

function startWorker(smtpUrl: string) {
  const worker = startWorkerProcess({ DATABASE_URL: database.databaseUrl, SMTP_URL: smtpUrl });
  onTestFinished(() => worker.stop());
  return worker;
}

/** Queues mails to addresses and returns their Message-IDs. */
async function queue(addresses: string[]): Promise<string[]> {
  const ids = await transaction(async (tx) => {
    const queued: string[] = [];
    for (const to of addresses) {
      queued.push(await queueEmail(tx, { to, subject: `For ${to}`, text: "Text", html: "<p>Text</p>" }));
    }
    return queued;
  });
  return ids.map((id) => `<${id}@localhost>`);
}

const addresses = (name: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${name}-${n}@agency.example`);

/** The Message-IDs of everything that has arrived, sorted. */
function arrived(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".eml"))
    .map((name) => /^Message-ID: (\S+)/im.exec(readFileSync(join(folder, name), "utf8"))?.[1] ?? "")
    .sort();
}

const countUnsent = (name: string) => db().email.count({ where: { to: { startsWith: name }, sentAt: null } });

test("kill -9 of the worker in the middle of sending: every mail arrives, each try under the same Message-ID", async () => {
  const KILLS = 3;
  // The mailbox itself kills the worker when the tenth mail arrives: a test that watches from outside may be too late.
  let coming = 0;
  let worker: ReturnType<typeof startWorker> | null = null;
  const killAtTenth = () => {
    if (++coming === 10) worker?.kill();
    return false;
  };
  const mailbox = await startMailbox(folder, { refuses: killAtTenth });
  onTestFinished(mailbox.stop);
  const ids = await queue(addresses("killed", 60));
  for (let kill = 0; kill < KILLS; kill++) {
    coming = 0;
    worker = startWorker(mailbox.url);
    await worker.ended;
  }
  expect(await countUnsent("killed")).toBeGreaterThan(0);
  worker = null;
  startWorker(mailbox.url);
  await expect.poll(() => countUnsent("killed"), { timeout: 120_000 }).toBe(0);
  expect([...new Set(arrived())]).toEqual(ids.sort());
  // Only what was being sent at a kill (two connections) may arrive twice.
  expect(arrived().length).toBeLessThanOrEqual(ids.length + KILLS * 4);
});

test("the mail server is down for a while: all mail is sent when it is back", async () => {
  const port = await freePort();
  const ids = await queue(addresses("down", 5));
  startWorker(`smtp://127.0.0.1:${port}`);
  const failing = () =>
    db().email.count({ where: { to: { startsWith: "down" }, lastError: { contains: "ECONNREFUSED" } } });
  await expect.poll(failing, { timeout: 120_000 }).toBe(5);
  const mailbox = await startMailbox(folder, { port });
  onTestFinished(mailbox.stop);
  await expect.poll(() => countUnsent("down"), { timeout: 120_000 }).toBe(0);
  expect(arrived()).toEqual(ids.sort());
  expect(await db().email.count({ where: { to: { startsWith: "down" }, lastError: { not: null } } })).toBe(0);
});

test("one address is refused: the others' mail goes out, and the refused one is kept with what the server said", async () => {
  const mailbox = await startMailbox(folder, { refuses: (address) => address.startsWith("refused-1@") });
  onTestFinished(mailbox.stop);
  const ids = await queue(addresses("refused", 4));
  startWorker(mailbox.url);
  await expect.poll(() => arrived().length, { timeout: 120_000 }).toBe(3);
  await expect.poll(() => countUnsent("refused"), { timeout: 120_000 }).toBe(1);
  const kept = () => db().email.findFirstOrThrow({ where: { to: "refused-1@agency.example" } });
  await expect.poll(async () => (await kept()).lastError, { timeout: 120_000 }).toContain("No such mailbox");
  expect(arrived()).toEqual(ids.filter((id) => id !== ids[1]).sort());
  const waiting = await db().$queryRaw<{ attempts: number; last: number }[]>`
    SELECT attempts::int, max_attempts::int AS last FROM graphile_worker.jobs WHERE key = ${`email:${(await kept()).id}`}`;
  expect(waiting[0]?.attempts).toBeLessThan(waiting[0]?.last ?? 0);
  const { lines } = await listMail(auditor, { fate: "failing" });
  expect(lines.map(({ to }) => to)).toEqual(["refused-1@agency.example"]);
  expect(lines[0]?.nextTryAt?.getTime()).toBeGreaterThan(Date.now());
  const { lines: sent } = await listMail(auditor, { fate: "sent" });
  expect(sent.every(({ nextTryAt }) => nextTryAt === null)).toBe(true);
});

test("killed between commit and send: the mail is sent; killed before commit: there is none", async () => {
  const mailbox = await startMailbox(folder);
  onTestFinished(mailbox.stop);
  await runAndKill("committed@agency.example", "after");
  await runAndKill("never@agency.example", "before");
  expect(arrived()).toEqual([]);
  const mails = await db().email.findMany({
    where: { to: { in: ["committed@agency.example", "never@agency.example"] } },
  });
  expect(mails.map(({ to }) => to)).toEqual(["committed@agency.example"]);
  startWorker(mailbox.url);
  await expect.poll(() => arrived(), { timeout: 120_000 }).toContain(`<${mails[0]?.id}@localhost>`);
});

/** A process that queues a mail and is killed just before or just after it commits. */
async function runAndKill(to: string, moment: "before" | "after"): Promise<void> {
  const script = `
    const { transaction } = await import(${JSON.stringify(join(import.meta.dirname, "..", "platform", "db.ts"))});
    const { queueEmail } = await import(${JSON.stringify(join(import.meta.dirname, "..", "platform", "mail.ts"))});
    await transaction(async (tx) => {
      await queueEmail(tx, { to: ${JSON.stringify(to)}, subject: "s", text: "t", html: "h" });
      if (${moment === "before"}) process.kill(process.pid, "SIGKILL");
    });
    process.kill(process.pid, "SIGKILL");`;
  const env = { ...process.env, DATABASE_URL: database.databaseUrl };
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [, signal] = await once(child, "exit");
  expect(signal).toBe("SIGKILL");
}
