import { text, UUID, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { Questions } from "#lib/form/questions.ts";
import { type MfatActor, permit, ROLE_LABELS, type Role } from "#lib/lifecycle/permissions.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import type { Revised } from "#lib/lifecycle/settings/rules.ts";
import { isRepeated, recordEvent, requestIdOf } from "#lib/platform/audit.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, invalid, notFound } from "#lib/platform/errors.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { movedEmail } from "./emails.ts";
import { listSuccessors } from "./queries.ts";
import { countsInWords, MOVED, readReferences } from "./rules.ts";
import { type ApplicationsMove, MOVE_APPLICATIONS_FIELDS, MOVE_SEEN, moveQuestion } from "./schema.ts";

/** Whom an agency needs to go on with what it takes over. */
const NEEDED: readonly Role[] = ["CONTRIBUTOR", "CERTIFIER"];

type Agency = { id: string; name: string };
type Moving = { id: string; reference: string; state: State };

/**
 * Moves all or some applications of an agency to another that takes over its work (MOVE_APPLICATIONS_FIELDS), once it was read which.
 * What was done for the agency before stays in its name. Answers how many moved.
 * @throws INVALID at the fields and until it was read, STATE where there is none to move, CONFLICT, FORBIDDEN, NOT_FOUND
 */
export function moveApplications(actor: MfatActor, request: Revised, id: string, values: Values): Promise<number> {
  permit(actor, "agency:keep");
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('agencies'))`;
    if (await isRepeated(tx, request.requestId)) return 0;
    const from = UUID.test(id) ? await tx.agency.findUnique({ where: { id } }) : null;
    if (!from) throw notFound();
    const known = await knowing(tx, request, { subject: `agency:${id}`, revision: from.revision });
    const { answers, to } = await readMove(tx, id, values);
    const moving = await lockMoving(tx, from, answers);
    if (text(values, MOVE_SEEN) !== "yes") {
      const message = "Read which applications move, then confirm";
      throw new Questions({ [MOVE_SEEN]: message }, [moveQuestion(inWords(moving), from.name, to.name)]);
    }
    await tx.application.updateMany({ where: { id: { in: moving.map((one) => one.id) } }, data: { agencyId: to.id } });
    const data = { from: { id: from.id, name: from.name }, to: { id: to.id, name: to.name } };
    const { remoteAddress } = request;
    for (const [index, { id: applicationId, reference }] of moving.entries()) {
      await recordEvent(tx, {
        event: MOVED,
        known,
        actor,
        applicationId,
        reason: answers.reason,
        data,
        // The first stands for the form: the same form sent again finds it.
        requestId: index === 0 ? request.requestId : requestIdOf(request.requestId, reference),
        ...(remoteAddress && { remoteAddress }),
      });
    }
    await tell(tx, moving, { from, to, reason: answers.reason });
    return moving.length;
  });
}

/** @throws INVALID at the fields, also where nobody of the other agency could go on with it */
async function readMove(tx: Tx, id: string, values: Values): Promise<{ answers: ApplicationsMove; to: Agency }> {
  const lists = await listSuccessors(tx, id);
  const { data: answers, errors } = parseFields(MOVE_APPLICATIONS_FIELDS, values, lists);
  if (errors) throw invalid(errors);
  const to = { id: answers.agency, name: lists.agencies.find(({ value }) => value === answers.agency)?.label ?? "" };
  const held = await tx.personRole.findMany({
    where: { role: { in: [...NEEDED] }, person: { agencyId: to.id, endedAt: null } },
    select: { role: true },
    distinct: ["role"],
  });
  const missing = NEEDED.filter((role) => !held.some((one) => one.role === role)).map((role) => ROLE_LABELS[role]);
  if (missing.length) {
    const roles = new Intl.ListFormat("en-NZ").format(missing);
    throw invalid({ agency: `${to.name} has no ${roles}. Add one under “People” first` });
  }
  return { answers, to };
}

/** The applications that are to move, locked until the transaction ends. @throws INVALID at `references`, STATE */
async function lockMoving(tx: Tx, from: Agency, { references }: ApplicationsMove): Promise<Moving[]> {
  const read = readReferences(references ?? "");
  if ("wrong" in read) {
    throw invalid({ references: `“${read.wrong}” is not a reference. Enter references like PSF-2026-0042` });
  }
  const wanted = read.references.length ? read.references : null;
  const moving = await tx.$queryRaw<Moving[]>`
    SELECT id, reference, state::text FROM "Application"
    WHERE "agencyId" = ${from.id}::uuid AND (${wanted}::text[] IS NULL OR reference = ANY(${wanted}))
    ORDER BY reference FOR UPDATE`;
  const unknown = wanted?.find((one) => !moving.some(({ reference }) => reference === one));
  if (unknown) throw invalid({ references: `${unknown} is not an application of ${from.name}` });
  if (!moving.length) throw new DomainError("STATE", `${from.name} has no applications to move.`);
  return moving;
}

/** "3 applications: Draft (2) and ended (1)". */
function inWords(moving: readonly Moving[]): string {
  const states = new Map<State, number>();
  for (const { state } of moving) states.set(state, (states.get(state) ?? 0) + 1);
  const counts = countsInWords([...states].map(([state, count]) => ({ state, count })));
  return `${moving.length === 1 ? "1 application" : `${moving.length} applications`}: ${counts}`;
}

/** Tells everybody of both agencies, and the desk. */
async function tell(
  tx: Tx,
  moving: readonly Moving[],
  { from, to, reason }: { from: Agency; to: Agency; reason: string },
) {
  const people = await tx.person.findMany({
    where: { agencyId: { in: [from.id, to.id] }, endedAt: null },
    select: { email: true },
    orderBy: { email: "asc" },
  });
  const { BASE_URL: baseUrl, DESK_EMAIL: deskEmail } = env();
  const references = moving.map(({ reference }) => reference);
  const mail = movedEmail({ references, from: from.name, to: to.name, reason, deskEmail, baseUrl });
  for (const email of [deskEmail, ...people.map((one) => one.email)]) await queueEmail(tx, { to: email, ...mail });
}
