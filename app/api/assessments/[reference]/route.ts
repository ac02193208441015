import { saveAssessment } from "#lib/assessments/commands.ts";
import { isFromOwnPage } from "#lib/auth/request.ts";
import { admittedActor } from "#lib/auth/session.ts";
import { valuesOf } from "#lib/form/parse.ts";
import { now } from "#lib/platform/clock.ts";
import { formatTime } from "#lib/platform/dates.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { readForm } from "#lib/web/action.ts";

type Context = { params: Promise<{ reference: string }> };

/** Keeps an assessment while it is being written (components/browser/autosave.ts): `text` is what to tell the writer. */
export async function POST(request: Request, { params }: Context): Promise<Response> {
  const [actor, { reference }] = await Promise.all([admittedActor(), params]);
  if (!isFromOwnPage(request)) return answer(403, "Save from a page of the portal");
  if (!actor) return answer(401, "You are signed out");
  if (actor.side !== "MFAT") return answer(404, "Not found");
  const form = await readForm(request);
  if (!form) return answer(400, "Send the assessment as a form");
  try {
    await saveAssessment(actor, reference, valuesOf(form));
    return answer(200, `Saved at ${formatTime(now())}.`);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.code === "NOT_FOUND"
      ? answer(404, "Not found")
      : answer(409, Object.values(error.fields)[0] ?? error.message);
  }
}

const answer = (status: number, text: string): Response =>
  Response.json({ text, shown: "", values: {}, isWhole: true }, { status, headers: { "cache-control": "no-store" } });
