import type { Prisma } from "../db/generated/client.ts";
import { db, type Tx } from "../db.ts";
import { notFound } from "../errors.ts";
import type { Lists } from "../fields.ts";
import { type MfatActor, permit } from "../permissions.ts";

/** The fund's reference lists as options of forms, each in the order in which people look for it. */
export async function getLists(
  client: Pick<Tx, "place" | "region" | "focusArea" | "purposeCode"> = db(),
): Promise<Lists> {
  const [places, regions, focusAreas, purposeCodes] = await Promise.all([
    client.place.findMany({ orderBy: { name: "asc" } }),
    client.region.findMany({ orderBy: { code: "asc" } }),
    client.focusArea.findMany({ orderBy: { name: "asc" } }),
    client.purposeCode.findMany({ orderBy: { code: "asc" } }),
  ]);
  const option = ({ code, name }: { code: string; name: string }) => ({ value: code, label: name });
  return {
    places: places.map(option),
    regions: regions.map(option),
    focusAreas: focusAreas.map(option),
    purposeCodes: purposeCodes.map(({ code, name }) => ({ value: code, label: `${code} ${name}` })),
  };
}

export type OpenRound = { id: string; name: string; opensAt: Date; closesAt: Date | null };

/** The rounds that take applications at `now`, the first to close first. Public: they are on the front page. */
export function listOpenRounds(now: Date): Promise<OpenRound[]> {
  return db().round.findMany({
    where: { opensAt: { lte: now }, OR: [{ closesAt: null }, { closesAt: { gt: now } }] },
    select: { id: true, name: true, opensAt: true, closesAt: true },
    orderBy: [{ closesAt: { sort: "asc", nulls: "last" } }, { name: "asc" }],
  });
}

const WITH_CRITERIA = {
  criteria: { orderBy: { position: "asc" } },
  _count: { select: { applications: true } },
} satisfies Prisma.RoundInclude;

export type RoundRow = Prisma.RoundGetPayload<{ include: typeof WITH_CRITERIA }>;

/** Every round, the newest first: the few dozen of a fund's life. */
export function listRounds(_actor: MfatActor): Promise<RoundRow[]> {
  return db().round.findMany({ include: WITH_CRITERIA, orderBy: [{ opensAt: "desc" }, { id: "desc" }], take: 200 });
}

/** @throws NOT_FOUND */
export async function getRound(actor: MfatActor, id: string): Promise<RoundRow> {
  permit(actor, "round:keep");
  const round = await db().round.findUnique({ where: { id }, include: WITH_CRITERIA });
  if (!round) throw notFound();
  return round;
}

export const listCriteria = (client: Pick<Tx, "criterion">, roundId: string) =>
  client.criterion.findMany({ where: { roundId }, orderBy: { position: "asc" } });
