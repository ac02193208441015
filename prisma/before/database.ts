// For the tests: a database as the versions from before the first release made and filled it. Their migrations are
// stored as data in one file, where Prisma does not look for them.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type pg from "pg";

/** The text of each migration by name, in order. */
export const MIGRATIONS_BEFORE: Readonly<Record<string, string>> = JSON.parse(
  gunzipSync(readFileSync(join(import.meta.dirname, "migrations.json.gz"))).toString(),
);

/** As Prisma creates it. */
const RECORD = `
  CREATE TABLE _prisma_migrations (
    id varchar(36) PRIMARY KEY NOT NULL,
    checksum varchar(64) NOT NULL,
    finished_at timestamptz,
    migration_name varchar(255) NOT NULL,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

/** Three years, and applications in eight states with amounts to the cent, some of them over two years. */
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

/** What was sent before forms were released: an accepted report, a variation, a line of an acquittal. */
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

/** What is inserted just before a migration, while the tables are still as they were then. */
const FILLED: Record<string, string> = {
  "20261126000000_ledger_moves": FILL,
  "20261129180000_released_forms": SEND,
};

/** Applies and records every migration on an empty database, as its owner, and inserts data on the way. */
export async function makeDatabaseBefore(client: pg.Client): Promise<void> {
  await client.query(RECORD);
  for (const [name, sql] of Object.entries(MIGRATIONS_BEFORE)) {
    if (FILLED[name]) await client.query(FILLED[name]);
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
        VALUES (gen_random_uuid(), $1, $2, now(), 1)`,
      [createHash("sha256").update(sql).digest("hex"), name],
    );
  }
}
