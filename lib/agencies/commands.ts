import { z } from "zod";
import { Questions } from "#lib/form/questions.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import { nameKey } from "#lib/platform/text.ts";
import {
  AGENCY_FIELDS,
  type AgencyAnswers,
  type AgencyData,
  agencyValues,
  readDomains,
  SHARED,
  sharedQuestion,
} from "./schema.ts";

type WriteRequest = { requestId: string; remoteAddress?: string };

/**
 * Adds an agency. `isShared`: somebody confirmed that another agency has a domain too. @throws INVALID at the fields,
 * FORBIDDEN
 */
export function createAgency(
  actor: MfatActor,
  request: WriteRequest,
  answers: AgencyAnswers,
  isShared = false,
): Promise<void> {
  return keeping(actor, request, async (tx) => {
    const data = dataOf(answers);
    await refuseTaken(tx, data, { ownId: null, heldDomains: [], isShared });
    const { id } = await tx.agency.create({ data });
    await recordEvent(tx, { event: "agency.created", actor, subject: `agency:${id}`, data, ...traceOf(request) });
  });
}

/**
 * Changes an agency. `tell`: what to do when it may no longer apply, or may apply again.
 * @throws INVALID at the fields, NOT_FOUND, FORBIDDEN
 */
export function changeAgency(
  actor: MfatActor,
  request: Revised,
  id: string,
  answers: AgencyAnswers,
  isShared = false,
  tell: (tx: Tx, after: { name: string; isActive: boolean }) => Promise<void> = async () => {},
): Promise<void> {
  return keeping(actor, request, async (tx) => {
    const agency = z.uuid().safeParse(id).success ? await tx.agency.findUnique({ where: { id } }) : null;
    if (!agency) throw notFound();
    const { id: _, revision, ...before } = agency;
    const known = await knowing(tx, request, {
      subject: `agency:${id}`,
      revision,
      fields: AGENCY_FIELDS,
      values: agencyValues(before),
    });
    const after = dataOf(answers);
    if (isSame(before, after)) throw nothingChanged();
    await refuseTaken(tx, after, { ownId: id, heldDomains: before.emailDomains, isShared });
    await tx.agency.update({ where: { id }, data: after });
    await recordEvent(tx, {
      event: "agency.changed",
      known,
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

/** Runs changes to agencies one at a time, and the same request only once. */
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

const isSame = (before: AgencyData, after: AgencyData): boolean =>
  JSON.stringify(agencyValues(before)) === JSON.stringify(agencyValues(after));

/**
 * No two agencies may have names or abbreviations that look alike; a domain that another agency has raises a question.
 * @throws INVALID
 */
async function refuseTaken(tx: Tx, { name, abbreviation, emailDomains }: AgencyData, ask: Asked): Promise<void> {
  const others = (await tx.agency.findMany()).filter(({ id }) => id !== ask.ownId);
  const isAlike = (one: string, other: string) => nameKey(one) === nameKey(other);
  const named = others.find((other) => isAlike(other.name, name));
  if (named) throw invalid({ name: `There is already an agency with this name: ${named.name}` });
  const short = others.find((other) => isAlike(other.abbreviation, abbreviation));
  if (short) throw invalid({ abbreviation: `${short.name} already has this abbreviation` });
  const shared = emailDomains
    .filter((domain) => !ask.heldDomains.includes(domain))
    .flatMap((domain) =>
      others.filter((other) => other.emailDomains.includes(domain)).map((other) => ({ domain, of: other.name })),
    );
  if (shared.length === 0 || ask.isShared) return;
  const words = shared.map(({ domain, of }) => `${domain} belongs to ${of}`).join(", ");
  throw new Questions({ [SHARED]: `${words}. Confirm that both agencies use it, or leave it out` }, [
    sharedQuestion(words),
  ]);
}

/** `isShared`: somebody confirmed that another agency has a domain too. */
type Asked = { ownId: string | null; heldDomains: readonly string[]; isShared: boolean };
