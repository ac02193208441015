import { formatPhasing, type PhasedAmount } from "#lib/budget/rules.ts";
import { formatDate, formatDeadline, formatDueDay, formatInstant } from "#lib/platform/dates.ts";
import type { LetterKind, OfferOutcome, State } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { LETTERHEAD } from "./paper/rules.ts";

/** A merge field: its value, and whether a letter without it would not serve its purpose. */
type MergeField = { gives: string; isRequired?: true };
type MergeFields = Readonly<Record<string, MergeField>>;

/**
 * The text of a letter with its merge fields: the subject on one line, the body in paragraphs separated by empty lines.
 */
export type TemplateText = { subject: string; body: string };

/** The values for one application, by merge field; empty where it has none. */
export type MergeValues = Readonly<Record<string, string>>;

const COMMON: MergeFields = {
  reference: { gives: "The application’s reference, like PSF-2026-0042" },
  title: { gives: "The title of the initiative" },
  agency: { gives: "The agency’s name" },
  deskEmail: { gives: "The fund desk’s email address" },
};

export const OFFICES = { DESK: "Desk officer", APPROVER: "Approver" } as const;

type LetterRow = {
  /** Its name in an address. */
  slug: string;
  label: string;
  /** When it goes out. */
  sent: string;
  /** The sender signs it. */
  signedBy: keyof typeof OFFICES;
  fields: MergeFields;
  starting: TemplateText;
};

/** Every letter that the fund sends, with its merge fields and its original text. */
export const LETTERS: Record<LetterKind, LetterRow> = {
  OFFER: {
    slug: "offer",
    label: "Offer letter",
    sent: "Goes to the agency when the desk sends an offer",
    signedBy: "DESK",
    fields: {
      ...COMMON,
      amount: { gives: "The approved amount", isRequired: true },
      phasing: { gives: "The amount of each financial year, in one sentence" },
      payments: { gives: "The amount of each financial year, as a table" },
      conditions: {
        gives: "The conditions of the approval as a numbered list, or a sentence saying there are none",
        isRequired: true,
      },
      reports: { gives: "The reports and the days they are due, as a table" },
      deadline: { gives: "When the offer can last be accepted: day, time and zone", isRequired: true },
      message: { gives: "The desk’s message when it sends the offer, if any" },
    },
    starting: {
      subject: "Pacific Security Fund: offer of funding for {{reference}}, {{title}}",
      body: [
        "{{message}}",
        "The Ministry of Foreign Affairs and Trade offers {{agency}} {{amount}}, GST exclusive, for this initiative. The offer is for the work in your signed-off application.",
        "# Payments",
        "{{payments}}",
        "Claim the cost of the work in the portal, with an invoice for each claim. A claim covers work in one financial year. We pay after we have confirmed the work and approved the claim.",
        "# Conditions",
        "{{conditions}}",
        "# Reports",
        "{{reports}}",
        "These dates apply if you accept today. If you accept later, some of them may be later. The portal shows the final dates once you have accepted, and reminds you of each report.",
        "After the final report, your certifier submits a final account of spending. Any money you do not spend stays with the fund or comes back to it.",
        "# How to accept",
        "A certifier of your agency can accept or decline the offer in the portal until {{deadline}}. After that it lapses. The funding arrangement starts when you accept.",
        "If you have a question, email the fund desk at {{deskEmail}}.",
      ].join("\n\n"),
    },
  },
  DECLINE: {
    slug: "decline",
    label: "Decline letter",
    sent: "Goes to the agency when the desk sends the decision letter for a declined application",
    signedBy: "DESK",
    fields: {
      ...COMMON,
      requested: { gives: "The requested amount" },
      decision: { gives: "The approver’s message to the agency", isRequired: true },
    },
    starting: {
      subject: "Pacific Security Fund: decision on {{reference}}, {{title}}",
      body: [
        "Thank you for your application to the Pacific Security Fund.",
        "The Ministry of Foreign Affairs and Trade has decided not to fund this initiative.",
        "{{decision}}",
        "You can copy your answers to a new application. If you have a question about the decision, email the fund desk at {{deskEmail}}.",
      ].join("\n\n"),
    },
  },
  INELIGIBLE: {
    slug: "ineligible",
    label: "Ineligibility letter",
    sent: "Goes to the agency when the desk declines an application as ineligible",
    signedBy: "DESK",
    fields: {
      ...COMMON,
      requested: { gives: "The requested amount" },
      reason: { gives: "The reason the desk gives", isRequired: true },
    },
    starting: {
      subject: "Pacific Security Fund: {{reference}}, {{title}}, is not eligible",
      body: [
        "Thank you for your application to the Pacific Security Fund.",
        "The fund cannot help with this initiative, so the application was not assessed.",
        "{{reason}}",
        "You can copy your answers to a new application. If you have a question, email the fund desk at {{deskEmail}}.",
      ].join("\n\n"),
    },
  },
  CORRECTION: {
    slug: "correction",
    label: "Correction of a decline letter",
    sent: "Goes to the agency when an approver reopens an application that was declined",
    signedBy: "APPROVER",
    fields: {
      ...COMMON,
      correction: { gives: "The approver’s message to the agency", isRequired: true },
    },
    starting: {
      subject: "Pacific Security Fund: correction of our decision on {{reference}}, {{title}}",
      body: [
        "We told you that the Ministry of Foreign Affairs and Trade had decided not to fund this initiative. That letter no longer applies.",
        "{{correction}}",
        "We are deciding on your application again and will tell you the outcome. You do not need to do anything. If you have a question, email the fund desk at {{deskEmail}}.",
      ].join("\n\n"),
    },
  },
};

export const LETTER_KINDS = Object.keys(LETTERS) as LetterKind[];
export const isLetterKind = (text: string): text is LetterKind => Object.hasOwn(LETTERS, text);
export const letterKindOf = (slug: string): LetterKind | undefined =>
  LETTER_KINDS.find((kind) => LETTERS[kind].slug === slug);

const FIELD = /\{\{\s*([^{}]*?)\s*\}\}/g;
const written = (name: string): string => `{{${name}}}`;
const listed = (names: readonly string[]): string => new Intl.ListFormat("en-NZ").format(names.map(written));

/** What is wrong with the text of a letter: input name to message. */
export function checkTemplate(kind: LetterKind, text: TemplateText): Record<string, string> {
  const { fields } = LETTERS[kind];
  const errors: Record<string, string> = {};
  for (const part of ["subject", "body"] as const) {
    const problem = mergeProblem(text[part], Object.keys(fields));
    if (problem) errors[part] = problem;
  }
  const used = new Set([...`${text.subject}\n${text.body}`.matchAll(FIELD)].map(([, name]) => name));
  const missing = Object.keys(fields).filter((name) => fields[name]?.isRequired && !used.has(name));
  if (missing.length && !errors.body) errors.body = `The letter must include ${listed(missing)}`;
  return errors;
}

/** The first thing that is not a merge field, with its line where there are several. */
function mergeProblem(text: string, known: readonly string[]): string | null {
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const where = lines.length > 1 ? ` (line ${index + 1})` : "";
    const unknown = [...line.matchAll(FIELD)].find(([, name = ""]) => !known.includes(name));
    if (unknown) return `${unknown[0]}${where} is not a field of this letter. Its fields are ${listed(known)}`;
    if (/\{\{|\}\}/.test(line.replace(FIELD, ""))) {
      return `A field${where} has two braces before its name and two after it, like ${written(known[0] ?? "")}`;
    }
  }
  return null;
}

/** The head and the foot of a letter. */
export type LetterHead = {
  reference: string;
  agency: string;
  /** The certifier it is addressed to; null where the agency has none. */
  certifier: string | null;
  /** Who signs it, and their office. */
  signatory: string;
  office: string;
  /** Who receives a copy: the contributor. */
  copyTo: string | null;
  /** The fund desk's address, which the text may name. */
  deskEmail: string;
  sentAt: Date;
};

/**
 * The letter, its paragraphs separated by empty lines: letterhead, date and reference, addressee, salutation, subject,
 * content, and signature. Empty paragraphs are left out.
 */
export function mergeLetter(text: TemplateText, values: MergeValues, head: LetterHead): string {
  const given: MergeValues = { ...values, deskEmail: head.deskEmail };
  const merge = (part: string): string => part.replace(FIELD, (_, name: string) => given[name] ?? "").trim();
  const paragraphs = text.body.split(/\n\s*\n/).map(merge);
  const subject = merge(text.subject).replace(/\s+/g, " ");
  const { certifier, copyTo } = head;
  return [
    LETTERHEAD.join("\n"),
    `${formatDate(head.sentAt)}\nReference: ${head.reference}`,
    [certifier, certifier ? "Certifier" : "The certifier", head.agency].filter(Boolean).join("\n"),
    `Dear ${certifier ?? "certifier"}`,
    subject,
    ...paragraphs.filter(Boolean),
    "Yours sincerely",
    `${head.signatory}\n${head.office}, Pacific Security Fund\nMinistry of Foreign Affairs and Trade`,
    ...(copyTo ? [`Copy to: ${copyTo}, contributor, ${head.agency}`] : []),
  ].join("\n\n");
}

/** The facts about an application that every letter may use. */
export type LetterSubject = { reference: string; title: string; agency: { name: string }; requestedCents: bigint };

const commonValues = ({ reference, title, agency }: LetterSubject) => ({ reference, title, agency: agency.name });

export type OfferTerms = {
  amountCents: bigint;
  phasing: PhasedAmount;
  /** One line each. */
  conditions: string;
  /** The reports that are due if the offer is accepted on the day of the letter. */
  reports: readonly { name: string; dueOn: Date }[];
  message: string | null;
  /** null: not chosen yet. */
  dueAt: Date | null;
};

export function offerValues(application: LetterSubject, terms: OfferTerms): MergeValues {
  const { amountCents, phasing, conditions, reports, message, dueAt } = terms;
  return {
    ...commonValues(application),
    amount: formatCents(amountCents),
    phasing: formatPhasing(phasing),
    payments: paymentsTable(phasing, amountCents),
    conditions: conditions ? numbered(conditions) : "The offer carries no special conditions.",
    reports: [
      "Reports that are due:",
      "Report | Due",
      ...reports.map(({ name, dueOn }) => `${name} | ${formatDueDay(dueOn)}`),
    ].join("\n"),
    deadline: dueAt ? formatDeadline(dueAt) : "the end of the day chosen when the offer is sent",
    message: message ?? "",
  };
}

function paymentsTable(phasing: PhasedAmount, totalCents: bigint): string {
  const years = phasing.filter(({ cents }) => cents > 0n);
  return [
    "Amounts by financial year, GST exclusive:",
    "Financial year | Amount",
    ...years.map(({ startYear, cents }) => `${formatYear(startYear)} | ${formatCents(cents)}`),
    ...(years.length > 1 ? [`Total | ${formatCents(totalCents)}`] : []),
  ].join("\n");
}

const numbered = (conditions: string): string =>
  [
    "The offer is made on these conditions:",
    ...conditions
      .split("\n")
      .filter((line) => line.trim())
      .map((line, index) => `${index + 1}. ${line.trim().replace(/^(?:\d+\.|[-•])\s+/, "")}`),
  ].join("\n");

/** `decision`: what the approver writes for the agency; null: not written yet. */
export const declineValues = (application: LetterSubject, decision: string | null): MergeValues => ({
  ...commonValues(application),
  requested: formatCents(application.requestedCents),
  decision: decision ?? "[What we write for the agency goes here.]",
});

/** `reason`: what the desk gives; null: not written yet. */
export const ineligibleValues = (application: LetterSubject, reason: string | null): MergeValues => ({
  ...commonValues(application),
  requested: formatCents(application.requestedCents),
  reason: reason ?? "[The reason goes here.]",
});

/** `correction`: what the approver writes for the agency; null: not written yet. */
export const correctionValues = (application: LetterSubject, correction: string | null): MergeValues => ({
  ...commonValues(application),
  correction: correction ?? "[What we write for the agency goes here.]",
});

type Sent = {
  kind: LetterKind;
  text: string;
  offer: { dueAt: Date; outcome: OfferOutcome | null; answeredAt: Date | null } | null;
};

/** The end of an application that a letter announces. */
const ENDS: Partial<Record<LetterKind, State>> = { INELIGIBLE: "INELIGIBLE", DECLINE: "DECLINED" };

/**
 * What has changed since a letter was sent; null if all of it still applies. The letter itself stays as it was sent.
 * `state`: the application's.
 */
export function sinceSent({ kind, text, offer }: Sent, state: State): string | null {
  if (ENDS[kind] && ENDS[kind] !== state) return "This letter no longer applies. MFAT has reopened the application.";
  if (!offer) return null;
  if (offer.outcome === "WITHDRAWN" && offer.answeredAt) {
    return `This offer was withdrawn on ${formatInstant(offer.answeredAt)}. It can no longer be accepted.`;
  }
  // Older letters state their deadline without the weekday.
  if (text.includes(formatInstant(offer.dueAt))) return null;
  return `The last day to accept this offer was moved to ${formatDeadline(offer.dueAt)} after the letter was sent.`;
}
