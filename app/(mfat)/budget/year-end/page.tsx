import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BudgetHeading } from "#components/budget/budget-heading.tsx";
import { Form } from "#components/form/form.tsx";
import { GoneForm, type GoneFormProps } from "#components/form/gone-form.tsx";
import { TwoPeople } from "#components/form/two-people.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { InsetText, NotificationBanner } from "#components/ui/feedback.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { namesOf } from "#lib/budget/ledger/queries.ts";
import type { Named } from "#lib/budget/ledger/rules.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { type Position, positionOf, stageOf } from "#lib/budget/rules.ts";
import { ledgerQuery } from "#lib/budget/schema.ts";
import { readYearEnd } from "#lib/budget/years/queries.ts";
import {
  accrualsFrom,
  closingNotices,
  closingObstacles,
  lifeInWords,
  lifeOf,
  shortOf,
  type UnspentLine,
  waysOut,
  type YearEnd,
} from "#lib/budget/years/rules.ts";
import { CLOSING_FIELDS, CUTOFF_FIELDS, MOVE_CUTOFF_FIELDS } from "#lib/budget/years/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { stateLabel } from "#lib/lifecycle/states.ts";
import { CLAIM_STAGES, stageOfClaim } from "#lib/payments/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf, formatDate, formatDay, formatDeadline, yearEndsOn } from "#lib/platform/dates.ts";
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
          You set the cut-off day. We have emailed the desk
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
          {formatYear(startYear)} is closed: it takes no new money and no new promises. Work that was accrued can still
          be claimed and paid, and money that comes back is recorded in it.
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

type Names = ReadonlyMap<string, Named>;

const idsOf = (end: YearEnd): string[] => [
  ...[...end.reserved, ...end.unspent, ...end.claims, ...end.advances].map(({ applicationId }) => applicationId),
  ...end.held,
];

type ClosingProps = GoneFormProps & { actor: MfatActor; position: Position; end: YearEnd; today: Date };

/** What is still in the way, and the two acts of the budget officer. */
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
              submit="Ask for closing"
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

/** What a cut-off day would hold up. */
function cutOff({ claims }: YearEnd): string {
  const total = formatCents(sumCents(claims.map(({ cents }) => cents)));
  const what = claims.length === 1 ? `1 claim of ${total} is` : `${claims.length} claims, ${total} in all, are`;
  return `${what} waiting for payment in this year. After the cut-off day we cannot pay them until the year is closed.`;
}

const initiative = <Row extends { applicationId: string }>(names: Names): Column<Row> => ({
  header: "Initiative",
  isRowHeader: true,
  cell: ({ applicationId }) => <Initiative named={names.get(applicationId)} />,
});

function Initiative({ named }: { named: Named | undefined }) {
  if (!named) return "Not assigned to you";
  return (
    <>
      <a href={`/applications/${named.reference}`}>{named.reference}</a> {named.title}
      <span className="app-note app-line">{named.agency}</span>
    </>
  );
}

type BehindProps = { startYear: number; named: Named | undefined; cents: bigint };

/** A figure of an initiative, and behind it the entries of the year’s ledger. */
function Behind({ startYear, named, cents }: BehindProps) {
  if (!named || cents === 0n) return formatCents(cents);
  const query = ledgerQuery({ startYear, kind: null, reference: named.reference, month: null });
  return <a href={`/budget/ledger?${query}`}>{formatCents(cents)}</a>;
}

/** A claim’s number, which leads to it. */
function ClaimLink({ named, number }: { named: Named | undefined; number: number }) {
  return named ? <a href={`/applications/${named.reference}#claim-${number}`}>{number}</a> : number;
}

type ReservedProps = { startYear: number; lines: YearEnd["reserved"]; names: Names; hasEnded: boolean };

function Reserved({ startYear, lines, names, hasEnded }: ReservedProps) {
  return (
    <section>
      <h2>Reserved but not accepted yet</h2>
      {lines.length > 0 && (
        <p>
          None of this moves to the new year automatically.{" "}
          {hasEnded
            ? "Before you close this year, carry it forward or release it. To release it, return the recommendation or withdraw the offer."
            : "Decide on it, carry it forward or release it before 30 June."}
        </p>
      )}
      <Table
        caption="Reserved in this year"
        hideCaption
        onPhone="stack"
        empty="Nothing is reserved."
        columns={[
          initiative(names),
          { header: "State", cell: ({ state }) => stateLabel(state, "MFAT") },
          { header: "Offer open until", cell: ({ offerDueAt }) => (offerDueAt ? formatDeadline(offerDueAt) : "–") },
          {
            header: "Reserved",
            isNumeric: true,
            cell: ({ applicationId, reservedCents }) => (
              <Behind startYear={startYear} named={names.get(applicationId)} cents={reservedCents} />
            ),
          },
        ]}
        rows={lines}
        keyOf={({ applicationId }) => applicationId}
        {...(lines.length > 1 && {
          total: ["Total", "", "", formatCents(sumCents(lines.map(({ reservedCents }) => reservedCents)))],
        })}
      />
    </section>
  );
}

type UnspentProps = {
  mayCarry: boolean;
  startYear: number;
  today: Date;
  lines: readonly UnspentLine[];
  names: Names;
  isClosed: boolean;
};

/** Of a closed year it was accrued, or paid and has come back since; nothing of it is carried forward any more. */
function Unspent({ mayCarry, startYear, today, lines, names, isClosed }: UnspentProps) {
  const sum = (of: (line: UnspentLine) => bigint) => formatCents(sumCents(lines.map(of)));
  return (
    <section>
      <h2>Committed but not paid</h2>
      {isClosed ? (
        lines.length > 0 && (
          <p>
            What was accrued when the year was closed can still be claimed and paid. What has come back since then
            cannot.
          </p>
        )
      ) : (
        <p>
          Work done by 30 June but not claimed is accrued. From {formatDay(accrualsFrom(startYear))} on, each agency is
          asked about it by email. {waysOut(startYear, today)}
        </p>
      )}
      <Table
        caption="Committed in this year but not paid"
        hideCaption
        onPhone="stack"
        empty={isClosed ? "Everything committed is paid or released." : "Everything committed is paid."}
        columns={[
          initiative(names),
          {
            header: "Not paid",
            isNumeric: true,
            cell: ({ applicationId, unspentCents }) => (
              <Behind startYear={startYear} named={names.get(applicationId)} cents={unspentCents} />
            ),
          },
          { header: "Claimed", isNumeric: true, cell: ({ openCents }) => formatCents(openCents) },
          {
            header: isClosed ? "Accrued, not claimed" : "Done, not claimed",
            isNumeric: true,
            cell: (line) => (
              <>
                {formatCents(line.statedCents)}
                {!isClosed && <span className="app-note app-line">{answerOf(line)}</span>}
              </>
            ),
          },
          {
            header: isClosed ? "Came back" : "To carry forward or release",
            isNumeric: true,
            cell: (line) => formatCents(shortOf(line)),
          },
        ]}
        rows={lines}
        keyOf={({ applicationId }) => applicationId}
        {...(lines.length > 1 && {
          total: [
            "Total",
            sum(({ unspentCents }) => unspentCents),
            sum(({ openCents }) => openCents),
            sum(({ statedCents }) => statedCents),
            sum(shortOf),
          ],
        })}
      />
      {mayCarry && (
        <LinkButton kind="secondary" href={`/budget/carry-forward/new?year=${startYear}`}>
          Carry money forward
        </LinkButton>
      )}
    </section>
  );
}

function answerOf({ askedAt, statedAt }: UnspentLine): string {
  if (statedAt) return `stated ${formatDate(statedAt)}`;
  return askedAt ? `asked ${formatDate(askedAt)}, no answer yet` : "not asked yet";
}

function Claims({ end: { claims, advances }, names }: { end: YearEnd; names: Names }) {
  return (
    <section>
      <h2>Open claims and advances</h2>
      <Table
        caption="Claims waiting for payment"
        onPhone="stack"
        empty="No claims are waiting for payment."
        columns={[
          initiative(names),
          {
            header: "Claim",
            cell: ({ applicationId, number }) => <ClaimLink named={names.get(applicationId)} number={number} />,
          },
          { header: "State", cell: (claim) => CLAIM_STAGES[stageOfClaim(claim)].label },
          { header: "Claimed", cell: ({ claimedAt }) => formatDate(claimedAt) },
          { header: "Amount", isNumeric: true, cell: ({ cents }) => formatCents(cents) },
        ]}
        rows={claims}
        keyOf={({ applicationId, number }) => `${applicationId}/${number}`}
      />
      <Table
        caption="Advances still to be accounted for"
        onPhone="stack"
        empty="Every advance is accounted for."
        columns={[
          initiative(names),
          {
            header: "Claim",
            cell: ({ applicationId, number }) => <ClaimLink named={names.get(applicationId)} number={number} />,
          },
          { header: "Open", isNumeric: true, cell: ({ openCents }) => formatCents(openCents) },
        ]}
        rows={advances}
        keyOf={({ applicationId, number }) => `${applicationId}/${number}`}
      />
    </section>
  );
}

function Held({ end: { held }, names }: { end: YearEnd; names: Names }) {
  return (
    <section>
      <h2>On hold</h2>
      {held.length === 0 ? (
        <p>No initiatives with money in this year are on hold.</p>
      ) : (
        <>
          <p>The year still closes while an initiative is on hold. Settle these initiatives’ money in this year too.</p>
          <ul>
            {held.map((id) => (
              <li key={id}>
                <Initiative named={names.get(id)} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
