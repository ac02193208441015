// `npm run admin -- name@agency.govt.nz "Full Name"`: makes the first administrator of a database that has none.
import { createAdministrator } from "#lib/people/commands.ts";
import { seedReferenceData } from "../prisma/seed.ts";
import { migrate, onDatabase } from "./database.ts";

const [email, name] = process.argv.slice(2);
if (!email || !name) {
  console.error('Say who: npm run admin -- name@agency.govt.nz "Full Name"');
  process.exit(1);
}
await onDatabase(async ({ ownerUrl, appUrl }) => {
  await migrate(ownerUrl, appUrl);
  await seedReferenceData();
  await createAdministrator({ email, name });
  console.log(`${name} is an administrator now, and signs in as ${email}.`);
});
