import type { Metadata } from "next";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { MineOrAll } from "#components/application/mine-or-all.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Select } from "#components/ui/fields.tsx";
import { Filters } from "#components/ui/filters.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { signed, VariationTag } from "#components/variations/variations-view.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { type Lists, text, type Values } from "#lib/form/fields.ts";
import { cleanValues, resolveFields } from "#lib/form/parse.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatDate } from "#lib/platform/dates.ts";
import { listRegister, readRegisterLists } from "#lib/variations/queries.ts";
import { changeOfTotal, KINDS, proposedWords, waitsOnWords } from "#lib/variations/rules.ts";
import { REGISTER_FIELDS, readRegisterFilter } from "#lib/variations/schema.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Variations" };

const LIST = "/variations";

/** Every variation of every arrangement: what is asked for, what it comes to, and whom it waits on. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, sent] = await Promise.all([requireMfat(), searchParams]);
  const values = cleanValues(sent);
  const lists = await orNotFound(async () => readRegisterLists(actor));
  const { filter, query } = readRegisterFilter(values, lists);
  const { rows, next, count } = await orNotFound(async () => listRegister(actor, filter, text(values, "before")));
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(rows.map(({ application }) => application.marking))]}>
      <PageHeading title="Variations">Changes agencies have asked for, newest first</PageHeading>
      {/* A filter that no longer exists narrows nothing here, and the page says so. */}
      <MineOrAll actor={actor} path="/variations" query={query || `officer=${text(values, "officer")}`} />
      <FilterForm values={values} lists={lists} />
      <div className="app-found">
        <p role="status">
          <strong>{count === 1 ? "1 variation" : `${count.toLocaleString("en-NZ")} variations`}</strong>
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
        empty={query ? "No variations match. Remove a filter." : "There are no variations yet."}
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          {
            header: "Initiative",
            isRowHeader: true,
            cell: ({ application }) => <ApplicationLink application={application} />,
          },
          { header: "Agency", cell: ({ application }) => application.agency.abbreviation },
          { header: "Variation", cell: ({ number, kind }) => `${number}, ${KINDS[kind].label.toLowerCase()}` },
          { header: "State", cell: ({ state }) => <VariationTag actor={actor} state={state} /> },
          { header: "Waiting on", cell: (row) => waitsOnWords(row) ?? "–" },
          { header: "Asked for", cell: ({ askedAt }) => formatDate(askedAt) },
          { header: "Proposed", cell: proposedWords },
          { header: "Change to the total", isNumeric: true, cell: (row) => totalWords(changeOfTotal(row)) },
        ]}
      />
      <Pagination
        label="Variations"
        {...(next && { next: `${LIST}?${new URLSearchParams([...new URLSearchParams(query), ["before", next]])}` })}
      />
    </MarkedPage>
  );
}

const totalWords = (cents: bigint | null): string => (cents === null ? "–" : signed(cents));

function FilterForm({ values, lists }: { values: Values; lists: Lists }) {
  const [first, ...rest] = resolveFields(REGISTER_FIELDS, lists).map((field) => (
    <Select
      key={field.name}
      name={field.name}
      label={field.label}
      defaultValue={text(values, field.name)}
      options={"options" in field && typeof field.options !== "string" ? field.options : []}
      placeholder="Any"
    />
  ));
  return <Filters action={LIST} first={first} rest={rest} more="More filters" submit="Filter" />;
}
