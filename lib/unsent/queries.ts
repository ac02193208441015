import { z } from "zod";
import { storedValues } from "#lib/form/stored.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { db } from "#lib/platform/db.ts";
import { type Unsent, wordsIn } from "./rules.ts";

/** What a person has typed into the forms of one page, by their names. */
export type UnsentForms = ReadonlyMap<string, Unsent>;

const ROWS = z.array(z.object({ form: z.string(), values: z.unknown(), began: z.string(), savedAt: z.coerce.date() }));

/** As the query for a session brings them along (lib/auth/adapter.ts). */
export const unsentForms = (json: unknown): UnsentForms =>
  new Map(ROWS.parse(json ?? []).map(({ form, values, ...row }) => [form, { ...row, values: storedValues(values) }]));

/** What the reader has typed into the forms of a page. */
export const readUnsent = async (actor: Actor, path: string): Promise<UnsentForms> =>
  unsentForms(await db().unsentForm.findMany({ where: { personId: actor.personId, path } }));

/** What somebody typed into one form, or into what they are no longer asked for. */
export type TypedWords = { path: string; form: string; at: Date | null; words: string[] };

const LISTED_MAX = 100;

/** All that the reader has typed and not sent, the newest first: also where the page of the form is no longer there for them. */
export async function listUnsent(actor: Actor): Promise<TypedWords[]> {
  const rows = await db().unsentForm.findMany({
    where: { personId: actor.personId },
    orderBy: [{ savedAt: "desc" }, { path: "asc" }, { form: "asc" }],
    take: LISTED_MAX,
  });
  return rows.map(({ path, form, values, savedAt: at }) => ({ path, form, at, words: wordsIn(storedValues(values)) }));
}
