import { formatInstant } from "#lib/platform/dates.ts";
import type { Marking, State } from "#lib/platform/db/generated/enums.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { ROLE_LABELS, type Role } from "./permissions.ts";
import { type Action, isEnded, stateLabel, transition, waitsOn } from "./workflow.ts";

export const MARKING_LABELS: Record<Marking, string> = {
  UNCLASSIFIED: "UNCLASSIFIED",
  IN_CONFIDENCE: "IN-CONFIDENCE",
  SENSITIVE: "SENSITIVE",
  RESTRICTED: "RESTRICTED",
};

/** As it stands at the top and bottom of what is marked: "IN-CONFIDENCE – COMMERCIAL". */
export const formatMarking = (marking: Marking, endorsement: string | null): string =>
  endorsement ? `${MARKING_LABELS[marking]} – ${endorsement.toUpperCase()}` : MARKING_LABELS[marking];

export type StepMail = {
  reference: string;
  title: string;
  marking: Marking;
  action: Action;
  /** The state after the step. */
  state: State;
  waitsOnRole: Role | null;
  agencyName: string;
  /** Who took the step; null: a timed job. */
  by: { side: "AGENCY" } | { side: "MFAT"; role: Role | undefined } | null;
  at: Date;
  /** A sentence of the step's own, such as its deadline. It names no people and no scores. */
  note?: string | undefined;
  /** The same for MFAT's readers alone: it may name a person of MFAT. */
  mfatNote?: string | undefined;
  baseUrl: string;
};

/** The mail of a step to one of the readers: the desk, who must act next, or who is told the outcome. */
export function stepEmail(step: StepMail, reader: "AGENCY" | "MFAT"): { subject: string; text: string; html: string } {
  const marking = MARKING_LABELS[step.marking];
  const what = `${transition(step.action).happened}${byWhom(step, reader)}`;
  const isOpen = step.marking === "UNCLASSIFIED";
  const next = waitsOn(step.state, reader, step.waitsOnRole);
  return {
    subject: `[${marking}] ${step.reference}: ${what}`,
    ...composeEmail({
      marking,
      paragraphs: [
        isOpen && step.title ? `${step.reference}: ${step.title}` : step.reference,
        `${sentence(what)} on ${formatInstant(step.at)}.`,
        isEnded(step.state) || !next
          ? `It is now ${quote(step, reader)}.`
          : `It is now ${quote(step, reader)} and waits on ${next}.`,
        ...(step.note ? [step.note] : []),
        ...(reader === "MFAT" && step.mfatNote ? [step.mfatNote] : []),
        ...(transition(step.action).reason === "agency" ? ["The reason is in the portal."] : []),
      ],
      link: { label: "Open it in the portal", url: `${step.baseUrl}/applications/${step.reference}` },
    }),
  };
}

const quote = (step: StepMail, reader: "AGENCY" | "MFAT"): string => `“${stateLabel(step.state, reader)}”`;

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function byWhom({ by, agencyName }: StepMail, reader: "AGENCY" | "MFAT"): string {
  if (!by) return "";
  if (by.side === "AGENCY") return ` by ${agencyName}`;
  return reader === "MFAT" && by.role ? ` by the ${ROLE_LABELS[by.role]}` : " by MFAT";
}
