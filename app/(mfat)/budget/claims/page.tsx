import type { Metadata } from "next";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { MineOrAll } from "#components/application/mine-or-all.tsx";
import { BudgetHeading } from "#components/budget/budget-heading.tsx";
import { ClaimTag, PaymentName } from "#components/claims/claims-view.tsx";
import { addressOf, ListFilters, sortable } from "#components/form/list-filters.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { CLAIMS_STEPS, CLAIMS_WORDS, claimsStepPath } from "#lib/batches/claims/schema.ts";
import { mayTakeStep } from "#lib/batches/queries.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { emptyWords, readKnown } from "#lib/form/filters.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { settledByCredit, standingPayments } from "#lib/payments/lines/rules.ts";
import { type ClaimPage, listClaims, readClaimLists } from "#lib/payments/list/queries.ts";
import { claimsMarking, type ListedClaim } from "#lib/payments/list/rules.ts";
import { claimReference, stageOfClaim } from "#lib/payments/rules.ts";
import { CLAIM_FILTERS, CLAIM_ORDERS, type ClaimSearch, readClaimSearch } from "#lib/payments/schema.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, formatDate, formatDay } from "#lib/platform/dates.ts";
import { countInWords, ROWS_MAX } from "#lib/platform/lists.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Claims" };

const LIST = "/budget/claims";

/** The claims of all arrangements, narrowed by the filters in the address. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, sent] = await Promise.all([requireMfat("budget:read"), searchParams]);
  const values = cleanValues(sent);
  const lists = await orNotFound(() => readClaimLists(actor));
  const search = readKnown(readClaimSearch(values, lists), values);
  const startYear = Number(text(search.values, "year")) || financialYearOf(dayOf(now()));
  const page = search.filter && (await listClaims(actor, search.filter, text(values, "after")));
  return (
    <MarkedPage marking={claimsMarking(page?.rows ?? [])}>
      {search.errors && <ErrorSummary errors={search.errors} problem={search.problem} />}
      <BudgetHeading title="Claims" path={LIST} startYear={startYear}>
        What agencies have claimed
      </BudgetHeading>
      {CLAIMS_STEPS.filter((step) => mayTakeStep(actor, step)).map((step) => (
        <p key={step}>
          <a href={claimsStepPath(step)}>{CLAIMS_WORDS[step].title}</a>
        </p>
      ))}
      {can(actor, "payment:read") && (
        <p>
          <a href="/budget/payments">Import payments</a>
        </p>
      )}
      <MineOrAll actor={actor} path={LIST} query={search.query} />
      <ListFilters rows="claims" path={LIST} fields={CLAIM_FILTERS} lists={lists} search={search} />
      {page && <Found page={page} search={search} isFirst={!text(values, "after")} />}
    </MarkedPage>
  );
}

type FoundProps = { page: ClaimPage; search: ClaimSearch; isFirst: boolean };

function Found({
  page: { rows, next, count, cents, gstCents },
  search: { query, chips, filter },
  isFirst,
}: FoundProps) {
  return (
    <>
      <div className="app-found">
        <p role="status">
          <strong>{countInWords(count, "claim")}</strong>
          {count > 0 &&
            count <= ROWS_MAX &&
            ` · ${formatCents(cents)} in total, GST exclusive · GST ${formatCents(gstCents)}`}
        </p>
        {count > 0 && (
          <ul>
            <Downloads path={`${LIST}/export`} query={query} count={count} />
          </ul>
        )}
      </div>
      {!isFirst && (
        <p>
          <a href={addressOf(LIST, query)}>Back to the first page</a>
        </p>
      )}
      <Table
        caption="Claims"
        hideCaption
        onPhone="stack"
        empty={emptyWords("claims", chips.length > 0)}
        rows={rows}
        keyOf={({ id }) => id}
        columns={sortable(COLUMNS, { orders: CLAIM_ORDERS, sort: filter?.sort, path: LIST, query })}
      />
      <Pagination
        label="Claims"
        {...(next && { next: `${LIST}?${new URLSearchParams([...new URLSearchParams(query), ["after", next]])}` })}
      />
    </>
  );
}

const COLUMNS: Column<ListedClaim>[] = [
  {
    header: "Claim",
    isRowHeader: true,
    cell: ({ application, number, claimedAt }) => (
      <>
        <a className="app-nowrap" href={`/applications/${application.reference}#claim-${number}`}>
          {claimReference(application.reference, number)}
        </a>
        <span className="app-note app-line app-nowrap">Claimed {formatDate(claimedAt)}</span>
      </>
    ),
  },
  { header: "Initiative", cell: ({ application }) => <ApplicationLink application={application} /> },
  { header: "Agency", cell: ({ application }) => application.agency.abbreviation },
  {
    header: "State",
    cell: ({ notPayable, lines, ...claim }) => (
      <>
        <ClaimTag stage={stageOfClaim(claim)} />
        {notPayable && <span className="app-note app-line">{notPayable}</span>}
        {standingPayments(lines).map((line) => (
          <span className="app-note app-line" key={line.id}>
            {formatDay(line.paidOn)}, <PaymentName line={line} isMfat />
          </span>
        ))}
        {settledByCredit(lines).map(({ id, cents, paidOn }) => (
          <span className="app-note app-line" key={id}>
            {formatCents(cents)} settled by a credit note on {formatDay(paidOn)}
          </span>
        ))}
      </>
    ),
  },
  {
    header: "Invoice",
    cell: ({ invoiceNumber, invoicedOn, purchaseOrder }) => (
      <>
        {invoiceNumber}
        <span className="app-note app-line app-nowrap">{formatDay(invoicedOn)}</span>
        {purchaseOrder && <span className="app-note app-line">Purchase order {purchaseOrder}</span>}
      </>
    ),
  },
  { header: "Year", cell: ({ startYear }) => formatYear(startYear) },
  {
    header: "Amount",
    isNumeric: true,
    cell: ({ cents, gstCents }) => (
      <>
        {formatCents(cents)}
        <span className="app-note app-line app-nowrap">GST {formatCents(gstCents)}</span>
      </>
    ),
  },
];
