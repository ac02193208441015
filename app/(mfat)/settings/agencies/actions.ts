"use server";

import * as agencies from "#lib/agencies/commands.ts";
import { AGENCY_FIELDS, type AgencyAnswers, SHARED } from "#lib/agencies/schema.ts";
import * as moves from "#lib/applications/moves/commands.ts";
import { type FormState, text, type Values } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import * as addresses from "#lib/people/addresses/commands.ts";
import { DOMAIN_FIELDS } from "#lib/people/addresses/schema.ts";
import { invalid } from "#lib/platform/errors.ts";
import { answerForm } from "#lib/web/action.ts";
import * as leaving from "#lib/work/leaving/commands.ts";

export async function createAgency(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await agencies.createAgency(asMfat(actor), request, answersOf(values), isShared(values));
    return "/settings/agencies?done=added";
  });
}

export async function changeAgency(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await leaving.changeAgency(asMfat(actor), request, id, answersOf(values), isShared(values));
    return "/settings/agencies?done=changed";
  });
}

export async function changeDomain(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const domains = [{ value: text(values, "from"), label: text(values, "from") }];
    const parsed = parseFields(DOMAIN_FIELDS, values, { domains });
    if (parsed.errors) throw invalid(parsed.errors);
    await addresses.changeDomain(asMfat(actor), request, id, parsed.data);
    return "/settings/agencies?done=domain";
  });
}

export async function moveApplications(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await moves.moveApplications(asMfat(actor), request, id, values);
    return "/settings/agencies?done=applications";
  });
}

const isShared = (values: Values): boolean => text(values, SHARED) === "yes";

function answersOf(values: Values): AgencyAnswers {
  const parsed = parseFields(AGENCY_FIELDS, values);
  if (parsed.errors) throw invalid(parsed.errors);
  return parsed.data;
}
