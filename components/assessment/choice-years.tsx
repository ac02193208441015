import { ShareBar } from "#components/budget/share-table.tsx";
import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { leftInWords, type ReckonedYear, type Reckoning, verdict } from "#lib/scenarios/rules.ts";

/** What each year has available before anything is ticked, and after. */
export function YearTable({ years }: { years: readonly ReckonedYear[] }) {
  return (
    <Table
      caption="Available, ticked and left in each financial year"
      hideCaption
      columns={[
        { header: "Financial year", cell: ({ startYear }) => formatYear(startYear) },
        { header: "Available", isNumeric: true, cell: ({ availableCents }) => formatCents(availableCents) },
        {
          header: "Ticked",
          isNumeric: true,
          cell: ({ availableCents, chosenCents }) => (
            <>
              {formatCents(chosenCents)}
              <ShareBar cents={chosenCents} wholeCents={availableCents} />
            </>
          ),
        },
        {
          header: "Left",
          isNumeric: true,
          cell: (year) => <Left year={year} />,
        },
      ]}
      rows={years}
      keyOf={({ startYear }) => String(startYear)}
    />
  );
}

const Left = ({ year }: { year: ReckonedYear }) =>
  year.leftCents < 0n ? <Tag kind="bad">{leftInWords(year)}</Tag> : <strong>{formatCents(year.leftCents)}</strong>;

/** Always in sight while somebody ticks and types: how many are ticked, what is left, and whether it fits. */
export function ChoiceBar({ worked }: { worked: Reckoning }) {
  const { rows, years, count, totalCents, firstOver } = worked;
  return (
    <div className="choose-bar">
      <dl>
        <div>
          <dt>
            Ticked: {count} of {rows.length}
          </dt>
          <dd>
            <strong>{formatCents(totalCents)}</strong>
          </dd>
        </div>
        {years.map((year) => (
          <div key={year.startYear}>
            <dt>Left in {formatYear(year.startYear)}</dt>
            <dd>
              <Left year={year} />
            </dd>
          </div>
        ))}
      </dl>
      <p role="status">{firstOver ? <strong>{verdict(worked)}</strong> : verdict(worked)}</p>
    </div>
  );
}
