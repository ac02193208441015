import { createHash } from "node:crypto";
import { now } from "./clock.ts";
import type { Prisma } from "./db/generated/client.ts";
import type { State } from "./db/generated/enums.ts";
import type { Tx } from "./db.ts";

/** Events that record that a record was overwritten. */
type Rewriting =
  | `${string}.${"changed" | "named" | "ended" | "restored" | "moved" | "renamed" | "deleted" | "saved" | "published" | "takenBack"}`
  | `${string}Changed`;

/**
 * A record as the person who overwrites it had seen it: `knowing` (lib/lifecycle/settings) checks that it is still the
 * same. The event for an overwritten record requires one, so a command that does not check does not compile.
 */
export class Known {
  /** Distinguishes it from objects that only have the same shape. */
  readonly #isKnown = true;
  readonly revision: number;
  constructor(revision: number) {
    this.revision = revision;
  }
  /**
   * What the event stores about it: anything written after a page was rendered has that page's revision or a later one.
   */
  get data() {
    return this.#isKnown && { revision: this.revision };
  }
}

export type NewEvent<Name extends string = string> = {
  /** Past tense: `application.withdrawn`, `permission.refused`. */
  event: Name;
  /** null: a timed job, or somebody not signed in. */
  actor: { personId: string } | null;
  /** The clock's time unless given. */
  at?: Date;
  applicationId?: string;
  action?: string;
  fromState?: State;
  toState?: State;
  reason?: string;
  /** The subject, where it is not an application: `person:…`, `round:…`. */
  subject?: string;
  data?: Prisma.InputJsonObject;
  remoteAddress?: string;
  /** From the form that asked; unique, so that the same form sent twice acts once. */
  requestId?: string;
} & (Name extends `session${string}`
  ? { known?: never }
  : Name extends Rewriting
    ? { known: Known }
    : { known?: never });

/** Writes one line of the audit trail, in the transaction that it describes. */
export async function recordEvent<Name extends string>(tx: Tx, written: NewEvent<Name>): Promise<void> {
  const { actor, at = now(), known, ...event }: Omit<NewEvent, "known"> & { known?: Known } = written;
  const data = known ? { data: { ...event.data, ...known.data } } : {};
  await tx.auditEvent.create({
    data: { ...event, ...data, at, actorId: actor?.personId ?? null },
    select: { id: true },
  });
}

/** Whether a form has already acted: what it did carries the form's own id. */
export const isRepeated = async (tx: Pick<Tx, "auditEvent">, requestId: string): Promise<boolean> =>
  (await tx.auditEvent.findUnique({ where: { requestId }, select: { id: true } })) !== null;

/** An id that is always the same for the same two words: whatever uses it happens only once. */
export function requestIdOf(one: string, other: string): string {
  const hash = createHash("sha256").update(`${one} ${other}`).digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
