import "server-only";
import { createHash, randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import NextAuth, { getServerSession, type NextAuthOptions } from "next-auth";
import { cache } from "react";
import {
  type Actor,
  type AgencyActor,
  asAgency,
  asMfat,
  type MfatActor,
  type Permission,
  permit,
} from "#lib/lifecycle/permissions.ts";
import { reportUnknownPerson } from "#lib/people/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { DomainError, isAway } from "#lib/platform/errors.ts";
import type { UnsentForms } from "#lib/unsent/queries.ts";
import type { Unsent } from "#lib/unsent/rules.ts";
import { TRIES_MAX } from "./adapter.ts";
import { browserHash, isKnownBrowser, markBrowser } from "./browser.ts";
import { countAsked, countTry } from "./limits.ts";
import { authOptions, keepDecoy } from "./options.ts";
import { currentPath, hasSecureCookies, requestContext, SESSION_COOKIE } from "./request.ts";

export { requestContext };

type Asking = { actor: Actor; unsent: UnsentForms };

/** The actor, and what they have typed into the page's forms: looked up once for each request, with one query. */
const currentSession = cache(async (): Promise<Asking | null> => {
  const session = (await telling((options) => getServerSession(options))) as Partial<Asking> | null;
  return session?.actor && session.unsent ? { actor: session.actor, unsent: session.unsent } : null;
});

/** The actor; null where nobody is signed in. */
export const currentActor = async (): Promise<Actor | null> => (await currentSession())?.actor ?? null;

/** What the actor has typed into a form of this page and not sent. */
export const currentUnsent = async (form: string): Promise<Unsent | undefined> =>
  (await currentSession())?.unsent.get(form);

/**
 * Runs next-auth. It swallows errors of its adapter and mailer and answers as if nobody were signed in, so this detects
 * that the database is unavailable.
 */
export async function telling<T>(ask: (options: NextAuthOptions) => Promise<T>): Promise<T> {
  const { adapter = {}, providers, ...rest } = authOptions();
  const failures: unknown[] = [];
  const heard = <T>(methods: T): T =>
    Object.fromEntries(
      Object.entries(methods as object).map(([name, method]) => [
        name,
        typeof method === "function" ? hear(method) : method,
      ]),
    ) as T;
  const hear =
    (method: (...args: unknown[]) => unknown) =>
    async (...args: unknown[]) => {
      try {
        return await method(...args);
      } catch (error) {
        failures.push(error);
        throw error;
      }
    };
  const answer = await ask({ ...rest, adapter: heard(adapter), providers: providers.map(heard), logger: QUIET });
  const away = failures.find(isAway);
  if (away) throw away;
  return answer;
}

/** Throws what next-auth would only print, so that an error is reported once. */
const QUIET = { error: () => {} };

/**
 * The door of every page, route and action that is not public: finds the actor before the first query. Anyone who is
 * not signed in is sent to the sign-in page and back; for anyone without a role the page does not exist.
 */
export async function requireActor(): Promise<Actor> {
  const actor = await currentActor();
  if (!actor) redirect(`/sign-in?next=${encodeURIComponent(await currentPath())}`);
  return actor.roles.size > 0 ? actor : notFound();
}

/** The door to pages for people at MFAT, or only for those with a permission. */
export const requireMfat = (permission?: Permission): Promise<MfatActor> => admit(asMfat, permission);

/** The door to pages for people at agencies, or only for those with a permission. */
export const requireAgency = (permission?: Permission): Promise<AgencyActor> => admit(asAgency, permission);

async function admit<A extends Actor>(ofSide: (actor: Actor) => A, permission?: Permission): Promise<A> {
  const actor = await requireActor();
  try {
    if (permission) permit(actor, permission);
    return ofSide(actor);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await recordRefusal(actor, error);
    notFound();
  }
}

/**
 * The door for requests by a page's script, which cannot follow a redirect: null for anyone whom requireActor would
 * refuse.
 */
export async function admittedActor(): Promise<Actor | null> {
  const actor = await currentActor();
  return actor?.roles.size ? actor : null;
}

/**
 * Records that a page refused somebody. In a transaction of its own, because that of the refused request is rolled
 * back.
 */
export async function recordRefusal(actor: Actor, refusal: DomainError): Promise<void> {
  const { remoteAddress } = await requestContext();
  const [path = ""] = (await currentPath()).split("?");
  await transaction((tx) =>
    recordEvent(tx, {
      event: "permission.refused",
      actor,
      reason: refusal.message,
      subject: `page:${path.slice(0, 200)}`,
      ...(remoteAddress && { remoteAddress }),
    }),
  );
}

const PATH_CHARS_MAX = 4_000;

/**
 * The path of a page of this portal that an address or a form asks to go to next; home for anything else. It is read as
 * a browser reads it, which drops dots and tabs and turns backslashes: `/.//host` and `/\host` are other sites.
 */
export function ownPath(next: string): string {
  const { origin } = new URL(env().BASE_URL);
  if (!next.startsWith("/") || next.length > PATH_CHARS_MAX || !URL.canParse(next, origin)) return "/home";
  const url = new URL(next, origin);
  const isOwn = url.origin === origin && !url.pathname.startsWith("//");
  return isOwn ? url.pathname + url.search + url.hash : "/home";
}

/**
 * Runs one of next-auth's POST actions from a server action (where Next checks the Origin) and sets the cookies it
 * returns. So no code appears in any address, and it works without JavaScript. Returns where next-auth redirects to.
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
  await telling((options) => NextAuth(request as never, response as never, options));
  for (const line of [set.get("set-cookie") ?? []].flat()) keepCookie(jar, line);
  return String(set.get("location") ?? "");
}

function keepCookie(jar: Awaited<ReturnType<typeof cookies>>, line: string): void {
  const [pair = "", ...attributes] = line.split("; ");
  const name = pair.slice(0, pair.indexOf("="));
  // The other cookies serve a single call, and are only set where an address has an account.
  if (!name.endsWith(SESSION_COOKIE)) return;
  const expires = attributes.find((text) => text.startsWith("Expires="))?.slice("Expires=".length);
  jar.set(name, decodeURIComponent(pair.slice(name.length + 1)), {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure: hasSecureCookies(),
    ...(expires && { expires: new Date(expires) }),
  });
}

/** Every request for a code takes at least this long: longer than any of them needs. */
const ASKING_MS_MIN = 400;

/**
 * Somebody asks for a code for an address. The answer does not reveal whether the address has an account or belongs to
 * an agency. The fund desk is told about people at an agency who have no account. @throws RATE
 */
export async function askForCode(email: string): Promise<void> {
  const answer = async () => {
    if (!(await sendCode(email))) await reportUnknownPerson(email, (await requestContext()).remoteAddress);
  };
  const [asked] = await Promise.allSettled([answer(), pause(ASKING_MS_MIN)]);
  if (asked.status === "rejected") throw asked.reason;
}

/** Sends a code that works in this browser; false where nobody has the address, and nothing is sent. @throws RATE */
export async function sendCode(email: string): Promise<boolean> {
  const browser = await markBrowser();
  await countAsked(email, browser, await isKnownBrowser(email, browser));
  if (!(await findActor(email))) {
    await keepDecoy(email);
    return false;
  }
  const to = await post(["signin", "email"], { email, callbackUrl: "/" });
  if (to.includes("error=")) throw new Error(`No code could be sent: ${to}`);
  return true;
}

export type CodeAnswer = "accepted" | "wrong" | "dead";

/**
 * Tries a code. "dead": it is used up, too old, was asked for in another browser, or was mistyped three times. Only
 * tries in a browser without a code are counted, so strangers on the same network cannot hold anybody up. @throws RATE
 */
export async function tryCode(email: string, code: string): Promise<CodeAnswer> {
  if (!(await isAlive(email))) {
    await countTry();
    return refused(email, "dead");
  }
  const token =
    code
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, "")
      .slice(0, 20) || "-";
  const to = await post(["callback", "email"], { email, token, callbackUrl: "/" });
  if (to.includes("error=") && !to.includes("error=Verification"))
    throw new Error(`The code could not be tried: ${to}`);
  if (to.includes("error=")) return refused(email, (await isAlive(email)) ? "wrong" : "dead");
  return "accepted";
}

/** Whether this browser asked for a code that still works. */
async function isAlive(email: string): Promise<boolean> {
  const where = { email_browserHash: { email, browserHash: await browserHash() } };
  const open = await db().signInCode.findUnique({ where });
  return open !== null && open.attempts < TRIES_MAX && open.expires > now();
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
