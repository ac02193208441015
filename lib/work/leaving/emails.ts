import { ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { type Leaving, leavingLines, officesOfNobody } from "./rules.ts";

type Told = {
  /** The roles that they have given up; null: all, with their account. */
  lost: readonly Role[] | null;
  baseUrl: string;
  deskEmail: string;
};

/** Tells an agency who has left it or a role, what they leave behind, and which office nobody of it holds now. */
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
        ...(lines.length ? [`${agencyName} still has what they leave behind:`, ...lines] : []),
        ...nobody,
      ],
      link: { label: "Open the portal", url: `${baseUrl}/home` },
    }),
  };
}
