import { Words } from "#components/application/changes-view.tsx";
import type { PagePart } from "#components/ui/parts.tsx";
import { SummaryList, type SummaryRow } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { compareWords, type Stretch } from "#lib/applications/form/changes.ts";
import type { PhasedAmount } from "#lib/budget/rules.ts";
import { delegationWords } from "#lib/decisions/rules.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { formatDay, formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { listVariations, type VariationRecord } from "#lib/variations/queries.ts";
import { changesByYear, OPEN_VARIATION, VARIATION_STATES } from "#lib/variations/rules.ts";

/** Every variation of an arrangement, newest first: what it changes, who asked and decided, and why. */
export async function variationsPart(actor: Actor, applicationId: string): Promise<PagePart | null> {
  const variations = await listVariations(actor, applicationId);
  if (!variations.length) return null;
  const isOpen = variations.some(({ state }) => OPEN_VARIATION.includes(state));
  return {
    id: "variations",
    title: "Variations",
    state: `${variations.length} asked for${isOpen ? ", 1 not decided yet" : ""}`,
    body: variations.map((variation) => (
      <section key={variation.id} className="app-record">
        <h3>
          Variation {variation.number}, {variation.kindLabel.toLowerCase()}{" "}
          <VariationTag actor={actor} state={variation.state} />
        </h3>
        <VariationRecordView variation={variation} />
      </section>
    )),
  };
}

export function VariationTag({ actor, state }: { actor: Actor; state: VariationRecord["state"] }) {
  const { label, agency, tone } = VARIATION_STATES[state];
  return <Tag kind={tone}>{actor.side === "MFAT" ? label : agency}</Tag>;
}

/** What a variation changes, and what happened to it. */
export function VariationRecordView({ variation }: { variation: VariationRecord }) {
  return (
    <>
      <VariationDiff variation={variation} />
      <SummaryList rows={recordRows(variation)} />
    </>
  );
}

function recordRows({ state, kind, reason, asked, confirmed, decided, answer }: VariationRecord): SummaryRow[] {
  const delegation =
    decided && kind === "COST" && state === "APPROVED" ? delegationWords({ ...decided, outcome: "APPROVED" }) : "";
  return [
    { key: "Asked for by", value: `${asked.by}, ${formatInstant(asked.at)}: “${reason}”` },
    ...(confirmed ? [{ key: "Budget confirmed by", value: `${confirmed.by}, ${formatInstant(confirmed.at)}` }] : []),
    ...(decided
      ? [
          {
            key: `${VARIATION_STATES[state].label} by`,
            value: `${decided.by}, ${formatInstant(decided.at)}${delegation}${answer ? `: “${answer}”` : ""}`,
          },
        ]
      : []),
  ];
}

/** The current terms, or those when it was decided, next to the proposed ones. */
function VariationDiff({ variation }: { variation: VariationRecord }) {
  const { number, current, proposed } = variation;
  const before = OPEN_VARIATION.includes(variation.state) ? "Current" : "Before";
  const ends = current.endsOn && proposed.endsOn ? [current.endsOn, proposed.endsOn] : [];
  const [removed, added] = ends.map(formatDay);
  return (
    <>
      {removed && added && (
        <Sides
          label="End date"
          before={before}
          stretches={[
            { kind: "removed", text: removed },
            { kind: "added", text: added },
          ]}
        />
      )}
      {current.scope !== undefined && proposed.scope !== undefined && (
        <Sides label="What will be done" before={before} stretches={compareWords(current.scope, proposed.scope)} />
      )}
      {current.phasing && proposed.phasing && (
        <PhasingDiff number={number} before={before} current={current.phasing} proposed={proposed.phasing} />
      )}
    </>
  );
}

/** What is removed next to what is added; on a phone, below it. */
function Sides({ label, before, stretches }: { label: string; before: string; stretches: readonly Stretch[] }) {
  const without = (kind: Stretch["kind"]) => stretches.filter((stretch) => stretch.kind !== kind);
  return (
    <dl className="app-changes app-sides">
      <div>
        <dt>
          {label}: {before.toLowerCase()}
        </dt>
        <dd>
          <Words stretches={without("added")} />
        </dd>
      </div>
      <div>
        <dt>{label}: proposed</dt>
        <dd>
          <Words stretches={without("removed")} />
        </dd>
      </div>
    </dl>
  );
}

type PhasingDiffProps = { number: number; before: string; current: PhasedAmount; proposed: PhasedAmount };

function PhasingDiff({ number, before, current, proposed }: PhasingDiffProps) {
  const years = changesByYear(current, proposed);
  return (
    <Table
      caption={`Variation ${number} by financial year`}
      onPhone="stack"
      rows={years}
      keyOf={({ startYear }) => String(startYear)}
      columns={[
        { header: "Financial year", isRowHeader: true, cell: ({ startYear }) => formatYear(startYear) },
        { header: before, isNumeric: true, cell: ({ beforeCents }) => formatCents(beforeCents) },
        { header: "Proposed", isNumeric: true, cell: ({ afterCents }) => formatCents(afterCents) },
        { header: "Difference", isNumeric: true, cell: ({ changeCents }) => signed(changeCents) },
      ]}
      total={[
        "Total",
        formatCents(sumCents(years.map(({ beforeCents }) => beforeCents))),
        formatCents(sumCents(years.map(({ afterCents }) => afterCents))),
        signed(sumCents(years.map(({ changeCents }) => changeCents))),
      ]}
    />
  );
}

/** With a sign even where it is positive: "+$500.00". */
export const signed = (cents: bigint): string => (cents > 0n ? `+${formatCents(cents)}` : formatCents(cents));
