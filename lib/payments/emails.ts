import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { formatDay } from "#lib/platform/dates.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { formatCents } from "#lib/platform/money.ts";
import { claimReference } from "./rules.ts";

export type Remittance = {
  reference: string;
  title: string;
  marking: Marking;
  agencyName: string;
  claim: { number: number; invoiceNumber: string; invoicedOn: Date; cents: bigint; gstCents: bigint };
  purchaseOrder: string | null;
  /** `reference`: the payment document of the finance system. `cents`: the part of the claim that it pays. */
  payment: { paidOn: Date; reference: string; cents: bigint };
  baseUrl: string;
};

/** Tells an agency's finance people what was paid, so that they can find it in their bank account. */
export function remittanceEmail(remittance: Remittance) {
  const { reference, title, marking, agencyName, claim, purchaseOrder, payment, baseUrl } = remittance;
  const label = MARKING_LABELS[marking];
  const name = claimReference(reference, claim.number);
  const isPart = payment.cents < claim.cents;
  const amounts = isPart
    ? [
        `Amount of this payment, GST exclusive: ${formatCents(payment.cents)}`,
        `Amount of the claim, GST exclusive: ${formatCents(claim.cents)}`,
      ]
    : [
        `Amount, GST exclusive: ${formatCents(claim.cents)}`,
        `GST: ${formatCents(claim.gstCents)}`,
        `Amount with GST: ${formatCents(claim.cents + claim.gstCents)}`,
      ];
  const lines = [
    `Paid to: ${agencyName}`,
    `Claim: ${name}`,
    `Invoice: ${claim.invoiceNumber} of ${formatDay(claim.invoicedOn)}`,
    ...(purchaseOrder ? [`Purchase order: ${purchaseOrder}`] : []),
    ...amounts,
    `Paid on: ${formatDay(payment.paidOn)}`,
    `Payment document: ${payment.reference}`,
  ];
  return {
    subject: `[${label}] ${reference}: remittance advice for claim ${name}`,
    ...composeEmail({
      marking: label,
      paragraphs: [
        marking === "UNCLASSIFIED" && title ? `${reference}: ${title}` : reference,
        isPart ? "MFAT has paid a part of this claim." : "MFAT has paid this claim.",
        lines.join("\n"),
        "You do not need to do anything. If the money has not arrived or the amount is wrong, contact the fund desk.",
      ],
      link: { label: "Read the claim", url: `${baseUrl}/applications/${reference}#claims` },
    }),
  };
}
