import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { stateLabel, waitsOn } from "#lib/lifecycle/states.ts";
import { formatDate, formatDueDay } from "#lib/platform/dates.ts";
import type { Marking, ReminderKind, State } from "#lib/platform/db/generated/enums.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { type WorkStep, workLabel } from "./rules.ts";

export type ReminderMail = {
  kind: ReminderKind;
  reference: string;
  title: string;
  marking: Marking;
  state: State;
  role: Role;
  step: WorkStep;
  since: Date;
  dueOn: Date | null;
  /** Whether the due date has already passed, because the portal was not running in time to remind. */
  isOver: boolean;
  deskEmail: string;
  baseUrl: string;
};

/** Reminds the person it is waiting on, or tells the desk that the due date has passed. It names nobody. */
export function reminderEmail(mail: ReminderMail, reader: "AGENCY" | "MFAT") {
  const { kind, reference, title, state, role, step, since, isOver, baseUrl } = mail;
  const marking = MARKING_LABELS[mail.marking];
  const dueOn = mail.dueOn ? formatDueDay(mail.dueOn) : "";
  const isLate = kind === "ESCALATION";
  const whom = waitsOn(state, reader, role, step);
  return {
    subject: `[${marking}] ${reference}: ${isLate ? `overdue since ${dueOn}, waiting on ${whom}` : `reminder, ${isOver ? "overdue since" : "due on"} ${dueOn}`}`,
    ...composeEmail({
      marking,
      paragraphs: [
        mail.marking === "UNCLASSIFIED" && title ? `${reference}: ${title}` : reference,
        `It is “${stateLabel(state, reader)}” and has been waiting on ${whom} since ${formatDate(since)}: “${workLabel(step)}”.`,
        lastWords(mail, reader),
      ],
      link: { label: "Open it in the portal", url: `${baseUrl}/applications/${reference}` },
    }),
  };
}

/** Until when, and what the reader does. */
function lastWords({ kind, step, isOver, dueOn: day, deskEmail }: ReminderMail, reader: "AGENCY" | "MFAT"): string {
  const isLate = kind === "ESCALATION";
  const due = `It ${isOver || isLate ? "was" : "is"} due on ${day ? formatDueDay(day) : ""}.`;
  if (step === "showCondition" && reader === "AGENCY") {
    return `${due} Email the fund desk, ${deskEmail}, what shows that the condition is met. From that day on, the desk may hold payments until it has recorded that.`;
  }
  return isLate
    ? `${due} There are no more reminders. Please find out what is causing the delay.`
    : `${due} This is the only reminder. We tell the fund desk about anything overdue.`;
}
