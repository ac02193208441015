import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as applications from "../applications/commands.ts";
import type { State } from "../db/generated/enums.ts";
import { db } from "../db.ts";
import { approve } from "../decisions/commands.ts";
import { DomainError } from "../errors.ts";
import { findActor } from "../people/queries.ts";
import { type Actor, asAgency, asMfat, type Role } from "../permissions.ts";
import { useTestDatabase } from "../test-database.ts";
import { takeTransition } from "./commands.ts";
import { ACTIONS, type Action, ALL_STATES, transition } from "./workflow.ts";

useTestDatabase("template_demo");

const PEOPLE: Record<Role, string> = {
  CONTRIBUTOR: "contributor@police.example",
  CERTIFIER: "certifier@police.example",
  DESK: "desk@mfat.example",
  ASSESSOR: "assessor1@mfat.example",
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

/** The code of a step's refusal; "allowed" where its own work would have begun. Nothing is changed. */
async function outcome(actor: Actor, application: { reference: string; revision: number }, action: Action) {
  const request = { requestId: randomUUID(), revision: application.revision };
  return takeTransition(actor, request, application.reference, action, reach).then(
    () => "allowed",
    (error) => (error instanceof Reached ? "allowed" : error instanceof DomainError ? error.code : String(error)),
  );
}

/** What the table says of somebody who may see the application, which is not on hold. */
function byTable(role: Role, state: State, action: Action): string {
  const mayHere: readonly Role[] | undefined = transition(action).from[state];
  if (!Object.values(transition(action).from).flat().includes(role)) return "FORBIDDEN";
  if (action === "resume" || !mayHere) return "STATE";
  return mayHere.includes(role) ? "allowed" : "FORBIDDEN";
}

describe("every state, action and role, through the real transaction", () => {
  for (const state of ALL_STATES) {
    test(state, async () => {
      const application = await db().application.findFirstOrThrow({ where: { state, heldAt: null } });
      for (const role of ROLES) {
        const actor = await actorOf(role, application.agencyId);
        const isAssigned = await db().assessment.count({
          where: { applicationId: application.id, assessorId: actor.personId },
        });
        for (const action of ACTIONS) {
          const expected = role === "ASSESSOR" && !isAssigned ? "NOT_FOUND" : byTable(role, state, action);
          expect([role, action, await outcome(actor, application, action)]).toEqual([role, action, expected]);
        }
      }
    }, 60_000);
  }
});

test("another agency's application is not found, whatever the step", async () => {
  const application = await db().application.findFirstOrThrow({
    where: { state: "ACTIVE", agency: { abbreviation: "NZ Police" } },
  });
  const other = await findActor("contributor@customs.example");
  for (const action of ACTIONS) expect(await outcome(other as Actor, application, action)).toBe("NOT_FOUND");
});

test("on hold nothing goes on but to resume and to withdraw", async () => {
  const held = await db().application.findFirstOrThrow({ where: { heldAt: { not: null } } });
  const desk = await actorOf("DESK");
  expect(await outcome(desk, held, "acceptForAssessment")).toBe("STATE");
  expect(await outcome(desk, held, "resume")).toBe("allowed");
  expect(await outcome(await actorOf("CERTIFIER", held.agencyId), held, "withdraw")).toBe("allowed");
});

test("two at once: one acts, the other is told what the first did", async () => {
  const application = await db().application.findFirstOrThrow({ where: { state: "SUBMITTED", heldAt: null } });
  const desk = asMfat(await actorOf("DESK"));
  const { reference, revision } = application;
  const put = () => applications.putOnHold(desk, { requestId: randomUUID(), revision }, reference, { reason: "Wait" });
  const results = await Promise.allSettled([put(), put()]);
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  expect(refused).toHaveLength(1);
  expect(refused[0]).toMatchObject({ code: "CONFLICT", message: expect.stringContaining("put on hold") });
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
  await expect(approve(small, request(), application.reference, approval)).rejects.toMatchObject({ code: "FORBIDDEN" });
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

test("every state of the life is reached by a step or begins it", () => {
  const reached = new Set<State>([
    "DRAFT",
    ...ACTIONS.flatMap((action) => {
      const { to } = transition(action);
      return to === "stays" || to === "back" ? [] : [to];
    }),
  ]);
  expect(ALL_STATES.filter((state) => !reached.has(state))).toEqual([]);
});
