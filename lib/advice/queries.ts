import type { Option } from "#lib/form/fields.ts";
import { type Actor, can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { toldApart } from "#lib/lifecycle/rules.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { type Adviser, adviserOptions, mayAdvise, type OpenQuestion, openQuestionLabel } from "./rules.ts";
import { TAKEN_BACK } from "./schema.ts";

type Client = Pick<Tx, "person" | "advice">;

/** Who may be asked about an application, with what they are tied to. Who has a question of it to answer is not asked another. */
async function listAdvisers(client: Client, applicationId: string): Promise<Adviser[]> {
  const people = await client.person.findMany({
    where: { ...mayAdvise(applicationId), advice: { none: { applicationId, state: "ASKED" } } },
    select: {
      id: true,
      name: true,
      email: true,
      adviseOn: true,
      advisesFor: { select: { place: { select: { code: true, name: true } } }, orderBy: { place: { name: "asc" } } },
    },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  return toldApart(people).map(({ advisesFor, ...person }) => ({
    ...person,
    places: advisesFor.map(({ place }) => place),
  }));
}

/** Who may be asked, those for the initiative's places first. */
export async function listAdviserOptions(
  _actor: MfatActor,
  { id, places }: { id: string; places: readonly { placeCode: string }[] },
): Promise<Option[]> {
  const advisers = await listAdvisers(db(), id);
  return adviserOptions(
    advisers,
    places.map(({ placeCode }) => placeCode),
  );
}

/** How many people could be asked now. */
export const countAdvisers = (applicationId: string): Promise<number> =>
  db().person.count({
    where: { ...mayAdvise(applicationId), advice: { none: { applicationId, state: "ASKED" } } },
  });

/** The questions that nobody has answered yet, the earliest due first. */
export const listOpenQuestions = (client: Pick<Tx, "$queryRaw">, applicationId: string): Promise<OpenQuestion[]> =>
  client.$queryRaw`
    SELECT d.id, d."adviserId", p.name AS adviser, d."dueOn", p."endedAt" IS NOT NULL
      OR NOT EXISTS (SELECT FROM "PersonRole" r WHERE r."personId" = p.id AND r.role = 'ADVISER')
      OR EXISTS (SELECT FROM "InterestDeclaration" i
        WHERE i."applicationId" = d."applicationId" AND i."personId" = p.id AND i."isRecused") AS "isKept"
    FROM "Advice" d JOIN "Person" p ON p.id = d."adviserId"
    WHERE d."applicationId" = ${applicationId}::uuid AND d.state = 'ASKED' ORDER BY d."dueOn", d."askedAt", d.id`;

export const listOpenQuestionOptions = async (_actor: MfatActor, applicationId: string): Promise<Option[]> =>
  (await listOpenQuestions(db(), applicationId)).map((one) => ({ value: one.id, label: openQuestionLabel(one) }));

const QUESTION = { id: true, question: true, dueOn: true, draft: true } satisfies Prisma.AdviceSelect;

/** The question the actor has to answer; null if there is none. */
export const findOwnQuestion = ({ personId }: MfatActor, applicationId: string) =>
  db().advice.findFirst({ where: { applicationId, adviserId: personId, state: "ASKED" }, select: QUESTION });

export type AdviceView = Awaited<ReturnType<typeof readAdvice>>[number];

/**
 * What advisers were asked about an application and what they answered, in the order in which they were asked. An adviser
 * reads their own: nobody's advice follows another's. Who only assesses reads none. `earlier`: what was taken back.
 */
export async function readAdvice(actor: MfatActor, { id: applicationId, isOpen }: { id: string; isOpen: boolean }) {
  if (!isOpen) return [];
  const isOwnOnly = !can(actor, "advice:read");
  if (isOwnOnly && !can(actor, "advice:give")) return [];
  const rows = await db().advice.findMany({
    where: { applicationId, application: scopeOf(actor), ...(isOwnOnly && { adviserId: actor.personId }) },
    omit: { draft: true },
    orderBy: [{ askedAt: "asc" }, { id: "asc" }],
  });
  if (!rows.length) return [];
  const [nameOf, recused, taken] = await Promise.all([
    readNamesOfDay(
      db(),
      rows.flatMap(({ adviserId, askedById, endedById }) => [adviserId, askedById, endedById]),
    ),
    db().interestDeclaration.findMany({ where: { applicationId, isRecused: true }, select: { personId: true } }),
    db().auditEvent.findMany({
      where: { applicationId, action: "takeBackAdvice" },
      select: { id: true, data: true },
      orderBy: { id: "asc" },
    }),
  ]);
  const earlier = taken.flatMap(({ data }) => TAKEN_BACK.safeParse(data).data ?? []);
  return rows.map((row) => ({
    ...row,
    isRecused: recused.some(({ personId }) => personId === row.adviserId),
    adviser: nameOf(row.adviserId, row.givenAt ?? row.askedAt),
    askedBy: nameOf(row.askedById, row.askedAt),
    endedBy: row.endedById && row.endedAt && nameOf(row.endedById, row.endedAt),
    earlier: earlier
      .filter(({ advice }) => advice === row.id)
      .map(({ text, givenAt }) => ({ text, givenAt: new Date(givenAt) })),
  }));
}

/** How what the actor was asked stands. */
export const listOwnStates = async ({ personId }: MfatActor, applicationId: string) =>
  (await db().advice.findMany({ where: { applicationId, adviserId: personId }, select: { state: true } })).map(
    ({ state }) => state,
  );

/** What the reader began to write in answer to questions that the desk has withdrawn or passed over. */
export async function listLostAdvice(actor: Actor): Promise<{ reference: string; words: string[] }[]> {
  const rows = await db().advice.findMany({
    where: { adviserId: actor.personId, state: { in: ["WITHDRAWN", "PASSED_OVER"] }, draft: { not: "" } },
    select: { draft: true, application: { select: { reference: true } } },
    orderBy: { id: "desc" },
    take: 50,
  });
  return rows.map(({ draft, application: { reference } }) => ({ reference, words: [draft] }));
}
