import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { composeEmail } from "#lib/platform/message.ts";

export type HandedOver = {
  reference: string;
  title: string;
  marking: Marking;
  /** Who looks after it from now on, and who did before; null: nobody. */
  officer: string;
  before: string | null;
  /** Null: the portal chose when it was submitted. */
  by: string | null;
  reason: string | null;
  baseUrl: string;
};

/** Tells the desk, the person who now looks after an application, and the one who did before. */
export function officerEmail({ reference, title, marking, officer, before, by, reason, baseUrl }: HandedOver) {
  const label = MARKING_LABELS[marking];
  return {
    subject: `[${label}] ${reference}: looked after by ${officer}`,
    ...composeEmail({
      marking: label,
      paragraphs: [
        marking === "UNCLASSIFIED" && title ? `${reference}: ${title}` : reference,
        before
          ? `${officer} now looks after this application, instead of ${before}.`
          : `${officer} now looks after this application.`,
        by ? `Changed by ${by}: ${reason}` : "The portal chose the desk officer with the fewest applications.",
      ],
      link: { label: "Open the application", url: `${baseUrl}/applications/${reference}` },
    }),
  };
}

export type HandedOverAll = {
  references: readonly string[];
  officer: string;
  before: string;
  by: string;
  reason: string;
  baseUrl: string;
};

/**
 * One mail for everything that somebody hands over to one other person. It has no titles, because their markings may
 * differ.
 */
export function handOverEmail({ references, officer, before, by, reason, baseUrl }: HandedOverAll) {
  const count = references.length === 1 ? "1 application" : `${references.length} applications`;
  return {
    subject: `[UNCLASSIFIED] ${count} handed over from ${before} to ${officer}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        `${officer} now looks after ${count}, instead of ${before}.`,
        references.join(", "),
        `Changed by ${by}: ${reason}`,
      ],
      link: { label: "Open your applications", url: `${baseUrl}/applications?officer=me` },
    }),
  };
}
