import { now } from "#lib/platform/clock.ts";
import { env } from "#lib/platform/env.ts";

const LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;

/** Where to report a weakness, for software to read (RFC 9116). It must expire: three months after it was requested. */
export function GET(): Response {
  const base = env().BASE_URL.replace(/\/$/, "");
  const lines = [
    `Contact: mailto:${env().DESK_EMAIL}`,
    `Expires: ${new Date(now().getTime() + LIFETIME_MS).toISOString()}`,
    "Preferred-Languages: en, mi",
    `Canonical: ${base}/.well-known/security.txt`,
    `Policy: ${base}/security`,
  ];
  return new Response(`${lines.join("\n")}\n`, { headers: { "content-type": "text/plain; charset=utf-8" } });
}

export const dynamic = "force-dynamic";
