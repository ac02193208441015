// The application's own login with SQL of its own, for tests of what the database holds.
import pg from "pg";
import { afterAll, beforeAll } from "vitest";
import { useTestDatabase } from "./test-database.ts";

/**
 * A demonstration of its own. `$NAME` in a statement stands for the id of that name, which `find` puts into `ids`. `refusal`: what
 * the login meets with some statements in one transaction, which is undone; undefined: they were let through.
 */
export function useLogin(ids: Record<string, string>, find: () => Promise<void>) {
  const database = useTestDatabase("template_demo");
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client({ connectionString: database.databaseUrl });
    await client.connect();
    await find();
  });
  afterAll(() => client.end());
  const refusal = async (...statements: string[]): Promise<string | undefined> => {
    await client.query("BEGIN");
    try {
      for (const statement of statements) {
        await client.query(statement.replace(/\$([A-Z_]+)/g, (_, name: string) => `'${ids[name]}'`));
      }
      await client.query("SET CONSTRAINTS ALL IMMEDIATE");
      return undefined;
    } catch (error) {
      return (error as Error).message;
    } finally {
      await client.query("ROLLBACK");
    }
  };
  return { database, refusal };
}

/** The event of a step, as whoever has the login could write it. */
export const event = (application: string, action: string, from: string, to = from): string =>
  `INSERT INTO "AuditEvent" (event, "applicationId", action, "fromState", "toState", at)
   VALUES ('application.forged', ${application}, '${action}', '${from}', '${to}', now())`;
