import { SummaryList, type SummaryRow } from "#components/ui/summary-list.tsx";
import type { DecisionRecord } from "#lib/decisions/queries.ts";
import { DECISIONS, delegationWords, OUTCOMES } from "#lib/decisions/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";

/** Who recommended, who checked the budget and who decided under which delegation, newest first. */
export function DecisionRecordView({ record }: { record: DecisionRecord }) {
  return record.map((recommendation) => (
    <div key={recommendation.id} className="app-record">
      <h3>
        {OUTCOMES[recommendation.outcome]}
        {recommendation.amountCents > 0n && `, ${formatCents(recommendation.amountCents)}`}
        {recommendation.returnedAt && (recommendation.takenBackBy ? " (taken back)" : " (returned)")}
      </h3>
      <SummaryList rows={recordRows(recommendation)} />
    </div>
  ));
}

/** A recommendation, its budget checks and its decisions, line by line. */
export function recordRows(recommendation: DecisionRecord[number]): SummaryRow[] {
  const { by, recommendedAt, rationale, conditions, exceptionReason, budgetChecks, decisions, returnedAt } =
    recommendation;
  const { takenBackBy, takenBackReason } = recommendation;
  return [
    { key: "Recommended by", value: `${by}, ${formatInstant(recommendedAt)}` },
    { key: "Rationale", value: rationale },
    { key: "Conditions", value: conditions || "None" },
    ...(exceptionReason ? [{ key: "Reason for going above the amount requested", value: exceptionReason }] : []),
    ...budgetChecks.map((check) => ({
      key: check.isConfirmed ? "Budget confirmed by" : "Budget returned by",
      value: said(
        `${check.by}, ${formatInstant(check.checkedAt)}${check.isConfirmed && returnedAt ? ", no longer valid because the recommendation was returned" : ""}`,
        check.reason,
      ),
    })),
    ...decisions.flatMap((decision) => [
      {
        key: `${DECISIONS[decision.outcome]} by`,
        value: said(
          `${decision.by}, ${formatInstant(decision.decidedAt)}${delegationWords(decision)}`,
          decision.reason,
        ),
      },
      ...(decision.agencyText ? [{ key: "Written for the agency’s letter", value: decision.agencyText }] : []),
    ]),
    ...(takenBackBy && returnedAt
      ? [{ key: "Taken back by", value: said(`${takenBackBy}, ${formatInstant(returnedAt)}`, takenBackReason) }]
      : []),
  ];
}

const said = (who: string, reason: string | null) => (reason ? `${who}: “${reason}”` : who);
