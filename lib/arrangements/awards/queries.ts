import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { inScope } from "#lib/lifecycle/queries.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";

/** `title` null: its marking is higher than that of the application that is read. */
type Award = { reference: string; title: string | null; acceptedAt: Date; cents: bigint };

/** What an agency or a place was given before: how many offers were accepted, what is committed by them, the latest few. */
export type Awards = { name: string; count: number; cents: bigint; latest: Award[] };

const LATEST = 3;

type Asked = {
  id: string;
  marking: Marking;
  agencyId: string;
  agency: { name: string };
  places: readonly { placeCode: string; place: { name: string } }[];
};

type Row = {
  code: string | null;
  count: number;
  cents: bigint;
  latest: { reference: string; title: string | null; acceptedAt: string; cents: string }[];
};

/**
 * Earlier awards to an application's agency, then to each of its places: a place has its percentage of what is committed
 * for an initiative of several.
 */
export async function listAwards(
  actor: MfatActor,
  { id, marking, agencyId, agency, places }: Asked,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<Awards[]> {
  permit(actor, "budget:read");
  const codes = places.map(({ placeCode }) => placeCode);
  const rows = await client.$queryRaw<Row[]>`
    WITH part AS (
      SELECT NULL AS code, a.id, 100 AS percent FROM "Application" a WHERE a."agencyId" = ${agencyId}::uuid
      UNION ALL
      SELECT o."placeCode", o."applicationId", o.percent FROM "ApplicationPlace" o WHERE o."placeCode" = ANY(${codes})
    ), award AS (
      SELECT part.code, a.reference, r."acceptedAt", div(f.cents * part.percent, 100)::bigint AS cents,
        CASE WHEN a.marking <= ${marking}::"Marking" THEN a.title END AS title
      FROM part JOIN "Arrangement" r ON r."applicationId" = part.id JOIN "Application" a ON a.id = part.id
        CROSS JOIN LATERAL (
          SELECT sum(h."committedCents") AS cents FROM "ApplicationFunding" h WHERE h."applicationId" = part.id
        ) f
      WHERE part.id <> ${id}::uuid AND ${inScope(actor)}
    )
    SELECT code, count(*)::int AS count, sum(cents)::bigint AS cents, to_json((array_agg(json_build_object(
        'reference', reference, 'title', title, 'acceptedAt', "acceptedAt", 'cents', cents::text
      ) ORDER BY "acceptedAt" DESC, reference))[1:${Prisma.raw(String(LATEST))}]) AS latest
    FROM award GROUP BY code`;
  const awardsOf = (code: string | null, name: string): Awards => {
    const row = rows.find((one) => one.code === code);
    const latest = row?.latest.map((one) => ({
      ...one,
      acceptedAt: new Date(one.acceptedAt),
      cents: BigInt(one.cents),
    }));
    return { name, count: row?.count ?? 0, cents: row?.cents ?? 0n, latest: latest ?? [] };
  };
  return [awardsOf(null, agency.name), ...places.map(({ placeCode, place }) => awardsOf(placeCode, place.name))];
}
