import type { Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { type StepRequest, takeTransition } from "#lib/lifecycle/commands.ts";
import type { AgencyActor } from "#lib/lifecycle/permissions.ts";
import { cleanNumber } from "#lib/payments/rules.ts";
import { PAYMENT_STEPS } from "#lib/payments/steps.ts";
import { invalid } from "#lib/platform/errors.ts";
import { PURCHASE_ORDER_FIELDS } from "./schema.ts";

/**
 * Saves the purchase order number of an arrangement, or removes it where the form is blank. The history keeps the
 * earlier one.
 * @throws INVALID where it is too long, or unchanged
 */
export async function changePurchaseOrder(
  actor: AgencyActor,
  request: StepRequest,
  reference: string,
  values: Values,
): Promise<void> {
  const parsed = parseFields(PURCHASE_ORDER_FIELDS, values);
  if (parsed.errors) throw invalid(parsed.errors);
  const purchaseOrder = cleanNumber(parsed.data.purchaseOrder ?? "") || null;
  await takeTransition(actor, request, reference, PAYMENT_STEPS.changePurchaseOrder, async (tx, { id }) => {
    const where = { applicationId: id };
    const before = await tx.arrangement.findUniqueOrThrow({ where, select: { purchaseOrder: true } });
    if (before.purchaseOrder === purchaseOrder) {
      throw invalid({ purchaseOrder: "Enter a different purchase order number: we already have this one" });
    }
    await tx.arrangement.update({ where, data: { purchaseOrder } });
    return {
      note: purchaseOrder
        ? `The purchase order number is ${purchaseOrder}.`
        : `The purchase order number ${before.purchaseOrder} was removed.`,
      data: { from: before.purchaseOrder, to: purchaseOrder },
    };
  });
}
