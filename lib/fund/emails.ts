import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { formatDeadline } from "#lib/platform/dates.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { composeEmail } from "#lib/platform/message.ts";

import { isEarlier } from "./rules.ts";

type TimedRound = { name: string; opensAt: Date; closesAt: Date | null };

/** Tells the people who follow a round what happened to it, with its current times. */
export function roundEmail({ name, opensAt, closesAt }: TimedRound, what: string, baseUrl: string, reason?: string) {
  return {
    subject: `[UNCLASSIFIED] Round ${what}: ${name}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        `The round “${name}” was ${what}.`,
        `It opens on ${formatDeadline(opensAt)} and ${closesAt ? `closes on ${formatDeadline(closesAt)}` : "has no closing time"}.`,
        ...(reason ? [`The reason given: ${reason}`] : []),
      ],
      link: { label: "Open the rounds", url: `${baseUrl}/rounds` },
    }),
  };
}

type Written = { reference: string; title: string; marking: Marking };

/** Tells everybody who writes or signs off an application its round's old and new closing time. */
export function closingMovedEmail(
  { reference, title, marking }: Written,
  { closesAt: before }: TimedRound,
  { name, closesAt: after }: TimedRound,
  baseUrl: string,
) {
  const label = MARKING_LABELS[marking];
  const time = (instant: Date | null) => (instant ? formatDeadline(instant) : "no closing time");
  return {
    subject: `[${label}] ${reference}: closing time moved ${isEarlier(before, after) ? "earlier" : "later"}`,
    ...composeEmail({
      marking: label,
      paragraphs: [
        marking === "UNCLASSIFIED" && title ? `${reference}: ${title}` : reference,
        `The fund desk has moved the closing time of “${name}”. Your application is in this round and has not been submitted.`,
        `It was: ${time(before)}.\nIt is now: ${time(after)}.`,
        after
          ? "Your certifier must sign off and submit the application before the new time. We refuse anything submitted later."
          : "The round is now open all year, so you can submit at any time.",
      ],
      link: { label: "Open it in the portal", url: `${baseUrl}/applications/${reference}` },
    }),
  };
}
