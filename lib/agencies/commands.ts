import { z } from "zod";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import { type AgencyAnswers, readDomains } from "./schema.ts";

type WriteRequest = { requestId: string; remoteAddress?: string };
type AgencyData = { name: string; abbreviation: string; kind: string; emailDomains: string[]; isActive: boolean };

/** Adds an agency. @throws INVALID at the fields, FORBIDDEN */
export function createAgency(actor: MfatActor, request: WriteRequest, answers: AgencyAnswers): Promise<void> {
  return keeping(actor, request, async (tx) => {
    const data = dataOf(answers);
    await refuseTaken(tx, data, null);
    const { id } = await tx.agency.create({ data });
    await recordEvent(tx, { event: "agency.created", actor, subject: `agency:${id}`, data, ...traceOf(request) });
  });
}

/**
 * Changes an agency. `tell`: what takes place where it may no longer apply, or may again.
 * @throws INVALID at the fields, NOT_FOUND, FORBIDDEN
 */
export function changeAgency(
  actor: MfatActor,
  request: WriteRequest,
  id: string,
  answers: AgencyAnswers,
  tell: (tx: Tx, after: { name: string; isActive: boolean }) => Promise<void> = async () => {},
): Promise<void> {
  return keeping(actor, request, async (tx) => {
    const agency = z.uuid().safeParse(id).success ? await tx.agency.findUnique({ where: { id } }) : null;
    if (!agency) throw notFound();
    const after = dataOf(answers);
    await refuseTaken(tx, after, id);
    const { id: _, ...before } = agency;
    await tx.agency.update({ where: { id }, data: after });
    await recordEvent(tx, {
      event: "agency.changed",
      actor,
      subject: `agency:${id}`,
      data: { before, after },
      ...traceOf(request),
    });
    if (after.isActive !== before.isActive) await tell(tx, after);
  });
}

const traceOf = ({ requestId, remoteAddress }: WriteRequest) => ({
  requestId,
  ...(remoteAddress && { remoteAddress }),
});

/** Writes about agencies queue up, and the same request twice acts once. */
function keeping(actor: MfatActor, { requestId }: WriteRequest, work: (tx: Tx) => Promise<void>): Promise<void> {
  permit(actor, "agency:keep");
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('agencies'))`;
    if (await isRepeated(tx, requestId)) return;
    await work(tx);
  });
}

function dataOf({ emailDomains, isActive, ...rest }: AgencyAnswers): AgencyData {
  const read = readDomains(emailDomains ?? "");
  if ("wrong" in read)
    throw invalid({ emailDomains: `“${read.wrong}” is not an email domain. Enter one like customs.govt.nz` });
  return { ...rest, emailDomains: read.domains, isActive: isActive === "yes" };
}

async function refuseTaken(tx: Tx, { name, abbreviation }: AgencyData, ownId: string | null): Promise<void> {
  const others = await tx.agency.findMany({
    where: { OR: [{ name }, { abbreviation }], ...(ownId && { id: { not: ownId } }) },
    select: { name: true },
  });
  if (others.length === 0) return;
  throw invalid(
    others.some((other) => other.name === name)
      ? { name: "There is already an agency with this name" }
      : { abbreviation: `${others[0]?.name} already has this abbreviation` },
  );
}
