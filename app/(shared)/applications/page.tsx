import type { Metadata } from "next";
import { StateTag } from "#components/application/application-lede.tsx";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { MineOrAll } from "#components/application/mine-or-all.tsx";
import { addressOf, ListFilters, sortable } from "#components/form/list-filters.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { Pagination, Views } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { batchPath } from "#lib/batches/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { emptyWords, readKnown } from "#lib/form/filters.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { type Actor, can, seesOwnOnly } from "#lib/lifecycle/permissions.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { countInWords } from "#lib/platform/lists.ts";
import { formatCents } from "#lib/platform/money.ts";
import { type ApplicationPage, listApplications, listViews, readFilterLists } from "#lib/views/queries.ts";
import { findCursor, type ListedApplication, listMarking, waitsOnWords } from "#lib/views/rules.ts";
import { filterFields, isFor, readSearch, type Search, SORTS } from "#lib/views/schema.ts";

export const metadata: Metadata = { title: "Applications" };

const LIST = "/applications";

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, sent] = await Promise.all([requireActor(), searchParams]);
  const values = cleanValues(sent);
  const [lists, views] = await Promise.all([readFilterLists(actor), listViews(actor)]);
  const search = readKnown(readSearch(actor.side, values, lists), values);
  const found = search.filter && (await find(actor, search.filter, values));
  return (
    <MarkedPage marking={listMarking(found?.page.rows ?? [])}>
      {search.errors && <ErrorSummary errors={search.errors} problem={search.problem} />}
      <PageHeading title="Applications">{whichOf(actor)}</PageHeading>
      {can(actor, "application:create") && <LinkButton href="/applications/new">Start an application</LinkButton>}
      {views.length > 0 && (
        <div className="app-line-up">
          <Views
            label="Your saved views"
            views={views.map(({ name, query }) => ({
              label: name,
              href: addressOf(LIST, query),
              isCurrent: query === search.query,
            }))}
          />
          <a href={`${LIST}/views`}>Rename or delete views</a>
        </div>
      )}
      <MineOrAll actor={actor} path={LIST} query={search.query} />
      <ListFilters
        rows="applications"
        path={LIST}
        fields={filterFields(actor.side).filter(isFor(actor.side))}
        lists={lists}
        search={search}
      />
      {found && <Found actor={actor} search={search} {...found} />}
    </MarkedPage>
  );
}

type Filter = NonNullable<Search["filter"]>;

async function find(actor: Actor, filter: Filter, values: Values) {
  const cursor = findCursor(text(values, "after"), text(values, "before"), filter.sort);
  const isLost = !cursor && ("after" in values || "before" in values);
  return { page: await listApplications(actor, filter, cursor), isLost };
}

function whichOf(actor: Actor): string {
  if (actor.side === "AGENCY") return `Every application of ${actor.agencyName}`;
  if (!seesOwnOnly(actor)) return "Every application to the fund";
  return actor.roles.has("ADVISER")
    ? "Applications for your places, and those you were asked about"
    : "Applications assigned to you";
}

type FoundProps = { actor: Actor; search: Search; page: ApplicationPage; isLost: boolean };

function Found({ actor, search, page, isLost }: FoundProps) {
  const { rows, previous, next, totals } = page;
  const { query, chips, filter } = search;
  const place = filter?.place && new URLSearchParams({ place: filter.place, tick: "all" });
  const at = (name: "after" | "before", cursor: string) =>
    `${LIST}?${new URLSearchParams([...new URLSearchParams(query), [name, cursor]])}`;
  return (
    <>
      {isLost && <p className="app-note">That page no longer exists, so we are showing the first page.</p>}
      <div className="app-found">
        <p role="status">
          <strong>{countInWords(totals.count, "application", totals.most)}</strong>
          {totals.count > 0 &&
            totals.count <= totals.most &&
            ` · ${formatCents(totals.requestedCents)} requested in total`}
        </p>
        <ul>
          {query && (
            <li>
              <a href={`${LIST}/views/new?${query}`}>Save this view</a>
            </li>
          )}
          {totals.count > 0 && (
            <Downloads path={`${LIST}/export`} query={query} count={totals.count} most={totals.most} />
          )}
          {actor.roles.has("DESK") && place && (
            <>
              <li>
                <a href={`${batchPath("putOnHold")}?${place}`}>Put initiatives in this place on hold</a>
              </li>
              <li>
                <a href={`${batchPath("resume")}?${place}`}>Resume them</a>
              </li>
            </>
          )}
        </ul>
      </div>
      <Table
        caption="Applications"
        hideCaption
        onPhone="stack"
        empty={totals.isAsked ? emptyWords("applications", chips.length > 0) : TOO_COMMON}
        rows={rows}
        keyOf={({ id }) => id}
        columns={sortable(columnsFor(actor, filter?.officer === "me"), {
          orders: SORTS,
          sort: filter?.sort,
          path: LIST,
          query,
        })}
      />
      <Pagination
        label="Applications"
        {...(previous && { previous: at("before", previous) })}
        {...(next && { next: at("after", next) })}
      />
    </>
  );
}

const TOO_COMMON = "Nearly every application has those words. Add a more specific word.";

function columnsFor(actor: Actor, isMine: boolean): Column<ListedApplication>[] {
  const { side } = actor;
  const agency: Column<ListedApplication> = { header: "Agency", cell: (row) => row.agency };
  return [
    { header: "Initiative", isRowHeader: true, cell: (row) => <ApplicationLink application={row} /> },
    ...(side === "MFAT" ? [agency] : []),
    { header: "State", cell: ({ state, isHeld }) => <StateTag actor={actor} state={state} isHeld={isHeld} /> },
    {
      header: "Waiting on",
      cell: (row) => (
        <>
          {waitsOnWords(row, side) ?? "–"}
          {row.officer && !isMine && <span className="app-note app-line">Looked after by {row.officer}</span>}
        </>
      ),
    },
    { header: "Since", cell: ({ stateSince }) => <span className="app-nowrap">{formatDate(stateSince)}</span> },
    { header: "Requested", isNumeric: true, cell: ({ requestedCents }) => amount(requestedCents) },
    { header: "Approved", isNumeric: true, cell: ({ approvedCents }) => amount(approvedCents) },
  ];
}

const amount = (cents: bigint | null): string => (cents ? formatCents(cents) : "–");
