import { z } from "zod";
import { keepBatch, recordTaken } from "#lib/batches/commands.ts";
import { permitStep } from "#lib/batches/queries.ts";
import { BATCH_MAX } from "#lib/batches/schema.ts";
import { texts, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { requestIdOf } from "#lib/platform/audit.ts";
import { db } from "#lib/platform/db.ts";
import { invalid } from "#lib/platform/errors.ts";
import { TAKE } from "#lib/scenarios/schema.ts";
import { takeEach, takeStep } from "#lib/workflow/commands.ts";
import { getClaimsBatch, listNamedClaims } from "./queries.ts";
import { type ClaimsStep, commonFields, commonValues } from "./schema.ts";

type Request = { requestId: string; remoteAddress?: string };

/**
 * Stores which claims a step is to be taken for, so that they can be previewed with their totals. Nothing is done yet.
 * Returns the batch's id; sending the same form twice creates one batch.
 * @throws INVALID where none or too many are ticked, or one that the actor cannot see; FORBIDDEN
 */
export async function prepareClaims(
  actor: MfatActor,
  request: Request,
  step: ClaimsStep,
  values: Values,
): Promise<string> {
  permitStep(actor, step);
  return keepBatch(actor, request, step, async (tx) => {
    const common = commonValues(step, values);
    const { errors } = parseFields(commonFields(step), common, {});
    if (errors) throw invalid(errors);
    const names = [...new Set(texts(values, TAKE))];
    if (names.length === 0) throw invalid({ [TAKE]: "Tick at least one claim" });
    if (names.length > BATCH_MAX) throw invalid({ [TAKE]: `Tick ${BATCH_MAX} claims at most` });
    const seen = await listNamedClaims(actor, step, names, tx);
    const unseen = names.filter((name) => !seen.some(({ reference }) => reference === name));
    if (unseen.length) {
      throw invalid({ [TAKE]: `Untick the ones you cannot open: ${new Intl.ListFormat("en-NZ").format(unseen)}` });
    }
    return { values: { claims: names, common }, said: { rows: names } };
  });
}

/**
 * Takes the step for every chosen claim, each in its own transaction, using the step's own command; if one is refused,
 * the others still go ahead. The result of each is recorded, and the same batch acts only once.
 * @throws NOT_FOUND, FORBIDDEN
 */
export async function takeClaims(
  actor: MfatActor,
  { remoteAddress }: Pick<Request, "remoteAddress">,
  step: ClaimsStep,
  id: string,
): Promise<void> {
  const batch = await getClaimsBatch(actor, step, id);
  if (batch.taken) return;
  const request = { requestId: id, ...(remoteAddress && { remoteAddress }) };
  const rows = batch.names.map((reference) => ({ reference, revision: 0 }));
  const results = await takeEach(request, rows, async ({ reference: name }, own) => {
    const [reference = "", claim = ""] = name.split("/");
    // A claim's content is fixed, but the claim before it made the application's page stale.
    const { revision } = await db().application.findUniqueOrThrow({ where: { reference }, select: { revision: true } });
    await takeStep(actor, { ...own, revision }, reference, step, {
      values: { ...batch.common, claim },
      isLater: false,
    });
  });
  const cents = await listTakenCents(id, batch.names);
  const taken = results.map(({ row: { reference }, refusal }) => ({ reference, refusal, cents: cents.get(reference) }));
  await recordTaken(actor, request, "batch.taken", { step, rows: taken });
}

/** The amount in a claim's event: `paid` where a payment covered a part of the claim. */
const MONEY = z.object({ cents: z.string(), paid: z.string().optional() });

/** What the steps of a batch moved, by claim, as the steps themselves recorded it. */
async function listTakenCents(id: string, names: readonly string[]): Promise<Map<string, string>> {
  const nameOf = new Map(names.map((name) => [requestIdOf(id, name), name]));
  const events = await db().auditEvent.findMany({
    where: { requestId: { in: [...nameOf.keys()] } },
    select: { requestId: true, data: true },
  });
  return new Map(
    events.map(({ requestId, data }) => {
      const { cents, paid } = MONEY.parse(data);
      return [nameOf.get(requestId ?? "") ?? "", paid ?? cents];
    }),
  );
}
