// The ledger against a model that fits on a page: random commands on money, alone and several connections at once. After
// each, every counter is what the model says, and nothing is refused that the model would have taken.

import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { withdrawChange } from "#lib/changes/commands.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { yearBeginsOn } from "#lib/platform/dates.ts";
import { db, type Tx, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { sumCents } from "#lib/platform/money.ts";
import { confirmLastChange, unguarded, useLedgerAlone, useTestDatabase } from "#lib/testing/database.ts";
import {
  APPLICATIONS,
  type Command,
  command,
  countersOf,
  type Delta,
  deltasOf,
  isBack,
  isSound,
  Model,
  movable,
  NAMES,
  type Name,
  nothing,
  type Posted,
  range,
  rephased,
  reversed,
  settle,
  YEARS,
} from "#lib/testing/ledger-model.ts";
import { Balance, tryAll } from "#lib/testing/random.ts";
import { runSql } from "../../bin/test-server.ts";
import { askForCarryForward } from "./carry-forward/commands.ts";
import {
  adjustEnvelope,
  adjustReserve,
  commitReserve,
  type EnvelopeAdjustment,
  movePhasing,
  pay,
  recover,
  releaseReserve,
  releaseUnpaid,
  reserve,
} from "./commands.ts";
import { reverseAdjustment } from "./ledger/commands.ts";
import { listLedgerDifferences, listMonths, listPositions } from "./queries.ts";
import type { PhasedAmount } from "./rules.ts";
import { listHolders, listShares } from "./shares/queries.ts";

const database = useTestDatabase();
useLedgerAlone();

const RUNS = 8;
const STEPS = 400;
let budget: MfatActor;
let first = 0;
let ids: string[] = [];

beforeAll(async () => {
  first = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
  const { id: agencyId } = await db().agency.findFirstOrThrow();
  const { id: roundId } = await unguarded().round.create({
    data: { name: "Model", opensAt: new Date(0), publishedAt: new Date(0) },
  });
  const places = await db().place.findMany({ take: 2, orderBy: { code: "asc" } });
  const email = "model@mfat.example";
  const person = await unguarded().person.create({
    data: { email, name: "Model", side: "MFAT", roles: { create: { role: "BUDGET" } } },
  });
  budget = asMfat((await findActor(email)) ?? fail());
  ids = await Promise.all(
    Array.from({ length: APPLICATIONS }, async (_, number) => {
      const shares = [
        { placeCode: places[0]?.code ?? "", percent: 33 },
        { placeCode: places[1]?.code ?? "", percent: 67 },
      ];
      const reference = `PSF-${first}-${String(number).padStart(4, "0")}`;
      const own = {
        reference,
        agencyId,
        roundId,
        createdById: person.id,
        state: "ACTIVE" as const,
        places: { create: shares },
      };
      const { id } = await unguarded().application.create({ data: own });
      const days = { startsOn: yearBeginsOn(first), endsOn: yearBeginsOn(first + YEARS) };
      await unguarded().arrangement.create({ data: { applicationId: id, ...days } });
      return id;
    }),
  );
});

const fail = () => {
  throw new Error("nobody");
};

// ---------------------------------------------------------------- the real commands

const phasing = (cents: readonly bigint[]): PhasedAmount =>
  cents.map((part, year) => ({ startYear: first + year, cents: part }));

/** The same through the real command. */
function run(model: Model, one: Command, back: Posted | null): Promise<unknown> {
  const requestId = randomUUID();
  const cause = { actor: budget, requestId, reason: one.token };
  const startYear = first + one.year;
  const amount = one.cents[one.year] ?? 0n;
  const id = ids[one.application] ?? fail();
  const money = { startYear, cents: amount, on: new Date(Date.UTC(startYear, 6 + (Number(amount % 12n) || 0), 3)) };
  if (one.name === "reverseAdjustment") return reverseByTwo(back?.token);
  if (one.name === "carryForward") return carryByTwo(first + movable(model, one).from, id);
  const WORK: Record<
    Exclude<Name, "adjustEnvelope" | "carryForward" | "reverseAdjustment">,
    (tx: Tx) => Promise<unknown>
  > = {
    reserve: (tx) => reserve(tx, cause, id, phasing(one.cents)),
    adjustReserve: (tx) => adjustReserve(tx, cause, id, phasing(one.cents)),
    releaseReserve: (tx) => releaseReserve(tx, cause, id),
    commitReserve: (tx) => commitReserve(tx, cause, id),
    releaseUnpaid: (tx) => releaseUnpaid(tx, cause, id),
    pay: (tx) => (amount ? pay(tx, cause, id, money) : refuse()),
    recover: (tx) => (amount ? recover(tx, cause, id, money) : refuse()),
    reverse: (tx) => reverse(tx, id, back?.token),
    movePhasing: (tx) => movePhasing(tx, cause, id, phasing(rephased(model, one))),
  };
  if (one.name !== "adjustEnvelope") return transaction(WORK[one.name]);
  const changeCents = one.isMore ? amount : -amount;
  const because = {
    reason: one.token,
    source: "Test",
    // Of a year to come too it takes effect at once.
    effectiveOn: yearBeginsOn(startYear),
  };
  return adjustByTwo({ startYear, changeCents, ...because });
}

/** A change that its year cannot hold is refused, when it is asked for or when it is confirmed. */
async function adjustByTwo(adjustment: EnvelopeAdjustment): Promise<void> {
  await adjustEnvelope(budget, { requestId: randomUUID() }, adjustment);
  await confirmLastChange(randomUUID(), adjustment.reason);
}

/** A payment is taken back by a recovery that names it, and a recovery by a payment. */
async function reverse(tx: Tx, id: string, token: string | undefined): Promise<void> {
  if (!token) return refuse();
  const entry = await tx.ledgerEntry.findFirstOrThrow({ where: { reason: token, reversesId: null } });
  const { startYear, kind, paidCents, effectiveOn } = entry;
  const back = { startYear, on: effectiveOn ?? fail(), reversesId: entry.id };
  const cause = { actor: budget, requestId: randomUUID(), reason: randomUUID() };
  await (kind === "PAY"
    ? recover(tx, cause, id, { ...back, cents: paidCents })
    : pay(tx, cause, id, { ...back, cents: -paidCents }));
}

/** A correction that its year cannot hold is refused as it is confirmed, and then withdrawn. */
async function reverseByTwo(token: string | undefined): Promise<void> {
  if (!token) return refuse();
  const { id } = await db().ledgerEntry.findFirstOrThrow({ where: { reason: token, kind: "ADJUST" } });
  const [request, reason] = [{ requestId: randomUUID() }, randomUUID()];
  await reverseAdjustment(budget, request, id, reason);
  try {
    await confirmLastChange(randomUUID(), reason);
  } catch (error) {
    const change = await db().changeRequest.findFirstOrThrow({ where: { reason } });
    await withdrawChange(budget, { requestId: randomUUID() }, change.id, "No room");
    throw error;
  }
}

/** With all that an initiative has unspent, and nothing else. */
async function carryByTwo(fromYear: number, id: string): Promise<void> {
  const reason = randomUUID();
  await askForCarryForward(
    budget,
    { requestId: randomUUID() },
    {
      fromYear,
      cents: 0n,
      initiatives: [id],
      reason,
      source: "Test",
    },
  );
  await confirmLastChange(randomUUID(), reason);
}

const refuse = async () => {
  throw new DomainError("INVALID", "Nothing.");
};

/** Whether it was taken; what nobody meant to refuse fails the test. */
async function isTaken(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof DomainError && (error.code === "MONEY" || error.code === "INVALID")) return false;
    throw error;
  }
}

// ---------------------------------------------------------------- the test

/** How often each command was taken and refused. */
class Counts {
  readonly taken = new Balance<Name>();
  readonly refused = new Balance<Name>();
}
/** To give back what is held, or to commit what is reserved, is never refused. */
const REFUSABLE: Name[] = ["adjustEnvelope", "reserve", "adjustReserve", "pay", "recover", "movePhasing"];

/** One to four commands at once; in the portal an application's own commands queue up at its row, so here each has its own.
 * Of several corrections at once only one would be of an entry that is there. */
function groupsOf(commands: readonly Command[]): Command[][] {
  const groups: Command[][] = [];
  for (let index = 0; index < commands.length; ) {
    const size = 1 + (index % 4);
    const group = commands.slice(index, index + size);
    const seen = new Set<number>();
    const own = group.filter(({ application }) => !seen.has(application) && seen.add(application));
    const first = own.find(({ name }) => name === "reverseAdjustment");
    groups.push(own.filter((one) => one.name !== "reverseAdjustment" || one === first));
    index += size;
  }
  return groups;
}

/** Until a command has been refused once, it asks for more than there is. */
function untilRefused(model: Model, one: Command, { refused }: Counts): Command {
  if (!REFUSABLE.includes(one.name) || refused.missing([one.name]).length === 0) return one;
  return { ...one, isMore: false, cents: range.map((year) => model.year(year).envelopeCents + 1n) };
}

async function takeGroup(model: Model, random: readonly Command[], counts: Counts) {
  const group = random.map((one) => untilRefused(model, one, counts));
  const deltas = group.map((one) => deltasOf(model, one));
  const backs = group.map((one) => reversed(model, one));
  const taken = await Promise.all(group.map((one, index) => isTaken(() => run(model, one, backs[index] ?? null))));
  const moved = deltas.flatMap((some, index) => (taken[index] ? (some ?? fail()) : []));
  // The worst that a refused command can have met: all that the others took, and nothing of what they gave back.
  const takes = (delta: Delta): boolean =>
    (delta.reservedCents ?? 0n) + (delta.committedCents ?? 0n) - (delta.envelopeCents ?? 0n) > 0n;
  for (const [index, one] of group.entries()) {
    const own = deltas[index];
    if (taken[index] || !own) continue;
    const worst = model.copy();
    worst.add(moved.filter(takes));
    expect([one.name, "refused, though there was enough", worst.fits(own)]).toEqual([
      one.name,
      "refused, though there was enough",
      false,
    ]);
  }
  for (const [index, one] of group.entries()) {
    if (!taken[index]) continue;
    // What is taken back is not taken back again.
    const back = backs[index] ?? null;
    if (isBack(one) && one.isMore) await expect(run(model, one, back)).rejects.toThrow();
    settle(model, one, deltas[index] ?? [], back);
  }
  model.add(moved);
  for (const [index, { name }] of group.entries()) (taken[index] ? counts.taken : counts.refused).took(name);
}

async function expectSame(model: Model): Promise<void> {
  const [years, funding] = await Promise.all([
    db().financialYear.findMany({ where: { startYear: { lt: first + YEARS } }, orderBy: { startYear: "asc" } }),
    db().applicationFunding.findMany({ where: { applicationId: { in: ids } } }),
  ]);
  expect(years.map(countersOf)).toEqual(model.years);
  for (const [application, id] of ids.entries()) {
    for (const year of range) {
      const { envelopeCents: _, ...sums } = model.held(application, year);
      const row = funding.find((one) => one.applicationId === id && one.startYear === first + year);
      expect({
        reservedCents: row?.reservedCents ?? 0n,
        committedCents: row?.committedCents ?? 0n,
        paidCents: row?.paidCents ?? 0n,
      }).toEqual(sums);
    }
  }
  for (const { envelopeCents, ...sums } of model.years) {
    expect(sums.reservedCents + sums.committedCents <= envelopeCents && isSound(sums)).toBe(true);
  }
}

/** Screens are made of these: all of them say what the model says. */
async function expectScreens(model: Model): Promise<void> {
  expect(await listLedgerDifferences()).toEqual([]);
  const positions = await listPositions(budget);
  for (const year of range) {
    const startYear = first + year;
    const counters = model.year(year);
    expect(positions.find((one) => one.startYear === startYear)).toMatchObject(counters);
    const { month: _, ...last } = (await listMonths(budget, startYear, new Date(Date.UTC(startYear + 1, 5, 30)))).at(
      -1,
    ) ?? {
      month: 0,
    };
    expect(last).toEqual(counters);
    const [{ lines: holders }, places] = await Promise.all([
      listHolders(budget, { startYear, by: null, of: null, counter: null }),
      listShares(budget, startYear, "place"),
    ]);
    for (const counter of ["reservedCents", "committedCents"] as const) {
      expect(sumCents(holders.map((line) => line[counter]))).toBe(counters[counter]);
      expect(sumCents(places.map((line) => line[counter]))).toBe(counters[counter]);
    }
  }
}

async function follow(commands: readonly Command[], counts: Counts): Promise<void> {
  // A database goes on from the run before, so the model begins with what is there.
  const model = new Model([]);
  const years = await db().financialYear.findMany({ orderBy: { startYear: "asc" }, take: YEARS });
  model.years.push(...years.map(countersOf));
  const funding = await db().applicationFunding.findMany();
  for (const [application, id] of ids.entries()) {
    model.funding[application] = range.map((year) => {
      const {
        reservedCents = 0n,
        committedCents = 0n,
        paidCents = 0n,
      } = funding.find((one) => one.applicationId === id && one.startYear === first + year) ?? {};
      return { ...nothing(), reservedCents, committedCents, paidCents };
    });
  }
  for (const [index, group] of groupsOf(commands).entries()) {
    await takeGroup(model, group, counts);
    await expectSame(model);
    if (index % 40 === 0) await expectScreens(model);
  }
  await expectScreens(model);
}

const commands = fc.array(command, { minLength: STEPS, maxLength: STEPS });

test(`${RUNS} times ${STEPS} random commands on money are what the model says`, async () => {
  const counts = new Counts();
  const missing = () => [...counts.taken.missing(NAMES), ...counts.refused.missing(REFUSABLE)];
  let runs = 0;
  // Where chance has left something out, it goes on for a while.
  const one = async (some: readonly Command[]) => {
    if (++runs <= RUNS || missing().length > 0) await follow(some, counts);
  };
  await tryAll(fc.asyncProperty(commands, one), 3 * RUNS);
  console.log(`Taken: ${counts.taken.words()}. Refused: ${counts.refused.words()}.`);
  // A run in which something is never done, or never refused, proves little.
  expect(missing()).toEqual([]);
});

test("control: a counter that forgets what is given back is found out", async () => {
  const [{ text }] = await runSql(
    database.ownerUrl,
    "SELECT pg_get_functiondef('apply_ledger_entry'::regproc) AS text",
  );
  const forgetful = text.replaceAll('+ NEW."reservedCents",', '+ greatest(0, NEW."reservedCents"),');
  expect(forgetful).not.toBe(text);
  await runSql(database.ownerUrl, forgetful);
  const property = fc.asyncProperty(commands, (some) => follow(some, new Counts()));
  await expect(tryAll(property, 1)).rejects.toThrow("Property failed");
});
