import type { Metadata } from "next";
import { StateTag } from "../../../components/application-lede.tsx";
import { ApplicationLink } from "../../../components/application-link.tsx";
import { MarkedPage } from "../../../components/marked-page.tsx";
import { PageHeading } from "../../../components/page-heading.tsx";
import { Button, LinkButton } from "../../../components/ui/buttons.tsx";
import { Select } from "../../../components/ui/fields.tsx";
import { Pagination } from "../../../components/ui/navigation.tsx";
import { Table } from "../../../components/ui/table.tsx";
import { type ApplicationFilter, listApplications } from "../../../lib/applications/queries.ts";
import { requireActor } from "../../../lib/auth/session.ts";
import { now } from "../../../lib/clock.ts";
import { dayOf, financialYearOf, formatDate } from "../../../lib/dates.ts";
import type { State } from "../../../lib/db/generated/enums.ts";
import { MARKING_LABELS } from "../../../lib/lifecycle/emails.ts";
import { highestMarking } from "../../../lib/lifecycle/rules.ts";
import { ALL_STATES, stateLabel } from "../../../lib/lifecycle/workflow.ts";
import { formatCents, formatYear } from "../../../lib/money.ts";
import { type Actor, can, seesAssignedOnly } from "../../../lib/permissions.ts";

export const metadata: Metadata = { title: "Applications" };

type Search = { state?: string; year?: string; before?: string };

export default async function Page({ searchParams }: { searchParams: Promise<Search> }) {
  const [actor, search] = await Promise.all([requireActor(), searchParams]);
  const filter = filterOf(search);
  const { rows, next } = await listApplications(actor, filter);
  const isMfat = actor.side === "MFAT";
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(rows.map(({ marking }) => marking))]}>
      <PageHeading title="Applications">{whichOf(actor)}, newest first</PageHeading>
      {can(actor, "application:create") && <LinkButton href="/applications/new">Begin an application</LinkButton>}
      {isMfat && <Filter filter={filter} />}
      <Table
        caption="Applications"
        hideCaption
        onPhone="stack"
        empty="There are none."
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          {
            header: "Initiative",
            isRowHeader: true,
            cell: (row) => <ApplicationLink application={row} />,
          },
          ...(isMfat ? [{ header: "Agency", cell: ({ agency }: { agency: string }) => agency }] : []),
          { header: "State", cell: ({ state, isHeld }) => <StateTag actor={actor} state={state} isHeld={isHeld} /> },
          { header: "Since", cell: ({ stateSince }) => <span className="app-nowrap">{formatDate(stateSince)}</span> },
          {
            header: "Requested",
            isNumeric: true,
            cell: ({ requestedCents }) => (requestedCents === 0n ? "–" : formatCents(requestedCents)),
          },
          {
            header: "Approved",
            isNumeric: true,
            cell: ({ approvedCents }) => (approvedCents === null ? "–" : formatCents(approvedCents)),
          },
        ]}
      />
      <Pagination
        label="Applications"
        next={next ? `/applications?${new URLSearchParams({ ...search, before: next })}` : undefined}
      />
    </MarkedPage>
  );
}

function whichOf(actor: Actor): string {
  if (actor.side === "AGENCY") return `Every application of ${actor.agencyName}`;
  return seesAssignedOnly(actor) ? "The applications assigned to you" : "Every application to the fund";
}

const UUID = /^[0-9a-f-]{36}$/;

function filterOf({ state, year, before }: Search): ApplicationFilter {
  return {
    ...(ALL_STATES.includes(state as State) && { state: state as State }),
    ...(/^20\d\d$/.test(year ?? "") && { startYear: Number(year) }),
    ...(UUID.test(before ?? "") && { before }),
  };
}

function Filter({ filter }: { filter: ApplicationFilter }) {
  const year = financialYearOf(dayOf(now()));
  const years = [year + 1, year, year - 1, year - 2, year - 3];
  return (
    <form className="app-search" action="/applications">
      <Select
        name="state"
        label="State"
        placeholder="All"
        defaultValue={filter.state ?? ""}
        options={ALL_STATES.map((state) => ({ value: state, label: stateLabel(state, "MFAT") }))}
      />
      <Select
        name="year"
        label="Begun in"
        placeholder="All years"
        defaultValue={filter.startYear ? String(filter.startYear) : ""}
        options={years.map((one) => ({ value: String(one), label: formatYear(one) }))}
      />
      <Button kind="secondary">Filter</Button>
    </form>
  );
}
