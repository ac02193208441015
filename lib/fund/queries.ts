import { type Lists, type Option, UUID } from "#lib/form/fields.ts";
import { can, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { constant, db, type Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { notFound } from "#lib/platform/errors.ts";

/**
 * Lists of options, all read by one query. Each selects value, label, email address and place in the list: two people of one name
 * are told apart by their addresses, and nothing else has one.
 */
export async function readOptions<Name extends string>(
  client: Pick<Tx, "$queryRaw">,
  lists: Record<Name, Prisma.Sql>,
): Promise<Record<Name, (Option & { email?: string })[]>> {
  const names = Object.keys(lists) as Name[];
  const selects = names.map((name) => Prisma.sql`SELECT ${constant(name)}, o.* FROM (${lists[name]}) o`);
  const rows = await client.$queryRaw<(Option & { list: Name; email: string | null })[]>`
    SELECT list, value, label, email FROM (${Prisma.join(selects, " UNION ALL ")}) o(list, value, label, email, at) ORDER BY at`;
  const of = (name: Name) =>
    rows
      .filter(({ list }) => list === name)
      .map(({ value, label, email }) => (email === null ? { value, label } : { value, label, email }));
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, ReturnType<typeof of>>;
}

/** The fund's reference lists for readOptions(), each in the order in which people look for it. */
export const FUND_LISTS = {
  places: Prisma.sql`SELECT code, name, NULL, row_number() OVER (ORDER BY name) FROM "Place"`,
  regions: Prisma.sql`SELECT code, name, NULL, row_number() OVER (ORDER BY code) FROM "Region"`,
  focusAreas: Prisma.sql`SELECT code, name, NULL, row_number() OVER (ORDER BY name) FROM "FocusArea"`,
  purposeCodes: Prisma.sql`SELECT code, code || ' ' || name, NULL, row_number() OVER (ORDER BY code) FROM "PurposeCode"`,
};

/** The fund's reference lists as options of forms. */
export const getLists = (client: Pick<Tx, "$queryRaw"> = db()): Promise<Lists> => readOptions(client, FUND_LISTS);

export type OpenRound = { id: string; name: string; opensAt: Date; closesAt: Date | null; moneyCents: bigint | null };

/** What agencies and the public may read of: a draft is nobody's but the desk's. */
const PUBLISHED = { publishedAt: { not: null } } satisfies Prisma.RoundWhereInput;
const openAt = (now: Date): Prisma.RoundWhereInput => ({
  ...PUBLISHED,
  opensAt: { lte: now },
  OR: [{ closesAt: null }, { closesAt: { gt: now } }],
});
const PUBLIC = { id: true, name: true, opensAt: true, closesAt: true, moneyCents: true } satisfies Prisma.RoundSelect;

/** The rounds that take applications at `now`, the first to close first. */
export function listOpenRounds(now: Date): Promise<OpenRound[]> {
  return db().round.findMany({
    where: openAt(now),
    select: PUBLIC,
    orderBy: [{ closesAt: { sort: "asc", nulls: "last" } }, { name: "asc" }],
  });
}

/** The rounds that are open or still to come, the first to open first. Public. */
export const listAnnouncedRounds = (now: Date): Promise<OpenRound[]> =>
  db().round.findMany({
    where: { ...PUBLISHED, OR: [{ closesAt: null }, { closesAt: { gt: now } }] },
    select: PUBLIC,
    orderBy: [{ opensAt: "asc" }, { name: "asc" }],
    take: 20,
  });

export type RoundCriteria = { names: readonly string[]; criteria: readonly { name: string; weight: number }[] };

/** What applications to the open rounds are scored on; rounds with the same criteria together. Public. */
export async function listOpenCriteria(now: Date): Promise<RoundCriteria[]> {
  const rounds = await withCriteria(
    await db().round.findMany({ where: openAt(now), include: COUNTED, orderBy: { opensAt: "asc" } }),
  );
  const groups = Map.groupBy(rounds, ({ criteria }) =>
    JSON.stringify(criteria.map(({ name, weight }) => [name, weight])),
  );
  return [...groups.values()].map((same) => ({
    names: same.map(({ name }) => name),
    criteria: (same[0]?.criteria ?? []).map(({ name, weight }) => ({ name, weight })),
  }));
}

const COUNTED = { _count: { select: { applications: true } } } satisfies Prisma.RoundInclude;

type Criterion = Prisma.CriterionGetPayload<object>;
/** With the criteria that the round has now. */
export type RoundRow = Prisma.RoundGetPayload<{ include: typeof COUNTED }> & { criteria: Criterion[] };

/** Every round, the newest first: the few dozen of a fund's life. Who neither keeps rounds nor audits reads no drafts. */
export async function listRounds(actor: MfatActor): Promise<RoundRow[]> {
  const rounds = await db().round.findMany({
    where: can(actor, "round:keep") || actor.roles.has("AUDITOR") ? {} : PUBLISHED,
    include: COUNTED,
    orderBy: [{ opensAt: "desc" }, { id: "desc" }],
    take: 200,
  });
  return withCriteria(rounds);
}

/** @throws NOT_FOUND */
export async function getRound(actor: MfatActor, id: string): Promise<RoundRow> {
  permit(actor, "round:keep");
  const found = UUID.test(id) ? await db().round.findUnique({ where: { id }, include: COUNTED }) : null;
  const [round] = found ? await withCriteria([found]) : [];
  if (!round) throw notFound();
  return round;
}

/** How many of a round's applications were accepted for assessment, on whatever criteria it had then. */
export function countAccepted(actor: MfatActor, roundId: string): Promise<number> {
  permit(actor, "round:keep");
  return db().application.count({ where: { roundId, criteriaVersion: { not: null } } });
}

async function withCriteria(rounds: Omit<RoundRow, "criteria">[]): Promise<RoundRow[]> {
  if (rounds.length === 0) return [];
  const criteria = await db().criterion.findMany({
    where: { OR: rounds.map(({ id, criteriaVersion }) => ({ roundId: id, version: criteriaVersion })) },
    orderBy: { position: "asc" },
  });
  return rounds.map((round) => ({ ...round, criteria: criteria.filter(({ roundId }) => roundId === round.id) }));
}

/** What an application says of the criteria that it is read with. */
export type ReadWith = { roundId: string; criteriaVersion: number | null; round: { criteriaVersion: number } };

/** The criteria that an application is read with; until it is accepted for assessment, those of its round now. */
export const listCriteria = (client: Pick<Tx, "criterion">, { roundId, criteriaVersion, round }: ReadWith) =>
  client.criterion.findMany({
    where: { roundId, version: criteriaVersion ?? round.criteriaVersion },
    orderBy: { position: "asc" },
  });

/** The criteria of a round in all their versions, for many applications at once. */
export const listCriteriaOfRound = (client: Pick<Tx, "criterion">, roundId: string) =>
  client.criterion.findMany({ where: { roundId }, orderBy: [{ version: "asc" }, { position: "asc" }] });

/** The fund desk's address. */
export const deskEmail = (): string => env().DESK_EMAIL;
