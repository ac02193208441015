import type { Metadata } from "next";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { MineOrAll } from "#components/application/mine-or-all.tsx";
import { ListFilters, sortable } from "#components/form/list-filters.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { signed, VariationTag } from "#components/variations/variations-view.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { emptyWords, readKnown } from "#lib/form/filters.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { countInWords } from "#lib/platform/lists.ts";
import { listRegister, readRegisterLists } from "#lib/variations/queries.ts";
import {
  changeOfTotal,
  kindsInWords,
  proposedWords,
  type RegisteredVariation,
  waitsOnWords,
} from "#lib/variations/rules.ts";
import { REGISTER_FIELDS, REGISTER_ORDERS, type RegisterSearch, readRegisterFilter } from "#lib/variations/schema.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Variations" };

const LIST = "/variations";

/** Every variation of every arrangement: what is asked for, how it changes the total, and who it is waiting on. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, sent] = await Promise.all([requireMfat(), searchParams]);
  const values = cleanValues(sent);
  const lists = await orNotFound(async () => readRegisterLists(actor));
  const search = readKnown(readRegisterFilter(values, lists), values);
  const { filter } = search;
  const page = filter && (await orNotFound(() => listRegister(actor, filter, text(values, "after"))));
  const markings = page?.rows.map(({ application }) => application.marking) ?? [];
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(markings)]}>
      {search.errors && <ErrorSummary errors={search.errors} problem={search.problem} />}
      <PageHeading title="Variations">Changes agencies have asked for</PageHeading>
      <MineOrAll actor={actor} path={LIST} query={search.query} />
      <ListFilters rows="variations" path={LIST} fields={REGISTER_FIELDS} lists={lists} search={search} />
      {page && <Found actor={actor} page={page} search={search} />}
    </MarkedPage>
  );
}

type FoundProps = { actor: MfatActor; page: Awaited<ReturnType<typeof listRegister>>; search: RegisterSearch };

function Found({ actor, page: { rows, next, count }, search: { query, chips, filter } }: FoundProps) {
  return (
    <>
      <div className="app-found">
        <p role="status">
          <strong>{countInWords(count, "variation")}</strong>
        </p>
        {count > 0 && (
          <ul>
            <Downloads path={`${LIST}/export`} query={query} count={count} />
          </ul>
        )}
      </div>
      <Table
        caption="Variations"
        hideCaption
        onPhone="stack"
        empty={emptyWords("variations", chips.length > 0)}
        rows={rows}
        keyOf={({ id }) => id}
        columns={sortable(columnsFor(actor), { orders: REGISTER_ORDERS, sort: filter?.sort, path: LIST, query })}
      />
      <Pagination
        label="Variations"
        {...(next && { next: `${LIST}?${new URLSearchParams([...new URLSearchParams(query), ["after", next]])}` })}
      />
    </>
  );
}

const columnsFor = (actor: MfatActor): Column<RegisteredVariation>[] => [
  {
    header: "Initiative",
    isRowHeader: true,
    cell: ({ application }) => <ApplicationLink application={application} />,
  },
  { header: "Agency", cell: ({ application }) => application.agency.abbreviation },
  { header: "Variation", cell: ({ number, kinds }) => `${number}, ${kindsInWords(kinds).toLowerCase()}` },
  { header: "State", cell: ({ state }) => <VariationTag actor={actor} state={state} /> },
  { header: "Waiting on", cell: (row) => waitsOnWords(row) ?? "–" },
  { header: "Asked for", cell: ({ askedAt }) => formatDate(askedAt) },
  { header: "Proposed", cell: proposedWords },
  { header: "Change to the total", isNumeric: true, cell: (row) => totalWords(changeOfTotal(row)) },
];

const totalWords = (cents: bigint | null): string => (cents === null ? "–" : signed(cents));
