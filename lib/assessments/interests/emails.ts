import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { composeEmail } from "#lib/platform/message.ts";

export type InterestMail = {
  reference: string;
  title: string;
  marking: Marking;
  by: string;
  hasAssessed: boolean;
  /** The desk recorded it for them. */
  isNoted: boolean;
  /** Other things they did that still count, and how to undo them. */
  stands: readonly string[];
  baseUrl: string;
};

/** Tells the desk and the administrators that somebody is recused; the interest itself stays in the portal. */
export function interestEmail({ reference, title, marking, by, hasAssessed, isNoted, stands, baseUrl }: InterestMail) {
  const label = MARKING_LABELS[marking];
  return {
    subject: `[${label}] ${reference}: interest declared`,
    ...composeEmail({
      marking: label,
      paragraphs: [
        marking === "UNCLASSIFIED" && title ? `${reference}: ${title}` : reference,
        `${isNoted ? `The desk noted an interest of ${by}, who` : `${by} declared an interest and`} is recused. The desk needs to find somebody else, unless an administrator clears the interest.`,
        ...(hasAssessed
          ? ["The assessment they completed still counts. The desk decides whether to set it aside, with a reason."]
          : []),
        ...stands,
      ],
      link: { label: "Open the register of interests", url: `${baseUrl}/settings/interests` },
    }),
  };
}
