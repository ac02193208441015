import type { Instrumentation } from "next";

/** A web server with a wrong environment does not start. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { env } = await import("./lib/env.ts");
  env();
  silenceNext();
}

/** Next prints what it tells onRequestError, over many lines. */
function silenceNext(): void {
  const print = console.error;
  console.error = (...parts: unknown[]) => {
    if (!parts.some((part) => part instanceof Error && "digest" in part)) print(...parts);
  };
}

/** One line for each unexpected error, with the id that the error page shows (Next's digest). */
export const onRequestError: Instrumentation.onRequestError = (error, request, context) => {
  const { digest = "", message = String(error), stack = "" } = error as Error & { digest?: string };
  const { method, path } = request;
  const line = { level: "error", id: digest, message, method, path, route: context.routePath, stack };
  console.error(JSON.stringify(line));
};
