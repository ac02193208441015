import { reasonFields } from "#lib/form/fields.ts";
import type { Obstacles } from "#lib/lifecycle/steps.ts";
import { defineSteps } from "#lib/lifecycle/steps.ts";
import type { ReportKind, ReportState } from "#lib/platform/db/generated/enums.ts";
import { LAST_REPORT_FIELDS } from "#lib/reports/schema.ts";
import {
  type OpenItem,
  obstacleToClosing,
  obstacleToLastReport,
  obstacleToSurplus,
  obstacleToTerminating,
  type Settlement,
  toRecoverCents,
} from "./rules.ts";
import { RECOVERY_FIELDS, TERMINATE_FIELDS } from "./schema.ts";

/** The end of an arrangement: its final account, and what comes back. */
export const SETTLEMENT_STEPS = defineSteps({
  acceptLastReport: {
    label: "Accept last report",
    event: "application.lastReportAccepted",
    happened: "last report accepted",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"] },
    to: "CLOSING",
    changes: ["Report"],
    asksNext: true,
    reason: "agency",
    fields: LAST_REPORT_FIELDS,
    back: { none: "laterAccount" },
    days: 10,
  },
  terminate: {
    label: "Terminate",
    event: "application.terminated",
    happened: "terminated",
    tellsAgency: true,
    tellsFinance: true,
    from: { ACTIVE: ["DESK"] },
    to: "TERMINATED",
    changes: ["Report", "LedgerEntry"],
    reason: "agency",
    isFinal: true,
    fields: TERMINATE_FIELDS,
    back: ["askToReopen"],
    isAside: true,
    readFirst: ["AGENCY", "MFAT"],
  },
  prepareAcquittal: {
    label: "Prepare acquittal",
    page: "Prepare the amounts of the acquittal",
    event: "application.acquittalPrepared",
    happened: "amounts of the acquittal prepared",
    isAgencys: true,
    from: { CLOSING: ["FINANCE"], TERMINATED: ["FINANCE"] },
    to: "stays",
    changes: ["PreparedAcquittal"],
    fields: "read",
    back: ["prepareAcquittal"],
    days: 10,
    next: "Your certifier will see these amounts in the acquittal, describes what was achieved and submits it. You can change them until then.",
  },
  submitAcquittal: {
    label: "Submit acquittal",
    event: "application.acquittalSubmitted",
    happened: "acquittal submitted",
    tellsAgency: true,
    from: { CLOSING: ["CERTIFIER"], TERMINATED: ["CERTIFIER"] },
    to: "stays",
    changes: ["Acquittal"],
    asksNext: [{ role: "BUDGET" }],
    fields: "read",
    back: ["returnAcquittal"],
    next: "If the fund still owes some of the cost, the agency claims it first. A budget officer then confirms the surplus, or returns the acquittal with a reason.",
    days: 20,
  },
  returnAcquittal: {
    label: "Return acquittal",
    event: "application.acquittalReturned",
    happened: "acquittal returned",
    tellsAgency: true,
    from: { CLOSING: ["BUDGET"], TERMINATED: ["BUDGET"] },
    to: "stays",
    changes: ["Acquittal"],
    asksNext: [{ role: "CERTIFIER" }],
    reason: "agency",
    fields: reasonFields("Why you are returning it", "The agency reads this"),
    back: ["submitAcquittal"],
    isAside: true,
    next: "A certifier reads the reason, corrects the acquittal and submits it again. We keep what was submitted.",
  },
  recordRecovery: {
    label: "Record recovery",
    event: "application.recoveryRecorded",
    happened: "recovery recorded",
    tellsAgency: true,
    from: { CLOSING: ["BUDGET"], TERMINATED: ["BUDGET"] },
    to: "stays",
    changes: ["Recovery", "LedgerEntry"],
    fields: RECOVERY_FIELDS,
    back: ["reverseRecovery"],
    days: 20,
  },
  confirmSurplus: {
    label: "Confirm surplus",
    event: "application.surplusConfirmed",
    happened: "surplus confirmed",
    from: { CLOSING: ["BUDGET"], TERMINATED: ["BUDGET"] },
    to: "stays",
    changes: ["Acquittal", "LedgerEntry"],
    fields: [],
    back: { none: "moneyMoved" },
    next: "The desk closes the initiative next. If it was terminated, nothing more needs to be done.",
    days: 10,
  },
  close: {
    label: "Close",
    event: "application.closed",
    happened: "closed",
    tellsAgency: true,
    tellsFinance: true,
    from: { CLOSING: ["DESK"] },
    to: "CLOSED",
    isFinal: true,
    fields: [],
    back: ["askToReopen"],
    days: 5,
  },
});

/** The steps that end an arrangement need its final report, and no open claims or variations. */
export function obstaclesToEnding(
  reports: readonly { kind: ReportKind; state: ReportState }[],
  open: readonly OpenItem[],
): Obstacles<keyof typeof SETTLEMENT_STEPS> {
  const final = reports.find(({ kind, state }) => kind === "FINAL" && state === "SUBMITTED");
  const terminating = obstacleToTerminating(open);
  const last = obstacleToLastReport(open);
  return {
    ...(!final ? { acceptLastReport: null } : last && { acceptLastReport: last }),
    ...(terminating && { terminate: terminating }),
  };
}

/** What was paid no longer changes once the surplus is confirmed. */
type MoneyStep = "recordReturnedPayment" | "correctPayment" | "recordCreditNote" | "recoverPayment" | "reverseRecovery";

/** The steps of the final account come in order. After a termination, only what was paid is accounted for. */
export function obstaclesToSettling(
  settlement: Settlement,
  state: "CLOSING" | "TERMINATED",
): Obstacles<keyof typeof SETTLEMENT_STEPS | MoneyStep> {
  const { acquittal, paidCents } = settlement;
  const closing = obstacleToClosing(settlement);
  const isOver = acquittal?.surplusConfirmedAt != null || (state === "TERMINATED" && !acquittal && paidCents === 0n);
  const surplus = isOver ? null : obstacleToSurplus(settlement);
  return {
    ...(closing && { close: closing }),
    ...((isOver || acquittal) && { prepareAcquittal: null, submitAcquittal: null }),
    ...((isOver || !acquittal) && { returnAcquittal: null }),
    ...(isOver && {
      ...{ recordReturnedPayment: null, correctPayment: null, recordCreditNote: null },
      ...{ recoverPayment: null, reverseRecovery: null },
    }),
    ...(toRecoverCents(settlement) === 0n && { recordRecovery: null }),
    ...((isOver || surplus) && { confirmSurplus: surplus }),
  };
}
