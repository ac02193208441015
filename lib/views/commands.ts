import { z } from "zod";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { knowing } from "#lib/lifecycle/settings/commands.ts";
import { nothingChanged, type Revised } from "#lib/lifecycle/settings/rules.ts";
import { isRepeated, Known, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { longReading, type Tx, transaction } from "#lib/platform/db.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import { passSheet, type Sheet, type SheetRequest } from "#lib/platform/sheet.ts";
import { nameKey } from "#lib/platform/text.ts";
import { eachApplication } from "./queries.ts";
import { applicationSheet } from "./rules.ts";
import { type Search, VIEW_FIELDS } from "./schema.ts";

type WriteRequest = { requestId: string; remoteAddress?: string };

const VIEWS_MAX = 50;

/** Keeps a search under a name. @throws INVALID where the actor has a view of that name, or too many */
export function saveView(actor: Actor, request: WriteRequest, { name, query }: { name: string; query: string }) {
  return keeping(actor, request, async (tx) => {
    await refuseTaken(tx, actor, name, null);
    if ((await tx.savedView.count({ where: { personId: actor.personId } })) >= VIEWS_MAX) {
      throw invalid({ name: `There can be ${VIEWS_MAX} views at most. Delete one you no longer need` });
    }
    const { id } = await tx.savedView.create({ data: { personId: actor.personId, name, query, savedAt: now() } });
    const data = { name, query };
    await recordEvent(tx, { event: "view.saved", known: new Known(0), actor, data, ...traceOf(request, id) });
  });
}

/** @throws NOT_FOUND also where it is somebody else's; INVALID where the actor has another of that name */
export function renameView(actor: Actor, request: Revised, id: string, name: string): Promise<void> {
  return keeping(actor, request, async (tx) => {
    const before = await ownView(tx, actor, id);
    const known = await knowing(tx, request, {
      ...keptView(before),
      fields: VIEW_FIELDS,
      values: { name: before.name },
    });
    if (before.name === name) throw nothingChanged();
    await refuseTaken(tx, actor, name, id);
    await tx.savedView.update({ where: { id }, data: { name } });
    const data = { before: { name: before.name }, after: { name } };
    await recordEvent(tx, { event: "view.renamed", known, actor, data, ...traceOf(request, id) });
  });
}

/** @throws NOT_FOUND also where it is somebody else's */
export function deleteView(actor: Actor, request: Revised, id: string): Promise<void> {
  return keeping(actor, request, async (tx) => {
    const view = await ownView(tx, actor, id);
    const known = await knowing(tx, request, keptView(view));
    await tx.savedView.delete({ where: { id } });
    const data = { name: view.name, query: view.query };
    await recordEvent(tx, { event: "view.deleted", known, actor, data, ...traceOf(request, id) });
  });
}

/** A person's views are written one after the other, and the same request twice acts once. */
function keeping(actor: Actor, { requestId }: WriteRequest, work: (tx: Tx) => Promise<void>): Promise<void> {
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM "Person" WHERE id = ${actor.personId}::uuid FOR UPDATE`;
    if (await isRepeated(tx, requestId)) return;
    await work(tx);
  });
}

async function ownView(tx: Tx, { personId }: Actor, id: string) {
  const view = z.uuid().safeParse(id).success ? await tx.savedView.findFirst({ where: { id, personId } }) : null;
  if (!view) throw notFound();
  return view;
}

async function refuseTaken(tx: Tx, { personId }: Actor, name: string, ownId: string | null): Promise<void> {
  const others = await tx.savedView.findMany({ where: { personId, ...(ownId && { id: { not: ownId } }) } });
  if (others.some((other) => nameKey(other.name) === nameKey(name)))
    throw invalid({ name: "You already have a view with this name" });
}

const keptView = ({ id, revision }: { id: string; revision: number }) => ({ subject: subjectOf(id), revision });
const subjectOf = (id: string): string => `view:${id}`;
const traceOf = ({ requestId, remoteAddress }: WriteRequest, id: string) => ({
  subject: subjectOf(id),
  requestId,
  ...(remoteAddress && { remoteAddress }),
});

/** All that a search finds, for a file that leaves the portal: the audit trail keeps who took what and how much. */
export function exportApplications(
  actor: Actor,
  { format, remoteAddress, keep }: SheetRequest,
  search: Extract<Search, { errors: null }>,
): Promise<Sheet> {
  return longReading(async (tx) => {
    const rows = eachApplication(tx, actor, search.filter);
    const sheet = await passSheet(applicationSheet(actor.side, search, now()), rows, keep);
    await recordEvent(tx, {
      event: "applications.exported",
      actor,
      data: { format, query: search.query, rows: sheet.count, marking: sheet.marking },
      ...(remoteAddress && { remoteAddress }),
    });
    return sheet;
  });
}
