import { composeEmail } from "#lib/platform/message.ts";

type Moved = { name: string; before: string; after: string; by: string; deskEmail: string; baseUrl: string };

/** Tells a person at both addresses that theirs has changed, so that nobody can take over an account unnoticed. */
export const addressEmail = ({ name, before, after, by, deskEmail, baseUrl }: Moved) => ({
  subject: "[UNCLASSIFIED] Your email address for the Pacific Security Fund has changed",
  ...composeEmail({
    marking: "UNCLASSIFIED",
    paragraphs: [
      `Kia ora ${name}`,
      `${by} has changed your address on the Pacific Security Fund portal from ${before} to ${after}. From now on, sign in with ${after}. Your work is as you left it.`,
      `If you did not expect this, tell the fund desk straight away: ${deskEmail}.`,
    ],
    link: { label: "Sign in", url: `${baseUrl}/sign-in` },
  }),
});
