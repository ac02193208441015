import { randomUUID } from "node:crypto";
import * as advice from "#lib/advice/commands.ts";
import * as applications from "#lib/applications/commands.ts";
import { yearColumn } from "#lib/applications/form/budget.ts";
import { saveSection } from "#lib/applications/form/commands.ts";
import { checkInput, noteInput } from "#lib/applications/schema.ts";
import * as screening from "#lib/applications/screening/commands.ts";
import { answerInput } from "#lib/applications/screening/schema.ts";
import * as arrangements from "#lib/arrangements/commands.ts";
import * as settlement from "#lib/arrangements/settlement/commands.ts";
import * as assessments from "#lib/assessments/commands.ts";
import { declareInterests } from "#lib/assessments/interests/commands.ts";
import * as moderation from "#lib/assessments/moderation/commands.ts";
import { addComment, settleComment } from "#lib/comments/commands.ts";
import * as decisions from "#lib/decisions/commands.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { STARTING_CHECKLIST } from "#lib/fund/schema.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, earlierOf, financialYearOf, yearEndsOn } from "#lib/platform/dates.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { parseCents, plainCents } from "#lib/platform/money.ts";
import { budgetValues, needValues } from "./answers.ts";
import { agreedScoresOf, assess, assessorsOf, isDeclined, moderate } from "./assessments.ts";
import type { Cast, Chapter } from "./chapter.ts";
import { claimsOf, latestClaim } from "./claims.ts";
import { turnsOf } from "./payments.ts";
import { recommendedOf } from "./plan.ts";
import { endDay, reportsToTheEnd, reportsUnderWay, settled } from "./reports.ts";
import type { Story } from "./stories.ts";
import { variationOf } from "./variations.ts";

/** The chapters of a story up to its end. */
export function chaptersOf(story: Story): Chapter[] {
  const until = untilOf(story);
  const told = WAY.filter(({ day }) => day <= until).map(({ day, run }) => ({ day, run: run(story) }));
  const closing = LAST[story.end]?.(story) ?? [];
  const hold: Chapter[] = story.isHeld
    ? [
        { day: until + 1, run: declaring(({ desk }) => desk) },
        {
          day: until + 2,
          run: ({ desk }, ref, request) =>
            arrangements.putOnHold(desk, request, ref, { reason: "Waiting for word from the partner’s ministry" }),
        },
      ]
    : [];
  return [...told, ...closing, ...hold, ...commentsOn(story), ...adviceOn(story)].sort((a, b) => a.day - b.day);
}

const untilOf = ({ end, agreed }: Story): number => (agreed ? AGREED : (UNTIL[end] ?? Number.POSITIVE_INFINITY));

/** Money was recommended for it, whatever happened later. */
export const isFunded = (story: Story): boolean => untilOf(story) >= RECOMMENDED && !isDeclined(story);

/** What colleagues say to each other; a comment is marked as done by the other one on the next day. */
const commentsOn = ({ comments = [] }: Story): Chapter[] =>
  comments.flatMap(({ day, by, section, text, isSettled }): Chapter[] => [
    {
      day,
      run: (cast, ref) => addComment(cast[by], { requestId: randomUUID() }, ref, { text, section: section ?? null }),
    },
    ...(isSettled ? [{ day: day + 1, run: (cast: Cast, ref: string) => settle(cast, ref, by, text) }] : []),
  ]);

async function settle(cast: Cast, reference: string, by: "contributor" | "certifier", text: string): Promise<void> {
  const { id } = await db().comment.findFirstOrThrow({ where: { text, application: { reference } } });
  await settleComment(cast[by === "contributor" ? "certifier" : "contributor"], reference, id);
}

/** What the desk asks and, after declaring their interests, the adviser answers or leaves open. */
const adviceOn = ({ advice: asked = [] }: Story): Chapter[] =>
  asked.flatMap(({ day, of, days, question, answer, passedOver }): Chapter[] => [
    {
      day,
      run: ({ desk, ...cast }, ref, request) =>
        advice.askForAdvice(desk, request, ref, {
          adviser: cast[of].personId,
          question,
          dueOn: addDays(dayOf(now()), days),
        }),
    },
    ...(answer
      ? [
          { day: answer.day, run: declaring((cast) => cast[of]) },
          {
            day: answer.day,
            run: (cast: Cast, ref: string, request: StepRequest) =>
              advice.giveAdvice(cast[of], request, ref, { advice: answer.text }),
          },
        ]
      : []),
    ...(passedOver
      ? [
          {
            day: passedOver.day,
            run: async ({ desk }: Cast, ref: string, request: StepRequest) => {
              const open = await db().advice.findFirstOrThrow({ where: { question, application: { reference: ref } } });
              await advice.passOverAdvice(desk, request, ref, { question: open.id, reason: passedOver.reason });
            },
          },
        ]
      : []),
  ]);

type Telling = { day: number; run: (story: Story) => Chapter["run"] };

/** The day on which scores are agreed. */
const AGREED = 25;
/** The day on which money is recommended. */
const RECOMMENDED = 27;
/** The day on which an offer is accepted. */
export const ACCEPTED = 46;

/** The path of an application when all goes well, up to accepting its offer. */
const WAY: readonly Telling[] = [
  {
    day: 3,
    run:
      () =>
      ({ contributor }, ref, request) =>
        applications.sendForSignOff(contributor, request, ref),
  },
  {
    day: 5,
    run:
      () =>
      ({ certifier }, ref, request) =>
        applications.signOffAndSubmit(certifier, request, ref, SIGNED),
  },
  { day: 6, run: () => declaring(({ desk }) => desk) },
  {
    day: 9,
    run:
      () =>
      ({ desk }, ref, request) =>
        screening.acceptForAssessment(desk, request, ref, SCREENING),
  },
  {
    day: 10,
    run:
      (story) =>
      ({ desk, assessors }, ref, request) =>
        assessments.assignAssessors(desk, request, ref, {
          assessors: assessorsOf(story, assessors).map(({ personId }) => personId),
          dueOn: addDays(dayOf(now()), 14),
        }),
  },
  ...[0, 1].map(
    (which): Telling => ({
      day: 13 + which,
      run: (story) => declaring(({ assessors }) => assessorsOf(story, assessors)[which]),
    }),
  ),
  { day: 18, run: (story) => (cast, ref, request) => assess(story, cast, ref, request, 0) },
  { day: 20, run: (story) => (cast, ref, request) => assess(story, cast, ref, request, 1) },
  {
    day: 23,
    run:
      () =>
      ({ desk }, ref, request) =>
        moderation.startModeration(desk, request, ref),
  },
  {
    day: AGREED,
    run:
      (story) =>
      ({ desk }, ref) =>
        moderate(desk, ref, agreedScoresOf(story)),
  },
  { day: RECOMMENDED, run: (story) => (cast, ref, request) => recommend(story, cast, ref, request) },
  { day: 29, run: () => declaring(({ budget }) => budget) },
  {
    day: 31,
    run:
      () =>
      ({ budget }, ref, request) =>
        decisions.confirmBudget(budget, request, ref),
  },
  { day: 34, run: () => declaring(approverOf) },
  { day: 36, run: () => (cast, ref, request) => approve(cast, ref, request) },
  {
    day: 39,
    run:
      () =>
      ({ desk }, ref, request) =>
        sendOffer(desk, ref, request),
  },
  {
    day: ACCEPTED,
    run:
      () =>
      ({ certifier }, ref, request) =>
        arrangements.acceptOffer(certifier, request, ref),
  },
];

/** The day up to which each end follows the common path; ends that are not named follow all of it. */
const UNTIL: Partial<Record<State, number>> = {
  DRAFT: 0,
  DISCARDED: 0,
  SIGN_OFF: 3,
  SUBMITTED: 5,
  CHANGES_REQUESTED: 6,
  INELIGIBLE: 6,
  WITHDRAWN: 10,
  ASSESSMENT: 18,
  MODERATION: 23,
  BUDGET_CHECK: RECOMMENDED,
  DECISION: 31,
  UNSUCCESSFUL: RECOMMENDED,
  DECLINED: RECOMMENDED,
  APPROVED: 36,
  OFFERED: 39,
  OFFER_DECLINED: 39,
  LAPSED: 39,
};

const SIGNED = {
  isAccurate: true,
  isAuthorised: true,
  isPeopleTold: true,
  position: "National manager",
} as const;

/** Every question of the checklist answered with yes, one of them with a note. */
const SCREENING: Values = {
  ...Object.fromEntries(STARTING_CHECKLIST.map((_, position) => [checkInput(position), "YES"])),
  [noteInput(3)]: "The agency’s own contribution is in the budget lines.",
};

/** What ends a story, or continues it after acceptance. */
const LAST: Partial<Record<State, (story: Story) => Chapter[]>> = {
  DISCARDED: () => [
    { day: 3, run: ({ contributor }, ref, request) => applications.discard(contributor, request, ref) },
  ],
  SUBMITTED: (story) => (story.isChanged ? changes(story) : []),
  CHANGES_REQUESTED: () => [
    {
      day: 9,
      run: ({ desk }, ref, request) =>
        screening.askForChanges(desk, request, ref, {
          changes: {
            need: "Say how the second operation builds on the first.",
            budget: "Split the travel line by operation.",
          },
          dueOn: addDays(dayOf(now()), 45),
        }),
    },
  ],
  INELIGIBLE: () => [
    {
      day: 9,
      run: ({ desk }, ref, request) =>
        screening.declineAsIneligible(desk, request, ref, {
          reason: "Revenue collection is not a security purpose of the fund.",
        }),
    },
  ],
  WITHDRAWN: () => [
    {
      day: 15,
      run: ({ contributor }, ref, request) =>
        arrangements.withdraw(contributor, request, ref, { reason: "The partner has found other funding." }),
    },
  ],
  UNSUCCESSFUL: () => declined(),
  DECLINED: () => [
    ...declined(),
    { day: 39, run: ({ desk }, ref, request) => decisions.sendDecisionLetter(desk, request, ref) },
  ],
  OFFER_DECLINED: () => [
    {
      day: 50,
      run: ({ certifier }, ref, request) =>
        arrangements.declineOffer(certifier, request, ref, {
          reason: "Our dog unit has been called to other work this year.",
        }),
    },
  ],
  LAPSED: () => [{ day: 39 + 95, run: () => arrangements.lapseOverdueOffers() }],
  ACTIVE: (story) => [
    ...claimsOf(story, 0.6),
    ...turnsOf(story),
    ...latestClaim(story),
    ...reportsUnderWay(story),
    ...variationOf(story),
  ],
  TERMINATED: (story) => [
    ...claimsOf(story, 0.4, 160),
    {
      day: 160,
      run: ({ desk }, ref, request) =>
        settlement.terminate(desk, request, ref, {
          reason: "The partner’s kennels were destroyed, and the dogs cannot be housed.",
        }),
    },
    ...settled(180, 4_000),
  ],
  CLOSING: (story) => [...claimsOf(story, 0.95), ...reportsToTheEnd(story, story.agency === "MPI" ? 3_200 : 0)],
  CLOSED: (story) => [
    ...claimsOf(story, 0.97),
    ...reportsToTheEnd(story),
    {
      day: endDay(story) + 50,
      run: ({ budget }, ref, request) => settlement.confirmSurplus(budget, request, ref),
    },
    { day: endDay(story) + 55, run: ({ desk }, ref, request) => settlement.close(desk, request, ref) },
  ],
};

const declined = (): Chapter[] => [
  { day: 34, run: declaring(({ approver2 }) => approver2) },
  {
    day: 36,
    run: ({ approver2 }, ref, request) =>
      decisions.decline(approver2, request, ref, {
        reason: "Others do this already at a larger scale.",
        agencyText:
          "The initiative is sound, but it would repeat work that a regional body has started. We suggest that you join it.",
      }),
  },
];

/** Changes are asked for, made, and signed off again. */
const changes = (story: Story): Chapter[] => [
  { day: 6, run: declaring(({ desk }) => desk) },
  {
    day: 8,
    run: ({ desk }, ref, request) =>
      screening.askForChanges(desk, request, ref, {
        changes: { need: "Say which vessels carry the goods.", budget: "Split the travel line by visit." },
        dueOn: addDays(dayOf(now()), 21),
      }),
  },
  {
    day: 10,
    run: async ({ contributor }, ref, request) => {
      const need = needValues(story);
      const threat = `${need.threat} Eleven vessels carry fuel and gas together with passengers; six of them have no plan for it.`;
      await saveSection(contributor, ref, "need", { ...need, threat }, "whole");
      const { startsOn } = await db().application.findUniqueOrThrow({ where: { reference: ref } });
      const year = financialYearOf(startsOn ?? dayOf(now()));
      await saveSection(contributor, ref, "budget", splitTravel(story, year), "whole");
      await applications.sendForSignOff(contributor, request, ref, {
        [answerInput("need")]: "We added how many vessels carry the goods, and how many of them have a plan.",
        [answerInput("budget")]: "Travel now has a line for each of the two visits.",
      });
    },
  },
  { day: 12, run: ({ certifier }, ref, request) => applications.signOffAndSubmit(certifier, request, ref, SIGNED) },
];

/** The travel line split in two, one for each visit. */
function splitTravel(story: Story, startYear: number): Values {
  const values = budgetValues(story, startYear);
  const column = yearColumn(startYear);
  const cents = parseCents(text(values, `lines.2.${column}`)) ?? 0n;
  const first = (cents / 200n) * 100n;
  return {
    ...values,
    "lines.2.description": "Flights and stays, first visit",
    [`lines.2.${column}`]: plainCents(first),
    "lines.4.category": "travel",
    "lines.4.description": "Flights and stays, second visit",
    [`lines.4.${column}`]: plainCents(cents - first),
  };
}

type Who = (cast: Cast, reference: string) => MfatActor | undefined | Promise<MfatActor | undefined>;

/** Somebody at MFAT opens the application for the first time. */
const declaring =
  (who: Who): Chapter["run"] =>
  async (cast, reference) => {
    const actor = await who(cast, reference);
    const request = { requestId: randomUUID() };
    if (actor) await declareInterests(actor, request, reference, { interest: "none", description: null });
  };

const RATIONALE = "The need is shown, the partner leads, and the plan is one that the agency has carried out before.";

async function recommend(story: Story, { desk }: Cast, reference: string, request: StepRequest): Promise<void> {
  const { phasing } = await db().application.findUniqueOrThrow({
    where: { reference },
    include: { phasing: { where: { kind: "REQUESTED" }, orderBy: { startYear: "asc" } } },
  });
  const recommended = phasing[0] ? recommendedOf(story, phasing[0].startYear) : [];
  await decisions.recommend(desk, request, reference, {
    outcome: isDeclined(story) ? "DO_NOT_FUND" : story.funded ? "FUND_IN_PART" : "FUND_IN_FULL",
    phasing: isDeclined(story) ? [] : recommended,
    conditions: isDeclined(story) ? null : "Report on each result within three months of the end.",
    rationale: isDeclined(story) ? "Sound, but it repeats work that others have started." : RATIONALE,
    exceptionReason: null,
  });
}

/** The first approver within that delegation, the second above it. */
async function approverOf({ approver1, approver2 }: Cast, reference: string): Promise<MfatActor> {
  const { recommendedCents } = await db().application.findUniqueOrThrow({ where: { reference } });
  return (recommendedCents ?? 0n) <= (approver1.delegationCents ?? 0n) ? approver1 : approver2;
}

async function approve(cast: Cast, reference: string, request: StepRequest): Promise<void> {
  const { phasing, recommendations } = await db().application.findUniqueOrThrow({
    where: { reference },
    include: { phasing: { where: { kind: "RECOMMENDED" } }, recommendations: { where: { returnedAt: null } } },
  });
  await decisions.approve(await approverOf(cast, reference), request, reference, {
    phasing,
    conditions: recommendations[0]?.conditions ?? null,
    reason: null,
  });
}

/** With a quarter of a year to answer, or until its first financial year ends. */
async function sendOffer(desk: MfatActor, reference: string, request: StepRequest): Promise<void> {
  const { phasing } = await db().application.findUniqueOrThrow({
    where: { reference },
    include: { phasing: { where: { kind: "APPROVED" }, orderBy: { startYear: "asc" } } },
  });
  const today = dayOf(now());
  const yearEnd = yearEndsOn(phasing[0]?.startYear ?? financialYearOf(today));
  await arrangements.sendOffer(desk, request, reference, {
    dueOn: earlierOf(addDays(today, 90), yearEnd),
    message: "We are glad to make this offer.",
    reason: null,
  });
}
