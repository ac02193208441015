import { endedOf } from "#lib/applications/form/budget.ts";
import { changesBetween, type SectionChange } from "#lib/applications/form/changes.ts";
import { readSignedAnswers, SIGNED } from "#lib/applications/form/queries.ts";
import { draftFields, fieldsOnceAsked, formNumberNow, moveSection } from "#lib/applications/form/releases.ts";
import {
  type Answered,
  isOptionalSection,
  parseSection,
  SECTION_KEYS,
  SECTIONS,
  type SectionKey,
} from "#lib/applications/form/sections.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import {
  draftYears,
  isOpenedByForm,
  isSectionOpen,
  openWithYears,
  type SectionStatus,
} from "#lib/applications/rules.ts";
import type { Field, Lists, Values } from "#lib/form/fields.ts";
import { readLeniently } from "#lib/form/parse.ts";
import { storedValues } from "#lib/form/stored.ts";
import { type FormerAnswer, formerAnswers } from "#lib/form/versions.ts";
import { getLists } from "#lib/fund/queries.ts";
import type { Actor, AgencyActor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { type Reading, readingOf } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db, type Tx } from "#lib/platform/db.ts";

export type SectionView = {
  key: SectionKey;
  number: number;
  title: string;
  /** The fields in the words they were asked in, to read the answers by. */
  fields: readonly Field[];
  status: SectionStatus;
  /** The answers as typed; empty if not started. */
  values: Values;
  /** The answers as far as they can be parsed; null if the section was not started. */
  answers: Answered | null;
  isOpen: boolean;
  savedAt: Date | null;
  /** Answers to questions the form no longer asks. A draft keeps them. */
  former: readonly FormerAnswer[];
};

export type Answers = {
  lists: Lists;
  years: number[];
  sections: SectionView[];
  /** Which version these answers are of, who signed it off and when, in the names of that day; null: they are a draft's. */
  certified: { number: number; by: string; at: Date; agency: string; round: string } | null;
};

/** The answers of an application at a reading, by default the reader's own. Null if there are none to read. */
export async function getAnswers(
  actor: Actor,
  application: ApplicationHeader,
  reading = readingOf(actor.side, application),
): Promise<Answers | null> {
  if (reading !== "draft") return getVersion(actor, application, reading);
  return actor.side === "AGENCY" ? getDraft(actor, application) : null;
}

/** The agency's current answers, and which sections can be changed. */
export async function getDraft(actor: AgencyActor, application: ApplicationHeader): Promise<Answers> {
  const [rows, lists] = await Promise.all([
    db().applicationSection.findMany({ where: { applicationId: application.id, application: scopeOf(actor) } }),
    getLists(),
  ]);
  const years = draftYears(storedValues(rows.find(({ section }) => section === "budget")?.values), dayOf(now()));
  const openSections = openWithYears(application.openSections, years);
  const sections = SECTION_KEYS.map((key): SectionView => {
    const stored = rows.find((one) => one.section === key);
    const row = stored && movedRow(key, stored, application.formNumber, { lists, years });
    const values = row?.values ?? {};
    const fields = draftFields(key, years);
    const isOpen =
      !application.heldAt &&
      (isSectionOpen(application.state, openSections, key) || isOpenedByForm(application.state, key, stored, row));
    const isBehind = key === "budget" && endedOf(years).length > 0;
    const status = statusOf(key, row && isBehind ? { ...row, isComplete: false } : row);
    return {
      key,
      number: SECTIONS[key].number,
      title: SECTIONS[key].title,
      fields,
      status,
      values,
      answers: row ? readLeniently(fields, values, lists) : null,
      isOpen,
      savedAt: status === "not started" ? null : (row?.savedAt ?? null),
      former: formerAnswers(fieldsOnceAsked(key, years), row?.former ?? {}, lists),
    };
  });
  return { lists, years, sections, certified: null };
}

type SectionRow = { values: unknown; former: unknown; isComplete: boolean };

/** A section as it is stored, on the newest release of the form, whichever it was written on. */
export function movedRow<Row extends SectionRow>(
  key: SectionKey,
  row: Row,
  formNumber: number,
  { lists, years }: { lists: Lists; years: readonly number[] },
): Row & { values: Values; former: Values } {
  const kept = { values: storedValues(row.values), former: storedValues(row.former) };
  if (formNumber >= formNumberNow()) return { ...row, ...kept };
  const moved = moveSection(key, kept, formNumber, years);
  return { ...row, ...moved, isComplete: parseSection(key, moved.values, lists, years).data !== null };
}

function statusOf(key: SectionKey, row: { isComplete: boolean } | undefined): SectionStatus {
  if (key === "declaration") return row ? "complete" : "cannot start yet";
  // An optional section that was emptied counts as not started.
  if (!row || (isOptionalSection(key) && !row.isComplete)) return "not started";
  return row.isComplete ? "complete" : "in progress";
}

async function getVersion(actor: Actor, application: ApplicationHeader, number: number): Promise<Answers | null> {
  if (!application.isOpen) return null;
  const version = await db().applicationVersion.findFirst({
    where: { applicationId: application.id, number, application: scopeOf(actor) },
    select: { ...SIGNED, certifiedAt: true, agencyName: true, roundName: true, certifierName: true },
  });
  if (!version) return null;
  const { lists, years, sections } = await readSignedAnswers(undefined, version);
  const { certifiedAt: at, certifierName: by, agencyName: agency, roundName: round } = version;
  return {
    lists,
    years,
    sections: sections.map((section) => ({ ...section, status: "complete", isOpen: false, savedAt: at, former: [] })),
    certified: { number, by, at, agency, round },
  };
}

/**
 * The sections of the version that was signed off last, as far as they can be read: what an arrangement is held to.
 * `application`: one that is in the reader's scope and open to them.
 */
export async function readSigned(
  tx: Pick<Tx, "applicationVersion" | "formRelease">,
  { id: applicationId, versionNumber: number }: { id: string; versionNumber: number },
): Promise<(key: SectionKey) => Pick<SectionView, "fields" | "answers"> & { lists: Lists }> {
  const version = await tx.applicationVersion.findUnique({
    where: { applicationId_number: { applicationId, number } },
    select: SIGNED,
  });
  const signed = version && (await readSignedAnswers(tx, version));
  return (key) => {
    const section = signed?.sections.find((one) => one.key === key);
    return { fields: section?.fields ?? [], answers: section?.answers ?? null, lists: signed?.lists ?? {} };
  };
}

/** What changed between two readings of an application. */
export type Comparison = { from: number; to: Reading; sections: SectionChange[] };

/**
 * What changed since a version: to the version after it, or to the agency's own draft. Without `from`, since the version
 * that was read before this one: an agency that is making changes compares with what it submitted, everybody else the
 * last two versions. Null where there are no two.
 */
export async function readChanges(
  actor: Actor,
  application: ApplicationHeader,
  from?: number,
): Promise<Comparison | null> {
  const { versionNumber } = application;
  const isRewriting = readingOf(actor.side, application) === "draft";
  const since = from ?? (isRewriting ? versionNumber : versionNumber - 1);
  const to = since === versionNumber && isRewriting ? "draft" : since + 1;
  const [before, after] = await Promise.all([
    getAnswers(actor, application, since),
    getAnswers(actor, application, to),
  ]);
  if (!before || !after) return null;
  return { from: since, to, sections: changesBetween(before, after) };
}
