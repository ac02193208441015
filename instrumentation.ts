import type { Instrumentation } from "next";
import { isAway } from "#lib/platform/errors.ts";
import { answerUnavailable } from "#lib/web/unavailable.ts";

/** A web server with a wrong environment does not start. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { env } = await import("#lib/platform/env.ts");
  env();
  silenceNext();
}

/** Next prints what it passes to onRequestError, over many lines. */
function silenceNext(): void {
  const print = console.error;
  console.error = (...parts: unknown[]) => {
    if (
      !parts.some(
        (part) =>
          part instanceof Error &&
          ("digest" in part || isAway(part) || part.message.startsWith("Failed to parse body")),
      )
    )
      print(...parts);
  };
}

/** One line for each unexpected error, with the id that the error page shows (Next's digest). */
export const onRequestError: Instrumentation.onRequestError = (error, request, context) => {
  const { digest = "", message = String(error), stack = "" } = error as Error & { digest?: string };
  const { method, path } = request;
  const line = { level: "error", id: digest, message, method, path, route: context.routePath };
  if (isAway(error)) {
    // Each request reports it, and none of our code is at fault.
    answerUnavailable();
    console.error(JSON.stringify(line));
  } else {
    const isBad = isBadRequest(request, { message, stack });
    if (isBad) answerBadRequest();
    console.error(JSON.stringify({ ...line, ...(isBad && { level: "warn" }), stack }));
  }
};

/** Whether Next itself failed to read a form or a header, without any code of the portal involved. */
function isBadRequest({ method }: { method: string }, { message, stack }: { message: string; stack: string }): boolean {
  if (message.startsWith("The router state header")) return true;
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return method === "POST" && frames.length > 0 && frames.every((frame) => NOT_OURS.test(frame));
}

const NOT_OURS = /node:|<anonymous>|[\\/]next[\\/]dist[\\/]|node_modules_next_dist/;

/** The current request is answered with 400 instead of 500 (bin/odd-requests.mjs). */
const answerBadRequest = (): void => (globalThis as { [BAD_REQUEST]?: () => void })[BAD_REQUEST]?.();
const BAD_REQUEST = Symbol.for("psf.badRequest");
