// What changes in the random walk of people (lib/workflow/people.test.ts): each turn by its name.
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { changeAgency } from "#lib/agencies/commands.ts";
import { agencyValues } from "#lib/agencies/schema.ts";
import { listOpenAssessments } from "#lib/assessments/handover/queries.ts";
import { dayInputs, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { changeCriteria, changeRound } from "#lib/fund/commands.ts";
import { roundValues } from "#lib/fund/rules.ts";
import { ROUND_FIELDS } from "#lib/fund/schema.ts";
import { AGENCY_ROLES, asMfat, MFAT_ROLES, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import type { Revised } from "#lib/lifecycle/settings/rules.ts";
import { ALL_STATES } from "#lib/lifecycle/states.ts";
import { changeAddress } from "#lib/people/addresses/commands.ts";
import { restoreAccount } from "#lib/people/commands.ts";
import { ACTOR, findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import { declareNone } from "#lib/testing/database.ts";
import { diceOf } from "#lib/testing/random.ts";
import { asShown } from "#lib/testing/settings.ts";
import { changePerson, endAccount, movePerson } from "#lib/work/leaving/commands.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { type StepKey, stepRow } from "#lib/workflow/steps.ts";
import { seed } from "../../bin/test-server.ts";

export const dice = diceOf(seed());
export const oneOf = <T>(all: readonly T[]): T => all[dice(all.length)] ?? expect.fail("nothing to choose from");
export const mfat = async (email: string): Promise<MfatActor> => asMfat((await findActor(email)) ?? expect.fail(email));

/** The people who act in the walk are not changed, so that it can go on. */
const ACTING = ["admin@mfat.example", "admin2@mfat.example", "desk@mfat.example"];
export const persons = () =>
  db().person.findMany({ where: { email: { notIn: ACTING } }, include: ACTOR, orderBy: { id: "asc" } });

type Turn = { admin: MfatActor; desk: MfatActor; form: Revised; person: Awaited<ReturnType<typeof persons>>[number] };

/** Somebody’s page as it was at some point. */
export type Page = Pick<Turn, "person" | "form">;

/** What a turn grants on purpose: roles that nobody lost, and that may exist afterwards. */
export type Given = { id: string; roles: readonly Role[] } | null;

export const TURNS_OF: Record<string, (turn: Turn) => Promise<Given>> = {
  roles: async ({ admin, form, person }) => {
    const roles = (person.side === "MFAT" ? MFAT_ROLES : AGENCY_ROLES).filter((role) => role !== "AUDITOR" && !dice(3));
    await changePerson(admin, form, person.id, {
      name: `${person.name.replace(/ \d+$/, "")} ${dice(90)}`,
      roles,
      roleSeen: "yes",
      roleOfficer: (await mfat("desk@mfat.example")).personId,
      roleReason: "Moves on",
      ...(await successors(person.id, "roleAssessor")),
    });
    return { id: person.id, roles };
  },
  ends: async ({ admin, form, person }) => {
    const to = { accountOfficer: (await mfat("desk@mfat.example")).personId, accountReason: "Left" };
    await endAccount(admin, form, person.id, { ...to, ...(await successors(person.id, "accountAssessor")) });
    return null;
  },
  /** Somebody with an open assessment loses the role, and somebody else assesses instead. */
  handsOver: async ({ admin, desk }) => {
    const find = async () => {
      for (const { assessorId } of await db().assessment.findMany({
        where: { status: "ASSIGNED", application: { state: "ASSESSMENT" }, holder: { person: { endedAt: null } } },
        distinct: ["assessorId"],
        orderBy: { assessorId: "asc" },
      })) {
        const open = await listOpenAssessments(db(), assessorId);
        const held = (await rolesNow()).get(assessorId);
        if (held?.has("ASSESSOR") && open.some(({ successors: of }) => of.length)) return { assessorId, held };
      }
      return null;
    };
    if (!(await find())) await takeOne(desk, ["assignAssessors"]);
    const found = await find();
    if (!found) throw new DomainError("STATE", "Nobody can take over now.");
    const { assessorId: id, held } = found;
    const { name } = await db().person.findUniqueOrThrow({ where: { id } });
    const chosen = await successors(id, "roleAssessor", true);
    const others: Role[] = [...held].filter((role) => role !== "ASSESSOR");
    const roles: Role[] = others.length ? others : ["BUDGET"];
    const officer = { roleOfficer: desk.personId, roleReason: "Moves on" };
    await changePerson(admin, await asShown(id), id, { name, roles, roleSeen: "yes", ...officer, ...chosen });
    const open = await db().assessment.findMany({ where: { assessorId: id, status: "ASSIGNED" } });
    expect(open.filter(({ applicationId }) => chosen[`roleAssessor-${applicationId}`])).toEqual([]);
    return { id, roles };
  },
  restores: async ({ admin, form, person }) => {
    await restoreAccount(admin, form, person.id);
    return { id: person.id, roles: person.roles.map(({ role }) => role) };
  },
  address: async ({ admin, form, person }) => {
    await changeAddress(admin, form, person.id, { email: person.email.replace(/\d*@/, `${dice(9_000)}@`) });
    return null;
  },
  moves: async ({ admin, form, person }) => {
    const agency = oneOf(await db().agency.findMany({ where: { emailDomains: { isEmpty: false } } }));
    const email = `moved${dice(90_000)}@${agency.emailDomains[0]}`;
    const values = { agency: agency.id, newEmail: email, newRoles: ["CONTRIBUTOR"], roleSeen: "yes" };
    await movePerson(admin, form, person.id, values);
    return { id: person.id, roles: ["CONTRIBUTOR"] };
  },
  agency: async ({ desk }) => {
    const agency = oneOf(await db().agency.findMany());
    const isActive = dice(4) ? ("yes" as const) : ("no" as const);
    const values = { ...agencyValues(agency), name: `${agency.name.replace(/ \d+$/, "")} ${dice(90)}`, isActive };
    await changeAgency(desk, await asShown(agency.id), agency.id, values as Parameters<typeof changeAgency>[3]);
    return null;
  },
  assigns: ({ desk }) => takeOne(desk, ["assignAssessors"]),
  unassigns: ({ desk }) => takeOne(desk, ["unassignAssessor"]),
  holds: ({ desk }) => takeOne(desk, ["putOnHold"]),
  step: ({ desk }) => takeOne(desk, ["startModeration", "withdrawQuestion"]),
  closing: async ({ desk }) => {
    const round = await someRound({ publishedAt: { not: null }, closesAt: { not: null }, applications: { some: {} } });
    const days = oneOf([-3, -1, 1, 5, 30]);
    const closesOn = dayInputs("closesOn", addDays(dayOf(round.closesAt ?? now()), days));
    return saveRound(desk, round, { ...roundValues(round), ...closesOn });
  },
  minimum: async ({ desk }) => {
    const round = await someRound({ applications: { some: { state: "ASSESSMENT" } } });
    return saveRound(desk, round, { ...roundValues(round), minimumAssessments: String(1 + dice(4)) });
  },
  criteria: async ({ desk }) => {
    const round = await someRound({ applications: { some: { state: "ASSESSMENT" } } });
    const { id: roundId, criteriaVersion: version, revision } = round;
    const kept = await db().criterion.findMany({ where: { roundId, version }, orderBy: { position: "asc" } });
    const [first, second] = kept;
    if (!first || !second) throw new DomainError("STATE", "There are too few.");
    const both = first.weight + second.weight;
    const weight = 1 + dice(both - 1);
    const weights = new Map([
      [first.id, weight],
      [second.id, both - weight],
    ]);
    const changed = kept.map((one) => ({ ...one, weight: weights.get(one.id) ?? one.weight }));
    const criteria = changed.map(({ name, weight, anchors, sections }) => ({ name, weight, anchors, sections }));
    await changeCriteria(desk, { requestId: randomUUID(), revision }, roundId, criteria, "Because of the walk");
    return null;
  },
  scoresAgain: ({ desk }) => takeOne(desk, ["askToScoreAgain"]),
  deadline: ({ desk }) => takeOne(desk, ["moveLastDay", "moveDueDate"]),
};
/** Turns that do not concern a person’s page. */
export const OF_NOBODY = [
  ...["handsOver", "agency", "assigns", "unassigns", "holds", "step"],
  ...["closing", "minimum", "criteria", "scoresAgain", "deadline"],
];
/** Whether moderation can start, or a question is open, is random; the others have to be seen. */
export const BY_CHANCE = ["step"];

/** Who may assess each application instead of somebody, or nobody; of a form under that name. `always`: whoever may. */
async function successors(id: string, name: string, always = false): Promise<Record<string, string>> {
  const open = await listOpenAssessments(db(), id);
  return Object.fromEntries(
    open.map(({ applicationId, successors: of }) => [
      `${name}-${applicationId}`,
      of.length && (always || dice(2)) ? oneOf(of).id : "",
    ]),
  );
}

const someRound = async (where: Prisma.RoundWhereInput) => {
  const found = await db().round.findMany({ where, orderBy: { id: "asc" } });
  if (!found.length) throw new DomainError("STATE", "There is none now.");
  return oneOf(found);
};

/** Saves a round; on a page that is out of date it is refused, and nothing comes back. */
async function saveRound(desk: MfatActor, round: Awaited<ReturnType<typeof someRound>>, values: Values): Promise<null> {
  const parsed = parseFields(ROUND_FIELDS, values);
  if (parsed.errors) throw invalid(parsed.errors);
  const save = (revision: number) =>
    changeRound(desk, { requestId: randomUUID(), revision }, round.id, parsed.data, true);
  await save(round.revision);
  await expect(save(round.revision)).rejects.toMatchObject({ code: "CONFLICT" });
  return null;
}

/** Where one of these steps may be taken. */
const statesOf = (steps: readonly StepKey[]): State[] =>
  steps
    .flatMap((step) => ALL_STATES.filter((state) => stepRow(step).from[state]?.includes("DESK")))
    .filter((state) => {
      const isUnderReview = state === "ASSESSMENT" || state === "MODERATION";
      return isUnderReview || !steps.includes("putOnHold");
    });

/** One of these steps of an application in a state that has them; one that is on hold is resumed. */
async function takeOne(desk: MfatActor, steps: readonly StepKey[]): Promise<null> {
  const isAside = !steps.includes("putOnHold");
  const rows = await db().application.findMany({
    include: { round: { select: { criteriaVersion: true } } },
    where: {
      state: { in: statesOf(steps) },
      ...(isAside && { heldAt: null }),
      ...(steps.includes("unassignAssessor") && {
        state: "ASSESSMENT" as const,
        assessments: { some: { status: "ASSIGNED" } },
      }),
    },
  });
  const found = rows.filter(
    ({ criteriaVersion, round }) =>
      !steps.includes("askToScoreAgain") || (criteriaVersion !== null && criteriaVersion !== round.criteriaVersion),
  );
  if (!found.length) throw new DomainError("STATE", "There is none now.");
  const { id, reference, revision, heldAt, state } = oneOf(found);
  await declareNone(desk.personId, { id });
  const values = { ...(await stepValues(id)), reason: "Because of the walk" };
  const step = heldAt ? "resume" : oneOf(steps.filter((one) => stepRow(one).from[state]));
  await takeStep(desk, { requestId: randomUUID(), revision }, reference, step, { values, isLater: false });
  return null;
}

/** What the forms of these steps ask for. */
async function stepValues(applicationId: string) {
  const assessors = await db().personRole.findMany({ where: { role: "ASSESSOR", person: { endedAt: null } } });
  const assigned = await db().assessment.findMany({ where: { applicationId, status: "ASSIGNED" } });
  const question = await db().advice.findFirst({ where: { applicationId, state: "ASKED" } });
  const offer = await db().offer.findFirst({ where: { applicationId, outcome: null } });
  const { changesDueAt } = await db().application.findUniqueOrThrow({ where: { id: applicationId } });
  const day = addDays(dayOf(offer?.dueAt ?? changesDueAt ?? now()), 1 + dice(20));
  return {
    assessors: assessors.filter((_one, index) => index === 0 || dice(2)).map(({ personId }) => personId),
    assessor: assigned[0]?.assessorId ?? "",
    question: question?.id ?? "",
    ...dayInputs("dueOn", day),
  };
}

export const rolesNow = async (): Promise<Map<string, Set<Role>>> => {
  const rows = await db().personRole.findMany({ where: { person: { endedAt: null } } });
  return new Map(
    [...Map.groupBy(rows, ({ personId }) => personId)].map(([id, held]) => [id, new Set(held.map(({ role }) => role))]),
  );
};
