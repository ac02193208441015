import { financialYearOf } from "../dates.ts";
import type { LedgerKind, Marking } from "../db/generated/enums.ts";
import { db, type Tx } from "../db.ts";
import { scopeOf } from "../lifecycle/queries.ts";
import { sumCents } from "../money.ts";
import { type MfatActor, permit } from "../permissions.ts";
import type { MonthLine, Position } from "./rules.ts";

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

/** An application as a line about money names it; null where it is not for the reader (an assessor's scope). */
export type Named = { reference: string; title: string; agency: string; marking: Marking };

/** The applications of a year's money that exist for the actor, by id. */
async function namesOf(actor: MfatActor, ids: readonly string[]): Promise<ReadonlyMap<string, Named>> {
  const found = await db().application.findMany({
    where: { AND: [scopeOf(actor), { id: { in: [...new Set(ids)] } }] },
    select: { id: true, reference: true, title: true, marking: true, agency: { select: { abbreviation: true } } },
  });
  return new Map(found.map(({ id, agency, ...rest }) => [id, { ...rest, agency: agency.abbreviation }]));
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
  effectiveOn: Date | null;
  /** null: an entry of the year itself, or an application that is not for the reader. */
  application: Named | null;
  /** A person's name; null: the portal by itself. */
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
  const found = await db().ledgerEntry.findMany({
    where: { startYear, ...(before !== undefined && { id: { lt: before } }) },
    orderBy: { id: "desc" },
    take: LEDGER_PAGE + 1,
  });
  const shown = found.slice(0, LEDGER_PAGE);
  const [names, people] = await Promise.all([
    namesOf(
      actor,
      shown.flatMap(({ applicationId }) => applicationId ?? []),
    ),
    db().person.findMany({
      where: { id: { in: shown.flatMap(({ actorId }) => actorId ?? []) } },
      select: { id: true, name: true },
    }),
  ]);
  const lines = shown.map(({ applicationId, actorId, ...entry }) => ({
    ...entry,
    application: names.get(applicationId ?? "") ?? null,
    by: people.find(({ id }) => id === actorId)?.name ?? null,
  }));
  return { lines, next: found.length > LEDGER_PAGE ? (shown.at(-1)?.id ?? null) : null };
}

export type FundingLine = {
  id: string;
  /** null: not for the reader; its money counts all the same. */
  application: Named | null;
  reservedCents: bigint;
  committedCents: bigint;
  paidCents: bigint;
};

/** What each initiative holds of a year's envelope, the largest first: the rows behind the year's figures. */
export async function listFunding(actor: MfatActor, startYear: number): Promise<FundingLine[]> {
  permit(actor, "budget:read");
  const rows = await db().applicationFunding.findMany({
    where: { startYear, OR: [{ reservedCents: { gt: 0 } }, { committedCents: { gt: 0 } }] },
    orderBy: [{ committedCents: "desc" }, { reservedCents: "desc" }, { applicationId: "asc" }],
  });
  const names = await namesOf(
    actor,
    rows.map(({ applicationId }) => applicationId),
  );
  return rows.map(({ applicationId, startYear: _, ...money }) => ({
    ...money,
    id: applicationId,
    application: names.get(applicationId) ?? null,
  }));
}

/**
 * How a year unfolded: the counters at the end of each of its months that has begun by `today`, out of what moved in
 * each; none
 * before 1 July. The envelope counts from the day that an adjustment takes effect. What moved before 1 July counts in July,
 * what is after the last month (late payments, an adjustment to come) in the last, so that the last is the position.
 */
export async function listMonths(actor: MfatActor, startYear: number, today: Date): Promise<MonthLine[]> {
  permit(actor, "budget:read");
  if (financialYearOf(today) < startYear) return [];
  const last = Math.min(11, (today.getUTCFullYear() - startYear) * 12 + today.getUTCMonth() - 6);
  const moved = await db().financialMonth.findMany({ where: { startYear } });
  const sums = { envelopeCents: 0n, reservedCents: 0n, committedCents: 0n, paidCents: 0n };
  return Array.from({ length: last + 1 }, (_, month) => {
    const counted = moved.filter((one) => one.month === month || (month === last && one.month > last));
    for (const counter of COUNTERS) sums[counter] += sumCents(counted.map((one) => one[counter]));
    return { month, ...sums };
  });
}

const COUNTERS = ["envelopeCents", "reservedCents", "committedCents", "paidCents"] as const;

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
    SELECT * FROM (
      SELECT p.name AS place,
        sum(s."reservedCents" * s.upto / 100 - s."reservedCents" * s.before / 100)::bigint AS "reservedCents",
        sum(s."committedCents" * s.upto / 100 - s."committedCents" * s.before / 100)::bigint AS "committedCents"
      FROM share s JOIN "Place" p ON p.code = s."placeCode"
      GROUP BY p.name
    ) line
    WHERE "reservedCents" + "committedCents" > 0
    ORDER BY "reservedCents" + "committedCents" DESC, place`;
}

export type LedgerDifference = {
  startYear: number;
  /** An application's reference; null: the year's own counter. */
  reference: string | null;
  counter: "envelope" | "reserved" | "committed" | "paid";
  counterCents: bigint;
  /** The sum of the ledger's column. */
  ledgerCents: bigint;
};

/** Every counter that is not the sum of its column of the ledger, for who runs the portal. None is as it should be. */
export function listLedgerDifferences(client: Pick<Tx, "$queryRaw"> = db()): Promise<LedgerDifference[]> {
  return client.$queryRaw<LedgerDifference[]>`
    WITH held AS (
      SELECT true AS "isCounter", "startYear", NULL::uuid AS "applicationId", "envelopeCents", "reservedCents",
             "committedCents", "paidCents" FROM "FinancialYear"
      UNION ALL
      SELECT true, "startYear", "applicationId", 0, "reservedCents", "committedCents", "paidCents"
        FROM "ApplicationFunding"
      UNION ALL
      SELECT false, "startYear", NULL, sum("envelopeCents"), sum("reservedCents"), sum("committedCents"),
             sum("paidCents") FROM "LedgerEntry" GROUP BY "startYear"
      UNION ALL
      SELECT false, "startYear", "applicationId", 0, sum("reservedCents"), sum("committedCents"), sum("paidCents")
        FROM "LedgerEntry" WHERE "applicationId" IS NOT NULL GROUP BY "startYear", "applicationId"
    ), summed AS (
      SELECT "startYear", "applicationId", counter,
             coalesce(sum(cents) FILTER (WHERE "isCounter"), 0)::bigint AS "counterCents",
             coalesce(sum(cents) FILTER (WHERE NOT "isCounter"), 0)::bigint AS "ledgerCents"
        FROM held CROSS JOIN LATERAL (VALUES
          ('envelope', "envelopeCents"), ('reserved', "reservedCents"), ('committed', "committedCents"), ('paid', "paidCents")
        ) AS each (counter, cents)
       GROUP BY "startYear", "applicationId", counter
    )
    SELECT "startYear", a.reference, counter, "counterCents", "ledgerCents"
      FROM summed LEFT JOIN "Application" a ON a.id = "applicationId"
     WHERE "counterCents" <> "ledgerCents"
     ORDER BY "startYear", a.reference NULLS FIRST, counter`;
}
