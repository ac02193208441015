import { Tag } from "#components/ui/tag.tsx";
import type { Actor, Role } from "#lib/lifecycle/permissions.ts";
import { STATES, stateLabel, waitsOn } from "#lib/lifecycle/states.ts";
import { formatDate, formatDeadline } from "#lib/platform/dates.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";

type ApplicationLedeProps = {
  actor: Actor;
  application: {
    reference: string;
    agency: { name: string };
    state: State;
    stateSince: Date;
    waiting: { role: Role; since: Date; step?: string } | null;
    heldAt: Date | null;
    changesDueAt: Date | null;
  };
};

/**
 * The line under an application's title: its reference, agency and state, and who it has been waiting on since when.
 */
export function ApplicationLede({ actor, application }: ApplicationLedeProps) {
  const { reference, agency, state, stateSince, waiting, heldAt, changesDueAt } = application;
  return (
    <>
      {reference} · {agency.name} · <StateTag actor={actor} state={state} isHeld={heldAt !== null} />{" "}
      {waiting
        ? `waiting on ${waitsOn(state, actor.side, waiting.role, waiting.step)} since ${formatDate(waiting.since)}`
        : `since ${formatDate(stateSince)}`}
      {state === "CHANGES_REQUESTED" && changesDueAt && ` · due by ${formatDeadline(changesDueAt)}`}
    </>
  );
}

/** A state in the words and colour for the reader's side. */
export function StateTag({ actor, state, isHeld }: { actor: Actor; state: State; isHeld: boolean }) {
  // The colour must not tell an agency more than the words do.
  const tone =
    actor.side === "AGENCY" && stateLabel(state, "AGENCY").startsWith("Being") ? "neutral" : STATES[state].tone;
  return (
    <>
      <Tag kind={tone}>{stateLabel(state, actor.side)}</Tag>
      {isHeld && (
        <>
          {" "}
          <Tag kind="wait">On hold</Tag>
        </>
      )}
    </>
  );
}
