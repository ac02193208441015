import { formatDeadline } from "#lib/platform/dates.ts";
import { composeEmail } from "#lib/platform/message.ts";

type TimedRound = { name: string; opensAt: Date; closesAt: Date | null };

/** Tells who follows a round that it was added or changed, with its times as they are now. */
export function roundEmail({ name, opensAt, closesAt }: TimedRound, what: string, baseUrl: string) {
  return {
    subject: `[UNCLASSIFIED] Round ${what}: ${name}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        `The round “${name}” was ${what}.`,
        `It opens on ${formatDeadline(opensAt)} and ${closesAt ? `closes on ${formatDeadline(closesAt)}` : "has no closing time"}.`,
      ],
      link: { label: "Open the rounds", url: `${baseUrl}/rounds` },
    }),
  };
}
