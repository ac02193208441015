import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { getPaymentBatch, type PaymentBatch, type PaymentLine, toCorrect } from "#lib/batches/payments/queries.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { claimReference } from "#lib/payments/rules.ts";
import { formatDay, formatInstant } from "#lib/platform/dates.ts";
import { formatCents, sumCents } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";
import { recordPayments } from "../actions.ts";

export const metadata: Metadata = { title: "Import payments" };

/** Payments from an imported list: first the preview, line by line, then the results. */
export default async function Page({ params }: { params: Promise<{ batch: string }> }) {
  const [actor, { batch: id }] = await Promise.all([requireMfat(), params]);
  const batch = await orNotFound(async () => getPaymentBatch(actor, id));
  const markings = batch.lines.flatMap(({ application }) => application?.marking ?? []);
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(markings)]}>
      <BackLink href="/budget/payments">Import payments</BackLink>
      {batch.recorded ? <Results actor={actor} batch={batch} recorded={batch.recorded} /> : <Preview batch={batch} />}
    </MarkedPage>
  );
}

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

function Preview({ batch }: { batch: PaymentBatch }) {
  const { id, lines } = batch;
  const ready = lines.filter(({ verdict }) => verdict.kind === "ready");
  const cents = formatCents(sumCents(ready.map((line) => line.cents ?? 0n)));
  return (
    <>
      <PageHeading title="Preview line by line">
        {countOf(lines.length, "line")}. Nothing has been recorded yet
      </PageHeading>
      <p role="status">
        <strong>
          {ready.length} of {countOf(lines.length, "payment")} can be recorded now
        </strong>
        {ready.length > 0 && `: ${cents}, GST exclusive`}.
      </p>
      <LinesTable lines={lines} />
      <ToCorrect batch={batch} />
      {ready.length === 0 ? (
        <p>
          You cannot record any of these now. <a href="/budget/payments">Import another list</a>
        </p>
      ) : (
        <Narrow>
          <Form
            action={recordPayments.bind(null, id)}
            fields={[]}
            requestId={id}
            submit={`Record ${countOf(ready.length, "payment")}`}
            cancelHref="/budget/payments"
          />
        </Narrow>
      )}
    </>
  );
}

const VERDICTS = {
  ready: { tone: "ok", label: "Will be recorded" },
  done: { tone: "neutral", label: "Already recorded" },
  not: { tone: "bad", label: "Not recorded" },
} as const;

const LINE: Column<PaymentLine> = { header: "Line", isRowHeader: true, cell: ({ line }) => line };
const WHAT: Column<PaymentLine>[] = [
  { header: "Claim", cell: (line) => <Claim line={line} /> },
  // The day as it was understood, not as it was typed.
  { header: "Paid on", cell: ({ pays, paidOn }) => (pays ? formatDay(new Date(pays.paidOn)) : paidOn || "–") },
  { header: "Payment reference", cell: ({ reference }) => reference || "–" },
  {
    header: "Amount",
    isNumeric: true,
    cell: ({ amount, cents }) => (
      <span className="app-nowrap">{cents === null ? amount || "–" : formatCents(cents)}</span>
    ),
  },
];

function LinesTable({ lines }: { lines: readonly PaymentLine[] }) {
  return (
    <Table
      caption="Preview of each line"
      hideCaption
      onPhone="stack"
      rows={lines}
      keyOf={({ line }) => String(line)}
      columns={[
        LINE,
        {
          header: "Result",
          cell: ({ verdict }) => (
            <>
              <Tag kind={VERDICTS[verdict.kind].tone}>{VERDICTS[verdict.kind].label}</Tag>
              {verdict.kind !== "ready" && <span className="app-line">{verdict.sentence}</span>}
            </>
          ),
        },
        ...WHAT,
      ]}
    />
  );
}

function Claim({ line: { pays, claim, invoice, agency, application } }: { line: PaymentLine }) {
  if (!pays || !application) return claim || [invoice, agency].filter(Boolean).join(", ") || "–";
  return (
    <>
      <a className="app-nowrap" href={`/applications/${pays.reference}#claims`}>
        {claimReference(pays.reference, pays.number)}
      </a>
      <span className="app-note app-line">{application.title}</span>
    </>
  );
}

type ResultsProps = { actor: MfatActor; batch: PaymentBatch; recorded: NonNullable<PaymentBatch["recorded"]> };

/** The lines that are not recorded, back in the form or as a file. */
const ToCorrect = ({ batch }: { batch: PaymentBatch }) =>
  toCorrect(batch).rows.length > 0 && (
    <ul className="govuk-list">
      <li>
        <a href={`/budget/payments?from=${batch.id}`}>Correct the lines that are not recorded</a>
      </li>
      <li>
        <a href={`/budget/payments/${batch.id}/to-correct`}>Download them as a list (CSV)</a>, which you can correct and
        import again
      </li>
    </ul>
  );

/** What happened to each line, as it was recorded. */
function Results({ actor, batch, recorded }: ResultsProps) {
  const { lines, by } = batch;
  const refusalOf = ({ line }: PaymentLine) => recorded.lines.find((one) => one.line === line)?.refusal ?? null;
  const done = lines.filter((line) => refusalOf(line) === null);
  const cents = formatCents(sumCents(done.map((line) => line.cents ?? 0n)));
  const sentence = `${done.length} of ${countOf(lines.length, "payment")} recorded: ${cents}, GST exclusive.`;
  return (
    <>
      {done.length === lines.length && <NotificationBanner kind="success">{sentence}</NotificationBanner>}
      <PageHeading title="Results">
        {done.length < lines.length && sentence} {by}, {formatInstant(recorded.at)}
      </PageHeading>
      <Table
        caption="Results"
        hideCaption
        onPhone="stack"
        rows={lines}
        keyOf={({ line }) => String(line)}
        columns={[
          LINE,
          {
            header: "Result",
            cell: (line) => {
              const refusal = refusalOf(line);
              if (refusal === null) return <Tag kind="ok">Recorded</Tag>;
              return (
                <>
                  <Tag kind="bad">Not recorded</Tag>
                  <span className="app-line">{refusal.sentence}</span>
                </>
              );
            },
          },
          ...WHAT,
        ]}
      />
      {can(actor, "payment:record") && <ToCorrect batch={batch} />}
      <p>
        <a href="/budget/payments">Import another list</a>
      </p>
    </>
  );
}
