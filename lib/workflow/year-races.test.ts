// Two commands at once when a year ends or is closed: both are held up at the year until both have started, and then
// the fund is the result of one of the two orders in the model (lib/testing/year-model.ts). Each race has a control:
// without its guard it is not.
import pg from "pg";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { closeYearsBefore } from "#lib/testing/database.ts";
import { beginsAt, firstDay, lastDay } from "#lib/testing/year-days.ts";
import { newModel, run, today, useYearFund } from "#lib/testing/year-fund.ts";
import { type Command, type Model, waitingOf } from "#lib/testing/year-model.ts";
import { expectExplained, explained, type Outcome, runAtOnce } from "#lib/testing/year-order.ts";
import { expectRead, seenInDatabase } from "#lib/testing/year-seen.ts";
import { take as takeInModel } from "#lib/testing/year-take.ts";

const database = useYearFund();

const HOUR_MS = 3_600_000;
const goTo = (day: number) => {
  shiftClock(Math.max(beginsAt(day) + 12 * HOUR_MS, now().getTime()) - Date.now());
};

let model: Model;
let year = 0;
let number = 0;
let owner: pg.Client;
beforeAll(async () => {
  model = await newModel(1, 1);
  year = Math.min(...Object.keys(model.years).map(Number));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(() => owner.end());

const step = () => ({ initiative: 0, revision: model.initiatives[0]?.revision ?? 0 });
const claims = () => model.initiatives[0]?.claims.length ?? 0;
const token = () => `change ${++number}`;

/** One after another; none of them is refused. The result is compared once two have met. */
async function take(...commands: (() => Command)[]): Promise<void> {
  for (const one of commands) {
    const command = one();
    const after = takeInModel(model, command, today());
    expect([command.name, await run(command), after.refused]).toEqual([command.name, null, null]);
    model = after.model;
  }
}

const claim = (cents: bigint): Command => {
  const own = { token: token(), on: firstDay(year) + 1, cents, isAdvance: false, accountsFor: null, accounted: 0n };
  return { name: "claim", ...step(), ...own };
};
const pay = (): Command => ({ name: "pay", ...step(), claim: claims(), on: lastDay(year) });

/** A new year whose envelope is waiting to be confirmed. */
async function yearToAdjust(envelope: string): Promise<Command> {
  year++;
  goTo(lastDay(year) - 3);
  await take(
    () => ({ name: "planYears" }),
    () => ({ name: "adjust", token: envelope, year, cents: 200_00n, effectiveOn: firstDay(year) }),
  );
  return { name: "confirm", change: envelope, isSamePerson: false };
}

/** A year from which all its money is to be carried forward. */
async function yearToCarry(): Promise<Command> {
  const [envelope, carried] = [await yearToAdjust(token()), token()];
  await take(
    () => envelope,
    () => ({ name: "carry", token: carried, year, cents: 200_00n, initiatives: [] }),
  );
  return { name: "confirm", change: carried, isSamePerson: false };
}

/**
 * A year whose closing is waiting for a second person: of 100 dollars, 20 are paid, 30 are approved and 50 stated as
 * done. Returns the confirmation.
 */
async function yearToClose(): Promise<Command> {
  const [envelope, closing] = [await yearToAdjust(token()), token()];
  await take(
    () => envelope,
    () => ({ name: "give", initiative: 0, year, cents: 100_00n }),
    () => claim(20_00n),
    () => ({ name: "confirmWork", ...step(), claim: claims() }),
    () => ({ name: "approveClaim", ...step(), claim: claims() }),
    () => ({ name: "pay", ...step(), claim: claims(), on: lastDay(year) - 3 }),
    () => claim(30_00n),
    () => ({ name: "confirmWork", ...step(), claim: claims() }),
    () => ({ name: "approveClaim", ...step(), claim: claims() }),
    () => ({ name: "stateAccrual", ...step(), year, cents: 50_00n }),
    () => ({ name: "setCutoff", year, day: lastDay(year) + 10 }),
  );
  for (const earlier of await closeYearsBefore(year)) {
    Object.assign(model.years[earlier] ?? {}, { isClosed: true, cutoff: lastDay(earlier) + 1 });
  }
  goTo(lastDay(year) + 20);
  for (const { token: change } of waitingOf(model, year)) await take(() => ({ name: "withdraw", change }));
  await take(() => ({ name: "close", token: closing, year }));
  return { name: "confirm", change: closing, isSamePerson: false };
}

/** Waits until that many of the portal's commands are blocked by another, or have ended without it. */
async function untilHeldUp(count: number, ended: () => number): Promise<void> {
  const waiting = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await owner.query(waiting)).rows[0].count + ended() < count) await new Promise((go) => setTimeout(go, 2));
}

/** Both, in this order, held up at the year until both have started. */
async function meet(...commands: Command[]): Promise<Outcome[]> {
  const [done, begun]: [Outcome[], Promise<void>[]] = [[], []];
  let ended = 0;
  const begin = async (command: Command) => {
    try {
      done.push(...(await runAtOnce([command])));
    } finally {
      ended++;
    }
  };
  await owner.query("BEGIN");
  await owner.query(`SELECT 1 FROM "FinancialYear" WHERE "startYear" = $1 FOR UPDATE`, [year]);
  for (const command of commands) {
    const one = begin(command);
    // Whoever waits for both below hears of it.
    one.catch(() => {});
    begun.push(one);
    await untilHeldUp(begun.length, () => ended);
  }
  await owner.query("COMMIT");
  await Promise.all(begun);
  return done;
}

// ---------------------------------------------------------------- the guards

/** What the database itself enforces: how to remove it, and put it back. */
const OWN: Record<string, () => Promise<[away: string, back: string]>> = {
  "a year closes whole": async () => trigger("FinancialYear", "closes_whole"),
  "an entry waits for its year": async () => {
    const { rows } = await owner.query("SELECT pg_get_functiondef('apply_ledger_entry'::regproc) AS text");
    return [rows[0].text.replace(" FOR UPDATE", ""), rows[0].text];
  },
  "an envelope holds what it promises": async () => {
    const name = `ALTER TABLE "FinancialYear" %s CONSTRAINT "FinancialYear_within_envelope"`;
    const { rows } = await owner.query(
      `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = 'FinancialYear_within_envelope'`,
    );
    return [name.replace("%s", "DROP"), `${name.replace("%s", "ADD")} ${rows[0].text} NOT VALID`];
  },
};
const trigger = (table: string, name: string): [string, string] => {
  const of = (is: string) => `ALTER TABLE "${table}" ${is} TRIGGER ${name}`;
  return [of("DISABLE"), of("ENABLE")];
};
/** What the portal's statements lock to keep others waiting. */
const LOCKS: Record<string, RegExp> = {
  "the portal locks the year": /^SELECT 1 AS locked FROM "FinancialYear".* FOR UPDATE$/s,
  "initiatives are locked before their year": /^SELECT 1 AS locked FROM "Application" WHERE id = ANY.* FOR KEY SHARE$/s,
  "changes come one after the other": /^SELECT 1 AS locked FROM pg_advisory_xact_lock\(hashtext\('change'\)\)$/,
};

/** Removes a guard until the test ends. */
async function takeAway(guard: string): Promise<void> {
  const lock = LOCKS[guard];
  if (!lock) {
    const [away, back] = (await OWN[guard]?.()) ?? ["", ""];
    await owner.query(away);
    onTestFinished(async () => {
      await owner.query(back);
    });
    return;
  }
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, asked: { text?: string }, ...more: unknown[]) {
    const unlocked = { ...asked, text: "SELECT 1 AS locked", values: [], name: undefined };
    return Reflect.apply(query, this, [lock.test(asked.text ?? "") ? unlocked : asked, ...more]);
  } as typeof query;
  onTestFinished(() => {
    pg.Client.prototype.query = query;
  });
}

// ---------------------------------------------------------------- the races

type Race = {
  /** Two commands that meet at the year. */
  of: () => Promise<[Command, Command]>;
  /**
   * The guard that makes one come after the other. Without it, no order explains the results of the two, starting with
   * the first.
   */
  guards: string[];
  /** What shows afterwards which of them came first. */
  afterwards?: () => Command;
};
const againstClosing =
  (rival: () => Command): Race["of"] =>
  async () => {
    const closing = await yearToClose();
    return [rival(), closing];
  };
const YEAR = "the portal locks the year";
const CHANGES = "changes come one after the other";
const WHOLE = "a year closes whole";

const RACES: Record<string, Race> = {
  "a payment and the closing of its year": {
    of: againstClosing(pay),
    guards: [YEAR],
    afterwards: () => ({ name: "recover", ...step(), claim: claims(), on: today() }),
  },
  "a commitment and a closing": {
    of: againstClosing(() => ({ name: "give", initiative: 0, year, cents: 1_00n })),
    guards: [YEAR, WHOLE],
  },
  "less work that is stated and a closing": {
    of: againstClosing(() => ({ name: "stateAccrual", ...step(), year, cents: 1n })),
    guards: [YEAR, WHOLE],
  },
  "an adjustment that is asked for and a closing": {
    of: againstClosing(() => ({ name: "adjust", token: token(), year, cents: 5_00n, effectiveOn: firstDay(year) })),
    guards: [YEAR, CHANGES],
  },
  "a carry-forward that is asked for and a closing": {
    of: againstClosing(() => ({ name: "carry", token: token(), year, cents: 1_00n, initiatives: [] })),
    guards: [YEAR, CHANGES],
  },
  "a later cut-off and a closing": {
    of: againstClosing(() => ({ name: "setCutoff", year, day: lastDay(year) + 40 })),
    guards: [YEAR, CHANGES, WHOLE],
  },
  "a closing that is confirmed and declined": {
    of: async () => {
      const confirmation = await yearToClose();
      return [confirmation, { name: "decline", change: "change" in confirmation ? confirmation.change : "" }];
    },
    guards: [CHANGES],
  },
  "two confirmations of one adjustment": {
    of: async () => {
      const confirmation = await yearToAdjust(token());
      return [confirmation, confirmation];
    },
    guards: [CHANGES],
  },
  "a carry-forward and a commitment of the same money": {
    of: async () => {
      const carried = await yearToCarry();
      return [carried, { name: "give", initiative: 0, year, cents: 200_00n }];
    },
    guards: [YEAR, "an entry waits for its year", "an envelope holds what it promises"],
  },
};

for (const [name, { of, afterwards }] of Object.entries(RACES)) {
  test(`${name} at once: one comes after the other`, async () => {
    for (const isTurned of [true, false]) {
      const [first, second] = await of();
      const outcomes = await (isTurned ? meet(second, first) : meet(first, second));
      model = await expectExplained(model, outcomes);
      if (afterwards) await take(afterwards);
      await expectRead(model);
    }
  });
}

/** No order explains the database’s own refusal, for which the portal has no words, either. */
async function howExplained(both: Command[]): Promise<Model | null> {
  try {
    return explained(model, await meet(...both), await seenInDatabase());
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError) return null;
    throw error;
  }
}

for (const [name, { of, guards }] of Object.entries(RACES)) {
  test(`control: ${name} at once, but not that ${guards.join(" and ")}`, async () => {
    // On a busy machine two may miss each other, so that nothing goes wrong: then two others meet.
    let found: Model | null = model;
    for (let turn = 0; found && turn < 5; turn++) {
      // A control has a fund of its own, in a year in which nothing else is waiting.
      model = await newModel(1, 1);
      year++;
      const both = await of();
      if (turn === 0) for (const guard of guards) await takeAway(guard);
      found = await howExplained(both);
    }
    expect(found).toBe(null);
  });
}

// ---------------------------------------------------------------- deadlocks

/**
 * A carry-forward is asked for while a step, which locks its application first and then the year, is running: neither
 * waits for the other.
 */
async function askDuringStep(): Promise<Outcome[]> {
  const envelope = await yearToAdjust(token());
  await take(
    () => envelope,
    () => ({ name: "give", initiative: 0, year, cents: 100_00n }),
  );
  await owner.query("BEGIN");
  await owner.query(`SELECT 1 FROM "Application" ORDER BY "createdAt" DESC LIMIT 2 FOR UPDATE`);
  let ended = 0;
  const asking = runAtOnce([{ name: "carry", token: token(), year, cents: 0n, initiatives: [0] }]);
  const asked = asking.finally(() => ended++);
  asked.catch(() => {});
  await untilHeldUp(1, () => ended);
  await lockYear();
  await owner.query("COMMIT");
  return asked;
}

/**
 * @throws if the step and the request wait for each other. PostgreSQL would detect that by a timer, which never fires
 * for processes with a shifted clock: here it is checked, and the step gives way.
 */
async function lockYear(): Promise<void> {
  const { rows } = await owner.query("SELECT pg_backend_pid() AS pid");
  const watcher = new pg.Client({ connectionString: database.ownerUrl });
  await watcher.connect();
  let isWaiting = true;
  const locking = owner.query(`SELECT 1 FROM "FinancialYear" WHERE "startYear" = $1 FOR UPDATE`, [year]).finally(() => {
    isWaiting = false;
  });
  locking.catch(() => {});
  try {
    const entangled = `SELECT pg_cancel_backend($1) FROM unnest(pg_blocking_pids($1)) AS other
      WHERE $1 = ANY(pg_blocking_pids(other))`;
    while (isWaiting) {
      const found = await watcher.query(entangled, [rows[0].pid]);
      if (found.rows.length) throw new Error("deadlock");
      await new Promise((go) => setTimeout(go, 2));
    }
    await locking;
  } finally {
    await watcher.end();
  }
}

test("who asks for a carry-forward waits for its initiatives before the year, as every step does", async () => {
  model = await newModel(1, 1);
  const outcomes = await askDuringStep();
  expect(outcomes.map(({ said }) => said)).toEqual([null]);
  await expectExplained(model, outcomes);
});

test("control: who has the year first and waits for its initiatives then stands in the way of a step, for good", async () => {
  model = await newModel(1, 1);
  await takeAway("initiatives are locked before their year");
  await expect(askDuringStep()).rejects.toThrow(/deadlock/);
  await owner.query("ROLLBACK");
});
