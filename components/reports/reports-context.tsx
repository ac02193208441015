import { PaperSections } from "#components/application/paper-sections.tsx";
import { Details, InsetText } from "#components/ui/feedback.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import type { Actor, AgencyActor, MfatActor } from "#lib/lifecycle/permissions.ts";
import type { Action } from "#lib/lifecycle/workflow.ts";
import { formatDay } from "#lib/platform/dates.ts";
import { findNextReport, listReports, readSubmitted } from "#lib/reports/queries.ts";
import { reportPaper } from "#lib/reports/rules.ts";
import { reportName } from "#lib/reports/schema.ts";
import { ReportsView } from "./reports-view.tsx";

type ReportsContextProps = { actor: Actor; application: ApplicationHeader; step: Action; today: Date };

/** What has to be known for a step about reports: the report that is due, or those that were sent, and the schedule. */
export async function ReportsContext({ actor, application, step, today }: ReportsContextProps) {
  if (step === "submitReport" && actor.side === "AGENCY") return <DueReport actor={actor} application={application} />;
  if (actor.side === "AGENCY") return null;
  if (step === "changeSchedule") {
    const reports = await listReports(actor, application.id);
    return <ReportsView reports={reports} reference={application.reference} side="MFAT" today={today} />;
  }
  const about = SUBMITTED[step];
  return about === undefined ? null : (
    <SubmittedReports actor={actor} application={application} about={about} today={today} />
  );
}

/** Which of the submitted reports a step is about. */
const SUBMITTED: Partial<Record<Action, "progress" | "final" | "all">> = {
  acceptReport: "progress",
  returnReport: "all",
  acceptLastReport: "final",
};

async function DueReport({ actor, application }: { actor: AgencyActor; application: ApplicationHeader }) {
  const report = await findNextReport(actor, application);
  if (!report) return null;
  return (
    <>
      <p>
        <strong>{reportName(report)}</strong>, due on {formatDay(report.dueOn)}. The outcomes and milestones are those
        of your application as it was signed off. With “Save for later” what you have written is kept.
      </p>
      {report.state === "RETURNED" && report.reason && (
        <InsetText>
          <p>
            <strong>MFAT returned it:</strong>
          </p>
          <p className="app-line">{report.reason}</p>
        </InsetText>
      )}
    </>
  );
}

type SubmittedProps = {
  actor: MfatActor;
  application: ApplicationHeader;
  about: "progress" | "final" | "all";
  today: Date;
};

async function SubmittedReports({ actor, application, about, today }: SubmittedProps) {
  const { reports, basis } = await readSubmitted(actor, application, about === "all" ? undefined : about === "final");
  return reports.map((report) => (
    <Details key={report.number} summary={`${reportName(report)}, as it was submitted`} isOpen={reports.length === 1}>
      <PaperSections sections={reportPaper(report, basis, today).sections} />
    </Details>
  ));
}
