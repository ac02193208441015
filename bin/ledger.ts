// `npm run ledger:verify`: whether every counter of money is the sum of its column of the ledger; otherwise, each that
// is not.
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { MONTHS } from "#lib/budget/rules.ts";
import { db } from "#lib/platform/db.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import { onDatabase } from "./database.ts";

await onDatabase(async () => {
  const differences = await listLedgerDifferences();
  for (const { startYear, reference, month, counter, counterCents, ledgerCents } of differences) {
    const whose = reference ?? (month === null ? "the year" : MONTHS[month]);
    const what = `${formatYear(startYear)}, ${whose}: ${counter}`;
    console.error(`${what} is ${formatCents(counterCents)}, and its sum in the ledger ${formatCents(ledgerCents)}.`);
  }
  if (differences.length) throw new Error(`Counters that differ from the ledger: ${differences.length}.`);
  const [entries, years] = [await db().ledgerEntry.count(), await db().financialYear.count()];
  console.log(`Every counter is the sum of the ledger: ${entries} entries, ${years} financial years.`);
});
