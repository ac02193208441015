// A random walk in which people, roles, addresses and agencies change between any two steps.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { changeAgency } from "#lib/agencies/commands.ts";
import { agencyValues } from "#lib/agencies/schema.ts";
import { AGENCY_ROLES, asMfat, MFAT_ROLES, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import type { Revised } from "#lib/lifecycle/settings/rules.ts";
import { waits } from "#lib/lifecycle/waits/rows/queries.ts";
import { changeAddress } from "#lib/people/addresses/commands.ts";
import { restoreAccount } from "#lib/people/commands.ts";
import { ACTOR, findActor, toActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { getCopy } from "#lib/records/queries.ts";
import { applicationPaper } from "#lib/records/rules.ts";
import { declareNone, useTestDatabase } from "#lib/testing/database.ts";
import { Balance, diceOf } from "#lib/testing/random.ts";
import { asShown } from "#lib/testing/settings.ts";
import { changePerson, endAccount, movePerson } from "#lib/work/leaving/commands.ts";
import { seed } from "../../bin/test-server.ts";
import { takeStep } from "./commands.ts";
import type { StepKey } from "./steps.ts";

useTestDatabase("template_demo");

const TURNS = 63;
const dice = diceOf(seed());
const oneOf = <T>(all: readonly T[]): T => all[dice(all.length)] ?? expect.fail("nothing to choose from");
const mfat = async (email: string): Promise<MfatActor> => asMfat((await findActor(email)) ?? expect.fail(email));

/** The people who act in the walk are not changed, so that it can go on. */
const ACTING = ["admin@mfat.example", "admin2@mfat.example", "desk@mfat.example"];
const persons = () =>
  db().person.findMany({ where: { email: { notIn: ACTING } }, include: ACTOR, orderBy: { id: "asc" } });

type Turn = { admin: MfatActor; desk: MfatActor; form: Revised; person: Awaited<ReturnType<typeof persons>>[number] };

/** Somebody’s page as it was at some point. */
type Page = Pick<Turn, "person" | "form">;

/** What a turn grants on purpose: roles that nobody lost, and that may exist afterwards. */
type Given = { id: string; roles: readonly Role[] } | null;

const TURNS_OF: Record<string, (turn: Turn) => Promise<Given>> = {
  roles: async ({ admin, form, person }) => {
    const roles = (person.side === "MFAT" ? MFAT_ROLES : AGENCY_ROLES).filter((role) => role !== "AUDITOR" && !dice(3));
    await changePerson(admin, form, person.id, {
      name: `${person.name.replace(/ \d+$/, "")} ${dice(90)}`,
      roles,
      roleSeen: "yes",
      roleOfficer: (await mfat("desk@mfat.example")).personId,
      roleReason: "Moves on",
    });
    return { id: person.id, roles };
  },
  ends: async ({ admin, form, person }) => {
    const to = { accountOfficer: (await mfat("desk@mfat.example")).personId, accountReason: "Left" };
    await endAccount(admin, form, person.id, to);
    return null;
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
};
/** Turns that do not concern a person’s page. */
const OF_NOBODY = ["agency", "assigns", "unassigns", "holds", "step"];

/** One of these steps of an application that is being assessed; one that is on hold is resumed. */
async function takeOne(desk: MfatActor, steps: readonly StepKey[]): Promise<null> {
  const isAside = !steps.includes("putOnHold");
  const found = await db().application.findMany({
    where: {
      state: { in: steps.includes("assignAssessors") ? ["ASSESSMENT"] : ["ASSESSMENT", "MODERATION"] },
      ...(isAside && { heldAt: null }),
      ...(steps.includes("unassignAssessor") && {
        state: "ASSESSMENT" as const,
        assessments: { some: { status: "ASSIGNED" } },
      }),
    },
  });
  if (!found.length) throw new DomainError("STATE", "There is none now.");
  const { id, reference, revision, heldAt } = oneOf(found);
  await declareNone(desk.personId, { id });
  const values = { ...(await stepValues(id)), reason: "Because of the walk" };
  const step = heldAt ? "resume" : oneOf(steps);
  await takeStep(desk, { requestId: randomUUID(), revision }, reference, step, { values, isLater: false });
  return null;
}

/** What the forms of these steps ask for. */
async function stepValues(applicationId: string) {
  const assessors = await db().personRole.findMany({ where: { role: "ASSESSOR", person: { endedAt: null } } });
  const assigned = await db().assessment.findMany({ where: { applicationId, status: "ASSIGNED" } });
  const question = await db().advice.findFirst({ where: { applicationId, state: "ASKED" } });
  const day = new Date(now().getTime() + (1 + dice(20)) * 86_400_000);
  return {
    assessors: assessors.filter((_one, index) => index === 0 || dice(2)).map(({ personId }) => personId),
    assessor: assigned[0]?.assessorId ?? "",
    question: question?.id ?? "",
    "dueOn-day": String(day.getUTCDate()),
    "dueOn-month": String(day.getUTCMonth() + 1),
    "dueOn-year": String(day.getUTCFullYear()),
  };
}

const rolesNow = async (): Promise<Map<string, Set<Role>>> => {
  const rows = await db().personRole.findMany({ where: { person: { endedAt: null } } });
  return new Map(
    [...Map.groupBy(rows, ({ personId }) => personId)].map(([id, held]) => [id, new Set(held.map(({ role }) => role))]),
  );
};

/** Everybody who is waited on by name has the role, and whatever waits on an assessor or an adviser names them. */
async function nobodyWaitsOnNobody(): Promise<void> {
  const rows = await db().$queryRaw<{ id: string; role: Role; personId: string | null }[]>`
    SELECT w.id, w.role, w."personId" FROM (${waits()}) w WHERE w.role IN ('ASSESSOR', 'ADVISER')`;
  const held = await rolesNow();
  for (const { id, role, personId } of rows)
    expect([id, personId && held.get(personId)?.has(role)]).toEqual([id, true]);
  const stuck = await db().application.findMany({
    where: {
      state: "ASSESSMENT",
      id: { notIn: (await db().$queryRaw<{ id: string }[]>`SELECT id FROM (${waits()}) w`).map(({ id }) => id) },
    },
    select: { reference: true },
  });
  expect(stuck).toEqual([]);
}

/** Each mail since an id that links somebody to an application links to one that they can open. */
async function noMailLeadsNowhere(since: string): Promise<void> {
  for (const { to, subject, text } of await db().email.findMany({ where: { id: { gt: since } } })) {
    const reference = /\/applications\/(PSF-\d{4}-\d+)/.exec(text)?.[1];
    const person = reference && (await db().person.findFirst({ where: { email: to, endedAt: null }, include: ACTOR }));
    if (!person) continue;
    const count = await db().application.count({ where: { AND: [scopeOf(toActor(person)), { reference }] } });
    expect([to, subject, count]).toEqual([to, subject, 1]);
  }
}

/**
 * One random turn, in every fourth case on an older page; returns what it granted on purpose, null where it was
 * refused.
 */
async function takeTurn(name: string, pages: readonly Page[]): Promise<{ given: Given } | null> {
  const stale = dice(4) === 0 ? oneOf(pages) : null;
  // Few people have left, and only people at agencies move.
  const all = await persons();
  const fitting = all.filter(({ endedAt, side }) =>
    name === "restores" ? endedAt : !endedAt && (name !== "moves" || side === "AGENCY"),
  );
  const person = stale?.person ?? oneOf(fitting.length ? fitting : all);
  const current = await asShown(person.id);
  const form = stale ? { ...stale.form, requestId: randomUUID() } : current;
  const [admin, desk] = [await mfat("admin@mfat.example"), await mfat("desk@mfat.example")];
  try {
    const given = (await TURNS_OF[name]?.({ admin, desk, form, person })) ?? null;
    if (!OF_NOBODY.includes(name)) expect([name, form.revision]).toEqual([name, current.revision]);
    return { given };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return null;
  }
}

/** Nobody has a role that they did not have before, except those granted on purpose. */
async function noRightCameBack(before: Map<string, Set<Role>>, given: Given): Promise<void> {
  for (const [id, roles] of await rolesNow()) {
    const came = [...roles].filter((role) => !before.get(id)?.has(role));
    expect([id, came.filter((role) => given?.id !== id || !given.roles.includes(role))]).toEqual([id, []]);
  }
}

test("whoever comes, goes, moves or is renamed: nothing waits on nobody, no mail leads nowhere, no right comes back, and what was certified reads as on its day", async () => {
  const desk = await mfat("desk@mfat.example");
  const certified = await db().application.findMany({
    where: { state: "ACTIVE" },
    orderBy: { reference: "asc" },
    take: 3,
  });
  for (const { id } of certified) await declareNone(desk.personId, { id });
  const copyOf = async ({ reference }: { reference: string }) => {
    const [facts, ...sections] = applicationPaper(await getCopy(desk, reference), "MFAT", new Date(0)).sections;
    return JSON.stringify([facts?.items.filter((item) => /Agency|Certif/.test(JSON.stringify(item))), sections]);
  };
  const read = () => Promise.all(certified.map(copyOf));
  const versionsOf = () => db().applicationVersion.findMany({ orderBy: [{ applicationId: "asc" }, { number: "asc" }] });
  const [asOnTheirDay, versions] = [await read(), await versionsOf()];
  const [names, balance] = [Object.keys(TURNS_OF), new Balance<string>()];
  const pages: Page[] = [];
  for (const person of await persons()) pages.push({ person, form: await asShown(person.id) });
  for (let turn = 0; turn < TURNS; turn++) {
    const name = balance.next(names, dice(1_000));
    const before = await rolesNow();
    const since = (await db().email.findFirstOrThrow({ orderBy: { id: "desc" } })).id;
    const taken = await takeTurn(name, pages);
    if (taken) balance.took(name);
    await noRightCameBack(before, taken?.given ?? null);
    await nobodyWaitsOnNobody();
    await noMailLeadsNowhere(since);
  }
  // Whether moderation can start, or a question is open, is random.
  expect(balance.missing(names.filter((name) => name !== "step"))).toEqual([]);
  expect(await read()).toEqual(asOnTheirDay);
  expect(await versionsOf()).toEqual(versions);
}, 60_000);
