// For tests of what the database enforces: the application's own login, with SQL of its own.
import pg from "pg";
import { afterAll, beforeAll } from "vitest";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "./database.ts";

/**
 * A demonstration of its own. `$NAME` in a statement stands for the id with that name, which `find` puts into `ids`.
 * `refusal`: the error that the login gets for some statements in one transaction, which is rolled back; undefined:
 * they were accepted.
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

/**
 * The same, with an application in each state, a budget officer, a desk officer who has declared nothing, and the
 * people with these addresses.
 */
export function useStates(people: Readonly<Record<string, string>> = {}) {
  const ids: Record<string, string> = {};
  const login = useLogin(ids, async () => {
    for (const state of [
      "DRAFT",
      "CHANGES_REQUESTED",
      "SUBMITTED",
      "ASSESSMENT",
      "MODERATION",
      "BUDGET_CHECK",
      "DECISION",
      "APPROVED",
      "OFFERED",
      "ACTIVE",
      "CLOSING",
    ]) {
      const found = await db().application.findFirstOrThrow({
        where: {
          state: state as State,
          heldAt: null,
          ...(state === "ACTIVE" && { claims: { some: { state: "PAID" } } }),
          ...(state === "CLOSING" && { acquittals: { none: { surplusConfirmedAt: { not: null } } } }),
        },
        orderBy: { reference: "asc" },
      });
      ids[state] = found.id;
    }
    for (const [name, email] of Object.entries(people)) {
      ids[name] = (await db().person.findUniqueOrThrow({ where: { email } })).id;
    }
    ids.BUDGET_OFFICER = (await db().person.findUniqueOrThrow({ where: { email: "budget@mfat.example" } })).id;
    const newcomer = { email: "newcomer@mfat.example", name: "Newcomer", side: "MFAT" } as const;
    ids.NEWCOMER = (await unguarded().person.create({ data: { ...newcomer, roles: { create: { role: "DESK" } } } })).id;
  });
  return { ids, ...login };
}

/** Changes columns of an application. */
export const set = (application: string, columns: string) =>
  `UPDATE "Application" SET ${columns} WHERE id = ${application}`;

/**
 * The event of a step, as anybody with the login could write it: in the name of somebody whose office it is, unless
 * another is given.
 */
export const event = (application: string, action: string, from: string, to = from, actor?: string): string =>
  `INSERT INTO "AuditEvent" (event, "applicationId", action, "fromState", "toState", at, "actorId")
   VALUES ('application.forged', ${application}, '${action}', '${from}', '${to}', now(), ${actor ?? inOffice(application, action, from)})`;

/** A complete step, as one could write it: the state, other changes, and its event. */
export const taken = (application: string, action: string, from: string, to: string, more = ""): [string, string] => [
  set(application, [`state = '${to}'`, more].filter(Boolean).join(", ")),
  event(application, action, from, to),
];

/** Somebody who may take a step. */
const inOffice = (application: string, action: string, from: string): string =>
  `(SELECT p.id FROM "Person" p JOIN "PersonRole" r ON r."personId" = p.id
     JOIN "StepEdge" s ON s.action = '${action}' AND s."fromState" = '${from}' AND r.role = ANY (s.roles)
     JOIN "Application" a ON a.id = ${application}
     WHERE p."endedAt" IS NULL AND (p."agencyId" = a."agencyId" OR EXISTS (SELECT FROM "InterestDeclaration" d
       WHERE d."applicationId" = a.id AND d."personId" = p.id AND NOT d."isRecused")) LIMIT 1)`;
