import { FormerAnswers } from "#components/application/answers.tsx";
import { PaperSections } from "#components/application/paper-sections.tsx";
import { Details } from "#components/ui/details.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { formatDueDay } from "#lib/platform/dates.ts";
import { listReports, listWritable, readFormerAnswers, readSubmitted } from "#lib/reports/queries.ts";
import { reportPaper } from "#lib/reports/rules.ts";
import { reportName } from "#lib/reports/schema.ts";
import { ReportsView } from "./reports-view.tsx";

type ReportsContextProps = { actor: Actor; application: ApplicationHeader };

/** The current schedule. */
export async function ScheduleContext({ actor, application, today }: ReportsContextProps & { today: Date }) {
  const reports = await listReports(actor, application.id);
  return <ReportsView reports={reports} reference={application.reference} side="MFAT" today={today} />;
}

/**
 * The report that the form is for, and the others that can be written instead. `number`: the one that was asked for.
 */
export async function DueReport({ actor, application, number }: ReportsContextProps & { number?: string | undefined }) {
  const [report, ...others] = await listWritable(asAgency(actor), application, number);
  if (!report) return null;
  const former = await readFormerAnswers(asAgency(actor), application, report);
  return (
    <>
      <p>
        <strong>{reportName(report)}</strong>, due on {formatDueDay(report.dueOn)}. The outcomes and milestones come
        from your signed-off application. Choose “Save for later” to keep what you have written.
      </p>
      {others.map((other) => (
        <p key={other.number}>
          <a href={`${stepPath(application.reference, "submitReport")}?report=${other.number}`}>
            Write {reportName(other)} instead
          </a>
          , {other.state === "RETURNED" ? "which MFAT returned, " : ""}due on {formatDueDay(other.dueOn)}
        </p>
      ))}
      {report.state === "RETURNED" && report.reason && (
        <InsetText>
          <p>
            <strong>MFAT returned it:</strong>
          </p>
          <p className="app-line">{report.reason}</p>
        </InsetText>
      )}
      <FormerAnswers former={former} heading="h2" />
    </>
  );
}

type SubmittedProps = ReportsContextProps & { isFinal?: boolean; today: Date };

/** The submitted reports: all of them, only the final one, or all but the final one. */
export async function SubmittedReports({ actor, application, isFinal, today }: SubmittedProps) {
  const reports = await readSubmitted(asMfat(actor), application, isFinal);
  return reports.map((report) => (
    <Details key={report.number} summary={`${reportName(report)}, as it was submitted`} isOpen={reports.length === 1}>
      <PaperSections sections={reportPaper(report, today).sections} />
    </Details>
  ));
}
