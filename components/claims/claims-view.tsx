import { FileName } from "#components/application/file-list.tsx";
import type { PagePart } from "#components/ui/parts.tsx";
import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { ledgerHref } from "#lib/budget/schema.ts";
import { type Actor, can } from "#lib/lifecycle/permissions.ts";
import { type Line, paymentPath, settledByCredit, standingPayments } from "#lib/payments/lines/rules.ts";
import { readPurchaseOrder } from "#lib/payments/orders/queries.ts";
import { type Claim, readClaims } from "#lib/payments/queries.ts";
import { recoveryInWords } from "#lib/payments/recoveries/rules.ts";
import {
  CLAIM_STAGES,
  type ClaimStage,
  claimReference,
  formatWork,
  OPEN_CLAIMS,
  type OpenAdvance,
  openCentsOf,
  stageOfClaim,
  type YearLeft,
} from "#lib/payments/rules.ts";
import { formatDay, formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";

/** The claims of an arrangement, as both sides see them. Renders nothing where there is no arrangement. */
export async function claimsPart(actor: Actor, application: ApplicationHeader): Promise<PagePart | null> {
  const [{ claims, years, advances }, purchaseOrder] = await Promise.all([
    readClaims(actor, application.id),
    readPurchaseOrder(actor, application.id),
  ]);
  if (claims.length + years.length === 0) return null;
  const open = claims.filter(({ state }) => OPEN_CLAIMS.includes(state)).length;
  return {
    id: "claims",
    title: "Claims",
    state: `${countOf(claims.length)}${open ? `, ${open} not paid yet` : ""}`,
    body: (
      <>
        {purchaseOrder && <p>Purchase order number: {purchaseOrder}</p>}
        <YearsLeft years={years} />
        <ClaimsTable
          claims={claims}
          advances={advances}
          reference={application.reference}
          hasLedger={can(actor, "budget:read")}
        />
      </>
    ),
  };
}

const countOf = (claims: number): string => (claims === 1 ? "1 claim" : `${claims || "no"} claims`);

/** What can still be claimed for each year. */
export function YearsLeft({ years }: { years: readonly YearLeft[] }) {
  const sum = (of: (year: YearLeft) => bigint) => formatCents(sumCents(years.map(of)));
  return (
    <Table
      caption="Still to be claimed"
      onPhone="stack"
      empty="No money is committed."
      rows={years}
      keyOf={({ startYear }) => String(startYear)}
      columns={[
        { header: "Financial year", cell: ({ startYear }) => formatYear(startYear), isRowHeader: true },
        { header: "Committed", isNumeric: true, cell: ({ committedCents }) => formatCents(committedCents) },
        { header: "Paid", isNumeric: true, cell: ({ paidCents }) => formatCents(paidCents) },
        { header: "Claimed, not paid", isNumeric: true, cell: ({ openCents }) => formatCents(openCents) },
        { header: "Remains", isNumeric: true, cell: ({ leftCents }) => formatCents(leftCents) },
      ]}
      {...(years.length > 1 && {
        total: [
          "Total",
          sum(({ committedCents }) => committedCents),
          sum(({ paidCents }) => paidCents),
          sum(({ openCents }) => openCents),
          sum(({ leftCents }) => leftCents),
        ],
      })}
    />
  );
}

export const ClaimTag = ({ stage }: { stage: ClaimStage }) => (
  <Tag kind={CLAIM_STAGES[stage].tone}>{CLAIM_STAGES[stage].label}</Tag>
);

type ClaimsTableProps = {
  claims: readonly Claim[];
  advances: readonly OpenAdvance[];
  reference: string;
  /** Whether the reader sees the ledger. */
  hasLedger?: boolean;
  /** Whether these are the other claims, shown in addition to those that a step can apply to. */
  hasOther?: boolean;
};

/** Claims, each with its invoice and what happened to it. */
export function ClaimsTable({ claims, advances, reference, hasLedger, hasOther }: ClaimsTableProps) {
  return (
    <Table
      caption={hasOther ? "Other claims, newest first" : "Claims, newest first"}
      onPhone="stack"
      empty="There are no claims yet."
      rows={claims}
      keyOf={({ id }) => id}
      columns={[
        {
          header: "Claim",
          isRowHeader: true,
          cell: ({ number, milestone, claimedAt }) => (
            <>
              <span className="app-nowrap" id={`claim-${number}`}>
                {claimReference(reference, number)}
              </span>
              <span className="app-line">{milestone}</span>
              <span className="app-note app-line">Claimed {formatInstant(claimedAt)}</span>
            </>
          ),
        },
        {
          header: "State",
          cell: (claim) => (
            <>
              <ClaimTag stage={stageOfClaim(claim)} />
              <Fate
                claim={claim}
                openCents={advances.find(({ id }) => id === claim.id)?.openCents}
                isMfat={hasLedger === true}
              />
              {hasLedger && claim.lines.length > 0 && (
                <a className="app-note app-line" href={ledgerHref({ startYear: claim.startYear, reference })}>
                  Ledger entries
                  <span className="govuk-visually-hidden"> of claim {claim.number}</span>
                </a>
              )}
            </>
          ),
        },
        { header: "Invoice", cell: (claim) => <Invoice claim={claim} reference={reference} /> },
        {
          header: "Work",
          cell: (claim) => (
            <>
              {formatYear(claim.startYear)}
              <span className="app-note app-line">{formatWork(claim)}</span>
            </>
          ),
        },
        {
          header: "Amount",
          isNumeric: true,
          cell: ({ cents, gstCents, accountedCents }) => (
            <>
              {formatCents(cents)}
              {accountedCents > 0n && (
                <span className="app-line">and {formatCents(accountedCents)} that an advance has paid</span>
              )}
              <span className="app-note app-line app-nowrap">GST {formatCents(gstCents)}</span>
            </>
          ),
        },
      ]}
    />
  );
}

/** `openCents`: the part of an advance that no invoice accounts for yet. */
type FateProps = { claim: Claim; openCents: bigint | undefined; isMfat: boolean };

/** What happened to a claim, in words of its own. */
function Fate({ claim, openCents, isMfat }: FateProps) {
  const { notPayable, reason, lines, recoveries, advanceReason, workConfirmedAt } = claim;
  return (
    <>
      {workConfirmedAt && (
        <span className="app-note app-line">
          {advanceReason === null ? "Work confirmed" : "Advance confirmed"} {formatInstant(workConfirmedAt)}
        </span>
      )}
      {advanceReason !== null && <span className="app-line">An advance: “{advanceReason}”</span>}
      {openCents !== undefined && (
        <span className="app-line">
          <strong>{formatCents(openCents)} to be accounted for</strong>
        </span>
      )}
      {notPayable && <span className="app-line">{notPayable}</span>}
      {reason && <span className="app-line">“{reason}”</span>}
      {standingPayments(lines).map((line) => (
        <span className="app-note app-line" key={line.id}>
          {line.cents === claim.cents ? "Paid" : `${formatCents(line.cents)} paid`} on {formatDay(line.paidOn)},{" "}
          <PaymentName line={line} isMfat={isMfat} />
          {isMfat && line.payment.note && `: ${line.payment.note}`}
        </span>
      ))}
      {settledByCredit(lines).map(({ id, cents, paidOn }) => (
        <span className="app-note app-line" key={id}>
          {cents === claim.cents ? "Settled" : `${formatCents(cents)} settled`} by a credit note on {formatDay(paidOn)}
        </span>
      ))}
      {lines.map((line) => (
        <Reversed key={line.id} line={line} of={lines.find(({ id }) => id === line.reversesId)} />
      ))}
      {claim.state === "PART_PAID" && (
        <span className="app-line">{formatCents(openCentsOf(claim))} still to be paid</span>
      )}
      {recoveries.map((recovery) => (
        <span className="app-note app-line" key={recovery.id}>
          {recoveryInWords(recovery, claim.cents)}: “{recovery.reason}”
        </span>
      ))}
    </>
  );
}

/** The reference of a payment; for MFAT it links to the whole payment. */
export const PaymentName = ({ line, isMfat }: { line: Pick<Line, "paymentId" | "payment">; isMfat: boolean }) =>
  isMfat ? <a href={paymentPath(line.paymentId)}>{line.payment.reference}</a> : line.payment.reference;

/** What was credited or taken back, and why. It stays on record. */
function Reversed({ line, of }: { line: Line; of: Line | undefined }) {
  if (line.isCredit) {
    const cents = formatCents(line.cents < 0n ? -line.cents : line.cents);
    const credited = line.reversesId === null ? `${cents} credited` : `Credit note of ${cents} taken back`;
    return (
      <span className="app-note app-line">
        {credited} on {formatDay(line.paidOn)}, {line.payment.reference}: “{line.reason}”
      </span>
    );
  }
  if (!of) return null;
  const paid = `${formatCents(of.cents)} paid on ${formatDay(of.paidOn)}, ${of.payment.reference}`;
  return (
    <span className="app-note app-line">
      {line.isReturn ? `Sent back by the bank on ${formatDay(line.paidOn)}` : "Corrected"}: {paid}. “{line.reason}”
    </span>
  );
}

function Invoice({ claim: { invoice, invoiceNumber, invoicedOn }, reference }: { claim: Claim; reference: string }) {
  return (
    <>
      {invoiceNumber} of {formatDay(invoicedOn)}
      <span className="app-line">
        <FileName file={{ ...invoice.document, id: invoice.id }} reference={reference} />
      </span>
    </>
  );
}
