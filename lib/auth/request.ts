import "server-only";
import { createHash } from "node:crypto";
import { cookies, headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import { env } from "#lib/platform/env.ts";
import { isList, LAST_LIST, LIST_NAMES, type ListPath, listCookie } from "#lib/platform/lists.ts";

/**
 * Where a request came from, for the audit trail and the limits; empty outside a request. The header holds exactly that
 * one address, whatever the sender put into it (bin/remote-address.mjs).
 */
export async function requestContext(): Promise<{ remoteAddress?: string }> {
  try {
    const forwarded = (await headers()).get("x-forwarded-for")?.split(",")[0]?.trim();
    return forwarded ? { remoteAddress: forwarded.slice(0, 60) } : {};
  } catch (error) {
    unstable_rethrow(error);
    return {};
  }
}

/** The page's address, as proxy.ts passes it on: a server action does not know which page its form was on. */
export async function currentPath(): Promise<string> {
  try {
    return (await headers()).get("x-path") ?? "/";
  } catch (error) {
    unstable_rethrow(error);
    return "/";
  }
}

/**
 * The parts of an address that say what was just done on its page, or what is ticked at first: the forms are the same
 * without them.
 */
const PASSING = ["done", "saved", "copied", "moved", "told", "tick"];

/** The page's address without what was just done, which locates its forms. */
export async function currentPlace(): Promise<string> {
  const [pathname = "", search = ""] = (await currentPath()).split("?");
  const kept = new URLSearchParams(search);
  for (const name of PASSING) kept.delete(name);
  return kept.size ? `${pathname}?${kept}` : pathname;
}

/** The address of a list as this browser last saw it (proxy.ts). */
export async function listHref(path: ListPath): Promise<string> {
  const search = (await cookies()).get(listCookie(path))?.value ?? "";
  return search.startsWith("?") ? path + search : path;
}

/** The list that this browser saw last, as it was then: where the back link of an item opened from it leads. */
export async function lastList(): Promise<{ label: string; href: string }> {
  const last = (await cookies()).get(LAST_LIST)?.value ?? "";
  const path = isList(last) ? last : "/applications";
  return { label: LIST_NAMES[path], href: await listHref(path) };
}

/** What the database stores instead of a secret that a browser holds. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export const hasSecureCookies = (): boolean => env().BASE_URL.startsWith("https://");

/**
 * Whether a request that changes something comes from a page of this portal. Next checks this only for server actions.
 */
export function isFromOwnPage(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  return request.headers.get("origin") === new URL(env().BASE_URL).origin;
}

/** next-auth's cookie; over https its name has a prefix. */
export const SESSION_COOKIE = "next-auth.session-token";
