import { closeOpenOffer } from "../arrangements/commands.ts";
import { recordEvent } from "../audit.ts";
import { releaseReserve } from "../budget/commands.ts";
import { now } from "../clock.ts";
import { dayOf, endOfDay, financialYearOf, formatDeadline, formatInstant } from "../dates.ts";
import type { Prisma } from "../db/generated/client.ts";
import { type Tx, transaction } from "../db.ts";
import { freezeDocuments, refuseUnsafeDocuments } from "../documents/commands.ts";
import { DomainError, invalid } from "../errors.ts";
import { type Answers, type Field, type Lists, type Reason, text, type Values } from "../fields.ts";
import { inWords, readLeniently } from "../form.ts";
import { getLists } from "../fund/queries.ts";
import { type StepRequest, takeDuty, takeTransition } from "../lifecycle/commands.ts";
import { type LockedApplication, lockApplication } from "../lifecycle/queries.ts";
import { type AgencyActor, type MfatActor, permit } from "../permissions.ts";
import { type Budget, requestedPhasing } from "./form/budget.ts";
import type { DECLARATION_FIELDS } from "./form/declaration.ts";
import type { Initiative } from "./form/initiative.ts";
import { choiceOf, mergeAnswers } from "./form/merge.ts";
import { type Answered, parseSection, SECTIONS, type SectionKey, WRITTEN_SECTIONS } from "./form/sections.ts";
import { isSectionOpen, tooLate, unfinished, yearsOf } from "./rules.ts";
import { type ChangeRequest, checkScreening } from "./schema.ts";

type WriteRequest = { requestId: string; remoteAddress?: string };

/** Begins a draft in an open round. Answers its reference; the same request twice answers the same one. */
export function createApplication(actor: AgencyActor, request: WriteRequest, roundId: string): Promise<string> {
  permit(actor, "application:create");
  return transaction(async (tx) => {
    const before = await tx.auditEvent.findUnique({
      where: { requestId: request.requestId },
      select: { application: { select: { reference: true } } },
    });
    if (before?.application) return before.application.reference;
    const round = await tx.round.findUnique({ where: { id: roundId } });
    const at = now();
    if (!round || round.opensAt > at) throw invalid({ round: "Choose a round that is open" });
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
      },
    });
    await recordEvent(tx, { event: "application.created", actor, applicationId: id, toState: "DRAFT", ...request });
    return reference;
  });
}

async function nextReference(tx: Tx, startYear: number): Promise<string> {
  const [counter] = await tx.$queryRaw<{ last: number }[]>`
    INSERT INTO "ReferenceCounter" ("startYear", last) VALUES (${startYear}, 1)
    ON CONFLICT ("startYear") DO UPDATE SET last = "ReferenceCounter".last + 1 RETURNING last`;
  return `PSF-${startYear}-${String(counter?.last).padStart(4, "0")}`;
}

/** "whole": what lacks something is refused. "part": what there is is kept, and the section is in progress. "passing": so
 * too, while its sender goes on writing, and what two people changed apart stays as it is stored. */
export type Saving = "whole" | "part" | "passing";

/** A field that somebody else changed since the form was made. */
export type Elsewhere = { label: string; by: string; at: Date };

export type Saved = {
  at: Date;
  /** Fields that others alone changed, and those that both changed. */
  taken: Elsewhere[];
  differing: Elsewhere[];
  /** What the form that was sent is to carry from now on (merge.ts). */
  shown: string;
};

/**
 * Saves a section as it was typed, over what a colleague saved meanwhile, field by field.
 * @throws INVALID at the fields, and with questions where both changed a field; STATE where the section is not open
 */
export function saveSection(
  actor: AgencyActor,
  reference: string,
  key: SectionKey,
  sent: Values,
  saving: Saving,
): Promise<Saved> {
  permit(actor, "application:edit");
  return transaction(async (tx) => {
    const application = await lockApplication(tx, actor, reference);
    if (!isSectionOpen(application.state, application.openSections, key) || application.heldAt) {
      throw new DomainError("STATE", `This section of ${reference} is not open for changes. Nothing was saved.`);
    }
    const years = yearsOf(dayOf(application.createdAt));
    const lists = await getLists(tx);
    const place = { applicationId: application.id, section: key };
    const before = await tx.applicationSection.findUnique({ where: { applicationId_section: place } });
    const stored = (before?.values ?? {}) as Values;
    const merged = mergeAnswers(SECTIONS[key].fields(years), stored, sent, shownBy(sent, before));
    const { values, shown } = merged;
    const elsewhere = await readWriters(tx, actor, before);
    if (saving !== "passing") refuseDiffering(merged.differing, stored, lists, elsewhere);
    const parsed = parseSection(key, values, lists, years);
    if (parsed.errors && saving === "whole") throw invalid(parsed.errors);
    const at = now();
    const row = {
      values: storable(values),
      isComplete: parsed.data !== null,
      savedById: actor.personId,
      savedAt: at,
      formId: text(sent, "requestId"),
      shown,
      writers: withWriter(before, merged.changed, actor, at),
    };
    await tx.applicationSection.upsert({
      where: { applicationId_section: place },
      create: { ...place, ...row },
      update: row,
    });
    if (application.state === "DRAFT" && parsed.data) await copyToHeader(tx, application.id, key, parsed.data, years);
    return { at, taken: merged.taken.map(elsewhere), differing: merged.differing.map(elsewhere), shown };
  });
}

/** What a form had shown. Of the form that saved last, that is what the save told it, also where the answer was lost. */
function shownBy(sent: Values, before: { formId: string | null; shown: string | null } | null): string {
  const isSameForm = before?.formId && before.formId === text(sent, "requestId");
  return isSameForm ? (before.shown ?? "") : text(sent, "shown");
}

type Writers = Record<string, { by: string; at: string }>;
type SavedRow = { writers: unknown; savedById: string; savedAt: Date } | null;

/** Who changed a field last, by name. */
async function readWriters(tx: Tx, actor: AgencyActor, before: SavedRow): Promise<(field: Field) => Elsewhere> {
  const writers = (before?.writers ?? {}) as Writers;
  const ids = [...Object.values(writers).map(({ by }) => by), ...(before ? [before.savedById] : [])];
  const people = await tx.person.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } });
  return ({ name, label }) => {
    const by = writers[name]?.by ?? before?.savedById;
    const at = writers[name] ? new Date(writers[name].at) : (before?.savedAt ?? now());
    const other = by !== actor.personId && people.find(({ id }) => id === by)?.name;
    return { label, by: other || "You, in another window,", at };
  };
}

function withWriter(before: SavedRow, changed: readonly Field[], actor: AgencyActor, at: Date): Writers {
  const own = { by: actor.personId, at: at.toISOString() };
  return { ...(before?.writers as Writers), ...Object.fromEntries(changed.map(({ name }) => [name, own])) };
}

/** Asks, for each field that two people changed, which of the two is to stay. @throws INVALID where there is any */
function refuseDiffering(
  fields: readonly Field[],
  stored: Values,
  lists: Lists,
  elsewhere: (field: Field) => Elsewhere,
): void {
  if (fields.length === 0) return;
  const questions = fields.map((field): Field => {
    const theirs = inWords(field, readLeniently([field], stored, lists)[field.name], lists).join("; ");
    const { by, at } = elsewhere(field);
    return {
      kind: "choice",
      name: `choose.${field.name}`,
      label: field.label,
      hint: `${by} changed this on ${formatInstant(at)}, while it was being written here. Which is to stay?`,
      options: [
        { value: choiceOf("mine", field, stored), label: "What I wrote, as it stands below" },
        { value: choiceOf("theirs", field, stored), label: "What was saved meanwhile", hint: theirs || "Nothing" },
      ],
    };
  });
  throw invalid(
    Object.fromEntries(questions.map(({ name, label }) => [name, `Choose which is to stay: ${label}`])),
    questions,
  );
}

const BYTES_MAX = 400_000;

function storable(values: Values): Prisma.InputJsonObject {
  if (JSON.stringify(values).length > BYTES_MAX)
    throw new DomainError("INVALID", "This is more than a section can hold.");
  return values as Prisma.InputJsonObject;
}

/** What lists, the budget and mails need of the answers, as columns. */
async function copyToHeader(tx: Tx, applicationId: string, key: SectionKey, answers: Answered, years: number[]) {
  if (key === "initiative") await copyInitiative(tx, applicationId, answers as Initiative);
  if (key === "budget") {
    const phasing = requestedPhasing(answers as Budget, years);
    await tx.phasing.deleteMany({ where: { applicationId, kind: "REQUESTED" } });
    await tx.phasing.createMany({
      data: phasing.map((part) => ({ ...part, applicationId, kind: "REQUESTED" as const })),
    });
    const requestedCents = phasing.reduce((sum, part) => sum + part.cents, 0n);
    await tx.application.update({ where: { id: applicationId }, data: { requestedCents } });
  }
}

async function copyInitiative(tx: Tx, applicationId: string, answers: Initiative) {
  const { title, summary, marking, endorsement, startsOn, endsOn } = answers;
  await tx.application.update({
    where: { id: applicationId },
    data: { title, summary, marking: marking as "UNCLASSIFIED" | "IN_CONFIDENCE", endorsement, startsOn, endsOn },
  });
  await tx.applicationPlace.deleteMany({ where: { applicationId } });
  await tx.applicationPlace.createMany({
    data: answers.places.map(({ code, percent }) => ({ applicationId, placeCode: code, percent })),
  });
  await tx.applicationFocusArea.deleteMany({ where: { applicationId } });
  await tx.applicationFocusArea.createMany({
    data: answers.focusAreas.map((code) => ({
      applicationId,
      focusAreaCode: code,
      isMain: code === answers.mainFocusArea,
    })),
  });
}

/** Every section parsed anew, as saved. @throws INVALID naming the sections that lack something */
async function completeAnswers(tx: Tx, application: LockedApplication): Promise<Map<SectionKey, Answered>> {
  const rows = await tx.applicationSection.findMany({ where: { applicationId: application.id } });
  const lists = await getLists(tx);
  const years = yearsOf(dayOf(application.createdAt));
  const answers = new Map<SectionKey, Answered>();
  for (const key of WRITTEN_SECTIONS) {
    const row = rows.find((one) => one.section === key);
    const parsed = row && parseSection(key, row.values as Values, lists, years);
    if (parsed?.data) answers.set(key, parsed.data);
  }
  const missing = unfinished(new Set(answers.keys()));
  if (missing.length) throw new DomainError("INVALID", `Complete these sections first: ${missing.join(", ")}.`);
  return answers;
}

function refuseTooLate(application: LockedApplication, from: LockedApplication["signOffFrom"]): void {
  const problem = tooLate(
    { from, closesAt: application.round.closesAt, changesDueAt: application.changesDueAt },
    now(),
  );
  if (problem) throw new DomainError("STATE", problem);
}

export function sendForSignOff(actor: AgencyActor, request: StepRequest, reference: string): Promise<void> {
  return takeTransition(actor, request, reference, "sendForSignOff", async (tx, application) => {
    refuseTooLate(application, application.state);
    await completeAnswers(tx, application);
    await refuseUnsafeDocuments(tx, application.id);
    await takeDuty(tx, actor, application, "ASK_SIGN_OFF");
    return { set: { signOffFrom: application.state } };
  });
}

export const discard = (actor: AgencyActor, request: StepRequest, reference: string): Promise<void> =>
  takeTransition(actor, request, reference, "discard", async () => ({}));

/** The certifier's declaration; freezes the answers as the next version, which everybody reads from then on. */
export function signOffAndSubmit(
  actor: AgencyActor,
  request: StepRequest,
  reference: string,
  declaration: Answers<typeof DECLARATION_FIELDS>,
): Promise<void> {
  return takeTransition(actor, request, reference, "signOffAndSubmit", async (tx, application) => {
    refuseTooLate(application, application.signOffFrom);
    await takeDuty(tx, actor, application, "CERTIFY");
    const answers = await completeAnswers(tx, application);
    await refuseUnsafeDocuments(tx, application.id);
    const years = yearsOf(dayOf(application.createdAt));
    for (const [key, section] of answers) await copyToHeader(tx, application.id, key, section, years);
    const number = application.versionNumber + 1;
    const typed = await tx.applicationSection.findMany({ where: { applicationId: application.id } });
    const { requestedCents } = await tx.application.findUniqueOrThrow({ where: { id: application.id } });
    await tx.applicationVersion.create({
      data: {
        applicationId: application.id,
        number,
        answers: {
          ...Object.fromEntries(typed.map((row) => [row.section, row.values as Prisma.InputJsonValue])),
          declaration: { isAccurate: "yes", isAuthorised: "yes", isPeopleTold: "yes", position: declaration.position },
        },
        requestedCents,
        certifiedById: actor.personId,
        certifiedAt: now(),
      },
    });
    await freezeDocuments(tx, application.id, number);
    return {
      set: {
        versionNumber: number,
        submittedAt: application.submittedAt ?? now(),
        signOffFrom: null,
        openSections: [],
        changesDueAt: null,
      },
      data: { version: number },
    };
  });
}

export function returnToContributor(actor: AgencyActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, "returnToContributor", async () => ({
    reason,
    set: { signOffFrom: null },
  }));
}

/** `screening`: the checklist's answers. @throws INVALID where one of them is no */
export function acceptForAssessment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  screening: Record<string, unknown>,
): Promise<void> {
  return takeTransition(actor, request, reference, "acceptForAssessment", async () => {
    const errors = checkScreening(screening);
    if (Object.keys(errors).length) throw invalid(errors);
    return { data: { screening: screening as Prisma.InputJsonObject } };
  });
}

export function askForChanges(actor: MfatActor, request: StepRequest, reference: string, asked: ChangeRequest) {
  return takeTransition(actor, request, reference, "askForChanges", async () => {
    const changesDueAt = endOfDay(asked.dueOn);
    if (changesDueAt <= now()) throw invalid({ "dueOn-day": "Answer by must be a day that has not passed" });
    return {
      reason: asked.reason,
      set: { openSections: asked.sections, changesDueAt },
      data: { sections: asked.sections },
      note: `Changes are due by ${formatDeadline(changesDueAt)}.`,
    };
  });
}

export function declineAsIneligible(actor: MfatActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, "declineAsIneligible", async () => ({ reason }));
}

/** Gives back what was reserved and closes an open offer. */
export function withdraw(actor: AgencyActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, "withdraw", async (tx, application) => {
    await releaseReserve(tx, { actor, requestId: request.requestId, reason: "Withdrawn" }, application.id);
    await closeOpenOffer(tx, application.id, { outcome: "WITHDRAWN", answeredById: actor.personId, reason });
    return { reason, set: { heldAt: null } };
  });
}

export function putOnHold(actor: MfatActor, request: StepRequest, reference: string, { reason }: Reason) {
  return takeTransition(actor, request, reference, "putOnHold", async () => ({ reason, set: { heldAt: now() } }));
}

export const resume = (actor: MfatActor, request: StepRequest, reference: string): Promise<void> =>
  takeTransition(actor, request, reference, "resume", async () => ({ set: { heldAt: null } }));
