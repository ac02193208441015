import type { SectionKey } from "#lib/applications/form/sections.ts";
import type { AgencyActor } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { db } from "#lib/platform/db.ts";

export type ListedComment = {
  id: string;
  /** Null: the whole application. */
  section: SectionKey | null;
  text: string;
  author: string;
  at: Date;
  /** Who settled it; null while it is open. */
  done: { by: string; at: Date } | null;
};

/** What colleagues said about an application, oldest first, the latest 500. Only its own agency can ask. */
export async function listComments(actor: AgencyActor, applicationId: string): Promise<ListedComment[]> {
  const comments = await db().comment.findMany({
    where: { applicationId, application: scopeOf(actor) },
    include: { author: { select: { name: true } }, doneBy: { select: { name: true } } },
    orderBy: { id: "desc" },
    take: 500,
  });
  return comments.reverse().map(({ id, section, text, author, at, doneBy, doneAt }) => ({
    id,
    section: section as SectionKey | null,
    text,
    author: author.name,
    at,
    done: doneBy && doneAt && { by: doneBy.name, at: doneAt },
  }));
}

/** How many comments are not settled: by section, the whole application under "". */
export async function countOpenComments(actor: AgencyActor, applicationId: string): Promise<Map<string, number>> {
  const groups = await db().comment.groupBy({
    by: ["section"],
    where: { applicationId, application: scopeOf(actor), doneAt: null },
    _count: true,
  });
  return new Map(groups.map(({ section, _count }) => [section ?? "", _count]));
}
