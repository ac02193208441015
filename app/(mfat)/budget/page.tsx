import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BudgetBar, formatShare, leftWord } from "#components/budget/budget-bar.tsx";
import { BudgetHeading } from "#components/budget/budget-heading.tsx";
import { BudgetMap } from "#components/budget/budget-map.tsx";
import { BudgetMonths } from "#components/budget/budget-months.tsx";
import { ShareTable } from "#components/budget/budget-shares.tsx";
import { BudgetYears } from "#components/budget/budget-years.tsx";
import { EnvelopeView } from "#components/budget/envelope-view.tsx";
import { ExpectedUnspent, ForecastNotes } from "#components/budget/forecast-notes.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { type Figure, Figures } from "#components/ui/figures.tsx";
import { Contents } from "#components/ui/parts.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listEnvelopeParts } from "#lib/budget/carry-forward/queries.ts";
import { getForecast } from "#lib/budget/forecast/queries.ts";
import { forecastYear, type Warning, warningsOf } from "#lib/budget/forecast/rules.ts";
import { listLedger } from "#lib/budget/ledger/queries.ts";
import { countHolders, type Holders, listMonths, listPositions } from "#lib/budget/queries.ts";
import { joinMonths, leftInWords, MONTHS, type Position, positionOf, stageOf } from "#lib/budget/rules.ts";
import { positionHref } from "#lib/budget/schema.ts";
import { listShares } from "#lib/budget/shares/queries.ts";
import type { Counter } from "#lib/budget/shares/rules.ts";
import { lifeInWords } from "#lib/budget/years/rules.ts";
import { listCarryForwards } from "#lib/changes/queries.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Budget" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("budget:read"), searchParams]);
  const positions = await orNotFound(() => listPositions(actor));
  const today = dayOf(now());
  const position = positionOf(positions, text(search, "year"), financialYearOf(today)) ?? notFound();
  const { startYear } = position;
  const adjustments = { startYear, kind: "ADJUST", reference: null, month: null } as const;
  const [was, forecast, places, holders, parts, carried, ledger] = await Promise.all([
    listMonths(actor, startYear, today),
    getForecast(actor, startYear, today),
    listShares(actor, startYear, "place"),
    countHolders(actor, startYear),
    listEnvelopeParts(actor),
    listCarryForwards(actor, startYear),
    listLedger(actor, adjustments),
  ]);
  const coming = forecastYear(position, forecast.lines, today);
  const year = formatYear(startYear);
  const own = parts.find((one) => one.startYear === startYear) ?? notFound();
  const whereTo = position.closedAt ? "Where the money went" : "Where the money goes";
  return (
    <>
      <BudgetHeading title={`Budget ${year}`} path="/budget" startYear={startYear} positions={positions}>
        1 July {startYear} to 30 June {startYear + 1} · {lifeInWords(position, today)} · New Zealand dollars, GST
        exclusive · as at {formatInstant(now())}
      </BudgetHeading>
      <Figures figures={figuresOf(position, holders, today)} />
      <BudgetBar position={position} left={leftInWords(position, today)} />
      <Warnings warnings={warningsOf(position, coming, today)} />
      {can(actor, "envelope:adjust") && !position.closedAt && (
        <LinkButton kind="secondary" href={`/budget/adjust?year=${startYear}`}>
          {position.envelopeCents === 0n ? "Set the envelope" : "Adjust the envelope"}
        </LinkButton>
      )}
      <Contents
        parts={[
          { id: "months", title: "The year month by month" },
          { id: "places", title: whereTo },
          { id: "envelope", title: `The envelope of ${year}`, state: formatCents(position.envelopeCents) },
          { id: "years", title: "All financial years", state: `${positions.length} years` },
        ]}
      />
      <section id="months">
        <h2>The year month by month</h2>
        <BudgetMonths startYear={startYear} months={joinMonths(was, coming)} today={today}>
          {stageOf(startYear, today) === "closing" && (
            <p>
              June includes what moved for {year} after 30 June.{" "}
              <a href={`/budget/year-end/statement?year=${startYear}`}>The statement of {year}</a> shows it separately.
            </p>
          )}
          {coming.length > 0 && (
            <>
              <ExpectedUnspent startYear={startYear} lines={forecast.lines} />
              <ForecastNotes {...forecast} />
            </>
          )}
        </BudgetMonths>
        <Files list="months" startYear={startYear} count={MONTHS.length} />
      </section>
      <section id="places">
        <h2>{whereTo}</h2>
        <BudgetMap year={year} lines={places} />
        <ShareTable startYear={startYear} by="place" lines={places} />
        <p>
          <a href={`/budget/shares?year=${startYear}&by=agency`}>By agency, focus area and category</a>
        </p>
      </section>
      <EnvelopeView
        parts={own}
        carried={carried}
        adjustments={ledger.lines}
        canReverse={can(actor, "envelope:adjust")}
        isClosed={position.closedAt !== null}
        today={today}
      />
      <section id="years">
        <h2>All financial years</h2>
        <BudgetYears positions={positions} startYear={startYear} today={today} />
        <Files list="years" startYear={startYear} count={positions.length} />
        <p>
          <a href={`/budget/year-end?year=${startYear}`}>Year end and statement of {year}</a>
        </p>
      </section>
    </>
  );
}

const plural = (count: number, noun: string): string => `${count || "no"} ${noun}${count === 1 ? "" : "s"}`;

function figuresOf(position: Position, holders: Holders, today: Date): Figure[] {
  const {
    startYear,
    envelopeCents,
    paidCents,
    committedCents,
    reservedCents,
    availableCents,
    pipelineCents,
    closedAt,
  } = position;
  const rows = (cents: bigint, counter: Counter) => <a href={positionHref(startYear, counter)}>{formatCents(cents)}</a>;
  return [
    {
      label: "Envelope",
      value: <a href={positionHref(startYear, "envelope")}>{formatCents(envelopeCents)}</a>,
      note: closedAt ? "the most the fund could commit" : "the most the fund can commit",
    },
    {
      label: "Paid",
      value: rows(paidCents, "paid"),
      note: `${formatShare(paidCents, envelopeCents)} of the envelope`,
      colour: "paid",
    },
    {
      label: "Committed, not yet paid",
      value: rows(committedCents - paidCents, "unpaid"),
      note: closedAt
        ? holders.accruedCents
          ? `${formatCents(holders.accruedCents)} is accrued, and can still be claimed or paid`
          : "it can no longer be claimed"
        : `to ${plural(holders.unpaid, "initiative")}`,
      colour: "committed",
    },
    ...(closedAt
      ? []
      : [
          {
            label: "Reserved",
            value: rows(reservedCents, "reserved"),
            note: `for ${plural(holders.reserved, "initiative")}`,
            colour: "reserved" as const,
          },
        ]),
    {
      label: leftWord(position),
      value: <a href={positionHref(startYear, "available")}>{formatCents(availableCents)}</a>,
      note: leftInWords(position, today) ?? <>against a pipeline of {rows(pipelineCents, "pipeline")}</>,
      colour: "available",
    },
  ];
}

function Warnings({ warnings }: { warnings: readonly Warning[] }) {
  return warnings.map(({ kind, text: what, rule }) => (
    <InsetText key={kind}>
      <p>
        <strong>{kind.replace(/^./, (first) => first.toUpperCase())}.</strong> {what}
        <span className="app-note app-line">{rule}</span>
      </p>
    </InsetText>
  ));
}

type FilesProps = { list: "months" | "years"; startYear: number; count: number };

function Files({ list, startYear, count }: FilesProps) {
  return (
    <div className="app-found app-no-print">
      <ul>
        <Downloads path={`/budget/export/${list}`} query={`year=${startYear}`} count={count} />
      </ul>
    </div>
  );
}
