// Money during crashes: kill -9 of the processes that move it and of the database, again and again. Whatever was
// acknowledged is in the ledger completely; anything else is in it completely or not at all; and the counters always
// equal the ledger's sums.
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type PortalProcess, startPortal } from "./portal-process.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { LEDGER_ALONE, runSql, seed } from "./test-server.ts";

const folder = mkdtempSync(join(tmpdir(), "psf-crash-"));
const APPLICATIONS = 4;
const movers: PortalProcess[] = [];
let postgres: Postgres;
let ids: string[] = [];

const settings = () => ({
  DATABASE_URL: postgres.appUrl,
  DATABASE_OWNER_URL: postgres.ownerUrl,
  SMTP_URL: "smtp://127.0.0.1:1",
  BASE_URL: "http://127.0.0.1:1",
  AUTH_SECRET: "a secret of the tests, long enough",
  DATA_DIR: folder,
});

beforeAll(async () => {
  postgres = await startPostgres(folder);
  const template = startPortal(settings(), { program: ["make-template.ts"] });
  expect([await template.ended, template.errors()]).toEqual([0, ""]);
  const personId = randomUUID();
  const [{ id: agencyId }] = await query(`SELECT id FROM "Agency" LIMIT 1`);
  await query('ALTER TABLE "Round" DISABLE TRIGGER as_recorded');
  const [{ id: roundId }] = await query(
    `INSERT INTO "Round" (id, name, "opensAt", "publishedAt") VALUES (gen_random_uuid(), 'Crash', now(), now()) RETURNING id`,
  );
  await query(`INSERT INTO "Person" (id, email, name, side) VALUES ($1, 'crash@mfat.example', 'Crash', 'MFAT')`, [
    personId,
  ]);
  const made = await query(
    `INSERT INTO "Application" (id, reference, "agencyId", "roundId", "createdById")
     SELECT gen_random_uuid(), 'PSF-2026-' || n, $1, $2, $3 FROM generate_series(1001, 1000 + $4::int) n RETURNING id`,
    [agencyId, roundId, personId, APPLICATIONS],
  );
  await query(LEDGER_ALONE);
  ids = made.map(({ id }) => id);
});

afterAll(async () => {
  for (const { child } of movers) child.kill("SIGKILL");
  await postgres.stop();
});

const query = (sql: string, values: unknown[] = []) => runSql(postgres.ownerUrl, sql, values);

function startMover(more: Record<string, string> = {}): PortalProcess {
  const mover = startPortal(
    { ...settings(), TEST_SEED: String(seed()), ...more },
    { program: ["ledger-mover.ts", ...ids] },
  );
  movers.push(mover);
  return mover;
}

/** Waits until that many more commands are acknowledged. */
async function untilMoved(mover: PortalProcess, count: number): Promise<void> {
  const target = mover.output().split("\n").length + count;
  await expect.poll(() => mover.output().split("\n").length, { timeout: 120_000, interval: 5 }).toBeGreaterThan(target);
}

async function kill(mover: PortalProcess): Promise<void> {
  mover.child.kill("SIGKILL");
  await mover.ended;
}

async function restartPostgres(): Promise<void> {
  const { port, ended } = postgres;
  process.kill(Number(readFileSync(join(folder, "pg", "postmaster.pid"), "utf8").split("\n")[0]), "SIGKILL");
  await ended;
  // Its other processes hold its memory until they notice that it is gone, which takes longer on a busy machine.
  await vi.waitFor(
    async () => {
      postgres = await startPostgres(folder, { port });
    },
    { timeout: 60_000, interval: 500 },
  );
}

/** The commands whose acknowledgement was read but that are not in the ledger; the last line may be incomplete. */
async function lostOf(some: readonly PortalProcess[]): Promise<string[]> {
  const acknowledged = some.flatMap((mover) => mover.output().split("\n").slice(0, -1));
  const kept = new Set((await query(`SELECT DISTINCT "requestId" AS id FROM "LedgerEntry"`)).map(({ id }) => id));
  // The others move nothing where nothing is held.
  return acknowledged.filter((line) => /^(reserve|pay|recover) /.test(line) && !kept.has(line.split(" ")[1]));
}

async function expectWhole(): Promise<void> {
  const broken = await query(`
    SELECT 'a reserve of two years is two entries' AS rule, "requestId"::text AS what FROM "LedgerEntry"
      WHERE kind = 'RESERVE' GROUP BY "requestId" HAVING count(*) <> 2
    UNION ALL SELECT 'within the envelope', "startYear"::text FROM "FinancialYear"
      WHERE "reservedCents" + "committedCents" > "envelopeCents" OR "paidCents" > "committedCents"`);
  expect(broken).toEqual([]);
  const verify = startPortal(settings(), { program: ["ledger.ts"] });
  expect([await verify.ended, verify.errors()]).toEqual([0, ""]);
}

test("kill -9 of the portal and of its database in the middle of money commands loses and halves nothing", async () => {
  const first = startMover();
  await untilMoved(first, 150);
  await kill(first);
  await expectWhole();

  // It continues on its own when its database is back.
  const second = startMover();
  for (let time = 0; time < 3; time++) {
    await untilMoved(second, 100);
    await restartPostgres();
  }
  await untilMoved(second, 100);
  await kill(second);
  await expectWhole();
  expect(await lostOf([first, second])).toEqual([]);
});

test("control: what is acknowledged before it is done is lost", async () => {
  const hasty = startMover({ ACKNOWLEDGE: "early" });
  await untilMoved(hasty, 50);
  await kill(hasty);
  expect((await lostOf([hasty])).length).toBeGreaterThan(0);
});
