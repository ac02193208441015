import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { makeSheet, type Sheet, type SheetColumn } from "#lib/platform/sheet.ts";

/** A declaration in words, without what the interest is. */
export function interestWords({ hasInterest, isRecused }: { hasInterest: boolean; isRecused: boolean }): string {
  if (!hasInterest) return "No interest";
  return isRecused ? "An interest: recused" : "An interest: cleared";
}

type RegisteredInterest = {
  by: string;
  person: { email: string };
  application: { reference: string; title: string; marking: Marking; agency: { name: string } };
  declaredAt: Date;
  hasInterest: boolean;
  isRecused: boolean;
  description: string | null;
  clearedBy: string | null;
  clearedAt: Date | null;
  clearReason: string | null;
};

const INTEREST_COLUMNS: readonly SheetColumn<RegisteredInterest>[] = [
  { header: "Who", kind: "text", value: ({ by }) => by },
  { header: "Email address", kind: "text", width: 30, value: ({ person }) => person.email },
  { header: "Reference", kind: "text", width: 15, value: ({ application }) => application.reference },
  { header: "Initiative", kind: "text", width: 44, value: ({ application }) => application.title },
  { header: "Agency", kind: "text", value: ({ application }) => application.agency.name },
  { header: "Marking", kind: "text", value: ({ application }) => MARKING_LABELS[application.marking] },
  { header: "Declared", kind: "text", width: 30, value: ({ declaredAt }) => formatInstant(declaredAt) },
  { header: "Declaration", kind: "text", value: interestWords },
  { header: "Interest", kind: "text", width: 44, value: ({ description }) => description || null },
  { header: "Cleared by", kind: "text", value: ({ clearedBy }) => clearedBy },
  { header: "Cleared", kind: "text", width: 30, value: ({ clearedAt }) => clearedAt && formatInstant(clearedAt) },
  { header: "Why it was cleared", kind: "text", width: 44, value: ({ clearReason }) => clearReason },
];

/** The register of interests as a file. */
export function interestSheet(rows: readonly RegisteredInterest[], isRecused: boolean, at: Date): Sheet {
  return makeSheet({
    title: "Interests",
    marking: MARKING_LABELS[highestMarking(rows.map(({ application }) => application.marking))],
    about: [`${isRecused ? "Who is recused." : "Every declaration."} The newest first. Made ${formatInstant(at)}.`],
    columns: INTEREST_COLUMNS,
    rows,
  });
}
