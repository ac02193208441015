import { SECTIONS, type SectionKey } from "#lib/applications/form/sections.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { composeEmail } from "#lib/platform/message.ts";

export type CommentMail = {
  reference: string;
  title: string;
  marking: Marking;
  author: string;
  section: SectionKey | null;
  /** Whether the comment names the recipient. */
  isNamed: boolean;
  baseUrl: string;
};

/** Tells a colleague that there is a comment; its text stays in the portal. */
export function commentEmail({ reference, title, marking, author, section, isNamed, baseUrl }: CommentMail) {
  const label = MARKING_LABELS[marking];
  const what = `${author} ${isNamed ? "named you in a comment on" : "commented on"} ${section ? `“${SECTIONS[section].title}”` : "the application"}`;
  return {
    subject: `[${label}] ${reference}: a colleague ${isNamed ? "asks for you" : "commented"}`,
    ...composeEmail({
      marking: label,
      paragraphs: [marking === "UNCLASSIFIED" && title ? `${reference}: ${title}` : reference, `${what}.`],
      link: { label: "Read it in the portal", url: `${baseUrl}/applications/${reference}/comments` },
    }),
  };
}
