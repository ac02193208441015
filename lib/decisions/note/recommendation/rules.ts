import { z } from "zod";
import { DECISIONS, delegationWords, OUTCOMES } from "#lib/decisions/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import type { DecisionOutcome, RecommendationOutcome } from "#lib/platform/db/generated/enums.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { answer, type PaperItem, type PaperSection, table } from "#lib/platform/paper.ts";

/** A decision as the decision note shows it. Amounts in cents. */
export type NotedDecision = {
  outcome: DecisionOutcome;
  amountCents: bigint;
  conditions: string;
  reason: string | null;
  delegationCents: bigint | null;
  /** For a deputy, also who they decided for. */
  by: string;
  decidedAt: Date;
  forName: string | null;
};

export type NotedRecommendation = {
  outcome: RecommendationOutcome;
  amountCents: bigint;
  conditions: string;
  rationale: string;
  exceptionReason: string | null;
  by: string;
  recommendedAt: Date;
  returnedAt: Date | null;
  /** Who at the desk took it back; null: nobody, or another office returned it. */
  takenBackBy: string | null;
  takenBackReason: string | null;
  budgetChecks: readonly {
    isConfirmed: boolean;
    reason: string | null;
    by: string;
    checkedAt: Date;
    position: unknown;
  }[];
  decisions: readonly NotedDecision[];
};

export function recommendationOf(recommendation: NotedRecommendation): PaperSection {
  const { outcome, amountCents, conditions, rationale, exceptionReason, by, recommendedAt, returnedAt } =
    recommendation;
  const { takenBackBy, takenBackReason } = recommendation;
  const amount = amountCents > 0n ? `, ${formatCents(amountCents)}` : "";
  const ended = takenBackBy ? "Recommendation that was taken back" : "Recommendation that was returned";
  return {
    title: returnedAt ? ended : "Recommendation, budget check and decision",
    items: [
      answer("Recommendation", `${OUTCOMES[outcome]}${amount}`),
      answer("Recommended by", `${by}, ${formatInstant(recommendedAt)}`),
      answer("Rationale", rationale),
      answer("Conditions", conditions || "None"),
      ...(exceptionReason ? [answer("Reason for going above the amount requested", exceptionReason)] : []),
      ...[...recommendation.budgetChecks].reverse().flatMap((check) => budgetCheckOf(check, returnedAt !== null)),
      ...[...recommendation.decisions].reverse().flatMap(decisionOf),
      ...(takenBackBy && returnedAt
        ? [
            answer(
              "Taken back by",
              `${takenBackBy}, ${formatInstant(returnedAt)}`,
              takenBackReason && `“${takenBackReason}”`,
            ),
          ]
        : []),
    ],
  };
}

function budgetCheckOf(check: NotedRecommendation["budgetChecks"][number], isReturned: boolean): PaperItem[] {
  const { isConfirmed, by, checkedAt, reason, position } = check;
  const isVoid = isConfirmed && isReturned ? ", no longer valid because the recommendation was returned" : "";
  return [
    answer(
      isConfirmed ? "Budget confirmed by" : "Budget returned by",
      `${by}, ${formatInstant(checkedAt)}${isVoid}`,
      reason && `“${reason}”`,
    ),
    table(
      "The fund’s position at that time",
      ["Financial year", "Envelope", "Reserved", "Committed", "Paid", "Available", "Pipeline"],
      positionRows(position),
      { numericFrom: 1 },
    ),
  ];
}

const COUNTERS = ["envelope", "reserved", "committed", "paid", "available", "pipeline"];

/** A position as the budget check stores it: by year, cents as strings. Older checks have none. */
const POSITION = z.array(z.record(z.string(), z.string())).catch([]);

function positionRows(position: unknown): string[][] {
  return POSITION.parse(position).map((year) => [
    formatYear(Number(year.startYear)),
    ...COUNTERS.map((counter) => formatCents(BigInt(year[`${counter}Cents`] ?? "0"))),
  ]);
}

function decisionOf(decision: NotedDecision): PaperItem[] {
  const { outcome, by, decidedAt, amountCents, conditions, reason } = decision;
  return [
    answer(`${DECISIONS[outcome]} by`, `${by}, ${formatInstant(decidedAt)}${delegationWords(decision)}`),
    ...(outcome === "APPROVED"
      ? [
          answer("Amount approved", formatCents(amountCents)),
          answer("Conditions of the approval", conditions || "None"),
        ]
      : []),
    ...(reason ? [answer("Reason for the decision", reason)] : []),
  ];
}
