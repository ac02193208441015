// Random walks of many people over many applications: whatever is tried, the rules of the fund hold.
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import * as arrangements from "#lib/arrangements/commands.ts";
import type { Actor, Role } from "#lib/lifecycle/permissions.ts";
import { listAskedSteps } from "#lib/lifecycle/waits/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { draftOf, names, useCast, who } from "#lib/testing/cast.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { Balance, tryAll } from "#lib/testing/random.ts";
import { checkFund, checkWay } from "#lib/testing/rules.ts";
import { type Dice, declare, read, TAKE, tried, well } from "#lib/testing/steps.ts";
import { isStep, STEP_KEYS, type StepKey, stepRow } from "./steps.ts";

useTestDatabase("template_demo");
useCast();
afterEach(() => {
  shiftClock(0);
});

const DAY = 86_400_000;
const WALKS = 10;
const STEPS = 200;
/** The applications of a walk, and how many of them are led to closing; the others go anywhere. */
const COUNT = 4;
const LED = 2;

const walkStep = fc.record({
  application: fc.nat(COUNT - 1),
  /** Mostly a step that the table has for that state, by somebody in its role; sometimes anything by anybody. */
  isAny: fc.nat(9),
  action: fc.nat(1_000),
  person: fc.nat(1_000),
  chances: fc.array(fc.nat(999), { minLength: 24, maxLength: 24 }),
  /** Simultaneous with the step after it. */
  isAtOnce: fc.nat(3),
  isStale: fc.nat(15),
  days: fc.nat(40),
});
type WalkStep = { [Key in "application" | "isAny" | "action" | "person" | "isAtOnce" | "isStale" | "days"]: number } & {
  chances: number[];
};

/** In every other walk days pass, into another financial year where that is near. */
type Walk = { steps: readonly WalkStep[]; isLong: boolean };

/** Steps that move things on when all goes well, and are tried more often. Every run takes each of them. */
const ONWARD: StepKey[] = [
  "sendForSignOff",
  "signOffAndSubmit",
  "acceptForAssessment",
  "assignAssessors",
  "completeAssessment",
  "startModeration",
  "recommend",
  "confirmBudget",
  "approve",
  "sendOffer",
  "acceptOffer",
  "submitClaim",
  "confirmWork",
  "approveClaim",
  "recordPayment",
  "askForVariation",
  "confirmVariation",
  "approveVariation",
  "submitReport",
  "acceptReport",
  "acceptLastReport",
  "submitAcquittal",
  "recordRecovery",
  "confirmSurplus",
  "close",
];

const diceOf = ({ chances }: WalkStep): Dice => {
  let turn = 0;
  return (below) => (chances[turn++ % chances.length] ?? 0) % below;
};

/** What everybody at MFAT does before they act. */
async function declareFirst(actor: Actor, applicationId: string, reference: string, dice: Dice): Promise<void> {
  if (actor.side !== "MFAT") return;
  const isDeclared = await db().interestDeclaration.count({ where: { applicationId, personId: actor.personId } });
  if (!isDeclared) await tried(() => declare(actor, reference, dice));
}

async function wander(reference: string, step: WalkStep, balance: Balance<StepKey>): Promise<void> {
  const dice = diceOf(step);
  const { state, revision, heldAt, id } = await read(reference);
  const isAny = step.isAny === 0;
  const isAssigned = (await db().assessment.count({ where: { applicationId: id, status: "ASSIGNED" } })) > 0;
  const fits = (action: StepKey): boolean =>
    stepRow(action).from[state] !== undefined && (heldAt === null || stepRow(action).whileHeld !== undefined);
  const likely = ONWARD.filter((action) => fits(action) && !(action === "assignAssessors" && isAssigned));
  const possible = STEP_KEYS.filter((action) => action !== "lapse" && (isAny || fits(action)));
  const chosen = step.isAny > 2 && likely.length ? likely : possible;
  const action = chosen[step.action % chosen.length];
  if (!action || action === "lapse") return;
  const roles = Object.values(stepRow(action).from).flat() as Role[];
  const fit = names.filter((name) => isAny || roles.some((role) => who(name).roles.has(role)));
  const actor = who(fit[step.person % fit.length] ?? "");
  // Ends are rare, or every walk would end soon.
  if (stepRow(action).isFinal && action !== "close" && dice(6)) return;
  if (!isAny) await declareFirst(actor, id, reference, dice);
  const request = { requestId: randomUUID(), revision: step.isStale === 0 ? revision - 1 : revision };
  const said = await tried(() => TAKE[action](actor, request, reference, dice));
  if (said === "done") balance.took(action);
}

/** The steps that an application is waiting for, where they have another name. */
const ASKED_AS: Record<string, StepKey> = {
  screen: "acceptForAssessment",
  decide: "approve",
  declareInterests: "completeAssessment",
};
/** What an agency does with an arrangement when nobody is asked for anything. */
const OWN_ACCORD: StepKey[] = ["submitClaim", "askForVariation", "submitReport"];

/** Takes the step that the application is waiting for, by the first person who may; only the answers are random. */
async function lead(reference: string, step: WalkStep, balance: Balance<StepKey>): Promise<void> {
  const { id, state, revision } = await read(reference);
  const asked = (await listAskedSteps(db(), { id, state })).map((one) => ASKED_AS[one.step] ?? one.step);
  const due = asked.length || state !== "ACTIVE" ? asked.filter(isStep) : OWN_ACCORD;
  if (due.length === 0) return;
  const action = balance.next(due, step.action);
  if (action === "lapse") return;
  const dice = state === "ACTIVE" && step.isAny % 2 ? diceOf(step) : well;
  const roles = stepRow(action).from[state] ?? [];
  const fit = names.filter((name) => roles.some((role) => who(name).roles.has(role)));
  for (const index of fit.keys()) {
    const actor = who(fit[(step.person + index) % fit.length] ?? "");
    await declareFirst(actor, id, reference, well);
    const said = await tried(() => TAKE[action](actor, { requestId: randomUUID(), revision }, reference, dice));
    if (said === "done") return balance.took(action);
  }
}

/** Walks of one to three people at a time over a few applications; occasionally days pass. */
async function walkAll({ steps, isLong }: Walk, balance: Balance<StepKey>): Promise<void> {
  shiftClock(0);
  const references: string[] = [];
  for (let count = 0; count < COUNT; count++) {
    references.push(await draftOf(count % 2 ? "contributor@customs.example" : "contributor@police.example"));
  }
  let days = 0;
  for (let index = 0; index < steps.length; ) {
    const group = steps.slice(index, index + (steps[index]?.isAtOnce === 0 ? 3 : 1));
    index += group.length;
    await Promise.all(
      group.map((step) => (step.application < LED ? lead : wander)(references[step.application] ?? "", step, balance)),
    );
    if (isLong && group[0]?.days === 0) shiftClock(++days * 3 * DAY);
    if (group[0]?.days === 1) await arrangements.lapseOverdueOffers();
    if (index % 20 === 0) await checkFund();
  }
  await checkFund();
  for (const reference of references) await checkWay(reference);
}

test(`${WALKS} walks of ${STEPS} steps break no rule`, async () => {
  const balance = new Balance<StepKey>();
  let walks = 0;
  const steps = fc.array(walkStep, { minLength: STEPS, maxLength: STEPS });
  const property = fc.asyncProperty(steps, (walked) => walkAll({ steps: walked, isLong: walks++ % 2 === 0 }, balance));
  await tryAll(property, WALKS);
  console.log(`Steps taken: ${balance.words()}`);
  // A walk that gets nowhere proves nothing.
  expect(balance.missing(ONWARD)).toEqual([]);
}, 1_800_000);
