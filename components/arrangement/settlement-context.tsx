import { Amounts } from "#components/ui/figures.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { readArrangement } from "#lib/arrangements/queries.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { formatCents, sumCents } from "#lib/platform/money.ts";
import { AcquittalLines } from "./arrangement-view.tsx";

type SettlementContextProps = { actor: Actor; application: ApplicationHeader };

/** What has to be known to settle an arrangement: committed, paid and spent, line by line. */
export async function SettlementContext({ actor, application }: SettlementContextProps) {
  const { funding, acquittal } = await readArrangement(actor, application.id);
  const committedCents = sumCents(funding.map((part) => part.committedCents));
  const paidCents = sumCents(funding.map((part) => part.paidCents));
  const overCents = acquittal && paidCents > acquittal.actualCents ? paidCents - acquittal.actualCents : 0n;
  return (
    <>
      <Amounts
        amounts={[
          { label: "Committed", value: formatCents(committedCents) },
          { label: "Paid", value: formatCents(paidCents) },
          ...(acquittal
            ? [
                { label: "Actual cost", value: formatCents(acquittal.actualCents) },
                {
                  label: "To be recovered",
                  value: formatCents(overCents),
                  note: `${formatCents(committedCents - paidCents)} is not paid and will be released`,
                },
              ]
            : []),
        ]}
      />
      {acquittal && <AcquittalLines acquittal={acquittal} />}
    </>
  );
}
