import { AdvicePart } from "#components/advice/advice-view.tsx";
import { recordRows } from "#components/application/decision-record.tsx";
import { DecidesAs } from "#components/application/delegation-note.tsx";
import { Scores } from "#components/assessment/score-table.tsx";
import { PositionTable } from "#components/budget/position-table.tsx";
import { InsetText, WarningText } from "#components/ui/feedback.tsx";
import { Amounts } from "#components/ui/figures.tsx";
import { SummaryList, type SummaryRow } from "#components/ui/summary-list.tsx";
import { readAdvice } from "#lib/advice/queries.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { readAssessments } from "#lib/assessments/queries.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { endedYears, formatPhasing } from "#lib/budget/rules.ts";
import { listDeciders, readDecisions } from "#lib/decisions/queries.ts";
import {
  beyondDelegation,
  decidedCents,
  delegationFor,
  formatDelegation,
  highestDelegation,
  OUTCOMES,
  whoElse,
} from "#lib/decisions/rules.ts";
import { listDelegations } from "#lib/deputies/queries.ts";
import type { Actor, MfatActor } from "#lib/lifecycle/permissions.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { dayOf, formatInstant } from "#lib/platform/dates.ts";
import type { AmountKind } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";

type DecisionProps = { actor: Actor; application: ApplicationHeader };

/** `of`: the amount that is decided on next. `isDeciding`: the reader is about to. */
type MoneyProps = DecisionProps & { now: Date; of: "REQUESTED" | "RECOMMENDED"; isDeciding?: boolean };

/** The amounts, the whole position of every year, the recommendation with its budget check, and the scores. */
export async function Money({ actor: reader, application, now, of, isDeciding }: MoneyProps) {
  const actor = asMfat(reader);
  const [positions, record, advice, decisions] = await Promise.all([
    listPositions(actor),
    readAssessments(actor, application),
    readAdvice(actor, application),
    readDecisions(actor, application.id),
  ]);
  const current = decisions.find(({ returnedAt }) => returnedAt === null);
  const recommended = application.phasing.filter(({ kind }) => kind === "RECOMMENDED");
  const ended = endedYears(
    application.phasing.filter(({ kind }) => kind === of),
    dayOf(now),
  );
  return (
    <>
      {ended && <WarningText>{ended}</WarningText>}
      <Amounts
        amounts={[
          {
            label: "Requested",
            value: formatCents(application.requestedCents),
            note: formatPhasing(application.phasing.filter(({ kind }) => kind === "REQUESTED")),
          },
          {
            label: "Recommended",
            value: application.recommendedCents === null ? "–" : formatCents(application.recommendedCents),
            note: formatPhasing(recommended),
          },
        ]}
      />
      {isDeciding && <MayDecide actor={actor} application={application} />}
      <PositionTable
        positions={positions}
        caption={
          recommended.length > 0
            ? "The fund’s position now (reserved includes this recommendation)"
            : "The fund’s position now"
        }
        {...(recommended.length > 0 && { here: recommended })}
      />
      {current && <SummaryList rows={recommendationRows(current)} />}
      <Scores record={record} />
      <AdvicePart advice={advice} today={dayOf(now)} />
    </>
  );
}

/** Under which delegation the reader decides, and what to do where none of theirs reaches. */
async function MayDecide({ actor, application }: { actor: MfatActor; application: ApplicationHeader }) {
  const cents = application.recommendedCents ?? 0n;
  const held = await listDelegations(actor, application.id);
  const [enough, highest] = [delegationFor(held, cents), highestDelegation(held)];
  if (enough) return <DecidesAs actor={actor} delegation={enough} />;
  if (!highest) return <p>Your delegation: {formatDelegation(highest)}</p>;
  return (
    <InsetText>
      {beyondDelegation(cents, highest)} You can approve less, with a reason.{" "}
      {whoElse(await listDeciders(application.id, cents))}
    </InsetText>
  );
}

/** What was decided, under which delegation it is reopened, and the position in which its reserve is set aside again. */
export async function Decided({ actor: reader, application }: DecisionProps) {
  const actor = asMfat(reader);
  const [positions, [current], held] = await Promise.all([
    listPositions(actor),
    readDecisions(actor, application.id),
    listDelegations(actor, application.id),
  ]);
  const enough = delegationFor(held, decidedCents(application));
  const amount = (label: string, cents: bigint | null, kind: AmountKind) => ({
    label,
    value: cents === null ? "–" : formatCents(cents),
    note: formatPhasing(application.phasing.filter((part) => part.kind === kind)),
  });
  return (
    <>
      <Amounts
        amounts={[
          amount("Recommended", application.recommendedCents, "RECOMMENDED"),
          amount("Approved", application.approvedCents, "APPROVED"),
        ]}
      />
      {enough && <DecidesAs actor={actor} delegation={enough} />}
      <p>
        {current?.outcome === "DO_NOT_FUND"
          ? "The recommendation stays valid. "
          : "The recommendation and its budget check stay valid, and what was recommended is reserved again. "}
        An approver then decides again.
      </p>
      {current && <SummaryList rows={recordRows(current)} />}
      <PositionTable positions={positions} caption="The fund’s position now" />
    </>
  );
}

type Recommended = Awaited<ReturnType<typeof readDecisions>>[number];

function recommendationRows(current: Recommended): SummaryRow[] {
  return [
    {
      key: "Recommendation",
      value: `${OUTCOMES[current.outcome]}, by ${current.by}, ${formatInstant(current.recommendedAt)}`,
    },
    { key: "Rationale", value: current.rationale },
    { key: "Conditions", value: current.conditions || "None" },
    ...(current.exceptionReason
      ? [{ key: "Reason for going above the amount requested", value: current.exceptionReason }]
      : []),
    ...current.budgetChecks.map((check) => ({
      key: "Budget confirmed by",
      value: `${check.by}, ${formatInstant(check.checkedAt)}`,
    })),
  ];
}
