import { ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { type Leaving, leavingLines, officesOfNobody } from "./rules.ts";

/** Tells an agency who has left it, what they leave behind, and which office nobody of it holds now. */
export function leavingEmail(leaving: Leaving, { baseUrl, deskEmail }: { baseUrl: string; deskEmail: string }) {
  const { name, agencyName } = leaving;
  const lines = leavingLines(leaving).map(({ label, count, references }) => {
    const more = count > references.length ? " and more" : "";
    return references.length ? `${label}: ${references.join(", ")}${more}` : `${label}: ${count}`;
  });
  const nobody = officesOfNobody(leaving).map(
    ({ role }) =>
      `Nobody of ${agencyName} is a ${ROLE_LABELS[role]} now. Ask the fund desk, ${deskEmail}, to add somebody.`,
  );
  return {
    subject: `[UNCLASSIFIED] ${name} of ${agencyName} has left the portal`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        `The account of ${name} has ended.`,
        ...(lines.length ? [`${agencyName} still has what they leave behind:`, ...lines] : []),
        ...nobody,
      ],
      link: { label: "Open the portal", url: `${baseUrl}/home` },
    }),
  };
}
