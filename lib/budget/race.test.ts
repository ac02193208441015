import { randomUUID } from "node:crypto";
import pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { unguarded, useLedgerAlone, useTestDatabase } from "#lib/testing/database.ts";
import { reserve } from "./commands.ts";

const database = useTestDatabase();
useLedgerAlone();
const ENVELOPE = 270_000_000n;
const EACH = 30_000_000n;
const YEAR = financialYearOf(dayOf(now()));
let applications: string[] = [];

beforeAll(async () => {
  const agency = await db().agency.findFirstOrThrow();
  const person = await unguarded().person.create({
    data: { email: "race@police.example", name: "Race", side: "AGENCY", agencyId: agency.id },
  });
  const round = await unguarded().round.create({
    data: { name: "Race", opensAt: new Date(0), publishedAt: new Date(0) },
  });
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
  for (const error of refused)
    expect(error).toEqual(new DomainError("MONEY", `Only $0.00 is available in ${formatYear(YEAR)}.`));
  const year = await db().financialYear.findUniqueOrThrow({ where: { startYear: YEAR } });
  expect(year).toMatchObject({ envelopeCents: ENVELOPE, reservedCents: ENVELOPE, committedCents: 0n });
  const sums = await db().ledgerEntry.aggregate({
    where: { startYear: YEAR },
    _sum: { envelopeCents: true, reservedCents: true },
  });
  expect(sums._sum).toEqual({ envelopeCents: year.envelopeCents, reservedCents: year.reservedCents });
});

/**
 * The same race with a table of its own and a given way to add: everybody has read before the first one writes, however
 * busy the machine is. Answers how much was taken.
 */
async function race({
  table,
  read,
  write,
}: {
  table: string;
  read: string;
  write: (client: pg.Client, taken: bigint) => Promise<unknown>;
}): Promise<bigint> {
  const clients = await Promise.all(
    applications.map(async () => {
      const client = new pg.Client({ connectionString: database.ownerUrl });
      await client.connect();
      return client;
    }),
  );
  const [owner] = clients;
  await owner?.query(table);
  const takenBefore = async (client: pg.Client) => BigInt((await client.query(read)).rows[0].taken);
  const begun = await Promise.all(
    clients.map(async (client) => {
      await client.query("BEGIN");
      return { client, taken: await takenBefore(client) };
    }),
  );
  await Promise.all(
    begun
      .filter(({ taken }) => taken + EACH <= ENVELOPE)
      .map(async ({ client, taken }) => {
        await write(client, taken);
        await client.query("COMMIT");
      }),
  );
  const taken = owner ? await takenBefore(owner) : 0n;
  await Promise.all(clients.map((client) => client.end()));
  return taken;
}

test("control: to sum first and insert then overspends in the same race", async () => {
  const taken = await race({
    table: "CREATE TABLE control_sum (cents bigint)",
    read: "SELECT coalesce(sum(cents), 0)::text AS taken FROM control_sum",
    write: (client) => client.query("INSERT INTO control_sum VALUES ($1)", [EACH.toString()]),
  });
  expect(taken).toBeGreaterThan(ENVELOPE);
});

test("control: to read a counter and write it back loses what others wrote", async () => {
  let written = 0n;
  const counter = await race({
    table: "CREATE TABLE control_counter (taken bigint); INSERT INTO control_counter VALUES (0)",
    read: "SELECT taken::text FROM control_counter",
    write: async (client, taken) => {
      await client.query("UPDATE control_counter SET taken = $1", [(taken + EACH).toString()]);
      written += EACH;
    },
  });
  expect(counter).toBeLessThan(written);
});
