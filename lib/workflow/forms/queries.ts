import { findOwnQuestion, listAdviserOptions, listOpenQuestionOptions } from "#lib/advice/queries.ts";
import { ADVICE_FIELDS } from "#lib/advice/schema.ts";
import { type ApplicationHeader, readScreening } from "#lib/applications/queries.ts";
import { checkInput, noteInput, screeningFields } from "#lib/applications/schema.ts";
import { readSignOffForm } from "#lib/applications/screening/queries.ts";
import { readReopenForm } from "#lib/arrangements/reopening/queries.ts";
import { readAcquittalForm, readRecoveryForm } from "#lib/arrangements/settlement/queries.ts";
import { listUndecided } from "#lib/assessments/interests/queries.ts";
import { listAssessorOptions, listAssessorsOf, listUnassignable, readAssessments } from "#lib/assessments/queries.ts";
import { mayAssess } from "#lib/assessments/rules.ts";
import { listConditions, listConditionsAs } from "#lib/decisions/conditions/queries.ts";
import { holding } from "#lib/decisions/conditions/rules.ts";
import { UNMET_FIELD } from "#lib/decisions/conditions/schema.ts";
import { listConditionOptions, readDecisions } from "#lib/decisions/queries.ts";
import { decidedYears } from "#lib/decisions/rules.ts";
import { approveFields, recommendFields } from "#lib/decisions/schema.ts";
import { dayInputs, type Field, type Lists, type StepForm, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { type Actor, asAgency, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { readPurchaseOrderForm } from "#lib/payments/orders/queries.ts";
import { readAccrualForm, readClaimForm, readNewClaimForm, readPaymentForm } from "#lib/payments/queries.ts";
import { listRecoveryOptions } from "#lib/payments/recoveries/queries.ts";
import type { ClaimStep } from "#lib/payments/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { ReportKind, ReportState } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { typedCents } from "#lib/platform/money.ts";
import { ASSESSMENT_DAYS, addWorkingDays } from "#lib/platform/working-days.ts";
import { listReportOptions, readReportForm, readScheduleForm } from "#lib/reports/queries.ts";
import { STEPS, type StepKey, stepRow } from "#lib/workflow/steps.ts";

/** `claim`, `report`: the number of the claim or the report that the step is opened for. */
type Search = { claim?: string; report?: string };
type Read = (actor: Actor, application: ApplicationHeader, search: Search) => Promise<StepForm>;

/** The lists used by a step's fields. */
type ListOf<Row> = Row extends { fields: readonly (infer F)[] } ? Extract<F, { options: string }> : never;
/** The steps whose form depends on the application: which fields it has, or what there is to choose. */
type ReadKey = {
  [Key in StepKey]: (typeof STEPS)[Key]["fields"] extends "read"
    ? Key
    : [ListOf<(typeof STEPS)[Key]>] extends [never]
      ? never
      : Key;
}[StepKey];

const formOf = (fields: readonly Field[], lists: Lists, initial: Values = {}): StepForm => ({
  fields: resolveFields(fields, lists),
  initial,
});

/** A step about an existing claim. */
const ofClaim =
  (step: ClaimStep): Read =>
  async (actor, { id }, { claim }) => {
    const { lists, initial } = await readClaimForm(actor, id, step, claim);
    return formOf(STEPS[step].fields, lists, initial);
  };

/** A payment asks for a reason only where a condition that is not met holds it. */
const readNewPayment: Read = async (actor, application, search) => {
  const { fields, ...form } = await ofClaim("recordPayment")(actor, application, search);
  const isHeld = holding(await listConditions(actor, application.id), dayOf(now())).length > 0;
  const others = fields.filter(({ name }) => name !== UNMET_FIELD.name);
  return { ...form, fields: isHeld ? [...others, UNMET_FIELD] : others };
};

/** A step about a condition that is met, or is not. If there is only one, it is chosen. */
const ofCondition =
  (step: "changeCondition" | "meetCondition" | "reopenCondition", isMet: boolean): Read =>
  async (actor, { id }) => {
    const options = await listConditionsAs(actor, id, isMet);
    const [only] = options;
    return formOf(
      STEPS[step].fields,
      { conditions: options },
      options.length === 1 && only ? { condition: only.value } : {},
    );
  };

/** A step about a payment of a claim. */
const ofPayment =
  (step: "recordReturnedPayment" | "correctPayment"): Read =>
  async (actor, { id }, { claim }) => {
    const { lists, initial } = await readPaymentForm(actor, id, step, claim);
    return formOf(STEPS[step].fields, lists, initial);
  };

/** A step about a report. If there is only one, it is chosen. */
const ofReport =
  (step: "acceptReport" | "returnReport" | "reopenReport", state: ReportState, kind?: ReportKind): Read =>
  async (actor, { id }) => {
    const options = await listReportOptions(asMfat(actor), id, state, kind);
    const [only] = options;
    return formOf(STEPS[step].fields, { reports: options }, options.length === 1 && only ? { report: only.value } : {});
  };

/** A step about a question that is open. If there is only one, it is chosen. */
const ofQuestion =
  (step: "withdrawQuestion" | "passOverAdvice"): Read =>
  async (actor, { id }) => {
    const options = await listOpenQuestionOptions(asMfat(actor), id);
    const [only] = options;
    return formOf(
      STEPS[step].fields,
      { openQuestions: options },
      options.length === 1 && only ? { question: only.value } : {},
    );
  };

const READS: Record<ReadKey, Read> = {
  sendForSignOff: (actor, application) => readSignOffForm(asAgency(actor), application),
  acceptForAssessment: async (actor, application) => ({
    fields: screeningFields(application.round.checklist),
    initial: await screened(asMfat(actor), application),
  }),
  assignAssessors: async (actor, application) => {
    const assessors = await listAssessorOptions(asMfat(actor), application.id);
    return formOf(STEPS.assignAssessors.fields, { assessors }, await assigned(asMfat(actor), application));
  },
  unassignAssessor: async (actor, { id }) =>
    formOf(STEPS.unassignAssessor.fields, { unassignable: await listUnassignable(asMfat(actor), id) }),
  returnAssessment: async (actor, { id }) => {
    const returnable = await listAssessorsOf(asMfat(actor), id, ["COMPLETE"], mayAssess(id));
    return formOf(STEPS.returnAssessment.fields, { returnable }, dayInputs("dueOn", usualDueOn()));
  },
  setAssessmentAside: async (actor, { id }) =>
    formOf(STEPS.setAssessmentAside.fields, { countable: await listAssessorsOf(asMfat(actor), id, ["COMPLETE"]) }),
  keepAssessment: async (_actor, { id }) =>
    formOf(STEPS.keepAssessment.fields, { undecided: await listUndecided(db(), id) }),
  countAssessmentAgain: async (actor, { id }) =>
    formOf(STEPS.countAssessmentAgain.fields, { setAside: await listAssessorsOf(asMfat(actor), id, ["SET_ASIDE"]) }),
  askForAdvice: async (actor, application) => {
    const advisers = await listAdviserOptions(asMfat(actor), application);
    return formOf(STEPS.askForAdvice.fields, { advisers }, dayInputs("dueOn", usualDueOn()));
  },
  giveAdvice: async (actor, { id }) => {
    const question = await findOwnQuestion(asMfat(actor), id);
    return formOf(ADVICE_FIELDS, {}, { advice: question?.draft ?? "" });
  },
  withdrawQuestion: ofQuestion("withdrawQuestion"),
  passOverAdvice: ofQuestion("passOverAdvice"),
  recommend: async (actor, application) => {
    const conditions = await listConditionOptions(asMfat(actor));
    return formOf(recommendFields(years()), { conditions }, phasedAs(application, "REQUESTED"));
  },
  approve: async (actor, application) => {
    const conditions = await listConditionOptions(asMfat(actor));
    const [current] = await readDecisions(asMfat(actor), application.id);
    return formOf(
      approveFields(years()),
      { conditions },
      { ...phasedAs(application, "RECOMMENDED"), ...(current && { conditions: current.conditions }) },
    );
  },
  submitClaim: (actor, { id }) => readNewClaimForm(actor, id),
  confirmWork: ofClaim("confirmWork"),
  takeBackConfirmation: ofClaim("takeBackConfirmation"),
  withdrawClaim: ofClaim("withdrawClaim"),
  approveClaim: ofClaim("approveClaim"),
  returnClaim: ofClaim("returnClaim"),
  recordPayment: readNewPayment,
  recordReturnedPayment: ofPayment("recordReturnedPayment"),
  correctPayment: ofPayment("correctPayment"),
  recordCreditNote: ofClaim("recordCreditNote"),
  recoverPayment: ofClaim("recoverPayment"),
  reverseRecovery: async (actor, { id }, { claim }) => {
    const { options, chosen } = await listRecoveryOptions(actor, id, claim);
    return formOf(STEPS.reverseRecovery.fields, { recoveries: options }, { recovery: chosen });
  },
  changePurchaseOrder: (actor, { id }) => readPurchaseOrderForm(actor, id),
  stateAccrual: (actor, { id }) => readAccrualForm(actor, id),
  changeCondition: ofCondition("changeCondition", false),
  meetCondition: ofCondition("meetCondition", false),
  reopenCondition: ofCondition("reopenCondition", true),
  changeSchedule: (actor, application) => readScheduleForm(asMfat(actor), application),
  submitReport: (actor, application, { report }) => readReportForm(asAgency(actor), application, report),
  acceptReport: ofReport("acceptReport", "SUBMITTED", "PROGRESS"),
  returnReport: ofReport("returnReport", "SUBMITTED"),
  reopenReport: ofReport("reopenReport", "ACCEPTED"),
  prepareAcquittal: (actor, application) => readAcquittalForm(asAgency(actor), application, { isPreparing: true }),
  submitAcquittal: (actor, application) => readAcquittalForm(asAgency(actor), application, { isPreparing: false }),
  recordRecovery: (actor, { id }) => readRecoveryForm(asMfat(actor), id),
  reopen: (actor, application) => readReopenForm(asMfat(actor), application),
};

const isRead = (step: StepKey): step is ReadKey => Object.hasOwn(READS, step);

/** The form of a step for an application: its fields with their lists, and their initial values. */
export async function readStepForm(
  actor: Actor,
  application: ApplicationHeader,
  step: StepKey,
  search: Search,
): Promise<StepForm> {
  if (isRead(step)) return READS[step](actor, application, search);
  const { fields } = stepRow(step);
  return { fields: typeof fields === "string" ? [] : fields, initial: {} };
}

const years = (): number[] => decidedYears(dayOf(now()));

/** A recommendation starts from the requested amounts, an approval from the recommended ones. */
const phasedAs = ({ phasing }: ApplicationHeader, kind: "REQUESTED" | "RECOMMENDED"): Values =>
  Object.fromEntries(
    phasing
      .filter((part) => part.kind === kind && years().includes(part.startYear))
      .map(({ startYear, cents }) => [`phasing${startYear}`, typedCents(cents)]),
  );

/** The usual due date of an assessment. */
const usualDueOn = (): Date => addWorkingDays(dayOf(now()), ASSESSMENT_DAYS);

/** Who is already assigned, and the usual due date of an assessment. */
async function assigned(actor: MfatActor, application: ApplicationHeader): Promise<Values> {
  const { assessments } = await readAssessments(actor, application);
  return {
    assessors: assessments.flatMap(({ assessorId, status }) =>
      status === "UNASSIGNED" || status === "SET_ASIDE" ? [] : assessorId,
    ),
    ...dayInputs("dueOn", usualDueOn()),
  };
}

/** The screening answers so far. */
async function screened(actor: MfatActor, { id }: ApplicationHeader): Promise<Values> {
  const screening = await readScreening(actor, id);
  return Object.fromEntries(
    (screening?.checks ?? []).flatMap(({ position, answer, note }) => [
      [checkInput(position), answer ?? ""],
      [noteInput(position), note],
    ]),
  );
}
