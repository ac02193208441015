import "server-only";
import { randomBytes } from "node:crypto";
import { cookies } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import { now } from "#lib/platform/clock.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { hasSecureCookies, sha256 } from "./request.ts";

const COOKIE = "sign-in-browser";
const DAY_S = 86_400;
const KNOWN_DAYS_MAX = 180;

/** The mark that identifies the requesting browser; "" where it has none, or outside a request. */
export async function browserMark(): Promise<string> {
  try {
    return (await cookies()).get(COOKIE)?.value ?? "";
  } catch (error) {
    unstable_rethrow(error);
    return "";
  }
}

/** The hash of that mark, by which the database knows the browser; "" where it has none. */
export async function browserHash(): Promise<string> {
  const mark = await browserMark();
  return mark ? sha256(mark) : "";
}

/**
 * Marks the requesting browser, unless it has a mark: a code works only in the browser that asked for it. Returns the
 * mark's hash.
 */
export async function markBrowser(): Promise<string> {
  const jar = await cookies();
  const mark = jar.get(COOKIE)?.value ?? randomBytes(32).toString("base64url");
  jar.set(COOKIE, mark, {
    httpOnly: true,
    sameSite: "strict",
    path: "/",
    secure: hasSecureCookies(),
    maxAge: KNOWN_DAYS_MAX * DAY_S,
  });
  return sha256(mark);
}

const knownSince = (): Date => new Date(now().getTime() - KNOWN_DAYS_MAX * DAY_S * 1000);

/** Records that a person has signed in with this browser, so that strangers cannot stop them from doing it again. */
export async function rememberBrowser(tx: Tx, personId: string): Promise<void> {
  const hash = await browserHash();
  if (!hash) return;
  await tx.knownBrowser.deleteMany({ where: { personId, signedInAt: { lt: knownSince() } } });
  const key = { personId, browserHash: hash };
  await tx.knownBrowser.upsert({
    where: { personId_browserHash: key },
    create: { ...key, signedInAt: now() },
    update: { signedInAt: now() },
  });
}

/** Whether the person with this address has signed in with that browser recently. */
export async function isKnownBrowser(email: string, hash: string): Promise<boolean> {
  const where = { browserHash: hash, signedInAt: { gte: knownSince() }, person: { email } };
  return (await db().knownBrowser.count({ where })) > 0;
}
