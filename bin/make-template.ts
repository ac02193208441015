// For the tests: prepares the database of DATABASE_URL, with reference data or (--demo) the demonstration's.
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { disconnect } from "#lib/platform/db.ts";
import { giveEnvelopes } from "../prisma/envelopes.ts";
import { seedReferenceData } from "../prisma/seed.ts";
import { migrate } from "./database.ts";
import { runSql } from "./test-server.ts";

const { DATABASE_OWNER_URL = "", DATABASE_URL = "" } = process.env;
await migrate(DATABASE_OWNER_URL, DATABASE_URL);
if (process.argv.includes("--demo")) {
  const { seedDemo } = await import("../prisma/demo/demo.ts");
  await seedDemo();
} else {
  await seedReferenceData();
  await giveEnvelopes(await officer("asks"), await officer("confirms"));
  // No test waits for these mails.
  await runSql(DATABASE_OWNER_URL, `TRUNCATE "Email"`);
  await runSql(DATABASE_OWNER_URL, "DELETE FROM graphile_worker._private_jobs");
}
await disconnect();

/** One of the two people who set the envelopes. */
async function officer(name: string) {
  const email = `${name}@envelope.example`;
  // There is nobody yet who could add them.
  await runSql(
    DATABASE_OWNER_URL,
    `SET session_replication_role = replica;
     WITH made AS (INSERT INTO "Person" (id, email, name, side) VALUES (gen_random_uuid(), '${email}', '${name}', 'MFAT') RETURNING id)
     INSERT INTO "PersonRole" ("personId", side, role) SELECT id, 'MFAT', 'BUDGET' FROM made`,
  );
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return asMfat(actor);
}
