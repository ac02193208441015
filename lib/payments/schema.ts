import type { Answers, Field } from "../fields.ts";

export const PAYMENT_FIELDS = [
  { kind: "choice", name: "year", label: "Financial year", missing: "Choose the financial year", options: "years" },
  {
    kind: "amount",
    name: "amount",
    label: "Amount",
    hint: "New Zealand dollars, GST exclusive",
    missing: "Enter the amount",
  },
  { kind: "day", name: "paidOn", label: "Paid on", missing: "Enter the day it was paid" },
  {
    kind: "text",
    name: "reference",
    label: "Payment reference",
    hint: "As the finance system has it. Each payment has its own",
    missing: "Enter the payment reference",
    charsMax: 60,
    width: 20,
  },
] as const satisfies readonly Field[];

export type NewPayment = Answers<typeof PAYMENT_FIELDS>;
