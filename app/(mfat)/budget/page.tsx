import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ApplicationLink } from "../../../components/application-link.tsx";
import { BudgetBar, formatShare } from "../../../components/budget-bar.tsx";
import { BudgetMonths } from "../../../components/budget-months.tsx";
import { MarkedPage } from "../../../components/marked-page.tsx";
import { PageHeading } from "../../../components/page-heading.tsx";
import { LinkButton } from "../../../components/ui/buttons.tsx";
import { TwoColumns } from "../../../components/ui/columns.tsx";
import { NotificationBanner } from "../../../components/ui/feedback.tsx";
import { type Figure, Figures } from "../../../components/ui/figures.tsx";
import { Pagination, Views } from "../../../components/ui/navigation.tsx";
import { type Column, Table } from "../../../components/ui/table.tsx";
import { orNotFound } from "../../../lib/action.ts";
import { requireActor } from "../../../lib/auth/session.ts";
import {
  type FundingLine,
  type LedgerLine,
  listByPlace,
  listFunding,
  listLedger,
  listMonths,
  listPositions,
  type PlaceLine,
} from "../../../lib/budget/queries.ts";
import type { Position } from "../../../lib/budget/rules.ts";
import { LEDGER_LABELS } from "../../../lib/budget/schema.ts";
import { now } from "../../../lib/clock.ts";
import { dayOf, financialYearOf, formatDay, formatInstant } from "../../../lib/dates.ts";
import { text, type Values } from "../../../lib/fields.ts";
import { MARKING_LABELS } from "../../../lib/lifecycle/emails.ts";
import { highestMarking } from "../../../lib/lifecycle/rules.ts";
import { formatCents, formatYear, sumCents } from "../../../lib/money.ts";
import { asMfat, can } from "../../../lib/permissions.ts";

export const metadata: Metadata = { title: "Budget" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireActor(), searchParams]);
  const mfat = await orNotFound(async () => asMfat(actor));
  const positions = await orNotFound(() => listPositions(mfat));
  const today = dayOf(now());
  const position = chosen(positions, text(search, "year"), financialYearOf(today));
  const { startYear } = position;
  const before = cursorOf(search);
  const [funding, places, months, ledger] = await Promise.all([
    listFunding(mfat, startYear),
    listByPlace(mfat, startYear),
    listMonths(mfat, startYear, today),
    listLedger(mfat, startYear, before),
  ]);
  const shown = [...funding, ...ledger.lines].flatMap(({ application }) => application?.marking ?? []);
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(shown)]}>
      <PageHeading title={`Budget ${formatYear(startYear)}`}>
        1 July {startYear} to 30 June {startYear + 1} · New Zealand dollars, GST exclusive · as at{" "}
        {formatInstant(now())}
      </PageHeading>
      {text(search, "done") === "adjusted" && (
        <NotificationBanner kind="success">
          The envelope of {formatYear(startYear)} is adjusted. It is now {formatCents(position.envelopeCents)}.
        </NotificationBanner>
      )}
      <Years positions={positions} startYear={startYear} />
      <Figures figures={figuresOf(position, funding)} />
      <BudgetBar position={position} />
      {can(actor, "envelope:adjust") && (
        <LinkButton kind="secondary" href={`/budget/adjust?year=${startYear}`}>
          Adjust the envelope
        </LinkButton>
      )}
      <TwoColumns>
        <section>
          <h2>How the year unfolds</h2>
          <BudgetMonths startYear={startYear} months={months} />
        </section>
        <Places places={places} position={position} />
      </TwoColumns>
      <Initiatives funding={funding} startYear={startYear} />
      <AllYears positions={positions} startYear={startYear} />
      <Ledger ledger={ledger} startYear={startYear} isFirstPage={before === undefined} />
    </MarkedPage>
  );
}

/** The year that was asked for, or today's; a year that the fund does not have is not found. */
function chosen(positions: readonly Position[], year: string, current: number): Position {
  const asked = positions.find(({ startYear }) => startYear === Number(year || current));
  const position = year ? asked : (asked ?? positions.at(-1));
  return position ?? notFound();
}

/** The last ledger entry of the page before. */
function cursorOf(search: Values): bigint | undefined {
  const before = text(search, "before");
  return /^\d{1,18}$/.test(before) ? BigInt(before) : undefined;
}

function Years({ positions, startYear }: { positions: readonly Position[]; startYear: number }) {
  return (
    <Views
      label="Financial year"
      views={positions.map((one) => ({
        label: formatYear(one.startYear),
        href: `/budget?year=${one.startYear}`,
        isCurrent: one.startYear === startYear,
      }))}
    />
  );
}

const plural = (count: number, noun: string): string => `${count || "no"} ${noun}${count === 1 ? "" : "s"}`;

function figuresOf(position: Position, funding: readonly FundingLine[]): Figure[] {
  const { envelopeCents, paidCents, committedCents, reservedCents, availableCents, pipelineCents } = position;
  const committed = funding.filter((line) => line.committedCents > line.paidCents).length;
  const reserved = funding.filter((line) => line.reservedCents > 0n).length;
  return [
    { label: "Envelope", value: formatCents(envelopeCents), note: "what may be committed" },
    {
      label: "Paid",
      value: formatCents(paidCents),
      note: `${formatShare(paidCents, envelopeCents)} of the envelope`,
      colour: "paid",
    },
    {
      label: "Committed, not yet paid",
      value: formatCents(committedCents - paidCents),
      note: `to ${plural(committed, "initiative")}`,
      colour: "committed",
    },
    {
      label: "Reserved",
      value: formatCents(reservedCents),
      note: `for ${plural(reserved, "initiative")}`,
      colour: "reserved",
    },
    {
      label: "Available",
      value: formatCents(availableCents),
      note: `against a pipeline of ${formatCents(pipelineCents)}`,
      colour: "available",
    },
  ];
}

/** Nothing is a dash. */
const amount = (cents: bigint) => (cents === 0n ? "–" : formatCents(cents));

function Places({ places, position }: { places: readonly PlaceLine[]; position: Position }) {
  const reservedCents = position.reservedCents - sumCents(places.map((line) => line.reservedCents));
  const committedCents = position.committedCents - sumCents(places.map((line) => line.committedCents));
  const isRest = reservedCents !== 0n || committedCents !== 0n;
  const rest: PlaceLine[] = isRest ? [{ place: "No place given", reservedCents, committedCents }] : [];
  return (
    <section className="budget-places">
      <h2>By place</h2>
      <Table
        caption={`Committed and reserved in ${formatYear(position.startYear)}, by place`}
        hideCaption
        onPhone="scroll"
        label="By place"
        empty="Nothing is committed or reserved in this year."
        columns={[
          { header: "Place", cell: ({ place }) => place },
          { header: "Committed", isNumeric: true, cell: (line) => amount(line.committedCents) },
          { header: "Reserved", isNumeric: true, cell: (line) => amount(line.reservedCents) },
        ]}
        rows={[...places, ...rest]}
        keyOf={({ place }) => place}
        total={["Total", formatCents(position.committedCents), formatCents(position.reservedCents)]}
      />
    </section>
  );
}

const FUNDING_COLUMNS: Column<FundingLine>[] = [
  {
    header: "Initiative",
    cell: ({ application }) => (application ? <ApplicationLink application={application} /> : "Not assigned to you"),
  },
  { header: "Agency", cell: ({ application }) => application?.agency ?? "–" },
  { header: "Reserved", isNumeric: true, cell: (line) => amount(line.reservedCents) },
  { header: "Committed", isNumeric: true, cell: (line) => amount(line.committedCents) },
  { header: "Paid", isNumeric: true, cell: (line) => amount(line.paidCents) },
];

function Initiatives({ funding, startYear }: { funding: readonly FundingLine[]; startYear: number }) {
  const total = (counter: "reservedCents" | "committedCents" | "paidCents") =>
    formatCents(sumCents(funding.map((line) => line[counter])));
  return (
    <section>
      <h2>Initiatives that hold money of {formatYear(startYear)}</h2>
      <Table
        caption={`Initiatives that hold money of ${formatYear(startYear)}`}
        hideCaption
        empty="No initiative holds money of this year."
        columns={FUNDING_COLUMNS}
        rows={funding}
        keyOf={({ id }) => id}
        total={["Total", "", total("reservedCents"), total("committedCents"), total("paidCents")]}
      />
    </section>
  );
}

function AllYears({ positions, startYear }: { positions: readonly Position[]; startYear: number }) {
  const cents = (header: string, of: (position: Position) => bigint): Column<Position> => ({
    header,
    isNumeric: true,
    cell: (position) => formatCents(of(position)),
  });
  return (
    <section>
      <h2>All financial years</h2>
      <Table
        caption="The position of every financial year"
        hideCaption
        onPhone="scroll"
        columns={[
          {
            header: "Financial year",
            cell: (one) => (
              <a href={`/budget?year=${one.startYear}`} aria-current={one.startYear === startYear ? "page" : undefined}>
                {formatYear(one.startYear)}
              </a>
            ),
          },
          cents("Envelope", (one) => one.envelopeCents),
          cents("Reserved", (one) => one.reservedCents),
          cents("Committed", (one) => one.committedCents),
          cents("Paid of it", (one) => one.paidCents),
          cents("Available", (one) => one.availableCents),
          cents("Pipeline", (one) => one.pipelineCents),
        ]}
        rows={positions}
        keyOf={(one) => String(one.startYear)}
      />
    </section>
  );
}

/** What an entry moved, with its sign; nothing where it moved nothing. */
const moved = (cents: bigint) =>
  cents === 0n ? null : <span className="budget-amount">{`${cents > 0n ? "+" : ""}${formatCents(cents)}`}</span>;

const LEDGER_COLUMNS: Column<LedgerLine>[] = [
  {
    header: "Entry",
    cell: ({ kind, at, by }) => (
      <>
        <strong>{LEDGER_LABELS[kind]}</strong>
        <span className="app-note app-line">
          <time dateTime={at.toISOString()}>{formatInstant(at)}</time> · {by ?? "the portal"}
        </span>
      </>
    ),
  },
  { header: "Why", cell: (line) => <Why line={line} /> },
  { header: "Envelope", isNumeric: true, cell: (line) => moved(line.envelopeCents) },
  { header: "Reserved", isNumeric: true, cell: (line) => moved(line.reservedCents) },
  { header: "Committed", isNumeric: true, cell: (line) => moved(line.committedCents) },
  { header: "Paid", isNumeric: true, cell: (line) => moved(line.paidCents) },
];

function Why({ line: { reason, source, effectiveOn, application } }: { line: LedgerLine }) {
  return (
    <>
      {reason}
      {application && (
        <span className="app-note app-line">
          <a href={`/applications/${application.reference}`}>{application.reference}</a> {application.title}
        </span>
      )}
      {source && (
        <span className="app-note app-line">
          {source}
          {effectiveOn && `; effective ${formatDay(effectiveOn)}`}
        </span>
      )}
    </>
  );
}

type LedgerProps = { ledger: { lines: LedgerLine[]; next: bigint | null }; startYear: number; isFirstPage: boolean };

function Ledger({ ledger: { lines, next }, startYear, isFirstPage }: LedgerProps) {
  return (
    <section id="ledger">
      <h2>Ledger of {formatYear(startYear)}</h2>
      <p>Every entry that moved money of the year, the newest first. Entries are never changed or deleted.</p>
      {!isFirstPage && (
        <p>
          <a href={`/budget?year=${startYear}#ledger`}>Back to the newest entries</a>
        </p>
      )}
      <Table
        caption={`Ledger of ${formatYear(startYear)}`}
        hideCaption
        empty="There are no entries."
        columns={LEDGER_COLUMNS}
        rows={lines}
        keyOf={({ id }) => String(id)}
      />
      <Pagination
        label={`Ledger of ${formatYear(startYear)}`}
        next={next ? `/budget?year=${startYear}&before=${next}#ledger` : undefined}
      />
    </section>
  );
}
