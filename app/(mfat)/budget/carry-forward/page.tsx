import type { Metadata } from "next";
import { BudgetHeading } from "#components/budget/budget-heading.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listEnvelopeParts } from "#lib/budget/carry-forward/queries.ts";
import type { EnvelopeParts } from "#lib/budget/rules.ts";
import { ledgerHref, positionHref } from "#lib/budget/schema.ts";
import { listCarryForwards } from "#lib/changes/queries.ts";
import { type ChangeLine, carriedYears, changeStateInWords } from "#lib/changes/rules.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Budget: carry-forward" };

export default async function Page() {
  const actor = await requireMfat("budget:read");
  const [lines, parts] = await orNotFound(() => Promise.all([listCarryForwards(actor), listEnvelopeParts(actor)]));
  return (
    <>
      <BudgetHeading title="Carry-forward" path="/budget/carry-forward" startYear={financialYearOf(dayOf(now()))}>
        Money from one financial year to spend in the next
      </BudgetHeading>
      <p>
        A carry-forward lowers the envelope of one year and raises the next. Nothing moves until a second person
        confirms it.
      </p>
      {can(actor, "envelope:adjust") && (
        <LinkButton href="/budget/carry-forward/new">Ask for a carry-forward</LinkButton>
      )}
      <Table
        id="asked"
        caption="All carry-forwards"
        empty="Nobody has asked for a carry-forward yet."
        columns={COLUMNS}
        rows={lines}
        keyOf={({ id }) => id}
      />
      {lines.length > 0 && (
        <div className="app-found app-no-print">
          <ul>
            <Downloads path="/budget/export/carry-forward" query="" count={lines.length} />
          </ul>
        </div>
      )}
      <Table
        caption="Where the money in each envelope comes from"
        onPhone="scroll"
        columns={PARTS}
        rows={parts}
        keyOf={({ startYear }) => String(startYear)}
      />
    </>
  );
}

const COLUMNS: Column<ChangeLine>[] = [
  { header: "Years", cell: (line) => <a href={`/changes/${line.id}`}>{carriedYears(line)}</a> },
  {
    header: "Reason",
    cell: ({ reason, source }) => (
      <>
        {reason}
        <span className="app-note app-line">{source}</span>
      </>
    ),
  },
  { header: "State", cell: (line) => changeStateInWords(line, dayOf(now())) },
  {
    header: "Amount",
    isNumeric: true,
    cell: ({ id, cents }) => <a href={`/changes/${id}`}>{formatCents(cents ?? 0n)}</a>,
  },
];

const amount = (cents: bigint, href: string) => (cents === 0n ? "–" : <a href={href}>{formatCents(cents)}</a>);

const PARTS: Column<EnvelopeParts>[] = [
  {
    header: "Financial year",
    cell: ({ startYear }) => <a href={`/budget?year=${startYear}`}>{formatYear(startYear)}</a>,
  },
  {
    header: "New money",
    isNumeric: true,
    cell: ({ startYear, newCents }) => amount(newCents, ledgerHref({ startYear, kind: "NEW" })),
  },
  {
    header: "Carried forward",
    isNumeric: true,
    cell: ({ startYear, carriedCents }) => amount(carriedCents, ledgerHref({ startYear, kind: "CARRIED" })),
  },
  {
    header: "Envelope",
    isNumeric: true,
    cell: ({ startYear, envelopeCents }) => amount(envelopeCents, positionHref(startYear, "envelope")),
  },
  { header: "Asked for, coming in", isNumeric: true, cell: (one) => amount(one.askedIntoCents, "#asked") },
  { header: "Asked for, going out", isNumeric: true, cell: (one) => amount(one.askedFromCents, "#asked") },
];
