import { z } from "zod";
import { movedRow } from "#lib/applications/answers/queries.ts";
import {
  draftYears,
  isOpenedByForm,
  isSectionOpen,
  openWithYears,
  sectionAfter,
  unfinished,
} from "#lib/applications/rules.ts";
import { type Field, type Lists, type Readable, text, type Values } from "#lib/form/fields.ts";
import { choiceOf, inputsOfField, mergeAnswers } from "#lib/form/merge.ts";
import { inWords, readLeniently } from "#lib/form/parse.ts";
import { Questions } from "#lib/form/questions.ts";
import { storedValues } from "#lib/form/stored.ts";
import { getLists } from "#lib/fund/queries.ts";
import { type AgencyActor, permit } from "#lib/lifecycle/permissions.ts";
import { lockApplication } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatInstant } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { requestedCategories, requestedPhasing } from "./budget.ts";
import { type Initiative, refusedMarking } from "./initiative.ts";
import { catchUp, draftFields, formMark, formNumberNow } from "./releases.ts";
import {
  type Answered,
  answersAs,
  fieldsOf,
  isSection,
  parseSection,
  type SectionKey,
  WRITTEN_SECTIONS,
} from "./sections.ts";

/**
 * "whole": refused if anything is missing. "part": saved as far as it is written, and the section is in progress.
 * "passing": the same while its sender goes on writing, and fields that two people changed stay as they are stored.
 */
export type Saving = "whole" | "part" | "passing";

/** A field that somebody else changed after the form was opened. */
type Elsewhere = { label: string; by: string; at: Date };

export type Saved = {
  at: Date;
  /** Fields that only others changed, with what they wrote, and fields that both changed. */
  taken: (Elsewhere & { values: Values })[];
  differing: Elsewhere[];
  /** What is wrong with the stored texts, mostly that they are too long. */
  wrongTexts: string[];
  /** The marks that the form should carry from now on (merge.ts). */
  shown: string;
  /** Where to continue after a section was saved whole: the next section, or "check" if none is incomplete. */
  next: SectionKey | "check" | null;
};

/**
 * Saves a section as typed and merges it, field by field, with what a colleague saved meanwhile.
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
  // When saving whole, this is reported together with everything else that is wrong.
  const { marking } = key === "initiative" && saving !== "whole" ? refusedMarking(sent.marking) : {};
  if (marking) return Promise.reject(new DomainError("INVALID", `Not saved. ${marking}.`, { marking }));
  return transaction(async (tx) => {
    const application = await moveDraft(tx, await lockApplication(tx, actor, reference));
    const years = await readDraftYears(tx, application.id, key === "budget" ? sent : {});
    const open = openWithYears(application.openSections, years);
    if (!isSectionOpen(application.state, open, key) || application.heldAt) {
      throw new DomainError("STATE", `This section of ${reference} is not open for changes. Nothing was saved.`);
    }
    const at = now();
    const lists = await getLists(tx);
    const place = { applicationId: application.id, section: key };
    const before = await tx.applicationSection.findUnique({ where: { applicationId_section: place } });
    const stored = storedValues(before?.values);
    const older = catchUp(key, sent, shownBy(sent, before), stored, years);
    const merged = mergeAnswers(draftFields(key, years), stored, older.sent, older.shown);
    const { values } = merged;
    const shown = `${formMark(older.number)} ${merged.shown}`;
    const elsewhere = await readWriters(tx, actor, before);
    const ask = (fields: readonly Field[]) => fields.map((field) => questionOf(field, stored, lists, elsewhere(field)));
    if (saving !== "passing") refuseDiffering(ask(merged.differing));
    const parsed = parseSection(key, values, lists, years);
    // The choice is asked again together with its answer, because the form still shows what its sender wrote.
    if (parsed.errors && saving === "whole") throw new Questions(parsed.errors, ask(merged.chosen));
    const row = {
      values: storable(values),
      former: storable({ ...storedValues(before?.former), ...older.former }),
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
    if (application.state === "DRAFT") await copyDraftToHeader(tx, application.id, key, parsed.data, values, years);
    return {
      at,
      taken: merged.taken.map((field) => ({ ...elsewhere(field), values: inputsOfField(field, values) })),
      differing: merged.differing.map(elsewhere),
      wrongTexts: wrongTexts(fieldsOf(key, years), values, parsed.errors ?? {}),
      shown,
      next: saving === "whole" ? await findNext(tx, application, open, key) : null,
    };
  });
}

/** What comes after a section. `open`: the sections that are open for changes. */
async function findNext(tx: Tx, { id, state }: Draft, open: readonly string[], key: SectionKey) {
  const rows = await tx.applicationSection.findMany({
    where: { applicationId: id },
    select: { section: true, isComplete: true },
  });
  const complete = new Set(rows.filter(({ isComplete }) => isComplete).map(({ section }) => section));
  const sections = WRITTEN_SECTIONS.map((one) => ({
    key: one,
    isOpen: isSectionOpen(state, open, one),
    isComplete: complete.has(one),
  }));
  return sectionAfter(state, sections, key) ?? (unfinished(complete).length ? null : "check");
}

/** The years of a draft, counting the budget that is being saved. */
export async function readDraftYears(tx: Pick<Tx, "applicationSection">, applicationId: string, sent: Values = {}) {
  const place = { applicationId_section: { applicationId, section: "budget" } };
  const row = await tx.applicationSection.findUnique({ where: place, select: { values: true } });
  return draftYears({ ...storedValues(row?.values), ...sent }, dayOf(now()));
}

type Draft = { id: string; formNumber: number; state: State; openSections: string[] };

/** The states in which an agency can write its application; in all others, the database keeps what it wrote. */
const WITH_AGENCY: readonly State[] = ["DRAFT", "SIGN_OFF", "CHANGES_REQUESTED"];

/**
 * Moves a draft to the newest release of the form: renamed fields keep their answers, and answers that are no longer
 * asked for are kept separately, to be read. If the application was sent back, sections are opened where the newest
 * form asks more.
 */
export async function moveDraft<Moved extends Draft>(tx: Tx, draft: Moved): Promise<Moved> {
  const formNumber = formNumberNow();
  const { id: applicationId } = draft;
  if (draft.formNumber >= formNumber || !WITH_AGENCY.includes(draft.state)) return draft;
  const reading = { lists: await getLists(tx), years: await readDraftYears(tx, draft.id) };
  const openSections = [...draft.openSections];
  for (const row of await tx.applicationSection.findMany({ where: { applicationId } })) {
    if (!isSection(row.section)) continue;
    const moved = movedRow(row.section, row, draft.formNumber, reading);
    const { values, former, isComplete } = moved;
    await tx.applicationSection.update({
      where: { applicationId_section: { applicationId, section: row.section } },
      data: { values: values as Prisma.InputJsonObject, former: former as Prisma.InputJsonObject, isComplete },
    });
    if (isOpenedByForm(draft.state, row.section, row, moved)) openSections.push(row.section);
  }
  await tx.application.update({ where: { id: applicationId }, data: { formNumber, openSections } });
  return { ...draft, formNumber, openSections };
}

/** Only the errors about texts. Anything else may simply not be written yet. */
function wrongTexts(fields: readonly Field[], values: Values, errors: Readonly<Record<string, string>>): string[] {
  const isText = (input: string) => {
    const [own, , column] = input.split(".");
    const field = fields.find(({ name }) => name === own);
    const asked = field?.kind === "rows" ? field.columns.find(({ name }) => name === column) : field;
    return asked?.kind === "text" || asked?.kind === "longText";
  };
  return Object.entries(errors).flatMap(([input, message]) => (text(values, input) && isText(input) ? [message] : []));
}

/**
 * What the form had been shown. For the form that saved last, that is what the save returned, even if its answer was
 * lost.
 */
function shownBy(sent: Values, before: { formId: string | null; shown: string | null } | null): string {
  const isSameForm = before?.formId && before.formId === text(sent, "requestId");
  return isSameForm ? (before.shown ?? "") : text(sent, "shown");
}

const WRITERS = z.record(z.string(), z.object({ by: z.string(), at: z.string() }));
type Writers = z.infer<typeof WRITERS>;
type SavedRow = { writers: unknown; savedById: string; savedAt: Date } | null;

/** The name of whoever changed a field last. */
async function readWriters(tx: Tx, actor: AgencyActor, before: SavedRow): Promise<(field: Field) => Elsewhere> {
  const writers = WRITERS.parse(before?.writers ?? {});
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
  return { ...WRITERS.parse(before?.writers ?? {}), ...Object.fromEntries(changed.map(({ name }) => [name, own])) };
}

/** Asks which of two versions of a field to keep. */
function questionOf(field: Field, stored: Values, lists: Lists, { by, at }: Elsewhere): Field {
  const theirs = inWords(field, readLeniently([field], stored, lists)[field.name], lists).join("; ");
  return {
    kind: "choice",
    name: `choose.${field.name}`,
    label: field.label,
    hint: `${by} changed this on ${formatInstant(at)}, while you were writing. Which version do you want to keep?`,
    options: [
      { value: choiceOf("mine", field, stored), label: "What I wrote (shown below)" },
      {
        value: choiceOf("theirs", field, stored),
        label: "What was saved while I was writing",
        hint: theirs || "Nothing",
      },
    ],
  };
}

/** @throws INVALID with the questions, if there are any */
function refuseDiffering(questions: readonly Field[]): void {
  if (questions.length === 0) return;
  throw new Questions(
    Object.fromEntries(questions.map(({ name, label }) => [name, `Choose which version to keep: ${label}`])),
    questions,
  );
}

const BYTES_MAX = 400_000;

function storable(values: Values): Prisma.InputJsonObject {
  if (JSON.stringify(values).length > BYTES_MAX)
    throw new DomainError("INVALID", "There is too much text in this section to save. Shorten your answers.");
  return values as Prisma.InputJsonObject;
}

/** Copies the answers that lists, the budget and emails need into columns. */
export async function copyToHeader(tx: Tx, applicationId: string, key: SectionKey, answers: Answered, years: number[]) {
  if (key === "initiative") await copyInitiative(tx, applicationId, answersAs(key, answers));
  if (key === "budget") {
    const budget = answersAs(key, answers);
    const phasing = requestedPhasing(budget, years);
    await tx.phasing.deleteMany({ where: { applicationId, kind: "REQUESTED" } });
    await tx.phasing.createMany({
      data: phasing.map((part) => ({ ...part, applicationId, kind: "REQUESTED" as const })),
    });
    await tx.applicationCategory.deleteMany({ where: { applicationId } });
    await tx.applicationCategory.createMany({
      data: requestedCategories(budget, years).map((part) => ({ ...part, applicationId })),
    });
    const requestedCents = phasing.reduce((sum, part) => sum + part.cents, 0n);
    await tx.application.update({ where: { id: applicationId }, data: { requestedCents } });
  }
}

/** The same for a draft's section that may be incomplete: its title and marking may be known earlier. */
export async function copyDraftToHeader(
  tx: Tx,
  applicationId: string,
  key: SectionKey,
  answers: Answered | null,
  values: Values,
  years: number[],
): Promise<void> {
  if (answers) return copyToHeader(tx, applicationId, key, answers, years);
  if (key !== "initiative") return;
  const marking = text(values, "marking") || "UNCLASSIFIED";
  const title = text(values, "title");
  if ((marking !== "UNCLASSIFIED" && marking !== "IN_CONFIDENCE") || title.length > 120 || title.includes("\n")) return;
  await tx.application.update({ where: { id: applicationId }, data: { title, marking } });
}

async function copyInitiative(tx: Tx, applicationId: string, answers: Readable<Initiative>) {
  const { title, summary, marking, endorsement, startsOn, endsOn } = answers;
  await tx.application.update({
    where: { id: applicationId },
    data: {
      title: title ?? "",
      summary: summary ?? "",
      marking: marking === "IN_CONFIDENCE" ? "IN_CONFIDENCE" : "UNCLASSIFIED",
      endorsement,
      startsOn,
      endsOn,
    },
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
