import { ApplicationLink } from "#components/application/application-link.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { type ForecastInitiative, type ForecastMonth as Month, unnamedInWords } from "#lib/budget/forecast/rules.ts";
import { MONTHS, type Position } from "#lib/budget/rules.ts";
import { positionHref } from "#lib/budget/schema.ts";
import { formatCents, sumCents } from "#lib/platform/money.ts";

type ForecastMonthProps = { position: Position; month: Month; lines: readonly ForecastInitiative[] };

/**
 * A future month, by initiative: what falls due in it and up to it, and how the forecast at its end follows from that.
 */
export function ForecastMonth({ position, month: { month, withReservedCents }, lines }: ForecastMonthProps) {
  const { startYear, envelopeCents, paidCents } = position;
  const name = MONTHS[month];
  const upTo = (cents: readonly bigint[]) => sumCents(cents.slice(0, month + 1));
  const amounts: { header: string; of: (line: ForecastInitiative) => bigint }[] = [
    { header: `Commitments due in ${name}`, of: ({ dueCents }) => dueCents[month] ?? 0n },
    { header: `Reserves due in ${name}`, of: ({ reservedDueCents }) => reservedDueCents[month] ?? 0n },
    {
      header: `All due by the end of ${name}`,
      of: ({ dueCents, reservedDueCents }) => upTo(dueCents) + upTo(reservedDueCents),
    },
  ];
  const due = lines.filter((line) => amounts.some(({ of }) => of(line) > 0n));
  return (
    <section id="month">
      <h2>Falling due by the end of {name}</h2>
      <SummaryList
        rows={[
          {
            key: "Paid so far",
            value: <a href={positionHref(startYear, "paid")}>{formatCents(paidCents)}</a>,
          },
          { key: "Due from now on, by initiative below", value: formatCents(withReservedCents - paidCents) },
          { key: "Forecast: paid so far and due", value: formatCents(withReservedCents) },
          { key: "The rest of the envelope", value: formatCents(envelopeCents - withReservedCents) },
        ]}
      />
      <Table
        caption={`Forecast payments by the end of ${name}`}
        hideCaption
        empty="No payments are forecast to fall due."
        columns={[
          {
            header: "Initiative",
            cell: (line) =>
              line.application ? <ApplicationLink application={line.application} /> : unnamedInWords(line),
          },
          ...amounts.map(
            ({ header, of }): Column<ForecastInitiative> => ({
              header,
              isNumeric: true,
              cell: (line) => (of(line) === 0n ? "–" : formatCents(of(line))),
            }),
          ),
        ]}
        rows={due}
        keyOf={({ applicationId }) => applicationId}
        total={["Total", ...amounts.map(({ of }) => formatCents(sumCents(due.map(of))))]}
      />
    </section>
  );
}
