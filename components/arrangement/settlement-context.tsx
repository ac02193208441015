import { Amounts } from "#components/ui/figures.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { readArrangement } from "#lib/arrangements/queries.ts";
import { readPayableCents } from "#lib/arrangements/settlement/queries.ts";
import { borneByAgencyCents } from "#lib/arrangements/settlement/rules.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { formatCents, sumCents } from "#lib/platform/money.ts";
import { AcquittalLines } from "./arrangement-view.tsx";

type SettlementContextProps = { actor: Actor; application: ApplicationHeader };

/** What somebody needs to know to settle an arrangement: committed, paid and spent, line by line. */
export async function SettlementContext({ actor, application }: SettlementContextProps) {
  const { funding, acquittal } = await readArrangement(actor, application.id);
  const payableCents = acquittal ? await readPayableCents(actor, application.id) : 0n;
  const committedCents = sumCents(funding.map((part) => part.committedCents));
  const paidCents = sumCents(funding.map((part) => part.paidCents));
  const overCents = acquittal && paidCents > acquittal.actualCents ? paidCents - acquittal.actualCents : 0n;
  const ownCents = acquittal ? borneByAgencyCents(acquittal.actualCents, { paidCents, payableCents }) : 0n;
  return (
    <>
      <Amounts
        amounts={[
          { label: "Committed", value: formatCents(committedCents) },
          { label: "Paid", value: formatCents(paidCents) },
          ...(acquittal
            ? [
                { label: "Actual cost", value: formatCents(acquittal.actualCents) },
                ownCents > 0n
                  ? {
                      label: "Borne by the agency",
                      value: formatCents(ownCents),
                      note: "above the fund’s money, so we do not pay it",
                    }
                  : {
                      label: "To be recovered",
                      value: formatCents(overCents),
                      note: releasedNote(committedCents - paidCents),
                    },
              ]
            : []),
        ]}
      />
      {acquittal && <AcquittalLines acquittal={acquittal} />}
      {application.state === "ACTIVE" && actor.side === "MFAT" && (
        <p>
          {committedCents > paidCents &&
            `${formatCents(committedCents - paidCents)} is committed and not paid. It goes back to the envelope straight away. `}
          Reports that are still due are cancelled
          {paidCents > 0n && ", and the agency accounts for what was paid in an acquittal"}.
        </p>
      )}
      {!acquittal && actor.side === "AGENCY" && (
        <p>
          Enter the actual cost, even if it is more than the fund’s money. Your agency bears the difference: the fund
          pays no more than it committed.
        </p>
      )}
    </>
  );
}

const releasedNote = (cents: bigint): string =>
  cents > 0n ? `${formatCents(cents)} is not paid and will be released` : "everything committed is paid";
