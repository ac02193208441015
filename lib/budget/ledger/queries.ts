import { movedIn } from "#lib/budget/cash/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { addMonths, yearEndsOn } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { LedgerKind } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { FILE_PAGE, inPages, ROWS_MAX } from "#lib/platform/lists.ts";
import type { LedgerFilter, LedgerLine, LedgerSum, LedgerTotals, Named } from "./rules.ts";

type Reader = Pick<Tx, "$queryRaw" | "application">;

/** The applications of a year's money that exist for the actor, by id. */
export async function namesOf(
  actor: MfatActor,
  ids: readonly string[],
  client: Pick<Tx, "application"> = db(),
): Promise<ReadonlyMap<string, Named>> {
  const found = await client.application.findMany({
    where: { AND: [scopeOf(actor), { id: { in: [...new Set(ids)] } }] },
    select: { id: true, reference: true, title: true, marking: true, agency: { select: { abbreviation: true } } },
  });
  return new Map(found.map(({ id, agency, ...rest }) => [id, { ...rest, agency: agency.abbreviation }]));
}

type Row = Omit<LedgerLine, "application" | "payment" | "by" | "askedBy"> & {
  paymentId: string | null;
  paymentReference: string | null;
  applicationId: string | null;
  actorId: string | null;
  askedById: string | null;
  askedAt: Date | null;
};

/** The one query of page, sums and file. `more` narrows, orders and ends it. */
const entriesOf = (where: Prisma.Sql, more: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT e.id, e."startYear", e.at, e.kind, e."envelopeCents", e."reservedCents", e."committedCents", e."paidCents", e.reason,
    e.source, e."effectiveOn", e."changeId", e."reversesId", e."applicationId", e."actorId", c.id AS "reversedById", q."askedById", q."askedAt",
    CASE WHEN q.kind = 'CARRY_FORWARD' AND EXISTS (SELECT FROM "CarriedInitiative" i WHERE i."changeId" = q.id)
      AND (SELECT y."closedAt" FROM "FinancialYear" y WHERE y."startYear" = q."startYear") IS NOT NULL
      THEN q."startYear" END AS "closedFrom",
    m.number AS "claimNumber", p.id AS "paymentId", p.reference AS "paymentReference"
  FROM "LedgerEntry" e LEFT JOIN "LedgerEntry" c ON c."reversesId" = e.id
  LEFT JOIN "ChangeRequest" q ON q.id = e."changeId"
  LEFT JOIN "PaymentLine" l ON l.id = e."lineId" LEFT JOIN "Payment" p ON p.id = l."paymentId"
  LEFT JOIN "Recovery" r ON r.id = e."recoveryId"
  LEFT JOIN "Claim" m ON m.id = coalesce(l."claimId", r."claimId")
  WHERE ${where} ${more}`;

/** As the index has it (LedgerEntry_year_day). */
const DAY = Prisma.sql`coalesce(e."effectiveOn", (e.at AT TIME ZONE 'Pacific/Auckland')::date)`;

const PAID = Prisma.sql`e."paidCents" <> 0`;

/** What came back, less what of that was reversed. A payment that is reversed was paid less, and did not come back. */
export const CAME_BACK = Prisma.sql`(e.kind = CASE WHEN e."reversesId" IS NULL THEN 'RECOVER' ELSE 'PAY' END::"LedgerKind")`;

/** An entry of a carry-forward, or of its reversal. */
const IS_CARRIED = Prisma.sql`EXISTS (SELECT FROM "ChangeRequest" carried
  LEFT JOIN "LedgerEntry" reversed ON reversed.id = e."reversesId"
  WHERE carried.kind = 'CARRY_FORWARD' AND carried.id IN (e."changeId", reversed."changeId"))`;

/**
 * What moved after a year's last day. The envelope of a carry-forward takes effect within the year; that it moved together with
 * what was promised, and when, only the entry's own time says.
 */
export const afterJune = (startYear: number): Prisma.Sql => Prisma.sql`
  coalesce(CASE WHEN NOT ${IS_CARRIED} THEN e."effectiveOn" END, (e.at AT TIME ZONE 'Pacific/Auckland')::date)
    > ${yearEndsOn(startYear)}::date`;

const OF_KINDS: Record<LedgerSum, Prisma.Sql> = {
  MONEY: PAID,
  PAYMENTS: Prisma.sql`${PAID} AND NOT ${CAME_BACK}`,
  CAME_BACK: Prisma.sql`${PAID} AND ${CAME_BACK}`,
  NEW: Prisma.sql`e."envelopeCents" <> 0 AND NOT ${IS_CARRIED}`,
  CARRIED: Prisma.sql`e."envelopeCents" <> 0 AND ${IS_CARRIED}`,
};
const isSum = (kind: LedgerKind | LedgerSum): kind is LedgerSum => kind in OF_KINDS;

const CLOSED_AT = Prisma.sql`(SELECT y."closedAt" FROM "FinancialYear" y WHERE y."startYear" = e."startYear")`;

/** Finds nothing for an application that the reader may not see. */
async function conditionOf(actor: MfatActor, filter: LedgerFilter, client: Pick<Tx, "application">) {
  const { startYear, kind, reference, agency, moved, recorded } = filter;
  const parts = startYear === null ? [PAID] : [Prisma.sql`e."startYear" = ${startYear}`, ...whenOf(startYear, filter)];
  if (kind) parts.push(isSum(kind) ? OF_KINDS[kind] : Prisma.sql`e.kind = ${kind}::"LedgerKind"`);
  if (reference) {
    const found = await client.application.findFirst({
      where: { AND: [scopeOf(actor), { reference }] },
      select: { id: true },
    });
    parts.push(found ? Prisma.sql`e."applicationId" = ${found.id}::uuid` : Prisma.sql`false`);
  }
  if (agency) {
    parts.push(Prisma.sql`e."applicationId" IN (SELECT id FROM "Application" WHERE "agencyId" = ${agency}::uuid)`);
  }
  if (moved) {
    const { from, months } = movedIn(moved);
    parts.push(Prisma.sql`${PAID} AND ${DAY} >= ${from}::date AND ${DAY} < ${addMonths(from, months)}::date`);
  }
  if (recorded) parts.push(recorded === "THEN" ? Prisma.sql`e.at <= ${CLOSED_AT}` : Prisma.sql`e.at > ${CLOSED_AT}`);
  return Prisma.join(parts, " AND ");
}

/** The part of a year. What lies outside of it counts at its edge, as in FinancialMonth. */
function whenOf(startYear: number, { month = null, upTo = null, isAfterJune }: LedgerFilter): Prisma.Sql[] {
  const before = (last: number) => Prisma.sql`${DAY} < ${new Date(Date.UTC(startYear, 7 + last, 1))}::date`;
  return [
    month !== null && month > 0 && Prisma.sql`${DAY} >= ${new Date(Date.UTC(startYear, 6 + month, 1))}::date`,
    month !== null && month < LAST_MONTH && before(month),
    upTo !== null && (upTo < LAST_MONTH ? before(upTo) : Prisma.sql`NOT (${afterJune(startYear)})`),
    isAfterJune && afterJune(startYear),
  ].filter((part) => typeof part === "object");
}

const LAST_MONTH = 11;

async function withNames(actor: MfatActor, rows: readonly Row[], client: Reader): Promise<LedgerLine[]> {
  const ids = (of: (row: Row) => string | null) => [...new Set(rows.flatMap((row) => of(row) ?? []))];
  const names = await namesOf(
    actor,
    ids(({ applicationId }) => applicationId),
    client,
  );
  const nameOf = await readNamesOfDay(client, [...ids(({ actorId }) => actorId), ...ids(({ askedById }) => askedById)]);
  return rows.map(({ applicationId, actorId, askedById, askedAt, paymentId, paymentReference, ...entry }) => ({
    ...entry,
    application: names.get(applicationId ?? "") ?? null,
    payment: paymentId && paymentReference ? { id: paymentId, reference: paymentReference } : null,
    by: actorId && nameOf(actorId, entry.at),
    askedBy: askedById && askedAt && nameOf(askedById, askedAt),
  }));
}

const PAGE = 50;

/** A year's ledger, newest first, a page at a time: `before` is the last id of the page before. */
export async function listLedger(
  actor: MfatActor,
  filter: LedgerFilter,
  before?: bigint,
  client: Reader = db(),
  size = PAGE,
): Promise<{ lines: LedgerLine[]; next: bigint | null }> {
  permit(actor, "budget:read");
  const condition = await conditionOf(actor, filter, client);
  const from = before === undefined ? Prisma.empty : Prisma.sql`AND e.id < ${before}`;
  const found = await client.$queryRaw<Row[]>(
    entriesOf(condition, Prisma.sql`${from} ORDER BY e.id DESC LIMIT ${size + 1}`),
  );
  const lines = await withNames(actor, found.slice(0, size), client);
  return { lines, next: found.length > size ? (lines.at(-1)?.id ?? null) : null };
}

/** The sums of what a filter finds; null where there are more than ROWS_MAX, which are not counted. */
export async function sumLedger(
  actor: MfatActor,
  filter: LedgerFilter,
  client: Pick<Tx, "$queryRaw" | "application"> = db(),
): Promise<LedgerTotals | null> {
  permit(actor, "budget:read");
  const condition = await conditionOf(actor, filter, client);
  const [totals] = await client.$queryRaw<LedgerTotals[]>`
    SELECT count(*)::int AS count, coalesce(sum("envelopeCents"), 0)::bigint AS "envelopeCents",
      coalesce(sum("reservedCents"), 0)::bigint AS "reservedCents",
      coalesce(sum("committedCents"), 0)::bigint AS "committedCents", coalesce(sum("paidCents"), 0)::bigint AS "paidCents"
    FROM (SELECT * FROM "LedgerEntry" e WHERE ${condition} LIMIT ${ROWS_MAX + 1}) e`;
  return totals && totals.count <= ROWS_MAX ? totals : null;
}

/** All that a filter finds, newest first, page by page, for a file. */
export const eachEntry = (actor: MfatActor, filter: LedgerFilter, client: Reader) =>
  inPages<LedgerLine, bigint>(async (before) => {
    const { lines, next } = await listLedger(actor, filter, before, client, FILE_PAGE);
    return { rows: lines, next };
  });

/** One entry. @throws NOT_FOUND */
export async function getLedgerEntry(actor: MfatActor, id: bigint): Promise<LedgerLine> {
  permit(actor, "budget:read");
  const rows = await db().$queryRaw<Row[]>(entriesOf(Prisma.sql`e.id = ${id}`, Prisma.empty));
  const [line] = await withNames(actor, rows, db());
  if (!line) throw notFound();
  return line;
}
