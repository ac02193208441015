import type { Field } from "#lib/form/fields.ts";

/** The purchase order number of an arrangement. */
export const PURCHASE_ORDER_FIELDS = [
  {
    kind: "text",
    name: "purchaseOrder",
    label: "Purchase order number",
    hint: "MFAT’s finance system uses it to pay your claims. Leave it blank if there is none",
    optional: true,
    charsMax: 60,
    width: 20,
  },
] as const satisfies readonly Field[];
