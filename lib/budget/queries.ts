import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { financialYearOf } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { sumCents } from "#lib/platform/money.ts";
import { financialMonthOf, type MonthLine, type Position } from "./rules.ts";

/** What signed-off applications ask for before they are recommended: applicationId, startYear, cents. */
export const PIPELINE = Prisma.sql`
  SELECT f."applicationId", f."startYear", f.cents
  FROM "Phasing" f JOIN "Application" a ON a.id = f."applicationId"
  WHERE f.kind = 'REQUESTED' AND a."versionNumber" > 0
    AND a.state IN ('SIGN_OFF', 'SUBMITTED', 'CHANGES_REQUESTED', 'ASSESSMENT', 'MODERATION')`;

/**
 * The position of every financial year, earliest first: the one query behind the budget page, its table and the budget
 * check, so that they cannot disagree.
 */
export async function listPositions(actor: MfatActor, client: Pick<Tx, "$queryRaw"> = db()): Promise<Position[]> {
  permit(actor, "budget:read");
  return client.$queryRaw<Position[]>`
    SELECT y."startYear", y."envelopeCents", y."reservedCents", y."committedCents", y."paidCents", y."cutoffOn",
      y."closedAt", y."envelopeCents" - y."reservedCents" - y."committedCents" AS "availableCents",
      coalesce(p.cents, 0)::bigint AS "pipelineCents"
    FROM "FinancialYear" y
    LEFT JOIN (
      SELECT "startYear", sum(cents) AS cents FROM (${PIPELINE}) each GROUP BY "startYear"
    ) p USING ("startYear")
    ORDER BY y."startYear"`;
}

/** How many initiatives a year's figures stand for. Of what is not paid, `accruedCents` can be claimed once the year is closed. */
export type Holders = { unpaid: number; reserved: number; accruedCents: bigint };

export async function countHolders(
  actor: MfatActor,
  startYear: number,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<Holders> {
  permit(actor, "budget:read");
  const [held] = await client.$queryRaw<Holders[]>`
    SELECT count(*) FILTER (WHERE "committedCents" > "paidCents")::int AS unpaid,
      count(*) FILTER (WHERE "reservedCents" > 0)::int AS reserved,
      (SELECT coalesce(sum(least(u.unspent, u.open + u.stated)), 0)::bigint FROM year_unspent(${startYear}) u) AS "accruedCents"
    FROM "ApplicationFunding" WHERE "startYear" = ${startYear}`;
  return held ?? { unpaid: 0, reserved: 0, accruedCents: 0n };
}

/**
 * How a year unfolded: the counters at the end of each of its months that has begun by `today`, out of what moved in
 * each; none before 1 July. The envelope counts from the day that an adjustment takes effect. What moved before 1 July counts in July,
 * what is after the last month (late payments, an adjustment to come) in the last, so that the last is the position.
 */
export async function listMonths(
  actor: MfatActor,
  startYear: number,
  today: Date,
  client: Pick<Tx, "financialMonth"> = db(),
): Promise<MonthLine[]> {
  permit(actor, "budget:read");
  if (financialYearOf(today) < startYear) return [];
  const last = Math.min(11, financialMonthOf(today, startYear));
  const moved = await client.financialMonth.findMany({ where: { startYear } });
  const sums = { envelopeCents: 0n, reservedCents: 0n, committedCents: 0n, paidCents: 0n };
  return Array.from({ length: last + 1 }, (_, month) => {
    const counted = moved.filter((one) => one.month === month || (month === last && one.month > last));
    for (const counter of COUNTERS) sums[counter] += sumCents(counted.map((one) => one[counter]));
    return { month, ...sums };
  });
}

const COUNTERS = ["envelopeCents", "reservedCents", "committedCents", "paidCents"] as const;

export type LedgerDifference = {
  startYear: number;
  /** An application's reference; null: the year's own counter. */
  reference: string | null;
  /** 0 is July: the counter of a month of the year; null: of all of it. */
  month: number | null;
  counter: "envelope" | "reserved" | "committed" | "paid";
  counterCents: bigint;
  /** The sum of the ledger's column. */
  ledgerCents: bigint;
};

/**
 * Every counter that is not the sum of its column of the ledger, of all years or of one: of years, of their months and of
 * applications. There should be none. It reads the whole ledger, so it is only for whoever runs the portal and for statements.
 */
export function listLedgerDifferences(
  client: Pick<Tx, "$queryRaw"> = db(),
  startYear: number | null = null,
): Promise<LedgerDifference[]> {
  const isRead = Prisma.sql`(${startYear}::int IS NULL OR "startYear" = ${startYear}::int)`;
  return client.$queryRaw<LedgerDifference[]>`
    WITH held AS (
      SELECT true AS "isCounter", "startYear", NULL::uuid AS "applicationId", NULL::int AS month, "envelopeCents",
             "reservedCents", "committedCents", "paidCents" FROM "FinancialYear" WHERE ${isRead}
      UNION ALL
      SELECT true, "startYear", NULL, month, "envelopeCents", "reservedCents", "committedCents", "paidCents"
        FROM "FinancialMonth" WHERE ${isRead}
      UNION ALL
      SELECT true, "startYear", "applicationId", NULL, 0, "reservedCents", "committedCents", "paidCents"
        FROM "ApplicationFunding" WHERE ${isRead}
      UNION ALL
      SELECT false, "startYear", NULL, financial_month("startYear", "effectiveOn", at), sum("envelopeCents"),
             sum("reservedCents"), sum("committedCents"), sum("paidCents") FROM "LedgerEntry" WHERE ${isRead}
       GROUP BY GROUPING SETS (("startYear"), ("startYear", financial_month("startYear", "effectiveOn", at)))
      UNION ALL
      SELECT false, "startYear", "applicationId", NULL, 0, sum("reservedCents"), sum("committedCents"), sum("paidCents")
        FROM "LedgerEntry" WHERE "applicationId" IS NOT NULL AND ${isRead} GROUP BY "startYear", "applicationId"
    ), summed AS (
      SELECT "startYear", "applicationId", month, counter,
             coalesce(sum(cents) FILTER (WHERE "isCounter"), 0)::bigint AS "counterCents",
             coalesce(sum(cents) FILTER (WHERE NOT "isCounter"), 0)::bigint AS "ledgerCents"
        FROM held CROSS JOIN LATERAL (VALUES
          ('envelope', "envelopeCents"), ('reserved', "reservedCents"), ('committed', "committedCents"), ('paid', "paidCents")
        ) AS each (counter, cents)
       GROUP BY "startYear", "applicationId", month, counter
    )
    SELECT "startYear", a.reference, month, counter, "counterCents", "ledgerCents"
      FROM summed LEFT JOIN "Application" a ON a.id = "applicationId"
     WHERE "counterCents" <> "ledgerCents"
     ORDER BY "startYear", a.reference NULLS FIRST, month NULLS FIRST, counter`;
}
