import { db, type Tx } from "../db.ts";
import { Prisma } from "../db/generated/client.ts";
import type { LedgerKind } from "../db/generated/enums.ts";
import { type MfatActor, permit } from "../permissions.ts";
import type { Position } from "./rules.ts";

/**
 * The position of every financial year, earliest first: the one query behind the budget page, its table and the budget
 * check, so that they cannot disagree.
 */
export async function listPositions(actor: MfatActor, client: Pick<Tx, "$queryRaw"> = db()): Promise<Position[]> {
  permit(actor, "budget:read");
  return client.$queryRaw<Position[]>`
    SELECT y."startYear", y."envelopeCents", y."reservedCents", y."committedCents", y."paidCents",
      y."envelopeCents" - y."reservedCents" - y."committedCents" AS "availableCents",
      coalesce(p.cents, 0)::bigint AS "pipelineCents"
    FROM "FinancialYear" y
    LEFT JOIN (
      SELECT f."startYear", sum(f.cents) AS cents
      FROM "Phasing" f JOIN "Application" a ON a.id = f."applicationId"
      WHERE f.kind = 'REQUESTED' AND a."versionNumber" > 0
        AND a.state IN ('SIGN_OFF', 'SUBMITTED', 'CHANGES_REQUESTED', 'ASSESSMENT', 'MODERATION')
      GROUP BY f."startYear"
    ) p USING ("startYear")
    ORDER BY y."startYear"`;
}

export type LedgerLine = {
  id: bigint;
  at: Date;
  kind: LedgerKind;
  envelopeCents: bigint;
  reservedCents: bigint;
  committedCents: bigint;
  paidCents: bigint;
  reason: string;
  source: string | null;
  reference: string | null;
  title: string | null;
  by: string | null;
};

const LEDGER_PAGE = 50;

/** A year's ledger, newest first, a page at a time: `before` is the last id of the page before. */
export async function listLedger(
  actor: MfatActor,
  startYear: number,
  before?: bigint,
): Promise<{ lines: LedgerLine[]; next: bigint | null }> {
  permit(actor, "budget:read");
  const lines = await db().$queryRaw<LedgerLine[]>`
    SELECT l.id, l.at, l.kind, l."envelopeCents", l."reservedCents", l."committedCents", l."paidCents", l.reason, l.source,
      a.reference, a.title, p.name AS by
    FROM "LedgerEntry" l
    LEFT JOIN "Application" a ON a.id = l."applicationId"
    LEFT JOIN "Person" p ON p.id = l."actorId"
    WHERE l."startYear" = ${startYear} ${before ? Prisma.sql`AND l.id < ${before}` : Prisma.empty}
    ORDER BY l.id DESC LIMIT ${LEDGER_PAGE + 1}`;
  const next = lines.length > LEDGER_PAGE ? (lines[LEDGER_PAGE - 1]?.id ?? null) : null;
  return { lines: lines.slice(0, LEDGER_PAGE), next };
}

export type FundingLine = {
  reference: string;
  title: string;
  agency: string;
  reservedCents: bigint;
  committedCents: bigint;
  paidCents: bigint;
};

/** What each initiative holds of a year's envelope, the largest first: the rows behind the year's figures. */
export async function listFunding(actor: MfatActor, startYear: number): Promise<FundingLine[]> {
  permit(actor, "budget:read");
  const rows = await db().applicationFunding.findMany({
    where: { startYear, OR: [{ reservedCents: { gt: 0 } }, { committedCents: { gt: 0 } }] },
    include: { application: { select: { reference: true, title: true, agency: { select: { abbreviation: true } } } } },
    orderBy: [{ committedCents: "desc" }, { reservedCents: "desc" }, { applicationId: "asc" }],
  });
  return rows.map(({ application, reservedCents, committedCents, paidCents }) => ({
    reference: application.reference,
    title: application.title,
    agency: application.agency.abbreviation,
    reservedCents,
    committedCents,
    paidCents,
  }));
}

/** A place's share of a year: each application's money by the percentages of its places, in whole cents. */
export type PlaceLine = { place: string; reservedCents: bigint; committedCents: bigint };

/** By place, the largest first. Rounding goes to the last place of an application, so that the sum is the year's own. */
export async function listByPlace(actor: MfatActor, startYear: number): Promise<PlaceLine[]> {
  permit(actor, "budget:read");
  return db().$queryRaw<PlaceLine[]>`
    WITH share AS (
      SELECT f."applicationId", ap."placeCode", f."reservedCents", f."committedCents",
        sum(ap.percent) OVER upto AS upto, sum(ap.percent) OVER upto - ap.percent AS before
      FROM "ApplicationFunding" f JOIN "ApplicationPlace" ap USING ("applicationId")
      WHERE f."startYear" = ${startYear}
      WINDOW upto AS (PARTITION BY f."applicationId" ORDER BY ap."placeCode")
    )
    SELECT p.name AS place,
      sum(s."reservedCents" * s.upto / 100 - s."reservedCents" * s.before / 100)::bigint AS "reservedCents",
      sum(s."committedCents" * s.upto / 100 - s."committedCents" * s.before / 100)::bigint AS "committedCents"
    FROM share s JOIN "Place" p ON p.code = s."placeCode"
    GROUP BY p.name
    HAVING sum(s."reservedCents" + s."committedCents") > 0
    ORDER BY sum(s."reservedCents" + s."committedCents") DESC, p.name`;
}
