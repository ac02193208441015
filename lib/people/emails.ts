import { composeEmail } from "#lib/platform/message.ts";

type Asked = { email: string; agencyName: string; former: { personId: string; name: string } | null; baseUrl: string };

/** Tells the desk that somebody at a known agency without an account, or with an address that they no longer have, asked for a code. */
export const askedEmail = ({ email, agencyName, former, baseUrl }: Asked) => ({
  subject: former
    ? `[UNCLASSIFIED] Somebody tried to sign in with an old address of ${former.name}`
    : `[UNCLASSIFIED] Somebody at ${agencyName} has no account`,
  ...composeEmail({
    marking: "UNCLASSIFIED",
    paragraphs: former
      ? [
          `Somebody tried to sign in with ${email}, which was the address of ${former.name} before. Nobody can sign in with it any more.`,
          "If it was them, tell them which address to sign in with.",
        ]
      : [`${email} tried to sign in and has no account. The address belongs to ${agencyName}.`],
    link: former
      ? { label: "Open their page", url: `${baseUrl}/settings/people/${former.personId}` }
      : { label: "Add a person", url: `${baseUrl}/settings/people/new` },
  }),
});

export const welcomeEmail = ({ name, baseUrl }: { name: string; baseUrl: string }) => ({
  subject: "[UNCLASSIFIED] You have an account with the Pacific Security Fund",
  ...composeEmail({
    marking: "UNCLASSIFIED",
    paragraphs: [
      `Kia ora ${name}`,
      "You now have an account on the Pacific Security Fund portal. Sign in with this address. You do not need a password.",
    ],
    link: { label: "Sign in", url: `${baseUrl}/sign-in` },
  }),
});

type Colleague = { agencyName: string; name: string; happened: string; more: readonly string[]; baseUrl: string };

/** Tells the desk what a certifier changed about the people at their agency. `name`: the certifier's. */
export function colleagueEmail({ agencyName, name, happened, more, baseUrl }: Colleague) {
  const what = `${agencyName}: ${happened} by its certifier`;
  return {
    subject: `[UNCLASSIFIED] ${what}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [`${what}, ${name}.`, ...more],
      link: { label: "Open people", url: `${baseUrl}/settings/people` },
    }),
  };
}
