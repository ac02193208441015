import { db, type Tx } from "../db.ts";
import { scopeOf } from "../lifecycle/queries.ts";
import type { Actor, MfatActor } from "../permissions.ts";
import { offerLetter } from "./rules.ts";

/** The offer that was sent last, with its letter; null where none was. Both sides read it. */
export const findOffer = (actor: Actor, applicationId: string) =>
  db().offer.findFirst({ where: { applicationId, application: scopeOf(actor) }, orderBy: { sentAt: "desc" } });

type Approved = {
  id: string;
  reference: string;
  title: string;
  agency: { name: string };
  approvedCents: bigint | null;
};

/** The letter of an offer, by the approval that stands. `dueAt` null: not chosen yet. */
export async function readLetter(
  actor: MfatActor,
  application: Approved,
  offer: { message: string | null; sentAt: Date; dueAt: Date | null },
  tx: Tx = db(),
): Promise<string> {
  const { id: applicationId, reference, title, agency, approvedCents } = application;
  const where = { applicationId, application: scopeOf(actor) };
  const decision = await tx.decision.findFirst({
    where: { ...where, outcome: "APPROVED" },
    orderBy: { id: "desc" },
    select: { conditions: true },
  });
  const phasing = await tx.phasing.findMany({ where: { ...where, kind: "APPROVED" }, orderBy: { startYear: "asc" } });
  return offerLetter({
    reference,
    title,
    agencyName: agency.name,
    amountCents: approvedCents ?? 0n,
    phasing,
    conditions: decision?.conditions ?? "",
    ...offer,
  });
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
