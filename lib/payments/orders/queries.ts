import type { StepForm } from "#lib/form/fields.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { db } from "#lib/platform/db.ts";
import { PURCHASE_ORDER_FIELDS } from "./schema.ts";

/** The purchase order number of an arrangement; null where there is none. */
export async function readPurchaseOrder(actor: Actor, applicationId: string): Promise<string | null> {
  const found = await db().arrangement.findFirst({
    where: { applicationId, application: scopeOf(actor) },
    select: { purchaseOrder: true },
  });
  return found?.purchaseOrder ?? null;
}

export async function readPurchaseOrderForm(actor: Actor, applicationId: string): Promise<StepForm> {
  const purchaseOrder = (await readPurchaseOrder(actor, applicationId)) ?? "";
  return { fields: PURCHASE_ORDER_FIELDS, initial: { purchaseOrder } };
}
