import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { StateTag } from "#components/application/application-lede.tsx";
import { DueOn } from "#components/application/due-on.tsx";
import { MineOrAll } from "#components/application/mine-or-all.tsx";
import { BudgetBar } from "#components/budget/budget-bar.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { TwoColumns } from "#components/ui/columns.tsx";
import { type Figure, Figures } from "#components/ui/figures.tsx";
import { Table } from "#components/ui/table.tsx";
import { countLookedAfterByNobody } from "#lib/applications/officers/queries.ts";
import { OFFICER_FILTER } from "#lib/applications/officers/schema.ts";
import { countRecused } from "#lib/assessments/interests/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { CLAIMS_STEPS, CLAIMS_WORDS, claimsStepPath } from "#lib/batches/claims/schema.ts";
import { countChoosable } from "#lib/batches/queries.ts";
import { BATCH_WORDS, batchPath } from "#lib/batches/schema.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { leftInWords, type Position } from "#lib/budget/rules.ts";
import { positionHref } from "#lib/budget/schema.ts";
import { countChangesToConfirm } from "#lib/changes/queries.ts";
import { formatDelegation } from "#lib/decisions/rules.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can, type MfatActor, ROLE_LABELS, seesOwnOnly } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, daysBetween, financialYearOf, formatDate } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { countOverdueReports } from "#lib/reports/queries.ts";
import { listChoosable } from "#lib/scenarios/queries.ts";
import { listPipeline, listWork, type PipelineLine, type Work } from "#lib/work/queries.ts";
import { hasWork, taskPath, workLabel } from "#lib/work/rules.ts";

export const metadata: Metadata = { title: "My work" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, sent] = await Promise.all([requireActor(), searchParams]);
  if (actor.side === "AGENCY") redirect("/home");
  const officer = text(cleanValues(sent), OFFICER_FILTER.name) === "me" && actor.roles.has("DESK") ? "me" : null;
  const [work, unkept, several, choosable, recused, overdue, pipeline, positions, changes] = await Promise.all([
    listWork(actor, officer),
    can(actor, "officer:change") ? countLookedAfterByNobody(actor) : 0,
    countChoosable(actor),
    listChoosable(actor),
    can(actor, "interest:clear") ? countRecused(actor) : 0,
    countOverdueReports(actor),
    listPipeline(actor),
    can(actor, "budget:read") ? listPositions(actor) : [],
    countChangesToConfirm(actor),
  ]);
  const year = financialYearOf(dayOf(now()));
  const position = positions.find(({ startYear }) => startYear === year);
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(work.items.map(({ marking }) => marking))]}>
      <PageHeading title="My work">{ledeOf(actor, work)}</PageHeading>
      <MineOrAll actor={actor} path="/work" query={officer ? `${OFFICER_FILTER.name}=${officer}` : ""} />
      {hasWork(actor.roles) && <WorkTable actor={actor} work={work} />}
      {unkept > 0 && (
        <p>
          <a href="/applications?state=OPEN&officer=nobody">Applications that no desk officer looks after</a> ({unkept})
        </p>
      )}
      {changes > 0 && (
        <p>
          <a href="/changes">Confirm or decline {changes === 1 ? "1 change" : `${changes} changes`}</a>
        </p>
      )}
      {recused > 0 && (
        <p>
          <a href="/settings/interests?show=recused">People recused from applications</a> ({recused})
        </p>
      )}
      {work.items.some(({ step }) => step === "recordPayment") && (
        <p>
          <a href="/budget/payments">Import payments</a>
        </p>
      )}
      {several.map(({ step, count }) => (
        <p key={step}>
          <a href={batchPath(step)}>{BATCH_WORDS[step].title}</a> ({count} ready)
        </p>
      ))}
      {CLAIMS_STEPS.filter((step) => work.items.some((item) => item.step === step)).map((step) => (
        <p key={step}>
          <a href={claimsStepPath(step)}>{CLAIMS_WORDS[step].title}</a>
        </p>
      ))}
      {choosable.map(({ id, name, count }) => (
        <p key={id}>
          <a href={`/rounds/${id}/choose`}>Choose within the envelope: {name}</a> ({count} in moderation)
        </p>
      ))}
      <p>
        <a href="/reports?state=OPEN">Reports due or waiting for review</a>
        {overdue > 0 && (
          <>
            {", "}
            <a href="/reports?state=OVERDUE">{overdue} overdue</a>
          </>
        )}
      </p>
      <TwoColumns>
        <Pipeline pipeline={pipeline} isOwn={seesOwnOnly(actor)} />
        {position && <Year position={position} />}
      </TwoColumns>
    </MarkedPage>
  );
}

/** "You have 3 tasks as desk officer · 1 more is on hold", and for an approver the limit of their delegation. */
function ledeOf({ roles, delegationCents }: MfatActor, { count, heldCount, hasMore }: Work): string {
  const as = new Intl.ListFormat("en-NZ").format([...roles].map((role) => ROLE_LABELS[role]));
  if (!hasWork(roles)) return `You have no tasks as ${as}`;
  const all = count === 0 ? "no tasks" : count === 1 ? "1 task" : `${count} tasks`;
  const tasks = hasMore ? `more than ${all}` : all;
  const held = heldCount ? ` · ${heldCount} more ${heldCount === 1 ? "is" : "are"} on hold` : "";
  const limit = roles.has("APPROVER") ? ` · your delegation: ${formatDelegation(delegationCents)}` : "";
  return `You have ${tasks} as ${as}${held}${limit}`;
}

function waited(since: Date): string {
  const days = daysBetween(dayOf(since), dayOf(now()));
  return days === 0 ? "today" : days === 1 ? "1 day" : `${days} days`;
}

function WorkTable({ actor, work: { items, count } }: { actor: MfatActor; work: Work }) {
  return (
    <>
      <Table
        caption="Your tasks, overdue first"
        hideCaption
        empty="You have no tasks. We will email you when you do."
        columns={[
          {
            header: "Step",
            cell: (item) => (
              <a href={taskPath(item)}>
                {workLabel(item.step)}
                <span className="govuk-visually-hidden"> for {item.reference}</span>
              </a>
            ),
          },
          {
            header: "Initiative",
            cell: ({ title, reference }) => (
              <>
                <a href={`/applications/${reference}`}>{title}</a>
                <span className="app-note app-line">{reference}</span>
              </>
            ),
          },
          { header: "Agency", cell: ({ agency }) => agency },
          { header: "State", cell: ({ state }) => <StateTag actor={actor} state={state} isHeld={false} /> },
          {
            header: "Waiting since",
            cell: ({ since, dueOn }) => (
              <>
                <time dateTime={since.toISOString()}>{formatDate(since)}</time>
                <span className="app-note app-line">{waited(since)}</span>
                {dueOn && (
                  <span className="app-note app-line">
                    <DueOn day={dueOn} now={now()} />
                  </span>
                )}
              </>
            ),
          },
          {
            header: "Amount",
            isNumeric: true,
            cell: ({ amountCents, amountOf }) => (
              <>
                {amountCents === null ? "–" : formatCents(amountCents)}
                {amountCents !== null && <span className="app-note app-line">{amountOf}</span>}
              </>
            ),
          },
        ]}
        rows={items}
        keyOf={({ reference, step }) => `${reference} ${step}`}
      />
      {count > items.length && (
        <p>
          Showing {items.length} of {count} tasks: those that have waited longest.
        </p>
      )}
    </>
  );
}

type PipelineProps = { pipeline: readonly PipelineLine[]; isOwn: boolean };

/** `isOwn`: these are the applications that the reader assesses or advises on, not all of the fund's. */
function Pipeline({ pipeline, isOwn }: PipelineProps) {
  return (
    <section>
      <h2>{isOwn ? "Your applications, by state" : "Applications by state"}</h2>
      <Table
        caption="Applications by state"
        hideCaption
        onPhone="fit"
        columns={[
          {
            header: "State",
            cell: ({ state }) => <a href={`/applications?state=${state}`}>{STATES[state].label}</a>,
          },
          { header: "Number", isNumeric: true, cell: ({ count }) => count || "–" },
          {
            header: "Requested",
            isNumeric: true,
            cell: ({ state, requestedCents }) =>
              requestedCents ? <a href={`/applications?state=${state}`}>{formatCents(requestedCents)}</a> : "–",
          },
        ]}
        rows={pipeline}
        keyOf={({ state }) => state}
        total={[
          "Total",
          pipeline.reduce((sum, { count }) => sum + count, 0),
          formatCents(sumCents(pipeline.map(({ requestedCents }) => requestedCents))),
        ]}
      />
    </section>
  );
}

function Year({ position }: { position: Position }) {
  const { startYear, envelopeCents, reservedCents, committedCents, paidCents, availableCents, pipelineCents } =
    position;
  const rows = (cents: bigint, figure: Parameters<typeof positionHref>[1]) => (
    <a href={positionHref(startYear, figure)}>{formatCents(cents)}</a>
  );
  const figures: Figure[] = [
    { label: "Envelope", value: rows(envelopeCents, "envelope") },
    { label: "Paid", value: rows(paidCents, "paid"), colour: "paid" },
    { label: "Committed, not yet paid", value: rows(committedCents - paidCents, "unpaid"), colour: "committed" },
    { label: "Reserved", value: rows(reservedCents, "reserved"), colour: "reserved" },
    {
      label: "Available",
      value: rows(availableCents, "available"),
      note: <>against a pipeline of {rows(pipelineCents, "pipeline")}</>,
      colour: "available",
    },
  ];
  return (
    <section>
      <h2>Financial year {formatYear(startYear)}</h2>
      <Figures figures={figures} />
      <BudgetBar position={position} left={leftInWords(position, dayOf(now()))} />
      <p>
        <a href={`/budget?year=${startYear}`}>Open the budget</a>
      </p>
    </section>
  );
}
