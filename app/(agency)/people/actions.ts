"use server";

import type { FormState } from "#lib/form/fields.ts";
import { asAgency } from "#lib/lifecycle/permissions.ts";
import * as addresses from "#lib/people/addresses/commands.ts";
import * as people from "#lib/people/commands.ts";
import { answerForm } from "#lib/web/action.ts";
import * as leaving from "#lib/work/leaving/commands.ts";

const pageOf = (id: string, done: string): string => `/people/${id}?done=${done}`;

export async function createPerson(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) =>
    pageOf(await people.createPerson(asAgency(actor), request, values), "added"),
  );
}

export async function changePerson(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await leaving.changePerson(asAgency(actor), request, id, values);
    return pageOf(id, "changed");
  });
}

export async function changeAddress(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await addresses.changeAddress(asAgency(actor), request, id, values);
    return pageOf(id, "address");
  });
}

export async function endSessions(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await people.endSessions(asAgency(actor), request, id);
    return pageOf(id, "sessions");
  });
}

export async function endAccount(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await leaving.endAccount(asAgency(actor), request, id, values);
    return pageOf(id, "ended");
  });
}

export async function restoreAccount(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await people.restoreAccount(asAgency(actor), request, id);
    return pageOf(id, "restored");
  });
}
