import * as assessments from "#lib/assessments/commands.ts";
import * as moderation from "#lib/assessments/moderation/commands.ts";
import { commentInput, scoreInput } from "#lib/assessments/schema.ts";
import type { Values } from "#lib/form/fields.ts";
import { SCORE_MAX, STARTING_CRITERIA } from "#lib/fund/schema.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { db } from "#lib/platform/db.ts";
import type { Cast } from "./chapter.ts";
import { STORIES, type Story } from "./stories.ts";

export const isDeclined = ({ end }: Story): boolean => end === "DECLINED" || end === "UNSUCCESSFUL";

const numberOf = (story: Story): number => STORIES.indexOf(story);
/** Two of the three assessors, in turn. */
export const assessorsOf = (story: Story, assessors: readonly MfatActor[]): MfatActor[] =>
  assessors.filter((_, index) => index !== numberOf(story) % assessors.length);

/** A score out of 4 for each criterion: higher for what is funded, and different for every story. */
export const agreedScoresOf = (story: Story): readonly number[] => story.agreed ?? scoresOf(story, 0);

/** In some criteria, each of the two assessors differs by a point from the agreed score of a story. */
function scoresOf(story: Story, which: number): number[] {
  const base = isDeclined(story) ? 1 : 3;
  const number = numberOf(story);
  return STARTING_CRITERIA.map((_, criterion) => {
    const agreed = story.agreed?.[criterion];
    const away = (number + criterion) % 3 === which ? 1 - 2 * which : 0;
    return within(agreed === undefined ? base + ((number + criterion * 2 + which) % 3) - 1 : agreed + away);
  });
}

const within = (score: number): number => Math.min(SCORE_MAX, Math.max(0, score));

export async function assess(
  story: Story,
  { assessors }: Cast,
  reference: string,
  request: StepRequest,
  which: number,
) {
  const assessor = assessorsOf(story, assessors)[which];
  const { roundId } = await db().application.findUniqueOrThrow({ where: { reference } });
  if (!assessor) return;
  const scores = scoresOf(story, which);
  const words = STARTING_CRITERIA.map(({ name }) => WORDS[name]);
  const values = await scoreValues(roundId, scores, (score, criterion) => words[criterion]?.[score < 3 ? 0 : 1] ?? "");
  await assessments.completeAssessment(assessor, request, reference, values);
}

export async function moderate(desk: MfatActor, reference: string, scores: readonly number[]): Promise<void> {
  const { roundId } = await db().application.findUniqueOrThrow({ where: { reference } });
  await moderation.saveModeration(
    desk,
    reference,
    await scoreValues(roundId, scores, () => "Agreed after comparing the assessments."),
  );
}

/** What an assessor writes about each criterion: with a low score, and with a high one. */
const WORDS: Record<(typeof STARTING_CRITERIA)[number]["name"], readonly [low: string, high: string]> = {
  "Security need": [
    "The need is stated rather than shown: there is one source, with figures for one year only.",
    "The need is shown with figures over five years, and the partner names it among its first three.",
  ],
  "Fit with the Boe Declaration and New Zealand’s priorities": [
    "It fits a focus area, but the link to the Boe Declaration is left to the reader.",
    "It fits the Boe Declaration squarely and builds on what New Zealand does already.",
  ],
  "Pacific ownership": [
    "The partner was consulted but does not lead, and it is not clear who decides in the steering group.",
    "The partner asked for it, leads the steering group and gives its own people time.",
  ],
  "Results and delivery": [
    "Two outcomes are really activities, and one has no baseline.",
    "Each outcome has an indicator that the partner counts already.",
  ],
  "Value and sustainability": [
    "It says little about who pays for upkeep after the first year.",
    "The costs compare well with last year’s courses, and upkeep is planned for.",
  ],
};

/** A score and a comment for each of a round's criteria. */
async function scoreValues(
  roundId: string,
  scores: readonly number[],
  comment: (score: number, criterion: number) => string,
): Promise<Values> {
  const criteria = await db().criterion.findMany({ where: { roundId }, orderBy: { position: "asc" } });
  return Object.fromEntries(
    criteria.flatMap(({ id }, index) => [
      [scoreInput(id), String(scores[index])],
      [commentInput(id), comment(scores[index] ?? 0, index)],
    ]),
  );
}
