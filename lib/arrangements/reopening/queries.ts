import { z } from "zod";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { dayInputs, type StepForm } from "#lib/form/fields.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { lastToReopen, scopeOf } from "#lib/lifecycle/queries.ts";
import { STANDS } from "#lib/lifecycle/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { type End, type EndByTwo, RESERVED, reopenFields } from "./rules.ts";

type Client = Pick<Tx, "auditEvent" | "phasing" | "offer">;
type Ended = { id: string; state: State; stateSince: Date; round: { closesAt: Date | null } };

const HELD = z.object({ heldAt: z.iso.datetime().optional() });

/** The end of an application, as the step that ended it left it on record; null if no step did. */
export async function readEnd(client: Client, actor: MfatActor, application: Ended): Promise<End | null> {
  const { id: applicationId, state, stateSince: endedAt, round } = application;
  const event = await client.auditEvent.findFirst({
    where: { applicationId, application: scopeOf(actor), toState: state, fromState: { not: state } },
    orderBy: { id: "desc" },
    select: { fromState: true, data: true },
  });
  if (!event?.fromState) return null;
  const before = event.fromState;
  const { heldAt } = HELD.parse(event.data ?? {});
  const kind = RESERVED[before];
  return {
    before,
    endedAt,
    until: lastToReopen(endedAt),
    heldAt: heldAt ? new Date(heldAt) : null,
    round,
    phasing: kind
      ? await client.phasing.findMany({ where: { applicationId, kind }, orderBy: { startYear: "asc" } })
      : [],
    offer:
      before === "OFFERED"
        ? await client.offer.findFirst({ where: { applicationId }, orderBy: { sentAt: "desc" } })
        : null,
  };
}

const ASKED = ["askToReopen", "declineReopening"];
const TERMINATION = z.object({
  reports: z
    .array(
      z.object({
        id: z.string(),
        state: z.enum(["DUE", "RETURNED"]),
        answeredById: z.string().nullable(),
        answeredAt: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    )
    .optional(),
});

/** The end of an arrangement as the step that ended it left it on record, and whether its reopening is asked for. */
export async function readEndByTwo(
  client: Client & Pick<Tx, "acquittal" | "ledgerEntry">,
  actor: MfatActor,
  { id: applicationId, state, stateSince: endedAt }: Pick<Ended, "id" | "state" | "stateSince">,
): Promise<EndByTwo | null> {
  const where = { applicationId, application: scopeOf(actor) };
  const [end, last, acquittals] = await Promise.all([
    client.auditEvent.findFirst({
      where: { ...where, toState: state, fromState: { not: state } },
      orderBy: { id: "desc" },
      select: { fromState: true, data: true, requestId: true },
    }),
    client.auditEvent.findFirst({
      where: { ...where, action: { in: ASKED }, at: { gte: endedAt } },
      orderBy: { id: "desc" },
      select: { action: true, actorId: true, reason: true },
    }),
    client.acquittal.count({ where: { applicationId, ...STANDS } }),
  ]);
  if (!end?.fromState) return null;
  const released = end.requestId
    ? await client.ledgerEntry.findMany({
        where: { applicationId, requestId: end.requestId, kind: "RELEASE" },
        orderBy: { startYear: "asc" },
      })
    : [];
  const isAsked = last?.action === "askToReopen" && last.actorId;
  return {
    before: end.fromState,
    endedAt,
    until: lastToReopen(endedAt),
    asked: isAsked ? { byId: last.actorId ?? "", reason: last.reason ?? "" } : null,
    phasing: released.map(({ startYear, committedCents }) => ({ startYear, cents: -committedCents })),
    reports: TERMINATION.parse(end.data ?? {}).reports ?? null,
    hasAcquittal: acquittals > 0,
  };
}

export const findEndByTwo = (actor: MfatActor, application: Ended): Promise<EndByTwo | null> =>
  readEndByTwo(db(), actor, application);

export const findEnd = (actor: MfatActor, application: Ended): Promise<End | null> => readEnd(db(), actor, application);

/** Begins with the offer's own last day while that is ahead. */
export async function readReopenForm(actor: MfatActor, application: ApplicationHeader): Promise<StepForm> {
  const offer = (await findEnd(actor, application))?.offer ?? null;
  return {
    fields: reopenFields({ offer }),
    initial: offer && offer.dueAt > now() ? dayInputs("dueOn", dayOf(offer.dueAt)) : {},
  };
}
