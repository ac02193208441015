import { ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { formatCents } from "#lib/platform/money.ts";

/** For a form that changes a record: `revision` is that of the record when its page was rendered. */
export type Revised = { requestId: string; revision: number; remoteAddress?: string };

/** A form that changes nothing is neither saved nor recorded, and nobody is told. */
export const nothingChanged = (): DomainError =>
  new DomainError("STATE", "You have not changed anything, so there is nothing to save.");

/** The names of the fields of settings, by the keys that events store them under. */
const LABELS: Record<string, string> = {
  name: "name",
  email: "email address",
  roles: "roles",
  belongsTo: "works for",
  abbreviation: "abbreviation",
  kind: "kind",
  emailDomains: "email domains",
  isActive: "may apply to the fund",
  opensAt: "opens",
  closesAt: "closes",
  minimumAssessments: "minimum number of assessments",
  moneyCents: "money available",
  checklist: "screening checklist",
  tellEmails: "also notified of submissions",
  places: "places",
  adviseOn: "subject",
};

/** What was done, where it was more than a change of fields. */
const DONE: Record<string, string> = {
  "person.ended": "ended the account",
  "person.restored": "restored the account",
  "person.moved": "moved this person",
  "deputy.named": "named a deputy",
  "deputy.ended": "ended a deputy",
  "adviser.changed": "changed what this person advises on",
  "delegation.changed": "changed the delegation",
  "round.criteriaChanged": "changed the criteria",
  "round.published": "published the round",
  "round.takenBack": "made the round a draft again",
  "view.deleted": "deleted this",
  "letter.saved": "saved another version",
  "conditions.saved": "saved the conditions",
};

const CHARS_MAX = 120;
const shortened = (text: string): string => (text.length > CHARS_MAX ? `${text.slice(0, CHARS_MAX)}…` : text);

function inWords(key: string, value: unknown): string {
  if (value === null || value === undefined || value === "") return "none";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map((one) => inWords(key, one)).join(", ") || "none";
  const text = String(value);
  if (key === "roles") return ROLE_LABELS[text as keyof typeof ROLE_LABELS] ?? text;
  if (key === "moneyCents") return formatCents(BigInt(text));
  return key.endsWith("At") ? formatInstant(new Date(text)) : shortened(text);
}

type Data = { before?: unknown; after?: unknown } & Record<string, unknown>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The fields that an event changed: "name: now Hana, before Hanna". */
function changedFields({ before, after }: Data): string[] {
  if (!isRecord(before) || !isRecord(after)) return [];
  return Object.keys(after).flatMap((key) => {
    const [was, is] = [inWords(key, before[key]), inWords(key, after[key])];
    return was === is || !(key in LABELS) ? [] : `${LABELS[key]}: now ${is}, before ${was}`;
  });
}

export type Written = { event: string; at: Date; data: unknown; by: string | null };

/** What somebody else did to a record, as a sentence. */
export function writtenInWords({ event, at, data, by }: Written): string {
  const fields = isRecord(data) ? changedFields(data) : [];
  const what = `${by ?? "The portal"} ${DONE[event] ?? "changed this"} on ${formatInstant(at)}`;
  return `${what}, after you opened this page${fields.length ? ` (${fields.join("; ")})` : ""}.`;
}
