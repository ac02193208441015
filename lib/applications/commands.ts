import { yearOptions } from "#lib/budget/schema.ts";
import { freezeDocuments, refuseUnsafeDocuments } from "#lib/documents/commands.ts";
import { keepReleases } from "#lib/form/commands.ts";
import { type Answers, type Reason, text, UUID, type Values } from "#lib/form/fields.ts";
import { storedValues } from "#lib/form/stored.ts";
import { chosenOptions, newestOf } from "#lib/form/versions.ts";
import { getLists } from "#lib/fund/queries.ts";
import { type StepRequest, takeDuty, takeTransition } from "#lib/lifecycle/commands.ts";
import { type AgencyActor, permit } from "#lib/lifecycle/permissions.ts";
import { type LockedApplication, scopeOf } from "#lib/lifecycle/queries.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, formatDeadline } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, invalid } from "#lib/platform/errors.ts";
import { endedInWords } from "./form/budget.ts";
import { copyDraftToHeader, copyToHeader, moveDraft, readDraftYears } from "./form/commands.ts";
import { copyAnswers } from "./form/copy.ts";
import type { DECLARATION_FIELDS } from "./form/declaration.ts";
import {
  APPLICATION_RELEASES,
  applicationSections,
  DECLARATION_RELEASES,
  formNumberNow,
  moveSection,
} from "./form/releases.ts";
import {
  type Answered,
  isSection,
  parseSection,
  SECTIONS,
  type SectionKey,
  WRITTEN_SECTIONS,
} from "./form/sections.ts";
import { nameDeskOfficer } from "./officers/commands.ts";
import { mayNotApply, tooLate, unfinished, yearsOf } from "./rules.ts";
import { readAskedChanges } from "./screening/queries.ts";
import { readChangesAnswered } from "./screening/schema.ts";
import { APPLICATION_STEPS } from "./steps.ts";

type WriteRequest = { requestId: string; remoteAddress?: string };

/**
 * Starts a draft in an open round, with the answers of an earlier application if `copyOf` names one, and with the
 * people whom the agency named last. Returns its reference; the same request twice returns the same one.
 * @throws STATE where the agency may not apply, INVALID where the round is not open or the earlier application does not
 * exist
 */
export function createApplication(
  actor: AgencyActor,
  request: WriteRequest,
  roundId: string,
  copyOf?: string,
): Promise<string> {
  permit(actor, "application:create");
  return transaction(async (tx) => {
    const before = await tx.auditEvent.findUnique({
      where: { requestId: request.requestId },
      select: { application: { select: { reference: true } } },
    });
    if (before?.application) return before.application.reference;
    refuseNotApplying(await tx.agency.findUniqueOrThrow({ where: { id: actor.agencyId } }));
    const round = UUID.test(roundId) ? await tx.round.findUnique({ where: { id: roundId } }) : null;
    const at = now();
    if (!round?.publishedAt || round.opensAt > at) throw invalid({ round: "Choose a round that is open" });
    if (round.closesAt && round.closesAt <= at) {
      throw invalid({ round: `${round.name} closed on ${formatDeadline(round.closesAt)}` });
    }
    const reference = await nextReference(tx, financialYearOf(dayOf(at)));
    const { id } = await tx.application.create({
      data: {
        reference,
        agencyId: actor.agencyId,
        roundId,
        createdById: actor.personId,
        createdAt: at,
        stateSince: at,
        formNumber: formNumberNow(),
      },
    });
    await fillIn(tx, actor, { id, years: yearsOf(dayOf(at)) }, copyOf);
    await recordEvent(tx, {
      event: "application.created",
      actor,
      applicationId: id,
      toState: "DRAFT",
      ...(copyOf && { data: { copyOf } }),
      ...request,
    });
    return reference;
  });
}

/** @throws STATE if the desk has recorded that the agency may not apply */
function refuseNotApplying(agency: { name: string; isActive: boolean }): void {
  const problem = mayNotApply(agency, env().DESK_EMAIL);
  if (problem) throw new DomainError("STATE", problem);
}

/**
 * The three financial years that an application's amounts are for: those of its start, unless it has followed the
 * calendar since.
 */
function copiedYears(budget: Values, createdOn: Date): number[] {
  const begun = yearsOf(createdOn);
  const typed = Object.keys(budget).flatMap((name) => Number(/^lines\.\d+\.year(\d{4})$/.exec(name)?.[1]) || []);
  const last = Math.max(...typed, begun.at(-1) ?? 0);
  return begun.map((_, index) => last - begun.length + 1 + index);
}

/** Fills in a new draft with what is already known. */
async function fillIn(
  tx: Tx,
  actor: AgencyActor,
  draft: { id: string; years: number[] },
  copyOf: string | undefined,
): Promise<void> {
  const lists = await getLists(tx);
  const source = copyOf ? await tx.application.findFirst({ where: { ...scopeOf(actor), reference: copyOf } }) : null;
  if (copyOf && !source) throw invalid({ copyOf: "Choose one of your agency’s applications" });
  const copied = source ? await tx.applicationSection.findMany({ where: { applicationId: source.id } }) : [];
  const answers = new Map<SectionKey, Values>();
  const budget = copied.find(({ section }) => section === "budget");
  const from = source ? copiedYears(storedValues(budget?.values), dayOf(source.createdAt)) : [];
  for (const row of copied) {
    if (!isSection(row.section) || !source) continue;
    const kept = { values: storedValues(row.values), former: {} };
    const { values } = moveSection(row.section, kept, source.formNumber, from);
    answers.set(row.section, copyAnswers(row.section, values, from, draft.years));
  }
  answers.set("people", await knownPeople(tx, actor, answers.get("people")));
  for (const [section, values] of answers) {
    const parsed = parseSection(section, values, lists, draft.years);
    await tx.applicationSection.create({
      data: {
        applicationId: draft.id,
        section,
        values: values as Prisma.InputJsonObject,
        isComplete: parsed.data !== null,
        savedById: actor.personId,
        savedAt: now(),
      },
    });
    await copyDraftToHeader(tx, draft.id, section, parsed.data, values, draft.years);
  }
}

/** The people the agency named last, with the person starting this application as contributor. */
async function knownPeople(tx: Tx, actor: AgencyActor, copied: Values | undefined): Promise<Values> {
  const last = await tx.applicationSection.findFirst({
    where: { section: "people", application: scopeOf(actor) },
    orderBy: { applicationId: "desc" },
    select: { values: true, application: { select: { formNumber: true } } },
  });
  const before = { values: storedValues(last?.values), former: {} };
  const known: Values = copied ?? moveSection("people", before, last?.application.formNumber ?? 1, []).values;
  const isSame = text(known, "contributorEmail") === actor.email;
  return {
    ...known,
    contributorName: actor.name,
    contributorEmail: actor.email,
    contributorPhone: isSame ? text(known, "contributorPhone") : "",
  };
}

async function nextReference(tx: Tx, startYear: number): Promise<string> {
  const [counter] = await tx.$queryRaw<{ last: number }[]>`
    INSERT INTO "ReferenceCounter" ("startYear", last) VALUES (${startYear}, 1)
    ON CONFLICT ("startYear") DO UPDATE SET last = "ReferenceCounter".last + 1 RETURNING last`;
  return `PSF-${startYear}-${String(counter?.last).padStart(4, "0")}`;
}

/** Parses every saved section again. @throws INVALID at the incomplete sections, by their ids on the page */
async function completeAnswers(tx: Tx, application: LockedApplication): Promise<Map<SectionKey, Answered>> {
  const rows = await tx.applicationSection.findMany({ where: { applicationId: application.id } });
  const lists = await getLists(tx);
  const years = await readDraftYears(tx, application.id);
  const answers = new Map<SectionKey, Answered>();
  for (const key of WRITTEN_SECTIONS) {
    const row = rows.find((one) => one.section === key);
    const parsed = row && parseSection(key, storedValues(row.values), lists, years);
    if (parsed?.data) answers.set(key, parsed.data);
  }
  const missing = unfinished(new Set(answers.keys()));
  if (missing.length) {
    const ended = endedInWords(years);
    const said = (key: SectionKey) =>
      `Complete “${SECTIONS[key].title}” first${ended && key === "budget" ? `: ${ended}` : ""}`;
    throw invalid(Object.fromEntries(missing.map((key) => [`section-${key}`, said(key)])));
  }
  return answers;
}

function refuseTooLate(application: LockedApplication, from: LockedApplication["signOffFrom"]): void {
  const problem = tooLate(
    { from, closesAt: application.round.closesAt, changesDueAt: application.changesDueAt },
    now(),
  );
  if (problem) throw new DomainError("STATE", problem);
}

/** `values`: the agency's answer to each change that MFAT asked for. @throws INVALID where an answer is missing */
export function sendForSignOff(
  actor: AgencyActor,
  request: StepRequest,
  reference: string,
  values: Values = {},
): Promise<void> {
  return takeTransition(actor, request, reference, APPLICATION_STEPS.sendForSignOff, async (tx, application) => {
    refuseNotApplying(application.agency);
    refuseTooLate(application, application.state);
    await moveDraft(tx, application);
    await completeAnswers(tx, application);
    await refuseUnsafeDocuments(tx, application.id);
    await takeDuty(tx, actor, application, "ASK_SIGN_OFF");
    const set = { signOffFrom: application.state };
    if (application.state !== "CHANGES_REQUESTED") return { set };
    const asked = await readAskedChanges(actor, application.id, application.versionNumber, tx);
    return { set, data: { answers: readChangesAnswered(asked?.sections ?? [], values) } };
  });
}

export const discard = (actor: AgencyActor, request: StepRequest, reference: string): Promise<void> =>
  takeTransition(actor, request, reference, APPLICATION_STEPS.discard, async () => ({}));

/**
 * Takes the certifier's declaration and freezes the answers as the next version, which everybody reads from then on.
 */
export function signOffAndSubmit(
  actor: AgencyActor,
  request: StepRequest,
  reference: string,
  declaration: Answers<typeof DECLARATION_FIELDS>,
): Promise<void> {
  return takeTransition(actor, request, reference, APPLICATION_STEPS.signOffAndSubmit, async (tx, application) => {
    refuseNotApplying(application.agency);
    refuseTooLate(application, application.signOffFrom);
    await takeDuty(tx, actor, application, "CERTIFY");
    await moveDraft(tx, application);
    const answers = await completeAnswers(tx, application);
    await refuseUnsafeDocuments(tx, application.id);
    const years = yearsOf(dayOf(now()));
    for (const [key, section] of answers) await copyToHeader(tx, application.id, key, section, years);
    const number = application.versionNumber + 1;
    const typed = await tx.applicationSection.findMany({ where: { applicationId: application.id } });
    const { requestedCents, round } = await tx.application.findUniqueOrThrow({
      where: { id: application.id },
      select: { requestedCents: true, round: { select: { name: true } } },
    });
    const declared = { isAccurate: "yes", isAuthorised: "yes", isPeopleTold: "yes", position: declaration.position };
    await tx.applicationVersion.create({
      data: {
        applicationId: application.id,
        number,
        answers: {
          ...Object.fromEntries(typed.map((row) => [row.section, row.values as Prisma.InputJsonValue])),
          declaration: declared,
        },
        ...(await keepForms(tx, years, typed)),
        requestedCents,
        agencyName: application.agency.name,
        roundName: round.name,
        certifierName: actor.name,
        certifiedById: actor.personId,
        certifiedAt: now(),
      },
    });
    await freezeDocuments(tx, application.id, number);
    await nameDeskOfficer(tx, application);
    return {
      set: {
        versionNumber: number,
        submittedAt: application.submittedAt ?? now(),
        signOffFrom: null,
        openSections: [],
        changesDueAt: null,
      },
      tells: application.round.tellEmails,
      data: { version: number },
    };
  });
}

/** Stores for good the forms that a version is signed off on, and in today's words what was chosen from the lists. */
async function keepForms(tx: Tx, years: readonly number[], typed: readonly { section: string; values: unknown }[]) {
  const [form, declaration] = [newestOf(APPLICATION_RELEASES), newestOf(DECLARATION_RELEASES)];
  await keepReleases(tx, [form, declaration]);
  const valuesOf = (key: string) => storedValues(typed.find(({ section }) => section === key)?.values);
  const chosen = applicationSections().map(({ key, fields }) => ({ fields, values: valuesOf(key) }));
  const lists = { ...chosenOptions(chosen, await getLists(tx)), years: yearOptions(years) };
  return { formHash: form.hash, declarationHash: declaration.hash, lists: lists as Prisma.InputJsonObject };
}

export function returnToContributor(actor: AgencyActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, APPLICATION_STEPS.returnToContributor, async () => ({
    reason,
    set: { signOffFrom: null },
  }));
}

/** Until the certifier signs, a contributor may continue writing. */
export const takeBack = (actor: AgencyActor, request: StepRequest, reference: string): Promise<void> =>
  takeTransition(actor, request, reference, APPLICATION_STEPS.takeBack, async () => ({ set: { signOffFrom: null } }));
