import { countAdvisers, listOpenQuestions, listOwnStates } from "#lib/advice/queries.ts";
import { obstaclesToAdvising, obstaclesToAsking } from "#lib/advice/steps.ts";
import { getDraft } from "#lib/applications/answers/queries.ts";
import { endedInWords } from "#lib/applications/form/budget.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { mayNotApply, tooLate, unfinishedOf } from "#lib/applications/rules.ts";
import { obstaclesToCertifying, obstaclesToSigning } from "#lib/applications/steps.ts";
import { findEnd, findEndByTwo } from "#lib/arrangements/reopening/queries.ts";
import { listOpenItems, readSettlement } from "#lib/arrangements/settlement/queries.ts";
import { obstaclesToEnding, obstaclesToSettling } from "#lib/arrangements/settlement/steps.ts";
import { obstaclesToReopening, obstaclesToReopeningByTwo } from "#lib/arrangements/steps.ts";
import { listUndecided } from "#lib/assessments/interests/queries.ts";
import {
  obstaclesToAssessing,
  obstaclesToModeration,
  obstaclesToScoringAgain,
  obstaclesToSecondThoughts,
  undecidedWords,
} from "#lib/assessments/steps.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { endedYears, overEnvelope, phasedTotal } from "#lib/budget/rules.ts";
import { listConditions } from "#lib/decisions/conditions/queries.ts";
import { obstaclesToConditions } from "#lib/decisions/conditions/steps.ts";
import { listDeciders, tooLateToReopen } from "#lib/decisions/queries.ts";
import { decidedCents, highestDelegation, notReserved } from "#lib/decisions/rules.ts";
import { obstaclesToDeciding, obstaclesToRecommending, obstaclesToReopeningDecision } from "#lib/decisions/steps.ts";
import { listDelegations } from "#lib/deputies/queries.ts";
import { listCriteria } from "#lib/fund/queries.ts";
import { type Actor, type AgencyActor, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { nobodyFor, readBeforeSending } from "#lib/lifecycle/queries.ts";
import { handoversOf, mayTakeNext, type Obstacles } from "#lib/lifecycle/steps.ts";
import { readDecidedCents } from "#lib/lifecycle/waits/queries.ts";
import { readClaims } from "#lib/payments/queries.ts";
import { listUnspentBack } from "#lib/payments/recoveries/queries.ts";
import { recoveriesToReverse } from "#lib/payments/recoveries/rules.ts";
import { roomIn } from "#lib/payments/rules.ts";
import { obstaclesToClaims, obstaclesToReversing } from "#lib/payments/steps.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { listReports } from "#lib/reports/queries.ts";
import { obstaclesToReporting } from "#lib/reports/steps.ts";
import { findOpenVariation, whyOutgrown } from "#lib/variations/queries.ts";
import { waitsOnRole } from "#lib/variations/rules.ts";
import { readKinds } from "#lib/variations/schema.ts";
import { obstaclesToVarying } from "#lib/variations/steps.ts";
import { obstaclesOfDuty } from "#lib/workflow/rules.ts";
import { type StepKey, stepRow, stepsFor } from "#lib/workflow/steps.ts";

/** Why steps are not possible from an application's state, to show beforehand. The commands themselves refuse. */
export async function listObstacles(actor: Actor, application: ApplicationHeader): Promise<Obstacles<StepKey>> {
  const known = await listKnown(actor, application);
  const { state, heldAt } = application;
  const sending = stepsFor(state, actor.roles, heldAt !== null).filter(
    (step) => stepRow(step).asksNext && known[step] === undefined,
  );
  const told = await Promise.all(sending.map((step) => readSending(actor, application, step)));
  const refused = sending.flatMap((step, index) => (told[index]?.refusal ? [[step, told[index].refusal]] : []));
  return { ...known, ...Object.fromEntries(refused) };
}

/** What is in the way of one step, and what else to know before it is sent. `kind`: all of the variation that is asked for. */
export async function readBefore(
  actor: Actor,
  application: ApplicationHeader,
  step: StepKey,
  kind?: string | readonly string[],
): Promise<{ obstacle: string | null | undefined; cautions: readonly string[] }> {
  const known = (await listKnown(actor, application))[step];
  if (known !== undefined) return { obstacle: known, cautions: [] };
  const { refusal, cautions } = await readSending(actor, application, step, kind);
  return stepRow(step).asksNext ? { obstacle: refusal, cautions } : { obstacle: undefined, cautions };
}

/** All but whether there is somebody to send to. */
async function listKnown(actor: Actor, application: ApplicationHeader): Promise<Obstacles<StepKey>> {
  const held = application.duties.find(({ personId }) => personId === actor.personId);
  const inState = await obstaclesInState(actor, application);
  const ofDuty = Object.entries(obstaclesOfDuty(application.state, held?.kind));
  // What there is nothing to do for is not mentioned, whoever could do it.
  return { ...inState, ...Object.fromEntries(ofDuty.filter(([step]) => inState[step as StepKey] !== null)) };
}

/** What the reader is told before sending a step on: why it would be refused, and what it may have to wait for. */
async function readSending(
  actor: Actor,
  application: ApplicationHeader,
  step: StepKey,
  kind?: string | readonly string[],
): Promise<Awaited<ReturnType<typeof readBeforeSending>>> {
  const { id, state, agencyId, agency, round } = application;
  const row = stepRow(step);
  const end = step === "reopen" ? await findEnd(asMfat(actor), application) : null;
  // On hold it asks for nothing but to be resumed.
  const back = end?.heldAt ? undefined : end?.before;
  const asked = await askedOfVariation(actor, id, step, kind);
  const handovers = handoversOf(row, state, back).filter(({ role }) => !asked || role === asked);
  if (!handovers.length) return { cautions: [] };
  const isDecided = handovers.some(({ role }) => role === "APPROVER");
  // What is not recommended yet may be decided as it was requested.
  const cents = isDecided ? (await readDecidedCents(db(), id)) || application.requestedCents : 0n;
  return readBeforeSending(
    db(),
    actor.side,
    { id, agencyId, agency, minimumAssessments: round.minimumAssessments, cents },
    handovers.map((handover) => ({
      handover,
      withoutId: mayTakeNext(row, state, handover) ? undefined : actor.personId,
    })),
  );
}

/** Whom a step about a variation asks next, which follows from what it is about. */
async function askedOfVariation(actor: Actor, id: string, step: StepKey, kind: string | readonly string[] = []) {
  if (step === "askForVariation") {
    const kinds = readKinds({ kind });
    return kinds.length ? waitsOnRole({ kinds, state: "ASKED" }) : null;
  }
  const open = step === "confirmVariation" ? await findOpenVariation(actor, id) : null;
  return open && waitsOnRole({ kinds: open.kinds, state: "BUDGET_CONFIRMED" });
}

async function obstaclesInState(actor: Actor, application: ApplicationHeader): Promise<Obstacles<StepKey>> {
  const { id: applicationId, state } = application;
  if (state === "CLOSING" || state === "TERMINATED") {
    const settling = obstaclesToSettling(await readSettlement(db(), applicationId), state);
    const reopening = state === "TERMINATED" ? await listReopeningObstacles(actor, application) : {};
    return {
      ...(await listClaimObstacles(actor, application)),
      ...settling,
      ...reopening,
      ...(await listConditionObstacles(actor, application)),
    };
  }
  if (state === "CLOSED") return listReopeningObstacles(actor, application);
  if (state === "ACTIVE") {
    const reports = await listReports(actor, applicationId);
    return {
      ...(await listClaimObstacles(actor, application)),
      ...obstaclesToReporting(reports),
      ...obstaclesToEnding(reports, await listOpenItems(db(), applicationId)),
      ...(await listVaryingObstacles(actor, application)),
      ...(await listConditionObstacles(actor, application)),
    };
  }
  if (actor.side === "AGENCY") {
    const isWriting = state === "DRAFT" || state === "CHANGES_REQUESTED";
    const barred = mayNotApply(application.agency, env().DESK_EMAIL);
    if (barred) return { sendForSignOff: barred, signOffAndSubmit: barred };
    if (isWriting) {
      const late = whyTooLate(application, state);
      if (late) return { sendForSignOff: late };
      const { sections, years } = await getDraft(actor, application);
      return obstaclesToSigning(unfinishedOf(sections).length, endedInWords(years));
    }
    return obstaclesBeforeCertifying(actor, application);
  }
  return obstaclesAtMfat(actor, application);
}

/** The desk keeps the conditions while there is something to pay or to close. */
const listConditionObstacles = async (actor: Actor, { id }: ApplicationHeader): Promise<Obstacles<StepKey>> =>
  actor.roles.has("DESK") ? obstaclesToConditions(await listConditions(actor, id)) : {};

/** What was under way and has ended is reopened by two people of MFAT. */
const listReopeningObstacles = async (actor: Actor, application: ApplicationHeader): Promise<Obstacles<StepKey>> =>
  actor.side === "MFAT"
    ? obstaclesToReopeningByTwo(await findEndByTwo(actor, application), { personId: actor.personId, now: now() })
    : {};

/** Until there is an arrangement, and where it has ended before. */
async function obstaclesAtMfat(actor: MfatActor, application: ApplicationHeader): Promise<Obstacles<StepKey>> {
  const { id: applicationId, state, round } = application;
  if (stepRow("reopen").from[state]) {
    return actor.roles.has("DESK") ? obstaclesToReopening(await findEnd(actor, application), now()) : {};
  }
  if (state === "ASSESSMENT") {
    return {
      ...(await listAssessingObstacles(actor, applicationId, round.minimumAssessments)),
      ...(actor.roles.has("DESK") && obstaclesToScoringAgain(application)),
      ...(await listAdviceObstacles(actor, application)),
    };
  }
  if (state === "MODERATION") {
    const [criteria, second] = await Promise.all([
      listCriteria(db(), application),
      listSecondThoughts(actor, applicationId, ["recommend"]),
    ]);
    const agreed = await db().agreedScore.count({
      where: { applicationId, criterionId: { in: criteria.map(({ id }) => id) }, score: { not: null } },
    });
    const advising = await listAdviceObstacles(actor, application);
    return {
      ...advising,
      ...second,
      ...obstaclesToRecommending(agreed, criteria.length),
      ...(actor.roles.has("DESK") && obstaclesToScoringAgain(application)),
    };
  }
  if (state === "BUDGET_CHECK") return listSecondThoughts(actor, applicationId, ["confirmBudget"]);
  const deciding = actor.roles.has("APPROVER") ? await listDecidingObstacles(actor, application) : {};
  return state === "DECISION"
    ? { ...(await listSecondThoughts(actor, applicationId, ["approve", "decline"])), ...deciding }
    : deciding;
}

async function listDecidingObstacles(actor: MfatActor, application: ApplicationHeader): Promise<Obstacles<StepKey>> {
  const { id: applicationId, state } = application;
  if (state === "DECISION") {
    const recommendedCents = application.recommendedCents ?? 0n;
    return obstaclesToDeciding({ recommendedCents, ...(await readDeciding(actor, applicationId, recommendedCents)) });
  }
  if (state !== "APPROVED" && state !== "UNSUCCESSFUL" && state !== "DECLINED") return {};
  const [cents, missing] = [decidedCents(application), notReserved(application.phasing)];
  const [deciding, positions] = await Promise.all([readDeciding(actor, applicationId, cents), listPositions(actor)]);
  const tooLate = state === "DECLINED" ? tooLateToReopen(application.stateSince) : null;
  const why = tooLate ?? endedYears(missing, dayOf(now())) ?? overEnvelope(missing, positions)[0] ?? null;
  const step = state === "DECLINED" ? "reopenDeclined" : "reopenDecision";
  return obstaclesToReopeningDecision({ step, cents, ...deciding, why });
}

/** The furthest that the reader may decide under, and who may decide an amount. */
async function readDeciding(actor: MfatActor, applicationId: string, cents: bigint) {
  const [held, others] = await Promise.all([listDelegations(actor, applicationId), listDeciders(applicationId, cents)]);
  return { delegationCents: highestDelegation(held), others };
}

async function listAssessingObstacles(
  actor: Actor,
  applicationId: string,
  minimum: number,
): Promise<Obstacles<StepKey>> {
  const rows = await listStatuses(applicationId);
  const own = rows.find(({ assessorId }) => assessorId === actor.personId)?.status ?? null;
  return {
    ...(await listSecondThoughts(actor, applicationId, ["startModeration"], rows)),
    ...obstaclesToModeration(rows.filter(({ status }) => status === "COMPLETE").length, minimum),
    ...(actor.roles.has("ASSESSOR") && obstaclesToAssessing(own)),
  };
}

/** Questions to advisers, for the desk, which recommends once none is open, and for an adviser. */
async function listAdviceObstacles(
  actor: MfatActor,
  { id: applicationId, agency }: ApplicationHeader,
): Promise<Obstacles<StepKey>> {
  const own = actor.roles.has("ADVISER") ? obstaclesToAdvising(await listOwnStates(actor, applicationId)) : {};
  if (!actor.roles.has("DESK")) return own;
  const [open, free] = await Promise.all([listOpenQuestions(db(), applicationId), countAdvisers(applicationId)]);
  const why = open.length
    ? "Everybody you could ask already has an open question."
    : free === 0 && (await nobodyFor(db(), "MFAT", { id: applicationId, agency }, "ADVISER"));
  return { ...own, ...obstaclesToAsking(open, free === 0 ? why || null : null) };
}

const listStatuses = (applicationId: string) =>
  db().assessment.findMany({ where: { applicationId }, select: { assessorId: true, status: true } });

/**
 * Whether there is an assessment that the desk can return, set aside, keep or count again. `next`: the steps that wait for
 * the desk to decide about an assessment.
 */
async function listSecondThoughts(
  actor: Actor,
  applicationId: string,
  next: readonly StepKey[],
  known?: Awaited<ReturnType<typeof listStatuses>>,
): Promise<Obstacles<StepKey>> {
  const isDesk = actor.roles.has("DESK");
  if (!isDesk && !next.some((step) => takersOf(step).some((role) => actor.roles.has(role)))) return {};
  const undecided = (await listUndecided(db(), applicationId)).map(({ label }) => label);
  const rows = isDesk ? (known ?? (await listStatuses(applicationId))) : [];
  const waiting = undecided.length ? next.map((step) => [step, undecidedWords(undecided, isDesk)]) : [];
  return {
    ...(isDesk &&
      obstaclesToSecondThoughts(
        rows.map(({ status }) => status),
        undecided.length > 0,
      )),
    ...Object.fromEntries(waiting),
  };
}

const takersOf = (step: StepKey) => Object.values(stepRow(step).from).flat();

/** The round may close, or the day for changes pass, while it waits to be sent or signed off. */
const whyTooLate = (
  { round, changesDueAt }: ApplicationHeader,
  from: ApplicationHeader["signOffFrom"],
): string | null => tooLate({ from, closesAt: round.closesAt, changesDueAt }, now());

/** A complete draft can become incomplete after it was sent: a financial year ends, or a new form is released. */
async function obstaclesBeforeCertifying(
  actor: AgencyActor,
  application: ApplicationHeader,
): Promise<Obstacles<StepKey>> {
  if (application.state !== "SIGN_OFF" || !actor.roles.has("CERTIFIER")) return {};
  const late = whyTooLate(application, application.signOffFrom);
  if (late) return { signOffAndSubmit: late };
  const { sections, years } = await getDraft(actor, application);
  return obstaclesToCertifying(unfinishedOf(sections).length, endedInWords(years));
}

async function listVaryingObstacles(
  actor: Actor,
  { id: applicationId, duties }: ApplicationHeader,
): Promise<Obstacles<StepKey>> {
  const open = await findOpenVariation(actor, applicationId);
  const totalCents = phasedTotal(open?.proposed.phasing ?? []);
  const isDeciding = open?.kind === "COST" && actor.side === "MFAT" && actor.roles.has("APPROVER");
  const [held, others] = isDeciding
    ? await Promise.all([listDelegations(actor, applicationId), listDeciders(applicationId, totalCents)])
    : [[], []];
  return obstaclesToVarying({
    open: open && { ...open, totalCents },
    roles: actor.roles,
    held: duties.find(({ personId }) => personId === actor.personId)?.kind,
    delegationCents: highestDelegation(held),
    others,
    whyNoLongerFits: open && (await whyOutgrown(applicationId, open)),
  });
}

async function listClaimObstacles(
  actor: Actor,
  { id: applicationId, state }: ApplicationHeader,
): Promise<Obstacles<StepKey>> {
  const { claims, ...left } = await readClaims(actor, applicationId);
  // An arrangement as a whole gives back at its end.
  const unspent = state !== "ACTIVE" && actor.roles.has("BUDGET") ? await listUnspentBack(actor, applicationId) : [];
  const recoveries = [...claims.flatMap((claim) => claim.recoveries), ...unspent];
  return {
    ...obstaclesToClaims(claims, left, actor, dayOf(now())),
    ...obstaclesToReversing(recoveriesToReverse(recoveries, (year) => roomIn(left.years, year)).length),
  };
}
