import { readLines } from "#lib/batches/payments/file/rules.ts";
import { type Known, prepareLines } from "#lib/batches/payments/rules.ts";
import { creditReason } from "#lib/payments/lines/rules.ts";

export const today = new Date(Date.UTC(2026, 10, 27));
export const police = { name: "New Zealand Police", abbreviation: "NZ Police" };
export const customs = { name: "New Zealand Customs Service", abbreviation: "Customs" };

export const known = (reference: string, number: number, agency = police, more: Partial<Known> = {}): Known => ({
  id: `${reference}/${number}`,
  number,
  state: "APPROVED",
  startYear: 2026,
  year: { cutoffOn: null, closedAt: null },
  decidedAt: null,
  cents: 120_000n,
  paidCents: 0n,
  backCents: 0n,
  lines: [],
  gstCents: 18_000n,
  invoiceNumber: `INV-${number}`,
  purchaseOrder: null,
  application: { id: reference, reference, title: "Dogs", agency },
  ...more,
});
export const KNOWN = [
  known("PSF-2026-0042", 1),
  known("PSF-2026-0042", 2),
  known("PSF-2026-0043", 1, customs),
  known("PSF-2026-0042", 3, police, { invoiceNumber: "INV-OLD", state: "RETURNED" }),
  known("PSF-2026-0044", 1, { name: "Mētservice", abbreviation: "MET" }, { invoiceNumber: "INV-M" }),
];

export const read = (csv: string) => {
  const { lines, problem } = readLines(csv);
  return lines ? prepareLines(lines, KNOWN, today).map(({ pays, fault }) => fault ?? pays) : problem;
};

/**
 * For each line, the claim's number, the day and the cents that it pays, with its credit note; or what is wrong with
 * it.
 */
export const said = (csv: string, among: readonly Known[] = KNOWN, order?: "MONTH"): string[] =>
  prepareLines(readLines(csv).lines ?? [], among, today, order).map(({ pays, fault }) =>
    pays ? `${pays.number} ${pays.paidOn.slice(5)} ${pays.cents} ${pays.creditNumber}`.trim() : (fault ?? ""),
  );

export const LINE = {
  ...{ id: "1", paymentId: "1", cents: 30_000n, paidOn: new Date("2026-11-20"), recordedAt: new Date("2026-11-21") },
  ...{ isCredit: false, isReturn: false, reversesId: null, settlesId: null, reason: null },
  payment: { reference: "FIN-1", note: "" },
};
export const CREDIT = {
  ...{ ...LINE, id: "2", cents: -10_000n, recordedAt: new Date("2026-11-22"), isCredit: true },
  reason: creditReason("CN-9", "Too much"),
};

export const PAID = { reference: "PSF-2026-0042", number: 1, paidOn: "2026-11-26", cents: "120000", creditNumber: "" };

export const line = (claim: string, amount = "1200", paidOn = "2026-11-26", reference = "FIN-1") =>
  `Claim,Amount,Paid on,Payment reference\n${claim},${amount},${paidOn},${reference}`;
