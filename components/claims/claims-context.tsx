import { FileList } from "#components/application/file-list.tsx";
import { TwoPeople } from "#components/form/two-people.tsx";
import { ReportsView } from "#components/reports/reports-view.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { Details } from "#components/ui/details.tsx";
import { InsetText, WarningText } from "#components/ui/feedback.tsx";
import { Table } from "#components/ui/table.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { yearsInWords } from "#lib/budget/years/rules.ts";
import { listArrangementFiles } from "#lib/documents/queries.ts";
import { filesPath } from "#lib/documents/rules.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { readClaims } from "#lib/payments/queries.ts";
import { type ClaimStep, fitsClaim } from "#lib/payments/rules.ts";
import { formatDay } from "#lib/platform/dates.ts";
import { listMilestones, listReports } from "#lib/reports/queries.ts";
import { isOverdue } from "#lib/reports/rules.ts";
import { reportName } from "#lib/reports/schema.ts";
import { ClaimsTable, YearsLeft } from "./claims-view.tsx";

type ClaimsContextProps = { actor: Actor; application: ApplicationHeader };

/** What somebody sees next to the form when they claim. */
export async function NewClaimContext({ actor, application }: ClaimsContextProps) {
  const { years } = await readClaims(actor, application.id);
  return (
    <>
      <YearsLeft years={years} />
      <h2>1. Upload the invoice</h2>
      <p>You need to upload an invoice before you claim.</p>
      <FileList
        files={await listArrangementFiles(asAgency(actor), application.id, "claims")}
        reference={application.reference}
      />
      <LinkButton kind="secondary" href={filesPath(application.reference, "claims")}>
        Add an invoice
      </LinkButton>
      <h2>2. Fill in the claim</h2>
    </>
  );
}

/** What somebody sees next to the form when they state unclaimed work. */
export async function AccrualContext({ actor, application }: ClaimsContextProps) {
  const { years } = await readClaims(actor, application.id);
  return (
    <>
      <p>
        Work counts in the financial year it was done in. You can still claim what you state here after the year is
        closed.
      </p>
      <YearsLeft years={years} />
    </>
  );
}

/** The claims that a step can apply to. */
export async function ClaimsContext({ actor, application, step }: ClaimsContextProps & { step: ClaimStep }) {
  const { claims, years, advances } = await readClaims(actor, application.id);
  return (
    <>
      <YearsLeft years={years} />
      <ClaimsTable
        claims={claims.filter((claim) => fitsClaim(step, claim, actor.roles))}
        advances={advances}
        reference={application.reference}
      />
    </>
  );
}

/** The same for a step that takes money back: in a closed year, another person has to confirm it. */
export async function RecoverPaymentContext({ actor, application }: ClaimsContextProps) {
  const { claims, years } = await readClaims(actor, application.id);
  const closed = years.filter(
    ({ startYear, closedAt }) =>
      closedAt &&
      claims.some((claim) => claim.startYear === startYear && fitsClaim("recoverPayment", claim, actor.roles)),
  );
  return (
    <>
      {closed.length > 0 && (
        <TwoPeople actor={asMfat(actor)} kind="STEP">
          <InsetText>
            {yearsInWords(closed.map(({ startYear }) => startYear))} {closed.length === 1 ? "is" : "are"} closed. If you
            recover a payment for work in a closed year, another budget officer confirms it. Nothing changes until then.
          </InsetText>
        </TwoPeople>
      )}
      <ClaimsContext actor={actor} application={application} step="recoverPayment" />
    </>
  );
}

/**
 * What the desk compares before it confirms a claim: milestones, reports and invoices, and what has been paid already.
 */
export async function ConfirmWorkContext({ actor, application, today }: ClaimsContextProps & { today: Date }) {
  const { reference } = application;
  const [{ claims, advances }, reports, milestones] = await Promise.all([
    readClaims(actor, application.id),
    listReports(actor, application.id),
    listMilestones(asMfat(actor), application),
  ]);
  const earlier = claims.filter((claim) => !fitsClaim("confirmWork", claim, actor.roles));
  return (
    <>
      <p>
        Confirm a claim when its milestone, its report and its invoice agree. Confirm an advance when the money is
        needed before the work. If something is wrong,{" "}
        <a href={stepPath(reference, "returnClaim")}>return the claim with a reason</a>.
      </p>
      {reports
        .filter((report) => isOverdue(report, today))
        .map((report) => (
          <WarningText key={report.id}>
            {reportName(report)} was due on {formatDay(report.dueOn)}. The agency has not submitted it.
          </WarningText>
        ))}
      <ClaimsContext actor={actor} application={application} step="confirmWork" />
      {earlier.length > 0 && (
        <Details summary="Other claims of this initiative">
          <ClaimsTable claims={earlier} advances={advances} reference={reference} hasOther />
        </Details>
      )}
      <Table
        caption="Milestones in the signed-off application"
        onPhone="stack"
        rows={milestones}
        keyOf={(milestone) => String(milestones.indexOf(milestone))}
        empty="The application has no milestones."
        columns={[
          { header: "Milestone", isRowHeader: true, cell: ({ what }) => what },
          { header: "Where", cell: ({ where }) => where },
          { header: "By when", cell: ({ byOn }) => (byOn ? formatDay(byOn) : "–") },
        ]}
      />
      <ReportsView reports={reports} reference={reference} side="MFAT" today={today} />
    </>
  );
}
