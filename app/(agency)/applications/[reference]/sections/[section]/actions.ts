"use server";

import { saveSection } from "#lib/applications/form/commands.ts";
import { readRowStep, takeRowStep } from "#lib/applications/form/row-steps.ts";
import { isSection, SECTIONS } from "#lib/applications/form/sections.ts";
import { filesPath, isFileSection } from "#lib/documents/rules.ts";
import type { FormState } from "#lib/form/fields.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { notFound } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

/** With an `intent` what there is is kept, complete or not: to go on later ("other"), with more rows ("rows"), with a row
 * in another place, or with files. */
export async function save(reference: string, section: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values) => {
    if (!isSection(section)) throw notFound();
    const { intent } = values;
    const asked = readRowStep(intent, SECTIONS[section].fields());
    const typed = asked ? takeRowStep(values, asked) : values;
    await saveSection(asAgency(actor), reference, section, typed, intent === undefined ? "whole" : "part");
    if (intent === "files" && isFileSection(section)) return filesPath(reference, section);
    const list = `/applications/${reference}/sections`;
    if (asked) return `${list}/${section}#${asked.name}`;
    return intent === "rows" ? `${list}/${section}?rows=more` : `${list}?saved=${section}`;
  });
}
