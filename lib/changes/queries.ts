import { UUID } from "#lib/form/fields.ts";
import { type Actor, can, type MfatActor, permit, rolesOf } from "#lib/lifecycle/permissions.ts";
import { listAdministrators, nameOn } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { ChangeKind } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { ALL_CHANGE_KINDS, CHANGE_KINDS, type ChangeLine, type ChangeTerms, nobodyToConfirm } from "./rules.ts";

type Reader = Pick<Tx, "$queryRaw">;

/** The one query of page, list, file and command. */
const changesOf = (where: Prisma.Sql, more: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT c.id, c.kind, c.state, c."startYear", c.cents, c.source, c."effectiveOn", c."entryId", c."personId", c.delegation,
    c."applicationId", c.step, c.answers,
    c.reason, c."askedById", c."askedAt", c."settledById", c."settledAt", c."settledWhy", c."appliedAt",
    CASE WHEN c."settledAt" IS NULL THEN p.name ELSE ${nameOn(Prisma.sql`c."personId"`, Prisma.sql`c."settledAt"`)} END AS "personName",
    ${nameOn(Prisma.sql`c."askedById"`, Prisma.sql`c."askedAt"`)} AS "askedBy",
    ${nameOn(Prisma.sql`c."settledById"`, Prisma.sql`c."settledAt"`)} AS "settledBy",
    CASE WHEN d."personId" IS NULL THEN 'none' WHEN d."limitCents" IS NULL THEN 'unlimited' ELSE 'limit' END AS "delegationNow",
    d."limitCents" AS "limitNow", c.state = 'ASKED' AND change_is_small(c) AS "isSmall"
  FROM "ChangeRequest" c
  LEFT JOIN "Person" p ON p.id = c."personId"
  LEFT JOIN "Delegation" d ON d."personId" = c."personId"
  WHERE ${where} ${more}`;

/** The kinds that exist for somebody. */
const kindsFor = (actor: Actor): ChangeKind[] =>
  ALL_CHANGE_KINDS.filter((kind) => can(actor, CHANGE_KINDS[kind].reads));

const ofKinds = (kinds: readonly ChangeKind[]): Prisma.Sql => Prisma.sql`c.kind::text = ANY (${[...kinds]}::text[])`;

/** What waits for a second person, or was confirmed and waits for its day, the longest waiting first. */
export async function listOpenChanges(actor: MfatActor, client: Reader = db()): Promise<ChangeLine[]> {
  const isOpen = Prisma.sql`(c.state = 'ASKED' OR c.state = 'CONFIRMED' AND c."appliedAt" IS NULL)`;
  return client.$queryRaw(
    changesOf(Prisma.sql`${isOpen} AND ${ofKinds(kindsFor(actor))}`, Prisma.sql`ORDER BY c."askedAt", c.id`),
  );
}

/** Up to how much of a year's envelope one person alone may change; 0 until two people have set it. */
export async function currentThreshold(actor: MfatActor, client: Reader = db()): Promise<bigint> {
  permit(actor, CHANGE_KINDS.THRESHOLD.reads);
  const [found] = await client.$queryRaw<{ cents: bigint }[]>`
    SELECT cents FROM "ChangeRequest" WHERE kind = 'THRESHOLD' AND "appliedAt" IS NOT NULL
    ORDER BY "appliedAt" DESC, id DESC LIMIT 1`;
  return found?.cents ?? 0n;
}

/** How many changes wait that somebody may confirm. */
export async function countChangesToConfirm(actor: MfatActor, client: Reader = db()): Promise<number> {
  const kinds = ALL_CHANGE_KINDS.filter((kind) => can(actor, CHANGE_KINDS[kind].confirms));
  if (!kinds.length) return 0;
  const [found] = await client.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM "ChangeRequest" c
    WHERE c.state = 'ASKED' AND c."askedById" <> ${actor.personId}::uuid
      AND c."personId" IS DISTINCT FROM ${actor.personId}::uuid AND ${ofKinds(kinds)}`;
  return found?.count ?? 0;
}

const PAGE = 50;

/** What has been settled, the newest first, a page at a time: `before` is the last id of the page before. */
export async function listSettledChanges(
  actor: MfatActor,
  before?: string,
  client: Reader = db(),
): Promise<{ lines: ChangeLine[]; next: string | null }> {
  const from = before && UUID.test(before) ? Prisma.sql`AND c.id < ${before}::uuid` : Prisma.empty;
  const isSettled = Prisma.sql`(c.state IN ('DECLINED', 'WITHDRAWN') OR c."appliedAt" IS NOT NULL)`;
  const found = await client.$queryRaw<ChangeLine[]>(
    changesOf(
      Prisma.sql`${isSettled} AND ${ofKinds(kindsFor(actor))} ${from}`,
      Prisma.sql`ORDER BY c.id DESC LIMIT ${PAGE + 1}`,
    ),
  );
  const lines = found.slice(0, PAGE);
  return { lines, next: found.length > PAGE ? (lines.at(-1)?.id ?? null) : null };
}

/** All carry-forwards, or those from or into one year; those that wait first, then the newest. */
export async function listCarryForwards(
  actor: MfatActor,
  startYear?: number,
  client: Reader = db(),
): Promise<ChangeLine[]> {
  if (!kindsFor(actor).includes("CARRY_FORWARD")) return [];
  const ofYear =
    startYear === undefined ? Prisma.empty : Prisma.sql`AND c."startYear" IN (${startYear}, ${startYear - 1})`;
  return client.$queryRaw(
    changesOf(Prisma.sql`c.kind = 'CARRY_FORWARD' ${ofYear}`, Prisma.sql`ORDER BY c.state, c.id DESC`),
  );
}

/** @throws NOT_FOUND if there is no such change, or the reader may not see it */
export async function getChange(actor: MfatActor, id: string, client: Reader = db()): Promise<ChangeLine> {
  const isOne = Prisma.sql`c.id = ${UUID.test(id) ? id : null}::uuid AND ${ofKinds(kindsFor(actor))}`;
  const [found] = await client.$queryRaw<ChangeLine[]>(changesOf(isOne, Prisma.empty));
  if (!found) throw notFound();
  return found;
}

/** How long a confirmed change is shown beside others of its year. */
const BESIDE_DAYS = 30;

/** The other changes of a change’s years that wait, or were confirmed not long ago: whoever confirms it reads of them. */
export async function listChangesBeside(
  actor: MfatActor,
  { id, kind, startYear }: ChangeLine,
  client: Reader = db(),
): Promise<ChangeLine[]> {
  if (startYear === null) return [];
  const years = kind === "CARRY_FORWARD" ? [startYear, startYear + 1] : [startYear];
  const touches = Prisma.sql`(c."startYear" = ANY(${years}::int[])
    OR c.kind = 'CARRY_FORWARD' AND c."startYear" + 1 = ANY(${years}::int[]))`;
  const isRecent = Prisma.sql`(c.state = 'ASKED'
    OR c.state = 'CONFIRMED' AND c."settledAt" >= ${addDays(now(), -BESIDE_DAYS)})`;
  return client.$queryRaw(
    changesOf(
      Prisma.sql`c.id <> ${id}::uuid AND ${touches} AND ${isRecent} AND ${ofKinds(kindsFor(actor))}`,
      Prisma.sql`ORDER BY c.state, c.id DESC`,
    ),
  );
}

/** Confirmed changes whose day has come by `today`, or one of them: what the timed job carries out. */
export async function listDueChanges(today: Date, client: Reader = db(), id?: string): Promise<ChangeLine[]> {
  const isDue = Prisma.sql`c.state = 'CONFIRMED' AND c."appliedAt" IS NULL AND c."effectiveOn" <= ${today}::date
    ${id ? Prisma.sql`AND c.id = ${id}::uuid` : Prisma.empty}`;
  return client.$queryRaw(changesOf(isDue, Prisma.sql`ORDER BY c."effectiveOn", c.id`));
}

/**
 * Who else may confirm a change that the actor asks for: their addresses, and where there is nobody, why it cannot be asked
 * for and whom to ask.
 */
export async function readConfirmers(
  actor: MfatActor,
  { kind, personId }: Pick<ChangeTerms, "kind"> & Partial<Pick<ChangeTerms, "personId">>,
  client: Pick<Tx, "person"> = db(),
): Promise<{ others: string[]; refusal: string | null }> {
  const others = await client.person.findMany({
    where: {
      endedAt: null,
      id: { notIn: [actor.personId, ...(personId ? [personId] : [])] },
      roles: { some: { role: { in: [...rolesOf(CHANGE_KINDS[kind].confirms)] } } },
    },
    select: { email: true },
  });
  const refusal = others.length ? null : nobodyToConfirm(kind, await listAdministrators(client));
  return { others: others.map(({ email }) => email), refusal };
}
