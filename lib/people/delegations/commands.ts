import { askForChange, changeOnce } from "#lib/changes/commands.ts";
import { type ChangeLine, delegationInWords } from "#lib/changes/rules.ts";
import type { Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { type KeptPerson, keptPerson, knowingPerson, subjectOf } from "#lib/people/commands.ts";
import { ACTOR } from "#lib/people/queries.ts";
import { DELEGATION_FIELDS } from "#lib/people/schema.ts";
import { Known, recordEvent } from "#lib/platform/audit.ts";
import type { Tx } from "#lib/platform/db.ts";
import { conflict, DomainError, forbidden, invalid, notFound } from "#lib/platform/errors.ts";

/**
 * Asks for a new delegation limit for an approver (DELEGATION_FIELDS), which another administrator confirms.
 * @throws INVALID, CONFLICT, STATE where the person is not an approver or nothing would change, FORBIDDEN, NOT_FOUND
 */
export function changeDelegation(actor: MfatActor, request: Revised, id: string, values: Values): Promise<void> {
  permit(actor, "role:keep");
  return changeOnce(request.requestId, async (tx) => {
    const person = await keptPerson(tx, actor, id);
    await knowingPerson(tx, request, person);
    if (id === actor.personId) throw forbidden("You cannot change your own delegation. Another administrator can.");
    refuseNoApprover(person);
    const parsed = parseFields(DELEGATION_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    const { delegation, limit, reason } = parsed.data;
    if (delegation === "limit" && limit === null) throw invalid({ limit: "Enter the limit" });
    const cents = delegation === "limit" ? limit : null;
    if (delegationInWords({ delegation, cents }) === inWords(person.delegation)) throw nothingChanged();
    if (await tx.changeRequest.count({ where: { kind: "DELEGATION", personId: id, state: "ASKED" } })) {
      throw conflict(
        `Another change to the delegation of ${person.name} is waiting. Confirm, decline or withdraw it first.`,
      );
    }
    await askForChange(tx, actor, request, { kind: "DELEGATION", personId: id, delegation, cents, reason });
  });
}

function refuseNoApprover(person: KeptPerson): void {
  if (person.endedAt || !person.roles.some(({ role }) => role === "APPROVER")) {
    throw new DomainError("STATE", `${person.name} is not an approver, so has no delegation.`);
  }
}

/**
 * Before a delegation changes: waits for any decision that is being made under it, so that the change takes effect
 * afterwards; every later decision waits for the change.
 */
export async function lockDelegation(tx: Tx, personId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('people'))`;
  await tx.$queryRaw`SELECT 1 AS locked FROM "Delegation" WHERE "personId" = ${personId}::uuid FOR UPDATE`;
}

/**
 * Applies a confirmed change of a delegation, under lockDelegation; returns what to say about it. @throws STATE,
 * FORBIDDEN for the person whose delegation it is
 */
export async function applyDelegation(
  tx: Tx,
  { actor }: { actor: { personId: string } | null },
  change: ChangeLine,
): Promise<string[]> {
  const { personId, delegation, cents } = change;
  if (personId === null) throw notFound();
  const person = await tx.person.findUniqueOrThrow({ where: { id: personId }, include: ACTOR });
  refuseNoApprover(person);
  const after = delegation === "none" ? undefined : { limitCents: delegation === "limit" ? cents : null };
  if (after) await tx.delegation.upsert({ where: { personId }, create: { personId, ...after }, update: after });
  else await tx.delegation.deleteMany({ where: { personId } });
  const data = { before: inWords(person.delegation), after: delegationInWords(change) };
  await recordEvent(tx, {
    event: "delegation.changed",
    known: new Known(person.revision),
    actor,
    subject: subjectOf(personId),
    data,
  });
  return [];
}

const inWords = (held: { limitCents: bigint | null } | null): string =>
  delegationInWords({
    delegation: held ? (held.limitCents === null ? "unlimited" : "limit") : "none",
    cents: held?.limitCents ?? null,
  });
