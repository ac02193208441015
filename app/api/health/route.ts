import { env } from "#lib/platform/env.ts";
import { readHealth } from "#lib/platform/health.ts";

export const dynamic = "force-dynamic";

/** 200 while the portal can serve, otherwise 503; the body says which part is down. */
export async function GET(): Promise<Response> {
  const health = await readHealth();
  return Response.json(health, {
    status: health.state === "down" ? 503 : 200,
    headers: { "x-boot": env().BOOT_ID, "cache-control": "no-store" },
  });
}
