"use server";

import { WRITTEN_SECTIONS } from "#lib/applications/form/sections.ts";
import { type FormState, text, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import * as fund from "#lib/fund/commands.ts";
import { parseCriteria } from "#lib/fund/rules.ts";
import { type KeptRound, ROUND_FIELDS, TAKE_BACK_FIELDS } from "#lib/fund/schema.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";

function roundOf(values: Values): KeptRound {
  const parsed = parseFields(ROUND_FIELDS, values);
  if (parsed.errors) throw invalid(parsed.errors);
  return parsed.data;
}

export async function createRound(copyOf: string | null, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await fund.createRound(asMfat(actor), request, roundOf(values), copyOf);
    return "/rounds?done=created";
  });
}

export async function changeRound(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await fund.changeRound(asMfat(actor), request, id, roundOf(values), text(values, "closesEarlier") === "yes");
    return "/rounds?done=changed";
  });
}

export async function publishRound(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await fund.publishRound(asMfat(actor), request, id);
    return "/rounds?done=published";
  });
}

export async function takeBackRound(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseFields(TAKE_BACK_FIELDS, values);
    if (parsed.errors) throw invalid(parsed.errors);
    await fund.takeBackRound(asMfat(actor), request, id, parsed.data);
    return "/rounds?done=takenBack";
  });
}

export async function changeCriteria(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const parsed = parseCriteria(values, WRITTEN_SECTIONS);
    if (parsed.errors) throw invalid(parsed.errors);
    await fund.changeCriteria(asMfat(actor), request, id, parsed.data, text(values, "reason"));
    return "/rounds?done=criteria";
  });
}
