import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "../../../../lib/auth/options.ts";

type Context = { params: Promise<{ nextauth: string[] }> };

/** Codes are asked for and used through server actions only, so that no address can use one up. */
async function handler(request: NextRequest, context: Context): Promise<Response> {
  const [action, provider] = (await context.params).nextauth;
  if (provider === "email" || action === "signin" || action === "signout" || action === "error") {
    return new Response(null, { status: 404 });
  }
  return NextAuth(request as never, context as never, authOptions()) as unknown as Promise<Response>;
}

export { handler as GET, handler as POST };
