"use server";

import { type Saved, saveSection } from "#lib/applications/form/commands.ts";
import { readRowStep, takeRowStep } from "#lib/applications/form/row-steps.ts";
import { isSection, SECTIONS } from "#lib/applications/form/sections.ts";
import { filesPath, isFileSection } from "#lib/documents/rules.ts";
import type { FormState } from "#lib/form/fields.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { stepPath } from "#lib/lifecycle/steps.ts";
import { notFound } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

/**
 * Saving a whole section leads to the next. With an `intent`, the answers are saved as they are, complete or not: to
 * finish later ("other"), to add rows ("rows"), to move a row, or to add files.
 */
export async function save(reference: string, section: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values) => {
    if (!isSection(section)) throw notFound();
    const { intent } = values;
    const writer = asAgency(actor);
    const asked = readRowStep(intent, SECTIONS[section].fields());
    const typed = asked ? takeRowStep(values, asked) : values;
    const { next } = await saveSection(writer, reference, section, typed, intent === undefined ? "whole" : "part");
    const list = `/applications/${reference}/sections`;
    if (asked) return `${list}/${section}#${asked.name}`;
    if (intent === "files" && isFileSection(section)) return filesPath(reference, section);
    if (intent === "rows") return `${list}/${section}?rows=more`;
    return `${pathTo(reference, next)}?saved=${section}`;
  });
}

/** Leads to the next section, to the check of all sections, or to the list of what is still missing. */
function pathTo(reference: string, next: Saved["next"]): string {
  if (next === "check") return stepPath(reference, "sendForSignOff");
  return `/applications/${reference}/sections${next ? `/${next}` : ""}`;
}
