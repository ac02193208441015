import { formatDay } from "#lib/platform/dates.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";

export type EnvelopeEmail = { subject: string; text: string; html: string };

type Change = { startYear: number; changeCents: bigint; effectiveOn: Date };

const changeInWords = (cents: bigint): string =>
  `${cents > 0n ? "raised" : "lowered"} by ${formatCents(cents < 0n ? -cents : cents)}`;

/** An envelope is money of no single application: its mails are UNCLASSIFIED. */
const compose = (what: string, url: string, ...more: string[]): EnvelopeEmail => ({
  subject: `[UNCLASSIFIED] ${what}`,
  ...composeEmail({
    marking: "UNCLASSIFIED",
    paragraphs: [`${what}.`, ...more],
    link: { label: "Open the budget", url },
  }),
});

const yearUrl = (baseUrl: string, startYear: number): string => `${baseUrl}/budget?year=${startYear}`;

export function adjustmentEmail(baseUrl: string, change: Change, envelopeCents: bigint): EnvelopeEmail {
  const { startYear, changeCents, effectiveOn } = change;
  const what = `Envelope ${formatYear(startYear)}: ${changeInWords(changeCents)}`;
  const since = `It takes effect on ${formatDay(effectiveOn)}.`;
  return compose(what, yearUrl(baseUrl, startYear), since, `The envelope is now ${formatCents(envelopeCents)}.`);
}

/** `changes`: by year, what the correction moved back. */
export function correctionEmail(
  baseUrl: string,
  changes: readonly { startYear: number; changeCents: bigint; envelopeCents: bigint }[],
): EnvelopeEmail {
  const [first] = changes;
  const years = changes.map(({ startYear }) => formatYear(startYear)).join(" and ");
  return compose(
    `Envelope ${years}: an adjustment made in error was reversed`,
    yearUrl(baseUrl, first?.startYear ?? 0),
    ...changes.map(
      ({ startYear, changeCents, envelopeCents }) =>
        `${formatYear(startYear)} was ${changeInWords(changeCents)} and is now ${formatCents(envelopeCents)}.`,
    ),
  );
}

type Carried = { id: string; fromYear: number; intoYear: number; cents: bigint };

/** `became`: what happened to it, in words. */
export function carryForwardEmail(
  baseUrl: string,
  { id, fromYear, intoYear, cents }: Carried,
  became: "agreed in principle" | "confirmed" | "cancelled",
): EnvelopeEmail {
  const moved =
    became === "confirmed"
      ? `The envelope of ${formatYear(fromYear)} was lowered and that of ${formatYear(intoYear)} raised by ${formatCents(cents)}.`
      : "It moves nothing between the envelopes.";
  return compose(
    `Carry-forward ${formatYear(fromYear)} to ${formatYear(intoYear)}: ${formatCents(cents)} ${became}`,
    `${baseUrl}/budget/carry-forward/${id}`,
    moved,
  );
}
