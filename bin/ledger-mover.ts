// For the tests: moves money of the applications named as arguments, a loop for each, until it is killed. A line of its
// output is a command that was acknowledged: its name and request id. ACKNOWLEDGE=early writes it before the command is
// done, as a control.
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { commitReserve, pay, recover, releaseReserve, releaseUnpaid, reserve } from "../lib/budget/commands.ts";
import { db, type Tx, transaction } from "../lib/db.ts";
import { readSettings, setEnvironment } from "../lib/env.ts";
import { DomainError } from "../lib/errors.ts";
import { completeEnvironment } from "./environment.ts";

const settings = readSettings();
setEnvironment(
  completeEnvironment(settings, { databaseUrl: settings.DATABASE_URL ?? "", smtpUrl: "smtp://127.0.0.1:1" }),
);
const isEarly = process.env.ACKNOWLEDGE === "early";

const below = (limit: number): number => Math.floor(Math.random() * limit);
const years = (await db().financialYear.findMany({ orderBy: { startYear: "asc" } })).map(({ startYear }) => startYear);

function commandOn(id: string, requestId: string): [name: string, run: (tx: Tx) => Promise<unknown>] {
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

async function moveFor(id: string): Promise<never> {
  for (;;) {
    const requestId = randomUUID();
    const [name, run] = commandOn(id, requestId);
    const acknowledge = () => writeSync(1, `${name} ${requestId}\n`);
    try {
      if (isEarly) acknowledge();
      await transaction(run);
      if (!isEarly) acknowledge();
    } catch (error) {
      // What is refused was not acknowledged; without its database it waits for one.
      if (!(error instanceof DomainError)) await pause(50);
    }
  }
}

await Promise.all(process.argv.slice(2).map(moveFor));
