import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Letter } from "#components/application/letter.tsx";
import { Form } from "#components/form/form.tsx";
import { MarkedPage } from "#components/site/marked-page.tsx";
import { PageHeading } from "#components/site/page-heading.tsx";
import { EACH } from "#components/steps/each-parts.tsx";
import { ResultsTable } from "#components/steps/each-views.tsx";
import { ButtonGroup, LinkButton } from "#components/ui/buttons.tsx";
import { Narrow } from "#components/ui/columns.tsx";
import { InsetText, NotificationBanner, WarningText } from "#components/ui/feedback.tsx";
import { BackLink } from "#components/ui/navigation.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { SummaryList } from "#components/ui/summary-list.tsx";
import { requireMfat } from "#lib/auth/session.ts";
import {
  type Assessor,
  type Batch,
  type BatchRow,
  type BeforeEach,
  getBatch,
  listAssessors,
  listChoosable,
  readBeforeEach,
} from "#lib/batches/queries.ts";
import { BATCH_WORDS, batchPath, dueAtOf, findBatchStep, namesAssessors } from "#lib/batches/schema.ts";
import { previewLetter } from "#lib/correspondence/queries.ts";
import { text } from "#lib/form/fields.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { orNotFound } from "#lib/web/action.ts";
import { endingWords, happenedLabel, stepRow } from "#lib/workflow/steps.ts";
import { takeBatch } from "../actions.ts";

type Props = { params: Promise<{ step: string; batch: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const step = findBatchStep((await params).step);
  return { title: step ? BATCH_WORDS[step].title : "Page not found" };
}

/** The applications that the reader chose: first the preview of each, then the results. */
export default async function Page({ params }: Props) {
  const [actor, { step: address, batch: id }] = await Promise.all([requireMfat(), params]);
  const step = findBatchStep(address);
  if (!step) notFound();
  const batch = await orNotFound(() => getBatch(actor, step, id));
  return (
    <MarkedPage marking={MARKING_LABELS[highestMarking(batch.rows.map(({ marking }) => marking))]}>
      {batch.taken ? <Results batch={batch} taken={batch.taken} /> : <Preview actor={actor} batch={batch} />}
    </MarkedPage>
  );
}

type PreviewProps = { actor: MfatActor; batch: Batch };

async function Preview({ actor, batch }: PreviewProps) {
  const { id, step, rows } = batch;
  const [{ ready, blocked }, before, assessors] = await Promise.all([
    listChoosable(actor, step, { references: rows.map(({ reference }) => reference) }),
    readBeforeEach(actor, batch),
    namesAssessors(step)
      ? listAssessors(
          actor,
          rows.map((row) => row.id),
        )
      : [],
  ]);
  const back = `${batchPath(step)}?from=${id}`;
  /** Why the step would be refused at the moment. */
  const obstacleTo = (row: BatchRow): string | null => {
    if (row.isStale) return `It has changed since you chose it. It is now “${STATES[row.state].label}”.`;
    const why = blocked.find(({ reference }) => reference === row.reference)?.why;
    if (why || ready.some(({ reference }) => reference === row.reference)) {
      return why ?? before.get(row.reference)?.obstacle ?? null;
    }
    return row.isOpen ? `It is “${STATES[row.state].label}”.` : "You cannot open it.";
  };
  const count = rows.filter((row) => !obstacleTo(row)).length;
  return (
    <>
      <BackLink href={back}>Change your choices</BackLink>
      <PageHeading title="Preview each one" caption={BATCH_WORDS[step].title}>
        {rows.length === 1 ? "1 application" : `${rows.length} applications`}. Nothing has changed yet
      </PageHeading>
      <Narrow>
        {rows.map((row) => (
          <PreviewOne
            key={row.reference}
            actor={actor}
            batch={batch}
            row={row}
            obstacle={obstacleTo(row)}
            before={before.get(row.reference)}
            assessors={assessors}
          />
        ))}
        {count === 0 ? (
          <p>
            You cannot do any of these now. <a href={batchPath(step)}>Choose again</a>
          </p>
        ) : (
          <>
            {stepRow(step).isFinal && <WarningText>{endingWords(step)}</WarningText>}
            {count < rows.length && (
              <p>
                {count} of {rows.length} can be done now. The others will not change.
              </p>
            )}
            <Form
              action={takeBatch.bind(null, step, id)}
              fields={[]}
              requestId={id}
              revision={batch.letter?.number ?? 0}
              submit={BATCH_WORDS[step].submit(count)}
              kind={stepRow(step).isFinal ? "warning" : "primary"}
              cancelHref={back}
            />
          </>
        )}
      </Narrow>
    </>
  );
}

type PreviewOneProps = {
  actor: MfatActor;
  batch: Batch;
  row: BatchRow;
  obstacle: string | null;
  before: BeforeEach | undefined;
  assessors: readonly Assessor[];
};

async function PreviewOne({ actor, batch, row, obstacle, before, assessors }: PreviewOneProps) {
  const { reference, title, agency, values, isOpen } = row;
  const kind = batch.letter?.kind;
  const dueAt = dueAtOf(values);
  const written = {
    message: text(values, "message"),
    agencyText: text(values, "agencyText"),
    reason: text(values, "reason"),
    ...(dueAt && { dueAt }),
  };
  return (
    <Panel title={title} level={2}>
      <p className="app-note">
        <a href={`/applications/${reference}`}>{reference}</a> · {agency.name}
      </p>
      {obstacle && (
        <InsetText>
          <strong>Cannot be done now.</strong> {obstacle}
        </InsetText>
      )}
      {isOpen && !obstacle && (
        <>
          {[...(before?.cautions ?? []), ...(before?.ending ? [before.ending] : [])].map((caution) => (
            <WarningText key={caution}>{caution}</WarningText>
          ))}
          <SummaryList rows={await EACH[batch.step].preview({ actor, batch, row, assessors })} />
          {kind && <Letter letter={await previewLetter(actor, kind, reference, now(), { written })} level={3} />}
        </>
      )}
    </Panel>
  );
}

type ResultsProps = { batch: Batch; taken: NonNullable<Batch["taken"]> };

/** The results, as recorded. */
function Results({ batch: { step, rows }, taken }: ResultsProps) {
  const done = taken.rows.filter(({ refusal }) => refusal === null).length;
  const refused = taken.rows.length - done;
  const { title, done: words } = BATCH_WORDS[step];
  const sentence = `${done} of ${taken.rows.length} ${words}${refused ? `, ${refused} refused` : ""}.`;
  return (
    <>
      <BackLink href="/work">My work</BackLink>
      {refused === 0 && <NotificationBanner kind="success">{sentence}</NotificationBanner>}
      <PageHeading title="Results" caption={title}>
        {refused > 0 && sentence} {formatInstant(taken.at)}
      </PageHeading>
      <ResultsTable
        done={happenedLabel(step)}
        rows={taken.rows.map(({ reference, refusal }) => {
          const row = rows.find((one) => one.reference === reference);
          return {
            reference,
            title: row?.title ?? reference,
            refusal: refusal?.sentence ?? null,
            isStale: refusal?.isStale ?? false,
            what: row && !refusal ? EACH[step].done(row) : "–",
            state: row ? STATES[row.state].label : "–",
          };
        })}
        more={[{ header: "Now", cell: ({ state }) => state }]}
      />
      <ButtonGroup>
        {refused > 0 && <LinkButton href={batchPath(step)}>Choose again</LinkButton>}
        <LinkButton kind="secondary" href="/work">
          Back to my work
        </LinkButton>
      </ButtonGroup>
    </>
  );
}
