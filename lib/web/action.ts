import "server-only";
import { randomUUID } from "node:crypto";
import { refresh, revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { notFound, redirect, unstable_rethrow } from "next/navigation";
import { forgetTyping } from "#lib/auth/own-unsent.ts";
import { currentActor, ownPath, recordRefusal, requestContext, requireActor } from "#lib/auth/session.ts";
import { GIVEN_BACK, keepSignedOut } from "#lib/auth/signed-out.ts";
import { type FormState, text, UUID, type Values } from "#lib/form/fields.ts";
import { broughtUpToDate, Outdated } from "#lib/form/outdated.ts";
import { valuesOf } from "#lib/form/parse.ts";
import { Questions } from "#lib/form/questions.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { type Outcome, watchOutcome } from "#lib/platform/db.ts";
import { DomainError, isAway } from "#lib/platform/errors.ts";
import { CARRIED, withoutCarried } from "#lib/unsent/rules.ts";
import { answerUnavailable } from "./unavailable.ts";

/** The inputs every form has in addition to its answers. */
type ActionRequest = { requestId: string; revision: number; remoteAddress?: string };

/**
 * The one way to answer a form: finds the actor, does the work, and returns the next page, or what to show with what
 * was typed. If it is refused, the form comes back with what was typed, and nothing has changed. An unexpected error is
 * logged with an id, which the person sees.
 */
export async function answerForm(before: FormState, form: FormData, work: Work): Promise<FormState> {
  return watchOutcome(async (outcome) => {
    const values = valuesOf(form);
    const answer = countOf(before) + 1;
    let actor: Actor | undefined;
    let next: string | { shown: string };
    try {
      const held = await heldBack(values);
      if (held) return { values, errors: {}, answer, ...held };
      actor = await requireActor();
      const { remoteAddress } = await requestContext();
      next = await work(actor, withoutCarried(values), {
        ...requestOf(values),
        ...(remoteAddress && { remoteAddress }),
      });
    } catch (error) {
      unstable_rethrow(error); // who is signed out is led to sign in
      // Beside the form, the page shows what the other has changed.
      if (error instanceof Outdated) refresh();
      const refusal =
        error instanceof Outdated ? broughtUpToDate(error, values) : await refusalOf(error, actor, outcome());
      await markFailed({ values, problem: refusal.problem });
      return { values, answer, ...refusal };
    }
    if (typeof next !== "string") return { values, errors: {}, shown: next.shown, answer };
    if (text(values, CARRIED.by)) await forgetTyping(actor, text(values, CARRIED.form));
    // The browser keeps pages that it has shown. With the back button it would show one from before this form, and a
    // section saved from there would lose what it did not show.
    revalidatePath("/", "layout");
    // The browser may have forged parts of it.
    redirect(ownPath(next));
  });
}

/**
 * Why a form is shown again with what was typed, before anything is done: it comes back from signing in, its session
 * has ended, or somebody else has signed in since its page was opened. Without JavaScript, the form of an ended session
 * is kept, and `requireActor` leads to the sign-in page.
 */
async function heldBack(values: Values): Promise<Pick<FormState, "problem" | "notice"> | null> {
  const [actor, by] = [await currentActor(), text(values, CARRIED.by)];
  if (!actor) {
    if ((await headers()).has("next-action")) return { problem: SIGNED_OUT };
    if (by) await keepSignedOut(by);
    return null;
  }
  if (isOfAnother(actor, values)) return { problem: OF_ANOTHER };
  return text(values, GIVEN_BACK)
    ? { notice: "Nothing has been sent yet. Here is what you typed: check it, and send it." }
    : null;
}

/** Whether the form's page was rendered for another person. */
export const isOfAnother = (actor: Actor, values: Values): boolean =>
  ![actor.personId, ""].includes(text(values, CARRIED.by));

const SIGNED_OUT =
  "You are signed out, so nothing was sent. What you typed is still here. Sign in again in another window, then send it from here.";
const OF_ANOTHER =
  "Somebody else has signed in here since you opened this page, so nothing was sent. Open the page again to do this yourself.";

/** How often the form has been answered. A forged request may send something unreadable instead. */
function countOf(before: FormState): number {
  try {
    return Number(before?.answer ?? 0) || 0;
  } catch {
    return 0;
  }
}

type Work = (actor: Actor, values: Values, request: ActionRequest) => Promise<string | { shown: string }>;

async function refusalOf(
  error: unknown,
  actor: Actor | undefined,
  outcome: Outcome,
): Promise<Pick<FormState, "errors" | "questions" | "problem">> {
  const refusal = error instanceof DomainError ? error : fromDatabase(error);
  if (refusal?.code === "NOT_FOUND") notFound();
  if (actor && refusal?.code === "FORBIDDEN") await recordRefusal(actor, refusal);
  if (!refusal) return { errors: {}, problem: problemOf(error, outcome) };
  const errors = refusal.fields;
  return Object.keys(errors).length
    ? { errors, ...(refusal instanceof Questions && { questions: refusal.questions }) }
    : { errors: {}, problem: refusal.message };
}

type Failure = { values: Values; problem?: string | undefined };
const failed = new WeakMap<object, Failure>();

/** Marks the current request: its form came back with errors. */
export async function markFailed(failure: Failure = { values: {} }): Promise<void> {
  failed.set(await headers(), failure);
}

/**
 * For pages on which a form may no longer exist when it is sent: what was wrong with it, and what was typed. Without
 * JavaScript, nothing else shows that.
 */
export const readFailure = async (): Promise<Failure | undefined> => failed.get(await headers());

/** For the page's title: without JavaScript, sending a form and rendering its page again are one request. */
export const isFailed = async (): Promise<boolean> => failed.has(await headers());

/** For pages: "Page not found" for what does not exist or what the reader may not see; the latter is audited. */
export async function orNotFound<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === "FORBIDDEN") await recordRefusal(await requireActor(), error);
    else if (error.code !== "NOT_FOUND") throw error;
    notFound();
  }
}

/** For routes: the posted form; null if it is cut off or not a form. */
export const readForm = (request: Request): Promise<FormData | null> => request.formData().catch(() => null);

/** For routes: a file for this reader only, so nothing may cache it. `fileName` is in plain letters. */
export const attachment = (file: Buffer, fileName: string, mediaType: string): Response =>
  new Response(new Uint8Array(file), { headers: fileHeaders(fileName, mediaType) });

export const fileHeaders = (fileName: string, mediaType: string): Record<string, string> => ({
  "content-type": mediaType,
  "content-disposition": `attachment; filename="${fileName}"`,
  "cache-control": "private, no-store",
});

function requestOf(values: Values): { requestId: string; revision: number } {
  const requestId = text(values, "requestId");
  return {
    requestId: UUID.test(requestId) ? requestId.toLowerCase() : randomUUID(),
    revision: Number(text(values, "revision")) || 0,
  };
}

/** The message for an unexpected error. It only says what is known about the person's data. */
function problemOf(error: unknown, outcome: Outcome): string {
  const saved = SAVED[outcome];
  if (!isAway(error)) return `Something went wrong. ${saved} ${logUnexpected(error)}`;
  const problem = `The portal is not available right now. ${saved}`;
  answerUnavailable(problem);
  return problem;
}

const SAVED: Record<Outcome, string> = {
  nothing: "Nothing was changed. Try again in a minute.",
  something: "Some of this may already be saved. Look at the page again before you try again.",
  unknown: "We do not know whether this was saved. Try again in a minute: it will only be done once.",
};

/** Logs an unexpected error in one line and returns the sentence with its id. */
function logUnexpected(error: unknown): string {
  const id = randomUUID().slice(0, 8);
  const what = error instanceof Error ? error.stack : String(error);
  console.error(JSON.stringify({ at: new Date().toISOString(), level: "error", id, what }));
  return `If it happens again, tell the fund desk the number ${id}.`;
}
