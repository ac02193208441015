import { createHash } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import type { PoolConfig } from "pg";
import { type Prisma, PrismaClient } from "./db/generated/client.ts";
import { env } from "./env.ts";

export type Tx = Prisma.TransactionClient;

/** The role whose rights the portal uses: it owns no table and can neither change the ledger nor the audit trail. */
export const APP_ROLE = "psf_app";

/** How to connect as the application: a login of another name takes on the application's role. */
export function appConnection(url = env().DATABASE_URL): PoolConfig {
  const isAppLogin = decodeURIComponent(new URL(url).username) === APP_ROLE;
  return {
    connectionString: url,
    options: isAppLogin ? "-c timezone=UTC" : `-c timezone=UTC -c role=${APP_ROLE}`,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  };
}

function connect(): PrismaClient {
  const adapter = new PrismaPg(
    {
      ...appConnection(),
      max: env().DATABASE_POOL,
      idleTimeoutMillis: 30_000,
      statement_timeout: 10_000,
      idle_in_transaction_session_timeout: 10_000,
    },
    env().DATABASE_PREPARED ? { statementNameGenerator: nameStatements() } : {},
  );
  return new PrismaClient({ adapter });
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

// One client for each process: development evaluates modules again. Made on first use, because the build has no database.
const holder = globalThis as { prisma?: PrismaClient };

/** The database, as the application's own user. */
export function db(): PrismaClient {
  holder.prisma ??= connect();
  return holder.prisma;
}

/** Ends all connections; the next call of db() makes new ones. */
export async function disconnect(): Promise<void> {
  const client = holder.prisma;
  delete holder.prisma;
  await client?.$disconnect();
}

/** All or nothing. A burst waits up to ten seconds for a connection instead of being refused. */
export function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return db().$transaction(work, { maxWait: 10_000, timeout: 10_000 });
}
