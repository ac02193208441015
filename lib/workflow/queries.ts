import { MOVED, movedWords } from "#lib/applications/moves/rules.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { prospectOfReopening } from "#lib/arrangements/reopening/rules.ts";
import { ASSESSMENT_HANDED_OVER, handedOverWords } from "#lib/assessments/handover/rules.ts";
import { notReserved } from "#lib/decisions/rules.ts";
import { entryOf } from "#lib/form/fields.ts";
import { type Actor, can } from "#lib/lifecycle/permissions.ts";
import { lastToReopen, type Named, nameFor, readEventNames, scopeOf } from "#lib/lifecycle/queries.ts";
import { isForAgency } from "#lib/lifecycle/steps.ts";
import { sumOfEvent } from "#lib/payments/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { formatDeadline } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { endingWords, happenedLabel, type StepKey, stepNow, stepRow } from "./steps.ts";

export type HistoryLine = {
  id: bigint;
  at: Date;
  /** Null: no step, but a move to another agency, or an assessment that somebody else took over. */
  action: StepKey | null;
  happened: string;
  /** The name of a person on the reader's side, with who they were deputy for. The other side by its office. */
  by: string;
  reason: string | null;
  /** Of a step about a claim: which, and what it moved. */
  sum: string | null;
};

/** What a history shows besides steps, by its event. */
const NO_STEPS: Record<string, (data: unknown) => string> = {
  [MOVED]: movedWords,
  [ASSESSMENT_HANDED_OVER]: handedOverWords,
};

/** Who assesses is MFAT's own. */
const noSteps = (actor: Actor): string[] => (actor.side === "MFAT" ? Object.keys(NO_STEPS) : [MOVED]);

/**
 * The history of an application, newest first: its steps, its moves to other agencies and assessments handed over. An agency sees only the steps
 * addressed to it, and an adviser no reasons that others at MFAT give each other.
 */
export async function listHistory(actor: Actor, applicationId: string): Promise<HistoryLine[]> {
  const events = await db().auditEvent.findMany({
    where: {
      applicationId,
      application: scopeOf(actor),
      OR: [{ action: { not: null } }, { event: { in: noSteps(actor) } }],
    },
    orderBy: { id: "desc" },
    take: 200,
  });
  const people = await db().person.findMany({
    where: {
      id: {
        in: events.flatMap(({ actorId, data }) => [actorId ?? [], readEventNames(data).forId ?? []].flat()),
      },
    },
    select: { id: true, name: true, side: true, agency: { select: { name: true } } },
  });
  return events.flatMap<HistoryLine>(({ id, at, event, action: taken, toState, actorId, reason, data }) => {
    const person = people.find((one) => one.id === actorId);
    const words = entryOf(NO_STEPS, event);
    if (words) return [{ id, at, action: null, happened: words(data), by: nameFor(actor, person), reason, sum: null }];
    const action = taken && stepNow(taken);
    if (!action || (actor.side === "AGENCY" && !isForAgency(stepRow(action), toState))) return [];
    const isReadable = can(actor, "assessment:read") || stepRow(action).reason === "agency";
    const kept = readEventNames(data);
    const of = kept.forName ?? people.find((one) => one.id === kept.forId)?.name;
    const by = `${nameFor(actor, person && asNamed(person, kept))}${of && actor.side === "MFAT" ? ` for ${of}` : ""}`;
    return {
      id,
      at,
      action,
      happened: happenedLabel(action),
      by,
      reason: isReadable ? reason : null,
      sum: sumOfEvent(data),
    };
  });
}

/** A person by the names that an event kept of them. */
const asNamed = (person: Named, { byName, byAgency }: ReturnType<typeof readEventNames>): Named => ({
  side: person.side,
  name: byName ?? person.name,
  agency: person.agency && { name: byAgency ?? person.agency.name },
});

/** What somebody reads before they end an application: whether and until when it could be reopened. */
export async function readEndingWords(actor: Actor, application: ApplicationHeader, step: StepKey): Promise<string> {
  const { id: applicationId, state: before, round } = application;
  const held = await db().applicationFunding.findMany({ where: { applicationId }, orderBy: { startYear: "asc" } });
  const open = held.map(({ startYear, reservedCents, committedCents, paidCents }) => ({
    startYear,
    cents: reservedCents + committedCents - paidCents,
  }));
  // A decline gave back what was reserved when it was decided; what is settled is reopened without its money.
  // Nor does an agency learn what is set aside for it before it is offered.
  const isNone = before === "CLOSING" || (actor.side === "AGENCY" && before !== "OFFERED");
  const phasing = isNone ? [] : before === "UNSUCCESSFUL" ? notReserved(application.phasing) : open;
  const until = lastToReopen(now());
  const prospect = prospectOfReopening({ before, round, phasing, until }, now());
  if ("why" in prospect) return endingWords(step, prospect);
  return endingWords(step, prospect.until < until ? { until: formatDeadline(prospect.until) } : null);
}
