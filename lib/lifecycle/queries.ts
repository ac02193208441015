import type { Prisma } from "../db/generated/client.ts";
import { db, type Tx } from "../db.ts";
import { notFound } from "../errors.ts";
import { type Actor, seesAssignedOnly } from "../permissions.ts";
import { type Action, isAction, isForAgency, transition } from "./workflow.ts";

/**
 * The applications that exist for an actor: an agency's own; for MFAT all of them, except that who is an assessor and
 * nothing else has only what was assigned. Every query of an application begins with this.
 */
export function scopeOf(actor: Actor): Prisma.ApplicationWhereInput {
  if (actor.side === "AGENCY") return { agencyId: actor.agencyId };
  return seesAssignedOnly(actor)
    ? { assessments: { some: { assessorId: actor.personId, status: { not: "UNASSIGNED" } } } }
    : {};
}

const LOCKED = {
  agency: { select: { name: true } },
  round: {
    select: { closesAt: true, minimumAssessments: true, criteriaVersion: true, checklist: true, tellEmails: true },
  },
  duties: { select: { personId: true, kind: true } },
} satisfies Prisma.ApplicationInclude;

export type LockedApplication = Prisma.ApplicationGetPayload<{ include: typeof LOCKED }>;

/** The application, locked until the transaction ends. @throws NOT_FOUND also where it is another agency's. */
export async function lockApplication(tx: Tx, actor: Actor | null, reference: string): Promise<LockedApplication> {
  await tx.$queryRaw`SELECT 1 AS locked FROM "Application" WHERE reference = ${reference} FOR UPDATE`;
  const scope = actor ? scopeOf(actor) : {};
  const application = await tx.application.findFirst({ where: { ...scope, reference }, include: LOCKED });
  if (!application) throw notFound();
  return application;
}

export type HistoryLine = {
  id: bigint;
  at: Date;
  action: Action;
  /** A person of the reader's own side by name, with whom they were deputy for; the other side by its office. */
  by: string;
  reason: string | null;
};

/** What has happened to an application, newest first: to an agency only what is addressed to it. */
export async function listHistory(actor: Actor, applicationId: string): Promise<HistoryLine[]> {
  const events = await db().auditEvent.findMany({
    where: { applicationId, application: scopeOf(actor), action: { not: null } },
    orderBy: { id: "desc" },
    take: 200,
  });
  const people = await db().person.findMany({
    where: { id: { in: events.flatMap(({ actorId, data }) => [actorId ?? [], forOf(data) ?? []].flat()) } },
    select: { id: true, name: true, side: true, agency: { select: { name: true } } },
  });
  return events.flatMap(({ id, at, action, actorId, reason, data }) => {
    if (!action || !isAction(action) || (actor.side === "AGENCY" && !isForAgency(action))) return [];
    const person = people.find((one) => one.id === actorId);
    const isReadable = actor.side === "MFAT" || transition(action).reason === "agency";
    const of = actor.side === "MFAT" && people.find((one) => one.id === forOf(data));
    const by = `${nameFor(actor, person)}${of ? ` for ${of.name}` : ""}`;
    return { id, at, action, by, reason: isReadable ? reason : null };
  });
}

/** Whom a deputy took a step for, as its event keeps it. */
function forOf(data: Prisma.JsonValue): string | null {
  const id = data && typeof data === "object" && !Array.isArray(data) ? data.forId : null;
  return typeof id === "string" ? id : null;
}

type Named = { name: string; side: "AGENCY" | "MFAT"; agency: { name: string } | null };

function nameFor(reader: Actor, person: Named | undefined): string {
  if (!person) return "the portal";
  if (reader.side === "AGENCY") return person.side === "AGENCY" ? person.name : "MFAT";
  return person.agency ? `${person.name}, ${person.agency.name}` : person.name;
}
