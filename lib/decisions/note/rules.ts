import { adviceWords } from "#lib/advice/rules.ts";
import { checkLabel } from "#lib/applications/schema.ts";
import { clearedWords, interestWords, type LaterInterest, laterWords } from "#lib/assessments/interests/rules.ts";
import { formatPhasing } from "#lib/budget/rules.ts";
import {
  type NotedDecision,
  type NotedRecommendation,
  recommendationOf,
} from "#lib/decisions/note/recommendation/rules.ts";
import { DECISIONS, delegationWords } from "#lib/decisions/rules.ts";
import { formatMarking } from "#lib/lifecycle/emails.ts";
import { stateLabel } from "#lib/lifecycle/states.ts";
import { dayOf, formatInstant } from "#lib/platform/dates.ts";
import type { AdviceState, AmountKind, CheckAnswer, Marking, State } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";
import { answer, type Paper, type PaperSection, paragraph, table } from "#lib/platform/paper.ts";

type NotedInterest = {
  by: string;
  hasInterest: boolean;
  description: string | null;
  declaredAt: Date;
  clearedBy: string | null;
  clearedAt: Date | null;
  clearReason: string | null;
  later: readonly LaterInterest[];
};

type NotedAdvice = {
  adviser: string;
  question: string;
  askedBy: string;
  askedAt: Date;
  state: AdviceState;
  dueOn: Date;
  versionNumber: number | null;
  isRecused: boolean;
  givenAt: Date | null;
  advice: string | null;
  endedBy: string | null;
  endedAt: Date | null;
  endReason: string | null;
};

type NotedScore = { criterionId: string; score: number | null; comment: string };

/** What a decision note is made from. */
export type DecisionNote = {
  application: {
    reference: string;
    title: string;
    agency: { name: string };
    round: { name: string };
    state: State;
    marking: Marking;
    endorsement: string | null;
    requestedCents: bigint;
    recommendedCents: bigint | null;
    approvedCents: bigint | null;
    phasing: readonly { kind: AmountKind; startYear: number; cents: bigint }[];
  };
  /** With the names of the days on which they were signed off. */
  versions: readonly {
    number: number;
    certifiedBy: string;
    certifiedAt: Date;
    requestedCents: bigint;
    agencyName: string;
    roundName: string;
  }[];
  /** Who at MFAT did what, and the version they had read. */
  readings: readonly { by: string; what: string; at: Date; version: number }[];
  interests: readonly NotedInterest[];
  /** For the version that was screened last; null: no checklist yet. */
  screening: {
    versionNumber: number;
    by: string;
    answeredAt: Date;
    checks: readonly { question: string; answer: CheckAnswer | null; note: string }[];
  } | null;
  scores: {
    criteria: readonly { id: string; name: string; weight: number }[];
    assessors: readonly { name: string; scores: readonly NotedScore[]; total: number | null }[];
    /** Assessments that do not count. */
    setAside: readonly { name: string; scores: readonly NotedScore[]; total: number | null; reason: string }[];
    agreed: { scores: readonly NotedScore[]; total: number | null };
    spread: number | null;
    /** Says that it is scored on criteria other than the round's current ones. */
    measured: string | null;
  };
  /** Includes questions that were withdrawn. */
  advice: readonly NotedAdvice[];
  /** Newest first. */
  recommendations: readonly NotedRecommendation[];
  /** What the agency was sent or otherwise told; null: nothing yet. */
  told: { what: string; at: Date | null; text: string } | null;
};

/**
 * Everything that a decision rests on, for paper: what was read and by whom, interests, scores, recommendation, budget
 * check, decision, and what the agency was told. `at`: when the note is made.
 */
export function decisionPaper(note: DecisionNote, at: Date): Paper {
  const { reference, title, marking, endorsement } = note.application;
  return {
    above: ["Pacific Security Fund: decision note"],
    title: title || "No title yet",
    reference,
    marking: formatMarking(marking, endorsement),
    sections: [
      summaryOf(note, at),
      readingsOf(note),
      interestsOf(note),
      screeningOf(note),
      ...scoresOf(note),
      ...adviceOf(note, at),
      ...[...note.recommendations].reverse().map(recommendationOf),
      toldOf(note),
    ],
  };
}

function summaryOf({ application, recommendations, versions }: DecisionNote, at: Date): PaperSection {
  const { reference, agency, round, state, requestedCents, recommendedCents, approvedCents, phasing } = application;
  const phased = (kind: AmountKind) => formatPhasing(phasing.filter((part) => part.kind === kind));
  const signed = versions.at(-1);
  const last = recommendations[0]?.decisions.find(({ outcome }) => outcome !== "RETURNED");
  return {
    title: "The decision",
    items: [
      answer("Decision", last && last.outcome !== "REOPENED" ? decisionLine(last) : "Not decided yet"),
      answer("Reference", reference),
      answer("Agency", signed?.agencyName ?? agency.name),
      answer("Round", signed?.roundName ?? round.name),
      answer("State", stateLabel(state, "MFAT")),
      answer("Requested", formatCents(requestedCents), phased("REQUESTED")),
      answer(
        "Recommended",
        recommendedCents === null ? "Nothing" : formatCents(recommendedCents),
        phased("RECOMMENDED"),
      ),
      answer("Approved", approvedCents === null ? "Nothing" : formatCents(approvedCents), phased("APPROVED")),
      answer("Note created", formatInstant(at)),
    ],
  };
}

function decisionLine(decision: NotedDecision): string {
  const { outcome, amountCents, by, decidedAt } = decision;
  const amount = outcome === "APPROVED" ? ` ${formatCents(amountCents)}` : "";
  return `${DECISIONS[outcome]}${amount} by ${by}, ${formatInstant(decidedAt)}${delegationWords(decision)}`;
}

const readingsOf = ({ versions, readings }: DecisionNote): PaperSection => ({
  title: "Who read what",
  items: [
    table(
      "Versions that the agency signed off",
      ["Version", "Signed off by", "When", "Requested"],
      versions.map(({ number, certifiedBy, certifiedAt, requestedCents }) => [
        `Version ${number}`,
        certifiedBy,
        formatInstant(certifiedAt),
        formatCents(requestedCents),
      ]),
      { numericFrom: 3 },
    ),
    table(
      "Steps MFAT took, and the version read",
      ["Who", "What", "When", "Version"],
      readings.map(({ by, what, at, version }) => [by, what, formatInstant(at), `Version ${version}`]),
    ),
  ],
});

const interestsOf = ({ interests }: DecisionNote): PaperSection => ({
  title: "Interests",
  items: interests.length
    ? [
        table(
          "Declarations",
          ["Who", "Declared", "When"],
          interests.map((one) => [one.by, interestLines(one), formatInstant(one.declaredAt)]),
        ),
      ]
    : [paragraph("No one has declared their interests.")],
});

function interestLines(interest: NotedInterest): string {
  const { description, later } = interest;
  const lines = [interestWords(interest), description && `“${description}”`, clearedWords(interest)];
  return [...lines, ...later.map(laterWords)].filter(Boolean).join("\n");
}

const screeningOf = ({ screening }: DecisionNote): PaperSection => ({
  title: "Screening",
  items: screening
    ? [
        table(
          `Version ${screening.versionNumber}, screened by ${screening.by}, ${formatInstant(screening.answeredAt)}`,
          ["Question", "Answer", "Note"],
          screening.checks.map(({ question, answer: answered, note }) => [question, checkLabel(answered), note || "–"]),
        ),
      ]
    : [paragraph("There is no record of a checklist.")],
});

function scoresOf({
  scores: { criteria, assessors, setAside, agreed, spread, measured },
}: DecisionNote): PaperSection[] {
  if (!assessors.length && !setAside.length) return [];
  const lineOf = (scores: readonly NotedScore[], id: string) => scores.find(({ criterionId }) => criterionId === id);
  const shown = (score: number | null | undefined) => (score === null || score === undefined ? "–" : String(score));
  const aside = setAside.map(({ name, ...rest }) => ({ ...rest, name: `${name} (set aside)` }));
  const writers = [...assessors, ...aside, { name: "Agreed", ...agreed }];
  return [
    {
      title: "Scores",
      items: [
        table(
          "Scores, 0 to 4",
          ["Criterion", "Weight", ...writers.map(({ name }) => name)],
          criteria.map(({ id, name, weight }) => [
            name,
            String(weight),
            ...writers.map(({ scores }) => shown(lineOf(scores, id)?.score)),
          ]),
          { numericFrom: 1, total: ["Weighted total of 100", "", ...writers.map(({ total }) => shown(total))] },
        ),
        ...(measured ? [answer("Criteria", measured)] : []),
        answer("Spread", spread === null ? "Only one assessment" : `The totals are ${spread} apart`),
        ...setAside.map(({ name, reason }) => answer(`Set aside: ${name}`, reason)),
      ],
    },
    {
      title: "Comments with the scores",
      items: criteria.flatMap(({ id, name }) => [
        answer(
          name,
          ...writers.map((writer) => {
            const line = lineOf(writer.scores, id);
            return line ? `${writer.name}, ${shown(line.score)}: ${line.comment}` : null;
          }),
        ),
      ]),
    },
  ];
}

/** What posts and divisions were asked, and what they answered. */
const adviceOf = ({ advice }: DecisionNote, at: Date): PaperSection[] =>
  advice.length
    ? [
        {
          title: "Advice",
          items: advice.flatMap((one) => [
            answer(
              `Question to ${one.adviser}`,
              one.question,
              `Asked by ${one.askedBy}, ${formatInstant(one.askedAt)}`,
            ),
            answer(
              `Answer of ${one.adviser}`,
              adviceWords(one, dayOf(at)),
              one.advice,
              one.endReason && `“${one.endReason}”`,
            ),
          ]),
        },
      ]
    : [];

const toldOf = ({ told }: DecisionNote): PaperSection => ({
  title: "What the agency was told",
  items: told
    ? [answer(told.what, told.at && `Sent ${formatInstant(told.at)}`), ...told.text.split("\n\n").map(paragraph)]
    : [paragraph("Nothing yet.")],
});
