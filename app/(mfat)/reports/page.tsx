import type { Metadata } from "next";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { MineOrAll } from "#components/application/mine-or-all.tsx";
import { ReportTag } from "#components/reports/reports-view.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { Select } from "#components/ui/fields.tsx";
import { Filters } from "#components/ui/filters.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { cleanValues, resolveFields } from "#lib/form/parse.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDate, formatDay } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";
import { listAllReports, readReportLists, readReportSearch } from "#lib/reports/queries.ts";
import { type ListedReport, reportsMarking } from "#lib/reports/rules.ts";
import { REPORT_FILTER_FIELDS, reportName } from "#lib/reports/schema.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Reports" };

/** The reports of all arrangements, by the day on which they are due. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, sent] = await Promise.all([requireMfat(), searchParams]);
  const values = cleanValues(sent);
  const { lists, search, page } = await orNotFound(async () => {
    const offered = await readReportLists(actor);
    const asked = readReportSearch(values, offered);
    return { lists: offered, search: asked, page: await listAllReports(actor, asked.filter, text(values, "after")) };
  });
  const { rows, next, count } = page;
  const today = dayOf(now());
  const [state, ...rest] = resolveFields(REPORT_FILTER_FIELDS, lists).map((field) => (
    <Select
      key={field.name}
      name={field.name}
      label={field.label}
      options={field.kind === "choice" && typeof field.options !== "string" ? field.options : []}
      placeholder="Any"
      defaultValue={text(values, field.name)}
      {...(search.errors[field.name] && { error: search.errors[field.name] })}
    />
  ));
  return (
    <MarkedPage marking={reportsMarking(rows)}>
      <ErrorSummary errors={search.errors} />
      <PageHeading title="Reports">Reports on initiatives in progress, by due date</PageHeading>
      <MineOrAll actor={actor} path="/reports" query={search.query} />
      <Filters action="/reports" first={state} rest={rest} more="More filters" submit="Show" />
      <div className="app-found">
        <p role="status">
          <strong>{count === 1 ? "1 report" : `${count.toLocaleString("en-NZ")} reports`}</strong>
          {search.query && (
            <>
              {" · "}
              <a href="/reports">Show all</a>
            </>
          )}
        </p>
        {count > 0 && (
          <ul>
            <Downloads path="/reports/export" query={search.query} count={count} />
          </ul>
        )}
      </div>
      <ReportTable rows={rows} today={today} />
      <Pagination
        label="Reports"
        {...(next && {
          next: `/reports?${new URLSearchParams([...new URLSearchParams(search.query), ["after", next]])}`,
        })}
      />
    </MarkedPage>
  );
}

const ReportTable = ({ rows, today }: { rows: readonly ListedReport[]; today: Date }) => (
  <Table
    caption="Reports"
    hideCaption
    onPhone="stack"
    empty="No reports match. Remove a filter."
    rows={rows}
    keyOf={({ id }) => id}
    columns={[
      { header: "Initiative", isRowHeader: true, cell: (row) => <ApplicationLink application={row} /> },
      { header: "Agency", cell: ({ agency }) => agency },
      {
        header: "Report",
        cell: (row) =>
          row.state === "SUBMITTED" || row.state === "ACCEPTED" ? (
            <a href={`/applications/${row.reference}/reports/${row.number}`}>
              {reportName(row)}
              <span className="govuk-visually-hidden"> of {row.reference}</span>
            </a>
          ) : (
            reportName(row)
          ),
      },
      { header: "Due", cell: ({ dueOn }) => <span className="app-nowrap">{formatDay(dueOn)}</span> },
      { header: "State", cell: (row) => <ReportTag report={row} today={today} /> },
      {
        header: "Submitted",
        cell: ({ submittedAt }) => (submittedAt ? <span className="app-nowrap">{formatDate(submittedAt)}</span> : "–"),
      },
      {
        header: "Spent so far",
        isNumeric: true,
        cell: ({ spentCents }) => (spentCents === null ? "–" : formatCents(spentCents)),
      },
    ]}
  />
);
