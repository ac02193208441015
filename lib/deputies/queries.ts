import type { Option } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { APPROVERS, freeToDecide, inForceOn, toldApart } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { type DeputyState, deputyState } from "./rules.ts";

const NAMES = {
  approver: { select: { id: true, name: true } },
  deputy: { select: { id: true, name: true } },
} satisfies Prisma.DeputyInclude;

export type DeputyRow = {
  id: string;
  approver: { id: string; name: string };
  deputy: { id: string; name: string };
  fromOn: Date;
  toOn: Date;
  endedAt: Date | null;
  state: DeputyState;
};

/** Whom an approver has named, and who has named them, the latest first. */
export type Deputies = { named: DeputyRow[]; namedBy: DeputyRow[] };

/** `revision`: of the approver, whose deputies count as changes of them. */
export async function listOwnDeputies(actor: MfatActor): Promise<Deputies & { revision: number }> {
  permit(actor, "deputy:name");
  const [{ revision }, deputies] = await Promise.all([
    db().person.findUniqueOrThrow({ where: { id: actor.personId }, select: { revision: true } }),
    listOf(actor.personId),
  ]);
  return { ...deputies, revision };
}

/** @throws FORBIDDEN. Somebody who does not exist has none. */
export function listDeputiesOf(actor: MfatActor, personId: string): Promise<Deputies> {
  permit(actor, "person:read");
  return listOf(personId);
}

async function listOf(personId: string): Promise<Deputies> {
  const today = dayOf(now());
  const found = await db().deputy.findMany({
    where: { OR: [{ approverId: personId }, { deputyId: personId }] },
    include: NAMES,
    orderBy: [{ fromOn: "desc" }, { id: "desc" }],
    take: 200,
  });
  const rows = found.map((row): DeputyRow => ({ ...row, state: deputyState(row, today) }));
  return {
    named: rows.filter(({ approver }) => approver.id === personId),
    namedBy: rows.filter(({ deputy }) => deputy.id === personId),
  };
}

/** Who may be named: every other approver whose account has not ended. */
export async function listDeputyOptions(actor: MfatActor): Promise<Option[]> {
  permit(actor, "deputy:name");
  const people = await db().person.findMany({
    where: { ...APPROVERS, id: { not: actor.personId } },
    select: { id: true, name: true, email: true },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  return toldApart(people).map(({ id, name }) => ({ value: id, label: name }));
}

/** A delegation that somebody may decide under. `of`: whose it is; null: their own. No limit is null. */
export type HeldDelegation = { limitCents: bigint | null; of: { id: string; name: string } | null };

/**
 * The delegations that the actor may decide an application under at this moment: their own, and those of the approvers
 * who have named them deputy, have no other part in the application, and are not recused.
 */
export async function listDelegations(
  actor: MfatActor,
  applicationId: string,
  client: Pick<Tx, "deputy"> = db(),
): Promise<HeldDelegation[]> {
  if (!actor.roles.has("APPROVER")) return [];
  const own = actor.delegationCents === undefined ? [] : [{ limitCents: actor.delegationCents, of: null }];
  const namings = await client.deputy.findMany({
    where: {
      ...inForceOn(dayOf(now())),
      deputyId: actor.personId,
      approver: { ...freeToDecide(applicationId), delegation: { isNot: null } },
    },
    select: { approver: { select: { id: true, name: true, delegation: { select: { limitCents: true } } } } },
    orderBy: [{ approver: { name: "asc" } }, { id: "asc" }],
  });
  const others = namings.map(({ approver: { delegation, ...of } }) => ({
    limitCents: delegation?.limitCents ?? null,
    of,
  }));
  return [...own, ...others];
}
