import { afterAll, beforeAll } from "vitest";
import { copyDatabase, type Template, type TestDatabase } from "../bin/test-server.ts";
import { disconnect } from "./db.ts";
import { setEnvironment } from "./env.ts";

/**
 * Gives a test file a database of its own, copied from a template, which db() then uses; it is dropped at the end.
 * The answer's addresses are filled in before the first test.
 */
export function useTestDatabase(template: Template = "template_reference"): TestDatabase {
  const database: TestDatabase = { databaseUrl: "", ownerUrl: "" };
  let drop = async () => {};
  beforeAll(async () => {
    const { databaseUrl, ownerUrl, ...copy } = await copyDatabase(template);
    drop = copy.drop;
    Object.assign(database, { databaseUrl, ownerUrl });
    setEnvironment({ DATABASE_URL: databaseUrl, DATABASE_POOL: "30" });
  });
  afterAll(async () => {
    await disconnect();
    await drop();
  });
  return database;
}
