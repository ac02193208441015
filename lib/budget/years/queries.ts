import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { nameOn, scopeOf } from "#lib/lifecycle/queries.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { AdvanceLine, OpenClaimLine, ReservedLine, Unspent, UnspentLine, YearEnd, YearLife } from "./rules.ts";

type Reader = Pick<Tx, "$queryRaw" | "financialYear">;

const LIFE = { startYear: true, cutoffOn: true, closedAt: true } as const;

/** @throws NOT_FOUND where the fund does not have the year */
export async function getYear(
  actor: MfatActor,
  startYear: number,
  client: Pick<Tx, "financialYear"> = db(),
): Promise<YearLife> {
  permit(actor, "budget:read");
  return readYear(client, startYear);
}

/** For the commands of other rooms: what of a year's life is stored. @throws NOT_FOUND */
export async function readYear(client: Pick<Tx, "financialYear">, startYear: number): Promise<YearLife> {
  const isYear = Number.isInteger(startYear) && startYear > 1900 && startYear < 3000;
  const year = isYear ? await client.financialYear.findUnique({ where: { startYear }, select: LIFE }) : null;
  if (!year) throw notFound();
  return year;
}

/** What an initiative has not spent of a year, row by row. @throws NOT_FOUND also where it is not for the reader */
export async function readUnspent(
  actor: MfatActor,
  startYear: number,
  reference: string,
  client: Pick<Tx, "$queryRaw" | "application" | "financialYear"> = db(),
): Promise<Unspent & { year: YearLife; application: { reference: string; title: string; marking: Marking } }> {
  permit(actor, "budget:read");
  const application = await client.application.findFirst({
    where: { AND: [scopeOf(actor), { reference }] },
    select: { id: true, reference: true, title: true, marking: true },
  });
  if (!application) throw notFound();
  const { id, ...named } = application;
  const [year, held, claims, stated] = await Promise.all([
    readYear(client, startYear),
    client.$queryRaw<{ committedCents: bigint; paidCents: bigint }[]>`
      SELECT "committedCents", "paidCents" FROM "ApplicationFunding"
      WHERE "applicationId" = ${id}::uuid AND "startYear" = ${startYear}`,
    client.$queryRaw<OpenClaimLine[]>`
      SELECT "applicationId", number, state, "workConfirmedAt", cents - "paidCents" AS cents, "claimedAt" FROM "Claim"
      WHERE "applicationId" = ${id}::uuid AND "startYear" = ${startYear} AND state IN ('CLAIMED', 'APPROVED', 'PART_PAID')
      ORDER BY number`,
    client.$queryRaw<NonNullable<Unspent["stated"]>[]>`
      SELECT s.cents, s.work, s."statedAt" AS at, ${nameOn(Prisma.sql`s."statedById"`, Prisma.sql`s."statedAt"`)} AS by
      FROM "Accrual" s WHERE s."applicationId" = ${id}::uuid AND s."startYear" = ${startYear} ORDER BY s.id DESC LIMIT 1`,
  ]);
  const since = await client.$queryRaw<Unspent["since"]>`
    SELECT number, cents, "claimedAt" FROM "Claim"
    WHERE "applicationId" = ${id}::uuid AND "startYear" = ${startYear} AND "claimedAt" > ${stated[0]?.at ?? null}
      AND state NOT IN ('RETURNED', 'CANCELLED') ORDER BY number`;
  const { committedCents = 0n, paidCents = 0n } = held[0] ?? {};
  return { year, application: named, committedCents, paidCents, claims, stated: stated[0] ?? null, since };
}

/** The advances of a year that were paid and that no later claim accounts for in full, the oldest first. */
export const listOpenAdvances = (client: Pick<Tx, "$queryRaw">, startYear: number): Promise<AdvanceLine[]> =>
  client.$queryRaw<AdvanceLine[]>`
    SELECT c."applicationId", c.number, c."paidCents", c."backCents",
      coalesce(sum(b."accountedCents"), 0)::bigint AS "accountedCents",
      (c."paidCents" - c."backCents" - coalesce(sum(b."accountedCents"), 0))::bigint AS "openCents"
    FROM "Claim" c LEFT JOIN "Claim" b ON b."accountsForId" = c.id AND b.state NOT IN ('RETURNED', 'CANCELLED')
    WHERE c."startYear" = ${startYear} AND c."advanceReason" IS NOT NULL AND NOT EXISTS (
      SELECT FROM "Acquittal" q WHERE q."applicationId" = c."applicationId" AND q."surplusConfirmedAt" IS NOT NULL)
    GROUP BY c.id HAVING c."paidCents" - c."backCents" > coalesce(sum(b."accountedCents"), 0) ORDER BY c."claimedAt"`;

/** Whoever can claim at an agency with something left to claim of a year, with the references of its initiatives. */
export async function listClaimants(
  client: Pick<Reader, "$queryRaw">,
  startYear: number,
): Promise<{ email: string; references: string[] }[]> {
  return client.$queryRaw`
    SELECT p.email, array_agg(a.reference ORDER BY a.reference) AS references
    FROM year_unspent(${startYear}) u
    JOIN "Application" a ON a.id = u."applicationId" AND a.state IN ('ACTIVE', 'CLOSING')
    JOIN "Person" p ON p."agencyId" = a."agencyId" AND p."endedAt" IS NULL
    WHERE u.unspent > u.open AND EXISTS (
      SELECT FROM "PersonRole" r WHERE r."personId" = p.id AND r.role IN ('CONTRIBUTOR', 'FINANCE'))
    GROUP BY p.email ORDER BY p.email`;
}

/** Everything that is to be settled before a year closes, initiatives by their id. */
export async function readYearEnd(
  actor: MfatActor,
  startYear: number,
  client: Pick<Reader, "$queryRaw"> = db(),
): Promise<YearEnd> {
  permit(actor, "budget:read");
  const [reserved, unspent, claims, advances, held, waits] = await Promise.all([
    client.$queryRaw<ReservedLine[]>`
      SELECT f."applicationId", a.state, f."reservedCents",
        (SELECT o."dueAt" FROM "Offer" o WHERE o."applicationId" = a.id AND o.outcome IS NULL) AS "offerDueAt"
      FROM "ApplicationFunding" f JOIN "Application" a ON a.id = f."applicationId"
      WHERE f."startYear" = ${startYear} AND f."reservedCents" > 0 ORDER BY a.reference`,
    client.$queryRaw<Omit<UnspentLine, "askedAt">[]>`
      SELECT u."applicationId", u.unspent AS "unspentCents", u.open AS "openCents", u.stated AS "statedCents",
        (SELECT max(s."statedAt") FROM "Accrual" s
          WHERE s."applicationId" = u."applicationId" AND s."startYear" = ${startYear}) AS "statedAt"
      FROM year_unspent(${startYear}) u JOIN "Application" a ON a.id = u."applicationId" ORDER BY a.reference`,
    client.$queryRaw<OpenClaimLine[]>`
      SELECT "applicationId", number, state, "workConfirmedAt", cents - "paidCents" AS cents, "claimedAt" FROM "Claim"
      WHERE "startYear" = ${startYear} AND state IN ('CLAIMED', 'APPROVED', 'PART_PAID') ORDER BY "claimedAt", id`,
    listOpenAdvances(client, startYear),
    client.$queryRaw<{ id: string }[]>`
      SELECT a.id FROM "Application" a JOIN "ApplicationFunding" f ON f."applicationId" = a.id
      WHERE f."startYear" = ${startYear} AND a."heldAt" IS NOT NULL
        AND f."reservedCents" + f."committedCents" > f."paidCents" ORDER BY a.reference`,
    client.$queryRaw<{ count: number; earlier: number[] }[]>`
      SELECT count(*)::int AS count, ARRAY(SELECT y."startYear" FROM "FinancialYear" y
          WHERE y."startYear" < ${startYear} AND y."closedAt" IS NULL ORDER BY y."startYear") AS earlier
      FROM "ChangeRequest"
      WHERE kind <> 'CLOSING' AND (state = 'ASKED' OR state = 'CONFIRMED' AND "appliedAt" IS NULL)
        AND ("startYear" = ${startYear} OR kind = 'CARRY_FORWARD' AND "startYear" = ${startYear - 1}
          OR EXISTS (SELECT FROM "LedgerEntry" e JOIN "LedgerEntry" o ON o."changeId" = e."changeId"
            WHERE e.id = "entryId" AND o."startYear" = ${startYear}))`,
  ]);
  const ids = unspent.map(({ applicationId }) => applicationId);
  const asked = await client.$queryRaw<{ applicationId: string; at: Date }[]>`
    SELECT "applicationId", at FROM "AuditEvent"
    WHERE "applicationId" = ANY(${ids}::uuid[]) AND event = 'accrual.asked' AND (data->>'year')::int = ${startYear}`;
  const askedAt = new Map(asked.map((one) => [one.applicationId, one.at]));
  return {
    earlier: waits[0]?.earlier ?? [],
    reserved,
    unspent: unspent.map((line) => ({ ...line, askedAt: askedAt.get(line.applicationId) ?? null })),
    claims,
    advances,
    held: held.map(({ id }) => id),
    waiting: waits[0]?.count ?? 0,
  };
}
