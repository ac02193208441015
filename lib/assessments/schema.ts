import { z } from "zod";
import { type Field, reasonFields } from "#lib/form/fields.ts";
import { SCORE_LABELS } from "#lib/fund/schema.ts";

export const ASSIGN_FIELDS = [
  {
    kind: "choices",
    name: "assessors",
    label: "Assessors",
    hint: "People who have another part in this application cannot be assigned",
    missing: "Choose at least one assessor",
    options: "assessors",
  },
  {
    kind: "day",
    name: "dueOn",
    label: "Complete by",
    hint: "For everybody you choose, also those who are already assigned. Usually ten working days",
    missing: "Enter the day they must complete it by",
  },
] as const satisfies readonly Field[];

export const UNASSIGN_FIELDS = [
  {
    kind: "choice",
    name: "assessor",
    label: "Assessor",
    hint: "You cannot remove assessors who have finished",
    missing: "Choose an assessor",
    options: "unassignable",
  },
  ...reasonFields("Reason", "MFAT reads this"),
] as const satisfies readonly Field[];

export const RETURN_FIELDS = [
  {
    kind: "choice",
    name: "assessor",
    label: "Whose assessment",
    missing: "Choose an assessor",
    options: "returnable",
  },
  {
    kind: "day",
    name: "dueOn",
    label: "Complete by",
    missing: "Enter the day they must complete it again by",
  },
  ...reasonFields("What needs another look", "The assessor and MFAT read this"),
] as const satisfies readonly Field[];

export const SCORE_AGAIN_FIELDS = [
  {
    kind: "day",
    name: "dueOn",
    label: "Complete by",
    hint: "For everybody who assesses it",
    missing: "Enter the day they must complete it again by",
  },
  ...reasonFields("Why they should score again", "The assessors and MFAT read this"),
] as const satisfies readonly Field[];

export const SET_ASIDE_FIELDS = [
  {
    kind: "choice",
    name: "assessor",
    label: "Whose assessment",
    hint: "People can still read their scores, but they no longer count",
    missing: "Choose an assessor",
    options: "countable",
  },
  ...reasonFields("Why it should not count", "MFAT reads this, and the decision note quotes it"),
] as const satisfies readonly Field[];

export const KEEP_FIELDS = [
  {
    kind: "choice",
    name: "assessor",
    label: "Whose assessment",
    hint: "People who learned of an interest after they had completed their assessment",
    missing: "Choose an assessor",
    options: "undecided",
  },
  ...reasonFields("Why it still counts", "MFAT reads this, and the decision note quotes it"),
] as const satisfies readonly Field[];

export const COUNT_AGAIN_FIELDS = [
  {
    kind: "choice",
    name: "assessor",
    label: "Whose assessment",
    missing: "Choose an assessor",
    options: "setAside",
  },
  ...reasonFields("Why it should count after all", "MFAT reads this"),
] as const satisfies readonly Field[];

export type ScoredCriterion = {
  id: string;
  name: string;
  weight: number;
  anchors: readonly string[];
  /** The sections of the form that it is about. */
  sections: readonly string[];
};

/** The names of a criterion's two inputs. */
export const scoreInput = (criterionId: string): string => `score-${criterionId}`;
export const commentInput = (criterionId: string): string => `comment-${criterionId}`;

/** A score from 0 to 4 with its anchor, and a comment, for each criterion. */
export const scoreFields = (criteria: readonly ScoredCriterion[]): Field[] =>
  criteria.flatMap(({ id, name, weight, anchors }): Field[] => [
    {
      kind: "choice",
      name: scoreInput(id),
      label: name,
      hint: `Weight ${weight} of 100`,
      missing: `Score “${name}”`,
      options: SCORE_LABELS.map((label, score) => ({
        value: String(score),
        label: `${score} – ${label}`,
        ...(anchors[score] && { hint: anchors[score] }),
      })),
    },
    {
      kind: "longText",
      name: commentInput(id),
      label: `Comment on “${name}”`,
      missing: `Enter a comment on “${name}”`,
      wordsMax: 250,
      rows: 3,
    },
  ]);

/** Scores as they were completed before their assessment was reopened, as the event of that step stores them. */
const COMPLETED = z.object({
  at: z.string(),
  total: z.number().nullable(),
  scores: z.array(z.object({ criterionId: z.string(), score: z.number().nullable(), comment: z.string() })),
});
export type CompletedScores = z.infer<typeof COMPLETED>;
const REOPENED = z.object({ assessor: z.string(), completed: COMPLETED });
const ASKED_AGAIN = z.object({ again: z.array(REOPENED) });

/** What the event of a step that reopened assessments stores about each of them. */
export const openedAgain = (data: unknown): z.infer<typeof REOPENED>[] =>
  ASKED_AGAIN.safeParse(data).data?.again ?? [REOPENED.safeParse(data).data ?? []].flat();
