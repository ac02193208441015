import { formatInstant } from "#lib/platform/dates.ts";
import type { Marking, State } from "#lib/platform/db/generated/enums.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { ROLE_LABELS, type Role } from "./permissions.ts";
import { stateLabel, waitsOn } from "./states.ts";
import type { StepRow } from "./steps.ts";

export const MARKING_LABELS: Record<Marking, string> = {
  UNCLASSIFIED: "UNCLASSIFIED",
  IN_CONFIDENCE: "IN-CONFIDENCE",
  SENSITIVE: "SENSITIVE",
  RESTRICTED: "RESTRICTED",
};

/** The marking line at the top and bottom: "IN-CONFIDENCE – COMMERCIAL". */
export const formatMarking = (marking: Marking, endorsement: string | null): string =>
  endorsement ? `${MARKING_LABELS[marking]} – ${endorsement.toUpperCase()}` : MARKING_LABELS[marking];

export type StepMail = {
  reference: string;
  title: string;
  marking: Marking;
  step: StepRow;
  /** The state after the step. */
  state: State;
  waitsOnRole: Role | null;
  waitsOnStep?: string | undefined;
  agencyName: string;
  /** Who took the step; null: a timed job. */
  by: { side: "AGENCY" } | { side: "MFAT"; role: Role | undefined } | null;
  at: Date;
  /** A sentence specific to the step, such as its deadline. It names no people and no scores. */
  note?: string | undefined;
  /** The same, for readers at MFAT only. It may name people at MFAT. */
  mfatNote?: string | undefined;
  baseUrl: string;
};

/** A step's email to one reader: the desk, somebody who acts next, or somebody who is told the outcome. */
export function stepEmail(mail: StepMail, reader: "AGENCY" | "MFAT"): { subject: string; text: string; html: string } {
  const { step } = mail;
  const marking = MARKING_LABELS[mail.marking];
  const what = `${step.happened}${byWhom(mail, reader)}`;
  const isOpen = mail.marking === "UNCLASSIFIED";
  const next = waitsOn(mail.state, reader, mail.waitsOnRole, mail.waitsOnStep);
  return {
    subject: `[${marking}] ${mail.reference}: ${what}`,
    ...composeEmail({
      marking,
      paragraphs: [
        isOpen && mail.title ? `${mail.reference}: ${mail.title}` : mail.reference,
        `${sentence(what)} on ${formatInstant(mail.at)}.`,
        next ? `It is now ${quote(mail, reader)} and is waiting on ${next}.` : `It is now ${quote(mail, reader)}.`,
        ...(mail.note ? [mail.note] : []),
        ...(reader === "MFAT" && mail.mfatNote ? [mail.mfatNote] : []),
        ...(step.reason === "agency" ? ["The reason is in the portal."] : []),
      ],
      link: { label: "Open it in the portal", url: `${mail.baseUrl}/applications/${mail.reference}` },
    }),
  };
}

type LostAs = { role: Role; isOnHold: boolean };

/**
 * Tells somebody at MFAT who was asked by name that they are no longer asked, and why. They may no longer be able to
 * open the application, so the link leads to what they have typed.
 */
export function lostEmail(mail: StepMail, { role, isOnHold }: LostAs): { subject: string; text: string; html: string } {
  const { step, reference, title, at, baseUrl } = mail;
  const marking = MARKING_LABELS[mail.marking];
  const task = role === "ADVISER" ? "advice" : "assessment";
  const what = isOnHold ? `your ${task} can wait` : `your ${task} is no longer needed`;
  return {
    subject: `[${marking}] ${reference}: ${what}`,
    ...composeEmail({
      marking,
      paragraphs: [
        mail.marking === "UNCLASSIFIED" && title ? `${reference}: ${title}` : reference,
        `${sentence(`${step.happened}${byWhom(mail, "MFAT")}`)} on ${formatInstant(at)}.`,
        isOnHold
          ? "You do not need to do anything while it is on hold. We will email you when the desk resumes it."
          : `You do not need to do anything more, and your ${task} is off your list.`,
        `If you have started writing, we have kept your words for you.`,
      ],
      link: { label: "Read what you typed", url: `${baseUrl}/unsent` },
    }),
  };
}

const quote = (mail: StepMail, reader: "AGENCY" | "MFAT"): string => `“${stateLabel(mail.state, reader)}”`;

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function byWhom({ by, agencyName }: StepMail, reader: "AGENCY" | "MFAT"): string {
  if (!by) return "";
  if (by.side === "AGENCY") return ` by ${agencyName}`;
  return reader === "MFAT" && by.role ? ` by the ${ROLE_LABELS[by.role]}` : " by MFAT";
}
