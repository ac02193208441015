import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BudgetHeading } from "#components/budget/budget-heading.tsx";
import { Claims, Held, Reserved, Unspent } from "#components/budget/year-end.tsx";
import { Form } from "#components/form/form.tsx";
import { GoneForm, type GoneFormProps } from "#components/form/gone-form.tsx";
import { TwoPeople } from "#components/form/two-people.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { InsetText, NotificationBanner } from "#components/ui/feedback.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { namesOf } from "#lib/budget/ledger/queries.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { type Position, positionOf, stageOf } from "#lib/budget/rules.ts";
import { readYearEnd } from "#lib/budget/years/queries.ts";
import { closingNotices, closingObstacles, lifeInWords, lifeOf, type YearEnd } from "#lib/budget/years/rules.ts";
import { CLOSING_FIELDS, CUTOFF_FIELDS, MOVE_CUTOFF_FIELDS } from "#lib/budget/years/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, formatDay, yearEndsOn } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { orNotFound, readFailure } from "#lib/web/action.ts";
import { askForClosing, setCutoff } from "./actions.ts";

export const metadata: Metadata = { title: "Budget: year end" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat("budget:read"), searchParams]);
  const positions = await orNotFound(() => listPositions(actor));
  const today = dayOf(now());
  const position = positionOf(positions, text(search, "year"), financialYearOf(today)) ?? notFound();
  const { startYear } = position;
  const end = await readYearEnd(actor, startYear);
  const names = await namesOf(actor, idsOf(end));
  const failure = await readFailure();
  const mayCarry = can(actor, "envelope:adjust") && !position.closedAt && stageOf(startYear + 1, today) !== "closing";
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking([...names.values()].map(({ marking }) => marking))]}>
      <BudgetHeading
        title={`Year end ${formatYear(startYear)}`}
        path="/budget/year-end"
        startYear={startYear}
        positions={positions}
      >
        {lifeInWords(position, today)}
      </BudgetHeading>
      {position.closedAt && <GoneForm failure={failure} />}
      {text(search, "done") === "cutoff" && !failure && (
        <NotificationBanner kind="success">
          You have set the cut-off day. We have emailed the desk
          {end.unspent.some(({ unspentCents, openCents }) => unspentCents > openCents) &&
            ", and the agencies with something left to claim"}
          .
        </NotificationBanner>
      )}
      <p>
        <a href={`/budget/year-end/statement?year=${startYear}`}>Statement of {formatYear(startYear)}</a>
        {position.closedAt ? ", final" : ", not final yet"}
      </p>
      {position.closedAt ? (
        <p>
          {formatYear(startYear)} is closed, so nothing new can be promised or added in it. Agencies can still claim
          accrued work, and we still record money that comes back.
        </p>
      ) : (
        <>
          <Closing failure={failure} actor={actor} position={position} end={end} today={today} />
          <Reserved startYear={startYear} lines={end.reserved} names={names} hasEnded={today > yearEndsOn(startYear)} />
        </>
      )}
      <Unspent
        mayCarry={mayCarry}
        startYear={startYear}
        today={today}
        lines={end.unspent}
        names={names}
        isClosed={position.closedAt !== null}
      />
      <Claims end={end} names={names} />
      {!position.closedAt && <Held end={end} names={names} />}
    </MarkedPage>
  );
}

const idsOf = (end: YearEnd): string[] => [
  ...[...end.reserved, ...end.unspent, ...end.claims, ...end.advances].map(({ applicationId }) => applicationId),
  ...end.held,
];

type ClosingProps = GoneFormProps & { actor: MfatActor; position: Position; end: YearEnd; today: Date };

/** What still prevents closing, and the budget officer's two forms. */
function Closing({ failure, actor, position, end, today }: ClosingProps) {
  const { startYear, cutoffOn } = position;
  const obstacles = closingObstacles(position, end, today);
  const notices = closingNotices(end);
  const mayClose = can(actor, "envelope:adjust") && lifeOf(position, today) === "closing";
  const cutoff = cutoffOn ?? null;
  return (
    <section>
      <h2>Before you close this year</h2>
      {obstacles.length > 0 ? (
        <>
          <GoneForm failure={failure} />
          <ul>
            {obstacles.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      ) : (
        <InsetText>
          {notices.length > 0 ? "This year can be closed." : "Everything is settled. This year can be closed."}
        </InsetText>
      )}
      {notices.length > 0 && (
        <>
          <h3>These do not stop the closing, but check them first</h3>
          <ul>
            {notices.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </>
      )}
      {(end.waiting > 0 || end.earlier.length > 0) && (
        <ul className="app-plain">
          {end.earlier.map((earlier) => (
            <li key={earlier}>
              <a href={`/budget/year-end?year=${earlier}`}>Year end {formatYear(earlier)}</a>
            </li>
          ))}
          {end.waiting > 0 && (
            <li>
              <a href="/changes">Changes waiting</a>
            </li>
          )}
        </ul>
      )}
      <Narrow>
        {can(actor, "envelope:adjust") && (
          <Form
            behind={cutoff ? `Move the cut-off day (${formatDay(cutoff)})` : "Set the cut-off day"}
            action={setCutoff.bind(null, startYear)}
            fields={cutoff ? MOVE_CUTOFF_FIELDS : CUTOFF_FIELDS}
            requestId={randomUUID()}
            submit={cutoff ? "Move cut-off day" : "Set cut-off day"}
          >
            {end.claims.length > 0 && <p>{cutOff(end)}</p>}
          </Form>
        )}
        {mayClose && obstacles.length === 0 && (
          <TwoPeople actor={actor} kind="CLOSING">
            <Form
              behind="Ask for this year to be closed"
              action={askForClosing.bind(null, startYear)}
              fields={CLOSING_FIELDS}
              requestId={randomUUID()}
              submit="Ask to close this year"
            >
              <p>
                Another budget officer or an approver confirms it. The statement is then final, and nothing new can be
                promised or added in this year. Agencies can still claim accrued work.
              </p>
            </Form>
          </TwoPeople>
        )}
      </Narrow>
    </section>
  );
}

/** What a cut-off day would hold up: claims that are waiting for payment. */
function cutOff({ claims }: YearEnd): string {
  const total = formatCents(sumCents(claims.map(({ cents }) => cents)));
  const what = claims.length === 1 ? `1 claim of ${total} is` : `${claims.length} claims, ${total} in all, are`;
  return `${what} waiting for payment in this year. After the cut-off day we cannot pay them until the year is closed.`;
}
