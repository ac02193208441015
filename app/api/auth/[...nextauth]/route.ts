import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { telling } from "#lib/auth/session.ts";

type Context = { params: Promise<{ nextauth: string[] }> };

/** The only next-auth actions that may be requested by address; nothing may be posted to it. */
const OPEN = ["csrf", "providers", "session"];

/**
 * Codes are requested and used, and sessions ended, only through server actions (lib/auth/session.ts), so that no
 * address can use up a code or sign somebody out, and nobody can write to the log.
 */
async function handler(request: NextRequest, context: Context): Promise<Response> {
  const { nextauth } = await context.params;
  if (request.method === "POST" || nextauth.length !== 1 || !OPEN.includes(nextauth[0] ?? "")) {
    return new Response("Page not found", { status: 404, headers: { "content-type": "text/plain; charset=utf-8" } });
  }
  // Without our callback, a session is only an email address: what an actor may do stays on the server.
  return telling((options) =>
    NextAuth(request as never, context as never, { ...options, callbacks: {} }),
  ) as unknown as Promise<Response>;
}

export { handler as GET, handler as POST };
