// Each command over money by itself: what it enters, what the application holds then, and what it refuses. What nothing gets
// round is in ledger.test.ts, commands in random order in model.test.ts.
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { yearBeginsOn } from "#lib/platform/dates.ts";
import { db, type Tx, transaction } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import {
  budgetOfficers,
  confirmLastChange,
  unguarded,
  useLedgerAlone,
  useTestDatabase,
} from "#lib/testing/database.ts";
import {
  adjustEnvelope,
  adjustReserve,
  askForThreshold,
  commitAgreed,
  commitReserve,
  entriesOfMove,
  movePhasing,
  pay,
  recover,
  releaseReserve,
  releaseUnpaid,
  reserve,
} from "./commands.ts";
import type { PhasedAmount } from "./rules.ts";

useTestDatabase();
useLedgerAlone();

let first = 0;
let agencyId = "";
let roundId = "";
let budget: MfatActor;
let number = 0;

beforeAll(async () => {
  first = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = (
    await unguarded().round.create({ data: { name: "Commands", opensAt: new Date(0), publishedAt: new Date(0) } })
  ).id;
  const email = "budget@commands.example";
  await unguarded().person.create({
    data: { email, name: "Budget", side: "MFAT", roles: { create: { role: "BUDGET" } } },
  });
  budget = asMfat((await findActor(email)) ?? never());
});

const never = () => {
  throw new Error("nobody");
};

async function newApplication(): Promise<string> {
  const reference = `PSF-${first}-${String(++number).padStart(4, "0")}`;
  const data = { reference, title: reference, agencyId, roundId, createdById: budget.personId };
  return (await db().application.create({ data })).id;
}

const cause = () => ({ actor: budget, requestId: randomUUID(), reason: "Test" });
/** Cents for the first year, the second and so on; a year with nothing is left out. */
const over = (...cents: bigint[]): PhasedAmount =>
  cents.map((one, index) => ({ startYear: first + index, cents: one })).filter((part) => part.cents > 0n);
const inTx = <T>(work: (tx: Tx) => Promise<T>) => transaction(work);
const on = () => new Date(Date.UTC(first, 8, 1));
const sumOf = (startYear: number, cents: bigint) => ({ startYear, cents, on: on() });

/** An application that holds a commitment over these years. */
async function committed(...cents: bigint[]): Promise<string> {
  const id = await newApplication();
  await inTx((tx) => reserve(tx, cause(), id, over(...cents)));
  await inTx((tx) => commitReserve(tx, cause(), id));
  return id;
}

/** What an application holds, year by year: reserved, committed, paid. */
async function held(id: string): Promise<bigint[][]> {
  const rows = await db().applicationFunding.findMany({ where: { applicationId: id }, orderBy: { startYear: "asc" } });
  return rows.map(({ reservedCents, committedCents, paidCents }) => [reservedCents, committedCents, paidCents]);
}

/** The entries of an application, the newest last, without the first so many. */
const entriesOf = async (id: string, from = 0) =>
  (await db().ledgerEntry.findMany({ where: { applicationId: id }, orderBy: { id: "asc" } })).slice(from);

const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );

test("an entry says why, by whom and for which request, and a timed job is nobody", async () => {
  const id = await newApplication();
  const requestId = randomUUID();
  await inTx((tx) => reserve(tx, { actor: budget, requestId, reason: "Recommended" }, id, over(7n)));
  await inTx((tx) => releaseReserve(tx, { actor: null, requestId, reason: "Lapsed" }, id));
  const nothing = { envelopeCents: 0n, committedCents: 0n, paidCents: 0n };
  const plain = { ...nothing, startYear: first, requestId, source: null, effectiveOn: null, reversesId: null };
  expect(await entriesOf(id)).toMatchObject([
    { ...plain, kind: "RESERVE", reservedCents: 7n, reason: "Recommended", actorId: budget.personId },
    { ...plain, kind: "RELEASE", reservedCents: -7n, reason: "Lapsed", actorId: null },
  ]);
});

test("a year with nothing in it gets no entry, and nothing at all is no statement", async () => {
  const id = await newApplication();
  const phasing = [sumOf(first, 0n), sumOf(first + 1, 5n)];
  await inTx((tx) => reserve(tx, cause(), id, phasing));
  await inTx((tx) => reserve(tx, cause(), id, []));
  expect((await entriesOf(id)).map(({ startYear }) => startYear)).toEqual([first + 1]);
});

test("a reserve becomes what was approved: less in one year, more in a new one, and as before in the third", async () => {
  const id = await newApplication();
  await inTx((tx) => reserve(tx, cause(), id, over(10n, 20n)));
  await inTx((tx) => adjustReserve(tx, cause(), id, over(5n, 20n, 7n)));
  expect((await entriesOf(id, 2)).map((entry) => [entry.startYear, entry.kind, entry.reservedCents])).toEqual([
    [first, "RELEASE", -5n],
    [first + 2, "RESERVE", 7n],
  ]);
  await inTx((tx) => adjustReserve(tx, cause(), id, over(0n, 20n)));
  expect(await held(id)).toEqual([
    [0n, 0n, 0n],
    [20n, 0n, 0n],
    [0n, 0n, 0n],
  ]);
});

test("years are entered in their order, whatever order they are given in", async () => {
  const id = await newApplication();
  await inTx((tx) => reserve(tx, cause(), id, over(1n, 2n, 3n).toReversed()));
  expect((await entriesOf(id)).map(({ startYear }) => startYear)).toEqual([first, first + 1, first + 2]);
});

test("what is reserved is committed whole, and a year without a reserve is passed over", async () => {
  const id = await committed(10n, 20n);
  expect((await entriesOf(id, 2)).map((entry) => [entry.kind, entry.reservedCents, entry.committedCents])).toEqual([
    ["COMMIT", -10n, 10n],
    ["COMMIT", -20n, 20n],
  ]);
  await inTx((tx) => commitReserve(tx, cause(), id));
  expect(await entriesOf(id)).toHaveLength(4);
});

test("money is paid and taken back on its day, and stays committed", async () => {
  const id = await committed(10n);
  await inTx((tx) => pay(tx, cause(), id, sumOf(first, 8n)));
  expect(await held(id)).toEqual([[0n, 10n, 8n]]);
  await inTx((tx) => recover(tx, cause(), id, sumOf(first, 3n)));
  expect(await held(id)).toEqual([[0n, 10n, 5n]]);
  expect(await entriesOf(id, 2)).toMatchObject([
    { kind: "PAY", paidCents: 8n, effectiveOn: on() },
    { kind: "RECOVER", paidCents: -3n, effectiveOn: on() },
  ]);
});

test("what was not paid is released, and says how much that is; a year that was paid whole is left alone", async () => {
  const id = await committed(10n, 20n);
  await inTx((tx) => pay(tx, cause(), id, sumOf(first, 10n)));
  expect(await inTx((tx) => releaseUnpaid(tx, cause(), id))).toBe(20n);
  expect((await entriesOf(id, 5)).map((entry) => [entry.startYear, entry.kind, entry.committedCents])).toEqual([
    [first + 1, "RELEASE", -20n],
  ]);
  expect(await inTx((tx) => releaseUnpaid(tx, cause(), id))).toBe(0n);
  const other = await committed(10n, 5n);
  await inTx((tx) => pay(tx, cause(), other, sumOf(first, 4n)));
  expect(await inTx((tx) => releaseUnpaid(tx, cause(), other))).toBe(11n);
  expect(await held(other)).toEqual([
    [0n, 4n, 4n],
    [0n, 0n, 0n],
  ]);
});

describe("another phasing of the same total", () => {
  test("moves what differs between the years, and nothing where none does", async () => {
    const id = await committed(10n, 20n);
    await inTx((tx) => movePhasing(tx, cause(), id, over(4n, 20n, 6n)));
    expect((await held(id)).map(([, cents]) => cents)).toEqual([4n, 20n, 6n]);
    expect((await entriesOf(id, 4)).map((entry) => [entry.startYear, entry.kind, entry.committedCents])).toEqual([
      [first, "MOVE", -6n],
      [first + 2, "MOVE", 6n],
    ]);
    await inTx((tx) => movePhasing(tx, cause(), id, over(0n, 30n)));
    expect((await held(id)).map(([, cents]) => cents)).toEqual([0n, 30n, 0n]);
  });

  test("is refused where the total is another, and where a year has paid more", async () => {
    const id = await committed(10n);
    for (const total of [9n, 11n]) {
      expect(await refusal(inTx((tx) => movePhasing(tx, cause(), id, over(total))))).toMatchObject({
        code: "INVALID",
        message: "A re-phasing must not change the total.",
      });
    }
    await inTx((tx) => pay(tx, cause(), id, sumOf(first, 8n)));
    const moved = inTx((tx) => movePhasing(tx, cause(), id, over(7n, 3n)));
    expect((await refusal(moved)).code).toBe("MONEY");
    expect(await held(id)).toEqual([[0n, 10n, 8n]]);
  });
});

describe("an arrangement that is agreed anew", () => {
  test("commits what was reserved for more, releases what is less, and leaves the rest", async () => {
    const id = await committed(10n, 20n);
    await inTx((tx) => reserve(tx, cause(), id, over(0n, 0n, 3n)));
    await inTx((tx) => commitAgreed(tx, cause(), id, over(2n, 20n, 3n)));
    const changes = (await entriesOf(id, 5)).map(({ startYear, kind, reservedCents, committedCents }) => [
      startYear,
      kind,
      reservedCents,
      committedCents,
    ]);
    expect(changes).toEqual([
      [first, "RELEASE", 0n, -8n],
      [first + 2, "COMMIT", -3n, 3n],
    ]);
    await inTx((tx) => reserve(tx, cause(), id, over(0n, 4n)));
    await inTx((tx) => commitAgreed(tx, cause(), id, over(2n, 24n)));
    expect(await held(id)).toEqual([
      [0n, 2n, 0n],
      [0n, 24n, 0n],
      [0n, 0n, 0n],
    ]);
  });

  test("is refused where more was not reserved, or something else than what it takes", async () => {
    const id = await committed(10n);
    const message = `Reserve the extra amount for ${formatYear(first)} first.`;
    const agreed = (cents: bigint) => inTx((tx) => commitAgreed(tx, cause(), id, over(cents)));
    expect(await refusal(agreed(11n))).toMatchObject({ code: "MONEY", message });
    await inTx((tx) => reserve(tx, cause(), id, over(2n)));
    for (const cents of [9n, 10n, 11n]) expect(await refusal(agreed(cents))).toMatchObject({ code: "MONEY", message });
    await agreed(12n);
    expect(await held(id)).toEqual([[0n, 12n, 0n]]);
  });
});

describe("an envelope", () => {
  const adjustment = (startYear: number, changeCents: bigint) => ({
    startYear,
    changeCents,
    reason: "Supplementary estimates",
    source: "Estimates",
    effectiveOn: on(),
  });
  const envelopeOf = async (startYear: number) =>
    (await db().financialYear.findUnique({ where: { startYear } }))?.envelopeCents;

  test("is changed with its source and day once a second officer confirms it, with both names", async () => {
    const before = (await envelopeOf(first)) ?? 0n;
    const [requestId, confirmed] = [randomUUID(), randomUUID()];
    await adjustEnvelope(budget, { requestId, remoteAddress: "192.0.2.7" }, adjustment(first, -100n));
    await adjustEnvelope(budget, { requestId, remoteAddress: "192.0.2.7" }, adjustment(first, -100n));
    expect(await envelopeOf(first)).toBe(before);
    const asked = await db().changeRequest.findMany({ where: { askedById: budget.personId, cents: -100n } });
    expect(asked).toHaveLength(1);
    expect(await db().auditEvent.findUnique({ where: { requestId } })).toMatchObject({
      event: "change.asked",
      actorId: budget.personId,
      subject: `change:${asked[0]?.id}`,
      remoteAddress: "192.0.2.7",
      data: { kind: "ENVELOPE", change: expect.stringMatching(/lowered by \$1\.00$/), askedBy: "Budget" },
    });
    const id = await confirmLastChange(confirmed);
    const [officer] = await budgetOfficers();
    expect(await envelopeOf(first)).toBe(before - 100n);
    expect(await db().ledgerEntry.findFirst({ where: { requestId: confirmed } })).toMatchObject({
      kind: "ADJUST",
      applicationId: null,
      envelopeCents: -100n,
      source: "Estimates",
      effectiveOn: on(),
      changeId: id,
      actorId: officer.personId,
    });
    const mails = await db().email.findMany({ orderBy: { id: "desc" }, take: 2 });
    expect(mails.map(({ to }) => to).sort()).toEqual([budget.email, "psf@mfat.govt.nz"].sort());
    for (const { subject, text } of mails) {
      expect(subject).toMatch(/^\[UNCLASSIFIED\] Envelope .+: lowered by \$1\.00: confirmed by asks$/);
      expect(text).toContain(formatCents(before - 100n));
    }
  });

  test("the first year and the next one may be changed, and no year before, beyond or by nothing", async () => {
    const last = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "desc" } })).startYear;
    const change = async (startYear: number) => {
      const day = { effectiveOn: yearBeginsOn(startYear) };
      await adjustEnvelope(budget, { requestId: randomUUID() }, { ...adjustment(startYear, 1n), ...day });
    };
    for (const startYear of [first - 1, last + 2]) {
      expect((await refusal(change(startYear))).fields).toEqual({
        year: "Choose a financial year from the list",
      });
    }
    const later = { ...adjustment(first, 1n), effectiveOn: yearBeginsOn(first + 1) };
    expect(() => adjustEnvelope(budget, { requestId: randomUUID() }, later)).toThrow(
      expect.objectContaining({ fields: { "effectiveOn-day": expect.stringContaining(formatYear(first)) } }),
    );
    expect(() => adjustEnvelope(budget, { requestId: randomUUID() }, adjustment(first, 0n))).toThrow(
      expect.objectContaining({ fields: { change: "Enter an amount other than zero" } }),
    );
    await change(last + 1);
    expect(await envelopeOf(last + 1)).toBe(0n);
    await confirmLastChange();
    expect(await envelopeOf(last + 1)).toBe(1n);
  });

  test("is for the budget officer", () => {
    const desk = { ...budget, roles: new Set(["DESK"] as const) };
    expect(() => adjustEnvelope(desk, { requestId: randomUUID() }, adjustment(first, 1n))).toThrow(/budget officer/);
  });

  test("what a year does not have is refused with what it has, and what is wrong otherwise as it is", async () => {
    const { startYear, envelopeCents, reservedCents, committedCents } = await db().financialYear.findFirstOrThrow({
      orderBy: { startYear: "asc" },
    });
    const available = formatCents(envelopeCents - reservedCents - committedCents);
    const id = await newApplication();
    const tooMuch = [sumOf(startYear, envelopeCents + 1n)];
    expect(await refusal(inTx((tx) => reserve(tx, cause(), id, tooMuch)))).toMatchObject({
      code: "MONEY",
      message: `Only ${available} is available in ${formatYear(startYear)}.`,
    });
    const paid = refusal(inTx((tx) => pay(tx, cause(), id, sumOf(startYear, 1n))));
    expect(await paid).toMatchObject({ code: "MONEY", message: expect.stringContaining("committed") });
    const nobody = refusal(inTx((tx) => reserve(tx, cause(), randomUUID(), [sumOf(startYear, 1n)])));
    expect(String(await nobody)).toMatch(/foreign key/);
  });
});

test("what is carried forward leaves one year and enters another: what is committed moves, what is reserved is reserved anew", () => {
  const of = (applicationId: string, reservedCents: bigint, committedCents: bigint) => ({
    applicationId,
    reservedCents,
    committedCents,
  });
  const moved = [of("reserved", 5n, 0n), of("committed", 0n, 7n), of("both", 1n, 2n), of("nothing", 0n, 0n)];
  const row = (startYear: number, applicationId: string) => ({ startYear, applicationId, changeId: "change" });
  expect(entriesOfMove(2026, moved, "out", "change")).toEqual([
    { ...row(2026, "reserved"), kind: "RELEASE", reservedCents: -5n },
    { ...row(2026, "committed"), kind: "MOVE", committedCents: -7n },
    { ...row(2026, "both"), kind: "MOVE", committedCents: -2n },
    { ...row(2026, "both"), kind: "RELEASE", reservedCents: -1n },
  ]);
  expect(entriesOfMove(2027, moved, "in", "change")).toEqual([
    { ...row(2027, "reserved"), kind: "RESERVE", reservedCents: 5n },
    { ...row(2027, "committed"), kind: "MOVE", committedCents: 7n },
    { ...row(2027, "both"), kind: "MOVE", committedCents: 2n },
    { ...row(2027, "both"), kind: "RESERVE", reservedCents: 1n },
  ]);
});

test("the threshold below which one person changes an envelope is asked for once, by a budget officer, and takes two", async () => {
  const ask = (cents: bigint) =>
    askForThreshold(budget, { requestId: randomUUID() }, { cents, reason: "Fees of banks" });
  const desk = { ...budget, roles: new Set(["DESK"] as const) };
  expect(() => askForThreshold(desk, { requestId: randomUUID() }, { cents: 1n, reason: "Fees" })).toThrow(
    /budget officer/,
  );
  const same = { threshold: "Enter a different threshold: this is the current one" };
  expect((await refusal(ask(0n))).fields).toEqual(same);
  await ask(500n);
  expect(await refusal(ask(600n))).toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("Another threshold"),
  });
  await confirmLastChange();
  expect((await refusal(ask(500n))).fields).toEqual(same);
});
