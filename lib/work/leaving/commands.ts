import { handOverApplications } from "#lib/applications/officers/commands.ts";
import { isLookedAfter } from "#lib/applications/officers/rules.ts";
import type { Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { ALL_STATES } from "#lib/lifecycle/states.ts";
import * as people from "#lib/people/commands.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { Tx } from "#lib/platform/db.ts";
import { conflict, invalid } from "#lib/platform/errors.ts";
import { listOfficersBut } from "./queries.ts";
import { HAND_OVER_FIELDS } from "./schema.ts";

type WriteRequest = { requestId: string; remoteAddress?: string };

/**
 * Ends an account, and hands over what the person looks after as the form says (HAND_OVER_FIELDS), which tells who takes it
 * over. @throws as endAccount of people; INVALID at the fields, CONFLICT where the form did not ask
 */
export function endAccount(actor: MfatActor, request: WriteRequest, id: string, values: Values): Promise<void> {
  return people.endAccount(actor, request, id, (tx) => handOver(tx, actor, request, { id, values }));
}

type Leaver = { id: string; values: Values };

/** Answers what to record of it. Where nobody of the desk stays, it stays as it is: the desk's lists have it under “Nobody”. */
async function handOver(
  tx: Tx,
  actor: MfatActor,
  request: WriteRequest,
  { id, values }: Leaver,
): Promise<Prisma.InputJsonObject> {
  const count = await tx.application.count({
    where: { deskOfficerId: id, state: { in: ALL_STATES.filter(isLookedAfter) } },
  });
  const officers = await listOfficersBut(tx, id);
  if (count === 0 || officers.length === 0) return {};
  if (values.officer === undefined) {
    throw conflict("They have been given applications to look after since. Open this page again to hand them over.");
  }
  const parsed = parseFields(HAND_OVER_FIELDS, values, {
    officers: officers.map(({ id: value, name: label }) => ({ value, label })),
  });
  if (parsed.errors) throw invalid(parsed.errors);
  const { officer: toId, reason } = parsed.data;
  return handOverApplications(tx, actor, request, { fromId: id, toId, reason });
}
