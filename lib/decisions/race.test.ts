import { expect, test } from "vitest";
import { acceptOffer, sendOffer } from "#lib/arrangements/commands.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, earlierOf, yearEndsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { changeEnvelope, declareNone } from "#lib/testing/database.ts";
import { approver, certifier, desk, inDecision, request, startYear, useDecisions } from "#lib/testing/decisions.ts";
import { inSession } from "../../bin/test-server.ts";
import { approve } from "./commands.ts";

const database = useDecisions();
const ENVELOPE = 270_000_000n;
const EACH = 30_000_000n;
const COUNT = 24;
const FIT = 9;

/**
 * Applications that are waiting for their decision, each recommended at $300,000. Because a recommendation reserves, 24
 * of them would not fit in one year: they are recommended in a year whose envelope is raised by their sum.
 */
async function recommendAll(inYear: number): Promise<string[]> {
  await changeEnvelope(inYear, EACH * BigInt(COUNT));
  const references: string[] = [];
  for (let index = 0; index < COUNT; index++) references.push(await inDecision(EACH, inYear));
  return references;
}

/** Approves all of them at once, moved forward to another year. Returns the refusals. */
async function approveAtOnce(references: readonly string[], inYear: number): Promise<DomainError[]> {
  const approvers = await Promise.all(
    references.map(async (reference) => {
      const actor = await approver(EACH);
      await declareNone(actor.personId, { reference });
      return { reference, actor, own: await request(reference) };
    }),
  );
  const results = await Promise.allSettled(
    approvers.map(({ reference, actor, own }) =>
      approve(actor, own, reference, {
        phasing: [{ startYear: inYear, cents: EACH }],
        conditions: null,
        reason: "Brought forward",
      }),
    ),
  );
  return results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
}

const approvedOf = (references: readonly string[]) =>
  db().application.findMany({ where: { reference: { in: [...references] }, state: "APPROVED" } });

/** A year's counters, and the sums of its ledger. */
async function moneyOf(inYear: number) {
  const where = { startYear: inYear };
  const omit = { startYear: true, cutoffOn: true, closedAt: true } as const;
  const counters = await db().financialYear.findUniqueOrThrow({ where, omit });
  const { _sum } = await db().ledgerEntry.aggregate({
    where,
    _sum: { envelopeCents: true, reservedCents: true, committedCents: true, paidCents: true },
  });
  return { counters, ledger: _sum };
}

test("24 approvals at once of $300,000 against $2,700,000: nine are approved, and acceptance commits those nine", async () => {
  const references = await recommendAll(startYear + 2);
  const refusals = await approveAtOnce(references, startYear);
  expect(refusals.map(({ code, message }) => `${code}: ${message}`)).toEqual(
    Array.from({ length: COUNT - FIT }, () => `MONEY: Only $0.00 is available in ${formatYear(startYear)}.`),
  );
  const approved = await approvedOf(references);
  expect(approved.map(({ approvedCents }) => approvedCents)).toEqual(Array.from({ length: FIT }, () => EACH));
  const waiting = await db().application.count({ where: { state: "DECISION", approvedCents: null } });
  expect(waiting).toBe(COUNT - FIT);
  const reserved = { envelopeCents: ENVELOPE, reservedCents: ENVELOPE, committedCents: 0n, paidCents: 0n };
  expect(await moneyOf(startYear)).toEqual({ counters: reserved, ledger: reserved });

  const dueOn = earlierOf(addDays(dayOf(now()), 30), yearEndsOn(startYear));
  for (const { reference } of approved) {
    await sendOffer(desk, await request(reference), reference, { dueOn, message: null, reason: null });
  }
  const offers = await Promise.all(
    approved.map(async ({ reference }) => ({ reference, own: await request(reference) })),
  );
  // Each twice: the same form sent again commits nothing more.
  await Promise.all([...offers, ...offers].map(({ reference, own }) => acceptOffer(certifier, own, reference)));

  const committed = { envelopeCents: ENVELOPE, reservedCents: 0n, committedCents: ENVELOPE, paidCents: 0n };
  expect(await moneyOf(startYear)).toEqual({ counters: committed, ledger: committed });
  const { counters, ledger } = await moneyOf(startYear + 2);
  expect(counters).toMatchObject({ reservedCents: EACH * BigInt(COUNT - FIT), committedCents: 0n });
  expect(ledger).toEqual(counters);
  expect(await db().application.count({ where: { state: "ACTIVE" } })).toBe(FIT);
  expect(await db().ledgerEntry.count({ where: { startYear, kind: "COMMIT" } })).toBe(FIT);
  expect(await db().offer.count({ where: { outcome: "ACCEPTED" } })).toBe(FIT);
  expect(await db().duty.count({ where: { kind: "DECIDE" } })).toBe(FIT);
});

test("control: where the database sums the ledger before it inserts, the same race overspends", async () => {
  const references = await recommendAll(startYear + 2);
  await sumThenInsert();
  const refusals = await approveAtOnce(references, startYear + 1);
  expect(COUNT - refusals.length).toBeGreaterThan(FIT);
  expect((await approvedOf(references)).length).toBe(COUNT - refusals.length);
  expect((await moneyOf(startYear + 1)).ledger.reservedCents).toBeGreaterThan(ENVELOPE);
});

/**
 * Replaces the guard: no lock and no CHECK, and what is available follows from the ledger's sum. More than fit have
 * read that sum before the first one inserts, however busy the machine is.
 */
const sumThenInsert = (): Promise<void> =>
  inSession(database.ownerUrl, async (owner) => {
    await owner.query("CREATE SEQUENCE public.arrived");
    await owner.query(`ALTER TABLE "FinancialYear" DROP CONSTRAINT "FinancialYear_within_envelope"`);
    const { rows } = await owner.query("SELECT pg_get_functiondef('apply_ledger_entry'::regproc) AS source");
    const naive = rows[0].source.replace(" FOR UPDATE", "").replace(
      /available := [^;]*;/,
      `SELECT sum("envelopeCents" - "reservedCents" - "committedCents") INTO available
           FROM "LedgerEntry" WHERE "startYear" = NEW."startYear";
         IF NEW."reservedCents" > 0 THEN
           PERFORM nextval('public.arrived');
           WHILE (SELECT last_value FROM public.arrived) < ${FIT + 3} LOOP PERFORM pg_sleep(0.01); END LOOP;
         END IF;`,
    );
    await owner.query(naive);
  });
