import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { Part } from "./supervise.ts";

const root = join(import.meta.dirname, "..");
const preload = pathToFileURL(join(root, "bin", "preload.mjs")).href;

/** Starts the web server with a whole environment (lib/platform/env.ts) and waits until it answers by itself. */
export async function startWebServer(
  environment: Record<string, string>,
  options: { isDevelopment?: boolean; isQuiet?: boolean; signal?: AbortSignal } = {},
): Promise<Part> {
  const { PORT = "", HOST = "127.0.0.1", BOOT_ID = "" } = environment;
  const next = join(root, "node_modules", "next", "dist", "bin", "next");
  const script = options.isDevelopment
    ? [next, "dev", "-p", PORT, "-H", HOST]
    : [...SMALL_HEAP, join(root, ".next", "standalone", "server.js")];
  const NODE_ENV = options.isDevelopment ? "development" : "production";
  // By the environment, because `next dev` serves from a process of its own.
  const NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ""} --import=${preload}`.trim();
  const server = startProcess(script, { ...environment, HOSTNAME: HOST, NODE_ENV, NODE_OPTIONS }, options.isQuiet);
  const failed = server.ended.then((how) => Promise.reject(new Error(`The web server ended (${how}).`)));
  try {
    await Promise.race([untilReady(HOST, PORT, BOOT_ID, options.signal), failed]);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** V8 lets its heap grow to a multiple of what is alive before it looks for what is not: a third more is enough, and takes half the memory. */
const SMALL_HEAP = ["--max-semi-space-size=8", "--heap-growing-percent=30"];

/** Starts the worker as a process of its own. */
export function startWorkerProcess(environment: Record<string, string>): Part & { kill(): void } {
  return startProcess([join(root, "bin", "worker.ts")], environment);
}

function startProcess(args: string[], environment: Record<string, string>, isQuiet = false): Part & { kill(): void } {
  // No deprecations: Prisma asks its driver in a way that a later version of the driver will refuse.
  const child = spawn(process.execPath, ["--no-deprecation", ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    // Its own process group: Ctrl-C must reach it from us, in the order of our choice.
    detached: process.platform !== "win32",
    stdio: ["ignore", isQuiet ? "ignore" : "inherit", "inherit"],
  });
  const ended = new Promise<string>((done) => {
    child.once("error", (error) => done(error.message));
    child.once("exit", (code, signal) => done(signal ?? `exit code ${code}`));
  });
  return { ended, stop: () => end(child, ended), kill: () => child.kill("SIGKILL") };
}

/** Any answer will do, as long as it comes from this run and not from another server on the port. */
async function untilReady(host: string, port: string, bootId: string, signal?: AbortSignal): Promise<void> {
  const address = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const url = `http://${address.includes(":") ? `[${address}]` : address}:${port}/api/health`;
  for (let attempt = 0; attempt < 1200; attempt++) {
    signal?.throwIfAborted();
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.headers.get("x-boot") === bootId) return;
    await pause(50);
  }
  throw new Error("The web server did not answer.");
}

async function end(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode) return;
  child.kill("SIGTERM");
  const limit = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await ended;
  clearTimeout(limit);
}
