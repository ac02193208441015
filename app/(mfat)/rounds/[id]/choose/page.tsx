import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import type { ChooserRow } from "#components/assessment/chooser.tsx";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { Button } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { Details } from "#components/ui/details.tsx";
import { InsetText, NotificationBanner } from "#components/ui/feedback.tsx";
import { Select } from "#components/ui/fields.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { type Column, Table } from "#components/ui/table.tsx";
import { Tag } from "#components/ui/tag.tsx";
import { keepTyping } from "#lib/auth/own-unsent.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { formatPhasing } from "#lib/budget/rules.ts";
import { entryOf, text, type Values } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { countInWords } from "#lib/platform/lists.ts";
import { formatCents } from "#lib/platform/money.ts";
import {
  type Choosing,
  type Closed,
  getScenario,
  listRuns,
  listScenarios,
  type Run,
  readChoosing,
  type Scenario,
  type ScenarioHead,
  type Settled,
} from "#lib/scenarios/queries.ts";
import { formatTotal } from "#lib/scenarios/rules.ts";
import { NAME_FIELDS, PICK, RENAME_FIELDS, valuesOfChoices } from "#lib/scenarios/schema.ts";
import { orNotFound } from "#lib/web/action.ts";
import { choose, deleteScenario, renameScenario } from "./actions.ts";
import { ChooseForm, ChooseView } from "./form.tsx";

export const metadata: Metadata = { title: "Choose within the envelope" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Values> };

export default async function Page({ params, searchParams }: Props) {
  const [actor, { id: roundId }, search] = await Promise.all([requireMfat(), params, searchParams]);
  const choosing = await orNotFound(() => readChoosing(actor, roundId));
  const asked = text(search, "scenario");
  const [scenarios, scenario, runs] = await orNotFound(() =>
    Promise.all([
      listScenarios(actor, roundId),
      asked ? getScenario(actor, roundId, asked) : null,
      asked ? listRuns(actor, roundId, asked) : [],
    ]),
  );
  const { round, rooms, candidates, settled, closed } = choosing;
  const rows = rowsOf(choosing, scenario);
  const list = { rooms, rows, settled };
  const initial = initialOf(rows);
  const markings = [...candidates, ...settled, ...closed].map(({ marking }) => marking);
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(markings)]}>
      <BackLink href="/rounds">Rounds</BackLink>
      <PageHeading title="Choose within the envelope" caption={round.name}>
        Nothing you do here moves money. An amount is reserved only when it is recommended
      </PageHeading>
      <Done done={text(search, "done")} name={scenario?.name} />
      <Scenarios roundId={roundId} scenarios={scenarios} open={scenario} />
      {scenario && <Standing scenario={scenario} runs={runs} roundId={roundId} />}
      <ClosedNote closed={closed} scenario={scenario} />
      {choosing.more > 0 && (
        <InsetText>
          We show the {candidates.length} applications with the highest totals.{" "}
          {countInWords(choosing.more, "application")} with lower totals will follow as these are recommended.
        </InsetText>
      )}
      {can(actor, "scenario:keep") ? (
        <ChooseForm
          keeping={
            await keepTyping(
              "Choose",
              [{ name: PICK }, ...rows.map(({ reference }) => ({ name: reference })), ...NAME_FIELDS],
              initial,
            )
          }
          // The key comes from the address alone: a form that was refused is still the same form, and a saved one is
          // another.
          key={`${scenario?.id} ${text(search, "saved")}`}
          {...list}
          action={choose.bind(null, roundId, scenario?.id ?? null)}
          requestId={randomUUID()}
          scenario={scenario && { name: scenario.name, revision: scenario.revision }}
          nameFields={NAME_FIELDS}
        />
      ) : (
        <ChooseView {...list} initial={initial} />
      )}
      {scenario && can(actor, "scenario:keep") && <Keeping roundId={roundId} scenario={scenario} />}
      <SettledTable settled={settled} />
      <ClosedTable closed={closed} />
    </MarkedPage>
  );
}

/** Amounts start as what was requested, and are replaced by those of the scenario. */
function rowsOf({ candidates }: Choosing, scenario: Scenario | null): ChooserRow[] {
  return candidates.map(
    ({
      reference,
      title,
      abbreviation,
      agency,
      focusArea,
      places,
      total,
      rank,
      tie,
      measured,
      requestedCents,
      requested,
      years,
      obstacle,
    }) => {
      const line = scenario?.lines.find((one) => one.reference === reference);
      const kept = line
        ? { isChosen: line.isChosen, phasing: line.phasing }
        : { isChosen: false, phasing: requested.filter(({ startYear }) => years.includes(startYear)) };
      return {
        reference,
        title,
        abbreviation,
        agency,
        focusArea,
        places,
        total,
        rank,
        tie,
        measured,
        requestedCents,
        years,
        obstacle,
        kept,
      };
    },
  );
}

function initialOf(rows: readonly ChooserRow[]): Values {
  const choices = rows.map(({ reference, kept }) => ({ reference, ...kept }));
  return valuesOfChoices(choices, (reference) => rows.find((row) => row.reference === reference)?.years ?? []);
}

const DONE: Record<string, (name: string) => string> = {
  created: (name) => `You have added the scenario “${name}”.`,
  saved: (name) => `You have saved the scenario “${name}”.`,
  renamed: (name) => `The scenario is now called “${name}”.`,
  deleted: () => "You have deleted the scenario.",
};

function Done({ done, name = "" }: { done: string; name?: string | undefined }) {
  const sentence = entryOf(DONE, done)?.(name);
  return sentence ? <NotificationBanner kind="success">{sentence}</NotificationBanner> : null;
}

type ScenariosProps = { roundId: string; scenarios: readonly ScenarioHead[]; open: Scenario | null };

function Scenarios({ roundId, scenarios, open }: ScenariosProps) {
  if (scenarios.length === 0) return null;
  return (
    <section aria-labelledby="scenarios">
      <h2 id="scenarios">Scenarios</h2>
      <Table
        caption="Scenarios of this round"
        hideCaption
        columns={[
          {
            header: "Scenario",
            cell: ({ id, name }) =>
              id === open?.id ? (
                <>
                  {name} <Tag>Open</Tag>
                </>
              ) : (
                <a href={`/rounds/${roundId}/choose?scenario=${id}`}>{name}</a>
              ),
          },
          { header: "Ticked", isNumeric: true, cell: ({ count }) => count },
          {
            header: "Saved",
            cell: ({ savedAt, savedBy }) => (
              <>
                {savedBy}, <time dateTime={savedAt.toISOString()}>{formatInstant(savedAt)}</time>
              </>
            ),
          },
          {
            header: "Created",
            cell: ({ createdAt, createdBy }) => (
              <>
                {createdBy}, <time dateTime={createdAt.toISOString()}>{formatInstant(createdAt)}</time>
              </>
            ),
          },
        ]}
        rows={scenarios}
        keyOf={({ id }) => id}
      />
      {open && (
        <p>
          <a href={`/rounds/${roundId}/choose`}>Start a new scenario</a>
        </p>
      )}
      {scenarios.length > 1 && <Compare roundId={roundId} scenarios={scenarios} open={open} />}
    </section>
  );
}

function Compare({ roundId, scenarios, open }: ScenariosProps) {
  const options = scenarios.map(({ id, name }) => ({ value: id, label: name }));
  const first = open?.id ?? options[0]?.value ?? "";
  const second = options.find(({ value }) => value !== first)?.value;
  return (
    <Details summary="Compare two scenarios">
      <form action={`/rounds/${roundId}/choose/compare`} className="choose-compare" aria-label="Compare two scenarios">
        <Select name="a" label="First" options={options} defaultValue={first} />
        <Select name="b" label="Second" options={options} defaultValue={second} />
        <Button kind="secondary">Compare</Button>
      </form>
    </Details>
  );
}

type StandingProps = { scenario: Scenario; runs: readonly Run[]; roundId: string };

/** Which scenario is open, and when it was turned into recommendations. */
function Standing({ scenario, runs, roundId }: StandingProps) {
  return (
    <>
      <h2>{scenario.name}</h2>
      {runs.map(({ requestId, at, by, rows }) => {
        const done = rows.filter(({ refusal }) => refusal === null).length;
        return (
          <p key={requestId}>
            Turned into recommendations by {by} on {formatInstant(at)}:{" "}
            <a href={`/rounds/${roundId}/choose/recommend?scenario=${scenario.id}&run=${requestId}`}>
              {done} of {rows.length} recommended
            </a>
          </p>
        );
      })}
    </>
  );
}

/** Warns when a scenario includes applications that the reader may not open: their amounts are left out of the sums. */
function ClosedNote({ closed, scenario }: { closed: readonly Closed[]; scenario: Scenario | null }) {
  const chosen = closed.filter(({ reference }) =>
    scenario?.lines.some((line) => line.isChosen && line.reference === reference),
  );
  if (chosen.length === 0) return null;
  const names = new Intl.ListFormat("en-NZ").format(chosen.map(({ reference }) => reference));
  return (
    <p>
      <strong>The totals below leave out {names}.</strong> You cannot open{" "}
      {chosen.length === 1 ? "it, but it is" : "them, but they are"} ticked in this scenario.
    </p>
  );
}

/** Rename and delete, out of the way of everyday work. */
function Keeping({ roundId, scenario: { id, name, revision } }: { roundId: string; scenario: Scenario }) {
  return (
    <Narrow>
      <Form
        behind={`Rename “${name}”`}
        action={renameScenario.bind(null, roundId, id)}
        fields={RENAME_FIELDS}
        initial={{ newName: name }}
        requestId={randomUUID()}
        revision={revision}
        submit="Rename"
        kind="secondary"
      />
      <Form
        behind={`Delete “${name}”`}
        action={deleteScenario.bind(null, roundId, id)}
        fields={[]}
        requestId={randomUUID()}
        revision={revision}
        submit="Delete scenario"
        kind="warning"
      />
    </Narrow>
  );
}

const SETTLED_COLUMNS: Column<Settled>[] = [
  {
    header: "Initiative",
    cell: ({ reference, title, abbreviation, measured }) => (
      <>
        <a href={`/applications/${reference}`}>{title}</a>
        <span className="app-note app-line">
          {reference} · {abbreviation}
        </span>
        {measured && <span className="app-note app-line">{measured}</span>}
      </>
    ),
  },
  { header: "State", cell: ({ state }) => <Tag kind={STATES[state].tone}>{STATES[state].label}</Tag> },
  { header: "Total", isNumeric: true, cell: ({ total }) => (total === null ? "–" : formatTotal(total)) },
  { header: "Requested", isNumeric: true, cell: ({ requestedCents }) => formatCents(requestedCents) },
  { header: "Money held", isNumeric: true, cell: ({ cents }) => (cents ? formatCents(cents) : "–") },
  { header: "By year", cell: ({ phasing }) => formatPhasing(phasing) || "–" },
];

function SettledTable({ settled }: { settled: readonly Settled[] }) {
  if (settled.length === 0) return null;
  return (
    <section aria-labelledby="settled">
      <h2 id="settled">Already recommended or decided</h2>
      <p>Their money is reserved or committed, so it is no longer available.</p>
      <Table
        caption="Applications of this round that are recommended or decided"
        hideCaption
        columns={SETTLED_COLUMNS}
        rows={settled}
        keyOf={({ reference }) => reference}
      />
    </section>
  );
}

function ClosedTable({ closed }: { closed: readonly Closed[] }) {
  if (closed.length === 0) return null;
  return (
    <section aria-labelledby="closed">
      <h2 id="closed">Applications you cannot open</h2>
      <Table
        caption="Applications of this round you cannot open"
        hideCaption
        columns={[
          {
            header: "Initiative",
            cell: ({ title, reference, abbreviation }) => (
              <>
                {title}
                <span className="app-note app-line">
                  {reference} · {abbreviation}
                </span>
              </>
            ),
          },
          { header: "State", cell: ({ state }) => STATES[state].label },
          {
            header: "Why you cannot tick it",
            cell: ({ isRecused, reference }) =>
              isRecused ? (
                "You declared an interest in it, so somebody else needs to recommend it."
              ) : (
                <a href={`/applications/${reference}/interests`}>
                  Declare your interests<span className="govuk-visually-hidden"> in {reference}</span> first
                </a>
              ),
          },
        ]}
        rows={closed}
        keyOf={({ reference }) => reference}
      />
    </section>
  );
}
