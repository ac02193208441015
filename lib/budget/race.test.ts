import { randomUUID } from "node:crypto";
import pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { db, transaction } from "../db.ts";
import { DomainError } from "../errors.ts";
import { useTestDatabase } from "../test-database.ts";
import { reserve } from "./commands.ts";

const database = useTestDatabase();
const ENVELOPE = 270_000_000n;
const EACH = 30_000_000n;
const YEAR = 2027;
let applications: string[] = [];

beforeAll(async () => {
  const agency = await db().agency.findFirstOrThrow();
  const person = await db().person.create({
    data: { email: "race@police.example", name: "Race", side: "AGENCY", agencyId: agency.id },
  });
  const round = await db().round.create({ data: { name: "Race", opensAt: new Date(0) } });
  applications = await Promise.all(
    Array.from({ length: 24 }, async (_, number) => {
      const reference = `PSF-${YEAR}-${String(number).padStart(4, "0")}`;
      const data = { reference, agencyId: agency.id, roundId: round.id, createdById: person.id };
      return (await db().application.create({ data })).id;
    }),
  );
});

const cause = () => ({ actor: null, requestId: randomUUID(), reason: "Race" });

test("24 at once of $300,000 against $2,700,000: nine are reserved, and the counters are the ledger's sum", async () => {
  const results = await Promise.allSettled(
    applications.map((id) => transaction((tx) => reserve(tx, cause(), id, [{ startYear: YEAR, cents: EACH }]))),
  );
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  expect(results.length - refused.length).toBe(9);
  for (const error of refused) expect(error).toEqual(new DomainError("MONEY", "Only $0.00 is available in 2027/28."));
  const year = await db().financialYear.findUniqueOrThrow({ where: { startYear: YEAR } });
  expect(year).toMatchObject({ envelopeCents: ENVELOPE, reservedCents: ENVELOPE, committedCents: 0n });
  const sums = await db().ledgerEntry.aggregate({
    where: { startYear: YEAR },
    _sum: { envelopeCents: true, reservedCents: true },
  });
  expect(sums._sum).toEqual({ envelopeCents: year.envelopeCents, reservedCents: year.reservedCents });
});

/** Runs the same race with a table of its own and a given way to add. Answers how much was taken. */
async function race(setUp: string, take: (client: pg.Client) => Promise<void>, total: string): Promise<bigint> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(setUp);
  await Promise.allSettled(
    applications.map(async () => {
      const client = new pg.Client({ connectionString: database.ownerUrl });
      await client.connect();
      await client.query("BEGIN");
      await take(client).then(
        () => client.query("COMMIT"),
        () => client.query("ROLLBACK"),
      );
      await client.end();
    }),
  );
  const { rows } = await owner.query(total);
  await owner.end();
  return BigInt(rows[0].taken);
}

test("control: to sum first and insert then overspends in the same race", async () => {
  const taken = await race(
    "CREATE TABLE control_sum (cents bigint)",
    async (client) => {
      const { rows } = await client.query(
        "SELECT coalesce(sum(cents), 0)::text AS taken, pg_sleep(0.3) FROM control_sum",
      );
      if (BigInt(rows[0].taken) + EACH > ENVELOPE) throw new Error("over");
      await client.query("INSERT INTO control_sum VALUES ($1)", [EACH.toString()]);
    },
    "SELECT coalesce(sum(cents), 0)::text AS taken FROM control_sum",
  );
  expect(taken).toBeGreaterThan(ENVELOPE);
});

test("control: to read a counter and write it back loses what others wrote", async () => {
  let written = 0n;
  const counter = await race(
    "CREATE TABLE control_counter (taken bigint); INSERT INTO control_counter VALUES (0)",
    async (client) => {
      const { rows } = await client.query("SELECT taken::text, pg_sleep(0.3) FROM control_counter");
      if (BigInt(rows[0].taken) + EACH > ENVELOPE) throw new Error("over");
      await client.query("UPDATE control_counter SET taken = $1", [(BigInt(rows[0].taken) + EACH).toString()]);
      written += EACH;
    },
    "SELECT taken::text FROM control_counter",
  );
  expect(counter).toBeLessThan(written);
});
