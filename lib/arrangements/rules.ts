import { formatPhasing, type PhasedAmount } from "../budget/rules.ts";
import { formatDate, formatDeadline } from "../dates.ts";
import { formatCents } from "../money.ts";
import type { Paper } from "../paper.ts";

/** The offer letter as plain paragraphs, kept as it was sent. `dueAt` null: not chosen yet. */
export function offerLetter(offer: {
  reference: string;
  title: string;
  agencyName: string;
  amountCents: bigint;
  phasing: PhasedAmount;
  conditions: string;
  message: string | null;
  sentAt: Date;
  dueAt: Date | null;
}): string {
  return [
    formatDate(offer.sentAt),
    offer.agencyName,
    `Pacific Security Fund: offer of funding for ${offer.reference}, ${offer.title}`,
    ...(offer.message ? [offer.message] : []),
    `The Ministry of Foreign Affairs and Trade offers ${offer.agencyName} ${formatCents(offer.amountCents)}, GST exclusive, for this initiative.`,
    `By financial year: ${formatPhasing(offer.phasing)}.`,
    offer.conditions
      ? `The offer is made on these conditions:\n${offer.conditions}`
      : "The offer carries no special conditions.",
    `A certifier of your agency can accept or decline the offer in the portal until ${offer.dueAt ? formatDeadline(offer.dueAt) : "the end of the day chosen below"}. After that it lapses.`,
    "Pacific Security Fund desk, psf@mfat.govt.nz",
  ].join("\n\n");
}

/** The letter for paper: day and addressee stand above what it is about. */
export function letterPaper(letter: string, { reference, marking }: { reference: string; marking: string }): Paper {
  const [day = "", addressee = "", subject = "", ...paragraphs] = letter.split("\n\n");
  return {
    above: [day, addressee],
    title: subject,
    reference,
    marking,
    sections: [{ title: null, items: paragraphs.map((text) => ({ kind: "paragraph", text })) }],
  };
}

/** What of an acquittal is wrong: more was spent than was committed. */
export const checkAcquittal = (actualCents: bigint, committedCents: bigint): Record<string, string> =>
  actualCents > committedCents
    ? { actual: `Actual cost must be ${formatCents(committedCents)} or less: that is what was committed` }
    : {};
