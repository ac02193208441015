import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { eachBegins } from "#components/steps/each-begins.ts";
import { EachForm, type EachRow } from "#components/steps/each-form.tsx";
import { BlockedTable, EachHead, ResultsTable } from "#components/steps/each-views.tsx";
import { Button, ButtonGroup, LinkButton } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { NotificationBanner } from "#components/ui/feedback.tsx";
import { BackLink, Views } from "#components/ui/navigation.tsx";
import { keepTyping } from "#lib/auth/own-unsent.ts";
import { requireMfat } from "#lib/auth/session.ts";
import { formatPhasing, phasedTotal } from "#lib/budget/rules.ts";
import { listConditionOptions } from "#lib/decisions/queries.ts";
import { OUTCOME_OPTIONS } from "#lib/decisions/schema.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { can, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import {
  type Candidate,
  type Choosing,
  getScenario,
  listRuns,
  type Run,
  readChoosing,
  type Scenario,
} from "#lib/scenarios/queries.ts";
import { dividedTies, outcomeOf, type Reckoning, workOut } from "#lib/scenarios/rules.ts";
import { COMMON_DECLINE_FIELDS, COMMON_FIELDS, ownFields, TIE_FIELD } from "#lib/scenarios/schema.ts";
import { orNotFound } from "#lib/web/action.ts";
import { recommendScenario } from "../actions.ts";

export const metadata: Metadata = { title: "Turn a scenario into recommendations" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Values> };

export default async function Page({ params, searchParams }: Props) {
  const [actor, { id: roundId }, search] = await Promise.all([requireMfat(), params, searchParams]);
  const [choosing, scenario, runs] = await orNotFound(() =>
    Promise.all([
      readChoosing(actor, roundId),
      getScenario(actor, roundId, text(search, "scenario")),
      listRuns(actor, roundId, text(search, "scenario")),
    ]),
  );
  const asked = text(search, "run");
  const run = runs.find(({ requestId }) => requestId === asked);
  if (asked && !run) notFound();
  const { candidates, settled, closed } = choosing;
  const markings = [...candidates, ...settled, ...closed].map(({ marking }) => marking);
  const back = `/rounds/${roundId}/choose?scenario=${scenario.id}`;
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(markings)]}>
      <BackLink href={back}>{scenario.name}</BackLink>
      {run ? (
        <Results actor={actor} run={run} choosing={choosing} back={back} />
      ) : (
        <Preview
          actor={actor}
          choosing={choosing}
          scenario={scenario}
          isWithOthers={text(search, "others") === "yes"}
          back={back}
        />
      )}
    </MarkedPage>
  );
}

type PreviewProps = {
  actor: MfatActor;
  choosing: Choosing;
  scenario: Scenario;
  /** Applications that are not ticked are recommended too: not to fund. */
  isWithOthers: boolean;
  back: string;
};

/** The preview of each recommendation, with the fields for all of them and for each. */
async function Preview({ actor, choosing, scenario, isWithOthers, back }: PreviewProps) {
  await orNotFound(async () => permit(actor, "scenario:keep"));
  const { round, rooms, candidates } = choosing;
  const choices = candidates.map((candidate) => choiceOf(scenario, candidate));
  const worked = workOut(choices, rooms);
  const isChosen = ({ reference }: Candidate) => choices.some((one) => one.reference === reference && one.isChosen);
  const asked = candidates.filter((candidate) => isWithOthers || isChosen(candidate));
  const obstacles = asked.flatMap((candidate) => {
    const why = candidate.obstacle?.text ?? noAmount(candidate, scenario);
    return why ? [{ ...candidate, why }] : [];
  });
  const rows = asked
    .filter(({ reference }) => !obstacles.some((one) => one.reference === reference))
    .map((candidate) => previewOf(candidate, scenario, worked));
  const conditions = await listConditionOptions(actor);
  const divided = dividedTies(choosing.candidates, (reference) => choiceOf(scenario, { reference }).isChosen);
  const asking = [
    ...COMMON_FIELDS,
    ...(divided.length ? [TIE_FIELD] : []),
    ...(isWithOthers ? COMMON_DECLINE_FIELDS : []),
  ];
  const fields = resolveFields(asking, { conditions });
  const address = `/rounds/${round.id}/choose/recommend?scenario=${scenario.id}`;
  return (
    <>
      <PageHeading title="Turn into recommendations" caption={`${round.name}: ${scenario.name}`}>
        Each one is recommended separately, in the order of the list. If one is refused, the others still go ahead
      </PageHeading>
      <Views
        label="What to recommend"
        views={[
          { label: "Only the ticked applications", href: address, isCurrent: !isWithOthers },
          {
            label: "Also recommend not funding the others",
            href: `${address}&others=yes`,
            isCurrent: isWithOthers,
          },
        ]}
      />
      <BlockedTable caption="Applications in this scenario you cannot recommend now, and why" rows={obstacles} />
      {rows.length === 0 ? (
        <p className="app-empty">There is nothing in this scenario that you can recommend now.</p>
      ) : (
        <Narrow>
          <EachForm
            action={recommendScenario.bind(null, round.id, scenario.id)}
            common={fields}
            rows={rows}
            keeping={await keepTyping("Recommend ticked applications", ...eachBegins(fields, rows))}
            requestId={randomUUID()}
          >
            <input type="hidden" name="revision" value={scenario.revision} />
            <ButtonGroup>
              <Button>Recommend ticked applications</Button>
              <a href={back}>Cancel</a>
            </ButtonGroup>
          </EachForm>
        </Narrow>
      )}
    </>
  );
}

const choiceOf = ({ lines }: Scenario, { reference }: Pick<Candidate, "reference">) =>
  lines.find((line) => line.reference === reference) ?? { reference, isChosen: false, phasing: [] };

/** Ticked but without an amount: neither a recommendation to fund nor one not to fund. */
function noAmount(candidate: Candidate, scenario: Scenario): string | null {
  const { isChosen, phasing } = choiceOf(scenario, candidate);
  return isChosen && phasedTotal(phasing) === 0n ? "It is ticked but has no amount." : null;
}

const outcomeLabel = (outcome: string): string =>
  OUTCOME_OPTIONS.find(({ value }) => value === outcome)?.label ?? outcome;

function previewOf(candidate: Candidate, scenario: Scenario, worked: Reckoning): EachRow {
  const { reference, agency, requestedCents } = candidate;
  const { isChosen, phasing: kept } = choiceOf(scenario, candidate);
  const phasing = isChosen ? kept : [];
  const cents = phasedTotal(phasing);
  const above = cents > requestedCents ? ", above what was requested" : "";
  const label = `${outcomeLabel(outcomeOf(cents, requestedCents))}${above}`;
  const requested = `${formatCents(requestedCents)} was requested`;
  const over = worked.rows.find((row) => row.reference === reference)?.years.filter((one) => one.overCents > 0n) ?? [];
  const what = cents ? `${label}: ${formatPhasing(phasing)}. ${requested}.` : `${label}. ${requested}.`;
  const warning = over.length
    ? `With the applications above it, ${over.map((one) => `${formatYear(one.startYear)} is over by ${formatCents(one.overCents)}`).join(" and ")}.`
    : null;
  return {
    reference,
    head: <EachHead application={candidate} agency={agency} what={what} warning={warning} />,
    tick: `Recommend ${reference} now`,
    own: ownFields(reference, { isFunded: cents > 0n, isAbove: cents > requestedCents }),
  };
}

type ResultsProps = { actor: MfatActor; run: Run; choosing: Choosing; back: string };

/** The results, row by row, as recorded. */
function Results({ actor, run, choosing, back }: ResultsProps) {
  const { round, candidates, settled } = choosing;
  const open = [...candidates, ...settled];
  const done = run.rows.filter(({ refusal }) => refusal === null).length;
  const refused = run.rows.length - done;
  const sentence = `${done} of ${run.rows.length} recommended${refused ? `, ${refused} refused` : ""}.`;
  const isOwn = run.rows.length > 0 && can(actor, "scenario:keep");
  return (
    <>
      {refused === 0 && <NotificationBanner kind="success">{sentence}</NotificationBanner>}
      <PageHeading title="Turned into recommendations" caption={`${round.name}: ${run.scenario}`}>
        {sentence} {run.by}, {formatInstant(run.at)}
      </PageHeading>
      <ResultsTable
        done="Recommended"
        rows={run.rows.map((row) => {
          const now = open.find((one) => one.reference === row.reference);
          return { ...row, now, title: now?.title ?? row.reference, what: outcomeLabel(row.outcome) };
        })}
        more={[
          {
            header: "Amount",
            isNumeric: true,
            cell: ({ amountCents, now }) => (amountCents && now ? formatCents(amountCents) : "–"),
          },
          { header: "Now", cell: ({ now }) => (now ? STATES[now.state].label : "–") },
        ]}
      />
      {isOwn && (
        <LinkButton kind={refused ? "primary" : "secondary"} href={back}>
          Back to the scenario
        </LinkButton>
      )}
    </>
  );
}
