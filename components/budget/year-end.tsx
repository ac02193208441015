import { LinkButton } from "#components/ui/buttons.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import type { Named } from "#lib/budget/ledger/rules.ts";
import { ledgerHref, positionHref, unspentHref } from "#lib/budget/schema.ts";
import { accrualsFrom, accruedOf, shortOf, type UnspentLine, waysOut, type YearEnd } from "#lib/budget/years/rules.ts";
import { stateLabel } from "#lib/lifecycle/states.ts";
import { CLAIM_STAGES, stageOfClaim } from "#lib/payments/rules.ts";
import { formatDate, formatDay, formatDeadline } from "#lib/platform/dates.ts";
import { formatCents, sumCents } from "#lib/platform/money.ts";

export type Names = ReadonlyMap<string, Named>;

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

type BehindProps = { named: Named | undefined; cents: bigint; href: (reference: string) => string };

/** A figure of an initiative, linked to what it adds up. */
function Behind({ named, cents, href }: BehindProps) {
  if (!named || cents === 0n) return formatCents(cents);
  return <a href={href(named.reference)}>{formatCents(cents)}</a>;
}

/** A claim’s number, linked to the claim. */
function ClaimLink({ named, number }: { named: Named | undefined; number: number }) {
  return named ? <a href={`/applications/${named.reference}#claim-${number}`}>{number}</a> : number;
}

type ReservedProps = { startYear: number; lines: YearEnd["reserved"]; names: Names; hasEnded: boolean };

export function Reserved({ startYear, lines, names, hasEnded }: ReservedProps) {
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
              <Behind
                named={names.get(applicationId)}
                cents={reservedCents}
                href={(reference) => ledgerHref({ startYear, reference })}
              />
            ),
          },
        ]}
        rows={lines}
        keyOf={({ applicationId }) => applicationId}
        {...(lines.length > 1 && {
          total: [
            "Total",
            "",
            "",
            <a key="reserved" href={positionHref(startYear, "reserved")}>
              {formatCents(sumCents(lines.map(({ reservedCents }) => reservedCents)))}
            </a>,
          ],
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

/** In a closed year the money was accrued, or was paid and has come back since; it is no longer carried forward. */
export function Unspent({ mayCarry, startYear, today, lines, names, isClosed }: UnspentProps) {
  const sum = (of: (line: UnspentLine) => bigint) => formatCents(sumCents(lines.map(of)));
  const behind = ({ applicationId }: UnspentLine, cents: bigint) => (
    <Behind named={names.get(applicationId)} cents={cents} href={(reference) => unspentHref(startYear, reference)} />
  );
  return (
    <section id="unspent">
      <h2>Committed but not paid</h2>
      {isClosed ? (
        lines.length > 0 && (
          <p>
            Agencies can still claim what was accrued when the year was closed. They cannot claim money that has come
            back since then.
          </p>
        )
      ) : (
        <p>
          Work done by 30 June but not claimed is accrued. From {formatDay(accrualsFrom(startYear))} we email each
          agency to ask about it. {waysOut(startYear, today)}
        </p>
      )}
      <Table
        caption="Committed in this year but not paid"
        hideCaption
        onPhone="stack"
        empty={isClosed ? "Everything committed is paid or released." : "Everything committed is paid."}
        columns={[
          initiative(names),
          { header: "Not paid", isNumeric: true, cell: (line) => behind(line, line.unspentCents) },
          { header: "Claimed", isNumeric: true, cell: (line) => behind(line, line.openCents) },
          {
            header: isClosed ? "Accrued, not claimed" : "Done, not claimed",
            isNumeric: true,
            cell: (line) => (
              <>
                {behind(line, line.statedCents)}
                {!isClosed && <span className="app-note app-line">{answerOf(line)}</span>}
              </>
            ),
          },
          ...(isClosed
            ? [
                {
                  header: "Accrued in total",
                  isNumeric: true,
                  cell: (line: UnspentLine) => behind(line, accruedOf(line)),
                },
              ]
            : []),
          {
            header: isClosed ? "Money returned" : "To carry forward or release",
            isNumeric: true,
            cell: (line) => behind(line, shortOf(line)),
          },
        ]}
        rows={lines}
        keyOf={({ applicationId }) => applicationId}
        {...(lines.length > 1 && {
          total: [
            "Total",
            <a key="unpaid" href={positionHref(startYear, "unpaid")}>
              {sum(({ unspentCents }) => unspentCents)}
            </a>,
            sum(({ openCents }) => openCents),
            sum(({ statedCents }) => statedCents),
            ...(isClosed ? [sum(accruedOf)] : []),
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

export function Claims({ end: { claims, advances }, names }: { end: YearEnd; names: Names }) {
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
          {
            header: "Still to be paid",
            isNumeric: true,
            cell: ({ applicationId, number, cents }) => (
              <Behind
                named={names.get(applicationId)}
                cents={cents}
                href={(reference) => `/applications/${reference}#claim-${number}`}
              />
            ),
          },
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
          {
            header: "Open",
            isNumeric: true,
            cell: ({ applicationId, number, openCents }) => (
              <Behind
                named={names.get(applicationId)}
                cents={openCents}
                href={(reference) => `/applications/${reference}#claim-${number}`}
              />
            ),
          },
        ]}
        rows={advances}
        keyOf={({ applicationId, number }) => `${applicationId}/${number}`}
      />
    </section>
  );
}

export function Held({ end: { held }, names }: { end: YearEnd; names: Names }) {
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
