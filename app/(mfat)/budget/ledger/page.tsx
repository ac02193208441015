import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BudgetHeading } from "#components/budget/budget-heading.tsx";
import { LedgerTable } from "#components/budget/ledger-table.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { ErrorSummary } from "#components/ui/error-summary.tsx";
import { Select, TextField } from "#components/ui/fields.tsx";
import { type ChipLink, Chips, Filters } from "#components/ui/filters.tsx";
import { Pagination } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { movingTimes } from "#lib/budget/cash/rules.ts";
import { listLedger, sumLedger } from "#lib/budget/ledger/queries.ts";
import { type LedgerFilter, type LedgerTotals, tooManyEntries } from "#lib/budget/ledger/rules.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { positionOf } from "#lib/budget/rules.ts";
import {
  ALL_YEARS,
  LEDGER_FILTER_FIELDS,
  ledgerFilterInWords,
  ledgerHref,
  ledgerQuery,
  readLedgerFilter,
} from "#lib/budget/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { chipsOf, filterChoice, unknownIn } from "#lib/form/filters.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { ROWS_MAX } from "#lib/platform/lists.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Budget: ledger" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("budget:read"), searchParams]);
  const positions = await orNotFound(() => listPositions(actor));
  const asked = text(search, "year");
  const position = positionOf(positions, asked === ALL_YEARS ? "" : asked, financialYearOf(dayOf(now()))) ?? notFound();
  const { startYear } = position;
  const filter = readLedgerFilter(startYear, search);
  const query = ledgerQuery(filter);
  const name = filter.startYear === null ? "Ledger of all years" : `Ledger of ${formatYear(startYear)}`;
  const before = cursorOf(search);
  const { before: _, ...filters } = search;
  const unknown = Object.values(unknownIn(filters, query));
  const isUnknown = unknown.length > 0;
  const [{ lines, next }, totals] = isUnknown
    ? [{ lines: [], next: undefined }, null]
    : await Promise.all([listLedger(actor, filter, before), sumLedger(actor, filter)]);
  const marking = highestMarking(lines.flatMap(({ application }) => application?.marking ?? []));
  return (
    <MarkedPage marking={MARKING_LABELS[marking]}>
      {isUnknown && <ErrorSummary errors={{}} problem={unknown.join(". ")} />}
      <BudgetHeading
        title={name}
        path="/budget/ledger"
        startYear={startYear}
        positions={positions}
        everyYear={{ href: `/budget/ledger?year=${ALL_YEARS}`, isCurrent: filter.startYear === null }}
      >
        {filter.startYear === null
          ? "Payments and money returned, whichever year’s work they were for, newest first. "
          : "All entries that moved this year’s money, newest first. "}
        Entries are never changed or deleted.
      </BudgetHeading>
      <LedgerFilters filter={filter} search={search} />
      <Chips chips={chipsIn(query, filter)} clearHref={ledgerHref({ startYear: filter.startYear })} />
      {before !== undefined && (
        <p>
          <a href={`/budget/ledger?${query}`}>Back to the newest entries</a>
        </p>
      )}
      {!isUnknown && (
        <>
          <LedgerTable
            caption={`Ledger: ${ledgerFilterInWords(filter)}`}
            hasYears={filter.startYear === null}
            lines={lines}
            totals={totals}
            canReverse={can(actor, "envelope:adjust")}
          />
          <Pagination label={name} next={next ? `/budget/ledger?${query}&before=${next}` : undefined} />
          {totals && filter.startYear !== null && <Left totals={totals} isWhole={isWhole(filter)} />}
          <Files totals={totals} query={query} />
        </>
      )}
    </MarkedPage>
  );
}

/** The last ledger entry on the previous page. */
function cursorOf(search: Values): bigint | undefined {
  const before = text(search, "before");
  return /^\d{1,18}$/.test(before) ? BigInt(before) : undefined;
}

/** The difference between two of the sums, which is a figure of the position. */
function Left({ totals, isWhole }: { totals: LedgerTotals; isWhole: boolean }) {
  const { envelopeCents, reservedCents, committedCents, paidCents } = totals;
  return (
    <>
      {isWhole && (
        <p>
          Available: the envelope less reserved less committed,{" "}
          {formatCents(envelopeCents - reservedCents - committedCents)}.
        </p>
      )}
      {committedCents > paidCents && (
        <p>Committed, not yet paid: committed less paid, {formatCents(committedCents - paidCents)}.</p>
      )}
    </>
  );
}

/** Every entry up to a point in time, which gives what was available then. */
const isWhole = ({ kind, reference, agency, month = null, moved, isAfterJune }: LedgerFilter): boolean =>
  !kind && !reference && !agency && month === null && !moved && !isAfterJune;

/** The filters in use, each with the address of the ledger without it. */
function chipsIn(query: string, { startYear, agency, moved }: LedgerFilter): ChipLink[] {
  const values = Object.fromEntries(new URLSearchParams(query));
  // The form does not offer this one: figures lead to it.
  const ofAgency = filterChoice("agency", "Agency", [{ value: agency ?? "", label: "one agency" }]);
  const lists = { moved: movingTimes(startYear, moved) };
  return chipsOf([...LEDGER_FILTER_FIELDS, ofAgency], values, values, lists).map(({ label, value, rest }) => ({
    label,
    value,
    href: `/budget/ledger?${rest}`,
  }));
}

function LedgerFilters({ filter: { startYear, agency, moved }, search }: { filter: LedgerFilter; search: Values }) {
  const [reference, ...fields] = LEDGER_FILTER_FIELDS;
  // The other filters belong to one year.
  const rest = startYear === null ? fields.filter(({ name }) => name === "kind" || name === "moved") : fields;
  const used = rest.filter(({ name }) => text(search, name)).length;
  return (
    <Filters
      action="/budget/ledger"
      first={
        <>
          <input type="hidden" name="year" value={startYear ?? ALL_YEARS} />
          {agency && <input type="hidden" name="agency" value={agency} />}
          <TextField
            name={reference.name}
            label={reference.label}
            hint="Its reference, such as PSF-2026-0042"
            defaultValue={text(search, reference.name)}
            width={20}
            autoComplete="off"
          />
        </>
      }
      rest={rest.map(({ name, label, options }) => (
        <Select
          key={name}
          name={name}
          label={label}
          defaultValue={text(search, name)}
          options={options === "moved" ? movingTimes(startYear, moved) : options}
          placeholder="Any"
        />
      ))}
      more={used ? `Kind and months (${used} in use)` : "Kind and months"}
      label="Search the ledger"
    />
  );
}

function Files({ totals, query }: { totals: LedgerTotals | null; query: string }) {
  const count = totals?.count ?? ROWS_MAX + 1;
  if (count === 0) return null;
  return (
    <div className="app-found app-no-print">
      {!totals && <p>{tooManyEntries}</p>}
      <ul>
        <Downloads path="/budget/export/ledger" query={query} count={count} />
      </ul>
    </div>
  );
}
