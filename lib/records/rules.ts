import { type Answered, answersOf, type SectionAnswers, type SectionKey } from "#lib/applications/form/sections.ts";
import { type FileSection, formatFile, isFileSection, PART_TITLES } from "#lib/documents/rules.ts";
import type { Field, Lists, Readable } from "#lib/form/fields.ts";
import { inWords, sumColumn } from "#lib/form/parse.ts";
import type { FormerAnswer } from "#lib/form/versions.ts";
import { isLetterKind, LETTERS } from "#lib/letters/rules.ts";
import { formatMarking, MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { stateLabel } from "#lib/lifecycle/states.ts";
import { formatDate, formatInstant } from "#lib/platform/dates.ts";
import type { Marking, State } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { answer, type Paper, type PaperItem, type PaperSection, paragraph } from "#lib/platform/paper.ts";
import { kebabOf } from "#lib/platform/text.ts";
import { findStep, happenedLabel, STEP_KEYS, type StepKey, stepRow } from "#lib/workflow/steps.ts";

/** What a printable copy of an application is made from. */
export type ApplicationCopy = {
  application: {
    reference: string;
    agency: { name: string };
    round: { name: string };
    state: State;
    heldAt: Date | null;
    marking: Marking;
    endorsement: string | null;
  };
  answers: { lists: Lists; sections: readonly CopiedSection[]; certified: Certified | null };
  files: readonly CopiedFile[];
};

/**
 * The version that the answers are from, with the names of the day on which it was signed off; null: they are a
 * draft's.
 */
type Certified = { number: number; by: string; at: Date; agency: string; round: string };

type CopiedSection = {
  key: SectionKey;
  number: number;
  title: string;
  fields: readonly Field[];
  answers: Answered | null;
  former: readonly FormerAnswer[];
};
type CopiedFile = { section: FileSection; description: string; fileName: string; sizeBytes: number };
type Rows = Extract<Field, { kind: "rows" }>;
type Row = Record<string, unknown>;

/**
 * The whole application for paper: its facts, then every section with every field as its form describes it. `side`:
 * whose words to use for the state. `at`: when the copy is made.
 */
export function applicationPaper(copy: ApplicationCopy, side: "AGENCY" | "MFAT", at: Date): Paper {
  const { application, answers } = copy;
  const initiative = answersOf(answers.sections, "initiative");
  return {
    above: ["Application to the Pacific Security Fund"],
    title: String(initiative?.title || "No title yet"),
    reference: application.reference,
    marking: markingOf(copy, initiative),
    sections: [
      { title: "This copy", items: factsOf(copy, side, at) },
      ...answers.sections.map((section) => sectionOf(section, copy)),
    ],
  };
}

/** A draft's own title and marking take precedence over the signed-off ones, because the draft is what is printed. */
function markingOf(
  { application }: ApplicationCopy,
  initiative: Readable<SectionAnswers["initiative"]> | null,
): string {
  const answered = String(initiative?.marking);
  if (!isMarking(answered)) return formatMarking(application.marking, application.endorsement);
  return formatMarking(answered, String(initiative?.endorsement ?? ""));
}

const isMarking = (text: string): text is Marking => Object.hasOwn(MARKING_LABELS, text);

function factsOf({ application, answers }: ApplicationCopy, side: "AGENCY" | "MFAT", at: Date): PaperItem[] {
  const { reference, agency, round, state, heldAt } = application;
  const { certified } = answers;
  return [
    answer("Reference", reference),
    answer("Agency", certified?.agency ?? agency.name),
    answer("Round", certified?.round ?? round.name),
    answer("State", `${stateLabel(state, side)}${heldAt ? ", on hold" : ""}`),
    answer(
      "Version",
      certified ? `Version ${certified.number}, signed off on ${formatDate(certified.at)}` : "Draft, not signed off",
    ),
    answer("Copy created", formatInstant(at)),
    answer("Requested total", `${formatCents(requestedTotal(answers.sections))}, GST exclusive`),
  ];
}

/** The total of the answers in the copy, which may be newer than the signed-off version. */
function requestedTotal(sections: readonly CopiedSection[]): bigint {
  return sumCents((answersOf(sections, "budget")?.lines ?? []).map(sumRow));
}

const sumRow = (row: Row): bigint => sumCents(Object.values(row).filter((cell) => typeof cell === "bigint"));

function sectionOf(copied: CopiedSection, { answers: { lists, certified }, files }: ApplicationCopy) {
  const { key, number, title, fields, answers, former } = copied;
  const section = (items: PaperItem[]): PaperSection => ({ title: `${number}. ${title}`, items });
  if (key === "declaration" && !certified) {
    return section([paragraph("The certifier completes this at sign-off.")]);
  }
  return section([
    ...fields.flatMap((field) => itemsOf(field, answers?.[field.name], lists)),
    ...(isFileSection(key) ? [filesOf(key, files)] : []),
    ...former.map(({ label, lines }): PaperItem => ({ kind: "answer", label: `No longer asked: ${label}`, lines })),
    ...(key === "declaration" && certified ? [signature(certified)] : []),
  ]);
}

const signature = ({ by, at }: Certified): PaperItem => answer("Signed off", `By ${by}, ${formatInstant(at)}`);

function itemsOf(field: Field, answer: unknown, lists: Lists): PaperItem[] {
  const rows = field.kind === "rows" ? ((answer ?? []) as Row[]) : [];
  if (field.kind === "rows" && rows.length > 0) return [tableOf(field, rows, lists), ...sumsOf(field, rows, lists)];
  return [{ kind: "answer", label: field.label, lines: inWords(field, answer, lists) }];
}

/** Empty columns of amounts are left out; where several remain, each row has a sum too. */
function tableOf(field: Rows, rows: readonly Row[], lists: Lists): PaperItem {
  const columns = field.columns.filter(({ kind, name }) => kind !== "amount" || rows.some((row) => row[name]));
  const amounts = columns.filter(({ kind }) => kind === "amount");
  const isSummed = amounts.length > 1;
  const sums = amounts.map(({ name }) => sumColumn(rows, name));
  const blank = columns.slice(amounts.length).map(() => "");
  return {
    kind: "table",
    label: field.label,
    columns: [
      ...columns.map(({ label, kind }) => ({ header: label, isNumeric: kind === "amount" })),
      ...(isSummed ? [{ header: "Total", isNumeric: true }] : []),
    ],
    rows: rows.map((row) => [
      ...columns.map((column) => inWords(column, row[column.name], lists).join(", ") || "–"),
      ...(isSummed ? [formatCents(sumRow(row))] : []),
    ]),
    // Amounts are the last columns of every field that has any.
    total: amounts.length
      ? [...blank.with(0, "Total"), ...sums.map(formatCents), ...(isSummed ? [formatCents(sumCents(sums))] : [])]
      : null,
  };
}

/** The amounts for each option of the column that the field is summed by. */
function sumsOf(field: Rows, rows: readonly Row[], lists: Lists): PaperItem[] {
  const by = field.columns.find(({ name }) => name === field.sumBy);
  if (!by) return [];
  const options = new Set(rows.map((row) => row[by.name]).filter(Boolean));
  const lines = [...options].map((option) => {
    const sum = sumCents(rows.filter((row) => row[by.name] === option).map(sumRow));
    return `${inWords(by, option, lists).join()} ${formatCents(sum)}`;
  });
  return [{ kind: "answer", label: `${field.label} by ${by.label.toLowerCase()}`, lines }];
}

function filesOf(section: FileSection, files: readonly CopiedFile[]): PaperItem {
  const own = files.filter((file) => file.section === section);
  const label = PART_TITLES[section];
  if (!own.length) return { kind: "answer", label, lines: ["None"] };
  return {
    kind: "table",
    label,
    columns: ["Description", "File", "Format and size"].map((header) => ({ header, isNumeric: false })),
    rows: own.map((file) => [file.description, file.fileName, formatFile(file)]),
    total: null,
  };
}

/**
 * The audit trail's names for events that are not steps of the workflow; steps have the same names as in the history.
 */
const EVENT_LABELS: Record<string, string> = {
  "account.asked": "Account asked for",
  "adviser.changed": "What an adviser advises on changed",
  "agency.changed": "Agency changed",
  "agency.created": "Agency added",
  "application.carried": "Money carried into another year",
  "application.assessmentHandedOver": "Assessment handed over to another assessor",
  "application.created": "Draft started",
  "application.moved": "Moved to another agency",
  "application.handedOver": "Handed over to another desk officer",
  "applications.exported": "List of applications exported",
  "interests.exported": "Register of interests exported",
  // Now a withdrawal.
  "application.claimCancelled": "Claim withdrawn",
  "batch.prepared": "Step for several applications prepared",
  "batch.taken": "Step for several applications taken",
  "budget.exported": "Budget list exported",
  "budget.statementMade": "Year-end statement created",
  "accrual.asked": "Agency asked about unclaimed work",
  "change.applied": "Change took effect",
  "change.asked": "Change asked for",
  "change.confirmed": "Change confirmed",
  "change.declined": "Change declined",
  "change.waits": "Change could not take effect",
  "change.withdrawn": "Change withdrawn",
  "carryForward.agreed": "Carry-forward agreed in principle",
  "carryForward.cancelled": "Carry-forward cancelled",
  "carryForward.confirmed": "Carry-forward confirmed",
  "claims.exported": "List of claims exported",
  "delegation.changed": "Delegation changed",
  "deputy.ended": "Deputy ended",
  "deputy.named": "Deputy named",
  "document.added": "File added",
  "document.refused": "File refused by the malware scan",
  "document.removed": "File removed",
  "document.reused": "File used again",
  "document.scanned": "File scanned for malware",
  "email.sentAgain": "Mail sent again",
  "envelope.adjusted": "Envelope adjusted",
  "envelope.corrected": "Adjustment reversed",
  "expectation.noted": "Expectation of payments noted",
  "interest.cleared": "Interest cleared",
  "interest.declared": "Interest declared",
  "interest.none": "No interest declared",
  "interest.learned": "Interest learned of later",
  "letter.saved": "Text of a letter saved",
  "conditions.saved": "Library of conditions saved",
  "payments.exported": "Payments to correct exported",
  "payments.recorded": "Payments recorded from a list",
  "permission.refused": "Refused: no permission",
  "person.addressChanged": "Email address changed",
  "person.changed": "Person changed",
  "person.moveCancelled": "Move to another agency cancelled",
  "person.moveFailed": "Move to another agency not made",
  "person.movePlanned": "Move to another agency planned",
  "person.moved": "Person moved to another agency",
  "person.created": "Person added",
  "person.ended": "Account ended",
  "person.restored": "Account restored",
  "year.endTold": "Email sent about money left in an ending year",
  "year.cutoffSet": "Cut-off day of a year set",
  "report.reminded": "Report reminder sent",
  "reports.exported": "List of reports exported",
  "round.changed": "Round changed",
  "round.created": "Round added",
  "round.published": "Round published",
  "round.takenBack": "Round taken back",
  "round.criteriaChanged": "Criteria changed",
  "scenario.deleted": "Scenario deleted",
  "scenario.recommended": "Scenario turned into recommendations",
  "scenario.renamed": "Scenario renamed",
  "scenario.saved": "Scenario saved",
  "session.ended": "Signed out",
  "session.refused": "Sign-in refused",
  "session.started": "Signed in",
  "sessions.ended": "Sessions ended",
  "variations.exported": "List of variations exported",
  "view.deleted": "View deleted",
  "view.renamed": "View renamed",
  "view.saved": "View saved",
};

const STEP_OF_EVENT = new Map<string, StepKey>(STEP_KEYS.map((step) => [stepRow(step).event, step]));

/** An event in words. */
export function eventLabel(event: string): string {
  const step = STEP_OF_EVENT.get(event);
  return step ? happenedLabel(step) : (EVENT_LABELS[event] ?? event);
}

/** The subject of an event: an application, or something in the settings. `href` if it has a page. */
export type AuditSubject = { label: string; href?: string };

/** The subject of an event in words. `name`: of a person, agency or round. */
export function auditSubject(subject: string, name?: string): AuditSubject {
  const [, kind = "", id = ""] = /^(\w+):(.*)$/.exec(subject) ?? [];
  if (kind === "person" && name) return { label: name, href: `/settings/people/${id}` };
  if (kind === "page") return pageSubject(id);
  if (kind === "year") return { label: formatYear(Number(id)), href: `/budget?year=${id}` };
  if (kind === "conditions") return { label: "Conditions", href: "/settings/conditions" };
  if (kind === "letter" && isLetterKind(id)) {
    return { label: LETTERS[id].label, href: `/settings/letters/${LETTERS[id].slug}` };
  }
  if (kind === "document") return { label: "A file" };
  if (kind === "batch") return { label: "Several applications" };
  if (kind === "view") return { label: "A saved view" };
  if (kind === "email") return { label: id.includes("@") ? id : "A mail" };
  return { label: name ?? subject };
}

/** The page on which a form was refused: for an application, with its step. */
function pageSubject(path: string): AuditSubject {
  const [, reference, rest = ""] = /^\/applications\/(PSF-\d{4}-\d{4,})(?:\/([\w-]+))?/.exec(path) ?? [];
  // Old addresses contained the key itself.
  const step = findStep(kebabOf(rest));
  if (!reference) return { label: path };
  return {
    label: step ? `${reference}: ${stepRow(step).label}` : reference,
    href: `/applications/${reference}`,
  };
}
