import { composeEmail } from "#lib/platform/message.ts";

type Moved = { name: string; from: string; to: string; email: string; baseUrl: string };

/** Tells somebody that their account has moved to another agency. */
export const movedEmail = ({ name, from, to, email, baseUrl }: Moved) => ({
  subject: `[UNCLASSIFIED] Your Pacific Security Fund account has moved to ${to}`,
  ...composeEmail({
    marking: "UNCLASSIFIED",
    paragraphs: [
      `Kia ora ${name}`,
      `Your account has moved from ${from} to ${to}. Sign in with ${email}. You can now work on the applications of ${to}, and can no longer open those of ${from}.`,
    ],
    link: { label: "Sign in", url: `${baseUrl}/sign-in` },
  }),
});
