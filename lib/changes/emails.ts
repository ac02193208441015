import { composeEmail } from "#lib/platform/message.ts";
import { type ChangeLine, changeTitle } from "./rules.ts";

export type ChangeEmail = { subject: string; text: string; html: string };

/** A change belongs to no single application: its mails are UNCLASSIFIED. `happened`: "asked for by …", "confirmed by …". */
export function changeEmail(
  baseUrl: string,
  change: ChangeLine,
  happened: string,
  more: readonly string[],
): ChangeEmail {
  const what = `${changeTitle(change)}: ${happened}`;
  return {
    subject: `[UNCLASSIFIED] ${what}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [`${what}.`, ...more],
      link: { label: "Open the change", url: `${baseUrl}/changes/${change.id}` },
    }),
  };
}
