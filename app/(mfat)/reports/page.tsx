import type { Metadata } from "next";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { MineOrAll } from "#components/application/mine-or-all.tsx";
import { ListFilters, sortable } from "#components/form/list-filters.tsx";
import { ReportTag } from "#components/reports/reports-view.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { emptyWords, readKnown } from "#lib/form/filters.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDate, formatDay } from "#lib/platform/dates.ts";
import { countInWords } from "#lib/platform/lists.ts";
import { formatCents } from "#lib/platform/money.ts";
import { listAllReports, readReportLists } from "#lib/reports/queries.ts";
import { type ListedReport, reportsMarking } from "#lib/reports/rules.ts";
import {
  REPORT_FILTER_FIELDS,
  REPORT_ORDERS,
  type ReportSearch,
  readReportSearch,
  reportName,
} from "#lib/reports/schema.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Reports" };

const LIST = "/reports";

/** The reports of all arrangements, by due date unless the address says otherwise. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, sent] = await Promise.all([requireMfat(), searchParams]);
  const values = cleanValues(sent);
  const lists = await orNotFound(() => readReportLists(actor));
  const search = readKnown(readReportSearch(values, lists), values);
  const { filter } = search;
  const page = filter && (await orNotFound(() => listAllReports(actor, filter, text(values, "after"))));
  return (
    <MarkedPage marking={reportsMarking(page?.rows ?? [])}>
      {search.errors && <ErrorSummary errors={search.errors} problem={search.problem} />}
      <PageHeading title="Reports">Reports on initiatives in progress</PageHeading>
      <MineOrAll actor={actor} path={LIST} query={search.query} />
      <ListFilters rows="reports" path={LIST} fields={REPORT_FILTER_FIELDS} lists={lists} search={search} />
      {page && <Found page={page} search={search} />}
    </MarkedPage>
  );
}

type FoundProps = { page: Awaited<ReturnType<typeof listAllReports>>; search: ReportSearch };

function Found({ page: { rows, next, count }, search: { query, chips, filter } }: FoundProps) {
  return (
    <>
      <div className="app-found">
        <p role="status">
          <strong>{countInWords(count, "report")}</strong>
        </p>
        {count > 0 && (
          <ul>
            <Downloads path={`${LIST}/export`} query={query} count={count} />
          </ul>
        )}
      </div>
      <Table
        caption="Reports"
        hideCaption
        onPhone="stack"
        empty={emptyWords("reports", chips.length > 0)}
        rows={rows}
        keyOf={({ id }) => id}
        columns={sortable(columnsOn(dayOf(now())), { orders: REPORT_ORDERS, sort: filter?.sort, path: LIST, query })}
      />
      <Pagination
        label="Reports"
        {...(next && { next: `${LIST}?${new URLSearchParams([...new URLSearchParams(query), ["after", next]])}` })}
      />
    </>
  );
}

const columnsOn = (today: Date): Column<ListedReport>[] => [
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
];
