import { invoiceKey } from "#lib/payments/invoices/rules.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import type { PaidWith } from "./rules.ts";

/** The lines of a claim, in the order of their recording. */
export const LINES = {
  select: {
    id: true,
    cents: true,
    paidOn: true,
    isCredit: true,
    reversesId: true,
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
    claim: { select: { number: true } },
  },
  orderBy: [{ recordedAt: "asc" }, { id: "asc" }],
} satisfies Prisma.Claim$recoveriesArgs;

/** What was paid with references, however they are typed, and stands; not what a credit note settled. */
export const listPaidWith = (
  references: readonly string[],
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<PaidWith[]> => client.$queryRaw`
  SELECT invoice_key(p.reference) AS key, l."claimId", a.reference, c.number, l."paidOn" FROM "Payment" p
  JOIN "PaymentLine" l ON l."paymentId" = p.id JOIN "Application" a ON a.id = l."applicationId"
  LEFT JOIN "Claim" c ON c.id = l."claimId"
  WHERE invoice_key(p.reference) = ANY(${references.map(invoiceKey)}::text[]) AND NOT l."isCredit"
    AND l."reversesId" IS NULL AND NOT EXISTS (SELECT FROM "PaymentLine" b WHERE b."reversesId" = l.id
      OR b."isCredit" AND b."claimId" = l."claimId" AND b."recordedAt" = l."recordedAt")
  ORDER BY p."sharesReference", l.id`;
