import "server-only";
import { createHash, randomBytes } from "node:crypto";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import NextAuth, { getServerSession } from "next-auth";
import { cache } from "react";
import { recordEvent } from "../audit.ts";
import { now } from "../clock.ts";
import { db, transaction } from "../db.ts";
import { env } from "../env.ts";
import { findActor } from "../people/queries.ts";
import type { Actor } from "../permissions.ts";
import { sha256, TRIES_MAX } from "./adapter.ts";
import { countRequest } from "./limits.ts";
import { authOptions, BROWSER_COOKIE, hasSecureCookies, keepDecoy, refuseTooMany } from "./options.ts";
import { requestContext } from "./request.ts";

export { requestContext };

/** Who asks, looked up once for each request with one query; null where nobody is signed in. */
export const currentActor = cache(async (): Promise<Actor | null> => {
  const session = await getServerSession(authOptions());
  return (session as { actor?: Actor } | null)?.actor ?? null;
});

/** Who asks; who is not signed in is led to do so, and back. */
export async function requireActor(): Promise<Actor> {
  const actor = await currentActor();
  if (actor) return actor;
  const path = (await headers()).get("x-path") ?? "/";
  redirect(`/sign-in?next=${encodeURIComponent(path)}`);
}

const PATH_CHARS_MAX = 4_000;

/**
 * The path of a page of this portal that an address or a form asks to be led to; home for everything else. It is read as
 * a browser reads it: dots and tabs go and backslashes turn, so that `/.//host` and `/\host` are other sites.
 */
export function landing(next: string): string {
  const { origin } = new URL(env().BASE_URL);
  if (!next.startsWith("/") || next.length > PATH_CHARS_MAX || !URL.canParse(next, origin)) return "/home";
  const url = new URL(next, origin);
  const isOwn = url.origin === origin && !url.pathname.startsWith("//");
  return isOwn ? url.pathname + url.search + url.hash : "/home";
}

/**
 * Runs one of next-auth's POST actions from a server action (Next checks the Origin of those), and sets the cookies that
 * it answers with. So no code is in any address, and it works without JavaScript. Answers where next-auth leads to.
 */
async function post(action: string[], fields: Record<string, string>): Promise<string> {
  const jar = await cookies();
  const token = randomBytes(32).toString("hex");
  const csrf = `${token}|${createHash("sha256").update(`${token}${env().AUTH_SECRET}`).digest("hex")}`;
  const csrfName = `${hasSecureCookies() ? "__Host-" : ""}next-auth.csrf-token`;
  const sent = Object.fromEntries(jar.getAll().map((cookie) => [cookie.name, cookie.value]));
  const request = {
    method: "POST",
    query: { nextauth: action, ...fields },
    body: { csrfToken: token, ...fields },
    headers: Object.fromEntries(await headers()),
    cookies: { ...sent, [csrfName]: csrf },
  };
  const set = new Map<string, string | string[]>();
  const response = {
    status: () => response,
    getHeader: (name: string) => set.get(name.toLowerCase()),
    setHeader: (name: string, value: string | string[]) => {
      set.set(name.toLowerCase(), value);
      return response;
    },
    send: () => response,
    json: () => response,
    end: () => response,
  };
  await NextAuth(request as never, response as never, authOptions());
  for (const line of [set.get("set-cookie") ?? []].flat()) keepCookie(jar, line);
  return String(set.get("location") ?? "");
}

function keepCookie(jar: Awaited<ReturnType<typeof cookies>>, line: string): void {
  const [pair = "", ...attributes] = line.split("; ");
  const name = pair.slice(0, pair.indexOf("="));
  if (name.endsWith("csrf-token")) return; // made for one call alone
  const expires = attributes.find((text) => text.startsWith("Expires="))?.slice("Expires=".length);
  jar.set(name, decodeURIComponent(pair.slice(name.length + 1)), {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure: hasSecureCookies(),
    ...(expires && { expires: new Date(expires) }),
  });
}

/** Sends a code to a person's address, bound to this browser; false where nobody has the address. @throws RATE */
export async function sendCode(email: string): Promise<boolean> {
  await countRequest("code");
  if (!(await findActor(email))) return false;
  await refuseTooMany(db(), email); // next-auth would swallow the refusal
  await markBrowser();
  const to = await post(["signin", "email"], { email, callbackUrl: "/" });
  if (!to.includes("error=")) return true;
  await refuseTooMany(db(), email); // others may have asked at the same moment
  throw new Error(`No code could be sent: ${to}`);
}

/** Does as if it sent a code to an address without an account, so that the answers are the same. @throws RATE */
export async function pretendToSendCode(email: string): Promise<void> {
  await keepDecoy(email, await markBrowser());
}

/** The code works in this browser alone. */
async function markBrowser(): Promise<string> {
  const mark = randomBytes(32).toString("base64url");
  (await cookies()).set(BROWSER_COOKIE, mark, {
    httpOnly: true,
    sameSite: "strict",
    path: "/",
    secure: hasSecureCookies(),
    maxAge: 900,
  });
  return mark;
}

export type CodeAnswer = "accepted" | "wrong" | "dead";

/** Tries a code; RATE is thrown where a network tries too many. "dead": it is used up, too old, was asked for elsewhere, or was mistyped three times. */
export async function tryCode(email: string, code: string): Promise<CodeAnswer> {
  await countRequest("try");
  if (!(await isAlive(email))) return refused(email, "dead");
  const token =
    code
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, "")
      .slice(0, 20) || "-";
  const to = await post(["callback", "email"], { email, token, callbackUrl: "/" });
  if (to.includes("error=") && !to.includes("error=Verification"))
    throw new Error(`The code could not be tried: ${to}`);
  if (to.includes("error=")) return refused(email, (await isAlive(email)) ? "wrong" : "dead");
  (await cookies()).delete(BROWSER_COOKIE);
  return "accepted";
}

/** Whether this browser asked for a code that still works. */
async function isAlive(email: string): Promise<boolean> {
  const browser = (await cookies()).get(BROWSER_COOKIE)?.value;
  const open = await db().signInCode.findUnique({ where: { email } });
  if (!open || !browser || open.browserHash !== sha256(browser)) return false;
  return open.attempts < TRIES_MAX && open.expires > now();
}

async function refused(email: string, answer: "wrong" | "dead"): Promise<CodeAnswer> {
  const event = { event: "session.refused", actor: null, subject: `email:${email}`, ...(await requestContext()) };
  await transaction((tx) => recordEvent(tx, event));
  return answer;
}

/** Ends this session. */
export async function endSession(): Promise<void> {
  await post(["signout"], { callbackUrl: "/" });
}
