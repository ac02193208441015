/** For tests of letters: an application that is offered part of what it asks for. */
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
    reports: [{ name: "Report 1 (final)", dueOn: new Date("2027-08-30T00:00:00Z") }],
    message: null,
    dueAt: new Date("2026-12-01T10:59:59Z"),
  },
  head: {
    reference: "PSF-2026-0042",
    agency: "New Zealand Police",
    certifier: "Mere Tūhoe",
    signatory: "Aroha Ngata",
    office: "Desk officer",
    copyTo: "Tama Reo",
    deskEmail: "pacific.fund@mfat.example",
    sentAt: new Date("2026-11-01T00:00:00Z"),
  },
};
