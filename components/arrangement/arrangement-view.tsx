import { PaymentName } from "#components/claims/claims-view.tsx";
import { Details } from "#components/ui/details.tsx";
import type { PagePart } from "#components/ui/parts.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import type { Arrangement } from "#lib/arrangements/queries.ts";
import { borneByAgencyCents } from "#lib/arrangements/settlement/rules.ts";
import { fateInWords, lineInWords, whyInWords } from "#lib/payments/lines/rules.ts";
import { formatDate, formatDay, formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";

/**
 * An arrangement in full: its dates and scope, its money by year, payments and recoveries, and its acquittal. Renders
 * nothing where no money is reserved or committed. `isMfat`: whether the reader may open a whole payment.
 */
export function arrangementParts(arrangement: Arrangement, isMfat = false): PagePart[] {
  const { terms, funding, payments, recoveries, acquittal, returned } = arrangement;
  const held = funding.filter((part) => part.reservedCents || part.committedCents || part.paidCents);
  if (!held.length && !terms) return [];
  const committedCents = sumCents(funding.map((part) => part.committedCents));
  const paidCents = sumCents(funding.map((part) => part.paidCents));
  const parts: (PagePart | false)[] = [
    terms !== null && {
      id: "arrangement",
      title: "Arrangement",
      state: `to ${formatDay(terms.endsOn)}`,
      body: <Terms terms={terms} />,
    },
    {
      id: "money",
      title: "Money",
      state: committedCents > 0n ? `${formatCents(paidCents)} of ${formatCents(committedCents)} paid` : undefined,
      body: (
        <>
          {held.length > 0 ? <Years funding={held} /> : <p>No money is committed, and none has been paid.</p>}
          {payments.length > 0 && <Payments payments={payments} isMfat={isMfat} />}
          {recoveries.length > 0 && <Recoveries recoveries={recoveries} />}
        </>
      ),
    },
    (acquittal !== null || returned.length > 0) && {
      id: "acquittal",
      title: "Acquittal",
      state: acquittal ? `submitted ${formatDate(acquittal.submittedAt)}` : "returned",
      body: (
        <>
          {acquittal && <Acquittal acquittal={acquittal} recoveries={recoveries} committedCents={committedCents} />}
          {returned.map((one) => (
            <Details key={one.number} summary={`Version ${one.number}, as it was submitted and returned`}>
              <Acquittal acquittal={one} recoveries={recoveries} committedCents={committedCents} />
            </Details>
          ))}
        </>
      ),
    },
  ];
  return parts.filter((part) => part !== false);
}

type Part<Key extends keyof Arrangement> = NonNullable<Arrangement[Key]>;

const Terms = ({ terms: { startsOn, endsOn, acceptedAt, scope } }: { terms: Part<"terms"> }) => (
  <SummaryList
    rows={[
      { key: "Started on", value: formatDate(acceptedAt) },
      { key: "Dates", value: `${formatDay(startsOn)} to ${formatDay(endsOn)}` },
      ...(scope ? [{ key: "Scope after variation", value: <span className="app-line">{scope}</span> }] : []),
    ]}
  />
);

function Years({ funding }: { funding: Part<"funding"> }) {
  const sum = (of: (part: Part<"funding">[number]) => bigint) => formatCents(sumCents(funding.map(of)));
  return (
    <Table
      caption="By financial year"
      onPhone="stack"
      rows={funding}
      keyOf={({ startYear }) => String(startYear)}
      columns={[
        { header: "Financial year", cell: ({ startYear }) => formatYear(startYear), isRowHeader: true },
        { header: "Reserved", isNumeric: true, cell: ({ reservedCents }) => formatCents(reservedCents) },
        { header: "Committed", isNumeric: true, cell: ({ committedCents }) => formatCents(committedCents) },
        { header: "Paid", isNumeric: true, cell: ({ paidCents }) => formatCents(paidCents) },
      ]}
      total={[
        "Total",
        sum((part) => part.reservedCents),
        sum((part) => part.committedCents),
        sum((part) => part.paidCents),
      ]}
    />
  );
}

/**
 * Each line with its kind: part payment, returned by the bank, credit note, correction. They add up to what is paid,
 * before recoveries.
 */
const Payments = ({ payments, isMfat }: { payments: Part<"payments">; isMfat: boolean }) => (
  <Table
    caption="Payments"
    onPhone="stack"
    rows={payments}
    keyOf={({ id }) => id}
    columns={[
      { header: "Reference", cell: (line) => <PaymentName line={line} isMfat={isMfat} />, isRowHeader: true },
      {
        header: "Claim",
        cell: ({ claim }) => (claim ? <span className="app-nowrap">Claim {claim.number}</span> : "–"),
      },
      { header: "Kind", cell: (line) => <What line={line} lines={payments} /> },
      { header: "Date", cell: ({ paidOn }) => formatDay(paidOn) },
      { header: "Year", cell: ({ startYear }) => formatYear(startYear) },
      {
        header: "Amount",
        isNumeric: true,
        cell: ({ cents }) => <span className="app-nowrap">{formatCents(cents)}</span>,
      },
    ]}
    {...(payments.length > 1 && {
      total: ["Total", "", "", "", "", formatCents(sumCents(payments.map(({ cents }) => cents)))],
    })}
  />
);

function What({ line, lines }: { line: Part<"payments">[number]; lines: Part<"payments"> }) {
  const own = lines.filter(({ claimId }) => claimId === line.claimId);
  const fate = fateInWords(line, own);
  return (
    <>
      {lineInWords(line, line.claim?.cents ?? null, own)}
      {fate && `, ${fate}`}
      {line.reason && <span className="app-note app-line">“{whyInWords(line)}”</span>}
    </>
  );
}

const Recoveries = ({ recoveries }: { recoveries: Part<"recoveries"> }) => (
  <Table
    caption="Recoveries"
    onPhone="stack"
    rows={recoveries}
    keyOf={({ id }) => id}
    columns={[
      { header: "Reference", cell: ({ reference }) => reference, isRowHeader: true },
      { header: "Received on", cell: ({ receivedOn }) => formatDay(receivedOn) },
      { header: "Year", cell: ({ startYear }) => formatYear(startYear) },
      {
        header: "Reason",
        cell: ({ reason, reversesId, claim }) => (
          <>
            {reversesId === null ? "" : "Reversed: "}
            {reason}
            {claim && <span className="app-note app-line">Claim {claim.number}</span>}
          </>
        ),
      },
      {
        header: "Amount",
        isNumeric: true,
        cell: ({ cents }) => <span className="app-nowrap">{formatCents(cents)}</span>,
      },
    ]}
  />
);

type AcquittalProps = { acquittal: Part<"acquittal">; recoveries: Part<"recoveries">; committedCents: bigint };

/**
 * The agency bears what the work cost beyond the commitment. Once the surplus is confirmed, everything committed is
 * paid.
 */
function Acquittal({ acquittal, recoveries, committedCents }: AcquittalProps) {
  const ownCents = borneByAgencyCents(acquittal.actualCents, { paidCents: committedCents, payableCents: 0n });
  return (
    <>
      <AcquittalLines acquittal={acquittal} />
      <SummaryList
        rows={[
          { key: "Actual cost", value: formatCents(acquittal.actualCents) },
          ...(ownCents > 0n ? [{ key: "Borne by the agency", value: formatCents(ownCents) }] : []),
          { key: acquittal.labels.outcome, value: <span className="app-line">{acquittal.outcome}</span> },
          // Acquittals from before there were lines have one text for both.
          ...(acquittal.lessons
            ? [{ key: acquittal.labels.lessons, value: <span className="app-line">{acquittal.lessons}</span> }]
            : []),
          {
            key: "Acquittal submitted",
            value: `By ${acquittal.submitterName}, ${acquittal.agencyName}, ${formatInstant(acquittal.submittedAt)}`,
          },
          ...(acquittal.returnedAt
            ? [
                { key: "Returned", value: formatInstant(acquittal.returnedAt) },
                { key: "Reason", value: <span className="app-line">{acquittal.reason}</span> },
              ]
            : [{ key: "Surplus", value: surplusWords(acquittal, recoveries) }]),
        ]}
      />
    </>
  );
}

/** A recovery that names no claim is of money that was paid and not spent. */
function surplusWords({ surplusCents }: Part<"acquittal">, recoveries: Part<"recoveries">): string {
  if (surplusCents === null) return "Not confirmed yet";
  const recovered = sumCents(recoveries.filter(({ claimId }) => !claimId).map(({ cents }) => cents));
  const total = `${formatCents(surplusCents)}, released`;
  return recovered > 0n ? `${total}, including ${formatCents(recovered)} that was paid and recovered` : total;
}

/** The actual cost of each budget line against its budget. Renders nothing where the acquittal has no lines. */
export function AcquittalLines({ acquittal: { lines, actualCents } }: { acquittal: Part<"acquittal"> }) {
  if (!lines.length) return null;
  const budgetCents = sumCents(lines.map((line) => line.budgetCents));
  return (
    <Table
      caption="Actual cost against the budget that was signed off"
      onPhone="stack"
      rows={lines}
      keyOf={({ position }) => String(position)}
      columns={[
        { header: "Line", isRowHeader: true, cell: ({ description }) => description },
        { header: "Category", cell: ({ categoryName }) => categoryName },
        { header: "Budget", isNumeric: true, cell: (line) => formatCents(line.budgetCents) },
        { header: "Actual", isNumeric: true, cell: (line) => formatCents(line.actualCents) },
        { header: "Difference", isNumeric: true, cell: (line) => formatCents(line.actualCents - line.budgetCents) },
      ]}
      total={["Total", "", formatCents(budgetCents), formatCents(actualCents), formatCents(actualCents - budgetCents)]}
    />
  );
}
