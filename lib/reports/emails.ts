import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { formatDueDay } from "#lib/platform/dates.ts";
import type { Marking } from "#lib/platform/db/generated/enums.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { reportName, type ScheduledReport } from "./schema.ts";

export type ReminderKind = "soon" | "today" | "overdue";

export type ReportReminder = {
  kind: ReminderKind;
  report: ScheduledReport;
  reference: string;
  title: string;
  marking: Marking;
  agencyName: string;
  baseUrl: string;
};

const WHEN: Record<ReminderKind, (day: string) => string> = {
  soon: (day) => `due on ${day}`,
  today: () => "due today",
  overdue: (day) => `overdue since ${day}`,
};

/** Reminds people about a report: the agency, to submit it, and the desk, that it has not arrived. */
export function reminderEmail(reminder: ReportReminder, reader: "AGENCY" | "MFAT") {
  const { kind, report, reference, title, marking, agencyName, baseUrl } = reminder;
  const label = MARKING_LABELS[marking];
  const when = WHEN[kind](formatDueDay(report.dueOn));
  return {
    subject: `[${label}] ${reference}: report ${report.number} is ${when}`,
    ...composeEmail({
      marking: label,
      paragraphs: [
        marking === "UNCLASSIFIED" && title ? `${reference}: ${title}` : reference,
        `${reportName(report)} is ${when}. It is waiting on ${reader === "AGENCY" ? "the contributor" : agencyName}.`,
        ...(reader === "AGENCY"
          ? ["We keep what you write until you submit it. If you cannot meet this date, contact the fund desk."]
          : []),
      ],
      link:
        reader === "AGENCY"
          ? { label: "Write the report", url: `${baseUrl}${stepPath(reference, "submitReport")}` }
          : { label: "Open it in the portal", url: `${baseUrl}/applications/${reference}` },
    }),
  };
}
