import { type Reason, UUID } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { listParticipants } from "#lib/lifecycle/queries.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { atTime } from "#lib/platform/dates.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, invalid, notFound, violates } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { closingMovedEmail, roundEmail } from "./emails.ts";
import { listCriteria } from "./queries.ts";
import {
  checkRound,
  closesAtOf,
  criteriaValues,
  isMoved,
  roundValues,
  whyNotMoved,
  whyNotNewCriteria,
  whyNotPublished,
  whyNotTakenBack,
} from "./rules.ts";
import {
  CRITERIA_MAX,
  criterionFields,
  type KeptCriterion,
  type KeptRound,
  linesOf,
  ROUND_FIELDS,
  STARTING_CRITERIA,
} from "./schema.ts";

type Request = { requestId: string; remoteAddress?: string };

/**
 * Drafts a round with the criteria of `copyOf`, or with the starting set. Nobody is told before it is published.
 * @throws INVALID at the field, NOT_FOUND, FORBIDDEN
 */
export async function createRound(
  actor: MfatActor,
  request: Request,
  round: KeptRound,
  copyOf: string | null = null,
): Promise<void> {
  permit(actor, "round:keep");
  const data = dataOf(round);
  await named(() =>
    transaction(async (tx) => {
      if (await isRepeated(tx, request.requestId)) return;
      const criteria = copyOf ? await criteriaNow(tx, copyOf) : STARTING_CRITERIA;
      const { id } = await tx.round.create({
        data: {
          ...data,
          criteria: {
            create: criteria.map(({ name, weight, anchors, sections }, position) => ({
              name,
              weight,
              anchors: [...anchors],
              sections: [...sections],
              position,
            })),
          },
        },
      });
      await recordEvent(tx, {
        event: "round.created",
        actor,
        subject: subjectOf(id),
        data: { after: recorded(data), isDraft: true, ...(copyOf && { copyOf }) },
        ...traceOf(request),
      });
    }),
  );
}

async function criteriaNow(tx: Tx, id: string) {
  const round = UUID.test(id) ? await tx.round.findUnique({ where: { id } }) : null;
  if (!round) throw notFound();
  return listCriteria(tx, { roundId: id, criteriaVersion: null, round });
}

/**
 * Changes a round that somebody has open at `revision`. Everybody who writes or signs off an application in it is told
 * when its closing time moves. `isSure`: they confirmed that it closes earlier.
 * @throws INVALID, CONFLICT, NOT_FOUND, FORBIDDEN
 */
export async function changeRound(
  actor: MfatActor,
  request: Revised,
  id: string,
  round: KeptRound,
  isSure = false,
): Promise<void> {
  permit(actor, "round:keep");
  const data = dataOf(round);
  await named(() =>
    transaction(async (tx) => {
      if (await isRepeated(tx, request.requestId)) return;
      const before = await lockRound(tx, id);
      const kept = { revision: before.revision, fields: ROUND_FIELDS, values: roundValues(before) };
      const known = await knowing(tx, request, { subject: subjectOf(id), ...kept });
      const [was, after] = [recorded(before), recorded(data)];
      if (JSON.stringify(was) === JSON.stringify(after)) throw nothingChanged();
      const written = await listWritten(tx, id);
      const problem = whyNotMoved(before, data, written.length, isSure, now());
      if (problem) throw problem;
      await tx.round.update({ where: { id }, data });
      await recordEvent(tx, {
        event: "round.changed",
        known,
        actor,
        subject: subjectOf(id),
        data: { before: was, after },
        ...traceOf(request),
      });
      if (!before.publishedAt) return;
      await tell(tx, data, "changed");
      if (isMoved(before, data)) await tellWriters(tx, written, before, data);
    }),
  );
}

/**
 * Publishes a draft round: agencies can see it, and may apply once it opens. @throws STATE, CONFLICT, NOT_FOUND,
 * FORBIDDEN
 */
export async function publishRound(actor: MfatActor, request: Revised, id: string): Promise<void> {
  permit(actor, "round:keep");
  await transaction(async (tx) => {
    if (await isRepeated(tx, request.requestId)) return;
    const round = await lockRound(tx, id);
    const known = await knowing(tx, request, { subject: subjectOf(id), revision: round.revision });
    const at = now();
    const problem = whyNotPublished(round, at);
    if (problem) throw new DomainError("STATE", problem);
    await tx.round.update({ where: { id }, data: { publishedAt: at } });
    await recordEvent(tx, { event: "round.published", known, actor, subject: subjectOf(id), ...traceOf(request) });
    await tell(tx, round, "published");
  });
}

/**
 * Makes a published round a draft again, as long as no application has been started in it. @throws STATE, CONFLICT,
 * NOT_FOUND, FORBIDDEN
 */
export async function takeBackRound(actor: MfatActor, request: Revised, id: string, { reason }: Reason): Promise<void> {
  permit(actor, "round:keep");
  await transaction(async (tx) => {
    if (await isRepeated(tx, request.requestId)) return;
    const round = await lockRound(tx, id);
    const known = await knowing(tx, request, { subject: subjectOf(id), revision: round.revision });
    const problem = whyNotTakenBack(round, await tx.application.count({ where: { roundId: id } }));
    if (problem) throw new DomainError("STATE", problem);
    await tx.round.update({ where: { id }, data: { publishedAt: null } });
    await recordEvent(tx, {
      event: "round.takenBack",
      known,
      actor,
      subject: subjectOf(id),
      data: { reason },
      ...traceOf(request),
    });
    await tell(tx, round, "taken back", reason);
  });
}

/**
 * Gives a round new criteria. Applications accepted for assessment keep the version they were accepted with; where
 * there are any, a reason is required. @throws INVALID, CONFLICT, NOT_FOUND, FORBIDDEN
 */
export async function changeCriteria(
  actor: MfatActor,
  request: Revised,
  id: string,
  criteria: readonly KeptCriterion[],
  reason = "",
): Promise<void> {
  permit(actor, "round:keep");
  await transaction(async (tx) => {
    if (await isRepeated(tx, request.requestId)) return;
    const before = await lockRound(tx, id);
    const version = before.criteriaVersion + 1;
    const current = await tx.criterion.findMany({
      where: { roundId: id, version: before.criteriaVersion },
      orderBy: { position: "asc" },
    });
    const known = await knowing(tx, request, {
      subject: subjectOf(id),
      revision: before.revision,
      fields: Array.from({ length: CRITERIA_MAX }, (_, index) => criterionFields(index, [])).flat(),
      values: criteriaValues(current),
    });
    if (JSON.stringify(criteriaValues(current)) === JSON.stringify(criteriaValues(criteria))) throw nothingChanged();
    const accepted = await tx.application.count({ where: { roundId: id, criteriaVersion: { not: null } } });
    const problem = whyNotNewCriteria(accepted, reason);
    if (problem) throw problem;
    await tx.criterion.createMany({
      data: criteria.map((criterion, position) => ({ ...criterion, roundId: id, version, position })),
    });
    await tx.round.update({ where: { id }, data: { criteriaVersion: version } });
    const weights = Object.fromEntries(criteria.map(({ name, weight }) => [name, weight]));
    await recordEvent(tx, {
      event: "round.criteriaChanged",
      known,
      actor,
      subject: subjectOf(id),
      data: { version, weights, accepted, ...(reason && { reason }) },
      ...traceOf(request),
    });
    if (before.publishedAt) await tell(tx, before, "given new criteria");
  });
}

async function lockRound(tx: Tx, id: string) {
  if (!UUID.test(id)) throw notFound();
  await tx.$queryRaw`SELECT 1 AS locked FROM "Round" WHERE id = ${id}::uuid FOR UPDATE`;
  const round = await tx.round.findUnique({ where: { id } });
  if (!round) throw notFound();
  return round;
}

/** @throws INVALID at the input */
function dataOf(round: KeptRound) {
  const errors = checkRound(round);
  if (Object.keys(errors).length) throw invalid(errors);
  const { name, opensOn, money, minimumAssessments, checklist, tellEmails } = round;
  return {
    name,
    opensAt: atTime(opensOn, "00:00"),
    closesAt: closesAtOf(round),
    minimumAssessments,
    moneyCents: money,
    checklist: linesOf(checklist),
    tellEmails: linesOf(tellEmails).map((email) => email.toLowerCase()),
  };
}

/** A round, as the audit trail stores it. */
const recorded = ({
  name,
  opensAt,
  closesAt,
  minimumAssessments,
  moneyCents,
  checklist,
  tellEmails,
}: ReturnType<typeof dataOf>) => ({
  name,
  opensAt: opensAt.toISOString(),
  closesAt: closesAt?.toISOString() ?? null,
  minimumAssessments,
  moneyCents: moneyCents?.toString() ?? null,
  checklist,
  tellEmails,
});

/** No two rounds may have the same name. */
async function named(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (["Round_name_key", "Round_name_once"].some((guard) => violates(error, guard)))
      throw invalid({ name: "There is already a round with this name" });
    throw error;
  }
}

const subjectOf = (id: string): string => `round:${id}`;
const traceOf = ({ requestId, remoteAddress }: Request) => ({ requestId, ...(remoteAddress && { remoteAddress }) });

type Told = { name: string; opensAt: Date; closesAt: Date | null; tellEmails: string[] };

async function tell(tx: Tx, round: Told, what: string, reason?: string): Promise<void> {
  const mail = roundEmail(round, what, env().BASE_URL, reason);
  for (const to of new Set([env().DESK_EMAIL, ...round.tellEmails])) await queueEmail(tx, { to, ...mail });
}

/** The applications in a round that are being written or signed off before its closing time. */
const listWritten = (tx: Tx, roundId: string) =>
  tx.application.findMany({
    where: {
      roundId,
      OR: [{ state: "DRAFT" }, { state: "SIGN_OFF", OR: [{ signOffFrom: null }, { signOffFrom: "DRAFT" }] }],
    },
    select: { id: true, reference: true, title: true, marking: true, agencyId: true, state: true },
    orderBy: { reference: "asc" },
  });

/** Tells everybody who writes one of the applications, or may sign it off, the old and the new closing time. */
async function tellWriters(
  tx: Tx,
  written: Awaited<ReturnType<typeof listWritten>>,
  before: Told,
  after: Told,
): Promise<void> {
  const certifiers = await tx.person.findMany({
    where: {
      agencyId: { in: written.map(({ agencyId }) => agencyId) },
      endedAt: null,
      roles: { some: { role: "CERTIFIER" } },
    },
    select: { email: true, agencyId: true },
  });
  for (const application of written) {
    const asked =
      application.state === "SIGN_OFF" ? certifiers.filter((one) => one.agencyId === application.agencyId) : [];
    const readers = [...(await listParticipants(tx, application)), ...asked];
    const mail = closingMovedEmail(application, before, after, env().BASE_URL);
    for (const to of new Set(readers.map(({ email }) => email))) {
      await queueEmail(tx, { to, applicationId: application.id, ...mail });
    }
  }
}
