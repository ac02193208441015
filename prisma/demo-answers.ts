import { yearColumn } from "../lib/applications/form/budget.ts";
import { addDays } from "../lib/dates.ts";
import type { Values } from "../lib/fields.ts";
import type { Story } from "./demo-stories.ts";

/** The answers of a story's sections, as somebody would have typed them. */
export function initiativeValues(story: Story, begunOn: Date): Values {
  const shares = Object.entries(story.places).map(([code, percent]) => [`places-${code}`, String(percent)]);
  return {
    title: story.title,
    summary: story.summary,
    places: Object.keys(story.places),
    ...Object.fromEntries(shares),
    focusAreas: story.focus === "enabling" ? ["enabling"] : [story.focus, "enabling"],
    mainFocusArea: story.focus,
    ...dayValues("startsOn", addDays(begunOn, 75)),
    ...dayValues("endsOn", addDays(begunOn, story.dollars.length > 1 ? 540 : 300)),
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
    "Cyclones come more often and stronger. After the last one, help took nine days to reach the outer islands, and stores were looted before it came.",
  human:
    "People are hurt where services are thin: a few officers serve many islands, and those who need them most cannot reach them.",
  environment:
    "What is taken from the sea and the forests unseen is lost for good. Inspectors are few, and those who break the law know it.",
  crime:
    "Organised groups use the islands as a way to larger markets. Seizures have grown fourfold in five years, and part of what passes through stays.",
  cyber:
    "Government networks are attacked every week. Twice in the last two years a ministry worked on paper for a month.",
  enabling:
    "Rules, skills and equipment have not kept up with what the services are asked to do, and good people leave.",
};

export function needValues(story: Story): Values {
  return {
    threat: `${THREATS[story.focus]} ${story.summary}`,
    importance:
      "The partner’s own security strategy names this among its first three needs. For New Zealand it matters because what is not stopped there arrives here, and because our people live, trade and travel in the region.",
    whyNewZealand: `${story.agency} has worked with these services for many years, has the people to do it, and was asked by them to do so. Nobody else offers it at this size.`,
    otherWork:
      "Australia’s police programme covers the larger stations, and a regional body runs a yearly course. Both were asked, and this initiative takes up where they end.",
  };
}

/** The amounts split over four lines in whole dollars; the last line takes what rounding leaves. */
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
  values["contributions.0.from"] = `${story.agency}: salaries of those who take part`;
  values["contributions.0.amount"] = String(Math.round((story.dollars[0] ?? 0) / 5));
  return values;
}
