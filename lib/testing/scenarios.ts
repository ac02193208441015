// For tests: a round with applications in moderation, and a desk that chooses among them.
import { randomUUID } from "node:crypto";
import { beforeEach } from "vitest";
import { listPositions } from "#lib/budget/queries.ts";
import { STARTING_CONDITIONS } from "#lib/decisions/schema.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import type { DutyKind, State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { createScenario, recommendScenario } from "#lib/scenarios/commands.ts";
import { getScenario, listRuns } from "#lib/scenarios/queries.ts";
import type { Choice } from "#lib/scenarios/rules.ts";
import { changeEnvelope, declareNone, unguarded, useTestDatabase } from "./database.ts";

let number = 0;
let agencyId = "";
export let roundId = "";
export let desk: MfatActor;
/** The financial year that the tests play in. */
export const year = financialYearOf(dayOf(now()));

/** A database of its own, and a round of its own before each test. */
export function useScenarios(): void {
  useTestDatabase();
  beforeEach(makeRound);
}

async function makeRound(): Promise<void> {
  agencyId = (await db().agency.findFirstOrThrow()).id;
  roundId = await round();
  desk = await somebody("DESK");
  // The people whom a recommendation asks, even one not to fund.
  await somebody("BUDGET");
  const { personId } = await somebody("APPROVER");
  await unguarded().delegation.create({ data: { personId, limitCents: null } });
  await unguarded().application.updateMany({ data: { state: "WITHDRAWN" }, where: { state: "MODERATION" } });
}

export async function round(): Promise<string> {
  const criteria = [
    { name: "Need", weight: 60, position: 0, anchors: [] },
    { name: "Value", weight: 40, position: 1, anchors: [] },
  ];
  const name = `Round ${++number}`;
  return (
    await unguarded().round.create({
      data: { name, opensAt: new Date(0), publishedAt: new Date(0), criteria: { create: criteria } },
    })
  ).id;
}

export async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `scenario${++number}@mfat.example`;
  const data = roles.map((role) => ({ role }));
  await unguarded().person.create({ data: { email, name: `Person ${number}`, side: "MFAT", roles: { create: data } } });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return asMfat(actor);
}

type Given = {
  scores?: [number | null, number | null];
  cents?: bigint;
  isHeld?: boolean;
  state?: State;
  for?: MfatActor[];
};

/** In moderation, scored, and without interests declared by the desk (or the given people). */
export async function application(given: Given = {}): Promise<string> {
  const reference = `PSF-${year}-${String(++number).padStart(4, "0")}`;
  const criteria = await db().criterion.findMany({ where: { roundId }, orderBy: { position: "asc" } });
  const [first = null, second = null] = given.scores ?? [3, 3];
  const cents = given.cents ?? 1_000n;
  const { id } = await unguarded().application.create({
    data: {
      reference,
      state: given.state ?? "MODERATION",
      versionNumber: 1,
      title: reference,
      agencyId,
      roundId,
      createdById: desk.personId,
      requestedCents: cents,
      heldAt: given.isHeld ? new Date() : null,
      phasing: { create: { kind: "REQUESTED", startYear: year, cents } },
      agreedScores: {
        create: [first, second].map((score, index) => ({
          criterionId: criteria[index]?.id ?? "",
          score,
          agreedById: desk.personId,
        })),
      },
    },
  });
  for (const { personId } of given.for ?? [desk]) await declareNone(personId, { id });
  return reference;
}

/** The same in another round. */
export async function applicationElsewhere(): Promise<string> {
  const ours = roundId;
  roundId = await round();
  const reference = await application();
  roundId = ours;
  return reference;
}

export async function duty(reference: string, { personId }: MfatActor, kind: DutyKind): Promise<void> {
  const { id: applicationId } = await db().application.findUniqueOrThrow({ where: { reference } });
  await db().duty.create({ data: { applicationId, personId, side: "MFAT", kind } });
}

export const request = () => ({ requestId: randomUUID() });
export const pick = (reference: string, cents = 1_000n, isChosen = true): Choice => ({
  reference,
  isChosen,
  phasing: cents ? [{ startYear: year, cents }] : [],
});
export const created = (choices: Choice[], name = `Scenario ${++number}`, actor = desk) =>
  createScenario(actor, request(), roundId, { name, choices, from: null });
export const scenarioOf = (id: string, actor = desk) => getScenario(actor, roundId, id);

/** Leaves exactly this much available in the test's year. */
export async function leaveAvailable(cents: bigint): Promise<void> {
  const positions = await listPositions(desk);
  const available = positions.find(({ startYear }) => startYear === year)?.availableCents ?? 0n;
  if (available === cents) return;
  await changeEnvelope(year, cents - available);
}
export const available = async () =>
  (await listPositions(desk)).find(({ startYear }) => startYear === year)?.availableCents ?? 0n;

type RowWords = { rationale?: string; exceptionReason?: string };

export async function plan(
  references: string[],
  common: { rationale?: string; declineRationale?: string; tieReason?: string } = {},
  own: RowWords = {},
) {
  const found = await db().application.findMany({ where: { reference: { in: references } } });
  return {
    rationale: common.rationale ?? null,
    standardConditions: STARTING_CONDITIONS.slice(2, 3),
    conditions: "Report within three months.",
    declineRationale: common.declineRationale ?? null,
    tieReason: common.tieReason ?? null,
    rows: found.map(({ reference, revision }) => ({
      reference,
      revision,
      conditions: null,
      rationale: own.rationale ?? null,
      exceptionReason: own.exceptionReason ?? null,
    })),
  };
}

export async function recommendAll(actor: MfatActor, id: string, references: string[], own: RowWords = {}) {
  const { revision } = await scenarioOf(id, actor);
  const words = {
    rationale: "The need is shown.",
    declineRationale: "Others are stronger.",
    tieReason: "Ready first.",
  };
  const asked = { ...request(), revision };
  await recommendScenario(actor, asked, roundId, id, await plan(references, words, own));
  const run = (await listRuns(actor, roundId, id)).find(({ requestId }) => requestId === asked.requestId);
  return Object.fromEntries((run?.rows ?? []).map((row) => [row.reference, row.refusal ?? row.outcome]));
}
