import type { SectionKey } from "#lib/applications/form/sections.ts";
import type { AgencyActor } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
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
    orderBy: { id: "desc" },
    take: 500,
  });
  const nameOf = await readNamesOfDay(
    db(),
    comments.flatMap(({ authorId, doneById }) => [authorId, doneById]),
  );
  return comments.reverse().map(({ id, section, text, authorId, at, doneById, doneAt }) => ({
    id,
    section: section as SectionKey | null,
    text,
    author: nameOf(authorId, at),
    at,
    done: doneById && doneAt ? { by: nameOf(doneById, doneAt), at: doneAt } : null,
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
