import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Form } from "#components/form/form.tsx";
import { GoneForm } from "#components/form/gone-form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { Table } from "#components/ui/table.tsx";
import { readOwnStanding } from "#lib/assessments/interests/queries.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { listCarriedInitiatives } from "#lib/budget/carry-forward/queries.ts";
import { namesOf } from "#lib/budget/ledger/queries.ts";
import type { Named } from "#lib/budget/ledger/rules.ts";
import { listPositions } from "#lib/budget/queries.ts";
import type { Moved, Position } from "#lib/budget/rules.ts";
import { getChange, listChangesBeside } from "#lib/changes/queries.ts";
import {
  CHANGE_KINDS,
  type ChangeLine,
  changeState,
  changeStateInWords,
  changeTitle,
  delegationInWords,
  mayConfirm,
  mayWithdraw,
} from "#lib/changes/rules.ts";
import { DECLINE_CHANGE_FIELDS, WITHDRAW_CHANGE_FIELDS } from "#lib/changes/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { inWords, parseFields } from "#lib/form/parse.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay, formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { orNotFound, readFailure } from "#lib/web/action.ts";
import { isStep, stepRow } from "#lib/workflow/steps.ts";
import { confirmChange, declineChange, withdrawChange } from "./actions.ts";

export const metadata: Metadata = { title: "Change that needs two people" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Values> };

export default async function Page({ params, searchParams }: Props) {
  const [actor, { id }, search] = await Promise.all([requireMfat(), params, searchParams]);
  const [change, positions] = await orNotFound(() => Promise.all([getChange(actor, id), listPositions(actor)]));
  const carried = change.kind === "CARRY_FORWARD" ? await listCarriedInitiatives(actor, id) : [];
  const ids = [...carried.map(({ applicationId }) => applicationId), change.applicationId];
  const names = await namesOf(
    actor,
    ids.flatMap((one) => one ?? []),
  );
  const touched = [change.startYear, change.kind === "CARRY_FORWARD" ? (change.startYear ?? 0) + 1 : null];
  const years = positions.filter(({ startYear }) => touched.includes(startYear));
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking([...names.values()].map(({ marking }) => marking))]}>
      <Narrow>
        <BackLink href="/changes">Changes that need two people</BackLink>
        <PageHeading title={changeTitle(change)} caption={CHANGE_KINDS[change.kind].label}>
          {changeState(change, dayOf(now()))}
        </PageHeading>
        {change.state !== "ASKED" && <GoneForm failure={await readFailure()} />}
        {text(search, "done") !== "" && change.settledAt && (
          <NotificationBanner kind="success">
            {changeStateInWords(change, dayOf(now()))}. We have emailed {toldOf(change, carried)}.
          </NotificationBanner>
        )}
        {text(search, "done") === "asked" && change.state === "ASKED" && (
          <NotificationBanner kind="success">
            We have saved your request, and emailed the desk and the people who can confirm it. Nothing changes until
            somebody else confirms it.
          </NotificationBanner>
        )}
        <SummaryList rows={[...initiativeOf(change, names), ...rowsOf(change)]} />
        {carried.length > 0 && <Carried carried={carried} names={names} />}
        {years.length > 0 && <Years years={years} isStep={change.kind === "STEP"} />}
        <Beside changes={await listChangesBeside(actor, change)} />
        <Choices actor={actor} change={change} interests={await interestsBefore(actor, change, names)} />
      </Narrow>
    </MarkedPage>
  );
}

/** Who was emailed when a change was settled: the agencies as well, where it has moved what they were promised. */
function toldOf({ askedBy, state }: ChangeLine, carried: readonly Moved[]): string {
  const hasMoved = state === "CONFIRMED" && carried.some(({ committedCents }) => committedCents > 0n);
  const agencies = hasMoved ? ["the agencies whose money it moved"] : [];
  return new Intl.ListFormat("en-NZ").format(["the desk", askedBy, ...agencies]);
}

/** Whoever confirms a step of an application takes that step, so they declare their interests first. */
async function interestsBefore(actor: MfatActor, change: ChangeLine, names: ReadonlyMap<string, Named>) {
  const { applicationId } = change;
  const named = applicationId && change.step ? names.get(applicationId) : undefined;
  const standing = named && mayConfirm(actor, change) && (await readOwnStanding(actor, applicationId ?? ""));
  if (!standing) return null;
  if (standing === "recused")
    return <p>You have an interest in {named.reference}, so somebody else needs to confirm this.</p>;
  return (
    <p>
      Before you confirm or decline this,{" "}
      <a href={`/applications/${named.reference}/interests`}>declare your interests</a> in {named.reference}, and then
      come back to this page.
    </p>
  );
}

type ChoicesProps = { actor: MfatActor; change: ChangeLine; interests: ReactNode };

/** `interests`: what the reader has to do about their interests before they confirm; null if nothing. */
function Choices({ actor, change, interests }: ChoicesProps) {
  const { id } = change;
  const isAsker = change.askedById === actor.personId;
  return (
    <>
      {interests && (
        <Panel title="Your interests come first" isAct>
          {interests}
        </Panel>
      )}
      {!interests && mayConfirm(actor, change) && (
        <Panel title={isAsker ? "Confirm this change" : "Confirm this change, or decline it"} isAct>
          <p>
            Check what it changes above.{" "}
            {isAsker
              ? "The change is small enough for one person: we record your name alone."
              : `We record your name with ${change.askedBy}’s.`}
          </p>
          <Form action={confirmChange.bind(null, id)} fields={[]} requestId={randomUUID()} submit="Confirm change" />
          {!isAsker && (
            <Form
              behind="Decline it instead"
              action={declineChange.bind(null, id)}
              fields={DECLINE_CHANGE_FIELDS}
              requestId={randomUUID()}
              submit="Decline change"
              kind="secondary"
            />
          )}
        </Panel>
      )}
      {isAsker && change.state === "ASKED" && !change.isSmall && (
        <p>You asked for this change, so somebody else needs to confirm it.</p>
      )}
      {mayWithdraw(actor, change) && (
        <Form
          behind="Withdraw this change"
          action={withdrawChange.bind(null, id)}
          fields={WITHDRAW_CHANGE_FIELDS}
          requestId={randomUUID()}
          submit="Withdraw change"
          kind="secondary"
        />
      )}
    </>
  );
}

type CarriedProps = { carried: readonly Moved[]; names: ReadonlyMap<string, Named> };

function Carried({ carried, names }: CarriedProps) {
  return (
    <Table
      caption="Initiatives carried forward with it"
      onPhone="stack"
      columns={[
        {
          header: "Initiative",
          isRowHeader: true,
          cell: ({ applicationId }) => {
            const named = names.get(applicationId);
            if (!named) return "Not assigned to you";
            return (
              <>
                <a href={`/applications/${named.reference}`}>{named.reference}</a> {named.title}
              </>
            );
          },
        },
        { header: "Committed", isNumeric: true, cell: ({ committedCents }) => formatCents(committedCents) },
        { header: "Reserved", isNumeric: true, cell: ({ reservedCents }) => formatCents(reservedCents) },
      ]}
      rows={carried}
      keyOf={({ applicationId }) => applicationId}
    />
  );
}

/** Other changes to the same years that are waiting or were confirmed recently: somebody may have asked twice. */
function Beside({ changes }: { changes: readonly ChangeLine[] }) {
  if (changes.length === 0) return null;
  return (
    <Table
      caption="Other changes to these years, waiting or confirmed in the last 30 days"
      onPhone="stack"
      columns={[
        {
          header: "Change",
          isRowHeader: true,
          cell: (one) => <a href={`/changes/${one.id}`}>{changeTitle(one)}</a>,
        },
        { header: "Reason", cell: ({ reason }) => reason },
        { header: "State", cell: (line) => changeStateInWords(line, dayOf(now())) },
      ]}
      rows={changes}
      keyOf={({ id }) => id}
    />
  );
}

/** `isStep`: the change corrects a payment, and does not change what is available. */
function Years({ years, isStep: isPaid }: { years: readonly Position[]; isStep: boolean }) {
  return (
    <Table
      caption="The years this changes, as they are now"
      onPhone="stack"
      columns={[
        {
          header: "Year",
          isRowHeader: true,
          cell: ({ startYear }) => <a href={`/budget?year=${startYear}`}>{formatYear(startYear)}</a>,
        },
        { header: "Envelope", isNumeric: true, cell: ({ envelopeCents }) => formatCents(envelopeCents) },
        { header: "Reserved", isNumeric: true, cell: ({ reservedCents }) => formatCents(reservedCents) },
        { header: "Committed", isNumeric: true, cell: ({ committedCents }) => formatCents(committedCents) },
        isPaid
          ? { header: "Paid", isNumeric: true, cell: ({ paidCents }) => formatCents(paidCents) }
          : { header: "Available", isNumeric: true, cell: ({ availableCents }) => formatCents(availableCents) },
      ]}
      rows={years}
      keyOf={({ startYear }) => String(startYear)}
    />
  );
}

/** For a step that corrects a closed year: the application, and the answers in the step's form. */
function initiativeOf({ applicationId, step, answers }: ChangeLine, names: ReadonlyMap<string, Named>) {
  const named = names.get(applicationId ?? "");
  if (!step || !isStep(step) || !answers || !named) return [];
  const { fields } = stepRow(step);
  // The change already shows the reason, and its title names the claim.
  const asked = typeof fields === "string" ? [] : fields.filter(({ kind }) => kind === "day" || kind === "text");
  const { data } = parseFields(asked, answers);
  return [
    {
      key: "Initiative",
      value: (
        <>
          <a href={`/applications/${named.reference}`}>{named.reference}</a> {named.title}
        </>
      ),
    },
    ...asked.map((field) => ({ key: field.label, value: inWords(field, data?.[field.name], {}).join(", ") })),
  ];
}

function rowsOf(change: ChangeLine) {
  const { startYear, reason, source, effectiveOn, entryId, delegationNow, limitNow } = change;
  const { askedBy, askedAt, settledBy, settledAt, settledWhy } = change;
  return [
    { key: "Reason", value: reason },
    ...(source && !change.step ? [{ key: "Source", value: source }] : []),
    ...(change.kind === "DELEGATION"
      ? [{ key: "Delegation now", value: delegationInWords({ delegation: delegationNow, cents: limitNow }) }]
      : []),
    ...(change.kind === "CLOSING" && change.state === "ASKED"
      ? [{ key: "Before you confirm", value: <a href={`/budget/year-end?year=${startYear}`}>Read its year end</a> }]
      : []),
    ...(effectiveOn ? [{ key: "Takes effect on", value: formatDay(effectiveOn) }] : []),
    ...(entryId === null
      ? []
      : [
          {
            key: "Entry to reverse",
            value: (
              <a href={`/budget/ledger?year=${startYear}&kind=ADJUST#entry-${entryId}`}>Entry {String(entryId)}</a>
            ),
          },
        ]),
    { key: "Asked for by", value: `${askedBy}, ${formatInstant(askedAt)}` },
    ...(settledAt
      ? [{ key: changeState(change, dayOf(now())), value: `${formatInstant(settledAt)}, ${settledBy}` }]
      : []),
    ...(settledWhy ? [{ key: "Why it was declined or withdrawn", value: settledWhy }] : []),
  ];
}
