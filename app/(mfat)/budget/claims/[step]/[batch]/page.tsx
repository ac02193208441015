import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { ResultsTable } from "#components/steps/each-views.tsx";
import { ButtonGroup, LinkButton } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { type ClaimsBatch, type ClaimToTake, getClaimsBatch } from "#lib/batches/claims/queries.ts";
import { claimsTotals, formatGst, sumGst } from "#lib/batches/claims/rules.ts";
import { CLAIMS_WORDS, type ClaimsStep, claimsStepPath, findClaimsStep } from "#lib/batches/claims/schema.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatDay, formatInstant } from "#lib/platform/dates.ts";
import { countInWords } from "#lib/platform/lists.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";
import { happenedLabel } from "#lib/workflow/steps.ts";
import { takeClaims } from "../actions.ts";

type Props = { params: Promise<{ step: string; batch: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const step = findClaimsStep((await params).step);
  return { title: step ? CLAIMS_WORDS[step].title : "Page not found" };
}

/** The claims that the reader chose: first the preview with its totals, then the result for each. */
export default async function Page({ params }: Props) {
  const [actor, { step: address, batch: id }] = await Promise.all([requireMfat(), params]);
  const step = findClaimsStep(address);
  if (!step) notFound();
  const batch = await orNotFound(() => getClaimsBatch(actor, step, id));
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(batch.claims.map(({ application }) => application.marking))]}>
      {batch.taken ? <Results step={step} batch={batch} taken={batch.taken} /> : <Preview step={step} batch={batch} />}
    </MarkedPage>
  );
}

function Preview({ step, batch: { id, names, claims, payment } }: { step: ClaimsStep; batch: ClaimsBatch }) {
  const ready = claims.filter(({ why }) => why === null);
  const back = `${claimsStepPath(step)}?from=${id}`;
  const { title, submit } = CLAIMS_WORDS[step];
  return (
    <>
      <BackLink href={back}>Change your choices</BackLink>
      <PageHeading title="Check the totals" caption={title}>
        {countInWords(names.length, "claim")}. Nothing has changed yet
      </PageHeading>
      {ready.length < names.length && (
        <p role="status">
          {ready.length} of {countInWords(names.length, "claim")} can be done now. The others will not change.
        </p>
      )}
      {payment && (
        <p>
          Paid on {formatDay(payment.paidOn)}, payment reference {payment.reference}
          {payment.note && `: ${payment.note}`}
        </p>
      )}
      {ready.length > 0 && <Totals claims={ready} />}
      <ClaimsTable claims={claims} />
      {ready.length === 0 ? (
        <p>
          You cannot do any of these now. <a href={claimsStepPath(step)}>Choose again</a>
        </p>
      ) : (
        <Narrow>
          <Form
            action={takeClaims.bind(null, step, id)}
            fields={[]}
            requestId={id}
            submit={`${submit} ${countInWords(ready.length, "claim")}`}
            cancelHref={back}
          />
        </Narrow>
      )}
    </>
  );
}

function Totals({ claims }: { claims: readonly ClaimToTake[] }) {
  const sums = [formatCents(sumCents(claims.map(({ cents }) => cents))), formatGst(sumGst(claims))];
  return (
    <Table
      caption="Totals by agency and financial year"
      onPhone="stack"
      rows={claimsTotals(claims)}
      keyOf={({ agency, startYear }) => `${startYear} ${agency}`}
      columns={[
        { header: "Agency", isRowHeader: true, cell: ({ agency }) => agency },
        { header: "Financial year", cell: ({ startYear }) => formatYear(startYear) },
        { header: "Claims", isNumeric: true, cell: ({ count }) => count },
        { header: "Amount, GST exclusive", isNumeric: true, cell: ({ cents }) => formatCents(cents) },
        { header: "GST", isNumeric: true, cell: ({ gstCents }) => formatGst(gstCents) },
      ]}
      total={["Total", "", claims.length, ...sums]}
    />
  );
}

function ClaimsTable({ claims }: { claims: readonly ClaimToTake[] }) {
  return (
    <Table
      caption="Each claim"
      onPhone="stack"
      rows={claims}
      keyOf={({ reference }) => reference}
      columns={[
        {
          header: "Claim",
          isRowHeader: true,
          cell: ({ reference, application: { title, reference: of } }) => (
            <>
              <a className="app-nowrap" href={`/applications/${of}#claims`}>
                {reference}
              </a>
              <span className="app-note app-line">{title}</span>
            </>
          ),
        },
        { header: "Agency", cell: ({ application }) => application.agency.abbreviation },
        { header: "Financial year", cell: ({ startYear }) => formatYear(startYear) },
        { header: "Invoice", cell: ({ invoiceNumber }) => invoiceNumber },
        {
          header: "To check",
          cell: ({ why, overdue }) =>
            why ? (
              <>
                <strong>Cannot be done now.</strong> {why}
              </>
            ) : overdue.length === 0 ? (
              "–"
            ) : (
              overdue.map((sentence) => (
                <span key={sentence} className="app-line">
                  {sentence}
                </span>
              ))
            ),
        },
        { header: "Amount", isNumeric: true, cell: ({ cents }) => formatCents(cents) },
      ]}
    />
  );
}

type ResultsProps = { step: ClaimsStep; batch: ClaimsBatch; taken: NonNullable<ClaimsBatch["taken"]> };

/** The results, as they were recorded. */
function Results({ step, batch: { claims }, taken }: ResultsProps) {
  const claimOf = (name: string) => claims.find(({ reference }) => reference === name);
  const done = taken.rows.filter(({ refusal }) => refusal === null);
  const cents = sumCents(done.map(({ reference }) => claimOf(reference)?.cents ?? 0n));
  const refused = taken.rows.length - done.length;
  const sentence = `${done.length} of ${countInWords(taken.rows.length, "claim")} ${CLAIMS_WORDS[step].done}: ${formatCents(cents)}, GST exclusive.`;
  return (
    <>
      <BackLink href="/budget/claims">Claims</BackLink>
      {refused === 0 && <NotificationBanner kind="success">{sentence}</NotificationBanner>}
      <PageHeading title="Results" caption={CLAIMS_WORDS[step].title}>
        {refused > 0 && sentence} {formatInstant(taken.at)}
      </PageHeading>
      <ResultsTable
        done={happenedLabel(step)}
        rows={taken.rows.map(({ reference, refusal }) => {
          const claim = claimOf(reference);
          return {
            reference,
            title: claim?.application.title ?? reference,
            refusal: refusal?.sentence ?? null,
            isStale: refusal?.isStale ?? false,
            what: claim ? `${formatCents(claim.cents)} from ${formatYear(claim.startYear)}` : "–",
          };
        })}
        more={[]}
      />
      <ButtonGroup>
        {refused > 0 && <LinkButton href={claimsStepPath(step)}>Choose again</LinkButton>}
        <LinkButton kind="secondary" href="/work">
          Back to my work
        </LinkButton>
      </ButtonGroup>
    </>
  );
}
