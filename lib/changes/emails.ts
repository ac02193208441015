import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { type ChangeLine, changeTitle } from "./rules.ts";

export type ChangeEmail = { subject: string; text: string; html: string };

/**
 * `marking`: that of the application concerned; a change to the fund itself is UNCLASSIFIED. `happened`: "asked for by
 * …", "confirmed by …". What somebody wrote about a marked application stays in the portal. `next`: who it is waiting
 * on, or the outcome.
 */
export function changeEmail(
  { baseUrl, marking }: { baseUrl: string; marking: Marking },
  change: ChangeLine,
  happened: string,
  { more, next }: { more: readonly string[]; next?: string | undefined },
): ChangeEmail {
  const what = `${changeTitle(change)}: ${happened}`;
  return {
    subject: `[${MARKING_LABELS[marking]}] ${what}`,
    ...composeEmail({
      marking: MARKING_LABELS[marking],
      paragraphs: [
        `${what}.`,
        ...(marking === "UNCLASSIFIED" ? more : ["The reason is in the portal."]),
        ...(next ? [next] : []),
      ],
      link: { label: "Open the change", url: `${baseUrl}/changes/${change.id}` },
    }),
  };
}
