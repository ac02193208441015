"use server";

import { answerForm } from "../../../../../../lib/action.ts";
import { saveSection } from "../../../../../../lib/applications/commands.ts";
import { isSection } from "../../../../../../lib/applications/form/sections.ts";
import { notFound } from "../../../../../../lib/errors.ts";
import type { FormState } from "../../../../../../lib/fields.ts";
import { asAgency } from "../../../../../../lib/permissions.ts";

/** "other" in `intent`: keep what there is, complete or not. */
export async function save(reference: string, section: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values) => {
    if (!isSection(section)) throw notFound();
    const { intent } = values;
    const mustBeComplete = intent !== "other" && intent !== "rows";
    await saveSection(asAgency(actor), reference, section, values, { mustBeComplete });
    const list = `/applications/${reference}/sections`;
    return intent === "rows" ? `${list}/${section}?rows=more` : `${list}?saved=${section}`;
  });
}
