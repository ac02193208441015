import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { Form } from "#components/form/form.tsx";
import { TwoPeople } from "#components/form/two-people.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { BackLink, Views } from "#components/ui/navigation.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listMovable, type MovableLine } from "#lib/budget/carry-forward/queries.ts";
import { CARRY_FORWARD_FIELDS } from "#lib/budget/carry-forward/schema.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { stageOf } from "#lib/budget/rules.ts";
import { type Option, text, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound } from "#lib/web/action.ts";
import { askForCarryForward } from "./actions.ts";

export const metadata: Metadata = { title: "Ask for a carry-forward" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("envelope:adjust"), searchParams]);
  const positions = await orNotFound(() => listPositions(actor));
  const today = dayOf(now());
  const years = positions
    .slice(0, -1)
    .filter(({ startYear, closedAt }) => stageOf(startYear + 1, today) !== "closing" && !closedAt);
  const asked = Number(text(search, "year") || financialYearOf(today));
  // If the reader asked for one year, do not silently show another.
  const from = years.find(({ startYear }) => startYear === asked) ?? (text(search, "year") ? undefined : years[0]);
  const movable = from ? await listMovable(actor, from.startYear) : [];
  const year = formatYear(from?.startYear ?? asked);
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(movable.map(({ marking }) => marking))]}>
      <Narrow>
        <BackLink href="/budget/carry-forward">Carry-forward</BackLink>
        <PageHeading title={`Ask for a carry-forward from ${year}`}>
          {from && `${formatCents(from.availableCents)} of ${year} is not reserved or committed`}
        </PageHeading>
        <Views
          label="From the financial year"
          views={years.map(({ startYear }) => ({
            label: formatYear(startYear),
            href: `/budget/carry-forward/new?year=${startYear}`,
            isCurrent: startYear === from?.startYear,
          }))}
        />
        {from ? (
          <Ask actor={actor} startYear={from.startYear} movable={movable} />
        ) : (
          <p className="app-empty">You can no longer carry money forward from {year}.</p>
        )}
      </Narrow>
    </MarkedPage>
  );
}

type AskProps = { actor: MfatActor; startYear: number; movable: readonly MovableLine[] };

function Ask({ actor, startYear, movable }: AskProps) {
  return (
    <>
      <p>
        The money moves into the next financial year. The unspent money of the initiatives you choose moves too. This
        does not use available money in either year, and we email their agencies. Another budget officer or an approver
        confirms it. Nothing moves until then.
      </p>
      <TwoPeople actor={actor} kind="CARRY_FORWARD">
        <Form
          action={askForCarryForward}
          fields={resolveFields(
            CARRY_FORWARD_FIELDS.filter(({ name }) => name !== "fromYear"),
            { initiatives: movable.filter(({ problem }) => problem === null).map(optionOf) },
          )}
          requestId={randomUUID()}
          submit="Ask for carry-forward"
          cancelHref="/budget/carry-forward"
        >
          <input type="hidden" name="fromYear" value={startYear} />
        </Form>
      </TwoPeople>
      {movable.some(({ problem }) => problem !== null) && (
        <>
          <h2>Initiatives you cannot carry forward now</h2>
          <ul>
            {movable.flatMap(({ applicationId, problem }) =>
              problem ? [<li key={applicationId}>{problem}.</li>] : [],
            )}
          </ul>
        </>
      )}
    </>
  );
}

function optionOf({ applicationId, reference, title, agency, reservedCents, committedCents }: MovableLine): Option {
  const amounts = [
    committedCents > 0n && `${formatCents(committedCents)} committed`,
    reservedCents > 0n && `${formatCents(reservedCents)} reserved`,
  ].filter(Boolean);
  return { value: applicationId, label: `${reference}: ${amounts.join(" and ")}`, hint: `${title}, ${agency}` };
}
