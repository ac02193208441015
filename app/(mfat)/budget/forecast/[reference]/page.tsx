import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { getForecastInitiative, listNotes } from "#lib/budget/forecast/queries.ts";
import type { Expectation } from "#lib/budget/forecast/rules.ts";
import { EXPECTATION_FIELDS, FIRST_EXPECTATION_FIELDS } from "#lib/budget/forecast/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, formatDay, formatInstant, yearEndsOn } from "#lib/platform/dates.ts";
import { formatCents, formatYear, typedCents } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";
import { noteExpectation } from "./actions.ts";

export const metadata: Metadata = { title: "Note what you expect" };

type PageProps = { params: Promise<{ reference: string }>; searchParams: Promise<Values> };

export default async function Page({ params, searchParams }: PageProps) {
  const [actor, { reference }, search] = await Promise.all([requireMfat("expectation:note"), params, searchParams]);
  const today = dayOf(now());
  const year = text(search, "year");
  const startYear = /^\d{4}$/.test(year) ? Number(year) : financialYearOf(today);
  const one = await orNotFound(() => getForecastInitiative(actor, startYear, reference, today));
  const notes = await listNotes(actor, startYear, one.applicationId);
  const { application, committedCents, paidCents, forecastCents, expectation } = one;
  const lastDay = formatDay(yearEndsOn(startYear));
  const back = `/budget/forecast?year=${startYear}`;
  return (
    <MarkedPage marking={MARKING_LABELS[application.marking]}>
      <Narrow>
        <BackLink href={back}>Forecast {formatYear(startYear)}</BackLink>
        <PageHeading title="Note what you expect">
          {application.title} · <span className="app-nowrap">{application.reference}</span>
        </PageHeading>
        <p>
          If you know more than the forecast, note how much will be paid in total by {lastDay}. Your amount replaces the
          forecast for this initiative. It does not move any money.
        </p>
        <SummaryList
          rows={[
            { key: `Committed in ${formatYear(startYear)}`, value: formatCents(committedCents) },
            { key: "Paid so far", value: formatCents(paidCents) },
            { key: `Forecast total by ${lastDay}`, value: formatCents(paidCents + forecastCents) },
          ]}
        />
        <Form
          action={noteExpectation}
          fields={expectation ? EXPECTATION_FIELDS : FIRST_EXPECTATION_FIELDS}
          initial={expectation?.cents != null ? { total: typedCents(expectation.cents) } : {}}
          requestId={randomUUID()}
          submit="Save note"
          cancelHref={back}
        >
          <input type="hidden" name="reference" value={application.reference} />
          <input type="hidden" name="year" value={startYear} />
          {expectation && <input type="hidden" name="isNoted" value="yes" />}
        </Form>
        {notes.length > 0 && <Notes notes={notes} />}
      </Narrow>
    </MarkedPage>
  );
}

function Notes({ notes }: { notes: readonly Expectation[] }) {
  return (
    <>
      <h2>Notes so far</h2>
      <Table
        caption="Notes so far, newest first"
        hideCaption
        columns={[
          {
            header: "Noted",
            cell: ({ at, notedBy }) => (
              <>
                {formatInstant(at)}
                <span className="app-note app-line">{notedBy}</span>
              </>
            ),
          },
          { header: "Reason", cell: ({ note }) => note },
          {
            header: "Total by 30 June",
            isNumeric: true,
            cell: ({ cents }) => (cents === null ? "Back to the forecast" : formatCents(cents)),
          },
        ]}
        rows={notes}
        keyOf={({ at }) => at.toISOString()}
      />
    </>
  );
}
