import { db } from "../db.ts";
import { scopeOf } from "../lifecycle/queries.ts";
import type { Actor } from "../permissions.ts";

/** The offer that was sent last, with its letter; null where none was. Both sides read it. */
export const findOffer = (actor: Actor, applicationId: string) =>
  db().offer.findFirst({ where: { applicationId, application: scopeOf(actor) }, orderBy: { sentAt: "desc" } });

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
