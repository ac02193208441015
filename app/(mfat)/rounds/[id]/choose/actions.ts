"use server";

import { refresh } from "next/cache";
import { requireMfat } from "#lib/auth/session.ts";
import { type FormState, text, texts, type Values } from "#lib/form/fields.ts";
import { parseFields, valuesOf } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import * as scenarios from "#lib/scenarios/commands.ts";
import {
  COMMON_DECLINE_FIELDS,
  COMMON_FIELDS,
  choicesOf,
  NAME_FIELDS,
  ownInput,
  type Plan,
  RENAME_FIELDS,
  readableFields,
  revisionInput,
  TAKE,
  TIE_FIELD,
} from "#lib/scenarios/schema.ts";
import { answerForm, markFailed } from "#lib/web/action.ts";

const pageOf = (roundId: string, id: string, done: string): string =>
  `/rounds/${roundId}/choose?scenario=${id}&done=${done}`;

const KEEPING = ["save", "saveAs", "recommend"];

/** The buttons of the list: most save it; the others only calculate and show it again. */
export async function choose(
  roundId: string,
  scenarioId: string | null,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  if (!KEEPING.includes(String(form.get("intent")))) return workOut(before, form);
  return answerForm(before, form, async (actor, values, request) => {
    const mfat = asMfat(actor);
    const { choices, errors } = choicesOf(values);
    const intent = text(values, "intent");
    if (intent === "saveAs" || !scenarioId) {
      const named = parseFields(NAME_FIELDS, values);
      if (named.errors || Object.keys(errors).length) throw invalid({ ...errors, ...named.errors });
      const { name } = named.data;
      const id = await scenarios.createScenario(mfat, request, roundId, { name, choices, from: scenarioId });
      return pageOf(roundId, id, "created");
    }
    if (Object.keys(errors).length) throw invalid(errors);
    await scenarios.saveScenario(mfat, request, roundId, scenarioId, choices);
    if (intent === "recommend") return `/rounds/${roundId}/choose/recommend?scenario=${scenarioId}`;
    return `${pageOf(roundId, scenarioId, "saved")}&saved=${request.revision + 1}`;
  });
}

/** Saves nothing: the form comes back with what was typed, and the page calculates its sums. */
async function workOut(before: FormState, form: FormData): Promise<FormState> {
  await requireMfat("scenario:keep");
  const values = valuesOf(form);
  const { errors } = choicesOf(values);
  if (Object.keys(errors).length) await markFailed();
  return { values, errors, answer: (before?.answer ?? 0) + 1 };
}

export async function renameScenario(
  roundId: string,
  id: string,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(RENAME_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await scenarios.renameScenario(asMfat(actor), request, roundId, id, parsed.data.newName);
    return pageOf(roundId, id, "renamed");
  });
}

export async function deleteScenario(
  roundId: string,
  id: string,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await scenarios.deleteScenario(asMfat(actor), request, roundId, id);
    return `/rounds/${roundId}/choose?done=deleted`;
  });
}

/** Recommends what is ticked in the preview. The next page shows the results. */
export async function recommendScenario(
  roundId: string,
  id: string,
  before: FormState,
  form: FormData,
): Promise<FormState> {
  const answer = await answerForm(before, form, async (actor, values, request) => {
    await scenarios.recommendScenario(asMfat(actor), request, roundId, id, planOf(values));
    return `/rounds/${roundId}/choose/recommend?scenario=${id}&run=${request.requestId}`;
  });
  // Somebody changed the scenario: show the preview again as it is now.
  if (answer.problem) refresh();
  return answer;
}

function planOf(values: Values): Plan {
  // The command checks the conditions chosen from the library.
  const conditions = texts(values, "standardConditions").map((value) => ({ value, label: value }));
  const fields = [...COMMON_FIELDS, ...COMMON_DECLINE_FIELDS, { ...TIE_FIELD, optional: true }] as const;
  const common = parseFields(fields, values, { conditions });
  const errors: Record<string, string> = { ...common.errors };
  const rows = texts(values, TAKE).map((reference) => {
    const own = parseFields(readableFields(reference), values);
    Object.assign(errors, own.errors);
    const answer = (part: Parameters<typeof ownInput>[0]) =>
      (own.data as Record<string, string | null> | null)?.[ownInput(part, reference)] ?? null;
    return {
      reference,
      revision: Number(text(values, revisionInput(reference))) || 0,
      rationale: answer("rationale"),
      conditions: answer("conditions"),
      exceptionReason: answer("exceptionReason"),
    };
  });
  if (!common.data || Object.keys(errors).length) throw invalid(errors);
  return { ...common.data, rows };
}
