import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { TwoPeople } from "#components/form/two-people.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { type Position, USUAL_ENVELOPE_CENTS } from "#lib/budget/rules.ts";
import { ADJUST_FIELDS, yearOptions } from "#lib/budget/schema.ts";
import { currentThreshold } from "#lib/changes/queries.ts";
import { thresholdInWords } from "#lib/changes/rules.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { formatCents, formatYear, typedCents } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";
import { adjustEnvelope } from "./actions.ts";

export const metadata: Metadata = { title: "Adjust the envelope" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("envelope:adjust"), searchParams]);
  const [positions, threshold] = await orNotFound(() => Promise.all([listPositions(actor), currentThreshold(actor)]));
  // No money can be added to a closed year: its adjustments can only be reversed.
  const open = positions.filter(({ closedAt }) => !closedAt);
  const years = open.map(({ startYear }) => startYear);
  const next = (positions.at(-1)?.startYear ?? 0) + 1;
  const year = text(search, "year");
  const isKnown = [...years, next].includes(Number(year));
  const isNew = positions.find(({ startYear }) => startYear === Number(year))?.envelopeCents === 0n;
  const proposed = isNew ? firstEnvelope(Number(year)) : {};
  return (
    <Narrow>
      <BackLink href={isKnown ? `/budget?year=${year}` : "/budget"}>Budget</BackLink>
      <PageHeading title="Adjust the envelope" />
      <p>
        The envelope is what the fund may commit in one financial year. You cannot lower it below the amount reserved
        and committed in that year.
      </p>
      <p>
        Another budget officer or an approver confirms the change. Nothing changes until then.{" "}
        {thresholdInWords(threshold)}. <a href="/budget/threshold">Change the threshold</a>
      </p>
      <Envelopes positions={open} />
      <TwoPeople actor={actor} kind="ENVELOPE" isSmallPossible={threshold > 0n}>
        <Form
          action={adjustEnvelope}
          fields={resolveFields(ADJUST_FIELDS, { years: yearOptions([...years, next]) })}
          initial={isKnown ? { year, ...proposed } : {}}
          requestId={randomUUID()}
          submit="Ask for envelope change"
          cancelHref={isKnown ? `/budget?year=${year}` : "/budget"}
        />
      </TwoPeople>
    </Narrow>
  );
}

/** The fund's usual envelope, proposed for a year that has none yet. */
const firstEnvelope = (startYear: number): Values => ({
  change: typedCents(USUAL_ENVELOPE_CENTS),
  "effectiveOn-day": "1",
  "effectiveOn-month": "7",
  "effectiveOn-year": String(startYear),
});

function Envelopes({ positions }: { positions: readonly Position[] }) {
  return (
    <Table
      caption="Envelopes now"
      onPhone="scroll"
      columns={[
        { header: "Year", cell: ({ startYear }) => formatYear(startYear) },
        { header: "Envelope", isNumeric: true, cell: ({ envelopeCents }) => formatCents(envelopeCents) },
        { header: "Available", isNumeric: true, cell: ({ availableCents }) => formatCents(availableCents) },
      ]}
      rows={positions}
      keyOf={({ startYear }) => String(startYear)}
    />
  );
}
