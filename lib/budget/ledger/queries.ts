import { movedIn } from "#lib/budget/cash/rules.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { addMonths } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { DomainError, notFound } from "#lib/platform/errors.ts";
import {
  ENTRIES_MAX,
  type LedgerFilter,
  type LedgerLine,
  type LedgerTotals,
  type Named,
  tooManyEntries,
} from "./rules.ts";

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

/** By an application that is not for the reader nothing is found. */
async function conditionOf(actor: MfatActor, filter: LedgerFilter, client: Pick<Tx, "application">) {
  const { startYear, kind, reference, month, moved } = filter;
  const parts = [Prisma.sql`e."startYear" = ${startYear}`];
  if (kind === "MONEY") parts.push(Prisma.sql`e."paidCents" <> 0`);
  else if (kind) parts.push(Prisma.sql`e.kind = ${kind}::"LedgerKind"`);
  if (reference !== null) {
    const found = await client.application.findFirst({
      where: { AND: [scopeOf(actor), { reference }] },
      select: { id: true },
    });
    parts.push(found ? Prisma.sql`e."applicationId" = ${found.id}::uuid` : Prisma.sql`false`);
  }
  // What lies outside of the year counts at its edge, as in FinancialMonth.
  const first = (at: number) => new Date(Date.UTC(startYear, 6 + at, 1));
  if (month !== null && month > 0) parts.push(Prisma.sql`${DAY} >= ${first(month)}::date`);
  if (month !== null && month < 11) parts.push(Prisma.sql`${DAY} < ${first(month + 1)}::date`);
  if (moved) {
    const { from, months } = movedIn(moved);
    parts.push(
      Prisma.sql`e."paidCents" <> 0 AND ${DAY} >= ${from}::date AND ${DAY} < ${addMonths(from, months)}::date`,
    );
  }
  return Prisma.join(parts, " AND ");
}

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
): Promise<{ lines: LedgerLine[]; next: bigint | null }> {
  permit(actor, "budget:read");
  const condition = await conditionOf(actor, filter, client);
  const from = before === undefined ? Prisma.empty : Prisma.sql`AND e.id < ${before}`;
  const found = await client.$queryRaw<Row[]>(
    entriesOf(condition, Prisma.sql`${from} ORDER BY e.id DESC LIMIT ${PAGE + 1}`),
  );
  const lines = await withNames(actor, found.slice(0, PAGE), client);
  return { lines, next: found.length > PAGE ? (lines.at(-1)?.id ?? null) : null };
}

/** The sums of what a filter finds; null where that are more than ENTRIES_MAX, which nobody counts further. */
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
    FROM (SELECT * FROM "LedgerEntry" e WHERE ${condition} LIMIT ${ENTRIES_MAX + 1}) e`;
  return totals && totals.count <= ENTRIES_MAX ? totals : null;
}

/** All that a filter finds, newest first, for a file. @throws INVALID where that are more than ENTRIES_MAX */
export async function listWholeLedger(actor: MfatActor, filter: LedgerFilter, client: Reader): Promise<LedgerLine[]> {
  permit(actor, "budget:read");
  const condition = await conditionOf(actor, filter, client);
  const rows = await client.$queryRaw<Row[]>(
    entriesOf(condition, Prisma.sql`ORDER BY e.id DESC LIMIT ${ENTRIES_MAX + 1}`),
  );
  if (rows.length > ENTRIES_MAX) throw new DomainError("INVALID", tooManyEntries);
  return withNames(actor, rows, client);
}

/** One entry. @throws NOT_FOUND */
export async function getLedgerEntry(actor: MfatActor, id: bigint): Promise<LedgerLine> {
  permit(actor, "budget:read");
  const rows = await db().$queryRaw<Row[]>(entriesOf(Prisma.sql`e.id = ${id}`, Prisma.empty));
  const [line] = await withNames(actor, rows, db());
  if (!line) throw notFound();
  return line;
}
