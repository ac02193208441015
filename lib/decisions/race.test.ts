// Approvers who decide at the same moment cannot overspend an envelope: the race, through the commands that people use.
import { randomUUID } from "node:crypto";
import pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { acceptOffer, sendOffer } from "#lib/arrangements/commands.ts";
import { type Actor, asAgency, asMfat, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, earlierOf, yearEndsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { changeEnvelope, declareNone, useTestDatabase } from "#lib/test-database.ts";
import { approve, confirmBudget, recommend } from "./commands.ts";

const database = useTestDatabase();
const ENVELOPE = 270_000_000n;
const EACH = 30_000_000n;
const COUNT = 24;
const FIT = 9;
let first = 0;
let number = 0;
let agencyId = "";
let roundId = "";

beforeAll(async () => {
  first = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = (await db().round.create({ data: { name: "Race", opensAt: new Date(0) } })).id;
  // A budget is confirmed for somebody who may decide.
  await somebody("APPROVER");
});

async function somebody(role: Role): Promise<Actor> {
  const email = `race${++number}@example.govt.nz`;
  const isAgency = role === "CERTIFIER";
  const { id } = await db().person.create({
    data: {
      email,
      name: email,
      side: isAgency ? "AGENCY" : "MFAT",
      agencyId: isAgency ? agencyId : null,
      roles: { create: { role } },
    },
  });
  if (role === "APPROVER") await db().delegation.create({ data: { personId: id, limitCents: EACH } });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return actor;
}

async function requestFor(reference: string) {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference }, select: { revision: true } });
  return { requestId: randomUUID(), revision };
}

/**
 * Applications that wait for their decision, each recommended at $300,000. A recommendation reserves, so that 24 of them
 * would not come about in one year: they are recommended in a year whose envelope is raised by their sum.
 */
async function recommendAll(startYear: number): Promise<string[]> {
  const [desk, budget, certifier] = [
    asMfat(await somebody("DESK")),
    asMfat(await somebody("BUDGET")),
    await somebody("CERTIFIER"),
  ];
  await changeEnvelope(startYear, EACH * BigInt(COUNT));
  const references: string[] = [];
  for (let index = 0; index < COUNT; index++) {
    const reference = `PSF-${first}-${String(++number).padStart(4, "0")}`;
    await db().application.create({
      data: {
        reference,
        title: reference,
        agencyId,
        roundId,
        createdById: certifier.personId,
        state: "MODERATION",
        requestedCents: EACH,
      },
    });
    await declareNone(desk.personId, { reference });
    await declareNone(budget.personId, { reference });
    await recommend(desk, await requestFor(reference), reference, {
      outcome: "FUND_IN_FULL",
      phasing: [{ startYear, cents: EACH }],
      conditions: null,
      rationale: "Race",
      exceptionReason: null,
    });
    await confirmBudget(budget, await requestFor(reference), reference);
    references.push(reference);
  }
  return references;
}

/** Approves all of them at once, brought forward to another year. Answers the refusals. */
async function approveAtOnce(references: readonly string[], startYear: number): Promise<DomainError[]> {
  const approvers = await Promise.all(
    references.map(async (reference) => {
      const approver = asMfat(await somebody("APPROVER"));
      await declareNone(approver.personId, { reference });
      return { reference, approver, request: await requestFor(reference) };
    }),
  );
  const results = await Promise.allSettled(
    approvers.map(({ reference, approver, request }) =>
      approve(approver, request, reference, {
        phasing: [{ startYear, cents: EACH }],
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
async function moneyOf(startYear: number) {
  const { startYear: _, ...counters } = await db().financialYear.findUniqueOrThrow({ where: { startYear } });
  const { _sum } = await db().ledgerEntry.aggregate({
    where: { startYear },
    _sum: { envelopeCents: true, reservedCents: true, committedCents: true, paidCents: true },
  });
  return { counters, ledger: _sum };
}

test("24 approvals at once of $300,000 against $2,700,000: nine are approved, and acceptance commits those nine", async () => {
  const references = await recommendAll(first + 2);
  const refusals = await approveAtOnce(references, first);
  expect(refusals.map(({ code, message }) => `${code}: ${message}`)).toEqual(
    Array.from({ length: COUNT - FIT }, () => `MONEY: Only $0.00 is available in ${formatYear(first)}.`),
  );
  const approved = await approvedOf(references);
  expect(approved.map(({ approvedCents }) => approvedCents)).toEqual(Array.from({ length: FIT }, () => EACH));
  const waiting = await db().application.count({ where: { state: "DECISION", approvedCents: null } });
  expect(waiting).toBe(COUNT - FIT);
  const reserved = { envelopeCents: ENVELOPE, reservedCents: ENVELOPE, committedCents: 0n, paidCents: 0n };
  expect(await moneyOf(first)).toEqual({ counters: reserved, ledger: reserved });

  const desk = asMfat(await somebody("DESK"));
  const certifier = asAgency(await somebody("CERTIFIER"));
  const dueOn = earlierOf(addDays(dayOf(now()), 30), yearEndsOn(first));
  for (const { reference } of approved) {
    await declareNone(desk.personId, { reference });
    await sendOffer(desk, await requestFor(reference), reference, { dueOn, message: null });
  }
  const offers = await Promise.all(
    approved.map(async ({ reference }) => ({ reference, request: await requestFor(reference) })),
  );
  // Each twice: the same form sent again commits nothing more.
  await Promise.all([...offers, ...offers].map(({ reference, request }) => acceptOffer(certifier, request, reference)));

  const committed = { envelopeCents: ENVELOPE, reservedCents: 0n, committedCents: ENVELOPE, paidCents: 0n };
  expect(await moneyOf(first)).toEqual({ counters: committed, ledger: committed });
  const { counters, ledger } = await moneyOf(first + 2);
  expect(counters).toMatchObject({ reservedCents: EACH * BigInt(COUNT - FIT), committedCents: 0n });
  expect(ledger).toEqual(counters);
  expect(await db().application.count({ where: { state: "ACTIVE" } })).toBe(FIT);
  expect(await db().ledgerEntry.count({ where: { startYear: first, kind: "COMMIT" } })).toBe(FIT);
  expect(await db().offer.count({ where: { outcome: "ACCEPTED" } })).toBe(FIT);
  expect(await db().duty.count({ where: { kind: "DECIDE" } })).toBe(FIT);
});

test("control: where the database sums the ledger before it inserts, the same race overspends", async () => {
  const references = await recommendAll(first + 2);
  await sumThenInsert();
  const refusals = await approveAtOnce(references, first + 1);
  expect(COUNT - refusals.length).toBeGreaterThan(FIT);
  expect((await approvedOf(references)).length).toBe(COUNT - refusals.length);
  expect((await moneyOf(first + 1)).ledger.reservedCents).toBeGreaterThan(ENVELOPE);
});

/**
 * In the place of the guard: no lock and no CHECK, and available is what the ledger's sum leaves. More than fit have read
 * that sum before the first one inserts, however busy the machine is.
 */
async function sumThenInsert(): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
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
  } finally {
    await owner.end();
  }
}
