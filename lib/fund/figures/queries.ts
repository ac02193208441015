import { now } from "#lib/platform/clock.ts";
import { addMonths } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { keptFor } from "#lib/platform/kept.ts";

/** From so many on, a figure tells of no single application. */
const COUNT_MIN = 5;
const YEARS = 3;

/** Each is null where there are fewer than five applications to tell of. */
export type PublicFigures = {
  awards: { count: number; leastCents: bigint; middleCents: bigint; mostCents: bigint } | null;
  /** Of half of the applications no more: days from the start to the submission, and from that to the letter with the decision. */
  writingDays: number | null;
  decisionDays: number | null;
};

type Row = {
  awards: number;
  leastCents: bigint;
  middleCents: bigint;
  mostCents: bigint;
  written: number;
  writingDays: number;
  decided: number;
  decisionDays: number;
};

/** What the last three years say to who thinks of applying. Public: of awards it counts those that are UNCLASSIFIED. */
export async function countPublicFigures(): Promise<PublicFigures> {
  const since = addMonths(now(), -12 * YEARS);
  const [row] = await db().$queryRaw<Row[]>`
    WITH award AS (
      SELECT a."approvedCents" AS cents FROM "Arrangement" r JOIN "Application" a ON a.id = r."applicationId"
      WHERE r."acceptedAt" > ${since} AND a.marking = 'UNCLASSIFIED' AND a."approvedCents" > 0
    ), submitted AS (
      SELECT v."applicationId" AS id, v."certifiedAt" AS at, v."certifiedAt" - a."createdAt" AS written
      FROM "ApplicationVersion" v JOIN "Application" a ON a.id = v."applicationId"
      WHERE v.number = 1 AND v."certifiedAt" > ${since}
    ), decided AS (
      SELECT min(l."sentAt") - s.at AS waited FROM submitted s JOIN "Letter" l ON l."applicationId" = s.id
      WHERE l.kind IN ('OFFER', 'DECLINE') GROUP BY s.id, s.at
    )
    SELECT w.*, s.*, d.* FROM
      (SELECT count(*)::int AS awards, min(cents) AS "leastCents", max(cents) AS "mostCents",
        percentile_disc(0.5) WITHIN GROUP (ORDER BY cents) AS "middleCents" FROM award) w,
      (SELECT count(*)::int AS written,
        ceil(extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY written)) / 86400)::int AS "writingDays"
        FROM submitted) s,
      (SELECT count(*)::int AS decided,
        ceil(extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY waited)) / 86400)::int AS "decisionDays"
        FROM decided) d`;
  if (!row) return { awards: null, writingDays: null, decisionDays: null };
  const { awards, leastCents, middleCents, mostCents } = row;
  return {
    awards: awards >= COUNT_MIN ? { count: awards, leastCents, middleCents, mostCents } : null,
    writingDays: row.written >= COUNT_MIN ? row.writingDays : null,
    decisionDays: row.decided >= COUNT_MIN ? row.decisionDays : null,
  };
}

/** As they were within the last ten minutes. */
export const readPublicFigures = keptFor(10, countPublicFigures);
