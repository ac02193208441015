import { readFileSync } from "node:fs";
import { join } from "node:path";
import { planYears } from "#lib/budget/years/commands.ts";
import { STARTING_CONDITIONS } from "#lib/decisions/schema.ts";
import { LETTER_KINDS, LETTERS } from "#lib/letters/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";

/**
 * The data that every portal starts with: agencies, places, regions, focus areas, purpose codes, the texts of letters,
 * and this financial year and the next two, without money. Can be repeated: existing rows stay as the desk has them.
 */
export async function seedReferenceData(): Promise<void> {
  await db().agency.createMany({
    data: rowsOf("agencies").map(({ email_domain, abbreviation = "", name = "", kind = "" }) => ({
      abbreviation,
      name,
      kind,
      emailDomains: email_domain ? [email_domain] : [],
    })),
    skipDuplicates: true,
  });
  await db().place.createMany({
    data: rowsOf("places").map(({ alpha2 = "", alpha3 = "", name = "", region = "", pif = "", oda_eligible }) => ({
      code: alpha2,
      alpha3,
      name,
      region,
      membership: pif,
      isOdaEligible: oda_eligible === "yes",
    })),
    skipDuplicates: true,
  });
  await db().region.createMany({
    data: rowsOf("regions").map(({ dac_code = "", name = "" }) => ({ code: dac_code, name })),
    skipDuplicates: true,
  });
  await db().focusArea.createMany({
    data: rowsOf("focus-areas").map(({ code = "", name = "" }) => ({ code, name })),
    skipDuplicates: true,
  });
  await db().purposeCode.createMany({
    data: rowsOf("purpose-codes").map(({ dac_code = "", name = "" }) => ({ code: dac_code, name })),
    skipDuplicates: true,
  });
  await db().letterTemplate.createMany({
    data: LETTER_KINDS.map((kind) => ({ kind, number: 1, ...LETTERS[kind].starting, savedAt: now() })),
    skipDuplicates: true,
  });
  await db().conditionList.createMany({
    data: { number: 1, conditions: [...STARTING_CONDITIONS], savedAt: now() },
    skipDuplicates: true,
  });
  await planYears();
}

/**
 * The rows of a list in prisma/reference, by its header line. Fields may be quoted; none contains a quotation mark or a
 * line break.
 */
function rowsOf(list: string): Record<string, string>[] {
  const file = join(import.meta.dirname, "reference", `${list}.csv`);
  const [header = "", ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
  const names = header.split(",");
  return lines.map((line) => {
    const cells = [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
  });
}
