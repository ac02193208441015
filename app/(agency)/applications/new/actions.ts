"use server";

import { createApplication } from "#lib/applications/commands.ts";
import { answersInAddress, CREATE_FIELDS, ineligibleFor } from "#lib/applications/schema.ts";
import { type FormState, text, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

/** Starts a draft, or explains why the fund cannot help. */
export async function beginApplication(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, { requestId, remoteAddress }) => {
    if (ineligibleFor(values).length) return `/applications/new/ineligible?${answersInAddress(values)}`;
    // The command checks the round and the earlier application.
    const lists = { rounds: asOption(values, "round"), earlier: asOption(values, "copyOf") };
    const { errors } = parseFields(CREATE_FIELDS, values, lists);
    if (errors) throw invalid(errors);
    const copyOf = text(values, "copyOf");
    const reference = await createApplication(
      asAgency(actor),
      { requestId, ...(remoteAddress && { remoteAddress }) },
      text(values, "round"),
      copyOf || undefined,
    );
    return `/applications/${reference}/sections${copyOf ? `?copied=${encodeURIComponent(copyOf)}` : ""}`;
  });
}

const asOption = (values: Values, name: string) => [{ value: text(values, name), label: "" }];
