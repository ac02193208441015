"use server";

import { answerForm } from "../../../../lib/action.ts";
import { createApplication } from "../../../../lib/applications/commands.ts";
import { invalid } from "../../../../lib/errors.ts";
import { type FormState, text } from "../../../../lib/fields.ts";
import { asAgency } from "../../../../lib/permissions.ts";

const UUID = /^[0-9a-f-]{36}$/;

export async function beginApplication(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const round = text(values, "round");
    if (!UUID.test(round)) throw invalid({ round: "Choose a round" });
    const { requestId, remoteAddress } = request;
    const reference = await createApplication(
      asAgency(actor),
      { requestId, ...(remoteAddress && { remoteAddress }) },
      round,
    );
    return `/applications/${reference}/sections`;
  });
}
