// For tests: the rows of a year's statement, for what its paper, its list and its comparison show.
import type { Statement, StatementRow } from "#lib/budget/statement/rules.ts";

/** A row that is empty except for what is given. */
export const row = (
  section: StatementRow["section"],
  name: string,
  more: Partial<StatementRow> = {},
): StatementRow => ({
  section,
  key: name,
  name,
  detail: "",
  marking: "UNCLASSIFIED",
  envelopeCents: 0n,
  reservedCents: 0n,
  committedCents: 0n,
  paidCents: 0n,
  accruedCents: 0n,
  ...more,
});

const held = { committedCents: 60_00n, paidCents: 20_00n, accruedCents: 40_00n };

/** A year in which one initiative is committed and another reserved. */
export const rows: readonly StatementRow[] = [
  row("YEAR", "2026/27", { envelopeCents: 100_00n, reservedCents: 5_00n, ...held }),
  row("MONTH", "July", { key: "0", envelopeCents: 90_00n }),
  row("MONTH", "June", { key: "11", envelopeCents: 100_00n, reservedCents: 5_00n, ...held }),
  row("ADJUSTMENT", "Estimates", { key: "1", detail: "1 July 2026; Letter", envelopeCents: 90_00n }),
  row("ADJUSTMENT", "Carried forward", { key: "2", envelopeCents: 10_00n }),
  row("CARRY_FORWARD", "2025/26 into 2026/27", { key: "7", detail: "Late start", envelopeCents: 10_00n }),
  row("AGENCY", "Customs", held),
  row("AGENCY", "Police", { reservedCents: 5_00n }),
  row("INITIATIVE", "PSF-2026-0001 Boats", { detail: "Customs", marking: "IN_CONFIDENCE", ...held }),
  row("INITIATIVE", "PSF-2026-0002 Dogs", { detail: "Police", reservedCents: 5_00n }),
];

export const final: Statement = {
  startYear: 2026,
  at: new Date("2027-08-02T00:30:00Z"),
  isFinal: true,
  rows,
  differences: [],
  entries: 0,
};
export const live: Statement = { ...final, isFinal: false, entries: 1_234 };
