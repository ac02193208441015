import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatDay, formatInstant } from "#lib/platform/dates.ts";
import type { Marking, State } from "#lib/platform/db/generated/enums.ts";
import type { LongSheet, SheetColumn } from "#lib/platform/sheet.ts";

type Interests = { hasInterest: boolean; clearedAt: Date | null; later: readonly { clearedAt: Date | null }[] };

const stateOf = (isCleared: boolean): string => (isCleared ? "cleared" : "recused");

const declaredState = ({ hasInterest, clearedAt }: Interests): string =>
  hasInterest ? `An interest: ${stateOf(clearedAt !== null)}` : "No interest";

const laterState = ({ later }: Interests): string =>
  later.length ? `. Learned of an interest later: ${stateOf(later.every(({ clearedAt }) => clearedAt !== null))}` : "";

/** What was declared and what was learned of later, in words, without describing the interests. */
export const interestWords = (interest: Interests): string => `${declaredState(interest)}${laterState(interest)}`;

/** The same with the time of the declaration, which is not when they were recused by what they learned of later. */
export const declaredWords = (interest: Interests & { declaredAt: Date }): string =>
  `${declaredState(interest)}, ${formatInstant(interest.declaredAt)}${laterState(interest)}`;

export type LaterInterest = {
  description: string;
  learnedOn: Date;
  sinceOn: Date | null;
  notedAt: Date;
  /** Who at the desk recorded it for them; null: they did so themselves. */
  notedBy: string | null;
  clearedBy: string | null;
  clearedAt: Date | null;
  clearReason: string | null;
  /** Why the desk decided that their assessment still counts. */
  keptReason: string | null;
};

/** An interest that somebody learned of later, in full. */
export function laterWords({
  description,
  learnedOn,
  sinceOn,
  notedAt,
  notedBy,
  keptReason,
  ...rest
}: LaterInterest): string {
  const days = `known since ${formatDay(learnedOn)}${sinceOn ? `, began on ${formatDay(sinceOn)}` : ""}`;
  const noted = `“${description}” (${days}; noted ${formatInstant(notedAt)}${notedBy ? ` by ${notedBy}` : ""})`;
  const kept = keptReason && `The desk kept their assessment: “${keptReason}”`;
  return [noted, kept, clearedWords(rest)].filter(Boolean).join(". ");
}

/** Who cleared an interest, when and why; null: nobody. */
export const clearedWords = (by: Pick<LaterInterest, "clearedBy" | "clearedAt" | "clearReason">): string | null =>
  by.clearedAt &&
  `Cleared by ${by.clearedBy ?? "an administrator"}, ${formatInstant(by.clearedAt)}: “${by.clearReason}”`;

/** What somebody may have done, besides assessing, before they learned of an interest. */
export type Done = "recommendation" | "budget check" | "decision";

/** By state: until when it counts, and the steps that undo it. None once the offer is accepted. */
const STANDS_UNLESS: Partial<Record<State, { unless: string; steps: readonly string[] }>> = {
  BUDGET_CHECK: {
    unless: "the recommendation is taken back or returned",
    steps: ["takeBackRecommendation", "returnRecommendation"],
  },
  DECISION: { unless: "the recommendation is returned", steps: ["returnRecommendation"] },
  APPROVED: { unless: "the decision is reopened", steps: ["reopenDecision"] },
  UNSUCCESSFUL: { unless: "the decision is reopened", steps: ["reopenDecision"] },
  OFFERED: { unless: "the offer is withdrawn and the decision reopened", steps: ["withdrawOffer"] },
};

export const goesBack = (state: State): boolean => state in STANDS_UNLESS;

/** What to say about something somebody did before they learned of an interest; null if no step can undo it. */
export function lateWords(
  state: State,
  done: Done,
  name: string,
): { sentence: string; steps: readonly string[] } | null {
  const stands = STANDS_UNLESS[state];
  if (!stands) return null;
  const sentence = `${name}, who made the ${done}, has declared an interest since. What they did still counts unless ${stands.unless}.`;
  return { sentence, steps: stands.steps };
}

/** The same for somebody who had completed an assessment. */
export const lateAssessorWords = (name: string): { sentence: string; steps: readonly string[] } => ({
  sentence: `${name}, who completed an assessment, has declared an interest since. The desk decides whether the assessment still counts.`,
  steps: ["setAssessmentAside", "keepAssessment"],
});

type RegisteredInterest = {
  by: string;
  person: { email: string };
  application: { reference: string; title: string; marking: Marking; agency: { name: string } };
  declaredAt: Date;
  hasInterest: boolean;
  description: string | null;
  clearedBy: string | null;
  clearedAt: Date | null;
  clearReason: string | null;
  later: readonly LaterInterest[];
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
  {
    header: "Learned of later",
    kind: "text",
    width: 60,
    value: ({ later }) => later.map(laterWords).join("\n") || null,
  },
];

/** The register of interests as a file. */
export function interestSheet(isRecused: boolean, at: Date): LongSheet<RegisteredInterest> {
  return {
    title: "Interests",
    markingOf: ({ application }) => application.marking,
    marking: ({ markings }) => MARKING_LABELS[highestMarking(markings)],
    about: () => [`${isRecused ? "Who is recused." : "All declarations."} Newest first. Created ${formatInstant(at)}.`],
    columns: INTEREST_COLUMNS,
  };
}
