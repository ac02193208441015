import { type PagePart, Parts } from "#components/ui/parts.tsx";
import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { formatDate, formatDay } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";
import type { ReportLine } from "#lib/reports/queries.ts";
import { isReadable, standingOf } from "#lib/reports/rules.ts";
import { reportName } from "#lib/reports/schema.ts";

type ReportsViewProps = {
  reports: readonly ReportLine[];
  reference: string;
  side: "AGENCY" | "MFAT";
  today: Date;
};

/** The report schedule of an arrangement under its heading. Renders nothing where there is none. */
export const ReportsView = (props: ReportsViewProps) => <Parts parts={[reportsPart(props)]} />;

/** The report schedule of an arrangement: what is due when, and the state of each report. Null where there is none. */
export function reportsPart({ reports, reference, side, today }: ReportsViewProps): PagePart | null {
  if (!reports.length) return null;
  const accepted = reports.filter(({ state }) => state === "ACCEPTED").length;
  return {
    id: "reports",
    title: "Reports",
    state: `${accepted} of ${reports.length} accepted`,
    body: (
      <Table
        caption="Report schedule"
        hideCaption
        onPhone="stack"
        rows={reports}
        keyOf={({ id }) => id}
        columns={[
          {
            header: "Report",
            isRowHeader: true,
            cell: (report) => <ReportLink report={report} reference={reference} side={side} />,
          },
          { header: "Due", cell: ({ dueOn }) => <span className="app-nowrap">{formatDay(dueOn)}</span> },
          { header: "State", cell: (report) => <ReportTag report={report} today={today} /> },
          {
            header: "Submitted",
            cell: ({ submittedAt }) =>
              submittedAt ? <span className="app-nowrap">{formatDate(submittedAt)}</span> : "–",
          },
          {
            header: "Spent so far",
            isNumeric: true,
            cell: ({ spentCents }) => (spentCents === null ? "–" : formatCents(spentCents)),
          },
        ]}
      />
    ),
  };
}

type ReportLinkProps = Pick<ReportsViewProps, "reference" | "side"> & { report: ReportLine };

/** Its name, linked to the whole report once submitted, and the reason it was returned with. */
function ReportLink({ report, reference, side }: ReportLinkProps) {
  const name = reportName(report);
  return (
    <>
      {isReadable(report.state, side, report.submittedAt) ? (
        <a href={`/applications/${reference}/reports/${report.number}`}>{name}</a>
      ) : (
        name
      )}
      {report.reason && <span className="app-note app-line">{report.reason}</span>}
    </>
  );
}

type Standing = Parameters<typeof standingOf>[0];

/** The state of a report in a word. */
export function ReportTag({ report, today }: { report: Standing; today: Date }) {
  const { label, tone } = standingOf(report, today);
  return <Tag kind={tone}>{label}</Tag>;
}
