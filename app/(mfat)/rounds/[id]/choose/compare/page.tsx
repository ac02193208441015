import type { Metadata } from "next";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { type Choosing, getScenario, readChoosing, type Scenario } from "#lib/scenarios/queries.ts";
import { formatTotal, leftInWords, type Reckoning, verdict, workOut } from "#lib/scenarios/rules.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Compare two scenarios" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Values> };

export default async function Page({ params, searchParams }: Props) {
  const [actor, { id: roundId }, search] = await Promise.all([requireMfat(), params, searchParams]);
  const [choosing, a, b] = await orNotFound(() =>
    Promise.all([
      readChoosing(actor, roundId),
      getScenario(actor, roundId, text(search, "a")),
      getScenario(actor, roundId, text(search, "b")),
    ]),
  );
  const [first, second] = [reckon(choosing, a), reckon(choosing, b)];
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(choosing.candidates.map(({ marking }) => marking))]}>
      <BackLink href={`/rounds/${roundId}/choose?scenario=${a.id}`}>Choose within the envelope</BackLink>
      <PageHeading title={`${a.name} and ${b.name}`} caption={choosing.round.name}>
        Two scenarios side by side, as they were saved
      </PageHeading>
      <ul>
        <li>
          <strong>{a.name}:</strong> {verdict(first)}
        </li>
        <li>
          <strong>{b.name}:</strong> {verdict(second)}
        </li>
      </ul>
      <Applications choosing={choosing} names={[a.name, b.name]} worked={[first, second]} />
      <Years names={[a.name, b.name]} worked={[first, second]} />
    </MarkedPage>
  );
}

const reckon = ({ candidates, rooms }: Choosing, { lines }: Scenario): Reckoning =>
  workOut(
    candidates.map(
      ({ reference }) =>
        lines.find((line) => line.reference === reference) ?? { reference, isChosen: false, phasing: [] },
    ),
    rooms,
  );

type Sides = { names: readonly [string, string]; worked: readonly [Reckoning, Reckoning] };

/** React would treat two scenarios with the same name as one column. */
const headers = ([a, b]: readonly [string, string]) => [a, a === b ? `${b} (second)` : b] as const;

function Applications({ choosing, names, worked }: Sides & { choosing: Choosing }) {
  const [first, second] = headers(names);
  const cents = (side: Reckoning, reference: string): bigint => {
    const row = side.rows.find((one) => one.reference === reference);
    return row?.isChosen ? row.totalCents : 0n;
  };
  const amount = (side: Reckoning, reference: string) =>
    cents(side, reference) ? formatCents(cents(side, reference)) : "–";
  return (
    <section aria-labelledby="applications">
      <h2 id="applications">Applications</h2>
      <Table
        caption="Amounts of each application in both scenarios"
        hideCaption
        empty="No application of this round is in moderation."
        columns={[
          {
            header: "Initiative",
            cell: (candidate) => (
              <>
                <ApplicationLink application={candidate} />
                {candidate.measured && <span className="app-note app-line">{candidate.measured}</span>}
                {candidate.tie && <span className="app-note app-line">{candidate.tie}</span>}
              </>
            ),
          },
          { header: "Total", isNumeric: true, cell: ({ total }) => (total === null ? "–" : formatTotal(total)) },
          { header: "Requested", isNumeric: true, cell: ({ requestedCents }) => formatCents(requestedCents) },
          { header: first, isNumeric: true, cell: ({ reference }) => amount(worked[0], reference) },
          { header: second, isNumeric: true, cell: ({ reference }) => amount(worked[1], reference) },
          {
            header: "Difference",
            isNumeric: true,
            cell: ({ reference }) => difference(cents(worked[1], reference) - cents(worked[0], reference)),
          },
        ]}
        rows={choosing.candidates}
        keyOf={({ reference }) => reference}
        total={[
          "Ticked",
          "",
          "",
          formatCents(worked[0].totalCents),
          formatCents(worked[1].totalCents),
          difference(worked[1].totalCents - worked[0].totalCents),
        ]}
      />
    </section>
  );
}

const difference = (cents: bigint): string => (cents === 0n ? "–" : `${cents > 0n ? "+" : ""}${formatCents(cents)}`);

function Years({ names, worked }: Sides) {
  const [first, second] = headers(names);
  const left = (side: Reckoning, startYear: number) => {
    const year = side.years.find((one) => one.startYear === startYear);
    if (!year) return "–";
    return year.leftCents < 0n ? <Tag kind="bad">{leftInWords(year)}</Tag> : leftInWords(year);
  };
  return (
    <section aria-labelledby="years">
      <h2 id="years">Left in each year</h2>
      <Table
        caption="What each financial year has left in both scenarios"
        hideCaption
        columns={[
          { header: "Financial year", cell: ({ startYear }) => formatYear(startYear) },
          { header: "Available", isNumeric: true, cell: ({ availableCents }) => formatCents(availableCents) },
          { header: first, isNumeric: true, cell: ({ startYear }) => left(worked[0], startYear) },
          { header: second, isNumeric: true, cell: ({ startYear }) => left(worked[1], startYear) },
        ]}
        rows={worked[0].years}
        keyOf={({ startYear }) => String(startYear)}
      />
    </section>
  );
}
