"use server";

import * as correspondence from "#lib/correspondence/commands.ts";
import { type FormState, text } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import * as letters from "#lib/letters/commands.ts";
import { checkTemplate, letterKindOf } from "#lib/letters/rules.ts";
import { TEMPLATE_FIELDS } from "#lib/letters/schema.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import type { LetterKind } from "#lib/platform/db/generated/enums.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

const doneOf = (slug: string, done: string): string => `/settings/letters/${slug}?done=${done}`;

function kindOf(slug: string): LetterKind {
  const kind = letterKindOf(slug);
  if (!kind) throw notFound();
  return kind;
}

/** Saves the text, or (second button) previews it as a letter for an application. */
export async function saveTemplate(slug: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const kind = kindOf(slug);
    const parsed = parseFields(TEMPLATE_FIELDS, values);
    if (parsed.errors) {
      const typed = { subject: text(values, "subject"), body: text(values, "body") };
      throw invalid({ ...checkTemplate(kind, typed), ...parsed.errors });
    }
    if (values.intent === "other") {
      const reference = text(values, "application");
      return { shown: await correspondence.previewTemplate(asMfat(actor), kind, parsed.data, reference) };
    }
    await letters.saveTemplate(asMfat(actor), request, kind, parsed.data);
    return doneOf(slug, "saved");
  });
}

export async function restoreTemplate(slug: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await letters.restoreTemplate(asMfat(actor), request, kindOf(slug));
    return doneOf(slug, "restored");
  });
}
