import { isFromOwnPage } from "#lib/auth/request.ts";
import { admittedActor } from "#lib/auth/session.ts";
import { text, type Values } from "#lib/form/fields.ts";
import { valuesOf } from "#lib/form/parse.ts";
import { formatTime } from "#lib/platform/dates.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { saveUnsent } from "#lib/unsent/commands.ts";
import { CARRIED, KEPT_FOR_YOU } from "#lib/unsent/rules.ts";
import { readForm } from "#lib/web/action.ts";

/**
 * Stores what is typed into a form before it is sent (components/browser/autosave.ts). In the address, `path` is the
 * form's page and `form` its name there. Answers like /api/sections; `differing`: what was typed into the same fields
 * elsewhere.
 */
export async function POST(request: Request): Promise<Response> {
  const actor = await admittedActor();
  if (!isFromOwnPage(request)) return answer(403, { text: "Save from a page of the portal" });
  if (!actor) return answer(401, { text: "You are signed out" });
  const { searchParams } = new URL(request.url);
  const place = { path: searchParams.get("path") ?? "", form: searchParams.get("form") ?? "" };
  const form = await readForm(request);
  if (!form) return answer(400, { text: "Send what was typed as a form" });
  const values = valuesOf(form);
  if (text(values, CARRIED.by) !== actor.personId) {
    return answer(409, { text: KEPT_FOR_YOU });
  }
  try {
    const { at, shown, taken, differing } = await saveUnsent(actor, place, values);
    return answer(200, {
      text: `Saved at ${formatTime(at)}. Not sent yet.`,
      shown,
      values: taken,
      differing,
      isWhole: differing.length === 0,
    });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return answer(409, { text: error.message });
  }
}

type Answer = {
  text: string;
  shown?: string;
  values?: Values;
  differing?: { name: string; values: Values }[];
  isWhole?: boolean;
};

const answer = (status: number, body: Answer): Response =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });
