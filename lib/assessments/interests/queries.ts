import { type Option, UUID } from "#lib/form/fields.ts";
import { can, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay } from "#lib/lifecycle/queries.ts";
import { toldApart } from "#lib/lifecycle/rules.ts";
import { ALL_STATES, isEnded } from "#lib/lifecycle/states.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { FILE_PAGE, inPages, ROWS_MAX } from "#lib/platform/lists.ts";
import { type Done, goesBack, lateAssessorWords, lateWords } from "./rules.ts";

const LATER = { orderBy: { notedAt: "asc" } } as const satisfies Prisma.InterestDeclaration$laterArgs;
const DECLARED = {
  later: LATER,
  person: { select: { email: true } },
  application: {
    select: {
      reference: true,
      title: true,
      marking: true,
      state: true,
      agency: { select: { name: true, abbreviation: true } },
    },
  },
} satisfies Prisma.InterestDeclarationInclude;

type Declared = Prisma.InterestDeclarationGetPayload<{ include: typeof DECLARED }>;

type Later = Declared["later"][number] & { clearedBy: string | null; notedBy: string | null };
/** `by`: who declared it. */
export type DeclaredInterest = Omit<Declared, "later"> & { by: string; clearedBy: string | null; later: Later[] };

async function withNames(rows: readonly Declared[], client: Pick<Tx, "$queryRaw"> = db()): Promise<DeclaredInterest[]> {
  const nameOf = await readNamesOfDay(
    client,
    rows.flatMap(({ personId, clearedById, later }) => [
      ...[personId, clearedById],
      ...later.flatMap((one) => [one.clearedById, one.notedById]),
    ]),
  );
  const clearedBy = ({ clearedById, clearedAt }: { clearedById: string | null; clearedAt: Date | null }) =>
    clearedById && clearedAt && nameOf(clearedById, clearedAt);
  return rows.map((row) => ({
    ...row,
    by: nameOf(row.personId, row.declaredAt),
    clearedBy: clearedBy(row),
    later: row.later.map((one) => ({
      ...one,
      clearedBy: clearedBy(one),
      notedBy: one.notedById && nameOf(one.notedById, one.notedAt),
    })),
  }));
}

/** How many people are recused from applications that go on: an administrator may clear what does not stand in the way. */
export function countRecused(actor: MfatActor): Promise<number> {
  permit(actor, "interest:clear");
  return db().interestDeclaration.count({
    where: { isRecused: true, application: { state: { notIn: ALL_STATES.filter(isEnded) } } },
  });
}

/** Whose complete assessments the desk has to decide about: they learned of an interest afterwards. By name. */
export async function listUndecided(client: Pick<Tx, "person">, applicationId: string): Promise<Option[]> {
  const people = await client.person.findMany({
    where: {
      duties: { some: { applicationId, assessments: { some: { status: "COMPLETE" } } } },
      declarations: { some: { applicationId, later: { some: { clearedAt: null, keptAt: null } } } },
    },
    select: { id: true, name: true, email: true },
    orderBy: { name: "asc" },
  });
  return toldApart(people).map(({ id, name }) => ({ value: id, label: name }));
}

type Acted = { id: string; state: State };

/** What the recommendation, its budget check and its decision that stand were made by: people who are recused now. */
export async function listLateOfficers(
  client: Pick<Tx, "recommendation" | "person">,
  { id: applicationId, state }: Acted,
): Promise<{ personId: string; sentence: string; steps: readonly string[] }[]> {
  if (!goesBack(state)) return [];
  const made = await client.recommendation.findFirst({
    where: { applicationId, returnedAt: null },
    include: {
      budgetChecks: { where: { isConfirmed: true } },
      decisions: { orderBy: [{ decidedAt: "desc" }, { id: "desc" }], take: 1 },
    },
    orderBy: { recommendedAt: "desc" },
  });
  if (!made) return [];
  const [decision] = made.decisions.filter(({ outcome }) => outcome !== "REOPENED");
  const done: [Done, string | null | undefined][] = [
    ["recommendation", made.recommendedById],
    ...made.budgetChecks.map(({ checkedById }): [Done, string] => ["budget check", checkedById]),
    ["decision", decision?.decidedById],
    ["decision", decision?.forId],
  ];
  const late = await client.person.findMany({
    where: {
      id: { in: done.flatMap(([, personId]) => personId ?? []) },
      declarations: { some: { applicationId, isRecused: true, later: { some: { clearedAt: null } } } },
    },
    select: { id: true, name: true },
  });
  return done.flatMap(([what, personId]) => {
    const person = late.find(({ id }) => id === personId);
    const words = person && lateWords(state, what, person.name);
    return words ? [{ personId: person.id, ...words }] : [];
  });
}

/** The same for who reads an application at MFAT; and before a recommendation, whose assessment the desk has to decide about. */
export async function readLateOfficers(
  actor: MfatActor,
  application: Acted,
): Promise<{ sentence: string; steps: readonly string[] }[]> {
  if (!can(actor, "assessment:read")) return [];
  if (application.state !== "ASSESSMENT" && application.state !== "MODERATION")
    return listLateOfficers(db(), application);
  return (await listUndecided(db(), application.id)).map(({ label }) => lateAssessorWords(label));
}

/** What keeps the actor from a step that somebody else asked for in an application; null: nothing. */
export async function readOwnStanding(
  actor: MfatActor,
  applicationId: string,
): Promise<"undeclared" | "recused" | null> {
  const declared = await readOwnDeclaration(actor, applicationId);
  return declared ? (declared.isRecused ? "recused" : null) : "undeclared";
}

/** The actor's own declaration in an application; null: not declared yet. */
export const readOwnDeclaration = (actor: MfatActor, applicationId: string) =>
  db().interestDeclaration.findUnique({
    where: { applicationId_personId: { applicationId, personId: actor.personId } },
    include: { later: LATER },
  });

/** What everybody declared in an application, in the order in which they did. An adviser reads their own alone. */
export const listInterestsOf = async (actor: MfatActor, applicationId: string): Promise<DeclaredInterest[]> =>
  withNames(
    await db().interestDeclaration.findMany({
      where: { applicationId, ...(!can(actor, "assessment:read") && { personId: actor.personId }) },
      include: DECLARED,
      orderBy: { declaredAt: "asc" },
    }),
  );

export type InterestFilter = { isRecused?: boolean; before?: string };

const PAGE = 50;
const interestsWhere = ({ isRecused }: InterestFilter) => (isRecused ? { isRecused } : {});
const NEWEST_DECLARED = [
  { declaredAt: "desc" },
  { applicationId: "desc" },
  { personId: "desc" },
] satisfies Prisma.InterestDeclarationOrderByWithRelationInput[];

/** The register of all declarations, the newest first, a page at a time. `before`: what `next` of the page before was. */
export async function listInterests(
  actor: MfatActor,
  filter: InterestFilter = {},
): Promise<{ rows: DeclaredInterest[]; next: string | null; count: number }> {
  permit(actor, "interest:read");
  const count = db().interestDeclaration.count({ where: interestsWhere(filter), take: ROWS_MAX + 1 });
  const [page, all] = await Promise.all([readPage(db(), filter, PAGE), count]);
  return { ...page, count: all };
}

async function readPage(tx: Pick<Tx, "interestDeclaration" | "$queryRaw">, filter: InterestFilter, size: number) {
  const [at = "", applicationId = "", personId = ""] = filter.before?.split("_") ?? [];
  const declaredAt = new Date(at);
  const isCursor = !Number.isNaN(declaredAt.getTime()) && UUID.test(applicationId) && UUID.test(personId);
  const found = await tx.interestDeclaration.findMany({
    where: {
      ...interestsWhere(filter),
      ...(isCursor && {
        declaredAt: { lte: declaredAt },
        OR: [
          { declaredAt: { lt: declaredAt } },
          { declaredAt, applicationId: { lt: applicationId } },
          { declaredAt, applicationId, personId: { lt: personId } },
        ],
      }),
    },
    include: DECLARED,
    orderBy: NEWEST_DECLARED,
    take: size + 1,
  });
  const rows = await withNames(found.slice(0, size), tx);
  const last = found.length > size ? rows.at(-1) : undefined;
  const next = last ? `${last.declaredAt.toISOString()}_${last.applicationId}_${last.personId}` : null;
  return { rows, next };
}

/** The whole register, page by page, for a file. */
export function eachInterest(tx: Tx, actor: MfatActor, filter: InterestFilter) {
  permit(actor, "interest:read");
  return inPages<DeclaredInterest, string>((before) =>
    readPage(tx, { ...filter, ...(before && { before }) }, FILE_PAGE),
  );
}

/** What somebody declared, for who may clear it or note an interest. @throws NOT_FOUND, FORBIDDEN */
export async function getInterest(actor: MfatActor, reference: string, personId: string): Promise<DeclaredInterest> {
  permit(actor, "interest:read");
  const found =
    UUID.test(personId) &&
    (await db().interestDeclaration.findFirst({
      where: { personId, application: { reference } },
      include: DECLARED,
    }));
  const [interest] = found ? await withNames([found]) : [];
  if (!interest) throw notFound();
  return interest;
}
