import { type PhasedAmount, phasedTotal } from "#lib/budget/rules.ts";
import type { Lists, Readable } from "#lib/form/fields.ts";
import { inWords } from "#lib/form/parse.ts";
import { dayOf, financialYearOf, formatDay } from "#lib/platform/dates.ts";
import { formatYear } from "#lib/platform/money.ts";
import {
  type Budget,
  categoriesOf,
  contributionsTotal,
  endedInWords,
  endedOf,
  requestedPhasing,
  totalsByCategory,
} from "./budget.ts";
import { draftFields } from "./releases.ts";
import {
  type Answered,
  answersOf,
  isOptionalSection,
  SECTIONS,
  type SectionAnswers,
  type SectionKey,
  WRITTEN_SECTIONS,
} from "./sections.ts";

/** An application on one page, for whoever is responsible for it. Texts are in words; amounts in cents. */
export type Summary = {
  requestedCents: bigint;
  phasing: PhasedAmount;
  byCategory: { label: string; cents: bigint }[];
  contributionsCents: bigint;
  /** "What could go wrong (Ministry owner): what is done about it", for the high risks. */
  highRisks: string[];
  /** Other facts: label and value, in the form's words and order. */
  facts: { label: string; value: string }[];
  /** What is missing or inconsistent, one sentence each. */
  toCheck: string[];
};

type Section = { key: SectionKey; status: string; answers: Answered | null };
type Surroundings = {
  lists: Lists;
  years: readonly number[];
  now: Date;
  lettersOfSupport: number;
  openComments: number;
};

/** The fields that somebody responsible for an application asks about first. */
const FACTS: readonly [SectionKey, string][] = [
  ["initiative", "places"],
  ["initiative", "mainFocusArea"],
  ["initiative", "startsOn"],
  ["initiative", "endsOn"],
  ["initiative", "marking"],
  ["oda", "eligible"],
  ["risks", "overall"],
];

/** An application's answers on one page. */
export function summarise(sections: readonly Section[], surroundings: Surroundings): Summary {
  const { lists, years } = surroundings;
  const answered = (key: SectionKey): Answered => sections.find((section) => section.key === key)?.answers ?? {};
  const budget: Budget = { lines: [], contributions: [], ...answersOf(sections, "budget") };
  const initiative = answersOf(sections, "initiative");
  const phasing = requestedPhasing(budget, years);
  const facts = FACTS.flatMap(([key, name]) => {
    const field = draftFields(key, years).find((one) => one.name === name);
    return field ? [{ label: field.label, value: inWords(field, answered(key)[name], lists).join(", ") }] : [];
  });
  return {
    requestedCents: phasedTotal(phasing),
    phasing,
    byCategory: totalsByCategory(budget, years, categoriesOf(draftFields("budget", years))),
    contributionsCents: contributionsTotal(budget),
    highRisks: (answersOf(sections, "risks")?.risks ?? [])
      .filter(({ rating }) => rating === "High")
      .map(({ risk, treatment, owner }) => `${risk} (${owner}): ${treatment}`),
    facts,
    toCheck: [
      ...toCheck(sections, initiative, phasing, surroundings),
      ...lateActivities(answersOf(sections, "activities"), initiative),
    ],
  };
}

type Read<Key extends SectionKey> = Readable<SectionAnswers[Key]> | null;

/** Activities and milestones that are planned for after the planned end. */
const lateActivities = (read: Read<"activities">, initiative: Read<"initiative">): string[] =>
  (read?.activities ?? []).flatMap(({ what, byOn }) =>
    byOn && initiative?.endsOn && byOn > initiative.endsOn
      ? [`The activity “${what}” is planned for ${formatDay(byOn)}, after the planned end.`]
      : [],
  );

function toCheck(
  sections: readonly Section[],
  initiative: Read<"initiative">,
  phasing: PhasedAmount,
  { now, years, lettersOfSupport, openComments }: Surroundings,
): string[] {
  const [startsOn, endsOn] = [initiative?.startsOn, initiative?.endsOn];
  const isComplete = (key: SectionKey) => sections.find((section) => section.key === key)?.status === "complete";
  const found = WRITTEN_SECTIONS.filter((key) => !isOptionalSection(key) && !isComplete(key)).map((key) => {
    const ended = key === "budget" && endedInWords(years);
    return `Section ${SECTIONS[key].number}, “${SECTIONS[key].title}”, is not complete${ended ? `: ${ended}` : "."}`;
  });
  if (!lettersOfSupport) found.push("No letter of support from a Pacific partner is attached.");
  if (startsOn && startsOn < dayOf(now)) {
    found.push(`The planned start, ${formatDay(startsOn)}, has passed.`);
  }
  if (startsOn && endsOn) {
    const [first, last] = [financialYearOf(startsOn), financialYearOf(endsOn)];
    const isOutside = (year: number) => (year < first || year > last) && !endedOf(years).includes(year);
    for (const { startYear } of phasing.filter((part) => isOutside(part.startYear))) {
      found.push(`The application asks for money in ${formatYear(startYear)}, but plans no work in that year.`);
    }
  }
  if (openComments) {
    found.push(
      openComments === 1 ? "1 comment from a colleague is open." : `${openComments} comments from colleagues are open.`,
    );
  }
  return found;
}
