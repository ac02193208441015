"use server";

import * as ties from "#lib/advice/ties/commands.ts";
import type { FormState } from "#lib/form/fields.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import * as addresses from "#lib/people/addresses/commands.ts";
import * as people from "#lib/people/commands.ts";
import * as delegations from "#lib/people/delegations/commands.ts";
import * as moves from "#lib/people/moves/commands.ts";
import { answerForm } from "#lib/web/action.ts";
import * as leaving from "#lib/work/leaving/commands.ts";

const pageOf = (id: string, done: string): string => `/settings/people/${id}?done=${done}`;

export async function createPerson(before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) =>
    pageOf(await people.createPerson(asMfat(actor), request, values), "added"),
  );
}

export async function changePerson(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const isHandedOver = await leaving.changePerson(asMfat(actor), request, id, values);
    return pageOf(id, isHandedOver ? "handedOver" : "changed");
  });
}

export async function changeDelegation(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await delegations.changeDelegation(asMfat(actor), request, id, values);
    return "/changes?done=asked";
  });
}

export async function changeTies(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await ties.changeTies(asMfat(actor), request, id, values);
    return pageOf(id, "advises");
  });
}

export async function changeAddress(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    await addresses.changeAddress(asMfat(actor), request, id, values);
    return pageOf(id, "address");
  });
}

export async function movePerson(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const isPlanned = await leaving.movePerson(asMfat(actor), request, id, values);
    return pageOf(id, isPlanned ? "planned" : "moved");
  });
}

export async function cancelMove(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await moves.cancelMove(asMfat(actor), request, id);
    return pageOf(id, "stays");
  });
}

export async function endSessions(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await people.endSessions(asMfat(actor), request, id);
    return pageOf(id, "sessions");
  });
}

export async function endAccount(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, values, request) => {
    const isHandedOver = await leaving.endAccount(asMfat(actor), request, id, values);
    return pageOf(id, isHandedOver ? "endedAndHandedOver" : "ended");
  });
}

export async function restoreAccount(id: string, before: FormState, form: FormData): Promise<FormState> {
  return answerForm(before, form, async (actor, _values, request) => {
    await people.restoreAccount(asMfat(actor), request, id);
    return pageOf(id, "restored");
  });
}
