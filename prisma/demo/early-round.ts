import type { Story } from "./stories.ts";

/**
 * When the drafts of the round were started: all on the same day, so that all ask for money in the same financial
 * years.
 */
const EARLY_DAYS_AGO = 33;

type EarlyStory = Omit<Story, "daysAgo" | "end" | "round">;

/**
 * Eight initiatives to compare with each other, which together ask for more than the envelope of their first year. Two
 * have the same weighted total, just where the money runs out.
 */
const STORIES: readonly EarlyStory[] = [
  {
    agency: "Maritime NZ",
    title: "Rescue boats for outer islands",
    summary: "Boats, radios and trained crews for three rescue services, with a mechanic who visits twice a year.",
    places: { TV: 40, KI: 40, TK: 20 },
    focus: "human",
    dollars: [480_000, 120_000],
    agreed: [4, 4, 4, 3, 4],
  },
  {
    agency: "Customs",
    title: "Detector dogs for three ports",
    summary: "Six dogs and their handlers for the three ports with the most containers, and a veterinary service.",
    places: { FJ: 50, TO: 25, WS: 25 },
    focus: "crime",
    dollars: [520_000, 140_000],
    agreed: [4, 4, 3, 4, 3],
    advice: [
      {
        day: 11,
        of: "post",
        days: 10,
        question: "Who pays for the dogs and their handlers once the fund’s money ends?",
        answer: {
          day: 17,
          text: "Fiji’s customs service has a line for its own dogs in the draft budget. Tonga and Samoa have not decided yet.",
        },
      },
    ],
  },
  {
    agency: "NZ Police",
    title: "Investigating abuse of children online",
    summary: "Train and equip a small team in each of three services, and link them with the team in Wellington.",
    places: { WS: 40, TO: 30, CK: 30 },
    focus: "cyber",
    dollars: [410_000, 90_000],
    agreed: [4, 3, 4, 3, 4],
  },
  {
    agency: "INZ",
    title: "Border posts on shared land and sea borders",
    summary: "Equip four border posts, and train the officers of both sides together.",
    places: { PG: 50, SB: 50 },
    focus: "crime",
    dollars: [450_000, 110_000],
    agreed: [3, 4, 3, 3, 4],
  },
  {
    agency: "MPI",
    title: "Stopping invasive pests at the wharf",
    summary: "Train inspectors, and set up a laboratory that can name a pest within a day.",
    places: { VU: 60, SB: 40 },
    focus: "environment",
    dollars: [360_000],
    agreed: [3, 4, 4, 3, 3],
  },
  {
    agency: "NZ Police",
    title: "Crime scene teams for small services",
    summary: "Train two officers of each service to secure a scene, and share one laboratory between them.",
    places: { CK: 40, NU: 20, NR: 40 },
    focus: "crime",
    dollars: [330_000],
    agreed: [3, 3, 4, 4, 3],
  },
  {
    agency: "NZDF",
    title: "Fuel and water for relief flights",
    summary: "Tanks, pumps and trained crews at four airfields, so that relief flights can land and leave again.",
    places: { VU: 50, FJ: 30, TO: 20 },
    focus: "climate",
    dollars: [470_000, 60_000],
    agreed: [4, 3, 3, 3, 3],
  },
  {
    agency: "Avsec",
    title: "Fences and gates for outlying airports",
    summary: "Secure the edge of five airports, and train the people who watch it.",
    places: { FM: 40, MH: 30, PW: 30 },
    focus: "enabling",
    dollars: [390_000],
    agreed: [2, 3, 3, 3, 3],
  },
];

export const EARLY_ROUND: readonly Story[] = STORIES.map((story) => ({
  ...story,
  daysAgo: EARLY_DAYS_AGO,
  end: "MODERATION",
  round: "early",
}));
