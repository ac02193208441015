import { UUID } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { CarryForwardLine, EnvelopeParts } from "./rules.ts";

type Reader = Pick<Tx, "carryForward" | "person">;

/** Every carry-forward, or those from or into one year; those in principle first, then the newest. */
export async function listCarryForwards(
  actor: MfatActor,
  startYear?: number,
  client: Reader = db(),
): Promise<CarryForwardLine[]> {
  permit(actor, "budget:read");
  const found = await client.carryForward.findMany({
    where: startYear === undefined ? {} : { OR: [{ fromYear: startYear }, { intoYear: startYear }] },
    orderBy: [{ state: "asc" }, { id: "desc" }],
  });
  return withNames(client, found);
}

export async function getCarryForward(actor: MfatActor, id: string): Promise<CarryForwardLine> {
  permit(actor, "budget:read");
  const found = UUID.test(id) ? await db().carryForward.findUnique({ where: { id } }) : null;
  const [line] = await withNames(db(), found ? [found] : []);
  if (!line) throw notFound();
  return line;
}

type Row = Omit<CarryForwardLine, "agreedBy" | "settledBy"> & { agreedById: string; settledById: string | null };

async function withNames(client: Reader, rows: readonly Row[]): Promise<CarryForwardLine[]> {
  const ids = rows.flatMap(({ agreedById, settledById }) => [agreedById, settledById ?? []].flat());
  const people = await client.person.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  const nameOf = (id: string | null) => people.find((one) => one.id === id)?.name ?? null;
  return rows.map(({ agreedById, settledById, ...line }) => ({
    ...line,
    agreedBy: nameOf(agreedById) ?? "somebody",
    settledBy: nameOf(settledById),
  }));
}

/** Where the money of each envelope comes from, earliest year first. Reads the carried entries by their index alone. */
export async function listEnvelopeParts(
  actor: MfatActor,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<EnvelopeParts[]> {
  permit(actor, "budget:read");
  return client.$queryRaw<EnvelopeParts[]>`
    SELECT y."startYear", y."envelopeCents",
      (y."envelopeCents" - coalesce(e.cents, 0))::bigint AS "newCents", coalesce(e.cents, 0)::bigint AS "carriedCents",
      coalesce(p.into, 0)::bigint AS "inPrincipleIntoCents", coalesce(p.out, 0)::bigint AS "inPrincipleFromCents"
    FROM "FinancialYear" y
    LEFT JOIN LATERAL (
      SELECT sum(l."envelopeCents") AS cents FROM "CarryForward" c JOIN "LedgerEntry" l ON l."carryForwardId" = c.id
      WHERE y."startYear" IN (c."fromYear", c."intoYear") AND c.state = 'CONFIRMED' AND l."startYear" = y."startYear"
    ) e ON true
    LEFT JOIN LATERAL (
      SELECT sum(cents) FILTER (WHERE "intoYear" = y."startYear") AS into,
        sum(cents) FILTER (WHERE "fromYear" = y."startYear") AS out
      FROM "CarryForward" WHERE state = 'IN_PRINCIPLE' AND y."startYear" IN ("fromYear", "intoYear")
    ) p ON true
    ORDER BY y."startYear"`;
}
