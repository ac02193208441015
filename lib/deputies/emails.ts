import { composeEmail } from "#lib/platform/message.ts";
import { formatRange } from "./rules.ts";

export type DeputyMail = {
  approver: string;
  deputy: string;
  fromOn: Date;
  toOn: Date;
  what: "named" | "ended";
  baseUrl: string;
};

/** What the deputy and the desk are told when a deputy is named, and when it ends early. */
export function deputyEmail(
  mail: DeputyMail,
  reader: "deputy" | "desk",
): { subject: string; text: string; html: string } {
  const { approver, deputy, what, baseUrl } = mail;
  const range = formatRange(mail);
  const who = reader === "deputy" ? "You are" : `${deputy} is`;
  const happened =
    what === "named" ? `${who} deputy for ${approver} ${range}` : `${who} no longer deputy for ${approver}`;
  const then =
    what === "named"
      ? `On these days ${reader === "deputy" ? "you" : deputy} can decide under ${approver}’s delegation when ${reader === "deputy" ? "your" : "their"} own is not enough. We record those decisions as made for ${approver}.`
      : `${reader === "deputy" ? "You were" : `${deputy} was`} named as deputy ${range}.`;
  return {
    subject: `[UNCLASSIFIED] ${happened}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [`${happened}.`, then],
      ...(reader === "deputy" && { link: { label: "Open the portal", url: `${baseUrl}/work` } }),
    }),
  };
}
