import { composeEmail } from "#lib/platform/message.ts";

type Moved = {
  references: readonly string[];
  from: string;
  to: string;
  reason: string;
  deskEmail: string;
  baseUrl: string;
};

/** More than these are counted: the agency that took them over finds them in its list. */
const NAMED_MAX = 50;

/** Tells both agencies and the desk which applications have moved. Titles stay out of it: their markings may differ. */
export function movedEmail({ references, from, to, reason, deskEmail, baseUrl }: Moved) {
  const isOne = references.length === 1;
  const what = isOne ? "1 application" : `${references.length} applications`;
  const named = references.slice(0, NAMED_MAX).join(", ");
  const more = references.length > NAMED_MAX ? ` and ${references.length - NAMED_MAX} more` : "";
  return {
    subject: `[UNCLASSIFIED] ${what} moved from ${from} to ${to}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        `${to} has taken over ${what} from ${from}: ${named}${more}.`,
        `Reason: ${reason}`,
        `${to} can now work on ${isOne ? "it" : "them"}, with everything written so far. ${from} can no longer open ${isOne ? "it" : "them"}.`,
        `If you have a question, ask the fund desk: ${deskEmail}.`,
      ],
      link: { label: "Open the portal", url: `${baseUrl}/home` },
    }),
  };
}
