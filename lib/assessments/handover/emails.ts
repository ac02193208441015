import { formatDueDay } from "#lib/platform/dates.ts";
import { composeEmail } from "#lib/platform/message.ts";

type Taken = { reference: string; dueOn: Date; isHeld: boolean };

export type AssessmentsHandedOver = {
  assessments: readonly Taken[];
  /** Who assesses them from now on, and who did before. */
  to: string;
  from: string;
  by: string;
  baseUrl: string;
};

const LINK = (baseUrl: string) => ({ label: "Open my work", url: `${baseUrl}/work` });

const countOf = (assessments: readonly Taken[]): string =>
  assessments.length === 1 ? "1 assessment" : `${assessments.length} assessments`;

const linesOf = (assessments: readonly Taken[]): string =>
  assessments
    .map(
      ({ reference, dueOn, isHeld }) =>
        `${reference}: complete it by ${formatDueDay(dueOn)}${isHeld ? ". It is on hold: wait until the desk resumes it" : ""}`,
    )
    .join("\n");

/** One mail for everything that somebody takes over, to them and the desk. It has no titles, because their markings may differ. */
export function takenOverEmail({ assessments, to, from, by, baseUrl }: AssessmentsHandedOver) {
  const count = countOf(assessments);
  return {
    subject: `[UNCLASSIFIED] ${count} handed over from ${from} to ${to}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        `${to} now assesses ${assessments.length === 1 ? "this application" : "these applications"}, instead of ${from}:`,
        linesOf(assessments),
        "Declare your interests first. Then you can read the application.",
        `Changed by ${by}.`,
      ],
      link: LINK(baseUrl),
    }),
  };
}

type Released = { references: readonly string[]; by: string; baseUrl: string };

/** Tells whoever assessed before that they need not any more. They may no longer open the applications: the link leads to their words. */
export function releasedEmail({ references, by, baseUrl }: Released) {
  const what = references.length === 1 ? "your assessment is" : "your assessments are";
  return {
    subject: `[UNCLASSIFIED] ${references.join(", ")}: ${what} no longer needed`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        `You no longer have the role of assessor. ${by} asked somebody else to assess ${references.join(", ")}.`,
        "You do not need to do anything more. If you have started writing, we have kept your words for you.",
      ],
      link: { label: "Read what you typed", url: `${baseUrl}/unsent` },
    }),
  };
}
