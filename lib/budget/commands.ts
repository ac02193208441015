import { askForChange, changeOnce, type FormRequest, refuseAskedAgain } from "#lib/changes/commands.ts";
import { currentThreshold, listOpenChanges } from "#lib/changes/queries.ts";
import { type ChangeLine, isSameEnvelope, thresholdInWords } from "#lib/changes/rules.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { type Actor, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { financialYearOf } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { LedgerKind } from "#lib/platform/db/generated/enums.ts";
import type { Tx } from "#lib/platform/db.ts";
import { conflict, DomainError, invalid, notFound } from "#lib/platform/errors.ts";
import { formatCents, formatYear, greaterOf, sumCents } from "#lib/platform/money.ts";
import { type Moved, notEnough, outsideYear, type PhasedAmount, phasedTotal } from "./rules.ts";

/** Why money moves, and who moves it: part of every ledger entry. `actor` null is a timed job. */
export type Cause<Who extends Pick<Actor, "personId"> = Pick<Actor, "personId">> = {
  actor: Who | null;
  requestId: string;
  reason: string;
};

type Entry = {
  startYear: number;
  kind: LedgerKind;
  envelopeCents?: bigint;
  reservedCents?: bigint;
  committedCents?: bigint;
  paidCents?: bigint;
  effectiveOn?: Date;
  changeId?: string;
} & Entered;

/** What an entry of money enters: a line of a payment, or a recovery. */
type Entered = { lineId?: string; recoveryId?: string };

/**
 * Adds entries to the ledger, which moves the counters (the table's trigger does, under its CHECKs). Years are taken in
 * ascending order, so that two commands over the same years cannot lock each other out.
 * @throws MONEY with what is available, where a year cannot hold it
 */
async function postEntries(
  tx: Tx,
  cause: Cause,
  applicationId: string,
  entries: readonly (Entry & Pick<Ties, "reversesId">)[],
): Promise<void> {
  const rows = entries.map((entry) => ({ ...entry, applicationId }));
  if (rows.length) await insert(tx, cause, rows);
}

type NewRow = Entry & Ties & { applicationId?: string; source?: string };

/** In one statement, which the database takes row by row; in raw SQL, because building a typed one takes twice as long. */
async function insert(tx: Tx, { actor, requestId, reason }: Cause, rows: readonly NewRow[]): Promise<void> {
  const at = now();
  const values = [...rows]
    .sort((a, b) => a.startYear - b.startYear)
    .map(
      (row) => Prisma.sql`(${row.startYear}::int, ${row.applicationId ?? null}::uuid, ${row.kind}::"LedgerKind",
        ${row.envelopeCents ?? 0n}::bigint, ${row.reservedCents ?? 0n}::bigint, ${row.committedCents ?? 0n}::bigint,
        ${row.paidCents ?? 0n}::bigint, ${reason}, ${row.source ?? null}, ${row.effectiveOn ?? null}::date,
        ${row.changeId ?? null}::uuid, ${actor?.personId ?? null}::uuid, ${requestId}::uuid,
        ${row.reversesId ?? null}::bigint, ${row.lineId ?? null}::uuid, ${row.recoveryId ?? null}::uuid, ${at}::timestamptz)`,
    );
  try {
    await tx.$executeRaw`
      INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "envelopeCents", "reservedCents", "committedCents",
        "paidCents", reason, source, "effectiveOn", "changeId", "actorId", "requestId", "reversesId", "lineId", "recoveryId", at)
      VALUES ${Prisma.join(values)}`;
  } catch (error) {
    throw moneyError(error) ?? error;
  }
}

/** The trigger's refusal carries the year and what is available in it. */
function moneyError(error: unknown): DomainError | null {
  const domain = fromDatabase(error);
  if (domain?.code !== "MONEY") return domain;
  const match = /year=(\d+) available=(-?\d+)/.exec(
    error instanceof Error ? `${error.message} ${JSON.stringify(error)}` : "",
  );
  const [, year, available] = match ?? [];
  return year && available ? new DomainError("MONEY", notEnough(Number(year), BigInt(available))) : domain;
}

/** Sets a recommended amount aside in each of its years. */
export const reserve = (tx: Tx, cause: Cause, applicationId: string, phasing: PhasedAmount): Promise<void> =>
  postEntries(
    tx,
    cause,
    applicationId,
    phasing
      .filter((part) => part.cents > 0n)
      .map(({ startYear, cents }) => ({ startYear, kind: "RESERVE", reservedCents: cents })),
  );

/** Makes what is reserved for an application equal to an approved phasing, by the difference in each year. */
export async function adjustReserve(tx: Tx, cause: Cause, applicationId: string, phasing: PhasedAmount): Promise<void> {
  const held = await fundingOf(tx, applicationId);
  const years = new Set([...held, ...phasing].map((part) => part.startYear));
  const entries = [...years].flatMap((startYear): Entry[] => {
    const before = held.find((part) => part.startYear === startYear)?.reservedCents ?? 0n;
    const after = phasing.find((part) => part.startYear === startYear)?.cents ?? 0n;
    if (after === before) return [];
    return [{ startYear, kind: after > before ? "RESERVE" : "RELEASE", reservedCents: after - before }];
  });
  await postEntries(tx, cause, applicationId, entries);
}

/** Gives back all that is reserved for an application. */
export const releaseReserve = (tx: Tx, cause: Cause, applicationId: string): Promise<void> =>
  adjustReserve(tx, cause, applicationId, []);

/** Turns all that is reserved for an application into a commitment. */
export async function commitReserve(tx: Tx, cause: Cause, applicationId: string): Promise<void> {
  const held = await fundingOf(tx, applicationId);
  const entries = held
    .filter((part) => part.reservedCents > 0n)
    .map(
      ({ startYear, reservedCents }): Entry => ({
        startYear,
        kind: "COMMIT",
        reservedCents: -reservedCents,
        committedCents: reservedCents,
      }),
    );
  await postEntries(tx, cause, applicationId, entries);
}

/** Gives back all that is committed to an application and not paid. Answers how much, in cents. */
export async function releaseUnpaid(tx: Tx, cause: Cause, applicationId: string): Promise<bigint> {
  const held = await fundingOf(tx, applicationId);
  const entries = held
    .map(
      ({ startYear, committedCents, paidCents }): Entry => ({
        startYear,
        kind: "RELEASE",
        committedCents: paidCents - committedCents,
      }),
    )
    .filter((entry) => entry.committedCents !== 0n);
  await postEntries(tx, cause, applicationId, entries);
  return entries.reduce((sum, entry) => sum - (entry.committedCents ?? 0n), 0n);
}

/** Anything else that would change the year waits until this transaction ends. */
export async function lockYear(tx: Pick<Tx, "$queryRaw">, startYear: number): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS locked FROM "FinancialYear" WHERE "startYear" = ${startYear} FOR UPDATE`;
}

/** An amount of one year that came or went on a day. `reversesId`: the entry that it takes back. */
export type Money = { startYear: number; cents: bigint; on: Date; reversesId?: bigint } & Entered;

/** Pays a part of what is committed to an application in one year. */
export const pay = (tx: Tx, cause: Cause, applicationId: string, { cents, ...money }: Money): Promise<void> =>
  enterPaid(tx, cause, applicationId, "PAY", { ...money, cents });

/** Takes back what was paid. It stays committed: to be claimed again, or released as a surplus. */
export const recover = (tx: Tx, cause: Cause, applicationId: string, { cents, ...money }: Money): Promise<void> =>
  enterPaid(tx, cause, applicationId, "RECOVER", { ...money, cents: -cents });

async function enterPaid(
  tx: Tx,
  cause: Cause,
  applicationId: string,
  kind: "PAY" | "RECOVER",
  { cents, on, ...money }: Money,
): Promise<void> {
  // In a closed year two people decide on a correction: its entries name what one of them asked for, which this one has just
  // confirmed in the same transaction.
  const [change] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "ChangeRequest" WHERE kind = 'STEP' AND "applicationId" = ${applicationId}::uuid
      AND "startYear" = ${money.startYear} AND "appliedAt" IS NOT NULL AND xmin = pg_current_xact_id()::xid`;
  const row = { ...money, kind, paidCents: cents, effectiveOn: on };
  await postEntries(tx, cause, applicationId, [{ ...row, ...(change && { changeId: change.id }) }]);
}

/** The entry of a line or a recovery, as what takes it back names it; nothing where none is known, or it moved more than that. */
export async function entryOf(tx: Tx, of: Entered): Promise<{ reversesId?: bigint }> {
  const found = await tx.ledgerEntry.findFirst({ where: { ...of, committedCents: 0n }, select: { id: true } });
  return found ? { reversesId: found.id } : {};
}

/**
 * Moves what is committed to an application between years, so that it is phased as given.
 * @throws INVALID where the total is another, MONEY where a year cannot hold it or has paid more already
 */
export async function movePhasing(tx: Tx, cause: Cause, applicationId: string, phasing: PhasedAmount): Promise<void> {
  const held = await fundingOf(tx, applicationId);
  if (phasedTotal(phasing) !== sumCents(held.map(({ committedCents }) => committedCents))) {
    throw new DomainError("INVALID", "A re-phasing must not change the total.");
  }
  const years = new Set([...held, ...phasing].map(({ startYear }) => startYear));
  const entries = [...years].flatMap((startYear): Entry[] => {
    const before = held.find((part) => part.startYear === startYear)?.committedCents ?? 0n;
    const after = phasing.find((part) => part.startYear === startYear)?.cents ?? 0n;
    return after === before ? [] : [{ startYear, kind: "MOVE", committedCents: after - before }];
  });
  await postEntries(tx, cause, applicationId, entries);
}

/**
 * Makes what is committed to an application what was agreed anew: what was reserved for it is committed, and what a year is
 * to have less of is released.
 * @throws MONEY where a year was not given what it is to have more of, or has paid more than it is to have
 */
export async function commitAgreed(tx: Tx, cause: Cause, applicationId: string, phasing: PhasedAmount): Promise<void> {
  const held = await fundingOf(tx, applicationId);
  const years = new Set([...held, ...phasing].map(({ startYear }) => startYear));
  const entries = [...years].flatMap((startYear): Entry[] => {
    const { committedCents = 0n, reservedCents = 0n } = held.find((part) => part.startYear === startYear) ?? {};
    const change = (phasing.find((part) => part.startYear === startYear)?.cents ?? 0n) - committedCents;
    if (reservedCents !== greaterOf(change, 0n)) {
      throw new DomainError("MONEY", `Reserve the extra amount for ${formatYear(startYear)} first.`);
    }
    if (change < 0n) return [{ startYear, kind: "RELEASE", committedCents: change }];
    return change > 0n ? [{ startYear, kind: "COMMIT", reservedCents: -change, committedCents: change }] : [];
  });
  await postEntries(tx, cause, applicationId, entries);
}

/** The entries that take it out of a year, or put it into one. */
export function entriesOfMove(
  startYear: number,
  moved: readonly Moved[],
  way: "out" | "in",
  changeId: string,
): NewRow[] {
  const sign = way === "out" ? -1n : 1n;
  return moved.flatMap(({ applicationId, reservedCents, committedCents }): NewRow[] => [
    ...(committedCents > 0n
      ? [{ startYear, applicationId, kind: "MOVE" as const, committedCents: sign * committedCents, changeId }]
      : []),
    ...(reservedCents > 0n
      ? [
          {
            startYear,
            applicationId,
            kind: way === "out" ? ("RELEASE" as const) : ("RESERVE" as const),
            reservedCents: sign * reservedCents,
            changeId,
          },
        ]
      : []),
  ]);
}

type Held = { startYear: number; reservedCents: bigint; committedCents: bigint; paidCents: bigint };

export const fundingOf = (tx: Tx, applicationId: string): Promise<Held[]> => tx.$queryRaw`
  SELECT "startYear", "reservedCents", "committedCents", "paidCents" FROM "ApplicationFunding"
  WHERE "applicationId" = ${applicationId}::uuid ORDER BY "startYear"`;

/** Why an entry is made: which change it carries out, and what it corrects. */
type Ties = { changeId?: string; reversesId?: bigint };

export type EnvelopeAdjustment = {
  startYear: number;
  /** By how much the envelope changes; negative lowers it. */
  changeCents: bigint;
  reason: string;
  source: string;
  effectiveOn: Date;
};

/**
 * Asks for a change of a year's envelope, which another person confirms. Lowering it below what is reserved and committed is
 * refused with the sum that is available. The same request twice acts once. @throws INVALID at the fields, STATE, CONFLICT where
 * the same waits already
 */
export function adjustEnvelope(
  actor: MfatActor,
  request: FormRequest,
  { changeCents, ...asked }: EnvelopeAdjustment,
): Promise<void> {
  permit(actor, "envelope:adjust");
  const { startYear, effectiveOn } = asked;
  if (changeCents === 0n) throw invalid({ change: "Enter an amount other than zero" });
  if (financialYearOf(effectiveOn) !== startYear) throw invalid({ "effectiveOn-day": outsideYear(startYear) });
  return changeOnce(request.requestId, async (tx) => {
    await refuseDistantYear(tx, startYear);
    await planYear(tx, startYear);
    const { envelopeCents, reservedCents, committedCents, closedAt } = await tx.financialYear.findUniqueOrThrow({
      where: { startYear },
    });
    if (closedAt) throw invalid({ year: `${formatYear(startYear)} is closed. Reverse an adjustment instead` });
    const availableCents = envelopeCents - reservedCents - committedCents;
    if (availableCents + changeCents < 0n) throw invalid({ change: notEnough(startYear, availableCents) });
    const waiting = (await listOpenChanges(actor, tx)).filter(({ state }) => state === "ASKED");
    const change = { ...asked, kind: "ENVELOPE" as const, cents: changeCents };
    refuseAskedAgain(waiting.find((one) => isSameEnvelope(one, change)));
    await askForChange(tx, actor, request, change);
  });
}

/**
 * Asks for the threshold up to which one person alone may change a year's envelope, which another person confirms.
 * @throws INVALID where it is that already, CONFLICT where another one waits
 */
export function askForThreshold(
  actor: MfatActor,
  request: FormRequest,
  { cents, reason }: { cents: bigint; reason: string },
): Promise<void> {
  permit(actor, "envelope:adjust");
  return changeOnce(request.requestId, async (tx) => {
    if ((await currentThreshold(actor, tx)) === cents)
      throw invalid({ threshold: "Enter a different threshold: this is the current one" });
    if (await tx.changeRequest.count({ where: { kind: "THRESHOLD", state: "ASKED" } })) {
      throw conflict("Another threshold has been asked for. Confirm, decline or withdraw it first.");
    }
    await askForChange(tx, actor, request, { kind: "THRESHOLD", cents, reason });
  });
}

/** A year is there already, or it is the next one: years have no gaps. */
async function refuseDistantYear(tx: Tx, startYear: number): Promise<void> {
  const { _min: first, _max: last } = await tx.financialYear.aggregate({
    _min: { startYear: true },
    _max: { startYear: true },
  });
  const isNear = startYear >= (first.startYear ?? startYear) && startYear <= (last.startYear ?? startYear) + 1;
  if (!isNear) throw invalid({ year: "Choose a financial year from the list" });
}

/** A financial year begins without money. */
export const planYear = (tx: Pick<Tx, "$executeRaw">, startYear: number): Promise<number> =>
  tx.$executeRaw`INSERT INTO "FinancialYear" ("startYear") VALUES (${startYear}) ON CONFLICT DO NOTHING`;

/** Carries out a confirmed change of an envelope, and returns what to say about it. @throws MONEY with what is available */
export async function applyEnvelope(tx: Tx, cause: Cause, change: ChangeLine): Promise<string[]> {
  const { id: changeId, startYear, cents, source, effectiveOn } = change;
  if (startYear === null || cents === null || effectiveOn === null || source === null) throw notFound();
  await insert(tx, { ...cause, reason: change.reason }, [
    { startYear, kind: "ADJUST", envelopeCents: cents, source, effectiveOn, changeId },
  ]);
  return [await envelopeNow(tx, startYear)];
}

/** The threshold is the newest such change that has taken effect. */
export const applyThreshold = async (_tx: Tx, _cause: Cause, { cents }: ChangeLine): Promise<string[]> => [
  `${thresholdInWords(cents ?? 0n)}.`,
];

/** "The envelope of 2026/27 is now $2,700,000.00." */
export async function envelopeNow(tx: Tx, startYear: number): Promise<string> {
  const { envelopeCents } = await tx.financialYear.findUniqueOrThrow({ where: { startYear } });
  return `The envelope of ${formatYear(startYear)} is now ${formatCents(envelopeCents)}.`;
}

/** Entries that a change of a year carries out, in this order within each year. @throws MONEY */
export const enterChange = (tx: Tx, cause: Cause, rows: readonly NewRow[]): Promise<void> => insert(tx, cause, rows);
