// What two people settle at once: a delegation that ends while its approver decides, and small changes that together
// exceed the threshold. Both are held up by their own locks until both have started; the controls remove the lock.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adjustEnvelope, askForThreshold } from "#lib/budget/commands.ts";
import { withdrawChange } from "#lib/changes/commands.ts";
import { endDeputy } from "#lib/deputies/commands.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { changeDelegation } from "#lib/people/delegations/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { declareNone } from "#lib/testing/database.ts";
import {
  approve,
  approver,
  decisionOf,
  inDecision,
  name,
  somebody,
  startYear,
  stateOf,
  useDecisions,
} from "#lib/testing/decisions.ts";
import { asShown } from "#lib/testing/settings.ts";
import { listBreaches } from "#lib/workflow/held/queries.ts";
import { confirmChange } from "./commands.ts";

const database = useDecisions();
const request = () => ({ requestId: randomUUID() });
const lastChange = async (): Promise<string> =>
  (await db().changeRequest.findFirstOrThrow({ orderBy: { id: "desc" } })).id;

let owner: pg.Client;
let admins: [MfatActor, MfatActor];
beforeAll(async () => {
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  admins = [await somebody("ADMINISTRATOR"), await somebody("ADMINISTRATOR")];
});
afterAll(() => owner.end());

/** How many sessions wait for a lock. */
async function countBlocked(): Promise<number> {
  const { rows } = await owner.query(`SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`);
  return rows[0].count;
}
const tick = () => new Promise((go) => setTimeout(go, 2));

/**
 * Tasks that start in this order while a row is held, each blocked or finished before the next starts. Returns the
 * result of each.
 */
async function meet(held: string, ...works: (() => Promise<unknown>)[]): Promise<string[]> {
  const said: Promise<string>[] = [];
  let ended = 0;
  await owner.query("BEGIN");
  await owner.query(held);
  for (const work of works) {
    const one = work().then(
      () => "done",
      (error) => {
        const known = error instanceof DomainError ? error : fromDatabase(error);
        return known ? `${known.code}: ${known.message}` : String(error);
      },
    );
    said.push(one.finally(() => ended++));
    while ((await countBlocked()) + ended < said.length) await tick();
  }
  await owner.query("COMMIT");
  return Promise.all(said);
}

/** Decisions that had no delegation on record at their time. */
const undelegated = async () => (await listBreaches()).filter(({ rule }) => rule === "Decision_within_delegation");

/** Removes a part of a database function until the task has ended. */
async function without(name: string, part: RegExp, work: () => Promise<void>): Promise<void> {
  const source: string = (await owner.query("SELECT pg_get_functiondef($1::regproc) AS source", [name])).rows[0].source;
  expect(source).toMatch(part);
  await owner.query(source.replace(part, ""));
  await work().finally(() => owner.query(source));
}

describe("a delegation that ends while its approver decides", () => {
  /** An approver whose delegation is about to end on confirmation, and what they are about to decide. */
  async function deciding() {
    const { personId, email } = await approver();
    const ask = async (delegation: string) => {
      await changeDelegation(admins[0], await asShown(personId), personId, { delegation, reason: "Acting" });
      return lastChange();
    };
    await confirmChange(admins[1], request(), await ask("unlimited"));
    const actor = (await findActor(email)) as MfatActor;
    const [reference, change] = [await inDecision(), await ask("none")];
    await declareNone(personId, { reference });
    return {
      actor,
      reference,
      change,
      end: () => confirmChange(admins[1], request(), change),
      decide: () => approve(actor, reference),
    };
  }
  // The confirmation is held up after it has written the end's time, and the decision after it has read the delegation.
  const ending = () => `SELECT FROM "Person" WHERE id = '${admins[1].personId}' FOR UPDATE`;
  const reserving = () => `SELECT FROM "FinancialYear" WHERE "startYear" = ${startYear} FOR UPDATE`;

  test("has ended first: nothing is decided, and the approver is told", async () => {
    const { reference, end, decide } = await deciding();
    expect(await meet(ending(), end, decide)).toEqual([
      "done",
      expect.stringMatching(/^FORBIDDEN: Your delegation has changed/),
    ]);
    expect([await stateOf(reference), await db().decision.count({ where: { application: { reference } } })]).toEqual([
      "DECISION",
      0,
    ]);
    expect(await undelegated()).toEqual([]);
  });

  test("of a deputy too, whose approver’s naming of them has ended first", async () => {
    const [{ actor: of, reference }, deputy] = [await deciding(), await approver()];
    await name(of, deputy);
    const { id } = await db().deputy.findFirstOrThrow({ where: { deputyId: deputy.personId } });
    const held = `SELECT FROM "Person" WHERE id = '${of.personId}' FOR UPDATE`;
    const said = await meet(
      held,
      async () => endDeputy(of, await asShown(of.personId), id),
      () => approve(deputy, reference),
    );
    expect(said).toEqual(["done", expect.stringMatching(/^FORBIDDEN/)]);
    expect(await stateOf(reference)).toBe("DECISION");
  });

  test("has not ended yet: it is decided, and ends after that", async () => {
    const { reference, change, end, decide } = await deciding();
    expect(await meet(reserving(), decide, end)).toEqual(["done", "done"]);
    const { decidedAt } = await decisionOf(reference);
    const { appliedAt } = await db().changeRequest.findUniqueOrThrow({ where: { id: change } });
    expect([await stateOf(reference), decidedAt.getTime() <= (appliedAt?.getTime() ?? 0)]).toEqual(["APPROVED", true]);
    expect(await undelegated()).toEqual([]);
  });

  test("control: where the database only reads it, it is decided under a delegation that has ended", async () => {
    const { reference, end, decide } = await deciding();
    await without("decides_on_record", / FOR SHARE/g, async () => {
      expect(await meet(ending(), end, decide)).toEqual(["done", "done"]);
    });
    expect(await undelegated()).toEqual([{ rule: "Decision_within_delegation", what: reference }]);
  });
});

describe("small changes that come to too much together", () => {
  /** Two changes of 300 dollars each, by two officers who may each change 500 alone. */
  async function small() {
    const [one, other] = [await somebody("BUDGET"), await somebody("BUDGET")];
    await askForThreshold(one, request(), { cents: 500_00n + alone, reason: "Fees" });
    await confirmChange(other, request(), await lastChange());
    const ask = async (actor: MfatActor) => {
      const change = { startYear, changeCents: 300_00n, reason: actor.name, source: "Paper 9" };
      await adjustEnvelope(actor, request(), { ...change, effectiveOn: new Date(Date.UTC(startYear, 6, 1)) });
      const id = await lastChange();
      return { id, actor, confirm: () => confirmChange(actor, request(), id) };
    };
    return [await ask(one), await ask(other)] as const;
  }
  /** What one person alone has changed in the year so far. */
  let alone = 0n;
  const year = () => `SELECT FROM "FinancialYear" WHERE "startYear" = ${startYear} FOR UPDATE`;

  test("the second of two who confirm their own at once is refused", async () => {
    const [one, other] = await small();
    const said = await meet(year(), one.confirm, other.confirm);
    expect(said).toEqual(["done", expect.stringMatching(/^FORBIDDEN/)]);
    alone += 300_00n;
    await confirmChange(one.actor, request(), other.id);
  });

  /** As the portal’s own login could, bypassing its commands. Neither goes on before the other has confirmed or waits for it. */
  async function past(...ids: string[]): Promise<string[]> {
    let confirmed = 0;
    const works = ids.map((id) => async () => {
      const client = new pg.Client({ connectionString: database.databaseUrl });
      await client.connect();
      try {
        await client.query("BEGIN");
        await client.query(
          `UPDATE "ChangeRequest" SET state = 'CONFIRMED', "settledById" = "askedById", "settledAt" = now() WHERE id = $1`,
          [id],
        );
        confirmed++;
        while (confirmed < ids.length && (await countBlocked()) === 0) await tick();
        await client.query(
          `INSERT INTO "AuditEvent" (event, subject, "actorId")
            SELECT 'change.confirmed', 'change:' || id, "askedById" FROM "ChangeRequest" WHERE id = $1`,
          [id],
        );
        await client.query("COMMIT");
      } finally {
        await client.end();
      }
    });
    const settled = await Promise.allSettled(works.map((work) => work()));
    return settled.map((one) => (one.status === "fulfilled" ? "done" : String(one.reason))).sort();
  }

  test("also past the portal’s commands", async () => {
    const [one, other] = await small();
    expect(await past(one.id, other.id)).toEqual(["done", expect.stringMatching(/two_people/)]);
    alone += 300_00n;
    for (const { id } of await db().changeRequest.findMany({ where: { kind: "ENVELOPE", state: "ASKED" } })) {
      await withdrawChange(one.actor, request(), id, "A try");
    }
  });

  test("control: without the lock both are taken", async () => {
    const [one, other] = await small();
    await without("two_people", /PERFORM pg_advisory_xact_lock\(hashtext\('change'\)\);/, async () => {
      expect(await past(one.id, other.id)).toEqual(["done", "done"]);
    });
  });
});
