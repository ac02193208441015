import { type NextRequest, NextResponse } from "next/server";
import { env } from "#lib/platform/env.ts";
import { isList, LAST_LIST, LISTS, listCookie } from "#lib/platform/lists.ts";
import { kebabOf } from "#lib/platform/text.ts";

/** Sets headers, and leads on from addresses of before: who may do what is decided where it is read and written. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  const key = KEY_IN_ADDRESS.exec(pathname)?.[1];
  if (key) return NextResponse.redirect(new URL(pathname.replace(key, kebabOf(key)) + search, env().BASE_URL), 308);
  const change = CARRY_FORWARD.exec(pathname)?.[1];
  if (change) return NextResponse.redirect(new URL(`/changes/${change}`, env().BASE_URL), 308);
  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  // Next reads the nonce for its own scripts from the request's policy.
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  headers.set("x-path", pathname + search);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", FILES.test(pathname) ? SANDBOX : policy);
  for (const [name, value] of Object.entries(FIXED_HEADERS)) response.headers.set(name, value);
  if (env().BASE_URL.startsWith("https:")) {
    response.headers.set("strict-transport-security", "max-age=63072000; includeSubDomains");
  }
  keepLists(response, pathname, search);
  return response;
}

/** Browsers and servers take so much of a cookie; what is longer is not kept. */
const LIST_MAX = 1_000;

/** Keeps how a list was narrowed, and which was seen last, so that the way back to it leads there, for who is signed in and nobody after them. */
function keepLists({ cookies }: NextResponse, pathname: string, search: string): void {
  const secure = env().BASE_URL.startsWith("https:");
  const keep = (name: string, kept: string) =>
    cookies.set(name, kept, { httpOnly: true, sameSite: "lax", secure, ...(kept ? {} : { maxAge: 0 }) });
  const forgotten = pathname === "/sign-in" ? LISTS : LISTS.filter((list) => list === pathname);
  for (const list of forgotten) keep(listCookie(list), pathname === list && search.length <= LIST_MAX ? search : "");
  if (forgotten.length) keep(LAST_LIST, isList(pathname) ? pathname : "");
}

/** Steps once had their keys in addresses, as "confirmBudget"; links in mails still do. */
const KEY_IN_ADDRESS = /^\/(?:applications\/[^/]+|work)\/([a-z]+[A-Z]\w*)(?=\/|$)/;

/** Where a carry-forward once had its page; links in mails still go there. */
const CARRY_FORWARD = /^\/budget\/carry-forward\/([0-9a-f-]{36})$/;

/** What is given out as a file, much of it as people sent it: whatever a browser makes of one, it can do nothing. A policy
 * that a route sets by itself would be replaced by the one from here. */
const FILES =
  /^\/(applications\/([^/]+\/(files\/[^/]+|letter\/pdf|pdf)|export\/[^/]+)|mailbox\/[^/]+\/download|application-form)$/;
const SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'";

const FIXED_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "permissions-policy":
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** Nothing is loaded from anywhere else; a script runs only with this request's nonce. While developing, Next evaluates
 * modules and styles them inline. */
function contentSecurityPolicy(nonce: string): string {
  const isDevelopment = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'none'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Files pass by: a body that comes through here is held in memory, and cut at 10 MB. Their routes set headers. */
export const config = { matcher: ["/((?!_next/static|api/uploads|api/documents).*)"] };
