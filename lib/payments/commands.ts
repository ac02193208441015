import { pay } from "../budget/commands.ts";
import { now } from "../clock.ts";
import { dayOf } from "../dates.ts";
import { invalid, violates } from "../errors.ts";
import { type StepRequest, takeTransition } from "../lifecycle/commands.ts";
import type { MfatActor } from "../permissions.ts";
import type { NewPayment } from "./schema.ts";

/** Records what was paid to an arrangement in one year. @throws MONEY above what is committed and unpaid there */
export async function recordPayment(
  actor: MfatActor,
  request: StepRequest,
  reference: string,
  payment: NewPayment,
): Promise<void> {
  if (payment.paidOn > dayOf(now())) throw invalid({ "paidOn-day": "Paid on must be a day that has come" });
  try {
    await takeTransition(actor, request, reference, "recordPayment", async (tx, application) => {
      const startYear = Number(payment.year);
      const paid = { startYear, cents: payment.amount, paidOn: payment.paidOn, reference: payment.reference };
      await tx.payment.create({
        data: { ...paid, applicationId: application.id, recordedById: actor.personId, recordedAt: now() },
      });
      const cause = { actor, requestId: request.requestId, reason: `Payment ${payment.reference}` };
      await pay(tx, cause, application.id, { startYear, cents: payment.amount, on: payment.paidOn });
      return { data: { cents: payment.amount.toString(), year: payment.year } };
    });
  } catch (error) {
    if (violates(error, "Payment_reference_key")) {
      throw invalid({ reference: "A payment with this reference is already recorded" });
    }
    throw error;
  }
}
