"use server";

import { refresh } from "next/cache";
import * as batch from "#lib/batches/payments/commands.ts";
import {
  AT_LINES,
  DAY_ORDER_FIELD,
  isDayOrder,
  linesIn,
  PAYMENT_LINES_FIELDS,
  TOTAL_FIELD,
} from "#lib/batches/payments/schema.ts";
import { type FormState, text } from "#lib/form/fields.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { decodeText } from "#lib/platform/text.ts";
import { answerForm } from "#lib/web/action.ts";

/** Stores the lines that were pasted or uploaded. The next page previews them. */
export async function preparePayments(before: FormState, form: FormData): Promise<FormState> {
  const file = form.get("file");
  const sent = file instanceof File && file.size > 0 ? decodeText(new Uint8Array(await file.arrayBuffer())) : "";
  return answerForm(before, form, async (actor, values, request) => {
    const lines = linesIn(values) || sent;
    if (!lines) throw invalid({ [AT_LINES]: PAYMENT_LINES_FIELDS[0].missing });
    const { revision: _, ...write } = request;
    const order = text(values, DAY_ORDER_FIELD.name);
    const id = await batch.preparePayments(asMfat(actor), write, lines, {
      ...(isDayOrder(order) && { order }),
      total: text(values, TOTAL_FIELD.name),
    });
    return `/budget/payments/${id}`;
  });
}

/** Records each line as previewed. The results replace the preview. */
export async function recordPayments(id: string, before: FormState, form: FormData): Promise<FormState> {
  const answer = await answerForm(before, form, async (actor, _values, request) => {
    await batch.recordPayments(asMfat(actor), request, id);
    return `/budget/payments/${id}`;
  });
  if (answer.problem) refresh();
  return answer;
}
