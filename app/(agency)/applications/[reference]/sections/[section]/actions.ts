"use server";

import { answerForm } from "../../../../../../lib/action.ts";
import { saveSection } from "../../../../../../lib/applications/form/commands.ts";
import { isSection } from "../../../../../../lib/applications/form/sections.ts";
import { filesPath, isFileSection } from "../../../../../../lib/documents/rules.ts";
import { notFound } from "../../../../../../lib/errors.ts";
import type { FormState } from "../../../../../../lib/fields.ts";
import { asAgency } from "../../../../../../lib/permissions.ts";

/** With an `intent` what there is is kept, complete or not: to go on later ("other"), with more rows or with files. */
export async function save(reference: string, section: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values) => {
    if (!isSection(section)) throw notFound();
    const { intent } = values;
    await saveSection(asAgency(actor), reference, section, values, intent === undefined ? "whole" : "part");
    if (intent === "files" && isFileSection(section)) return filesPath(reference, section);
    const list = `/applications/${reference}/sections`;
    return intent === "rows" ? `${list}/${section}?rows=more` : `${list}?saved=${section}`;
  });
}
