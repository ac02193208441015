import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { FileName } from "#components/application/file-list.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { eachBegins } from "#components/steps/each-begins.ts";
import { EachForm, type EachRow } from "#components/steps/each-form.tsx";
import { BlockedTable } from "#components/steps/each-views.tsx";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { keepTyping } from "#lib/auth/own-unsent.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { type ClaimToTake, getClaimsBatch, listClaimsToTake } from "#lib/batches/claims/queries.ts";
import { formatGst } from "#lib/batches/claims/rules.ts";
import {
  CLAIMS_WORDS,
  type ClaimsStep,
  claimsStepPath,
  commonFields,
  findClaimsStep,
} from "#lib/batches/claims/schema.ts";
import { BATCH_MAX } from "#lib/batches/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatWork } from "#lib/payments/rules.ts";
import { formatDay } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";
import { prepareClaims } from "./actions.ts";

type Props = { params: Promise<{ step: string }>; searchParams: Promise<Values> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const step = findClaimsStep((await params).step);
  return { title: step ? CLAIMS_WORDS[step].title : "Page not found" };
}

/** Every claim that is waiting for a step of the reader's role, to choose several of them. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { step: address }, search] = await Promise.all([requireMfat(), params, searchParams]);
  const step = findClaimsStep(address);
  if (!step) notFound();
  const from = text(search, "from");
  const [claims, before] = await orNotFound(() =>
    Promise.all([listClaimsToTake(actor, step), from ? getClaimsBatch(actor, step, from) : null]),
  );
  const ready = claims.filter(({ why }) => why === null);
  const rows = ready.slice(0, BATCH_MAX);
  const isAll = text(search, "tick") === "all";
  const [common, each] = [commonFields(step), rows.map((claim) => eachOf(step, claim))];
  const keeping = await keepTyping(
    "Preview the totals",
    ...eachBegins(common, each, {
      initial: before?.common ?? {},
      ...(!isAll && { ticked: before?.names ?? [] }),
    }),
  );
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(claims.map(({ application }) => application.marking))]}>
      <BackLink href="/budget/claims">Claims</BackLink>
      <PageHeading title={CLAIMS_WORDS[step].title}>
        {step === "confirmWork" && "Confirm a claim when its milestone, its report and its invoice agree. "}
        {step === "recordPayment" && "One payment in your finance system can pay several claims, each in full. "}
        You see the totals before anything changes
      </PageHeading>
      {rows.length === 0 ? (
        <p className="app-empty">No claim is waiting for you to do this.</p>
      ) : (
        <Narrow>
          {rows.length > 1 && !isAll && (
            <p>
              <a href={`${claimsStepPath(step)}?tick=all`}>Tick all {rows.length}</a>
            </p>
          )}
          <EachForm
            key={`${from} ${isAll}`}
            action={prepareClaims.bind(null, step)}
            common={common}
            rows={each}
            keeping={keeping}
            requestId={randomUUID()}
          >
            <ButtonGroup>
              <Button>Preview the totals</Button>
              <a href="/budget/claims">Cancel</a>
            </ButtonGroup>
          </EachForm>
        </Narrow>
      )}
      {ready.length > rows.length && (
        <p>
          Showing the {rows.length} oldest of {ready.length} claims.
        </p>
      )}
      <BlockedTable
        caption="Claims you cannot do this for now, and why"
        rows={claims.flatMap(({ reference, application: { title }, why }) => (why ? { reference, title, why } : []))}
      />
    </MarkedPage>
  );
}

const eachOf = (step: ClaimsStep, claim: ClaimToTake): EachRow => ({
  reference: claim.reference,
  head: <ClaimHead claim={claim} />,
  tick: `${CLAIMS_WORDS[step].tick} ${claim.reference}`,
  own: [],
});

/** What somebody needs to know to choose a claim. */
function ClaimHead({ claim }: { claim: ClaimToTake }) {
  const { reference, application, year, startYear, cents, gstCents, advanceReason } = claim;
  return (
    <>
      <h3>
        {advanceReason === null ? "Claim" : "Advance"} {reference}: {formatCents(cents)}
      </h3>
      <p className="app-note">
        <a href={`/applications/${application.reference}#claims`}>{application.title}</a> · {application.agency.name}
      </p>
      <p>
        {claim.milestone}. Work {formatWork(claim)}, {formatYear(startYear)}. GST {formatGst(gstCents)}.
        {year && (
          <span className="app-line">
            {formatCents(year.paidCents)} of {formatCents(year.committedCents)} is paid for that year.
          </span>
        )}
        {advanceReason !== null && (
          <span className="app-line">Why the money is needed before the work: “{advanceReason}”</span>
        )}
        <span className="app-line">
          Invoice {claim.invoiceNumber} of {formatDay(claim.invoicedOn)}{" "}
          <FileName file={{ ...claim.invoice.document, id: claim.invoice.id }} reference={application.reference} />
        </span>
      </p>
      {claim.overdue.map((sentence) => (
        <p key={sentence}>
          <strong>Report overdue.</strong> {sentence}.
        </p>
      ))}
    </>
  );
}
