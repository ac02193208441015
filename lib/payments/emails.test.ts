import { expect, test } from "vitest";
import { type Remittance, remittanceEmail } from "./emails.ts";

const remittance: Remittance = {
  reference: "PSF-2026-0042",
  title: "Radio for patrol boats",
  marking: "UNCLASSIFIED",
  agencyName: "New Zealand Police",
  claim: {
    number: 3,
    invoiceNumber: "INV 2044",
    invoicedOn: new Date("2026-11-02T00:00:00Z"),
    cents: 12_000_50n,
    gstCents: 1_800_08n,
  },
  purchaseOrder: null,
  payment: { paidOn: new Date("2026-11-26T00:00:00Z"), reference: "5100042", cents: 12_000_50n },
  baseUrl: "https://psf.example",
};

test("a remittance advice names claim, invoice, cents, payment document and day", () => {
  const { subject, text, html } = remittanceEmail(remittance);
  expect(subject).toBe("[UNCLASSIFIED] PSF-2026-0042: remittance advice for claim PSF-2026-0042/3");
  for (const line of [
    "PSF-2026-0042: Radio for patrol boats",
    "Paid to: New Zealand Police",
    "Claim: PSF-2026-0042/3",
    "Invoice: INV 2044 of 2 November 2026",
    "Amount, GST exclusive: $12,000.50",
    "GST: $1,800.08",
    "Amount with GST: $13,800.58",
    "Paid on: 26 November 2026",
    "Payment document: 5100042",
  ]) {
    expect([line, text.includes(line), html.includes(line)]).toEqual([line, true, true]);
  }
  expect(text).not.toContain("Purchase order");
  expect(remittanceEmail({ ...remittance, purchaseOrder: "PO 4711" }).text).toContain("Purchase order: PO 4711");
  expect(text).toContain("https://psf.example/applications/PSF-2026-0042#claims");
});

test("of a part it says what was paid and what was claimed, and nothing of the GST", () => {
  const { text } = remittanceEmail({ ...remittance, payment: { ...remittance.payment, cents: 2_000_00n } });
  expect(text).toContain("MFAT has paid a part of this claim.");
  expect(text).toContain(
    "Amount of this payment, GST exclusive: $2,000.00\nAmount of the claim, GST exclusive: $12,000.50",
  );
  expect(text).not.toContain("GST:");
});

test("above UNCLASSIFIED the title stays out of it", () => {
  const { subject, text } = remittanceEmail({ ...remittance, marking: "IN_CONFIDENCE" });
  expect(subject).toContain("[IN-CONFIDENCE]");
  expect(`${subject} ${text}`).not.toContain("Radio");
});
