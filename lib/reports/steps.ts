import type { Obstacles } from "#lib/lifecycle/steps.ts";
import { defineSteps } from "#lib/lifecycle/steps.ts";
import type { ReportKind, ReportState } from "#lib/platform/db/generated/enums.ts";
import { isOpenReport } from "./rules.ts";
import { ACCEPT_REPORT_FIELDS, REOPEN_REPORT_FIELDS, RETURN_REPORT_FIELDS } from "./schema.ts";

/** Report schedule, and each report. */
export const REPORT_STEPS = defineSteps({
  changeSchedule: {
    label: "Change the schedule",
    event: "application.scheduleChanged",
    happened: "schedule of reports changed",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"] },
    to: "stays",
    changes: ["Report"],
    reason: "agency",
    fields: "read",
    back: ["changeSchedule"],
    isAside: true,
  },
  submitReport: {
    label: "Submit report",
    event: "application.reportSubmitted",
    happened: "report submitted",
    tellsAgency: true,
    from: { ACTIVE: ["CONTRIBUTOR"] },
    to: "stays",
    changes: ["Report"],
    fields: "read",
    back: ["returnReport"],
    later: "Save for later",
  },
  acceptReport: {
    label: "Accept report",
    event: "application.reportAccepted",
    happened: "report accepted",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"] },
    to: "stays",
    changes: ["Report"],
    fields: ACCEPT_REPORT_FIELDS,
    back: ["reopenReport"],
    days: 10,
  },
  reopenReport: {
    label: "Reopen report",
    event: "application.reportReopened",
    happened: "report reopened",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"] },
    to: "stays",
    changes: ["Report"],
    reason: "agency",
    fields: REOPEN_REPORT_FIELDS,
    back: ["acceptReport"],
    isAside: true,
    next: "The report counts as submitted again. The desk accepts it or returns it.",
  },
  returnReport: {
    label: "Return report",
    event: "application.reportReturned",
    happened: "report returned",
    tellsAgency: true,
    from: { ACTIVE: ["DESK"] },
    to: "stays",
    changes: ["Report"],
    reason: "agency",
    fields: RETURN_REPORT_FIELDS,
    back: ["submitReport"],
    isAside: true,
  },
});

type StandingReport = { kind: ReportKind; state: ReportState };

/** Each step on reports needs one in the right state. */
export function obstaclesToReporting(reports: readonly StandingReport[]): Obstacles<keyof typeof REPORT_STEPS> {
  const isDue = reports.some(({ state }) => isOpenReport(state));
  const submitted = reports.filter(({ state }) => state === "SUBMITTED");
  return {
    ...(!isDue && { changeSchedule: null, submitReport: null }),
    ...(!submitted.some(({ kind }) => kind === "PROGRESS") && { acceptReport: null }),
    ...(!submitted.length && { returnReport: null }),
    ...(!reports.some(({ state }) => state === "ACCEPTED") && { reopenReport: null }),
  };
}
