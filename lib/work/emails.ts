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
        isLate
          ? `It was due on ${dueOn}. There are no more reminders. Please find out what is causing the delay.`
          : `It ${isOver ? "was" : "is"} due on ${dueOn}. This is the only reminder. We tell the fund desk about anything overdue.`,
      ],
      link: { label: "Open it in the portal", url: `${baseUrl}/applications/${reference}` },
    }),
  };
}
