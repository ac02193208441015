import { isFromOwnPage } from "#lib/auth/request.ts";
import { endSession } from "#lib/auth/session.ts";
import { env } from "#lib/platform/env.ts";

/** Ends the session and leads to the start page: a plain form, so that it works without JavaScript too. */
export async function POST(request: Request): Promise<Response> {
  if (!isFromOwnPage(request)) {
    return new Response("To sign out, open the portal and choose “Sign out”.\n", {
      status: 403,
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
  }
  await endSession();
  return new Response(null, { status: 303, headers: { location: new URL("/", env().BASE_URL).href } });
}
