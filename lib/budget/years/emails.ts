import { endOfDay, formatDay, formatDeadline, formatDueDay } from "#lib/platform/dates.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { yearsInWords } from "./rules.ts";

type Email = { subject: string; text: string; html: string };

const yearEndAt = (baseUrl: string, startYear: number) => ({
  label: "Open the year end",
  url: `${baseUrl}/budget/year-end?year=${startYear}`,
});

type YearEndTold = {
  baseUrl: string;
  startYear: number;
  held: { count: number; reservedCents: bigint; unspentCents: bigint };
  /** Years that have ended and are not closed. */
  earlier: readonly number[];
};

/** To the desk and the budget officers in June: what the ending year still holds, and what is to be closed before it. */
export function yearEndEmail({ baseUrl, startYear, held, earlier }: YearEndTold): Email {
  const name = formatYear(startYear);
  const [isOne, open] = [earlier.length === 1, yearsInWords(earlier)];
  const holding = held.count === 1 ? "1 initiative still holds money" : `${held.count} initiatives still hold money`;
  const what = held.count ? holding : `${open} ${isOne ? "is" : "are"} not closed`;
  const paragraphs = [
    held.count > 0 &&
      `${formatCents(held.reservedCents)} is reserved in ${name} and not accepted yet. ${formatCents(held.unspentCents)} is committed and not paid.`,
    held.count > 0 && "Decide on reserved money, carry it forward or release it before 30 June.",
    earlier.length > 0 &&
      `${open} ${isOne ? "has ended and is" : "have ended and are"} not closed yet. Years close in order, and money from ${formatYear(startYear - 1)} can only be carried into ${name} until 30 June.`,
  ];
  return {
    subject: `[UNCLASSIFIED] Financial year ${name} ends on 30 June: ${what}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: paragraphs.filter((one) => typeof one === "string"),
      link: yearEndAt(baseUrl, startYear),
    }),
  };
}

type Cutoff = { baseUrl: string; startYear: number; cutoffOn: Date; before: Date | null; reason: string | null };

const untilWhen = ({ startYear, cutoffOn }: Cutoff): string =>
  `Financial year ${formatYear(startYear)}: claims and payments until ${formatDueDay(cutoffOn)}`;

/** "It was 31 July 2027." and why it has moved; empty if the day is set for the first time. */
const moved = ({ before, reason }: Cutoff): string[] => [
  ...(before ? [`The cut-off day was ${formatDay(before)}.`] : []),
  ...(reason ? [`Reason: ${reason}`] : []),
];

/** To the desk. `told`: how many people of agencies read of it too. */
export function cutoffSetEmail(cutoff: Cutoff, by: string, told: number): Email {
  const people = told === 1 ? "1 person" : `${told} people`;
  return {
    subject: `[UNCLASSIFIED] ${untilWhen(cutoff)}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        `${untilWhen(cutoff)}.`,
        ...moved(cutoff),
        `${by} set this cut-off day.`,
        ...(told ? [`We emailed ${people} at agencies with something left to claim.`] : []),
      ],
      link: yearEndAt(cutoff.baseUrl, cutoff.startYear),
    }),
  };
}

/** To an agency, with its initiatives that have something left to claim, by their references. */
export function cutoffToldEmail(cutoff: Cutoff, references: readonly string[]): Email {
  const name = formatYear(cutoff.startYear);
  const [first] = references;
  return {
    subject: `[UNCLASSIFIED] Claim work done in ${name} by ${formatDueDay(cutoff.cutoffOn)}`,
    ...composeEmail({
      marking: "UNCLASSIFIED",
      paragraphs: [
        `You can claim work done in financial year ${name} until ${formatDeadline(endOfDay(cutoff.cutoffOn))}.`,
        ...moved(cutoff),
        `${references.join(", ")} ${references.length === 1 ? "has" : "have"} money from ${name} that is not claimed yet.`,
      ],
      link: { label: `Open ${first}`, url: `${cutoff.baseUrl}/applications/${first}` },
    }),
  };
}
