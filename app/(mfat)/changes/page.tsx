import type { Metadata } from "next";
import { PageHeading } from "#components/site/page-heading.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import { listOpenChanges, listSettledChanges } from "#lib/changes/queries.ts";
import { CHANGE_KINDS, type ChangeLine, changeStateInWords, changeTitle } from "#lib/changes/rules.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";

export const metadata: Metadata = { title: "Changes that need two people" };

export default async function Page({ searchParams }: { searchParams: Promise<Values> }) {
  const [actor, search] = await Promise.all([requireMfat(), searchParams]);
  const before = text(search, "before");
  const [open, settled] = await orNotFound(() =>
    Promise.all([before ? [] : listOpenChanges(actor), listSettledChanges(actor, before)]),
  );
  return (
    <>
      <PageHeading title="Changes that need two people">
        One person asks for a change, and another confirms it
      </PageHeading>
      {text(search, "done") === "asked" && (
        <NotificationBanner kind="success">
          You have asked for the change, and we have emailed the people who can confirm it. Nothing changes until one of
          them does.
        </NotificationBanner>
      )}
      {!before && (
        <section>
          <h2>Waiting</h2>
          <Table
            caption="Changes waiting"
            hideCaption
            empty="No changes are waiting."
            columns={COLUMNS}
            rows={open}
            keyOf={({ id }) => id}
          />
        </section>
      )}
      <section>
        <h2>Settled</h2>
        <Table
          caption="Settled changes"
          hideCaption
          empty="No changes have been settled yet."
          columns={COLUMNS}
          rows={settled.lines}
          keyOf={({ id }) => id}
        />
        {settled.next && (
          <p>
            <a href={`/changes?before=${settled.next}`}>Earlier changes</a>
          </p>
        )}
      </section>
    </>
  );
}

const COLUMNS: Column<ChangeLine>[] = [
  {
    header: "Change",
    cell: (change) => (
      <>
        <a href={`/changes/${change.id}`}>{changeTitle(change)}</a>
        <span className="app-note app-line">{CHANGE_KINDS[change.kind].label}</span>
      </>
    ),
  },
  { header: "Reason", cell: ({ reason }) => reason },
  { header: "State", cell: (line) => changeStateInWords(line, dayOf(now())) },
];
