import type { ReactNode } from "react";
import { Tag, type TagKind } from "./tag.tsx";

export type Step = { label: string; status: "done" | "now" | "next" };

/** How far something has come: what is done, what is current, and what comes next. */
export function Steps({ steps, label = "Progress" }: { steps: readonly Step[]; label?: string }) {
  return (
    <ol className="app-steps" aria-label={label}>
      {steps.map((step) => (
        <li
          key={step.label}
          className={step.status === "next" ? undefined : `app-steps-${step.status}`}
          aria-current={step.status === "now" ? "step" : undefined}
        >
          {step.label}
          {step.status === "done" && <span className="govuk-visually-hidden"> (done)</span>}
        </li>
      ))}
    </ol>
  );
}

export type Task = {
  title: ReactNode;
  /** Without an address the task cannot be opened (yet). */
  href?: string;
  hint?: ReactNode;
  status: string;
  /** The kind of tag; without one the status is plain text, as it should be for what is done. */
  statusKind?: TagKind;
  /** The prefix for the ids of the hint and the status. */
  id: string;
};

/** Tasks in any order, each with its status. */
export function TaskList({ tasks }: { tasks: readonly Task[] }) {
  return (
    <ul className="govuk-task-list">
      {tasks.map((task) => (
        <TaskItem key={task.id} task={task} />
      ))}
    </ul>
  );
}

function TaskItem({ task }: { task: Task }) {
  const hintId = `${task.id}-hint`;
  const statusId = `${task.id}-status`;
  return (
    <li className={`govuk-task-list__item${task.href ? " govuk-task-list__item--with-link" : ""}`}>
      <div className="govuk-task-list__name-and-hint">
        {task.href ? (
          <a
            className="govuk-task-list__link"
            href={task.href}
            aria-describedby={task.hint ? `${hintId} ${statusId}` : statusId}
          >
            {task.title}
          </a>
        ) : (
          <div>{task.title}</div>
        )}
        {task.hint && (
          <div className="govuk-task-list__hint" id={hintId}>
            {task.hint}
          </div>
        )}
      </div>
      <div className="govuk-task-list__status" id={statusId}>
        {task.statusKind ? <Tag kind={task.statusKind}>{task.status}</Tag> : task.status}
      </div>
    </li>
  );
}

export type TimelineEntry = {
  id: string;
  title: ReactNode;
  /** The time, as people read it: "20 November 2026, 10:05 am". */
  at: string;
  /** The time, for machines (ISO 8601). */
  dateTime?: string;
  /** The person, as people read it. */
  by?: ReactNode;
  /** The reason given, or what changed. */
  children?: ReactNode;
};

/** What happened, newest first. */
export function Timeline({ entries, label = "History" }: { entries: readonly TimelineEntry[]; label?: string }) {
  return (
    <ol className="app-timeline" aria-label={label}>
      {entries.map((entry) => (
        <li key={entry.id}>
          {entry.title}
          <div className="app-note">
            <time dateTime={entry.dateTime}>{entry.at}</time>
            {entry.by && <> · {entry.by}</>}
          </div>
          {entry.children}
        </li>
      ))}
    </ol>
  );
}
