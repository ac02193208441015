import { LinkButton } from "#components/ui/buttons.tsx";
import { Panel } from "#components/ui/panel.tsx";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { formatDelegation } from "#lib/decisions/rules.ts";
import { listDelegations } from "#lib/deputies/queries.ts";
import type { Actor, MfatActor } from "#lib/lifecycle/permissions.ts";
import { waitsOn } from "#lib/lifecycle/states.ts";
import type { Obstacles } from "#lib/lifecycle/steps.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { pageTitle, type StepKey, stepRow, stepsFor } from "#lib/workflow/steps.ts";

type PanelProps = { actor: Actor; application: ApplicationHeader };

/**
 * What the reader can do now, from the workflow table: the main step first, the others below. A step that would be
 * refused is listed with what it is waiting for.
 */
export async function StepPanel({ actor, application }: PanelProps) {
  const { reference, state, heldAt } = application;
  const { steps, obstacles } = await listSteps(actor, application);
  const writing = actor.roles.has("CONTRIBUTOR") && (state === "DRAFT" || state === "CHANGES_REQUESTED") && !heldAt;
  const moderating = actor.roles.has("DESK") && state === "MODERATION" && !heldAt;
  if (!steps.length && !writing) return <Nothing actor={actor} application={application} />;
  const possible = steps.filter((step) => obstacles[step] === undefined);
  const first = writing || moderating ? undefined : possible.find((step) => !stepRow(step).isAside);
  const path = `/applications/${reference}`;
  return (
    <Panel title="What you can do now" isAct>
      {writing && (
        <LinkButton href={`${path}/sections`}>
          {state === "DRAFT" ? "Continue your application" : "Make the changes"}
        </LinkButton>
      )}
      {moderating && <LinkButton href={`${path}/moderation`}>Agree scores</LinkButton>}
      {first && <LinkButton href={stepPath(reference, first)}>{pageTitle(first)}</LinkButton>}
      <ul className="app-plain">
        {possible
          .filter((step) => step !== first)
          .map((step) => (
            <li key={step}>
              <a href={stepPath(reference, step)}>{pageTitle(step)}</a>
            </li>
          ))}
      </ul>
      <ObstacleLines steps={steps} obstacles={obstacles} />
      {actor.side === "MFAT" && steps.includes("approve") && (
        <Delegations actor={actor} applicationId={application.id} />
      )}
    </Panel>
  );
}

function Nothing({ actor, application: { state, stateSince, waiting } }: PanelProps) {
  // An active arrangement is not waiting on anybody in particular: the work itself is under way.
  if (!waiting || (state === "ACTIVE" && waiting.since <= stateSince)) return null;
  return (
    <Panel title="Nothing for you to do now">
      <p>It is waiting on {waitsOn(state, actor.side, waiting.role, waiting.step)}.</p>
    </Panel>
  );
}

/** The steps that the reader may take, with what prevents them; steps with nothing to apply to are left out. */
async function listSteps(actor: Actor, application: ApplicationHeader) {
  const { state, heldAt } = application;
  const allowed = stepsFor(state, actor.roles, heldAt !== null).filter((step) => isForReader(step, actor, application));
  const obstacles = allowed.length ? await listObstacles(actor, application) : {};
  return { steps: allowed.filter((step) => obstacles[step] !== null), obstacles };
}

/** What the reader may decide under: their own delegation, and those of the approvers they are deputy for. */
async function Delegations({ actor, applicationId }: { actor: MfatActor; applicationId: string }) {
  const others = (await listDelegations(actor, applicationId)).filter(({ of }) => of !== null);
  return (
    <>
      <p className="app-note">Your delegation: {formatDelegation(actor.delegationCents)}</p>
      {others.map(({ of, limitCents }) => (
        <p key={of?.id} className="app-note">
          As deputy for {of?.name}: {formatDelegation(limitCents)}
        </p>
      ))}
    </>
  );
}

/** Steps with the same obstacle share a line. */
function ObstacleLines({ steps, obstacles }: { steps: readonly StepKey[]; obstacles: Obstacles }) {
  const sentences = new Set(steps.flatMap((step) => obstacles[step] ?? []));
  return [...sentences].map((sentence) => (
    <p key={sentence}>
      <strong>
        {steps
          .filter((step) => obstacles[step] === sentence)
          .map((step) => stepRow(step).label)
          .join(", ")}
        :
      </strong>{" "}
      {sentence}
    </p>
  ));
}

/** Only assigned assessors complete an assessment. */
function isForReader(step: StepKey, actor: Actor, { duties }: ApplicationHeader): boolean {
  return (
    step !== "completeAssessment" || duties.some((duty) => duty.personId === actor.personId && duty.kind === "ASSESS")
  );
}
