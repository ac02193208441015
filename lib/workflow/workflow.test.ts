import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import * as applications from "#lib/applications/commands.ts";
import * as arrangements from "#lib/arrangements/commands.ts";
import { approve } from "#lib/decisions/commands.ts";
import { takeTransition } from "#lib/lifecycle/commands.ts";
import { type Actor, asAgency, asMfat, type Role } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { ALL_STATES } from "#lib/lifecycle/states.ts";
import { findActor } from "#lib/people/queries.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { runSql } from "../../bin/test-server.ts";
import { takeStep } from "./commands.ts";
import { inWords } from "./rules.ts";
import { STEP_KEYS, type StepKey, stepRow } from "./steps.ts";

const database = useTestDatabase("template_demo");

const PEOPLE: Record<Role, string> = {
  CONTRIBUTOR: "contributor@police.example",
  FINANCE: "finance@police.example",
  CERTIFIER: "certifier@police.example",
  DESK: "desk@mfat.example",
  ASSESSOR: "assessor1@mfat.example",
  ADVISER: "suva.post@mfat.example",
  BUDGET: "budget@mfat.example",
  APPROVER: "approver2@mfat.example",
  AUDITOR: "auditor@mfat.example",
  ADMINISTRATOR: "admin@mfat.example",
};
const ROLES = Object.keys(PEOPLE) as Role[];

class Reached extends Error {}
const reach = async () => {
  throw new Reached();
};

async function actorOf(role: Role, agencyId?: string): Promise<Actor> {
  const actor = await findActor(PEOPLE[role]);
  if (!actor) throw new Error(role);
  return actor.side === "AGENCY" && agencyId ? { ...actor, agencyId } : actor;
}

/** The code of a step's refusal; "allowed" where its own work would have started. Nothing is changed. */
async function outcome(actor: Actor, application: { reference: string; revision: number }, action: StepKey) {
  const request = { requestId: randomUUID(), revision: application.revision };
  return takeTransition(actor, request, application.reference, stepRow(action), reach).then(
    () => "allowed",
    (error) => (error instanceof Reached ? "allowed" : error instanceof DomainError ? error.code : String(error)),
  );
}

/** The table's answer for somebody who may see the application, which is not on hold. */
function byTable(role: Role, state: State, action: StepKey): string {
  const mayHere: readonly Role[] | undefined = stepRow(action).from[state];
  if (!Object.values(stepRow(action).from).flat().includes(role)) return "FORBIDDEN";
  if (action === "resume" || !mayHere) return "STATE";
  return mayHere.includes(role) ? "allowed" : "FORBIDDEN";
}

type Subject = { id: string; reference: string; revision: number };

/** Declared: no interest, an interest, or a cleared interest. Null: nothing declared yet. */
async function setDeclared({ personId }: Actor, { id }: Subject, declared: "none" | "recused" | "cleared" | null) {
  await declareNone(personId, { id });
  const where = { applicationId_personId: { applicationId: id, personId } };
  if (declared === null) return ownerDeletes(id, personId);
  if (declared === "none") return;
  const cleared = { clearedById: clearerId, clearedAt: new Date(), clearReason: "Small" };
  const isRecused = declared === "recused";
  await unguarded().interestDeclaration.update({
    where,
    data: { hasInterest: true, isRecused, description: "Kin", ...(!isRecused && cleared) },
  });
}

let clearerId = "";
beforeAll(async () => {
  clearerId = (await findActor("approver1@mfat.example"))?.personId ?? "";
});

/** The application's own user cannot: a declaration is never taken back. */
async function ownerDeletes(applicationId: string, personId: string): Promise<void> {
  const ofOne = `DELETE FROM "InterestDeclaration" WHERE "applicationId" = $1 AND "personId" = $2`;
  await runSql(database.ownerUrl, ofOne, [applicationId, personId]);
}

/** Somebody without a part in the application yet, so that a declaration can be removed again. */
async function isFreeOf({ personId }: Actor, { id }: Subject): Promise<boolean> {
  const where = { applicationId: id, personId };
  const scores = await db().assessmentScore.count({ where: { applicationId: id, assessorId: personId } });
  return scores + (await db().duty.count({ where: { ...where, kind: { not: "ASSESS" } } })) === 0;
}

/** People who only assess or advise see only some of them. */
const exists = async (actor: Actor, { id }: Subject): Promise<boolean> =>
  (await db().application.count({ where: { ...scopeOf(actor), id } })) > 0;

describe("every state, action and role, through the real transaction", () => {
  for (const state of ALL_STATES) {
    test(state, async () => {
      const application = await db().application.findFirstOrThrow({ where: { state, heldAt: null } });
      for (const role of ROLES) await tryAll(application, state, role);
    });
  }
});

async function tryAll(application: Subject & { agencyId: string }, state: State, role: Role): Promise<void> {
  const actor = await actorOf(role, application.agencyId);
  const isHidden = !(await exists(actor, application));
  if (actor.side === "MFAT") await declareNone(actor.personId, application);
  for (const action of STEP_KEYS) {
    const expected = isHidden ? "NOT_FOUND" : byTable(role, state, action);
    expect([role, action, await outcome(actor, application, action)]).toEqual([role, action, expected]);
  }
}

describe("what is open to somebody of MFAT is so after declaring, and not with an interest", () => {
  for (const state of ALL_STATES) {
    test(state, async () => {
      for (const application of await db().application.findMany({ where: { state, heldAt: null }, take: 3 })) {
        for (const role of ROLES) await tryDeclarations(application, state, role);
      }
    });
  }
});

async function tryDeclarations(
  application: Subject & { versionNumber: number },
  state: State,
  role: Role,
): Promise<void> {
  const actor = await actorOf(role);
  const open = STEP_KEYS.filter((action) => byTable(role, state, action) === "allowed");
  if (actor.side !== "MFAT" || open.length === 0 || !(await isFreeOf(actor, application))) return;
  if (!(await exists(actor, application))) return;
  for (const declared of [null, "recused", "cleared", "none"] as const) {
    await setDeclared(actor, application, declared);
    // For a draft that was never submitted, nothing has to be declared.
    const isUndeclared = declared === null && application.versionNumber > 0;
    const expected = isUndeclared || declared === "recused" ? "FORBIDDEN" : "allowed";
    for (const action of open) {
      const seen = await outcome(actor, application, action);
      expect([role, action, declared, seen]).toEqual([role, action, declared, expected]);
    }
  }
}

test("another agency's application is not found, whatever its state and the step", async () => {
  for (const state of ALL_STATES) {
    const application = await db().application.findFirstOrThrow({ where: { state } });
    for (const email of ["contributor@customs.example", "certifier@maritime.example"]) {
      const other = (await findActor(email)) as Extract<Actor, { side: "AGENCY" }>;
      if (other.agencyId === application.agencyId) continue;
      for (const action of STEP_KEYS) {
        expect([state, action, await outcome(other, application, action)]).toEqual([state, action, "NOT_FOUND"]);
      }
    }
  }
});

test("on hold nothing goes on but to resume and to withdraw", async () => {
  const held = await db().application.findFirstOrThrow({ where: { heldAt: { not: null } } });
  const desk = await actorOf("DESK");
  await declareNone(desk.personId, held);
  expect(await outcome(desk, held, "acceptForAssessment")).toBe("STATE");
  expect(await outcome(desk, held, "resume")).toBe("allowed");
  expect(await outcome(await actorOf("CERTIFIER", held.agencyId), held, "withdraw")).toBe("allowed");
});

test("two at once: one acts, the other is told what the first did", async () => {
  const application = await db().application.findFirstOrThrow({ where: { state: "SUBMITTED", heldAt: null } });
  const desk = asMfat(await actorOf("DESK"));
  const { reference, revision } = application;
  await declareNone(desk.personId, application);
  const form = { values: { reason: "Wait" }, isLater: false };
  const put = () => takeStep(desk, { requestId: randomUUID(), revision }, reference, "putOnHold", form);
  const results = await Promise.allSettled([put(), put()]);
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({ code: "CONFLICT", message: expect.stringContaining("put on hold") });
});

test("who comes late is told what the first did, and an agency nothing of what MFAT does inside", async () => {
  const application = await db().application.findFirstOrThrow({ where: { state: "DECISION", heldAt: null } });
  const { reference, revision, agencyId } = application;
  const stale = { requestId: randomUUID(), revision: revision - 1 };
  const late = async (actor: Actor, action: StepKey): Promise<DomainError> =>
    takeTransition(actor, stale, reference, stepRow(action), reach).then(
      () => Promise.reject(new Error("not refused")),
      (error) => inWords(error) as DomainError,
    );
  const inside = await late(await actorOf("APPROVER"), "approve");
  expect([inside.code, inside.message]).toEqual(["CONFLICT", expect.stringContaining(": budget confirmed on")]);
  const agency = await late(await actorOf("CERTIFIER", agencyId), "withdraw");
  expect([agency.code, agency.message]).toEqual([
    "CONFLICT",
    `${reference} has changed since you opened this page. It is now “Being decided”.`,
  ]);
});

test("the same request twice, also at once, acts once and mails once", async () => {
  const application = await db().application.findFirstOrThrow({
    where: { state: "DRAFT", agency: { abbreviation: "Customs" } },
  });
  const contributor = asAgency((await findActor("contributor@customs.example")) as Actor);
  const request = { requestId: randomUUID(), revision: application.revision };
  await Promise.all([1, 2, 3].map(() => applications.discard(contributor, request, application.reference)));
  expect(await db().auditEvent.count({ where: { requestId: request.requestId } })).toBe(1);
  expect(await db().email.count({ where: { applicationId: application.id, to: "psf@mfat.govt.nz" } })).toBe(1);
});

const toldOf = async (applicationId: string, what: string) =>
  (await db().email.findMany({ where: { applicationId, subject: { contains: what } } })).map(({ to }) => to).sort();

test("a draft is discarded: everybody of the agency who took part hears of it, and who may write it", async () => {
  const certifier = asAgency(await actorOf("CERTIFIER"));
  const contributor = asAgency(await actorOf("CONTRIBUTOR"));
  const { agencyId } = contributor;
  const { id, reference, revision } = await db().application.findFirstOrThrow({
    where: { state: "SIGN_OFF", agencyId },
  });
  const person = { side: "AGENCY" as const, agencyId };
  const colleagues = ["writes", "spoke", "idle", "left"].map((name) => ({
    ...person,
    name,
    email: `${name}@police.example`,
  }));
  await unguarded().person.createMany({
    data: [...colleagues, { ...person, name: "may", email: "may@police.example" }],
  });
  const idOf = async (email: string) => (await db().person.findUniqueOrThrow({ where: { email } })).id;
  await unguarded().personRole.create({
    data: { personId: await idOf("may@police.example"), side: "AGENCY", role: "CONTRIBUTOR" },
  });
  await unguarded().applicationSection.updateMany({
    where: { applicationId: id, section: "need" },
    data: { writers: { threat: { by: await idOf("writes@police.example"), at: new Date().toISOString() } } },
  });
  const comment = { applicationId: id, agencyId, text: "What of the baseline?" };
  for (const email of ["spoke@police.example", "left@police.example"])
    await db().comment.create({ data: { ...comment, authorId: await idOf(email), requestId: randomUUID() } });
  await unguarded().person.update({ where: { email: "left@police.example" }, data: { endedAt: new Date() } });

  const back = { requestId: randomUUID(), revision };
  await applications.returnToContributor(certifier, back, reference, { reason: "Not now" });
  await applications.discard(contributor, { requestId: randomUUID(), revision: revision + 1 }, reference);
  expect(await toldOf(id, "discarded")).toEqual([
    ...["certifier", "contributor", "may"].map((name) => `${name}@police.example`),
    "psf@mfat.govt.nz",
    ...["spoke", "writes"].map((name) => `${name}@police.example`),
  ]);
});

test("it is withdrawn: who of MFAT was to act on it hears of it, and nobody who is done", async () => {
  const withdrawn = async (state: State) => {
    const application = await db().application.findFirstOrThrow({
      where: { state, heldAt: null },
      include: {
        assessments: { include: { holder: { include: { person: true } } } },
        advice: { where: { state: "ASKED" }, include: { adviser: true } },
      },
    });
    const { id, reference, revision, agencyId } = application;
    const { email } = await db().person.findFirstOrThrow({
      where: { agencyId, endedAt: null, roles: { some: { role: "CONTRIBUTOR" } } },
    });
    const by = asAgency((await findActor(email)) as Actor);
    await arrangements.withdraw(by, { requestId: randomUUID(), revision }, reference, { reason: "No more needed" });
    const all = [...(await toldOf(id, "withdrawn")), ...(await toldOf(id, "no longer needed"))];
    const told = all.filter((to) => to.endsWith("@mfat.example")).sort();
    return { told, ...application };
  };
  const { told, assessments, advice } = await withdrawn("ASSESSMENT");
  const waiting = assessments.filter(({ status }) => status === "ASSIGNED").map(({ holder }) => holder.person.email);
  expect(waiting).not.toEqual([]);
  expect(told).toEqual([...waiting, ...advice.map(({ adviser }) => adviser.email)].sort());
  expect((await withdrawn("BUDGET_CHECK")).told).toEqual(["budget2@mfat.example", "budget@mfat.example"]);
});

test("who recommended cannot decide, in words and in the database; a delegation has its limit", async () => {
  const application = await db().application.findFirstOrThrow({
    where: { state: "DECISION", recommendedCents: { gt: 15_000_000n } },
    include: { phasing: { where: { kind: "RECOMMENDED" } } },
  });
  const approval = {
    phasing: application.phasing,
    conditions: "Report on each result within three months of the end.",
    reason: null,
  };
  const request = () => ({ requestId: randomUUID(), revision: application.revision });
  const small = asMfat((await findActor("approver1@mfat.example")) as Actor);
  await declareNone(small.personId, application);
  await expect(approve(small, request(), application.reference, approval)).rejects.toMatchObject({ code: "INVALID" });
  const desk = asMfat(await actorOf("DESK"));
  const both = { ...desk, roles: new Set<Role>(["DESK", "APPROVER"]), delegationCents: null };
  await expect(approve(both, request(), application.reference, approval)).rejects.toThrow(
    "You made a recommendation on it",
  );
  const duty = {
    applicationId: application.id,
    personId: desk.personId,
    side: "MFAT" as const,
    kind: "DECIDE" as const,
  };
  await expect(db().duty.create({ data: duty })).rejects.toThrow();
});
