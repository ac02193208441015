import { Details } from "#components/ui/details.tsx";
import { Table } from "#components/ui/table.tsx";
import type { Forecast } from "#lib/budget/forecast/queries.ts";
import type { ForecastLine, Method } from "#lib/budget/forecast/rules.ts";
import { formatError, type Trial } from "#lib/budget/forecast/trial/rules.ts";
import { formatDay, yearEndsOn } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";

const METHODS: Record<Method, string> = { milestones: "From milestones and claims", even: "Spread evenly" };

type UnspentProps = { startYear: number; lines: readonly ForecastLine[] };

/** How much committed money the forecast leaves unspent, and where to see which initiatives. */
export function ExpectedUnspent({ startYear, lines }: UnspentProps) {
  const unspent = lines.filter(({ unspentCents }) => unspentCents > 0n);
  const cents = sumCents(unspent.map(({ unspentCents }) => unspentCents));
  return (
    <p>
      {cents > 0n && (
        <>
          We expect <strong>{formatCents(cents)}</strong> of the committed money to be unspent on{" "}
          {formatDay(yearEndsOn(startYear))}, from {unspent.length}{" "}
          {unspent.length === 1 ? "initiative" : "initiatives"}.{" "}
        </>
      )}
      <a href={`/budget/forecast?year=${startYear}`}>See the forecast by initiative</a>
    </p>
  );
}

type ForecastNotesProps = Pick<Forecast, "method" | "trial" | "assumptions">;

/** How accurate both forecasts have been, which one is shown, and what it assumes. */
export function ForecastNotes({ method, trial, assumptions }: ForecastNotesProps) {
  return (
    <>
      <h3>How accurate the forecast has been</h3>
      {trial ? (
        <TrialTable method={method} trial={trial} />
      ) : (
        <p>
          No finished financial year has paid anything for its work by 30 June, so we cannot test the forecast yet.
          Until then, we spread what is left to pay evenly.
        </p>
      )}
      <Details summary="What the forecast assumes">
        <ol className="budget-assumptions">
          {assumptions.map((assumption) => (
            <li key={assumption}>{assumption}</li>
          ))}
        </ol>
      </Details>
    </>
  );
}

const leftOut = (years: readonly number[]): string =>
  `${new Intl.ListFormat("en-NZ").format(years.map(formatYear))} ${years.length === 1 ? "is" : "are"} left out: nothing was paid by 30 June, so there is nothing to compare with.`;

function TrialTable({ method, trial }: { method: Method; trial: Trial }) {
  const years = new Intl.ListFormat("en-NZ").format(trial.startYears.map(formatYear));
  return (
    <>
      <p>
        {method === "milestones"
          ? "We forecast from each initiative’s milestones and claims, corrected by how late payments have been."
          : "A forecast from milestones and claims has not been more accurate, so we spread what is left to pay evenly."}{" "}
        To test both ways, we forecast again for the first day of each month of {years}, using only what was known on
        that day. We then compared what would be paid by 30 June with what was paid.
      </p>
      <Table
        caption="Errors, as a share of what was paid by 30 June"
        onPhone="fit"
        columns={[
          {
            header: "Forecast",
            cell: (one) => (
              <>
                {METHODS[one]}
                {one === method && <span className="app-note app-line">the one we show</span>}
              </>
            ),
          },
          { header: "Median error", isNumeric: true, cell: (one) => formatError(trial.errors[one].median) },
          {
            header: "Worst error",
            isNumeric: true,
            cell: (one) => (
              <>
                {formatError(trial.errors[one].worst)}
                <span className="app-note app-line">{formatDay(trial.errors[one].worstOn)}</span>
              </>
            ),
          },
        ]}
        rows={["milestones", "even"] as const}
        keyOf={(one) => one}
      />
      <p className="app-note">
        {trial.count} forecasts each way. Neither counts applications that were not yet recommended, so both are weakest
        early in a year.
        {trial.unpaidYears.length > 0 && ` ${leftOut(trial.unpaidYears)}`}
      </p>
    </>
  );
}
