// `npm run rules:verify`: whether every state, amount, score and limit is what the last step, decision, completion or
// confirmed change left; otherwise, each that is not. This finds what was done around the guards of the database, as
// the owner of its tables.
import { db } from "#lib/platform/db.ts";
import { listBreaches } from "#lib/workflow/held/queries.ts";
import { onDatabase } from "./database.ts";

await onDatabase(async () => {
  const breaches = await listBreaches();
  for (const { rule, what } of breaches) console.error(`${what}: ${rule}`);
  if (breaches.length) throw new Error(`Rules that are broken: ${breaches.length}.`);
  const [applications, events] = [await db().application.count(), await db().auditEvent.count()];
  console.log(
    `Every state, amount, score and limit is what was decided: ${applications} applications, ${events} events.`,
  );
});
