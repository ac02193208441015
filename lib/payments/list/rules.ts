import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { type Line, standingPayments } from "#lib/payments/lines/rules.ts";
import { type Recovery, standingRecoveries } from "#lib/payments/recoveries/rules.ts";
import { CLAIM_STAGES, claimReference, stageOfClaim } from "#lib/payments/rules.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import type { ClaimState, Marking } from "#lib/platform/db/generated/enums.ts";
import { rowsInWords } from "#lib/platform/lists.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import type { LongSheet, SheetColumn } from "#lib/platform/sheet.ts";
/** A claim in a list over all applications. */
export type ListedClaim = {
  id: string;
  number: number;
  state: ClaimState;
  workConfirmedAt: Date | null;
  startYear: number;
  workFrom: Date | null;
  workTo: Date | null;
  advanceReason: string | null;
  accountedCents: bigint;
  cents: bigint;
  gstCents: bigint;
  invoiceNumber: string;
  invoicedOn: Date;
  /** What its arrangement is paid under. */
  purchaseOrder: string | null;
  claimedAt: Date;
  notPayable: string | null;
  paidCents: bigint;
  backCents: bigint;
  lines: readonly Line[];
  recoveries: readonly Recovery[];
  application: {
    reference: string;
    title: string;
    marking: Marking;
    agency: { name: string; abbreviation: string };
  };
};

export const claimsMarking = (rows: readonly ListedClaim[]): string =>
  MARKING_LABELS[highestMarking(rows.map(({ application }) => application.marking))];

/** What was found, as it is exported: the rows of the screen and its sums. `at`: when it is made. */
export const claimSheet = (filters: string, at: Date): LongSheet<ListedClaim> => ({
  title: "Claims",
  markingOf: ({ application }) => application.marking,
  marking: ({ markings }) => MARKING_LABELS[highestMarking(markings)],
  about: ({ count, sums }) => [
    `${filters} Created ${formatInstant(at)}.`,
    `${rowsInWords(count, "claim")}, ${formatCents(sums[AMOUNT] ?? 0n)} in total. Amounts are New Zealand dollars, GST exclusive.`,
  ],
  columns: SHEET_COLUMNS,
  total: ({ sums }) =>
    SHEET_COLUMNS.map(({ header }, index) => {
      if (index === 0) return "Total";
      return [AMOUNT, "GST", PAID].includes(header) ? (sums[header] ?? 0n) : null;
    }),
});

const AMOUNT = "Amount";
const PAID = "Paid so far";

/** The payments of a claim by their references; null where nothing is paid. */
const referencesOf = (lines: readonly Line[]): string | null =>
  [...new Set(standingPayments(lines).map(({ payment }) => payment.reference))].join("; ") || null;

const SHEET_COLUMNS: SheetColumn<ListedClaim>[] = [
  {
    header: "Claim",
    kind: "text",
    width: 18,
    value: ({ application, number }) => claimReference(application.reference, number),
  },
  { header: "Initiative", kind: "text", width: 44, value: ({ application }) => application.title },
  { header: "Agency", kind: "text", value: ({ application }) => application.agency.name },
  { header: "State", kind: "text", width: 12, value: (claim) => CLAIM_STAGES[stageOfClaim(claim)].label },
  { header: "Not payable yet", kind: "text", value: ({ notPayable }) => notPayable },
  { header: "Financial year", kind: "text", width: 14, value: ({ startYear }) => formatYear(startYear) },
  { header: "First day of work", kind: "day", value: ({ workFrom }) => workFrom },
  { header: "Last day of work", kind: "day", value: ({ workTo }) => workTo },
  {
    header: "Advance",
    kind: "text",
    width: 10,
    value: ({ advanceReason }) => (advanceReason === null ? null : "Advance"),
  },
  { header: AMOUNT, kind: "cents", value: ({ cents }) => cents },
  { header: "Paid by an advance", kind: "cents", value: ({ accountedCents }) => accountedCents || null },
  { header: "GST", kind: "cents", value: ({ gstCents }) => gstCents },
  { header: "Invoice number", kind: "text", value: ({ invoiceNumber }) => invoiceNumber },
  { header: "Invoice date", kind: "day", value: ({ invoicedOn }) => invoicedOn },
  { header: "Purchase order", kind: "text", value: ({ purchaseOrder }) => purchaseOrder },
  { header: PAID, kind: "cents", value: ({ paidCents, backCents }) => paidCents - backCents },
  { header: "Paid on", kind: "day", value: ({ lines }) => standingPayments(lines).at(-1)?.paidOn ?? null },
  { header: "Payment reference", kind: "text", value: ({ lines }) => referencesOf(lines) },
  {
    header: "Recovered on",
    kind: "day",
    value: ({ recoveries }) => standingRecoveries(recoveries).at(-1)?.receivedOn ?? null,
  },
  { header: "Marking", kind: "text", value: ({ application }) => MARKING_LABELS[application.marking] },
];
