import type { Metadata } from "next";
import { StateTag } from "#components/application/application-lede.tsx";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { MineOrAll } from "#components/application/mine-or-all.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { Select, TextField } from "#components/ui/fields.tsx";
import { Chips, Filters } from "#components/ui/filters.tsx";
import { Pagination, Views } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { batchPath } from "#lib/batches/schema.ts";
import { type Field, type Lists, text, type Values } from "#lib/form/fields.ts";
import { cleanValues, resolveFields } from "#lib/form/parse.ts";
import { type Actor, can, seesOwnOnly } from "#lib/lifecycle/permissions.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { formatCents } from "#lib/platform/money.ts";
import {
  type ApplicationPage,
  countApplications,
  listApplications,
  listViews,
  readFilterLists,
  type Totals,
} from "#lib/views/queries.ts";
import { countOf, findCursor, type ListedApplication, listMarking, sortOf, waitsOnWords } from "#lib/views/rules.ts";
import { filterFields, isFor, readSearch, type Search } from "#lib/views/schema.ts";

export const metadata: Metadata = { title: "Applications" };

const LIST = "/applications";
const listAt = (query: string): string => (query ? `${LIST}?${query}` : LIST);

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, sent] = await Promise.all([requireActor(), searchParams]);
  const values = cleanValues(sent);
  const [lists, views] = await Promise.all([readFilterLists(actor), listViews(actor)]);
  const search = readSearch(actor.side, values, lists);
  const found = search.filter && (await find(actor, search.filter, values));
  return (
    <MarkedPage marking={listMarking(found?.page.rows ?? [])}>
      <ErrorSummary errors={search.errors ?? {}} />
      <PageHeading title="Applications">{whichOf(actor)}</PageHeading>
      {can(actor, "application:create") && <LinkButton href="/applications/new">Start an application</LinkButton>}
      {views.length > 0 && (
        <div className="app-line-up">
          <Views
            label="Your saved views"
            views={views.map(({ name, query }) => ({
              label: name,
              href: listAt(query),
              isCurrent: query === search.query,
            }))}
          />
          <a href={`${LIST}/views`}>Rename or delete views</a>
        </div>
      )}
      <MineOrAll actor={actor} path={LIST} query={search.query} />
      <FilterForm actor={actor} search={search} lists={lists} />
      <Chips
        chips={search.chips.map(({ label, value, rest }) => ({ label, value, href: listAt(rest) }))}
        clearHref={LIST}
      />
      {found && <Found actor={actor} search={search} {...found} />}
    </MarkedPage>
  );
}

type Filter = NonNullable<Search["filter"]>;

async function find(actor: Actor, filter: Filter, values: Values) {
  const cursor = findCursor(text(values, "after"), text(values, "before"), filter.sort);
  const [page, totals] = await Promise.all([listApplications(actor, filter, cursor), countApplications(actor, filter)]);
  const isLost = !cursor && ("after" in values || "before" in values);
  return { page, totals, isLost };
}

function whichOf(actor: Actor): string {
  if (actor.side === "AGENCY") return `Every application of ${actor.agencyName}`;
  if (!seesOwnOnly(actor)) return "Every application to the fund";
  return actor.roles.has("ADVISER")
    ? "Applications for your places, and those you were asked about"
    : "Applications assigned to you";
}

type FilterFormProps = { actor: Actor; search: Search; lists: Lists };

function FilterForm({ actor, search, lists }: FilterFormProps) {
  const { values, chips } = search;
  const errors: Readonly<Record<string, string>> = search.errors ?? {};
  const fields = resolveFields(filterFields(actor.side), lists).filter(isFor(actor.side));
  const [words, ...rest] = fields.map((field) => (
    <FilterField key={field.name} field={field} typed={text(values, field.name)} error={errors[field.name]} />
  ));
  const folded = chips.filter(({ name }) => name !== "words").length;
  return (
    <Filters
      action={LIST}
      first={words}
      rest={rest}
      more={folded ? `Filters and order (${folded} in use)` : "Filters and order"}
      isOpen={Object.keys(errors).some((name) => name !== "words")}
      submit="Search"
    />
  );
}

function FilterField({ field, typed, error }: { field: Field; typed: string; error?: string | undefined }) {
  const { name, label } = field;
  const common = { name, label, defaultValue: typed, ...(error && { error }) };
  if (field.kind === "amount") return <TextField {...common} prefix="$" inputMode="decimal" width={10} />;
  if (field.kind !== "choice" || typeof field.options === "string") {
    return (
      <TextField
        {...common}
        type="search"
        width={30}
        autoComplete="off"
        hint="Such as PSF-2026-0042, radio training or “search and rescue”"
      />
    );
  }
  const isOrder = name === "sort";
  return (
    <Select
      {...common}
      options={field.options.slice(isOrder ? 1 : 0)}
      placeholder={isOrder ? field.options[0]?.label : "Any"}
    />
  );
}

type FoundProps = { actor: Actor; search: Search; page: ApplicationPage; totals: Totals; isLost: boolean };

function Found({ actor, search, page, totals, isLost }: FoundProps) {
  const { rows, previous, next } = page;
  const { query, chips, filter } = search;
  const place = filter?.place && new URLSearchParams({ place: filter.place, tick: "all" });
  const at = (name: "after" | "before", cursor: string) =>
    `${LIST}?${new URLSearchParams([...new URLSearchParams(query), [name, cursor]])}`;
  return (
    <>
      {isLost && <p className="app-note">That page no longer exists, so we are showing the first page.</p>}
      <div className="app-found">
        <p role="status">
          <strong>{countOf(totals.count)}</strong>
          {totals.count > 0 && ` · ${formatCents(totals.requestedCents)} requested in total`}
        </p>
        <ul>
          {query && (
            <li>
              <a href={`${LIST}/views/new?${query}`}>Save this view</a>
            </li>
          )}
          {totals.count > 0 && <Downloads path={`${LIST}/export`} query={query} count={totals.count} />}
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
        empty={emptyWords(totals, chips.length > 0)}
        rows={rows}
        keyOf={({ id }) => id}
        columns={columnsFor(actor, filter?.officer === "me").map((column) => {
          const sort = filter && sortOf(column.header, filter.sort, query);
          return sort ? { ...column, sort: { href: listAt(sort.query), now: sort.now } } : column;
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

function emptyWords({ isAsked }: Totals, isNarrowed: boolean): string {
  if (!isAsked) return "Those words are in nearly every application. Add a more specific word.";
  return isNarrowed
    ? "No applications found. Remove a filter, or search for fewer words."
    : "There are no applications yet.";
}

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
