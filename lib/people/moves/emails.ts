import { formatDueDay } from "#lib/platform/dates.ts";
import { composeEmail } from "#lib/platform/message.ts";

export type Moved = {
  name: string;
  from: string;
  to: string;
  email: string;
  /** The first day at the new agency; null: now. */
  fromOn: Date | null;
  baseUrl: string;
};

/** Tells somebody that their account is of another agency from now on, or from a day to come. */
export function movedEmail({ name, from, to, email, fromOn, baseUrl }: Moved) {
  const changed = fromOn
    ? `Your account will move from ${from} to ${to} on ${formatDueDay(fromOn)}. From that day, sign in with ${email}. You can then work on the applications of ${to}, and no longer open those of ${from}. Nothing changes until then.`
    : `Your account has moved from ${from} to ${to}. Sign in with ${email}. You can now work on the applications of ${to}. You can no longer open those of ${from}.`;
  return {
    subject: `[UNCLASSIFIED] Your Pacific Security Fund account ${fromOn ? "will move" : "has moved"} to ${to}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [`Kia ora ${name}`, changed],
      link: { label: "Sign in", url: `${baseUrl}/sign-in` },
    }),
  };
}

type Cancelled = { name: string; to: string; baseUrl: string };

/** Tells somebody that their account stays where it is. */
export const cancelledEmail = ({ name, to, baseUrl }: Cancelled) => ({
  subject: `[UNCLASSIFIED] Your Pacific Security Fund account will not move to ${to}`,
  ...composeEmail({
    marking: "UNCLASSIFIED",
    paragraphs: [`Kia ora ${name}`, `Your account will not move to ${to}. Nothing changes.`],
    link: { label: "Sign in", url: `${baseUrl}/sign-in` },
  }),
});

type Failed = { id: string; name: string; to: string; why: string; baseUrl: string };

/** Tells the desk that somebody could not be moved on the day that was planned. */
export const failedEmail = ({ id, name, to, why, baseUrl }: Failed) => ({
  subject: `[UNCLASSIFIED] We could not move ${name} to ${to}`,
  ...composeEmail({
    marking: "UNCLASSIFIED",
    paragraphs: [
      `We planned to move ${name} to ${to} today, but could not: ${why}`,
      "If they still need to move, plan it again on their page.",
    ],
    link: { label: "Open their page", url: `${baseUrl}/settings/people/${id}` },
  }),
});
