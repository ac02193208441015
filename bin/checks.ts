// Problems with the settings that only show when they are tried: each is one line that starts with the setting.

import { accessSync, constants, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import pg from "pg";
import { EnvironmentError, type Settings } from "#lib/platform/env.ts";
import { tryMailServer } from "#lib/platform/mailer.ts";
import { tryScanner } from "#lib/platform/scanner.ts";
import { tryStore } from "#lib/platform/storage.ts";

/** @throws EnvironmentError when the folder cannot be created or written to */
export function checkFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new EnvironmentError([`DATA_DIR: ${folder} cannot be used (${reasonOf(error)})`]);
  }
}

/** @throws EnvironmentError with everything that the portal cannot start without: what does not answer or is in use */
export async function checkReachable(settings: Settings): Promise<void> {
  const found = await Promise.all([
    portProblem(settings),
    databaseProblem("DATABASE_URL", settings.DATABASE_URL),
    databaseProblem("DATABASE_OWNER_URL", settings.DATABASE_OWNER_URL),
  ]);
  const problems = found.filter((line) => line !== null);
  if (problems.length > 0) throw new EnvironmentError(problems);
}

/**
 * Services that do not answer but may do so later: one line for each. The portal starts without them, mail waits, and
 * /api/health says what is missing.
 */
export async function listAbsent({ SMTP_URL, CLAMAV_URL, FILES_URL }: Settings): Promise<string[]> {
  const tried: [url: string | undefined, port: string, attempt: (url: string) => Promise<void>, line: string][] = [
    [
      SMTP_URL,
      "25",
      (url) => tryMailServer(url, WAIT_MS),
      "SMTP_URL: cannot send through %; mail waits until that works",
    ],
    [
      CLAMAV_URL,
      "3310",
      (url) => tryScanner(url, WAIT_MS),
      "CLAMAV_URL: cannot reach clamd at %; new files wait to be scanned",
    ],
    [
      FILES_URL,
      "443",
      () => tryStore(WAIT_MS),
      "FILES_URL: cannot reach the store at %; files cannot be sent or read until that works",
    ],
  ];
  const lines = tried.map(async ([url, port, attempt, line]) => {
    if (!url) return null;
    return attempt(url).then(
      () => null,
      (error: unknown) => line.replace("%", `${placeOf(url, port)} (${reasonOf(error)})`),
    );
  });
  return (await Promise.all(lines)).filter((line) => line !== null);
}

const WAIT_MS = 5_000;

function portProblem({ PORT, HOST }: Settings): Promise<string | null> {
  return new Promise((done) => {
    const server = createServer()
      .once("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "EADDRINUSE") done(`PORT: ${PORT} is in use by another program; choose another`);
        else if (error.code === "EACCES")
          done(`PORT: ${PORT} may not be used by this account; choose one from 1024 on`);
        else done(`HOST: cannot listen on ${HOST} (${reasonOf(error)})`);
      })
      .listen(PORT, HOST, () => server.close(() => done(null)));
  });
}

async function databaseProblem(name: string, url: string | undefined): Promise<string | null> {
  if (!url) return null;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
    return null;
  } catch (error) {
    return `${name}: cannot connect to ${placeOf(url, "5432")} (${reasonOf(error)})`;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Only host and port: the rest of the address contains a password. */
function placeOf(url: string, defaultPort: string): string {
  const { protocol, hostname, port, pathname } = new URL(url);
  if (protocol === "unix:") return pathname;
  return `${hostname}:${port || defaultPort}`;
}

/** On one line, without the rest of the error's text. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { code, message } = first as NodeJS.ErrnoException;
  return (message || code || "unknown reason").split("\n")[0] ?? "";
}
