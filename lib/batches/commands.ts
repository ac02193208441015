import { text, texts, type Values } from "#lib/form/fields.ts";
import { chosenLists, parseFields } from "#lib/form/parse.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { revisionInput, TAKE } from "#lib/scenarios/schema.ts";
import { takeEach, takeStep } from "#lib/workflow/commands.ts";
import { type Assessor, getBatch, listAssessors, permitStep } from "./queries.ts";
import {
  BATCH_MAX,
  type BatchStep,
  batchFields,
  commonFields,
  errorsOfRows,
  namesAssessors,
  ownFields,
  ownInput,
  valuesOfRow,
} from "./schema.ts";

type Request = { requestId: string; remoteAddress?: string };

type Prepared = { id: string; reference: string; revision: number; values: Values };

type Kept = { values: Prisma.InputJsonObject; rows?: Prisma.BatchRowCreateNestedManyWithoutBatchInput };

/**
 * Stores what a step is to be taken for, so that it can be previewed. Sending the same form twice creates one batch;
 * returns its id. `said`: what the audit trail records about it.
 */
export function keepBatch(
  actor: MfatActor,
  { requestId, remoteAddress }: Request,
  step: string,
  prepare: (tx: Tx) => Promise<Kept & { said: Prisma.InputJsonObject }>,
): Promise<string> {
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext(${requestId}))`;
    const before = await tx.auditEvent.findUnique({ where: { requestId }, select: { subject: true } });
    if (before) return before.subject?.replace("batch:", "") ?? "";
    const { said, ...kept } = await prepare(tx);
    const { id } = await tx.batch.create({
      data: { step, ...kept, preparedById: actor.personId, preparedAt: now() },
    });
    await recordEvent(tx, {
      event: "batch.prepared",
      actor,
      subject: `batch:${id}`,
      data: { step, ...said },
      requestId,
      ...(remoteAddress && { remoteAddress }),
    });
    return id;
  });
}

/** Records the results of a batch, once. `requestId`: its id. */
export function recordTaken(
  actor: MfatActor,
  request: Request,
  event: string,
  data: Prisma.InputJsonObject,
): Promise<void> {
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext(${request.requestId}))`;
    if (await isRepeated(tx, request.requestId)) return;
    await recordEvent(tx, { event, actor, subject: `batch:${request.requestId}`, data, ...request });
  });
}

/**
 * Stores which applications a step is to be taken for, and with which answers, so that it can be previewed. Nothing is
 * done yet. Returns the batch's id; sending the same form twice creates one batch.
 * @throws INVALID at the fields, FORBIDDEN
 */
export async function prepareBatch(
  actor: MfatActor,
  request: Request,
  step: BatchStep,
  values: Values,
): Promise<string> {
  permitStep(actor, step);
  return keepBatch(actor, request, step, async (tx) => {
    const rows = await prepareRows(tx, actor, step, values);
    return {
      values,
      rows: {
        create: rows.map(({ id: applicationId, revision, values: own }, position) => ({
          applicationId,
          position,
          revision,
          values: own,
        })),
      },
      said: { rows: rows.map(({ reference }) => reference) },
    };
  });
}

/**
 * What the step's own form would hold for each ticked application, checked like that form. @throws INVALID with all
 * errors at once
 */
async function prepareRows(tx: Tx, actor: MfatActor, step: BatchStep, values: Values): Promise<Prepared[]> {
  const ticked = [...new Set(texts(values, TAKE))];
  if (ticked.length === 0) throw invalid({ [TAKE]: "Tick at least one application" });
  if (ticked.length > BATCH_MAX) throw invalid({ [TAKE]: `Tick ${BATCH_MAX} applications at most` });
  const errors = { ...checkParts(step, ticked, values), ...passedDays(step, values) };
  const open = await listOpen(tx, actor, ticked);
  const assessors = namesAssessors(step)
    ? await listAssessors(
        actor,
        open.map(({ id }) => id),
        tx,
      )
    : [];
  const closed = ticked.filter((one) => !open.some(({ reference }) => reference === one));
  if (closed.length) errors[TAKE] = `Untick the ones you cannot open: ${new Intl.ListFormat("en-NZ").format(closed)}`;
  const rows: (Prepared & { errors: Record<string, string> })[] = [];
  for (const reference of ticked) {
    const application = open.find((one) => one.reference === reference);
    if (!application) continue;
    const typed = valuesOfRow(step, reference, values);
    const parsed = parseFields(batchFields(step), typed, chosenLists(batchFields(step), typed));
    const free = namesAssessors(step) ? freeOf(assessors, application.id, typed) : typed;
    const nobody = whyNobody(typed, free, assessors, application.id);
    if (nobody) errors[ownInput("assessors", reference)] = `${nobody} for ${reference}`;
    const revision = Number(text(values, revisionInput(reference))) || 0;
    rows.push({ id: application.id, reference, revision, values: free, errors: parsed.errors ?? {} });
  }
  for (const [name, message] of Object.entries(errorsOfRows(step, rows))) errors[name] ??= message;
  if (Object.keys(errors).length) throw invalid(errors);
  return rows.map(({ errors: _, ...row }) => row);
}

/** Texts that are too long, each checked for its own part. */
function checkParts(step: BatchStep, references: readonly string[], values: Values): Record<string, string> {
  const fields = [...commonFields(step), ...references.flatMap((reference) => ownFields(step, reference))];
  const texts = fields.filter(({ kind }) => kind === "longText");
  return parseFields(texts, values).errors ?? {};
}

/**
 * A deadline of today is still in the future, because it is the end of that day. A missing one is reported elsewhere.
 */
function passedDays(step: BatchStep, values: Values): Record<string, string> {
  const days = batchFields(step).filter(({ kind }) => kind === "day");
  const parsed = parseFields(days, values);
  const answers = (parsed.data ?? {}) as Record<string, Date>;
  return Object.fromEntries(
    days
      .filter(({ name }) => (answers[name] ?? dayOf(now())) < dayOf(now()))
      .map(({ name, label }) => [`${name}-day`, `${label} must be today or later`]),
  );
}

/** Of some references, those of applications that the actor may read. */
const listOpen = (tx: Tx, actor: MfatActor, references: readonly string[]) =>
  tx.application.findMany({
    where: {
      AND: [
        scopeOf(actor),
        { reference: { in: [...references] }, interests: { some: { personId: actor.personId, isRecused: false } } },
      ],
    },
    select: { id: true, reference: true },
  });

/** The chosen assessors who may be assigned to an application; the preview says who is left out, and why. */
const freeOf = (assessors: readonly Assessor[], applicationId: string, typed: Values): Values => ({
  ...typed,
  assessors: texts(typed, "assessors").filter((id) =>
    assessors.some((one) => one.id === id && !one.obstacles[applicationId]),
  ),
});

/** The error where assessors were chosen but none of them may be assigned. */
function whyNobody(typed: Values, free: Values, assessors: readonly Assessor[], applicationId: string): string | null {
  const chosen = texts(typed, "assessors");
  if (chosen.length === 0 || texts(free, "assessors").length > 0) return null;
  const why = assessors
    .filter(({ id }) => chosen.includes(id))
    .map(({ name, obstacles }) => `${name} ${obstacles[applicationId]}`);
  return why.length ? `${new Intl.ListFormat("en-NZ").format(why)}: choose somebody else` : "Choose from those listed";
}

/**
 * Takes the step for every row of a batch as previewed, each in its own transaction; if one is refused, the others
 * still go ahead. The result of each is recorded, and the same batch acts only once. `revision`: where the step sends a
 * letter, the version of the letter's text in the preview.
 * @throws NOT_FOUND, FORBIDDEN, CONFLICT where the letter's text was changed: then nothing is done
 */
export async function takeBatch(
  actor: MfatActor,
  { remoteAddress, revision }: Pick<StepRequest, "remoteAddress" | "revision">,
  step: BatchStep,
  id: string,
): Promise<void> {
  const batch = await getBatch(actor, step, id);
  if (batch.taken) return;
  if (batch.letter && batch.letter.number !== revision) {
    throw conflict(
      "Somebody changed the text of the letter after you opened this page. Nothing has changed yet: check the letters as they are now.",
    );
  }
  const request = { requestId: id, ...(remoteAddress && { remoteAddress }) };
  const results = await takeEach(request, batch.rows, (row, own) =>
    takeStep(actor, own, row.reference, step, { values: row.values, isLater: false }),
  );
  const rows = results.map(({ row: { reference }, refusal }) => ({ reference, refusal }));
  await recordTaken(actor, request, "batch.taken", { step, rows });
}
