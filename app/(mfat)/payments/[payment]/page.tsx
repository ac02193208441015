import type { Metadata } from "next";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import { listHref } from "#lib/auth/request.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { ledgerHref } from "#lib/budget/schema.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { getPayment, type PaymentDocument } from "#lib/payments/lines/queries.ts";
import { fateInWords, lineInWords, standingPayments, whyInWords } from "#lib/payments/lines/rules.ts";
import { claimReference } from "#lib/payments/rules.ts";
import { formatDay, formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Payment" };

/**
 * One payment document of the finance system: which claims it paid, how much of each, and what was taken off or came
 * back.
 */
export default async function Page({ params }: { params: Promise<{ payment: string }> }) {
  const [actor, { payment: id }] = await Promise.all([requireMfat(), params]);
  const payment = await orNotFound(() => getPayment(actor, id));
  const { lines, hidden } = payment;
  const days = [...new Set(standingPayments(lines).map(({ paidOn }) => formatDay(paidOn)))];
  const sum = formatCents(sumCents(lines.map(({ cents }) => cents)));
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(lines.map(({ application }) => application.marking))]}>
      <BackLink href={await listHref("/budget/claims")}>Claims</BackLink>
      <PageHeading title={`Payment ${payment.reference}`} />
      <SummaryList
        rows={[
          { key: "Payment reference", value: payment.reference },
          { key: "Paid on", value: days.join(", ") || "All lines were reversed" },
          { key: hidden ? "Amount now (lines below only)" : "Amount now", value: `${sum}, GST exclusive` },
          { key: "First recorded", value: `${formatInstant(payment.recordedAt)}, ${payment.by}` },
          ...(payment.note ? [{ key: "Note", value: payment.note }] : []),
        ]}
      />
      <Lines lines={lines} sum={sum} />
      {hidden > 0 && (
        <p>{hidden === 1 ? "1 line is" : `${hidden} lines are`} for applications that are not assigned to you.</p>
      )}
    </MarkedPage>
  );
}

type PaidLine = PaymentDocument["lines"][number];

/** Lines for the same claim. */
const isOf = (line: PaidLine) => (other: PaidLine) =>
  other.application.reference === line.application.reference && other.claim?.number === line.claim?.number;

const Lines = ({ lines, sum }: { lines: readonly PaidLine[]; sum: string }) => (
  <Table
    caption="Lines, in the order they were recorded"
    onPhone="stack"
    rows={lines}
    keyOf={({ id }) => id}
    columns={[
      { header: "Claim", isRowHeader: true, cell: (line) => <Claim line={line} /> },
      {
        header: "Kind",
        cell: (line) => {
          const own = lines.filter(isOf(line));
          const fate = fateInWords(line, own);
          return (
            <>
              {lineInWords(line, line.claim?.cents ?? null, own)}
              {fate && `, ${fate}`}
              {line.reason && <span className="app-note app-line">“{whyInWords(line)}”</span>}
            </>
          );
        },
      },
      { header: "Date", cell: ({ paidOn }) => formatDay(paidOn) },
      { header: "Ledger", cell: (line) => <Entry line={line} /> },
      {
        header: "Amount",
        isNumeric: true,
        cell: ({ cents }) => <span className="app-nowrap">{formatCents(cents)}</span>,
      },
    ]}
    total={["Total", "", "", "", sum]}
  />
);

function Claim({ line: { application, claim } }: { line: PaidLine }) {
  const { reference } = application;
  return (
    <>
      <a className="app-nowrap" href={`/applications/${reference}${claim ? `#claim-${claim.number}` : "#money"}`}>
        {claim ? claimReference(reference, claim.number) : reference}
      </a>
      <span className="app-note app-line">
        {application.title}, {application.agency.abbreviation}
      </span>
    </>
  );
}

function Entry({ line: { startYear, application, cents, entry } }: { line: PaidLine }) {
  const kind = cents > 0n ? "PAY" : "RECOVER";
  const entries = ledgerHref({ startYear, kind, reference: application.reference });
  return entry ? (
    <a href={`${entries}#entry-${entry.id}`}>
      {formatYear(startYear)}, entry {String(entry.id)}
    </a>
  ) : (
    formatYear(startYear)
  );
}
