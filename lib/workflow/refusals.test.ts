// Each step's own command refuses what the table of steps does not allow.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { type Actor, AGENCY_ROLES, type Role } from "#lib/lifecycle/permissions.ts";
import { ALL_STATES } from "#lib/lifecycle/states.ts";
import { findActor } from "#lib/people/queries.ts";
import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { useCast, who } from "#lib/testing/cast.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { type Dice, TAKE, tried, well } from "#lib/testing/steps.ts";
import { dutySteps, STEP_KEYS, type StepKey, stepRow } from "./steps.ts";

useTestDatabase("template_demo");
useCast();

/**
 * The table's refusal for somebody who has declared their interests and may see the application; null where it has
 * none.
 */
function refusalOf(actor: Actor, state: State, action: StepKey): "FORBIDDEN" | "STATE" | null {
  const { from } = stepRow(action);
  const mayHere: readonly Role[] | undefined = from[state];
  if (!Object.values(from).some((roles) => roles.some((role) => actor.roles.has(role)))) return "FORBIDDEN";
  if (action === "resume" || !mayHere) return "STATE";
  return mayHere.some((role) => actor.roles.has(role)) ? null : "FORBIDDEN";
}

const AGENCYS = ["contributor", "finance", "certifier"] as const;
const BY_ROLE = [...AGENCYS, "desk", "assessor1", "budget", "approver2", "auditor", "admin"] as const;
const isAgencys = (name: string): boolean => AGENCYS.some((one) => one === name);

/**
 * Tries every command on that person's own application, on another agency's, or on one that is not assigned to them.
 * Returns whether there is such an application.
 */
async function tryRefusals(state: State, name: (typeof BY_ROLE)[number], isOwn: boolean): Promise<boolean> {
  const side = isAgencys(name) ? "police" : "mfat";
  const actor = who(`${name}@${side}.example`);
  const agency = { abbreviation: isOwn ? "NZ Police" : { not: "NZ Police" } };
  const assigned = { some: { assessorId: actor.personId, status: { not: "UNASSIGNED" as const } } };
  const application = await db().application.findFirst({
    where: {
      state,
      heldAt: null,
      ...(side === "police" && { agency }),
      ...(name === "assessor1" && { assessments: isOwn ? assigned : { none: { assessorId: actor.personId } } }),
    },
  });
  if (!application) return false;
  const { reference, revision } = application;
  if (side === "mfat") await declareNone(actor.personId, { reference });
  for (const action of STEP_KEYS) {
    const expected = isOwn ? refusalOf(actor, state, action) : "NOT_FOUND";
    if (action === "lapse" || !expected || isOfOtherSide(actor, action)) continue;
    const said = await tried(() => TAKE[action](actor, { requestId: randomUUID(), revision }, reference, well));
    expect([state, name, action, said.split(" ")[0]]).toEqual([state, name, action, expected]);
  }
  return true;
}

/** A command of the other side does not accept such an actor: that is refused before anything is read. */
function isOfOtherSide({ side }: Actor, action: StepKey): boolean {
  const roles: readonly Role[] = Object.values(stepRow(action).from).flat();
  return roles.some((role) => AGENCY_ROLES.includes(role)) !== (side === "AGENCY");
}

for (const state of ALL_STATES) {
  test(`${state}: whatever the table does not have, each step's own command refuses: by role and whose it is`, async () => {
    const tries: boolean[] = [];
    for (const name of BY_ROLE) {
      tries.push(await tryRefusals(state, name, true));
      if (isAgencys(name) || name === "assessor1") tries.push(await tryRefusals(state, name, false));
    }
    expect(tries).toContain(true);
  });
}

/** Everything is valid, and every possible reason is given. */
const withReasons: Dice = () => 1;

/** Somebody with every MFAT role that has duties, who has that duty. */
async function holderOf(kind: DutyKind, { id }: { id: string }, email: string): Promise<Actor> {
  const roles = (["DESK", "ADVISER", "BUDGET", "APPROVER"] as const).map((role) => ({ role }));
  const { id: personId } = await unguarded().person.create({
    data: { email, name: email, side: "MFAT", roles: { create: roles }, delegation: { create: {} } },
  });
  await declareNone(personId, { id });
  await db().duty.create({ data: { applicationId: id, personId, side: "MFAT", kind } });
  return (await findActor(email)) ?? never();
}

for (const state of ["MODERATION", "BUDGET_CHECK", "DECISION"] as const) {
  const steps = dutySteps(state);
  test(`${state}: whoever has another duty than a step needs is refused it, by its own command`, async () => {
    const application = await db().application.findFirstOrThrow({ where: { state, heldAt: null } });
    const { reference, revision } = application;
    for (const kind of ["ASSESS", "RECOMMEND", "CHECK_BUDGET", "DECIDE", "DELEGATE"] as const) {
      const actor = await holderOf(kind, application, `${kind}.${state}@mfat.example`.toLowerCase());
      for (const { step, duty } of steps) {
        if (step === "lapse" || duty === kind) continue;
        const said = await tried(() =>
          TAKE[step](actor, { requestId: randomUUID(), revision }, reference, withReasons),
        );
        expect([kind, step, said]).toEqual([
          kind,
          step,
          expect.stringMatching(/^FORBIDDEN You .+ somebody else needs to/),
        ]);
      }
    }
    expect(steps.length).toBeGreaterThan(0);
  });
}

const never = () => {
  throw new Error("The demo has no such thing.");
};
