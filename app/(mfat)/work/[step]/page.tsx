import { randomUUID } from "node:crypto";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { eachBegins } from "#components/steps/each-begins.ts";
import { EachForm, type EachRow } from "#components/steps/each-form.tsx";
import { EACH } from "#components/steps/each-parts.tsx";
import { BlockedTable, EachHead } from "#components/steps/each-views.tsx";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { Chips } from "#components/ui/filters.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Table } from "#components/ui/table.tsx";
import { keepTyping } from "#lib/auth/own-unsent.ts";
import { requireMfat } from "#lib/auth/session.ts";
import {
  type Assessor,
  type Choosable,
  findPlace,
  getBatch,
  listAssessors,
  listChoosable,
  type Ready,
} from "#lib/batches/queries.ts";
import {
  BATCH_MAX,
  BATCH_WORDS,
  type BatchStep,
  batchPath,
  commonFields,
  findBatchStep,
  namesAssessors,
  ownFields,
} from "#lib/batches/schema.ts";
import { type Field, type Option, text, texts, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { ASSESSMENT_DAYS, addWorkingDays } from "#lib/platform/working-days.ts";
import { TAKE } from "#lib/scenarios/schema.ts";
import { orNotFound } from "#lib/web/action.ts";
import { prepareBatch } from "./actions.ts";

type Props = { params: Promise<{ step: string }>; searchParams: Promise<Values> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const step = findBatchStep((await params).step);
  return { title: step ? BATCH_WORDS[step].title : "Page not found" };
}

/** Every application that the reader may take a step for now, to choose several and fill in the step's form once. */
export default async function Page({ params, searchParams }: Props) {
  const [actor, { step: address }, search] = await Promise.all([requireMfat(), params, searchParams]);
  const step = findBatchStep(address);
  if (!step) notFound();
  const place = text(search, "place");
  const [choosable, placeName] = await Promise.all([
    orNotFound(() => listChoosable(actor, step, { place })),
    place ? findPlace(place) : null,
  ]);
  if (place && !placeName) notFound();
  const { ready, blocked, undeclared } = choosable;
  const rows = ready.slice(0, BATCH_MAX);
  const markings = [...ready, ...blocked, ...undeclared].map(({ marking }) => marking);
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(markings)]}>
      <BackLink href="/work">My work</BackLink>
      <PageHeading title={BATCH_WORDS[step].title}>
        You check each one before anything changes. If one is refused, the others still go ahead
      </PageHeading>
      {placeName && (
        <Chips chips={[{ label: "Place", value: placeName, href: batchPath(step) }]} clearHref={batchPath(step)} />
      )}
      {rows.length === 0 ? (
        <p className="app-empty">There are no applications you can do this for now.</p>
      ) : (
        <Choose actor={actor} step={step} rows={rows} search={search} />
      )}
      {ready.length > rows.length && (
        <p>
          Showing the {rows.length} oldest of {ready.length} applications.
        </p>
      )}
      <BlockedTable caption="Applications you cannot do this for now, and why" rows={blocked} />
      <Undeclared rows={undeclared} />
    </MarkedPage>
  );
}

type ChooseProps = { actor: MfatActor; step: BatchStep; rows: readonly Ready[]; search: Values };

async function Choose({ actor, step, rows, search }: ChooseProps) {
  const [isAll, place] = [text(search, "tick") === "all", text(search, "place")];
  const from = text(search, "from");
  const [before, assessors] = await Promise.all([
    from ? orNotFound(() => getBatch(actor, step, from)) : null,
    namesAssessors(step)
      ? listAssessors(
          actor,
          rows.map(({ id }) => id),
        )
      : [],
  ]);
  const initial = before?.values ?? initialOf(step);
  const common = resolveFields(commonFields(step), { assessors: assessors.map(optionOf) });
  const each = rows.map((row) => eachOf(step, row, assessors));
  const keeping = await keepTyping(
    "Preview each one",
    ...eachBegins(common, each, { initial, ...(!isAll && { ticked: texts(initial, TAKE) }) }),
  );
  return (
    <Narrow>
      {rows.length > 1 && !isAll && (
        <p>
          <a href={`${batchPath(step)}?${new URLSearchParams({ ...(place && { place }), tick: "all" })}`}>
            Tick all {rows.length}
          </a>
        </p>
      )}
      <EachForm
        key={`${from} ${isAll}`}
        action={prepareBatch.bind(null, step)}
        common={common}
        rows={each}
        keeping={keeping}
        requestId={randomUUID()}
      >
        <ButtonGroup>
          <Button>Preview each one</Button>
          <a href="/work">Cancel</a>
        </ButtonGroup>
      </EachForm>
    </Narrow>
  );
}

function initialOf(step: BatchStep): Values {
  if (!namesAssessors(step)) return {};
  const due = addWorkingDays(dayOf(now()), ASSESSMENT_DAYS);
  return {
    "dueOn-day": String(due.getUTCDate()),
    "dueOn-month": String(due.getUTCMonth() + 1),
    "dueOn-year": String(due.getUTCFullYear()),
  };
}

/** How many assessments somebody already has under way. */
const optionOf = ({ id, name, underWay }: Assessor): Option => ({
  value: id,
  label: name,
  hint:
    underWay === 0
      ? "No assessments under way"
      : `${underWay} ${underWay === 1 ? "assessment" : "assessments"} under way`,
});

function eachOf(step: BatchStep, row: Ready, assessors: readonly Assessor[]): EachRow {
  const { id, reference, agency } = row;
  const free = assessors.filter(({ obstacles }) => !obstacles[id]);
  const own: readonly Field[] = ownFields(step, reference);
  return {
    reference,
    head: <EachHead application={row} agency={agency.name} what={EACH[step].what(row, assessors)} />,
    tick: `${BATCH_WORDS[step].tick} ${reference}`,
    own: resolveFields(own, { assessors: free.map(optionOf) }),
  };
}

function Undeclared({ rows }: { rows: Choosable["undeclared"] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="undeclared">
      <h2 id="undeclared">Applications you cannot open yet</h2>
      <Table
        caption="Applications in which you have not declared your interests"
        hideCaption
        columns={[
          {
            header: "Initiative",
            cell: ({ title, reference, agency }) => (
              <>
                {title}
                <span className="app-note app-line">
                  {reference} · {agency.abbreviation}
                </span>
              </>
            ),
          },
          {
            header: "What to do first",
            cell: ({ reference }) => (
              <a href={`/applications/${reference}/interests`}>
                Declare your interests<span className="govuk-visually-hidden"> in {reference}</span>
              </a>
            ),
          },
        ]}
        rows={rows}
        keyOf={({ reference }) => reference}
      />
    </section>
  );
}
