import type { SectionKey } from "#lib/applications/form/sections.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { EARLY_ROUND } from "./early-round.ts";

/**
 * The initiatives of the demonstration. None of them is real. `end`: the state in which the story ends; `daysAgo`: when
 * its draft was started; `dollars`: what it asks for in the financial year in which it starts and in later ones;
 * `funded`: the share of that which is recommended (1 by default).
 */
export type Story = {
  agency: "NZ Police" | "Customs" | "NZDF" | "Maritime NZ" | "INZ" | "Avsec" | "NCSC" | "MPI";
  title: string;
  summary: string;
  places: Record<string, number>;
  focus: "climate" | "human" | "environment" | "crime" | "cyber" | "enabling";
  dollars: readonly number[];
  daysAgo: number;
  end: State;
  funded?: number;
  marking?: "IN_CONFIDENCE";
  /** The round that is open now, or an early one that has closed and asks for money in the next financial year. */
  round?: "main" | "early";
  /** For an application in moderation: the agreed scores for the criteria, in order. */
  agreed?: readonly number[];
  isHeld?: true;
  /** It was returned for changes once, and submitted again. */
  isChanged?: true;
  /** What happened to the report that was submitted last, if it was not accepted. */
  lastReport?: "SUBMITTED" | "RETURNED";
  comments?: readonly StoryComment[];
  advice?: readonly StoryAdvice[];
  /** For an arrangement: the variation that was asked for and approved; OPEN is one of cost that is waiting. */
  variation?: "TIME" | "SCOPE" | "REPHASING" | "COST" | "OPEN";
  /** Its payments go through everything that can happen to payments. */
  hasTurns?: true;
};

/** What one person at the agency says to the other, that many days after the start of the draft. */
type StoryComment = {
  day: number;
  by: "contributor" | "certifier";
  section?: SectionKey;
  text: string;
  isSettled?: true;
};

/** What the desk asks a post or a division, when it is due, and what happened. */
type StoryAdvice = {
  day: number;
  of: "post" | "legal";
  days: number;
  question: string;
  answer?: { day: number; text: string };
  passedOver?: { day: number; reason: string };
};

export const STORIES: readonly Story[] = [
  // Two financial years ago: told to the end.
  {
    agency: "NZ Police",
    title: "Community policing training for outer islands",
    summary:
      "Train 60 officers and 40 community leaders to solve local disputes before they become violence, with mentors who return twice.",
    places: { TO: 60, WS: 40 },
    focus: "human",
    dollars: [240_000],
    daysAgo: 850,
    end: "CLOSED",
  },
  {
    agency: "Customs",
    title: "Small-craft clearance at outlying ports",
    summary:
      "Set up a shared way to clear yachts and small craft at ports without a customs office, with training and a portable kit for each.",
    places: { FJ: 50, VU: 50 },
    focus: "crime",
    dollars: [310_000],
    daysAgo: 842,
    end: "CLOSED",
  },
  {
    agency: "Maritime NZ",
    title: "Port security plans to the international code",
    summary: "Help port authorities write, exercise and audit their port facility security plans.",
    places: { KI: 50, TV: 50 },
    focus: "enabling",
    dollars: [280_000],
    daysAgo: 835,
    end: "CLOSED",
    funded: 0.9,
  },
  {
    agency: "Avsec",
    title: "Screening skills for island airports",
    summary:
      "Train instructors who can then train screening officers at home, and set up yearly checks of their skills.",
    places: { CK: 40, NU: 30, WS: 30 },
    focus: "crime",
    dollars: [195_000],
    daysAgo: 828,
    end: "CLOSED",
  },
  {
    agency: "NZDF",
    title: "Ethical leadership for young officers",
    summary:
      "A leadership course on lawful orders, command and integrity, taught together with the host's own instructors.",
    places: { PG: 60, SB: 40 },
    focus: "enabling",
    dollars: [260_000, 40_000],
    daysAgo: 815,
    end: "CLOSED",
  },
  {
    agency: "NCSC",
    title: "Incident response drills for government networks",
    summary: "Three drills in which national teams practise finding, containing and reporting an intrusion.",
    places: { SB: 100 },
    focus: "cyber",
    dollars: [150_000],
    daysAgo: 800,
    end: "DECLINED",
  },
  {
    agency: "INZ",
    title: "Travel document examination",
    summary: "Equip and train border officers to recognise altered passports and impostors.",
    places: { FJ: 40, WS: 30, TO: 30 },
    focus: "crime",
    dollars: [175_000],
    daysAgo: 780,
    end: "CLOSED",
  },
  {
    agency: "MPI",
    title: "Detector dog handlers for biosecurity and drugs",
    summary: "Train two handlers and provide two dogs, with veterinary care for the first year.",
    places: { CK: 100 },
    focus: "environment",
    dollars: [220_000],
    daysAgo: 770,
    end: "TERMINATED",
  },
  {
    agency: "NZ Police",
    title: "Forensic photography equipment",
    summary: "Cameras, lights and a course so that evidence holds up in court.",
    places: { NR: 100 },
    focus: "crime",
    dollars: [65_000],
    daysAgo: 760,
    end: "WITHDRAWN",
  },
  {
    agency: "Customs",
    title: "Valuation and revenue integrity workshop",
    summary: "A workshop on the valuation of imports and on integrity in revenue collection.",
    places: { SB: 100 },
    focus: "enabling",
    dollars: [48_000],
    daysAgo: 745,
    end: "INELIGIBLE",
  },
  // Last financial year.
  {
    agency: "NZ Police",
    title: "Investigating methamphetamine trafficking",
    summary:
      "Joint courses and mentoring for drug investigators, with a shared way to exchange intelligence across borders.",
    places: { FJ: 50, TO: 30, WS: 20 },
    focus: "crime",
    dollars: [380_000, 120_000],
    daysAgo: 470,
    end: "ACTIVE",
    marking: "IN_CONFIDENCE",
  },
  {
    agency: "Customs",
    title: "Maritime domain awareness for customs services",
    summary: "A tool, data and training to see which vessels to look at first.",
    places: { FJ: 40, PG: 30, SB: 30 },
    focus: "crime",
    dollars: [420_000, 90_000],
    daysAgo: 462,
    end: "ACTIVE",
  },
  {
    agency: "NZDF",
    title: "Disaster relief planning with Pacific defence forces",
    summary: "Plan and exercise the relief of outer islands after a cyclone, led by the host’s disaster office.",
    places: { TO: 50, FJ: 50 },
    focus: "climate",
    dollars: [300_000],
    daysAgo: 455,
    end: "CLOSING",
  },
  {
    agency: "Maritime NZ",
    title: "Search and rescue coordination on patrol routes",
    summary: "Equip rescue coordination centres and train their officers, with two exercises at sea.",
    places: { WS: 40, TK: 30, TV: 30 },
    focus: "human",
    dollars: [260_000, 60_000],
    daysAgo: 448,
    end: "ACTIVE",
    hasTurns: true,
    variation: "TIME",
  },
  {
    agency: "Avsec",
    title: "Screening equipment for an outlying airport",
    summary: "Install and maintain a baggage scanner and walk-through detector, with training for those who run it.",
    places: { NU: 100 },
    focus: "crime",
    dollars: [210_000],
    daysAgo: 440,
    end: "ACTIVE",
  },
  {
    agency: "NCSC",
    title: "National cyber security strategy support",
    summary: "Advisers for twelve months to write and start a national strategy.",
    places: { VU: 100 },
    focus: "cyber",
    dollars: [160_000, 80_000],
    daysAgo: 430,
    end: "ACTIVE",
    lastReport: "SUBMITTED",
    variation: "SCOPE",
    funded: 0.8,
  },
  {
    agency: "INZ",
    title: "Regional watch-list exchange",
    summary: "Agree on how immigration services share alerts, and build the first exchange.",
    places: { FJ: 50, WS: 50 },
    focus: "crime",
    dollars: [340_000],
    daysAgo: 420,
    end: "DECLINED",
  },
  {
    agency: "MPI",
    title: "Inspecting fishing vessels in port",
    summary: "Train inspectors to find illegal, unreported and unregulated catch before it is landed.",
    places: { KI: 40, MH: 30, FM: 30 },
    focus: "environment",
    dollars: [190_000],
    daysAgo: 410,
    end: "CLOSING",
  },
  {
    agency: "NZ Police",
    title: "Family harm response units",
    summary: "Set up two units that answer calls about family harm together with social services.",
    places: { SB: 60, VU: 40 },
    focus: "human",
    dollars: [275_000, 95_000],
    daysAgo: 400,
    end: "ACTIVE",
    lastReport: "RETURNED",
    variation: "REPHASING",
  },
  {
    agency: "Customs",
    title: "Cash courier detection at airports",
    summary: "Dogs, training and rules to find undeclared cash.",
    places: { PG: 100 },
    focus: "crime",
    dollars: [145_000],
    daysAgo: 390,
    end: "OFFER_DECLINED",
  },
  {
    agency: "Maritime NZ",
    title: "Inspection of inter-island ferries",
    summary: "Train inspectors and set up a register of inspections.",
    places: { TO: 100 },
    focus: "human",
    dollars: [130_000],
    daysAgo: 380,
    end: "LAPSED",
  },
  {
    agency: "NCSC",
    title: "Awareness of online scams in five languages",
    summary: "Material in five languages, tested with the people it is for.",
    places: { WS: 40, TO: 30, FJ: 30 },
    focus: "cyber",
    dollars: [88_000],
    daysAgo: 330,
    end: "ACTIVE",
  },
  // This financial year.
  {
    agency: "NZ Police",
    title: "Island police recruits’ wing",
    summary: "Places for forty recruits from six services at a joint training wing, with their own instructors.",
    places: { CK: 20, NU: 10, TV: 20, KI: 25, NR: 25 },
    focus: "enabling",
    dollars: [290_000, 180_000],
    daysAgo: 128,
    end: "ACTIVE",
    funded: 0.9,
  },
  {
    agency: "Customs",
    title: "Container targeting cells",
    summary: "Set up two cells in which customs and police choose together which containers to open.",
    places: { FJ: 60, PG: 40 },
    focus: "crime",
    dollars: [310_000, 140_000],
    daysAgo: 120,
    end: "ACTIVE",
    variation: "COST",
  },
  {
    agency: "NZDF",
    title: "Explosive remnants of war: clearing school grounds",
    summary: "Survey and clear the grounds of twelve schools, and teach children what not to touch.",
    places: { SB: 100 },
    focus: "human",
    dollars: [240_000, 120_000],
    daysAgo: 112,
    end: "ACTIVE",
    variation: "OPEN",
  },
  {
    agency: "Maritime NZ",
    title: "Harbour security patrol training",
    summary: "Train patrol crews in boarding, evidence and safety at night.",
    places: { VU: 50, SB: 50 },
    focus: "crime",
    dollars: [165_000],
    daysAgo: 51,
    end: "OFFERED",
  },
  {
    agency: "NZ Police",
    title: "Cybercrime first responders",
    summary: "Teach first responders to secure phones and computers as evidence.",
    places: { TO: 40, WS: 40, CK: 20 },
    focus: "cyber",
    dollars: [145_000],
    daysAgo: 44,
    end: "OFFERED",
  },
  {
    agency: "INZ",
    title: "Border officers’ exchange",
    summary: "Twelve officers work for six weeks alongside colleagues from another service.",
    places: { FJ: 30, WS: 30, TO: 40 },
    focus: "crime",
    dollars: [120_000, 40_000],
    daysAgo: 38,
    end: "APPROVED",
  },
  {
    agency: "Avsec",
    title: "Airport screening equipment and training",
    summary: "Replace two scanners that can no longer be repaired, and train the people who run and repair them.",
    places: { TO: 70, WS: 30 },
    focus: "crime",
    dollars: [130_000, 50_000],
    daysAgo: 31,
    end: "BUDGET_CHECK",
    funded: 0.84,
  },
  {
    agency: "Customs",
    title: "Drug detection at mail centres",
    summary: "Instruments and training to find drugs in small parcels.",
    places: { FJ: 50, TO: 50 },
    focus: "crime",
    dollars: [210_000, 60_000],
    daysAgo: 39,
    end: "DECISION",
    marking: "IN_CONFIDENCE",
    advice: [
      {
        day: 11,
        of: "post",
        days: 10,
        question: "Does Fiji’s customs service have people to run the instruments once the training ends?",
        answer: {
          day: 17,
          text: "Yes. The service has told us of a team of six at the mail centre in Nadi, paid from its own budget.\n\nA regional body plans a course on the same instruments in March. We suggest holding the two together.",
        },
      },
      {
        day: 12,
        of: "legal",
        days: 7,
        question: "Do the instruments need an export permit?",
        passedOver: { day: 26, reason: "The agency has since shown us the permit." },
      },
    ],
  },
  {
    agency: "MPI",
    title: "Protecting fisheries observers",
    summary: "Safety training and satellite messengers for fisheries observers.",
    places: { KI: 50, FM: 50 },
    focus: "environment",
    dollars: [98_000],
    daysAgo: 34,
    end: "DECISION",
  },
  {
    agency: "NCSC",
    title: "Secure email for small administrations",
    summary: "Move four administrations to well-maintained email with two-step sign-in.",
    places: { NU: 30, TK: 20, TV: 50 },
    focus: "cyber",
    dollars: [140_000, 70_000],
    daysAgo: 26,
    end: "MODERATION",
  },
  {
    agency: "NZDF",
    title: "Logistics for relief after cyclones",
    summary: "Stores, plans and people ready to load within a day.",
    places: { VU: 60, FJ: 40 },
    focus: "climate",
    dollars: [220_000, 80_000],
    daysAgo: 20,
    end: "ASSESSMENT",
    round: "main",
    advice: [
      {
        day: 12,
        of: "post",
        days: 20,
        question: "Which stores are already held in Suva, and who may release them?",
      },
    ],
  },
  {
    agency: "NZ Police",
    title: "Missing persons at sea",
    summary: "A shared record of missing persons and a course for the people who inform families.",
    places: { KI: 60, TV: 40 },
    focus: "human",
    dollars: [110_000],
    daysAgo: 22,
    end: "ASSESSMENT",
    round: "main",
    advice: [
      {
        day: 12,
        of: "legal",
        days: 4,
        question: "May New Zealand Police keep the names of missing people on a record that other countries can read?",
      },
    ],
  },
  {
    agency: "Customs",
    title: "Wildlife smuggling: joint operations",
    summary: "Two joint operations and the training before them.",
    places: { PG: 50, SB: 50 },
    focus: "environment",
    dollars: [180_000, 90_000],
    daysAgo: 11,
    end: "CHANGES_REQUESTED",
    round: "main",
    comments: [
      {
        day: 2,
        by: "certifier",
        section: "risks",
        text: "Who keeps what is seized until the court has decided?",
        isSettled: true,
      },
      {
        day: 10,
        by: "contributor",
        section: "budget",
        text: "I will split the travel line once the partner sends its dates.",
      },
    ],
  },
  {
    agency: "Maritime NZ",
    title: "Safe carriage of dangerous goods by sea",
    summary: "Rules, inspectors and checks for dangerous goods on inter-island vessels.",
    places: { TO: 50, CK: 50 },
    focus: "enabling",
    dollars: [125_000],
    daysAgo: 15,
    end: "SUBMITTED",
    round: "main",
    isChanged: true,
  },
  {
    agency: "INZ",
    title: "Passenger data for small airlines",
    summary: "Help small airlines to send passenger data, and officers to use it.",
    places: { WS: 50, CK: 50 },
    focus: "crime",
    dollars: [230_000, 110_000],
    daysAgo: 14,
    end: "SUBMITTED",
    round: "main",
    isHeld: true,
  },
  {
    agency: "NZ Police",
    title: "Crowd safety at large events",
    summary: "Plan and exercise the policing of a regional games, with the hosts in the lead.",
    places: { PG: 100 },
    focus: "human",
    dollars: [160_000],
    daysAgo: 4,
    end: "SIGN_OFF",
    round: "main",
  },
  {
    agency: "NZ Police",
    title: "Firearms register clean-up",
    summary: "Count, mark and register official firearms, and destroy those beyond use.",
    places: { SB: 60, PG: 40 },
    focus: "enabling",
    dollars: [135_000, 45_000],
    daysAgo: 2,
    end: "DRAFT",
    round: "main",
  },
  {
    agency: "Customs",
    title: "Trusted trader pilot",
    summary: "A pilot with ten exporters to move goods faster and check others more.",
    places: { FJ: 100 },
    focus: "enabling",
    dollars: [90_000],
    daysAgo: 9,
    end: "DRAFT",
    round: "main",
    comments: [
      {
        day: 3,
        by: "contributor",
        section: "budget",
        text: "Are ten exporters too many for one year? I could ask for six and the rest later.",
      },
      { day: 5, by: "certifier", text: "Six is fine. Please name the person in the partner’s office who leads it." },
    ],
  },
  {
    agency: "Customs",
    title: "Handheld scanners for wharf gates",
    summary: "Two scanners for the gates of a wharf.",
    places: { VU: 100 },
    focus: "crime",
    dollars: [70_000],
    daysAgo: 18,
    end: "DISCARDED",
    round: "main",
  },
  {
    agency: "MPI",
    title: "Regional catch certificates",
    summary: "Design certificates that follow a catch from the vessel to the shop.",
    places: { SB: 50, VU: 50 },
    focus: "environment",
    dollars: [180_000],
    daysAgo: 40,
    end: "UNSUCCESSFUL",
  },
  ...EARLY_ROUND,
];
