import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import pg, { type PoolConfig } from "pg";
import { Prisma, PrismaClient } from "./db/generated/client.ts";
import { env } from "./env.ts";
import { conflict, isAway, isEntangled } from "./errors.ts";

export type Tx = Prisma.TransactionClient;

/**
 * A word of the code's own, a state or a step, as it stands in a statement: the database keeps one plan for all that ask, where
 * a parameter could be any word. @throws where it could be more than a word
 */
export function constant(word: string): Prisma.Sql {
  if (!/^\w+$/.test(word)) throw new Error(`Not a word: ${word}`);
  return Prisma.raw(`'${word}'`);
}

/** The role whose rights the portal uses: it owns no table and can neither change the ledger nor the audit trail. */
export const APP_ROLE = "psf_app";

/** Tests on a busy machine wait longer than people do. */
const patient = (ms: number): number => ms * env().DATABASE_PATIENCE;

/** How to connect as the application: a login of another name takes on the application's role. */
export function appConnection(url = env().DATABASE_URL): PoolConfig {
  const isAppLogin = decodeURIComponent(new URL(url).username) === APP_ROLE;
  return {
    connectionString: url,
    options: isAppLogin ? "-c timezone=UTC -c jit=off" : `-c timezone=UTC -c jit=off -c role=${APP_ROLE}`,
    connectionTimeoutMillis: patient(4_000), // two in one request are still an answer within ten seconds
    keepAlive: true,
  };
}

/** No answer of the database is waited for longer: one that hangs is as good as away. */
export const WAIT_MS_MAX = 7_000;

const SILENCE = "Query read timeout"; // pg's words

/** Whoever asks so soon after that, such as the page of a form that has failed, is not made to wait as long once more. */
const SILENCE_MS = 1_000;

/**
 * A connection that is given up where it does not answer in time. pg alone tells whoever asked and goes on with the
 * connection, so that the next one, a rollback first of all, would wait behind an answer that never comes. Where a server
 * takes no writes any more, because another has become the primary, all connections to it are given up.
 */
class BoundedClient extends pg.Client {
  override query(...args: unknown[]): never {
    // The pool asks with a callback, a transaction with a promise.
    const done = args.findIndex((part) => typeof part === "function");
    if (done >= 0) {
      const tell = args[done] as (error: PgError | null, result: unknown) => void;
      args[done] = (error: PgError | null, result: unknown) => {
        if (error) this.#giveUp(error);
        tell(error, result);
      };
    }
    const answer = (super.query as (...args: unknown[]) => unknown)(...args);
    if (answer instanceof Promise) answer.catch(this.#giveUp);
    return answer as never;
  }

  #giveUp = ({ message, code }: PgError): void => {
    if (message === SILENCE) {
      holder.silentAt = performance.now();
      this.end().catch(() => {});
    }
    if (code === "25006") disconnect().catch(() => {});
  };
}

type PgError = Error & { code?: string };

function connect(): PrismaClient {
  const pool = new pg.Pool({
    ...appConnection(),
    Client: BoundedClient,
    max: env().DATABASE_POOL,
    idleTimeoutMillis: 30_000,
    query_timeout: patient(WAIT_MS_MAX),
    statement_timeout: patient(WAIT_MS_MAX) - 1_000, // the server's own answer comes first where it still gives one
    idle_in_transaction_session_timeout: patient(10_000),
  });
  return new PrismaClient({
    adapter: new PrismaPg(pool, {
      disposeExternalPool: true,
      ...(env().DATABASE_PREPARED && { statementNameGenerator: nameStatements() }),
    }),
  });
}

const NAMES_MAX = 500;
const PARAMETERS_MAX = 50;

/**
 * Names statements by their text: under a name, the database plans a statement once for each connection and not each time
 * that it is asked. A statement has its name from the second time on, so that one with a list of a length that does not
 * come again takes none; there are so many names at most, because the database holds on to each, and it has none with a
 * long list. "" is no name.
 */
export function nameStatements(): (query: { sql: string; args: readonly unknown[] }) => string {
  const names = new Set<string>();
  let seen = new Set<string>();
  return ({ sql, args }) => {
    if (args.length > PARAMETERS_MAX) return "";
    const name = createHash("sha256").update(sql).digest("base64url");
    if (names.has(name)) return name;
    if (names.size < NAMES_MAX && seen.has(name)) {
      names.add(name);
      return name;
    }
    if (seen.size >= NAMES_MAX) seen = new Set();
    seen.add(name);
    return "";
  };
}

// One for each process: Next keeps several copies of a module, and development evaluates them again. The client is made on
// first use, because the build has no database.
const holder = globalThis as { prisma?: PrismaClient; silentAt?: number };

/** The database, as the application's own user. */
export function db(): PrismaClient {
  if (performance.now() - (holder.silentAt ?? -SILENCE_MS) < SILENCE_MS) throw new Error(SILENCE);
  holder.prisma ??= connect();
  return holder.prisma;
}

/** Ends all connections; the next call of db() makes new ones. */
export async function disconnect(): Promise<void> {
  const client = holder.prisma;
  delete holder.prisma;
  await client?.$disconnect();
}

/** What happened to what a request wrote: `unknown` if the database went away between COMMIT and its answer. */
export type Outcome = "nothing" | "something" | "unknown";

const requests = new AsyncLocalStorage<{ outcome: Outcome }>();

/** Does the work of one request; `outcome` tells, also after it has failed, what became of its transactions. */
export async function watchOutcome<T>(work: (outcome: () => Outcome) => Promise<T>): Promise<T> {
  const request: { outcome: Outcome } = { outcome: "nothing" };
  return requests.run(request, () => work(() => request.outcome));
}

const ENTANGLED =
  "Somebody else was changing the same thing at the same moment, so we did not make your change. Try again.";

const outer = new AsyncLocalStorage<Tx>();

/** Does work whose transactions are a part of this one: they end with it, and what they refuse ends it. */
export const within = <T>(tx: Tx, work: () => Promise<T>): Promise<T> => outer.run(tx, work);

/** Reads page by page what stands in the database at one moment, however long it takes, and writes that somebody did. */
export const longReading = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  transaction(work, { isolationLevel: "RepeatableRead", timeout: LONG_MS });

const LONG_MS = 15 * 60_000;

/**
 * All or nothing. A burst waits some seconds for a connection instead of being refused.
 * @throws CONFLICT where two are in each other’s way
 */
export async function transaction<T>(
  work: (tx: Tx) => Promise<T>,
  options: { isolationLevel?: "RepeatableRead"; timeout?: number } = {},
): Promise<T> {
  const joined = outer.getStore();
  if (joined) return work(joined);
  const request = requests.getStore() ?? { outcome: "nothing" };
  let isCommitting = false;
  const ending = async (tx: Tx) => {
    const result = await work(tx);
    isCommitting = true;
    return result;
  };
  try {
    const result = await db().$transaction(ending, {
      maxWait: patient(WAIT_MS_MAX) + 1_000,
      timeout: patient(10_000),
      ...options,
    });
    if (request.outcome === "nothing") request.outcome = "something";
    return result;
  } catch (error) {
    if (isCommitting && isAway(error)) request.outcome = "unknown";
    if (isEntangled(error)) throw conflict(ENTANGLED);
    throw error;
  }
}
