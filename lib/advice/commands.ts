import { createHash } from "node:crypto";
import { type Answers, text, type Values } from "#lib/form/fields.ts";
import { parseFields, tooLong } from "#lib/form/parse.ts";
import { refuseUndeclared, type StepRequest, takeDuty, takeTransition } from "#lib/lifecycle/commands.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, lockApplication } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, formatDueDay } from "#lib/platform/dates.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { DomainError, forbidden, invalid } from "#lib/platform/errors.ts";
import { listOpenQuestions } from "./queries.ts";
import { mayAdvise, openWords } from "./rules.ts";
import { ADVICE_FIELDS, type PASS_OVER_FIELDS, type Question, type WITHDRAW_QUESTION_FIELDS } from "./schema.ts";
import { ADVICE_STEPS } from "./steps.ts";

/** How far ahead the due date of an answer may be. */
const DAYS_MAX = 366;

/** Asks an adviser a question, with a day for the answer. @throws INVALID at the fields */
export function askForAdvice(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  { adviser, question, dueOn }: Question,
) {
  return takeTransition(actor, request, reference, ADVICE_STEPS.askForAdvice, async (tx, { id: applicationId }) => {
    const today = dayOf(now());
    if (dueOn < today) throw invalid({ "dueOn-day": "Date must be today or later" });
    if (dueOn > addDays(today, DAYS_MAX)) throw invalid({ "dueOn-day": "Date must be within a year from today" });
    const person = await tx.person.findFirst({ where: { id: adviser, ...mayAdvise(applicationId) } });
    if (!person) throw invalid({ adviser: "Choose from the advisers listed" });
    if (await tx.advice.count({ where: { applicationId, adviserId: adviser, state: "ASKED" } })) {
      throw invalid({
        adviser: `${person.name} already has an open question on this application. Withdraw it before you ask another`,
      });
    }
    const { id } = await tx.advice.create({
      data: { applicationId, adviserId: adviser, question, dueOn, askedById: actor.personId, askedAt: now() },
    });
    return {
      asks: [adviser],
      data: { advice: id, adviser },
      mfatNote: `${person.name} needs to answer by ${formatDueDay(dueOn)}. The question is in the portal.`,
    };
  });
}

/** The question that the actor has to answer. @throws CONFLICT saying what happened to it */
async function ownQuestion(tx: Tx, { personId }: MfatActor, { id: applicationId }: LockedApplication) {
  const rows = await tx.advice.findMany({
    where: { applicationId, adviserId: personId },
    orderBy: [{ askedAt: "desc" }, { id: "desc" }],
  });
  const open = rows.find(({ state }) => state === "ASKED");
  if (open) return open;
  const last = rows[0]?.state;
  if (last === "GIVEN") throw new DomainError("CONFLICT", "You have given your advice already.");
  if (last === "PASSED_OVER")
    throw new DomainError(
      "CONFLICT",
      "The desk continued without your advice. Ask the desk if you still want to give it.",
    );
  throw forbidden("You do not have a question to answer on this application.");
}

/** Saves unfinished advice, which only its adviser can see. @throws INVALID where it is too long */
export function saveAdvice(actor: MfatActor, reference: string, values: Values): Promise<void> {
  permit(actor, "advice:give");
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (!ADVICE_STEPS.giveAdvice.from[application.state as "ASSESSMENT"])
      throw new DomainError("STATE", "The desk is not asking for advice on this application now.");
    const { id } = await ownQuestion(tx, actor, application);
    await refuseUndeclared(tx, actor, application);
    const errors = tooLong(ADVICE_FIELDS, values);
    if (Object.keys(errors).length) throw invalid(errors);
    await tx.advice.update({ where: { id }, data: { draft: text(values, "advice") } });
  });
}

const sealOf = (advice: string): string => createHash("sha256").update(advice).digest("hex");

/**
 * Answers the actor's question. Whoever gives advice takes no other part in the application. @throws INVALID at the
 * field
 */
export function giveAdvice(actor: MfatActor, request: StepRequest, reference: string, values: Values) {
  return takeTransition(actor, request, reference, ADVICE_STEPS.giveAdvice, async (tx, application) => {
    await takeDuty(tx, actor, application, "ADVISE");
    const { id } = await ownQuestion(tx, actor, application);
    const { data, errors } = parseFields(ADVICE_FIELDS, values);
    if (errors) throw invalid(errors);
    const { advice } = data;
    const { versionNumber } = application;
    await tx.advice.update({
      where: { id },
      data: { state: "GIVEN", advice, draft: "", givenAt: now(), versionNumber, duty: "ADVISE" },
    });
    return { data: { advice: id, version: versionNumber, seal: sealOf(advice) } };
  });
}

/** Reopens the actor's advice as they wrote it. The event stores what was given, so that both can be read. */
export function takeBackAdvice(actor: MfatActor, request: StepRequest, reference: string) {
  return takeTransition(actor, request, reference, ADVICE_STEPS.takeBackAdvice, async (tx, application) => {
    const rows = await tx.advice.findMany({
      where: { applicationId: application.id, adviserId: actor.personId },
      orderBy: [{ givenAt: { sort: "desc", nulls: "last" } }, { id: "desc" }],
    });
    if (rows.some(({ state }) => state === "ASKED"))
      throw new DomainError("CONFLICT", "You have an open question to answer on this application.");
    const [given] = rows;
    if (given?.state !== "GIVEN") throw forbidden("You have not given advice on this application.");
    const { id, advice, givenAt } = given;
    await tx.advice.update({
      where: { id },
      data: { state: "ASKED", draft: advice ?? "", advice: null, givenAt: null, versionNumber: null, duty: null },
    });
    return {
      data: { advice: id, text: advice ?? "", givenAt: givenAt?.toISOString() ?? "" },
      mfatNote: "The desk cannot recommend until the advice is given again.",
    };
  });
}

/** Withdraws an open question: it no longer needs an answer. */
export function withdrawQuestion(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  answers: Answers<typeof WITHDRAW_QUESTION_FIELDS>,
) {
  return takeTransition(actor, request, reference, ADVICE_STEPS.withdrawQuestion, (tx, application) =>
    endQuestion(tx, actor, application, "WITHDRAWN", answers),
  );
}

/** Continues without an answer, for a reason that is shown with the recommendation and the decision. */
export function passOverAdvice(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  answers: Answers<typeof PASS_OVER_FIELDS>,
) {
  return takeTransition(actor, request, reference, ADVICE_STEPS.passOverAdvice, (tx, application) =>
    endQuestion(tx, actor, application, "PASSED_OVER", answers),
  );
}

/** @throws INVALID where that question is no longer open */
async function endQuestion(
  tx: Tx,
  { personId }: MfatActor,
  { id: applicationId }: LockedApplication,
  state: "WITHDRAWN" | "PASSED_OVER",
  { question, reason }: { question: string; reason: string },
) {
  const open = (await listOpenQuestions(tx, applicationId)).find(({ id }) => id === question);
  if (!open) throw invalid({ question: "Choose a question that has not been answered yet" });
  const { id, adviser, adviserId } = open;
  await tx.advice.update({ where: { id }, data: { state, endedById: personId, endedAt: now(), endReason: reason } });
  return {
    reason,
    asks: [adviserId],
    data: { advice: id, adviser: adviserId },
    mfatNote: `${adviser} does not need to answer any more. The reason is in the portal.`,
  };
}

/** @throws STATE while a question is open, saying which one and what to do about it */
export async function refuseOpenAdvice(tx: Tx, { id }: LockedApplication): Promise<void> {
  const open = await listOpenQuestions(tx, id);
  if (open.length) throw new DomainError("STATE", openWords(open));
}
