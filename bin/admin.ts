// `npm run admin -- name@agency.govt.nz "Full Name"`: makes the first administrator of a database that has none.
import { disconnect } from "../lib/db.ts";
import { EnvironmentError, readSettings, setEnvironment } from "../lib/env.ts";
import { createFirstAdministrator } from "../lib/people/commands.ts";
import { seedReferenceData } from "../prisma/seed.ts";
import { migrate } from "./database.ts";
import { completeEnvironment, dataFolder } from "./environment.ts";
import { findRunningPostgres, startPostgres } from "./postgres.ts";

async function makeAdministrator(email: string, name: string): Promise<void> {
  const settings = readSettings();
  const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl = appUrl } = settings;
  const own = appUrl && ownerUrl ? { appUrl, ownerUrl } : findRunningPostgres(dataFolder(settings));
  const started = own ? null : await startPostgres(dataFolder(settings));
  const urls = own ?? started;
  if (!urls) throw new Error("There is no database.");
  try {
    setEnvironment(
      completeEnvironment(settings, { databaseUrl: urls.appUrl, smtpUrl: settings.SMTP_URL ?? "smtp://127.0.0.1:25" }),
    );
    await migrate(urls.ownerUrl, urls.appUrl);
    await seedReferenceData();
    await createFirstAdministrator({ email, name });
    console.log(`${name} is an administrator now, and signs in as ${email}.`);
  } finally {
    await disconnect();
    await started?.stop();
  }
}

const [email, name] = process.argv.slice(2);
if (!email || !name) {
  console.error('Say who: npm run admin -- name@agency.govt.nz "Full Name"');
  process.exit(1);
}
try {
  await makeAdministrator(email, name);
} catch (error) {
  const lines =
    error instanceof EnvironmentError ? error.problems : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) console.error(line);
  process.exit(1);
}
