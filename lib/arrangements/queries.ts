import { db, type Tx } from "../db.ts";
import { scopeOf } from "../lifecycle/queries.ts";
import type { Actor, MfatActor } from "../permissions.ts";

/** The offer that was sent last; null where none was. Both sides read it. */
export const findOffer = (actor: Actor, applicationId: string) =>
  db().offer.findFirst({
    where: { applicationId, application: scopeOf(actor) },
    include: { letter: { select: { text: true } } },
    orderBy: { sentAt: "desc" },
  });

/** The conditions of the approval that stands. */
export async function approvedConditions(tx: Tx, actor: MfatActor, applicationId: string): Promise<string> {
  const decision = await tx.decision.findFirst({
    where: { applicationId, outcome: "APPROVED", application: scopeOf(actor) },
    orderBy: { id: "desc" },
    select: { conditions: true },
  });
  return decision?.conditions ?? "";
}

export type SentOffer = NonNullable<Awaited<ReturnType<typeof findOffer>>>;

/** What an arrangement holds by financial year, what was paid, and its final account. An agency's begins with its offer. */
export async function readArrangement(actor: Actor, applicationId: string) {
  const isOffered = actor.side === "AGENCY" ? { offers: { some: {} } } : {};
  const where = { applicationId, application: { ...scopeOf(actor), ...isOffered } };
  const [funding, payments, acquittal] = await Promise.all([
    db().applicationFunding.findMany({ where, orderBy: { startYear: "asc" } }),
    db().payment.findMany({ where, orderBy: [{ paidOn: "asc" }, { id: "asc" }] }),
    db().acquittal.findFirst({ where }),
  ]);
  return { funding, payments, acquittal };
}

export type Arrangement = Awaited<ReturnType<typeof readArrangement>>;
