import type { Lists, Values } from "#lib/form/fields.ts";
import { readLeniently } from "#lib/form/parse.ts";
import { readReleases } from "#lib/form/queries.ts";
import { storedLists, storedSections } from "#lib/form/stored.ts";
import { expandFields } from "#lib/form/versions.ts";
import type { Tx } from "#lib/platform/db.ts";
import { type SignedSection, signedSections, signedValues } from "./releases.ts";
import type { Answered } from "./sections.ts";

/** What of a version its answers are read by. */
export const SIGNED = { answers: true, formHash: true, declarationHash: true, lists: true } as const;
type Signed = { answers: unknown; formHash: string; declarationHash: string; lists: unknown };

type ReadSection = SignedSection & { values: Values; answers: Answered | null };
export type SignedAnswers = { lists: Lists; years: number[]; sections: ReadSection[] };

/** A version's answers by the forms that they were signed off on, with the lists and years of that day. */
export async function readSignedAnswers(
  client: Pick<Tx, "formRelease"> | undefined,
  version: Signed,
): Promise<SignedAnswers> {
  const [form, declaration] = await readReleases([version.formHash, version.declarationHash], client);
  if (!form || !declaration) throw new Error("A version has a form and a declaration");
  const typed = storedSections(version.answers);
  const lists = storedLists(version.lists);
  const sections = signedSections(form, declaration).map((section): ReadSection => {
    const { key } = section;
    const fields = expandFields(section.fields, lists);
    const values = signedValues(key, key === "declaration" ? declaration : form, typed[key] ?? {});
    return { ...section, fields, values, answers: key in typed ? readLeniently(fields, values, lists) : null };
  });
  return { lists, years: (lists.years ?? []).map(({ value }) => Number(value)), sections };
}
