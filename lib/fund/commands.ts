import { UUID } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { atTime } from "#lib/platform/dates.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { conflict, invalid, notFound, violates } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { roundEmail } from "./emails.ts";
import { checkRound, padTime } from "./rules.ts";
import { type KeptCriterion, type KeptRound, linesOf, STARTING_CRITERIA } from "./schema.ts";

type Request = { requestId: string; remoteAddress?: string };

/** Makes a round with the starting set of criteria. @throws INVALID at the field, FORBIDDEN */
export async function createRound(actor: MfatActor, request: Request, round: KeptRound): Promise<void> {
  permit(actor, "round:keep");
  const data = dataOf(round);
  await named(() =>
    transaction(async (tx) => {
      if (await isRepeated(tx, request.requestId)) return;
      const { id } = await tx.round.create({
        data: {
          ...data,
          criteria: {
            create: STARTING_CRITERIA.map(({ anchors, sections, ...criterion }, position) => ({
              ...criterion,
              anchors: [...anchors],
              sections: [...sections],
              position,
            })),
          },
        },
      });
      await recordRound(tx, actor, request, id, "round.created", { after: recorded(data) });
      await tell(tx, data, "added");
    }),
  );
}

/** Changes a round that somebody has before them at `revision`. @throws INVALID, CONFLICT, NOT_FOUND, FORBIDDEN */
export async function changeRound(
  actor: MfatActor,
  request: Request & { revision: number },
  id: string,
  round: KeptRound,
): Promise<void> {
  permit(actor, "round:keep");
  const data = dataOf(round);
  await named(() =>
    transaction(async (tx) => {
      if (await isRepeated(tx, request.requestId)) return;
      const before = await lockRound(tx, request, id);
      await tx.round.update({ where: { id }, data: { ...data, revision: { increment: 1 } } });
      const was = recorded(before);
      const after = recorded(data);
      await recordRound(tx, actor, request, id, "round.changed", { before: was, after });
      await tell(tx, data, "changed");
    }),
  );
}

/** Gives a round new criteria. Applications that were accepted for assessment keep the version they were accepted with. */
export async function changeCriteria(
  actor: MfatActor,
  request: Request & { revision: number },
  id: string,
  criteria: readonly KeptCriterion[],
): Promise<void> {
  permit(actor, "round:keep");
  await transaction(async (tx) => {
    if (await isRepeated(tx, request.requestId)) return;
    const before = await lockRound(tx, request, id);
    const version = before.criteriaVersion + 1;
    await tx.criterion.createMany({
      data: criteria.map((criterion, position) => ({ ...criterion, roundId: id, version, position })),
    });
    await tx.round.update({ where: { id }, data: { criteriaVersion: version, revision: { increment: 1 } } });
    const weights = Object.fromEntries(criteria.map(({ name, weight }) => [name, weight]));
    await recordRound(tx, actor, request, id, "round.criteriaChanged", { version, weights });
    await tell(tx, before, "given new criteria");
  });
}

async function lockRound(tx: Tx, { revision }: { revision: number }, id: string) {
  if (!UUID.test(id)) throw notFound();
  await tx.$queryRaw`SELECT 1 AS locked FROM "Round" WHERE id = ${id}::uuid FOR UPDATE`;
  const round = await tx.round.findUnique({ where: { id } });
  if (!round) throw notFound();
  if (round.revision !== revision) {
    throw conflict(
      "Somebody changed this round after you opened this page. We did not save your changes: open it again.",
    );
  }
  return round;
}

/** @throws INVALID at the input */
function dataOf(round: KeptRound) {
  const errors = checkRound(round);
  if (Object.keys(errors).length) throw invalid(errors);
  const { name, opensOn, closesOn, closesTime, money, minimumAssessments, checklist, tellEmails } = round;
  return {
    name,
    opensAt: atTime(opensOn, "00:00"),
    closesAt: closesOn && atTime(closesOn, padTime(closesTime)),
    minimumAssessments,
    moneyCents: money,
    checklist: linesOf(checklist),
    tellEmails: linesOf(tellEmails).map((email) => email.toLowerCase()),
  };
}

/** A round as the audit trail keeps it. */
const recorded = ({ name, opensAt, closesAt, minimumAssessments, moneyCents }: ReturnType<typeof dataOf>) => ({
  name,
  opensAt: opensAt.toISOString(),
  closesAt: closesAt?.toISOString() ?? null,
  minimumAssessments,
  moneyCents: moneyCents?.toString() ?? null,
});

/** Two rounds of one name are one too many. */
async function named(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (violates(error, "Round_name_key")) throw invalid({ name: "There is already a round with this name" });
    throw error;
  }
}

function recordRound(
  tx: Tx,
  actor: MfatActor,
  { requestId, remoteAddress }: Request,
  id: string,
  event: string,
  data: Parameters<typeof recordEvent>[1]["data"],
): Promise<void> {
  return recordEvent(tx, {
    event,
    actor,
    requestId,
    subject: `round:${id}`,
    ...(data && { data }),
    ...(remoteAddress && { remoteAddress }),
  });
}

type Told = { name: string; opensAt: Date; closesAt: Date | null; tellEmails: string[] };

async function tell(tx: Tx, round: Told, what: string): Promise<void> {
  const mail = roundEmail(round, what, env().BASE_URL);
  for (const to of new Set([env().DESK_EMAIL, ...round.tellEmails])) await queueEmail(tx, { to, ...mail });
}
