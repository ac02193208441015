// A database that an earlier version filled keeps every figure when arrangements, claims and months come to it.
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { yearOptions } from "#lib/budget/schema.ts";
import { contentOf } from "#lib/form/versions.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { FORMS } from "../bin/forms.ts";
import { inDatabase, runSql } from "../bin/test-server.ts";

const { TEST_OWNER_URL = "" } = process.env;
const name = `earlier_${randomUUID().replaceAll("-", "")}`;
const folder = join(import.meta.dirname, "migrations");
/** The last migration of the version before. */
const EARLIER = "20261125000910_batches";
const migrations = readdirSync(folder)
  .filter((one) => /^\d/.test(one))
  .sort();
let client: pg.Client;

beforeAll(async () => {
  await runSql(TEST_OWNER_URL, `CREATE DATABASE ${name}`);
  client = new pg.Client({ connectionString: inDatabase(TEST_OWNER_URL, name) });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await runSql(TEST_OWNER_URL, `DROP DATABASE ${name} WITH (FORCE)`);
});

const rows = async (sql: string) => (await client.query(sql)).rows;
const apply = async (some: readonly string[]) => {
  for (const one of some) await client.query(readFileSync(join(folder, one, "migration.sql"), "utf8"));
};

/** Three years, and for each of eight states applications with amounts to the cent, some of them over two years. */
const FILL = `
  INSERT INTO "Agency" (id, abbreviation, name, kind) VALUES (gen_random_uuid(), 'One', 'Agency One', 'department');
  INSERT INTO "Person" (id, email, name, side, "agencyId")
    SELECT gen_random_uuid(), 'one@agency.example', 'One', 'AGENCY', id FROM "Agency";
  INSERT INTO "Round" (id, name, "opensAt") VALUES (gen_random_uuid(), 'Round', now());
  INSERT INTO "Place" (code, "alpha3", name, region, membership, "isOdaEligible")
    SELECT code, code, name, '', '', true FROM (VALUES ('WS', 'Samoa'), ('FJ', 'Fiji'), ('TO', 'Tonga'), ('NU', 'Niue')) v (code, name);
  INSERT INTO "FinancialYear" ("startYear") VALUES (2025), (2026), (2027);
  INSERT INTO "LedgerEntry" ("startYear", kind, "envelopeCents", reason, source, "effectiveOn", "requestId", at)
    SELECT y, 'ADJUST', c, 'Envelope', 'Estimates', make_date(y, m, 1), gen_random_uuid(), make_date(y, m, 2)
    FROM (VALUES (2025, 7, 270000000), (2025, 3, -123), (2026, 7, 270000000), (2026, 11, 5000001), (2027, 7, 270000000)) v (y, m, c);
  INSERT INTO "Application" (id, reference, "agencyId", "roundId", state, "startsOn", "endsOn", "createdById", title,
      "versionNumber", "submittedAt", "requestedCents", "recommendedCents", "approvedCents")
    SELECT gen_random_uuid(), 'PSF-2025-' || lpad(n::text, 4, '0'), g.id, r.id, s.state::"State", date '2025-08-01' + n,
      date '2026-06-01' + n, p.id, 'Initiative ' || n, 1, now(), 3000003 + n, 3000003 + n, 3000003 + n
    FROM "Agency" g, "Round" r, "Person" p, generate_series(1, 40) n
    JOIN unnest(ARRAY['MODERATION','DECISION','OFFERED','ACTIVE','CLOSING','CLOSED','TERMINATED','DECLINED'])
      WITH ORDINALITY s (state, i) ON n % 8 = i - 1;
  INSERT INTO "Phasing" ("applicationId", kind, "startYear", cents)
    SELECT a.id, k::"AmountKind", y, CASE y WHEN 2025 THEN 2000002 ELSE a."requestedCents" - 2000002 END
    FROM "Application" a, unnest(ARRAY['REQUESTED','RECOMMENDED','APPROVED']) k, unnest(ARRAY[2025, 2026]) y;
  INSERT INTO "ApplicationVersion" ("applicationId", number, answers, "requestedCents", "certifiedById")
    SELECT id, 1, jsonb_build_object('initiative', jsonb_build_object('title', title, 'places', jsonb_build_array('FJ', 'WS')),
      'partners', jsonb_build_object('partners.0.country', 'TO'), 'budget', jsonb_build_object(
      'lines.0.category', 'travel', 'lines.0.description', 'Flights', 'lines.0.year2025', '$20,000.02', 'lines.0.year2026', '',
      'lines.1.category', 'training', 'lines.1.description', 'A course',
      'lines.1.year2026', (("requestedCents" - 2000002) / 100.0)::numeric(12, 2)::text)), "requestedCents", "createdById"
    FROM "Application";
  INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "reservedCents", reason, "requestId", at)
    SELECT f."startYear", f."applicationId", 'RESERVE', f.cents, 'Recommended', gen_random_uuid(), now() - interval '300 days'
    FROM "Phasing" f JOIN "Application" a ON a.id = f."applicationId" WHERE f.kind = 'APPROVED' AND a.state NOT IN ('MODERATION', 'DECLINED');
  INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "reservedCents", "committedCents", reason, "requestId", at)
    SELECT f."startYear", f."applicationId", 'COMMIT', -f.cents, f.cents, 'Accepted', gen_random_uuid(), now() - interval '200 days'
    FROM "Phasing" f JOIN "Application" a ON a.id = f."applicationId" WHERE f.kind = 'APPROVED' AND a.state IN ('ACTIVE', 'CLOSING', 'CLOSED', 'TERMINATED');
  INSERT INTO "Letter" (id, "applicationId", kind, text, "sentById")
    SELECT gen_random_uuid(), id, 'OFFER', 'Dear', "createdById" FROM "Application" WHERE state IN ('OFFERED', 'ACTIVE', 'CLOSING', 'CLOSED', 'TERMINATED');
  INSERT INTO "Offer" (id, "applicationId", "amountCents", "letterId", "dueAt", "sentById", outcome, "answeredAt")
    SELECT gen_random_uuid(), a.id, a."approvedCents", l.id, now(), a."createdById",
      CASE WHEN a.state = 'OFFERED' THEN NULL ELSE 'ACCEPTED'::"OfferOutcome" END,
      CASE WHEN a.state = 'OFFERED' THEN NULL ELSE now() - interval '200 days' END
    FROM "Application" a JOIN "Letter" l ON l."applicationId" = a.id;
  INSERT INTO "Payment" (id, "applicationId", "startYear", cents, "paidOn", reference, "recordedById")
    SELECT gen_random_uuid(), id, 2025, 1234567, date '2025-12-24', 'FIN-' || reference, "createdById"
    FROM "Application" WHERE state IN ('ACTIVE', 'CLOSING', 'CLOSED', 'TERMINATED');
  INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "paidCents", reason, "requestId", at)
    SELECT 2025, "applicationId", 'PAY', cents, 'Payment', gen_random_uuid(), now() - interval '100 days' FROM "Payment";
  INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "committedCents", reason, "requestId", at)
    SELECT f."startYear", f."applicationId", 'RELEASE', f."paidCents" - f."committedCents", 'Surplus', gen_random_uuid(), now()
    FROM "ApplicationFunding" f JOIN "Application" a ON a.id = f."applicationId" WHERE a.state IN ('CLOSED', 'TERMINATED');
  INSERT INTO "Acquittal" ("applicationId", "actualCents", outcome, "submittedById", "surplusCents", "surplusConfirmedAt")
    SELECT id, 1234567, 'Held as planned', "createdById", "approvedCents" - 1234567, now() FROM "Application" WHERE state = 'CLOSED';
`;

/** What was sent before forms were released: a report that was accepted, a variation, a line of an acquittal. */
const RELEASED = "20261129180000_released_forms";
const SEND = `
  UPDATE "Report" r SET state = 'ACCEPTED', "submittedAt" = now(), "submittedById" = a."createdById", "answeredAt" = now(),
    values = '{"spent": "1", "progress": "Much"}'
    FROM "Application" a WHERE a.id = r."applicationId";
  INSERT INTO "Variation" (id, "applicationId", number, kind, state, reason, current, proposed, "askedById", "decidedAt")
    SELECT gen_random_uuid(), r."applicationId", 1, 'TIME', 'CANCELLED', 'Late', '{"endsOn": "2027-01-01"}',
      '{"endsOn": "2027-02-01"}', a."createdById", now()
    FROM "Arrangement" r JOIN "Application" a ON a.id = r."applicationId";
  INSERT INTO "AcquittalLine" ("applicationId", position, category, description, "budgetCents", "actualCents")
    SELECT "applicationId", 1, 'technicalAdvice', 'Advice', 2000000, 1234567 FROM "Acquittal";
`;

/** Every figure that the version before had, in the columns that it had. */
const FIGURES: Record<string, string> = {
  years: `SELECT "startYear", "envelopeCents", "reservedCents", "committedCents", "paidCents" FROM "FinancialYear" ORDER BY 1`,
  funding: `SELECT "applicationId", "startYear", "reservedCents", "committedCents", "paidCents" FROM "ApplicationFunding" ORDER BY 1, 2`,
  ledger: `SELECT id, "startYear", "applicationId", kind, "envelopeCents", "reservedCents", "committedCents", "paidCents", reason,
    source, "effectiveOn"::text, "requestId", at FROM "LedgerEntry" ORDER BY id`,
  amounts: `SELECT id, state, "requestedCents", "recommendedCents", "approvedCents" FROM "Application" ORDER BY id`,
  phasing: `SELECT * FROM "Phasing" ORDER BY "applicationId", kind, "startYear"`,
  offers: `SELECT id, "amountCents", outcome FROM "Offer" ORDER BY id`,
  payments: `SELECT id, "applicationId", "startYear", cents, "paidOn"::text, reference FROM "Payment" ORDER BY id`,
  acquittals: `SELECT "applicationId", "actualCents", "surplusCents", outcome FROM "Acquittal" ORDER BY 1`,
};

async function figures(): Promise<Record<string, unknown[]>> {
  const read: Record<string, unknown[]> = {};
  for (const [what, sql] of Object.entries(FIGURES)) read[what] = await rows(sql);
  return read;
}

test("a database of the version before keeps every figure, and what is new agrees with it", async () => {
  await apply(migrations.filter((one) => one <= EARLIER));
  await client.query(FILL);
  const before = await figures();
  for (const some of Object.values(before)) expect(some.length).toBeGreaterThan(2);

  await apply(migrations.filter((one) => one > EARLIER && one < RELEASED));
  await client.query(SEND);
  await apply(migrations.filter((one) => one >= RELEASED));
  expect(await figures()).toEqual(before);

  // A year's months come to the year; every entry counts in the month of its day.
  expect(
    await rows(`SELECT "startYear", sum("envelopeCents")::bigint AS "envelopeCents", sum("reservedCents")::bigint AS "reservedCents",
      sum("committedCents")::bigint AS "committedCents", sum("paidCents")::bigint AS "paidCents"
      FROM "FinancialMonth" GROUP BY 1 ORDER BY 1`),
  ).toEqual(before.years);
  expect(
    await rows(
      `SELECT month, "envelopeCents" FROM "FinancialMonth" WHERE "startYear" = 2026 AND "envelopeCents" <> 0 ORDER BY 1`,
    ),
  ).toEqual([
    { month: 0, envelopeCents: "270000000" },
    { month: 4, envelopeCents: "5000001" },
  ]);
  // An adjustment that took effect before its year counts at the year's beginning.
  expect(await rows(`SELECT "envelopeCents" FROM "FinancialMonth" WHERE "startYear" = 2025 AND month = 0`)).toEqual([
    { envelopeCents: "269999877" },
  ]);

  // An arrangement for each offer that was accepted; what is under way has a last report to come.
  expect(
    await rows(`SELECT a.state, count(*)::int AS count, bool_and(r."startsOn" = a."startsOn" AND r."endsOn" = a."endsOn") AS same,
      count(p.id)::int AS reports FROM "Arrangement" r JOIN "Application" a ON a.id = r."applicationId"
      LEFT JOIN "Report" p ON p."applicationId" = a.id GROUP BY 1 ORDER BY 1`),
  ).toEqual([
    { state: "ACTIVE", count: 5, same: true, reports: 5 },
    { state: "CLOSING", count: 5, same: true, reports: 0 },
    { state: "TERMINATED", count: 5, same: true, reports: 0 },
    { state: "CLOSED", count: 5, same: true, reports: 0 },
  ]);

  // Categories sum to what was requested, and hold the texts as they were typed to the cent.
  expect(
    await rows(`SELECT a.reference FROM "Application" a JOIN "ApplicationCategory" c ON c."applicationId" = a.id
      GROUP BY a.id HAVING sum(c.cents) <> a."requestedCents" OR count(*) <> 2`),
  ).toEqual([]);
  expect(
    await rows(`SELECT DISTINCT cents FROM "ApplicationCategory" WHERE category = 'travel' AND "startYear" = 2025`),
  ).toEqual([{ cents: "2000002" }]);

  // Every version names the first releases, word for word those of the repository, and has its years, places and names.
  expect(await rows(`SELECT kind, number, hash, content FROM "FormRelease" ORDER BY kind`)).toEqual(
    FORMS.map(({ releases: [first] }) => ({
      kind: first?.kind,
      number: 1,
      hash: first?.hash,
      content: first && contentOf(first),
    })),
  );
  const first = financialYearOf(dayOf(new Date()));
  expect(
    await rows(`SELECT DISTINCT form.kind AS form, declaration.kind AS declaration, lists, "agencyName", "roundName", "certifierName"
      FROM "ApplicationVersion" v JOIN "FormRelease" form ON form.hash = "formHash"
      JOIN "FormRelease" declaration ON declaration.hash = "declarationHash"`),
  ).toEqual([
    {
      form: "APPLICATION",
      declaration: "DECLARATION",
      lists: {
        places: ["Fiji", "Samoa", "Tonga"].map((label) => ({ value: CODES[label], label })),
        regions: [],
        focusAreas: [],
        purposeCodes: [],
        years: yearOptions([first, first + 1, first + 2]),
      },
      agencyName: "Agency One",
      roundName: "Round",
      certifierName: "One",
    },
  ]);
  for (const [table, kind, who] of [
    ["Report", "REPORT", "submitterName"],
    ["Acquittal", "ACQUITTAL", "submitterName"],
    ["Variation", "VARIATION", "askerName"],
  ]) {
    expect(
      await rows(`SELECT DISTINCT f.kind, f.number, t."agencyName", t."${who}" AS who
        FROM "${table}" t LEFT JOIN "FormRelease" f ON f.hash = t."formHash"`),
    ).toEqual([{ kind, number: 1, agencyName: "Agency One", who: "One" }]);
  }
  expect(await rows(`SELECT DISTINCT "versionNumber", values FROM "Report"`)).toEqual([
    { versionNumber: 1, values: { spent: "1", progress: "Much" } },
  ]);
  expect(await rows(`SELECT DISTINCT "categoryName" FROM "AcquittalLine"`)).toEqual([
    { categoryName: "Technical advice" },
  ]);
  await expect(client.query(`UPDATE "ApplicationVersion" SET "agencyName" = 'Another'`)).rejects.toThrow("append-only");
});

const CODES: Record<string, string> = { Fiji: "FJ", Samoa: "WS", Tonga: "TO" };
