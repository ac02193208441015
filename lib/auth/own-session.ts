import "server-only";
import { cookies } from "next/headers";
import { now } from "#lib/platform/clock.ts";
import { IDLE_MINUTES_MAX } from "./adapter.ts";
import { hasSecureCookies, SESSION_COOKIE, sha256 } from "./request.ts";

/** The hash of this request's session, as stored in the database; "" if there is no session. */
export async function ownSessionHash(): Promise<string> {
  const token = (await cookies()).get(`${hasSecureCookies() ? "__Secure-" : ""}${SESSION_COOKIE}`)?.value;
  return token ? sha256(token) : "";
}

/** A session that was last active before this time has to sign in again. */
export const aliveSince = (): Date => new Date(now().getTime() - IDLE_MINUTES_MAX * 60_000);
