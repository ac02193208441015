import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { StateTag } from "#components/application/application-lede.tsx";
import { ApplicationLink } from "#components/application/application-link.tsx";
import { DueOn } from "#components/application/due-on.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { LinkButton } from "#components/ui/buttons.tsx";
import { Details } from "#components/ui/details.tsx";
import { Figures } from "#components/ui/figures.tsx";
import { Table } from "#components/ui/table.tsx";
import { type UpcomingDate, upcomingDates } from "#lib/applications/calendar/rules.ts";
import { readAgencyHome } from "#lib/applications/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { type AgencyActor, can } from "#lib/lifecycle/permissions.ts";
import { waitsOn } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDate, formatDeadline } from "#lib/platform/dates.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { listWork } from "#lib/work/queries.ts";
import { taskPath, type WorkStep, workLabel } from "#lib/work/rules.ts";

export const metadata: Metadata = { title: "Home" };

/** The reader's tasks, and the agency's applications in progress. MFAT's people have a home page of their own. */
export default async function Page() {
  const actor = await requireActor();
  if (actor.side === "MFAT") redirect("/work");
  const at = now();
  const [{ open, startYear, ofYear }, work] = await Promise.all([readAgencyHome(actor, dayOf(at)), listWork(actor)]);
  const dates = upcomingDates(open, at);
  const mine = work.items.flatMap(({ reference, step, dueOn }) =>
    open.filter((one) => one.reference === reference).map((one) => ({ ...one, step, dueOn })),
  );
  const others = open.filter(({ reference }) => !mine.some((one) => one.reference === reference));
  return (
    <>
      <PageHeading title={actor.agencyName}>{tasksInWords(mine.length)}</PageHeading>
      {can(actor, "application:create") && <LinkButton href="/applications/new">Start an application</LinkButton>}
      {mine.length > 0 && <Applications actor={actor} title="Your tasks" header="What to do" rows={mine} />}
      <Applications
        actor={actor}
        title={mine.length > 0 ? "Other applications in progress" : "Applications in progress"}
        header="Waiting on"
        rows={others}
      />
      <Dates dates={dates} />
      <h2>Your agency in {formatYear(startYear)}</h2>
      <Year startYear={startYear} rows={ofYear} />
      <p>
        <a href="/applications">All your agency’s applications</a>
      </p>
    </>
  );
}

type Row = Awaited<ReturnType<typeof readAgencyHome>>["open"][number] & { step?: WorkStep; dueOn?: Date | null };

const tasksInWords = (count: number): string =>
  count === 0 ? "You have no tasks now" : `You have ${count} ${count === 1 ? "task" : "tasks"}`;

/** The reader's tasks. */
function taskWords({ arrangement }: Row, step: WorkStep): string {
  if (step === "submitClaim") return "Fix the returned claim";
  return step === "submitReport" ? `Submit report ${arrangement?.reports[0]?.number}` : workLabel(step);
}

/** Who it is waiting on and since when. An active arrangement waits on somebody only for a report or a variation. */
function waitWords({ state, stateSince, waiting, dueOn, arrangement }: Row): string {
  if (state === "TERMINATED") return `the acquittal since ${formatDate(stateSince)}`;
  if (state === "ACTIVE") {
    const report = dueOn ? `report ${arrangement?.reports[0]?.number}` : null;
    const variation = arrangement?.variations[0];
    const asked = variation ? `MFAT since ${formatDate(variation.askedAt)}, for a variation` : null;
    const told = [report, asked].filter(Boolean).join("; ");
    if (told || waiting?.role === "CONTRIBUTOR") return told || "–";
  }
  return waiting ? `${waitsOn(state, "AGENCY", waiting.role, waiting.step)} since ${formatDate(waiting.since)}` : "–";
}

type ApplicationsProps = { actor: AgencyActor; title: string; header: string; rows: readonly Row[] };

function Applications({ actor, title, header, rows }: ApplicationsProps) {
  return (
    <Table
      caption={title}
      onPhone="stack"
      empty="You have no applications in progress."
      rows={rows}
      keyOf={({ id, step }) => `${id} ${step}`}
      columns={[
        {
          header: "Initiative",
          isRowHeader: true,
          cell: (row) => <ApplicationLink application={row} />,
        },
        {
          header: "State",
          cell: ({ state, heldAt }) => <StateTag actor={actor} state={state} isHeld={heldAt !== null} />,
        },
        {
          header,
          cell: (row) => (
            <>
              {row.step ? (
                <a href={taskPath({ ...row, step: row.step })}>
                  {taskWords(row, row.step)}
                  <span className="govuk-visually-hidden"> for {row.reference}</span>
                </a>
              ) : (
                waitWords(row)
              )}
              {row.dueOn && (
                <span className="app-note app-line">
                  <DueOn day={row.dueOn} now={now()} />
                </span>
              )}
            </>
          ),
        },
        { header: "Requested", isNumeric: true, cell: ({ requestedCents }) => amount(requestedCents || null) },
        { header: "Approved", isNumeric: true, cell: ({ approvedCents }) => amount(approvedCents) },
      ]}
    />
  );
}

const amount = (cents: bigint | null): string => (cents === null ? "–" : formatCents(cents));

type YearRow = Awaited<ReturnType<typeof readAgencyHome>>["ofYear"][number];

/** What the agency has requested and been granted for a year, and the applications that add up to it. */
function Year({ startYear, rows }: { startYear: number; rows: readonly YearRow[] }) {
  const sum = (of: (row: YearRow) => bigint) => formatCents(sumCents(rows.map(of)));
  const requested = sum(({ requestedCents }) => requestedCents);
  const approved = sum(({ approvedCents }) => approvedCents);
  return (
    <>
      <Figures
        figures={[
          { label: "Requested", value: requested },
          { label: "Approved", value: approved },
        ]}
      />
      <Details summary={`Applications with money in ${formatYear(startYear)}`}>
        <Table
          caption={`Requested and approved in ${formatYear(startYear)}`}
          onPhone="stack"
          empty="No applications have asked for money in this year."
          rows={rows}
          keyOf={({ id }) => id}
          columns={[
            { header: "Initiative", isRowHeader: true, cell: (row) => <ApplicationLink application={row} /> },
            { header: "Requested", isNumeric: true, cell: ({ requestedCents }) => amount(requestedCents || null) },
            { header: "Approved", isNumeric: true, cell: ({ approvedCents }) => amount(approvedCents || null) },
          ]}
          total={["Total", requested, approved]}
        />
      </Details>
    </>
  );
}

/** What is due when. Also available as a calendar file. */
function Dates({ dates }: { dates: readonly UpcomingDate[] }) {
  return (
    <>
      <Table
        caption="Upcoming dates"
        onPhone="stack"
        empty="There are no dates yet."
        rows={dates}
        keyOf={({ kind, reference }) => kind + reference}
        columns={[
          {
            header: "Date",
            isRowHeader: true,
            cell: ({ kind, at }) => (kind === "end" ? formatDate(at) : formatDeadline(at)),
          },
          { header: "Event", cell: ({ what }) => what },
          { header: "Initiative", cell: (row) => <ApplicationLink application={row} /> },
        ]}
      />
      {dates.length > 0 && (
        <p>
          <a href="/home/calendar">Add these dates to your calendar (ICS)</a>
        </p>
      )}
    </>
  );
}
