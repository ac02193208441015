// For the tests: moves money of the applications named as arguments, in a loop for each, until it is killed. Each line
// of its output is an acknowledged command: its name and request id. ACKNOWLEDGE=early writes it before the command is
// done, as a control.
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { commitReserve, pay, recover, releaseReserve, releaseUnpaid, reserve } from "#lib/budget/commands.ts";
import { db, type Tx, transaction } from "#lib/platform/db.ts";
import { readSettings, setEnvironment } from "#lib/platform/env.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { completeEnvironment } from "./environment.ts";
import { seed } from "./test-server.ts";

const settings = readSettings();
setEnvironment(
  completeEnvironment(settings, { databaseUrl: settings.DATABASE_URL ?? "", smtpUrl: "smtp://127.0.0.1:1" }),
);
const isEarly = process.env.ACKNOWLEDGE === "early";

type Below = (limit: number) => number;
/** Each application's own choices, the same for the same seed. */
function choicesOf(index: number): Below {
  const [numbers] = fc.sample(fc.infiniteStream(fc.nat()), { seed: seed() + index, numRuns: 1 });
  return (limit) => (numbers?.next().value ?? 0) % limit;
}
const years = (await db().financialYear.findMany({ orderBy: { startYear: "asc" } })).map(({ startYear }) => startYear);

function commandOn(id: string, requestId: string, below: Below): [name: string, run: (tx: Tx) => Promise<unknown>] {
  const cause = { actor: null, requestId, reason: "Moved by a test" };
  const [startYear = 0, next = 0] = years.slice(below(years.length - 1));
  const cents = BigInt(1 + below(20_000_000));
  const money = { startYear, cents: cents / 3n + 1n, on: new Date(Date.UTC(startYear, 8, 1)) };
  const phasing = [
    { startYear, cents },
    { startYear: next, cents: cents + 1n },
  ];
  const all: [string, (tx: Tx) => Promise<unknown>][] = [
    ["reserve", (tx) => reserve(tx, cause, id, phasing)],
    ["reserve", (tx) => reserve(tx, cause, id, phasing)],
    ["commitReserve", (tx) => commitReserve(tx, cause, id)],
    ["pay", (tx) => pay(tx, cause, id, money)],
    ["pay", (tx) => pay(tx, cause, id, money)],
    ["recover", (tx) => recover(tx, cause, id, money)],
    ["releaseReserve", (tx) => releaseReserve(tx, cause, id)],
    ["releaseUnpaid", (tx) => releaseUnpaid(tx, cause, id)],
  ];
  return all[below(all.length)] ?? ["", async () => {}];
}

async function moveFor(id: string, index: number): Promise<never> {
  const below = choicesOf(index);
  for (;;) {
    const requestId = randomUUID();
    const [name, run] = commandOn(id, requestId, below);
    const acknowledge = () => writeSync(1, `${name} ${requestId}\n`);
    try {
      if (isEarly) acknowledge();
      await transaction(run);
      if (!isEarly) acknowledge();
    } catch (error) {
      // Refused commands were not acknowledged; without its database it waits for one.
      if (!(error instanceof DomainError)) await pause(50);
    }
  }
}

await Promise.all(process.argv.slice(2).map(moveFor));
