import { ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { type Held, type Leaving, leavingLines, officesOfNobody } from "./rules.ts";

type Barred = { name: string; isActive: boolean; references: readonly string[] };

/**
 * Tells the people who write or sign for an agency that it may no longer apply, or may apply again, and which work is
 * affected.
 */
export function agencyEmail(
  { name, isActive, references }: Barred,
  { baseUrl, deskEmail }: { baseUrl: string; deskEmail: string },
) {
  const happened = isActive ? "may apply to the fund again" : "may not apply to the fund at present";
  return {
    subject: `[UNCLASSIFIED] ${name} ${happened}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        `${name} ${happened}.`,
        `${isActive ? "These can be submitted now" : "These cannot be submitted until it may apply again. Nothing in them is lost"}: ${references.join(", ")}.`,
        `If you have a question, ask the fund desk: ${deskEmail}.`,
      ],
      link: { label: "Open the portal", url: `${baseUrl}/home` },
    }),
  };
}

/** Tells the desk whose assessments and questions nobody will answer, so that it asks somebody else. */
export function askedAgainEmail(name: string, held: readonly Held[], baseUrl: string) {
  const lines = held.map(({ kind, count, references }) => {
    const more = count > references.length ? " and more" : "";
    return kind === "questions"
      ? `Withdraw or pass over their open questions, or ask another adviser: ${references.join(", ")}${more}.`
      : `Assign another assessor where you need one: ${references.join(", ")}${more}.`;
  });
  return {
    subject: `[UNCLASSIFIED] ${name} can no longer do what they were asked to: please ask somebody else`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [`${name} has left the portal, or no longer has the role they were asked to act in.`, ...lines],
      link: { label: "Open my work", url: `${baseUrl}/work` },
    }),
  };
}

type Told = {
  /** The roles that they no longer have; null: all, because their account has ended. */
  lost: readonly Role[] | null;
  baseUrl: string;
  deskEmail: string;
};

/** Tells an agency who has left it or lost a role, what they leave behind, and which roles nobody there has now. */
export function leavingEmail(leaving: Leaving, { lost, baseUrl, deskEmail }: Told) {
  const { name, agencyName } = leaving;
  const lines = leavingLines(leaving).map(({ label, count, references }) => {
    const more = count > references.length ? " and more" : "";
    return references.length ? `${label}: ${references.join(", ")}${more}` : `${label}: ${count}`;
  });
  const nobody = officesOfNobody(leaving).map(
    ({ role }) => `${agencyName} no longer has a ${ROLE_LABELS[role]}. Ask the fund desk, ${deskEmail}, to add one.`,
  );
  const roles = new Intl.ListFormat("en-NZ").format((lost ?? []).map((role) => ROLE_LABELS[role]));
  const happened = lost ? `is no longer ${roles}` : "has left the portal";
  return {
    subject: `[UNCLASSIFIED] ${name} of ${agencyName} ${happened}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        lost ? `${name} is no longer ${roles}.` : `The account of ${name} has ended.`,
        ...(lines.length ? [`${agencyName} still has the work they leave behind:`, ...lines] : []),
        ...nobody,
      ],
      link: { label: "Open the portal", url: `${baseUrl}/home` },
    }),
  };
}
