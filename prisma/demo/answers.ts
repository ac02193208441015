import { yearColumn } from "#lib/applications/form/budget.ts";
import type { SectionKey } from "#lib/applications/form/sections.ts";
import type { Values } from "#lib/form/fields.ts";
import { addDays, financialYearOf } from "#lib/platform/dates.ts";
import type { Story } from "./stories.ts";

/**
 * The answers of all sections of a story whose initiative starts on a day, as its contributor would have typed them.
 */
export function answersOf(story: Story, contributor: string, domain: string, startsOn: Date): [SectionKey, Values][] {
  return [
    ["initiative", initiativeValues(story, startsOn)],
    ["budget", budgetValues(story, financialYearOf(startsOn))],
    ["people", peopleValues(story, contributor, domain)],
    ["need", needValues(story)],
    ["partners", partnersValues(story)],
    ["activities", activitiesValues(story, startsOn)],
    ["results", resultsValues(startsOn)],
    ["value", valueValues(story)],
    ["risks", risksValues(story)],
    ["oda", odaValues(story)],
  ];
}

function initiativeValues(story: Story, startsOn: Date): Values {
  const shares = Object.entries(story.places).map(([code, percent]) => [`places-${code}`, String(percent)]);
  return {
    title: story.title,
    summary: story.summary,
    places: Object.keys(story.places),
    ...Object.fromEntries(shares),
    focusAreas: story.focus === "enabling" ? ["enabling"] : [story.focus, "enabling"],
    mainFocusArea: story.focus,
    ...dayValues("startsOn", startsOn),
    ...dayValues("endsOn", addDays(startsOn, story.dollars.length > 1 ? 465 : 225)),
    marking: story.marking ?? "UNCLASSIFIED",
    endorsement: "",
  };
}

const dayValues = (name: string, day: Date): Values => ({
  [`${name}-day`]: String(day.getUTCDate()),
  [`${name}-month`]: String(day.getUTCMonth() + 1),
  [`${name}-year`]: String(day.getUTCFullYear()),
});

const THREATS: Record<Story["focus"], string> = {
  climate:
    "Cyclones are more frequent and stronger. After the last one, help took nine days to reach the outer islands, and shops were looted before it arrived.",
  human:
    "People are hurt where services are thin: a few officers serve many islands, and those who need them most cannot reach them.",
  environment:
    "Fish and timber that are taken illegally are lost for good. There are few inspectors, and people who break the law know it.",
  crime:
    "Organised groups use the islands as a route to larger markets. Seizures have quadrupled in five years, and some of the goods stay in the islands.",
  cyber:
    "Government networks are attacked every week. Twice in the last two years a ministry worked on paper for a month.",
  enabling:
    "Rules, skills and equipment have not kept up with what the services are asked to do, and good people leave.",
};

export function needValues(story: Story): Values {
  return {
    threat: `${THREATS[story.focus]} ${story.summary}`,
    importance:
      "The partner’s own security strategy names this among its first three needs. It matters to New Zealand because threats that are not stopped there reach us here, and because New Zealanders live, trade and travel in the region.",
    whyNewZealand: `${story.agency} has worked with these services for many years, has the people to do it, and was asked by them to do so. Nobody else offers this on the same scale.`,
    otherWork:
      "Australia’s police programme covers the larger stations, and a regional body runs a yearly course. We asked both, and this initiative starts where they stop.",
  };
}

/** The amounts split over four lines in whole dollars; the last line gets the rounding difference. */
const LINES = [
  { category: "personnel", description: "Instructors and mentors", part: 0.4 },
  { category: "training", description: "Courses, venues and materials", part: 0.25 },
  { category: "travel", description: "Flights and stays", part: 0.2 },
  { category: "equipment", description: "Equipment and its upkeep for the first year", part: 0.15 },
] as const;

export function budgetValues(story: Story, startYear: number): Values {
  const values: Record<string, string> = {};
  LINES.forEach(({ category, description, part }, index) => {
    values[`lines.${index}.category`] = category;
    values[`lines.${index}.description`] = description;
    story.dollars.forEach((dollars, offset) => {
      const before = LINES.slice(0, index).reduce((sum, line) => sum + Math.floor(dollars * line.part), 0);
      const own = index === LINES.length - 1 ? dollars - before : Math.floor(dollars * part);
      values[`lines.${index}.${yearColumn(startYear + offset)}`] = own.toLocaleString("en-NZ");
    });
  });
  values["contributions.0.source"] = "agency";
  values["contributions.0.from"] = `${story.agency}: salaries of its people who take part`;
  values["contributions.0.amount"] = String(Math.round((story.dollars[0] ?? 0) / 5));
  return values;
}

const rowsOf = (name: string, rows: readonly Values[]): Values =>
  Object.fromEntries(
    rows.flatMap((row, index) => Object.entries(row).map(([column, value]) => [`${name}.${index}.${column}`, value])),
  );

function peopleValues(story: Story, contributor: string, domain: string): Values {
  return {
    contributorName: contributor,
    contributorEmail: `contributor@${domain}`,
    contributorPhone: "04 000 0101",
    certifierName: `Certifier of ${story.agency}`,
    certifierPosition: "National manager",
    certifierEmail: `certifier@${domain}`,
    financeName: `Finance team, ${story.agency}`,
    financeEmail: `finance@${domain}`,
    financePhone: "",
  };
}

const PARTNERS: Record<Story["focus"], string> = {
  climate: "National disaster management office",
  human: "Police service",
  environment: "Ministry of fisheries",
  crime: "Customs and revenue service",
  cyber: "National computer emergency response team",
  enabling: "Attorney-General’s office",
};

const partnersValues = (story: Story): Values => ({
  ...rowsOf(
    "partners",
    Object.keys(story.places).map((country) => ({
      organisation: PARTNERS[story.focus],
      country,
      contact: "",
      asked: "They asked for it at the annual meeting of heads of service, and again by letter in March.",
    })),
  ),
  ownership:
    "The partner chairs the steering group, chooses who takes part, and keeps the equipment and the course materials.",
});

const activitiesValues = (story: Story, startsOn: Date): Values => ({
  approach: `A team of four plans with the partner, trains in the country, returns after three months, and hands over. ${story.summary}`,
  ...rowsOf(
    "activities",
    [
      ["Planning visit and agreed plan", 25],
      ["First course held", 85],
      ["Equipment handed over", 145],
      ["Return visit and evaluation", 205],
    ].map(([what, days]) => ({
      what: String(what),
      where: Object.keys(story.places).length > 1 ? "Each place in turn" : "In the country",
      ...dayValues("byOn", addDays(startsOn, Number(days))),
    })),
  ),
});

const resultsValues = (startsOn: Date): Values =>
  rowsOf("outcomes", [
    {
      outcome: "Officers do the work on their own",
      indicator: "Officers assessed as able",
      baseline: "12 of 60",
      target: "50 of 60",
      ...dayValues("byOn", addDays(startsOn, 215)),
    },
    {
      outcome: "The service keeps it going",
      indicator: "A line for it in the partner’s own budget",
      baseline: "None",
      target: "In the next year’s estimates",
      ...dayValues("byOn", addDays(startsOn, 225)),
    },
  ]);

const valueValues = (story: Story): Values => ({
  valueForMoney: `Instructors of ${story.agency} take part at salary cost, and local venues are used. Sending officers to New Zealand would cost about twice as much.`,
  procurement: "Equipment is bought under the all-of-government contracts; three quotes for anything above $10,000.",
  afterwards: "The partner’s own trainers hold the course from the second year, from its own budget.",
});

const risksValues = (story: Story): Values => ({
  ...rowsOf("risks", [
    {
      risk: "A cyclone or an election moves the dates",
      likelihood: "possible",
      consequence: "moderate",
      treatment: "Two windows are agreed with the partner; fares can be changed.",
      owner: `${story.agency}, project lead`,
    },
    {
      risk: "Trained people leave the service",
      likelihood: "likely",
      consequence: "minor",
      treatment: "We train twice as many people as are needed, including trainers.",
      owner: "The partner",
    },
  ]),
  overall: "medium",
  gender: "At least four in ten of those who take part are women; one course is for women officers only.",
  humanRights: "The course covers the use of force and the rights of people in custody.",
  environment: "Little impact: trips are combined, and equipment is taken back at the end of its life.",
  healthAndSafety: "Field work follows the agency’s own travel safety plan.",
});

const odaValues = (story: Story): Values => ({
  eligible: story.focus === "cyber" ? "partly" : "yes",
  reason: "It builds civilian services that people depend on. Work to defend networks does not count.",
  purposeCode: {
    climate: "74020",
    human: "15132",
    environment: "31310",
    crime: "15132",
    cyber: "22040",
    enabling: "15130",
  }[story.focus],
});
