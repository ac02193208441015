// For the tests: makes the database of DATABASE_URL ready, with reference data or (--demo) the demo's.
import { disconnect } from "#lib/platform/db.ts";
import { seedReferenceData } from "../prisma/seed.ts";
import { migrate } from "./database.ts";

const { DATABASE_OWNER_URL = "", DATABASE_URL = "" } = process.env;
if (process.argv.includes("--demo")) {
  const { seedDemo } = await import("../prisma/demo/demo.ts");
  await seedDemo();
} else {
  await migrate(DATABASE_OWNER_URL, DATABASE_URL);
  await seedReferenceData();
}
await disconnect();
