import "server-only";
import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";

/**
 * Where a request came from, for the audit trail and the limits; nothing where no request is being answered. The header
 * holds that one address, whatever the sender wrote into it (bin/remote-address.mjs).
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
