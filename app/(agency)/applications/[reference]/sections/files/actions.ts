"use server";

import { addDocument, removeDocument, reuseDocument } from "#lib/documents/commands.ts";
import { type FileSection, filesPathAfter, isFileSection } from "#lib/documents/rules.ts";
import { FILE_FIELDS, REUSE_FIELDS } from "#lib/documents/schema.ts";
import { type FormState, text } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

/** Adds a file that was uploaded in pieces. */
export async function add(
  reference: string,
  section: FileSection,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const { data, errors } = parseFields(FILE_FIELDS, values, {});
    if (errors) throw invalid(errors);
    const given = { ...data, fileName: text(values, "fileName"), uploadId: text(values, "uploadId") };
    const { revision: _, ...write } = request;
    await addDocument(asAgency(actor), write, reference, checked(section), given);
    return filesPathAfter(reference, section, "added");
  });
}

export async function reuse(
  reference: string,
  section: FileSection,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const earlierFiles = [{ value: text(values, "earlierFile"), label: "" }]; // the command checks whether it is one
    const { data, errors } = parseFields(REUSE_FIELDS, values, { earlierFiles });
    if (errors) throw invalid(errors);
    const { revision: _, ...write } = request;
    await reuseDocument(asAgency(actor), write, reference, checked(section), data);
    return filesPathAfter(reference, section, "added");
  });
}

export async function remove(
  reference: string,
  section: FileSection,
  useId: string,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    const { revision: _, ...write } = request;
    await removeDocument(asAgency(actor), write, reference, checked(section), useId);
    return filesPathAfter(reference, section, "removed");
  });
}

/** Arguments bound to an action come back from the browser, so they are checked. */
function checked(section: string): FileSection {
  if (!isFileSection(section)) throw notFound();
  return section;
}
