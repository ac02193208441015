import { redirect } from "next/navigation";
import { isFromOwnPage } from "#lib/auth/request.ts";
import { admittedActor, ownPath } from "#lib/auth/session.ts";
import { text } from "#lib/form/fields.ts";
import { valuesOf } from "#lib/form/parse.ts";
import { env } from "#lib/platform/env.ts";
import { clearUnsent } from "#lib/unsent/commands.ts";
import { readForm } from "#lib/web/action.ts";

/**
 * Deletes what somebody has typed into a form and leads back to its page: a plain form, so that the page is rendered
 * again.
 */
export async function POST(request: Request): Promise<Response> {
  const actor = await admittedActor();
  if (!isFromOwnPage(request)) return refuse(403, "Open the page of the form, and clear it there.");
  const form = await readForm(request);
  if (!form) return refuse(400, "This is not a form the portal can read.");
  const values = valuesOf(form);
  const path = ownPath(text(values, "path"));
  if (!actor) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  await clearUnsent(actor, { path, form: text(values, "form") });
  return new Response(null, { status: 303, headers: { location: new URL(path, env().BASE_URL).href } });
}

const refuse = (status: number, why: string): Response =>
  new Response(`${why}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
