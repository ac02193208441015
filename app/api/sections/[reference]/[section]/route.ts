import { saveSection } from "#lib/applications/form/commands.ts";
import { isSection } from "#lib/applications/form/sections.ts";
import { isFromOwnPage } from "#lib/auth/request.ts";
import { admittedActor } from "#lib/auth/session.ts";
import type { Values } from "#lib/form/fields.ts";
import { valuesOf } from "#lib/form/parse.ts";
import { formatTime } from "#lib/platform/dates.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { KEPT_FOR_YOU } from "#lib/unsent/rules.ts";
import { isOfAnother, readForm } from "#lib/web/action.ts";

type Context = { params: Promise<{ reference: string; section: string }> };

/**
 * Saves a section while somebody is writing it (components/browser/autosave.ts). `text`: the message for the writer;
 * `shown`: the form's new marks; `values`: what others wrote meanwhile; `isWhole`: whether everything that was
 * sent is stored. 401 without a session, 409 where nothing can be saved.
 */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference, section }] = await Promise.all([admittedActor(), params]);
  if (!isFromOwnPage(request)) return answer(403, { text: "Save from a page of the portal" });
  if (!actor) return answer(401, { text: "You are signed out" });
  if (actor.side !== "AGENCY" || !isSection(section) || section === "files") return answer(404, { text: "Not found" });
  const form = await readForm(request);
  if (!form) return answer(400, { text: "Send the section as a form" });
  const values = valuesOf(form);
  if (isOfAnother(actor, values)) return answer(409, { text: KEPT_FOR_YOU });
  try {
    // Where two people changed the same field, whoever presses Save resolves it, not autosave.
    const sent = Object.entries(values).filter(([name]) => !name.startsWith("choose."));
    const { at, taken, differing, wrongTexts, shown } = await saveSection(
      actor,
      reference,
      section,
      Object.fromEntries(sent),
      "passing",
    );
    const text = [
      `Saved at ${formatTime(at)}${wrongTexts.length ? ", but something needs fixing" : ""}.`,
      ...wrongTexts.map((message) => `${message}.`),
      ...taken.map(({ by, label }) => `${by} changed “${label}” while you were writing. We kept their change.`),
      ...differing.map(({ by, label }) => `${by} changed “${label}” too; you choose when you press Save.`),
    ].join(" ");
    const theirs = Object.assign({}, ...taken.map((field) => field.values));
    return answer(200, { text, shown, values: theirs, isWhole: differing.length === 0 });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.code === "NOT_FOUND" || error.code === "FORBIDDEN"
      ? answer(404, { text: "Not found" })
      : answer(409, { text: error.message });
  }
}

const answer = (status: number, body: { text: string; shown?: string; values?: Values; isWhole?: boolean }): Response =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });
