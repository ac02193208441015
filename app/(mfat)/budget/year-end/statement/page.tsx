import type { Metadata } from "next";
import { PaperSections } from "#components/application/paper-sections.tsx";
import { Downloads } from "#components/site/downloads.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { InsetText } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { statementPaper } from "#lib/budget/statement/paper/rules.ts";
import { readChangedSince, readStatement } from "#lib/budget/statement/queries.ts";
import type { Statement } from "#lib/budget/statement/rules.ts";
import { type Changed, changedHref } from "#lib/budget/statement/since/rules.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Budget: statement" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("budget:read"), searchParams]);
  const startYear = Number(text(search, "year") || financialYearOf(dayOf(now())));
  const statement = await orNotFound(() => readStatement(actor, startYear));
  const changed = await readChangedSince(actor, statement);
  const paper = statementPaper(statement);
  const year = formatYear(startYear);
  return (
    <MarkedPage marking={paper.marking}>
      <BackLink href={`/budget/year-end?year=${startYear}`}>Year end {year}</BackLink>
      <PageHeading title={`Statement ${year}`}>
        {statement.isFinal ? "Final, as at" : "Not final, as at"} {formatInstant(statement.at)}
      </PageHeading>
      <div className="app-found app-no-print">
        <ul>
          <li>
            <a href={`/budget/statement?year=${startYear}`} download>
              Download PDF
            </a>
          </li>
          <Downloads path="/budget/export/statement" query={`year=${startYear}`} count={statement.rows.length} />
        </ul>
      </div>
      {statement.isFinal && (
        <>
          <p className="app-no-print">
            Each figure links to what was recorded when the year was closed. A link to a claim shows it as it is today.
          </p>
          <SinceThen statement={statement} changed={changed} />
        </>
      )}
      <PaperSections sections={paper.sections} />
    </MarkedPage>
  );
}

/** A closed year's statement never changes. What was paid or came back since then is shown next to it. */
function SinceThen({ statement, changed }: { statement: Statement; changed: readonly Changed[] }) {
  const year = formatYear(statement.startYear);
  const behind = (one: Changed, cents: bigint, recorded: "THEN" | "SINCE" | null) => {
    const href = changedHref(statement, one, recorded);
    return href ? <a href={href}>{formatCents(cents)}</a> : formatCents(cents);
  };
  if (changed.length === 0) {
    return <InsetText>Nothing has changed in {year} since it was closed.</InsetText>;
  }
  return (
    <Table
      caption={`What has changed in ${year} since it was closed`}
      onPhone="scroll"
      columns={[
        { header: "Year or initiative", isRowHeader: true, cell: ({ name }) => name },
        { header: "Figure", cell: ({ figure }) => figure },
        { header: "In the statement", isNumeric: true, cell: (one) => behind(one, one.thenCents, "THEN") },
        { header: "Now", isNumeric: true, cell: (one) => behind(one, one.nowCents, null) },
        { header: "Difference", isNumeric: true, cell: (one) => behind(one, one.nowCents - one.thenCents, "SINCE") },
      ]}
      rows={changed}
      keyOf={({ name, figure }) => `${name} ${figure}`}
    />
  );
}
