import "server-only";
import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";

/** Where a request came from, for the audit trail; nothing where no request is being answered. */
export async function requestContext(): Promise<{ remoteAddress?: string }> {
  try {
    const forwarded = (await headers()).get("x-forwarded-for")?.split(",")[0]?.trim();
    return forwarded ? { remoteAddress: forwarded.slice(0, 60) } : {};
  } catch (error) {
    unstable_rethrow(error);
    return {};
  }
}
