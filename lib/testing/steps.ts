// For tests of the whole workflow: every step of the table, with its form filled in as somebody might.
import { randomUUID } from "node:crypto";
import * as advice from "#lib/advice/commands.ts";
import * as applications from "#lib/applications/commands.ts";
import { checkInput } from "#lib/applications/schema.ts";
import * as screening from "#lib/applications/screening/commands.ts";
import { answerInput } from "#lib/applications/screening/schema.ts";
import * as arrangements from "#lib/arrangements/commands.ts";
import * as reopening from "#lib/arrangements/reopening/commands.ts";
import * as settlement from "#lib/arrangements/settlement/commands.ts";
import { readSettlement } from "#lib/arrangements/settlement/queries.ts";
import * as assessments from "#lib/assessments/commands.ts";
import { declareInterests, noteInterest } from "#lib/assessments/interests/commands.ts";
import * as moderation from "#lib/assessments/moderation/commands.ts";
import { commentInput, scoreInput } from "#lib/assessments/schema.ts";
import type { PhasedAmount } from "#lib/budget/rules.ts";
import * as decisions from "#lib/decisions/commands.ts";
import * as conditions from "#lib/decisions/conditions/commands.ts";
import { dayInputs } from "#lib/form/fields.ts";
import { changeCriteria } from "#lib/fund/commands.ts";
import { listCriteria } from "#lib/fund/queries.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import { type Actor, asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, earlierOf, financialYearOf, yearEndsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import * as reports from "#lib/reports/commands.ts";
import { changeSchedule } from "#lib/reports/schedule/commands.ts";
import { dueInput, removeInput } from "#lib/reports/schema.ts";
import * as variations from "#lib/variations/commands.ts";
import type { Terms } from "#lib/variations/rules.ts";
import type { StepKey } from "#lib/workflow/steps.ts";
import { acquittalValues, nextReportValues, submittedNumber } from "../../prisma/demo/reports.ts";
import { who } from "./cast.ts";
import { TAKE_CLAIMS } from "./claim-steps.ts";

/** The random choices of a step: a whole number from 0 to less than `below`. With 0, everything is valid. */
export type Dice = (below: number) => number;
export type Take = (actor: Actor, request: StepRequest, reference: string, dice: Dice) => Promise<unknown>;

export const read = (reference: string) =>
  db().application.findUniqueOrThrow({ where: { reference }, include: { phasing: true } });
const inDays = (days: number): Date => addDays(dayOf(now()), days);
/** That many days ahead, or the last day of this financial year. */
const offerDay = (days: number): Date => earlierOf(inDays(days), yearEndsOn(financialYearOf(dayOf(now()))));
const because = { reason: "As agreed." };
const portion = (phasing: PhasedAmount, percent: bigint): PhasedAmount =>
  phasing.map(({ startYear, cents }) => ({ startYear, cents: (cents * percent) / 100n }));
const all = (actor: Actor) => asMfat(actor);

export async function scores(reference: string): Promise<Record<string, string>> {
  const criteria = await listCriteria(
    db(),
    await db().application.findUniqueOrThrow({ where: { reference }, include: { round: true } }),
  );
  return Object.fromEntries(
    criteria.flatMap(({ id: criterion }, index) => [
      [scoreInput(criterion), String(index % 5)],
      [commentInput(criterion), "Shown."],
    ]),
  );
}

/** The first condition that is met, or not met; a number that does not exist where there is none. */
async function conditionOf(reference: string, isMet: boolean): Promise<string> {
  const found = await db().condition.findFirst({
    where: { arrangement: { application: { reference } }, metAt: isMet ? { not: null } : null },
    orderBy: { number: "asc" },
  });
  return String(found?.number ?? 0);
}

async function newCriteria(reference: string): Promise<void> {
  const { roundId, criteriaVersion, round } = await db().application.findUniqueOrThrow({
    where: { reference },
    include: { round: true },
  });
  if (criteriaVersion !== round.criteriaVersion) return;
  const criteria = await listCriteria(db(), { roundId, criteriaVersion, round });
  const kept = criteria.map(({ name, weight, anchors, sections }) => ({
    name: `${name}, again`,
    weight,
    anchors,
    sections,
  }));
  const request = { requestId: randomUUID(), revision: round.revision };
  await changeCriteria(asMfat(who("desk@mfat.example")), request, roundId, kept, "Worded again.");
}

/** The first assessor whose assessment has that status; anybody where there is none. */
async function assessorOf(reference: string, status: "COMPLETE" | "SET_ASIDE"): Promise<string> {
  const found = await db().assessment.findFirst({
    where: { application: { reference }, status },
    orderBy: { holder: { since: "asc" } },
  });
  return found?.assessorId ?? who("assessor1@mfat.example").personId;
}

/** The first open question. */
async function questionOf(reference: string): Promise<string> {
  const found = await db().advice.findFirst({
    where: { application: { reference }, state: "ASKED" },
    orderBy: [{ askedAt: "asc" }, { id: "asc" }],
  });
  return found?.id ?? randomUUID();
}

/** The work of a financial year up to today. */
/** Each step with its form filled in as somebody might, mostly correctly. */
export const TAKE: Record<Exclude<StepKey, "lapse">, Take> = {
  sendForSignOff: (actor, request, ref) =>
    applications.sendForSignOff(asAgency(actor), request, ref, { [answerInput("need")]: "We say more about it." }),
  discard: (actor, request, ref) => applications.discard(asAgency(actor), request, ref),
  signOffAndSubmit: (actor, request, ref) =>
    applications.signOffAndSubmit(asAgency(actor), request, ref, {
      isAccurate: true,
      isAuthorised: true,
      isPeopleTold: true,
      position: "Manager",
    }),
  returnToContributor: (actor, request, ref) =>
    applications.returnToContributor(asAgency(actor), request, ref, because),
  takeBack: (actor, request, ref) => applications.takeBack(asAgency(actor), request, ref),
  acceptForAssessment: (actor, request, ref, dice) =>
    screening.acceptForAssessment(
      all(actor),
      request,
      ref,
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [checkInput(index), dice(20) < 19 ? "YES" : "NO"])),
    ),
  askForChanges: (actor, request, ref) =>
    screening.askForChanges(all(actor), request, ref, { changes: { need: "Say more." }, dueOn: inDays(5) }),
  moveDueDate: (actor, request, ref, dice) =>
    screening.moveDueDate(all(actor), request, ref, { dueOn: inDays(6 + dice(9)), ...because }),
  declineAsIneligible: (actor, request, ref) => screening.declineAsIneligible(all(actor), request, ref, because),
  assignAssessors: (actor, request, ref) =>
    assessments.assignAssessors(all(actor), request, ref, {
      assessors: ["assessor1@mfat.example", "assessor2@mfat.example"].map((email) => who(email).personId),
      dueOn: inDays(10),
    }),
  unassignAssessor: (actor, request, ref) =>
    assessments.unassignAssessor(all(actor), request, ref, {
      assessor: who("assessor2@mfat.example").personId,
      ...because,
    }),
  completeAssessment: async (actor, request, ref) =>
    assessments.completeAssessment(all(actor), request, ref, await scores(ref)),
  reopenAssessment: (actor, request, ref) => assessments.reopenAssessment(all(actor), request, ref),
  startModeration: (actor, request, ref) => moderation.startModeration(all(actor), request, ref),
  returnAssessment: async (actor, request, ref) =>
    moderation.returnAssessment(all(actor), request, ref, {
      assessor: await assessorOf(ref, "COMPLETE"),
      dueOn: inDays(5),
      ...because,
    }),
  // The round gets new criteria first, unless it has newer ones already.
  askToScoreAgain: async (actor, request, ref) => {
    await newCriteria(ref);
    return moderation.askToScoreAgain(all(actor), request, ref, { dueOn: inDays(5), ...because });
  },
  setAssessmentAside: async (actor, request, ref) =>
    moderation.setAssessmentAside(all(actor), request, ref, {
      assessor: await assessorOf(ref, "COMPLETE"),
      ...because,
    }),
  // The assessor first learns of an interest: only once if two desk officers decide at the same moment.
  keepAssessment: async (actor, request, ref) => {
    const { id, state } = await read(ref);
    const assessor = await assessorOf(ref, "COMPLETE");
    const person = await db().person.findUnique({ where: { id: assessor } });
    if (person && actor.roles.has("DESK") && ["ASSESSMENT", "MODERATION"].includes(state)) {
      const values = { description: "A sister joined the partner.", learnedOn: dayOf(now()), sinceOn: null };
      await noteInterest(asMfat(who(person.email)), { requestId: id }, ref, values);
    }
    await moderation.keepAssessment(all(actor), request, ref, { assessor, ...because });
  },
  countAssessmentAgain: async (actor, request, ref) =>
    moderation.countAssessmentAgain(all(actor), request, ref, {
      assessor: await assessorOf(ref, "SET_ASIDE"),
      ...because,
    }),
  askForAdvice: (actor, request, ref, dice) =>
    advice.askForAdvice(all(actor), request, ref, {
      adviser: who(dice(3) < 2 ? "suva.post@mfat.example" : "legal@mfat.example").personId,
      question: "Who else is doing this?",
      dueOn: inDays(dice(12) + 5),
    }),
  giveAdvice: (actor, request, ref) =>
    advice.giveAdvice(all(actor), request, ref, { advice: "Nobody that we know of." }),
  takeBackAdvice: (actor, request, ref) => advice.takeBackAdvice(all(actor), request, ref),
  withdrawQuestion: async (actor, request, ref) =>
    advice.withdrawQuestion(all(actor), request, ref, { question: await questionOf(ref), ...because }),
  passOverAdvice: async (actor, request, ref) =>
    advice.passOverAdvice(all(actor), request, ref, { question: await questionOf(ref), ...because }),
  recommend: async (actor, request, ref, dice) => {
    const { phasing, state } = await read(ref);
    // The step itself must refuse somebody who may not agree scores.
    const mayAgree = state === "MODERATION" && actor.roles.has("DESK");
    if (mayAgree && dice(10) < 9) await moderation.saveModeration(all(actor), ref, await scores(ref));
    const requested = phasing.filter(({ kind }) => kind === "REQUESTED");
    const [outcome, percent] = (
      [
        ["FUND_IN_FULL", 100n],
        ["FUND_IN_PART", 60n],
        ["FUND_IN_PART", 7n],
        ["DO_NOT_FUND", 0n],
        ["FUND_IN_FULL", 140n],
        ["FUND_IN_FULL", 4_000n],
      ] as const
    )[dice(6)] ?? ["FUND_IN_FULL", 100n];
    await decisions.recommend(all(actor), request, ref, {
      outcome,
      phasing: portion(requested, percent).filter(({ cents }) => cents > 0n),
      conditions: "Report within three months.",
      rationale: "Shown.",
      exceptionReason: dice(2) ? "The partner pays less." : null,
    });
  },
  confirmBudget: (actor, request, ref) => decisions.confirmBudget(all(actor), request, ref),
  takeBackRecommendation: (actor, request, ref) => decisions.takeBackRecommendation(all(actor), request, ref, because),
  returnRecommendation: (actor, request, ref) => decisions.returnRecommendation(all(actor), request, ref, because),
  approve: async (actor, request, ref, dice) => {
    const { phasing } = await read(ref);
    const recommended = phasing.filter(({ kind }) => kind === "RECOMMENDED");
    await decisions.approve(all(actor), request, ref, {
      phasing: portion(recommended, [100n, 100n, 50n, 110n][dice(4)] ?? 100n),
      conditions: "Report within three months.",
      reason: dice(2) ? "It can begin smaller." : null,
    });
  },
  decline: (actor, request, ref) =>
    decisions.decline(all(actor), request, ref, { ...because, agencyText: "Others are stronger." }),
  reopenDecision: (actor, request, ref) => decisions.reopenDecision(all(actor), request, ref, because),
  sendDecisionLetter: (actor, request, ref) => decisions.sendDecisionLetter(all(actor), request, ref),
  reopenDeclined: (actor, request, ref) =>
    decisions.reopenDeclined(all(actor), request, ref, { ...because, agencyText: "Our letter was sent in error." }),
  sendOffer: (actor, request, ref, dice) =>
    arrangements.sendOffer(all(actor), request, ref, { dueOn: offerDay(1 + dice(20)), message: null, reason: null }),
  acceptOffer: (actor, request, ref) => arrangements.acceptOffer(asAgency(actor), request, ref),
  declineOffer: (actor, request, ref) => arrangements.declineOffer(asAgency(actor), request, ref, because),
  moveLastDay: (actor, request, ref, dice) =>
    arrangements.moveLastDay(all(actor), request, ref, { dueOn: offerDay(2 + dice(20)), ...because }),
  withdrawOffer: (actor, request, ref) => arrangements.withdrawOffer(all(actor), request, ref, because),
  ...TAKE_CLAIMS,
  askForVariation: async (actor, request, ref, dice) =>
    variations.askForVariation(asAgency(actor), request, ref, { ...(await someTerms(ref, dice)), ...because }),
  changeCondition: async (actor, request, ref) =>
    conditions.changeCondition(all(actor), request, ref, {
      condition: await conditionOf(ref, false),
      owner: `Owner ${request.requestId}`,
      dueOn: inDays(30),
    }),
  meetCondition: async (actor, request, ref) =>
    conditions.meetCondition(all(actor), request, ref, {
      condition: await conditionOf(ref, false),
      proof: "A letter.",
    }),
  reopenCondition: async (actor, request, ref) =>
    conditions.reopenCondition(all(actor), request, ref, { condition: await conditionOf(ref, true), ...because }),
  cancelVariation: (actor, request, ref) => variations.cancelVariation(asAgency(actor), request, ref),
  confirmVariation: (actor, request, ref) => variations.confirmVariation(all(actor), request, ref),
  approveVariation: (actor, request, ref) => variations.approveVariation(all(actor), request, ref),
  declineVariation: (actor, request, ref) => variations.declineVariation(all(actor), request, ref, because),
  changeSchedule: async (actor, request, ref, dice) => {
    const desk = all(actor);
    const due = await db().report.findMany({
      where: { arrangement: { application: { reference: ref } }, state: { in: ["DUE", "RETURNED"] } },
      orderBy: { dueOn: "asc" },
    });
    const progress = due.filter(({ kind, state }) => kind === "PROGRESS" && state === "DUE");
    const remove = progress.length > 1 && dice(2) === 0 ? { [removeInput(progress.at(-1)?.number ?? 0)]: "yes" } : {};
    const shown = Object.assign({}, ...due.map(({ number, dueOn }) => dayInputs(dueInput(number), dueOn)));
    const added = dice(3) ? dayInputs("added", inDays(20 + dice(300))) : {};
    await changeSchedule(desk, request, ref, { ...shown, ...remove, ...added, ...because });
  },
  submitReport: async (actor, request, ref) => {
    const contributor = asAgency(actor);
    await reports.submitReport(contributor, request, ref, await nextReportValues(ref));
  },
  acceptReport: async (actor, request, ref) => {
    const desk = all(actor);
    await reports.acceptReport(desk, request, ref, { report: await submittedNumber(ref) });
  },
  returnReport: async (actor, request, ref) => {
    const desk = all(actor);
    const report = await submittedNumber(ref);
    await reports.returnReport(desk, request, ref, { report, dueOn: inDays(10), ...because });
  },
  reopenReport: async (actor, request, ref) => {
    const accepted = { state: "ACCEPTED", arrangement: { application: { reference: ref } } } as const;
    const last = await db().report.findFirst({ where: accepted, orderBy: { number: "desc" } });
    await reports.reopenReport(all(actor), request, ref, { report: String(last?.number ?? 1), ...because });
  },
  acceptLastReport: (actor, request, ref) => settlement.acceptLastReport(all(actor), request, ref, because),
  terminate: (actor, request, ref) => settlement.terminate(all(actor), request, ref, because),
  prepareAcquittal: async (actor, request, ref, dice) => {
    const funding = await db().applicationFunding.findMany({ where: { application: { reference: ref } } });
    const paid = funding.reduce((sum, { paidCents }) => sum + paidCents, 0n);
    const actual = [paid / 2n, paid, paid + 1n][dice(3)] ?? paid;
    await settlement.prepareAcquittal(asAgency(actor), request, ref, await acquittalValues(ref, actual));
  },
  submitAcquittal: async (actor, request, ref, dice) => {
    const funding = await db().applicationFunding.findMany({ where: { application: { reference: ref } } });
    const paid = funding.reduce((sum, { paidCents }) => sum + paidCents, 0n);
    const actual = [paid / 2n, paid, paid, paid, paid + 1n][dice(5)] ?? paid;
    await settlement.submitAcquittal(asAgency(actor), request, ref, await acquittalValues(ref, actual));
  },
  returnAcquittal: (actor, request, ref) => settlement.returnAcquittal(all(actor), request, ref, because),
  recordRecovery: async (actor, request, ref, dice) => {
    const { id } = await read(ref);
    const { paidCents, acquittal } = await readSettlement(db(), id);
    const due = paidCents - (acquittal?.actualCents ?? 0n);
    const paid = await db().applicationFunding.findMany({
      where: { applicationId: id },
      orderBy: { paidCents: "desc" },
    });
    await settlement.recordRecovery(all(actor), request, ref, {
      amount: [due, due / 2n, due + 1n][dice(3)] || 1n,
      year: String(paid[0]?.startYear ?? financialYearOf(dayOf(now()))),
      receivedOn: dayOf(now()),
      reference: request.requestId,
    });
  },
  confirmSurplus: (actor, request, ref) => settlement.confirmSurplus(all(actor), request, ref),
  close: (actor, request, ref) => settlement.close(all(actor), request, ref),
  withdraw: (actor, request, ref) => arrangements.withdraw(asAgency(actor), request, ref, because),
  reopen: async (actor, request, ref, dice) => {
    const offer = await db().offer.findFirst({
      where: { application: { reference: ref } },
      orderBy: { sentAt: "desc" },
    });
    const dueOn = offer && offer.dueAt > now() ? dayOf(offer.dueAt) : offerDay(5 + dice(20));
    await reopening.reopen(all(actor), request, ref, { ...dayInputs("dueOn", dueOn), ...because });
  },
  askToReopen: (actor, request, ref) => reopening.askToReopen(all(actor), request, ref, because),
  confirmReopening: (actor, request, ref) => reopening.confirmReopening(all(actor), request, ref, because),
  declineReopening: (actor, request, ref) => reopening.declineReopening(all(actor), request, ref, because),
  putOnHold: (actor, request, ref) => arrangements.putOnHold(all(actor), request, ref, because),
  resume: (actor, request, ref) => arrangements.resume(all(actor), request, ref),
};

/** What somebody might want to change: with 0, ten dollars more in the first year. */
async function someTerms(reference: string, dice: Dice): Promise<Terms> {
  const kind = (["COST", "REPHASING", "TIME", "SCOPE"] as const)[dice(4)] ?? "COST";
  if (kind === "TIME") return { kind, endsOn: inDays(200 + dice(900)) };
  if (kind === "SCOPE") return { kind, scope: `${dice(9)} courses` };
  const where = { application: { reference }, startYear: { gte: financialYearOf(dayOf(now())) } };
  const held = await db().applicationFunding.findMany({ where, orderBy: { startYear: "asc" } });
  const phasing = held.map(({ startYear, committedCents }) => ({ startYear, cents: committedCents }));
  const [first, last] = [phasing[0], phasing.at(-1)];
  const by = [1_000n, 7n, -1_000n, 1_000_000n][dice(4)] ?? 1_000n;
  if (first) first.cents += by;
  if (last && kind === "REPHASING") last.cents -= by;
  return { kind, phasing: phasing.filter(({ cents }) => cents > 0n) };
}

export async function declare(actor: Actor, reference: string, dice: Dice): Promise<void> {
  const declaration =
    dice(25) < 24 ? { interest: "none", description: null } : { interest: "some", description: "Kin." };
  await declareInterests(asMfat(actor), { requestId: randomUUID() }, reference, declaration);
}

/** The message of a refusal; "done" where there was none. An unintended error fails the test. */
export async function tried(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "done";
  } catch (error) {
    if (error instanceof DomainError) return `${error.code} ${error.message} ${JSON.stringify(error.fields)}`;
    throw error;
  }
}

/** Everything is valid. */
export const well: Dice = () => 0;
