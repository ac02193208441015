import { Details } from "#components/ui/details.tsx";
import { Table } from "#components/ui/table.tsx";
import { STATES } from "#lib/lifecycle/states.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import type { readAgencyLeaving } from "#lib/work/leaving/queries.ts";

type AgencyLeavingProps = { name: string; leaving: Awaited<ReturnType<typeof readAgencyLeaving>> };

const OUTCOMES: Partial<Record<State, string>> = {
  DRAFT: "They stay, but cannot be sent for sign-off",
  SIGN_OFF: "They stay, but cannot be signed off",
  CHANGES_REQUESTED: "They stay, but cannot be sent back to the desk. Their due date does not change",
};

/** What would be affected if an agency may no longer apply. */
export function AgencyLeaving({ name, leaving: { byState, goesOn, people } }: AgencyLeavingProps) {
  const lines = [
    ...byState.map(({ state, references }) => ({
      what: STATES[state].label,
      count: references.length,
      outcome: OUTCOMES[state] ?? "",
      references,
    })),
    { what: "Submitted, under way or being closed", count: goesOn, outcome: "They continue as before", references: [] },
    { what: "People", count: people, outcome: "They can still sign in. You cannot add anyone", references: [] },
  ].filter(({ count }) => count > 0);
  return (
    <Details summary="What happens if it may no longer apply" isOpen>
      {lines.length === 0 ? (
        <p>{name} has no applications and no people.</p>
      ) : (
        <Table
          caption={`Open work of ${name}`}
          hideCaption
          onPhone="stack"
          rows={lines}
          keyOf={({ what }) => what}
          columns={[
            { header: "Work", isRowHeader: true, cell: ({ what }) => what },
            { header: "How many", isNumeric: true, cell: ({ count }) => count },
            {
              header: "What happens to it",
              cell: ({ outcome, references }) => (
                <>
                  {outcome}.{references.length > 0 && " "}
                  {references.map((reference, index) => (
                    <span key={reference}>
                      {index > 0 && ", "}
                      <a href={`/applications/${reference}`}>{reference}</a>
                    </span>
                  ))}
                </>
              ),
            },
          ]}
        />
      )}
      {byState.length > 0 && <p>If you save “No”, we email the agency’s contributors and certifiers, and the desk.</p>}
    </Details>
  );
}
