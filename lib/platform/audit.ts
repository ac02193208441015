import { createHash } from "node:crypto";
import { now } from "./clock.ts";
import type { Prisma } from "./db/generated/client.ts";
import type { State } from "./db/generated/enums.ts";
import type { Tx } from "./db.ts";

export type NewEvent = {
  /** Past tense: `application.withdrawn`, `permission.refused`. */
  event: string;
  /** null: a timed job, or somebody not signed in. */
  actor: { personId: string } | null;
  /** The clock's time unless given. */
  at?: Date;
  applicationId?: string;
  action?: string;
  fromState?: State;
  toState?: State;
  reason?: string;
  /** What it was done to where that is no application: `person:…`, `round:…`. */
  subject?: string;
  data?: Prisma.InputJsonObject;
  remoteAddress?: string;
  /** Of the form that asked; unique, so that the same form sent twice acts once. */
  requestId?: string;
};

/** Writes one line of the audit trail, in the transaction that it describes. */
export async function recordEvent(tx: Tx, { actor, at = now(), ...event }: NewEvent): Promise<void> {
  await tx.auditEvent.create({ data: { ...event, at, actorId: actor?.personId ?? null }, select: { id: true } });
}

/** Whether a form has acted already: what it did carries the form's own id. */
export const isRepeated = async (tx: Pick<Tx, "auditEvent">, requestId: string): Promise<boolean> =>
  (await tx.auditEvent.findUnique({ where: { requestId }, select: { id: true } })) !== null;

/** An id that is always the same for the same two words: what is done under it is done once. */
export function requestIdOf(one: string, other: string): string {
  const hash = createHash("sha256").update(`${one} ${other}`).digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
