import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { BudgetHeading } from "#components/budget/budget-heading.tsx";
import { ForecastMonth } from "#components/budget/forecast-month.tsx";
import { ForecastNotes } from "#components/budget/forecast-notes.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { type Figure, Figures } from "#components/ui/figures.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listForecast } from "#lib/budget/forecast/queries.ts";
import {
  expectedCents,
  type ForecastInitiative,
  forecastYear,
  type ForecastMonth as Month,
  unnamedInWords,
} from "#lib/budget/forecast/rules.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { MONTHS, type Position, positionOf, stageOf } from "#lib/budget/rules.ts";
import { ledgerHref, monthHref, positionHref } from "#lib/budget/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, formatDate, formatDay, yearEndsOn } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Budget: forecast" };

/** What will be paid of a year by 30 June and what will not, by initiative. */
export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("budget:read"), searchParams]);
  const positions = await orNotFound(() => listPositions(actor));
  const today = dayOf(now());
  const position = positionOf(positions, text(search, "year"), financialYearOf(today)) ?? notFound();
  const { startYear } = position;
  const { initiatives, ...forecast } = await orNotFound(() => listForecast(actor, startYear, today));
  const marking = highestMarking(initiatives.flatMap(({ application }) => application?.marking ?? []));
  const [year, lastDay] = [formatYear(startYear), formatDay(yearEndsOn(startYear))];
  const months = forecastYear(position, forecast.lines, today);
  const month = months.find((one) => String(one.month) === text(search, "month"));
  const isOver = stageOf(startYear, today) === "closing";
  return (
    <MarkedPage marking={MARKING_LABELS[marking]}>
      <BudgetHeading
        title={`Forecast ${year} by initiative`}
        path="/budget/forecast"
        startYear={startYear}
        positions={positions}
      >
        What will be paid by {lastDay}, and what will not · New Zealand dollars, GST exclusive
      </BudgetHeading>
      <Done search={search} initiatives={initiatives} />
      {isOver ? (
        <p>
          {year} ended on {lastDay}, so there is nothing left to forecast.{" "}
          <a href={`/budget/rows?year=${startYear}&counter=unpaid`}>See what is committed and not yet paid</a>
        </p>
      ) : (
        <>
          <Figures figures={figuresOf(position, months, initiatives)} />
          {month && <ForecastMonth position={position} month={month} lines={forecast.lines} />}
          <h2 id="initiatives">Committed and not yet paid</h2>
          <Initiatives initiatives={initiatives} startYear={startYear} canNote={can(actor, "expectation:note")} />
          <h2>About this forecast</h2>
          <ForecastNotes {...forecast} />
        </>
      )}
    </MarkedPage>
  );
}

/** What saving a note has changed. */
function Done({ search, initiatives }: { search: Values; initiatives: readonly ForecastInitiative[] }) {
  const reference = text(search, "reference");
  const one = initiatives.find(({ application }) => application?.reference === reference);
  const done = text(search, "done");
  if (!one || !["noted", "forecast"].includes(done)) return null;
  return (
    <NotificationBanner kind="success">
      {one.expectation
        ? `Your note is saved. The forecast for ${reference} is now ${formatCents(one.paidCents + expectedCents(one))} in total by 30 June.`
        : `Your note is saved. ${reference} uses the forecast again: ${formatCents(one.paidCents + expectedCents(one))} in total by 30 June.`}
    </NotificationBanner>
  );
}

function figuresOf(
  { startYear, paidCents, envelopeCents }: Position,
  months: readonly Month[],
  initiatives: readonly ForecastInitiative[],
): Figure[] {
  const last = months.at(-1);
  const byJune = last?.withReservedCents ?? paidCents;
  const committedCents = (last?.paidCents ?? paidCents) - paidCents;
  const unspentCents = sumCents(initiatives.map((one) => one.unspentCents));
  const byMonth = monthHref(startYear, last?.month ?? MONTHS.length - 1);
  return [
    {
      label: "Paid so far",
      value: <a href={positionHref(startYear, "paid")}>{formatCents(paidCents)}</a>,
      colour: "paid",
    },
    {
      label: "Still expected by 30 June",
      value: <a href={byMonth}>{formatCents(byJune - paidCents)}</a>,
      note: `${formatCents(committedCents)} committed, ${formatCents(byJune - paidCents - committedCents)} reserved`,
    },
    {
      label: "Committed, expected unspent",
      value: <a href="#initiatives">{formatCents(unspentCents)}</a>,
      note: "by initiative below",
      colour: "committed",
    },
    {
      label: "Total expected unspent",
      value: <a href={byMonth}>{formatCents(envelopeCents - byJune)}</a>,
      note: "including reserved and available money",
      colour: "available",
    },
  ];
}

type InitiativesProps = { initiatives: readonly ForecastInitiative[]; startYear: number; canNote: boolean };

function Initiatives({ initiatives, startYear, canNote }: InitiativesProps) {
  const amounts: { header: string; of: (one: ForecastInitiative) => bigint; href?: Behind }[] = [
    {
      header: "Committed",
      of: ({ committedCents }) => committedCents,
      href: (reference) => ledgerHref({ startYear, reference }),
    },
    {
      header: "Paid so far",
      of: ({ paidCents }) => paidCents,
      href: (reference) => ledgerHref({ startYear, kind: "MONEY", reference }),
    },
    { header: "Still expected by 30 June", of: expectedCents },
    { header: "Expected unspent", of: ({ unspentCents }) => unspentCents },
  ];
  return (
    <>
      <Table
        caption="Committed and not yet paid, most unspent first"
        hideCaption
        empty="Nothing is committed and not yet paid."
        columns={[
          {
            header: "Initiative",
            cell: (one) => <Initiative one={one} />,
          },
          { header: "Agency", cell: ({ application }) => application?.agency ?? "–" },
          ...amounts.map(
            ({ header, of, href }): Column<ForecastInitiative> => ({
              header,
              isNumeric: true,
              cell: (one) => amount(of(one), one.application && href?.(one.application.reference)),
            }),
          ),
          ...(canNote ? [noteColumn(startYear)] : []),
        ]}
        rows={initiatives}
        keyOf={({ applicationId }) => applicationId}
        total={[
          "Total",
          "",
          ...amounts.map(({ of }) => formatCents(sumCents(initiatives.map(of)))),
          ...(canNote ? [""] : []),
        ]}
      />
      {initiatives.length > 0 && (
        <div className="app-found app-no-print">
          <ul>
            <Downloads path="/budget/export/forecast" query={`year=${startYear}`} count={initiatives.length} />
          </ul>
        </div>
      )}
    </>
  );
}

function Initiative({ one }: { one: ForecastInitiative }) {
  const { application, expectation, forecastCents } = one;
  if (!application) return unnamedInWords(one);
  return (
    <>
      <ApplicationLink application={application} />
      {expectation && (
        <span className="app-note app-line">
          {expectation.notedBy} noted on {formatDate(expectation.at)}: {expectation.note} (the forecast was{" "}
          {formatCents(forecastCents)})
        </span>
      )}
    </>
  );
}

const noteColumn = (startYear: number): Column<ForecastInitiative> => ({
  header: "What you expect",
  isAct: true,
  cell: ({ application, expectation }) =>
    application && (
      <a className="app-no-print" href={`/budget/forecast/${application.reference}?year=${startYear}`}>
        {expectation ? "Change note" : "Add note"}
        <span className="govuk-visually-hidden"> on what you expect of {application.reference}</span>
      </a>
    ),
});

type Behind = (reference: string) => string;

function amount(cents: bigint, href: string | null | undefined) {
  if (cents === 0n) return "–";
  return href ? <a href={href}>{formatCents(cents)}</a> : formatCents(cents);
}
