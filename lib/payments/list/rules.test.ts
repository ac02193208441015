import { expect, test } from "vitest";
import { countInWords } from "#lib/platform/lists.ts";
import { passSheet } from "#lib/platform/sheet.ts";
import { claimSheet, claimsMarking, type ListedClaim } from "./rules.ts";

const at = (day: number) => new Date(Date.UTC(2026, 10, day));

const payment = (reference: string, paidOn: Date) => ({
  ...{ id: reference, paymentId: reference, cents: 500n, paidOn, recordedAt: paidOn, payment: { reference, note: "" } },
  ...{ isCredit: false, isReturn: false, reversesId: null, settlesId: null, reason: null },
});
const application = {
  reference: "PSF-2026-0042",
  title: "Radios",
  marking: "UNCLASSIFIED" as const,
  agency: { name: "New Zealand Police", abbreviation: "Police" },
};
const recovery = (id: string, receivedOn: Date) => ({
  ...{ id, receivedOn, startYear: 2026, cents: 10n, reference: `FIN-${id}`, reason: "Paid twice" },
  reversesId: null as string | null,
});
const listed: ListedClaim = {
  id: "1",
  number: 1,
  state: "PAID",
  workConfirmedAt: null,
  startYear: 2026,
  workFrom: at(1),
  workTo: at(1),
  advanceReason: null,
  accountedCents: 0n,
  cents: 1_000n,
  gstCents: 150n,
  invoiceNumber: "INV-7",
  invoicedOn: at(1),
  purchaseOrder: "PO 4711",
  claimedAt: at(1),
  notPayable: null,
  paidCents: 1_000n,
  backCents: 10n,
  lines: [payment("FIN-0", at(1)), payment("FIN-0", at(1)), payment("FIN-1", at(2))],
  recoveries: [recovery("1", at(3)), recovery("2", at(4)), { ...recovery("3", at(4)), cents: -10n, reversesId: "2" }],
  application,
};
const bare = {
  ...listed,
  number: 2,
  advanceReason: "Flights",
  accountedCents: 2n,
  cents: 5n,
  notPayable: "Not yet",
  paidCents: 0n,
  backCents: 0n,
  lines: [],
  recoveries: [],
  application: { ...application, marking: "IN_CONFIDENCE" as const },
};

test("a list of claims is marked as its highest, and counted", () => {
  expect([claimsMarking([listed]), claimsMarking([listed, bare])]).toEqual(["UNCLASSIFIED", "IN-CONFIDENCE"]);
  expect([0, 1, 1_234, 10_000, 10_001].map((count) => countInWords(count, "claim"))).toEqual([
    "0 claims",
    "1 claim",
    "1,234 claims",
    "10,000 claims",
    "More than 10,000 claims",
  ]);
});

test("the list as a sheet has every column of the screen, and its sums", async () => {
  const sheet = await passSheet(claimSheet("State: Paid.", at(4)), [[listed], [bare]]);
  expect(sheet.marking).toBe("IN-CONFIDENCE");
  expect(sheet.about.join(" ")).toMatch(/State: Paid\..*2 claims, \$10\.05/);
  expect(sheet.rows).toEqual([
    [
      "PSF-2026-0042/1",
      "Radios",
      "New Zealand Police",
      "Paid",
      null,
      "2026/27",
      at(1),
      at(1),
      null,
      1_000n,
      null,
      150n,
      "INV-7",
      at(1),
      "PO 4711",
      990n,
      at(2),
      "FIN-0; FIN-1",
      at(3),
      "UNCLASSIFIED",
    ],
    [
      "PSF-2026-0042/2",
      "Radios",
      "New Zealand Police",
      "Paid",
      "Not yet",
      "2026/27",
      at(1),
      at(1),
      "Advance",
      5n,
      2n,
      150n,
      "INV-7",
      at(1),
      "PO 4711",
      0n,
      null,
      null,
      null,
      "IN-CONFIDENCE",
    ],
  ]);
  expect(sheet.total).toEqual([
    ...["Total", ...Array(8).fill(null), 1_005n, null, 300n],
    ...[null, null, null, 990n, ...Array(4).fill(null)],
  ]);
  const two = await passSheet(claimSheet("A: 1; B: 2.", at(4)), []);
  expect(two.about.join(" ")).toContain("A: 1; B: 2.");
  expect(two.total?.slice(9, 12)).toEqual([0n, null, 0n]);
  const none = await passSheet(claimSheet("All claims.", at(4)), []);
  expect(none.about.join(" ")).toMatch(/^All claims\..*0 claims, \$0\.00/);
});
