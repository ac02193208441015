/** An application that is offered part of what it asks for, for tests of letters. */
export const OFFERED = {
  application: {
    reference: "PSF-2026-0042",
    title: "Ngā manu",
    agency: { name: "New Zealand Police" },
    requestedCents: 500_00n,
  },
  terms: {
    amountCents: 400_00n,
    phasing: [{ startYear: 2026, cents: 400_00n }],
    conditions: "One report",
    message: null,
    dueAt: new Date("2026-12-01T10:59:59Z"),
  },
  head: { agency: "New Zealand Police", sentAt: new Date("2026-11-01T00:00:00Z") },
};
