import { z } from "zod";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { isRepeated, recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import type { Sheet, SheetFormat } from "#lib/platform/sheet.ts";
import { listAllApplications } from "./queries.ts";
import { applicationSheet } from "./rules.ts";
import type { Search } from "./schema.ts";

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
    await recordView(tx, actor, request, "view.saved", id, { name, query });
  });
}

/** @throws NOT_FOUND also where it is somebody else's; INVALID where the actor has another of that name */
export function renameView(actor: Actor, request: WriteRequest, id: string, name: string): Promise<void> {
  return keeping(actor, request, async (tx) => {
    const before = await ownView(tx, actor, id);
    await refuseTaken(tx, actor, name, id);
    await tx.savedView.update({ where: { id }, data: { name } });
    await recordView(tx, actor, request, "view.renamed", id, { before: before.name, after: name });
  });
}

/** @throws NOT_FOUND also where it is somebody else's */
export function deleteView(actor: Actor, request: WriteRequest, id: string): Promise<void> {
  return keeping(actor, request, async (tx) => {
    const { name, query } = await ownView(tx, actor, id);
    await tx.savedView.delete({ where: { id } });
    await recordView(tx, actor, request, "view.deleted", id, { name, query });
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
  const other = await tx.savedView.findFirst({ where: { personId, name, ...(ownId && { id: { not: ownId } }) } });
  if (other) throw invalid({ name: "You already have a view with this name" });
}

function recordView(
  tx: Tx,
  actor: Actor,
  { requestId, remoteAddress }: WriteRequest,
  event: string,
  id: string,
  data: Prisma.InputJsonObject,
): Promise<void> {
  const trace = { requestId, ...(remoteAddress && { remoteAddress }) };
  return recordEvent(tx, { event, actor, subject: `view:${id}`, data, ...trace });
}

type ExportRequest = { format: SheetFormat; remoteAddress?: string };

/** All that a search finds, for a file that leaves the portal: the audit trail keeps who took what and how much. */
export function exportApplications(
  actor: Actor,
  { format, remoteAddress }: ExportRequest,
  search: Extract<Search, { errors: null }>,
): Promise<Sheet> {
  return transaction(async (tx) => {
    const rows = await listAllApplications(tx, actor, search.filter);
    const sheet = applicationSheet(rows, actor.side, search, now());
    await recordEvent(tx, {
      event: "applications.exported",
      actor,
      data: { format, query: search.query, rows: rows.length, marking: sheet.marking },
      ...(remoteAddress && { remoteAddress }),
    });
    return sheet;
  });
}
