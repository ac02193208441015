// What can be wrong with the settings and only shows by trying: each problem is one line that begins with the setting.

import { once } from "node:events";
import { accessSync, constants, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import nodemailer from "nodemailer";
import pg from "pg";
import { EnvironmentError, type Settings } from "../lib/env.ts";
import { connectTo } from "../lib/scanner.ts";

/** @throws EnvironmentError when the folder cannot be made or written to */
export function checkFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new EnvironmentError([`DATA_DIR: ${folder} cannot be used (${reasonOf(error)})`]);
  }
}

/** @throws EnvironmentError with everything that does not answer or is taken */
export async function checkReachable(settings: Settings): Promise<void> {
  const found = await Promise.all([
    portProblem(settings),
    databaseProblem("DATABASE_URL", settings.DATABASE_URL),
    databaseProblem("DATABASE_OWNER_URL", settings.DATABASE_OWNER_URL),
    smtpProblem(settings.SMTP_URL),
    scannerProblem(settings.CLAMAV_URL),
  ]);
  const problems = found.filter((line) => line !== null);
  if (problems.length > 0) throw new EnvironmentError(problems);
}

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

async function smtpProblem(url: string | undefined): Promise<string | null> {
  if (!url) return null;
  const limits = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 5_000 };
  const transport = nodemailer.createTransport({ url, ...limits });
  try {
    await transport.verify();
    return null;
  } catch (error) {
    return `SMTP_URL: cannot send through ${placeOf(url, "25")} (${reasonOf(error)})`;
  } finally {
    transport.close();
  }
}

/** clamd answers PING with PONG. */
async function scannerProblem(url: string | undefined): Promise<string | null> {
  if (!url) return null;
  const socket = connectTo(url).setTimeout(5_000, () => socket.destroy(new Error("it does not answer")));
  try {
    socket.write("zPING\0");
    const [answer] = await once(socket, "data");
    return String(answer).startsWith("PONG") ? null : "CLAMAV_URL: what answers is no clamd";
  } catch (error) {
    return `CLAMAV_URL: cannot reach clamd (${reasonOf(error)})`;
  } finally {
    socket.destroy();
  }
}

/** Host and port alone: the rest of the address holds a password. */
function placeOf(url: string, defaultPort: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname}:${port || defaultPort}`;
}

/** In one line, without what the whole error says besides. */
function reasonOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { code, message } = first as NodeJS.ErrnoException;
  return (message || code || "unknown reason").split("\n")[0] ?? "";
}
