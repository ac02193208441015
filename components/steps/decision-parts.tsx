import { recordRows } from "#components/application/decision-record.tsx";
import { DecidesAs } from "#components/application/delegation-note.tsx";
import { PositionTable } from "#components/budget/position-table.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { Amounts } from "#components/ui/figures.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { formatPhasing } from "#lib/budget/rules.ts";
import { listDeciders, readDecisions } from "#lib/decisions/queries.ts";
import {
  beyondDelegation,
  decidedCents,
  delegationFor,
  formatDelegation,
  highestDelegation,
  whoElse,
} from "#lib/decisions/rules.ts";
import { listDelegations } from "#lib/deputies/queries.ts";
import type { Actor, MfatActor } from "#lib/lifecycle/permissions.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import type { AmountKind } from "#lib/platform/db/generated/enums.ts";
import { formatCents } from "#lib/platform/money.ts";

type DecisionProps = { actor: Actor; application: ApplicationHeader };

/** Under which delegation the reader decides, and what to do where none is high enough. */
export async function MayDecide({ actor, application }: { actor: MfatActor; application: ApplicationHeader }) {
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

/** What was decided and under which delegation it is reopened, and the position when its amount is reserved again. */
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
