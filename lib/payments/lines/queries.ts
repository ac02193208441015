import { UUID } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { listedTo, readNamesOfDay } from "#lib/lifecycle/queries.ts";
import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import type { PaidWith } from "./rules.ts";

/** The lines of a claim, in the order of their recording. */
export const LINES = {
  select: {
    id: true,
    paymentId: true,
    cents: true,
    paidOn: true,
    isCredit: true,
    reversesId: true,
    settlesId: true,
    isReturn: true,
    reason: true,
    recordedAt: true,
    payment: { select: { reference: true, note: true } },
  },
  orderBy: [{ recordedAt: "asc" }, { id: "asc" }],
} satisfies Prisma.Claim$linesArgs;

/** What came back, with what reverses it, in the order of its recording. */
export const RECOVERIES = {
  select: {
    id: true,
    startYear: true,
    cents: true,
    receivedOn: true,
    reference: true,
    reason: true,
    reversesId: true,
  },
  orderBy: [{ recordedAt: "asc" }, { id: "asc" }],
} satisfies Prisma.Claim$recoveriesArgs;

/** A payment document with its lines, those of applications that its reader may not list left out. @throws NOT_FOUND, FORBIDDEN */
export async function getPayment(actor: MfatActor, id: string) {
  permit(actor, "budget:read");
  const where = { application: listedTo(actor) };
  const payment = UUID.test(id)
    ? await db().payment.findFirst({
        where: { id, lines: { some: where } },
        include: {
          lines: {
            where,
            orderBy: LINES.orderBy,
            select: {
              ...LINES.select,
              startYear: true,
              entry: { select: { id: true } },
              claim: { select: { number: true, cents: true } },
              application: {
                select: {
                  ...{ reference: true, title: true, marking: true },
                  agency: { select: { abbreviation: true } },
                },
              },
            },
          },
          _count: { select: { lines: true } },
        },
      })
    : null;
  if (!payment) throw notFound();
  const nameOf = await readNamesOfDay(db(), [payment.recordedById]);
  const { _count: count, ...rest } = payment;
  return {
    ...rest,
    by: nameOf(payment.recordedById, payment.recordedAt),
    /** Of applications that the reader may not list. */
    hidden: count.lines - payment.lines.length,
  };
}

export type PaymentDocument = Awaited<ReturnType<typeof getPayment>>;

/** What was paid with references, however they are typed, and stands or was sent back; not what a credit note settled. */
export const listPaidWith = (
  references: readonly string[],
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<PaidWith[]> => client.$queryRaw`
  SELECT invoice_key(p.reference) AS key, l."claimId", a.reference, c.number, l."paidOn", r.id IS NOT NULL AS "isReturned"
  FROM "Payment" p
  JOIN "PaymentLine" l ON l."paymentId" = p.id JOIN "Application" a ON a.id = l."applicationId"
  LEFT JOIN "Claim" c ON c.id = l."claimId"
  LEFT JOIN "PaymentLine" r ON r."reversesId" = l.id AND r."isReturn"
  WHERE invoice_key(p.reference) = ANY(${references.map(invoiceKey)}::text[]) AND NOT l."isCredit"
    AND l."reversesId" IS NULL AND NOT EXISTS (SELECT FROM "PaymentLine" b
      WHERE b."reversesId" = l.id AND NOT b."isReturn" OR b."settlesId" = l.id)
  ORDER BY p."sharesReference", l.id`;
