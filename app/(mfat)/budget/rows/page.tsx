import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { BudgetHeading } from "#components/budget/budget-heading.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { Chips } from "#components/ui/filters.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { positionOf } from "#lib/budget/rules.ts";
import { ledgerHref, readHolderFilter, unspentHref } from "#lib/budget/schema.ts";
import { listHolders } from "#lib/budget/shares/queries.ts";
import {
  COUNTER_LABELS,
  type Counter,
  countedCents,
  type HolderFilter,
  type HolderLine,
  rowsHref,
  rowsTitle,
  SHARES,
} from "#lib/budget/shares/rules.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Budget: initiatives" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("budget:read"), searchParams]);
  const positions = await orNotFound(() => listPositions(actor));
  const position = positionOf(positions, text(search, "year"), financialYearOf(dayOf(now()))) ?? notFound();
  const { startYear } = position;
  const filter = readHolderFilter(startYear, search);
  const { share, lines } = await orNotFound(() => listHolders(actor, filter));
  const marking = highestMarking(lines.flatMap(({ application }) => application?.marking ?? []));
  const query = rowsHref(filter).split("?")[1] ?? "";
  return (
    <MarkedPage marking={MARKING_LABELS[marking]}>
      <BudgetHeading
        title={`Initiatives with money in ${formatYear(startYear)}`}
        path="/budget/rows"
        startYear={startYear}
        positions={positions}
        query={new URLSearchParams([...new URLSearchParams(query)].filter(([name]) => name !== "year")).toString()}
      >
        {rowsTitle(filter, share)} · New Zealand dollars, GST exclusive
      </BudgetHeading>
      <Chips chips={chipsOf(filter, share)} clearHref={`/budget/rows?year=${startYear}`} />
      <Table
        caption={rowsTitle(filter, share)}
        hideCaption
        empty="No initiative has money here."
        columns={columnsOf(filter)}
        rows={lines}
        keyOf={({ id }) => id}
        total={[
          "Total",
          "",
          ...countersOf(filter).map((counter) => <Total key={counter} {...{ filter, lines, counter }} />),
        ]}
      />
      {lines.length > 0 && (
        <div className="app-found app-no-print">
          <ul>
            <Downloads path="/budget/export/rows" query={query} count={lines.length} />
          </ul>
        </div>
      )}
    </MarkedPage>
  );
}

function chipsOf(filter: HolderFilter, share: string | null) {
  const { by, counter } = filter;
  return [
    ...(by && share ? [{ label: SHARES[by].of, value: share, href: rowsHref({ ...filter, by: null, of: null }) }] : []),
    ...(counter
      ? [{ label: "Counts", value: COUNTER_LABELS[counter], href: rowsHref({ ...filter, counter: null }) }]
      : []),
  ];
}

/** Only the requested amounts are shown where nothing is reserved or committed. */
const countersOf = ({ counter }: HolderFilter): Counter[] =>
  counter === "pipeline"
    ? ["pipeline"]
    : counter === "unpaid"
      ? ["committed", "paid", "unpaid"]
      : ["reserved", "committed", "paid"];

const HEADERS: Record<Counter, string> = {
  reserved: "Reserved",
  committed: "Committed",
  paid: "Paid",
  unpaid: "Not yet paid",
  pipeline: "Requested",
};

/** A sum for the whole year links to its ledger entries. Any other sum covers only the rows above it. */
function Total({
  filter: { startYear, by, counter: listed },
  lines,
  counter,
}: {
  filter: HolderFilter;
  lines: readonly HolderLine[];
  counter: Counter;
}) {
  const cents = formatCents(sumCents(lines.map((line) => countedCents(line, counter))));
  const isWhole = by === null && (listed === null || listed === counter);
  if (!isWhole || counter === "pipeline") return cents;
  return <a href={ledgerHref({ startYear, kind: counter === "paid" ? "MONEY" : null })}>{cents}</a>;
}

type FigureProps = { filter: HolderFilter; line: HolderLine; counter: Counter };

/**
 * An initiative's figure, linked to the ledger entries that add up to it. The requested amount links to its answers.
 */
function Figure({ filter: { startYear }, line, counter }: FigureProps) {
  const cents = countedCents(line, counter);
  if (cents === 0n) return "–";
  if (!line.application) return formatCents(cents);
  const { reference } = line.application;
  const href =
    counter === "pipeline"
      ? `/applications/${reference}`
      : counter === "unpaid"
        ? unspentHref(startYear, reference)
        : ledgerHref({ startYear, kind: counter === "paid" ? "MONEY" : null, reference });
  const wholeCents = countedCents(line.whole, counter);
  if (cents === wholeCents) return <a href={href}>{formatCents(cents)}</a>;
  return (
    <>
      {formatCents(cents)}
      <span className="app-note app-line">
        of <a href={href}>{formatCents(wholeCents)}</a>
      </span>
    </>
  );
}

const columnsOf = (filter: HolderFilter): Column<HolderLine>[] => [
  {
    header: "Initiative",
    cell: ({ application }) => (application ? <ApplicationLink application={application} /> : "Not assigned to you"),
  },
  { header: "Agency", cell: ({ application }) => application?.agency ?? "–" },
  ...countersOf(filter).map((counter) => ({
    header: HEADERS[counter],
    isNumeric: true,
    cell: (line: HolderLine) => <Figure filter={filter} line={line} counter={counter} />,
  })),
];
