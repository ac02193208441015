-- What follows an accepted offer: arrangements, claims, reports, variations, acquittals by line; and the year by months.

-- CreateEnum
CREATE TYPE "ClaimState" AS ENUM ('CLAIMED', 'APPROVED', 'PAID', 'RETURNED', 'CANCELLED', 'RECOVERED');

-- CreateEnum
CREATE TYPE "ReportKind" AS ENUM ('PROGRESS', 'FINAL');

-- CreateEnum
CREATE TYPE "ReportState" AS ENUM ('DUE', 'SUBMITTED', 'RETURNED', 'ACCEPTED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "VariationKind" AS ENUM ('TIME', 'SCOPE', 'REPHASING', 'COST');

-- CreateEnum
CREATE TYPE "VariationState" AS ENUM ('ASKED', 'BUDGET_CONFIRMED', 'APPROVED', 'DECLINED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "CarryForwardState" AS ENUM ('IN_PRINCIPLE', 'CONFIRMED', 'CANCELLED');

-- AlterTable
ALTER TABLE "Acquittal" ADD COLUMN     "lessons" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "LedgerEntry" ADD COLUMN     "carryForwardId" UUID;

-- AlterTable
ALTER TABLE "Payment" ADD COLUMN     "claimId" UUID;

-- CreateTable
CREATE TABLE "ApplicationCategory" (
    "applicationId" UUID NOT NULL,
    "category" TEXT NOT NULL,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,

    CONSTRAINT "ApplicationCategory_pkey" PRIMARY KEY ("applicationId","category","startYear")
);

-- CreateTable
CREATE TABLE "Arrangement" (
    "applicationId" UUID NOT NULL,
    "startsOn" DATE NOT NULL,
    "endsOn" DATE NOT NULL,
    "scope" TEXT NOT NULL DEFAULT '',
    "acceptedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Arrangement_pkey" PRIMARY KEY ("applicationId")
);

-- CreateTable
CREATE TABLE "AcquittalLine" (
    "applicationId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "category" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "budgetCents" BIGINT NOT NULL,
    "actualCents" BIGINT NOT NULL,

    CONSTRAINT "AcquittalLine_pkey" PRIMARY KEY ("applicationId","position")
);

-- CreateTable
CREATE TABLE "Claim" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "agencyId" UUID NOT NULL,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,
    "gstCents" BIGINT NOT NULL,
    "invoiceNumber" TEXT NOT NULL,
    "invoicedOn" DATE NOT NULL,
    "milestone" TEXT NOT NULL,
    "invoiceId" UUID NOT NULL,
    "state" "ClaimState" NOT NULL DEFAULT 'CLAIMED',
    "claimedById" UUID NOT NULL,
    "claimedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decidedById" UUID,
    "decidedAt" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "Claim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Recovery" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "claimId" UUID,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,
    "receivedOn" DATE NOT NULL,
    "reference" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "recordedById" UUID NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Recovery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Report" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "kind" "ReportKind" NOT NULL,
    "dueOn" DATE NOT NULL,
    "state" "ReportState" NOT NULL DEFAULT 'DUE',
    "values" JSONB NOT NULL DEFAULT '{}',
    "documentId" UUID,
    "spentCents" BIGINT,
    "submittedById" UUID,
    "submittedAt" TIMESTAMPTZ(3),
    "answeredById" UUID,
    "answeredAt" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "Report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Variation" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "kind" "VariationKind" NOT NULL,
    "state" "VariationState" NOT NULL DEFAULT 'ASKED',
    "reason" TEXT NOT NULL,
    "current" JSONB NOT NULL,
    "proposed" JSONB NOT NULL,
    "askedById" UUID NOT NULL,
    "askedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmedById" UUID,
    "confirmedAt" TIMESTAMPTZ(3),
    "decidedById" UUID,
    "decidedAt" TIMESTAMPTZ(3),
    "delegationCents" BIGINT,
    "forId" UUID,
    "answer" TEXT,

    CONSTRAINT "Variation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "FinancialMonth" (
    "startYear" INTEGER NOT NULL,
    "month" INTEGER NOT NULL,
    "envelopeCents" BIGINT NOT NULL DEFAULT 0,
    "reservedCents" BIGINT NOT NULL DEFAULT 0,
    "committedCents" BIGINT NOT NULL DEFAULT 0,
    "paidCents" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "FinancialMonth_pkey" PRIMARY KEY ("startYear","month")
);

-- CreateTable
CREATE TABLE "CarryForward" (
    "id" UUID NOT NULL,
    "fromYear" INTEGER NOT NULL,
    "intoYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,
    "state" "CarryForwardState" NOT NULL DEFAULT 'IN_PRINCIPLE',
    "reason" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "agreedById" UUID NOT NULL,
    "agreedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settledById" UUID,
    "settledAt" TIMESTAMPTZ(3),
    "settledWhy" TEXT,

    CONSTRAINT "CarryForward_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ApplicationCategory_startYear_idx" ON "ApplicationCategory"("startYear");

-- CreateIndex
CREATE INDEX "Claim_state_claimedAt_idx" ON "Claim"("state", "claimedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Claim_applicationId_number_key" ON "Claim"("applicationId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Claim_id_applicationId_startYear_cents_key" ON "Claim"("id", "applicationId", "startYear", "cents");

-- CreateIndex
CREATE UNIQUE INDEX "Recovery_claimId_key" ON "Recovery"("claimId");

-- CreateIndex
CREATE UNIQUE INDEX "Recovery_reference_key" ON "Recovery"("reference");

-- CreateIndex
CREATE INDEX "Recovery_applicationId_idx" ON "Recovery"("applicationId");

-- CreateIndex
CREATE UNIQUE INDEX "Recovery_claimId_applicationId_startYear_cents_key" ON "Recovery"("claimId", "applicationId", "startYear", "cents");

-- CreateIndex
CREATE INDEX "Report_state_dueOn_idx" ON "Report"("state", "dueOn");

-- CreateIndex
CREATE UNIQUE INDEX "Report_applicationId_number_key" ON "Report"("applicationId", "number");

-- CreateIndex
CREATE INDEX "Variation_state_askedAt_idx" ON "Variation"("state", "askedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Variation_applicationId_number_key" ON "Variation"("applicationId", "number");

-- CreateIndex
CREATE INDEX "CarryForward_fromYear_idx" ON "CarryForward"("fromYear");

-- CreateIndex
CREATE INDEX "CarryForward_intoYear_idx" ON "CarryForward"("intoYear");

-- CreateIndex
CREATE INDEX "LedgerEntry_carryForwardId_idx" ON "LedgerEntry"("carryForwardId");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_claimId_key" ON "Payment"("claimId");

-- CreateIndex
CREATE UNIQUE INDEX "Payment_claimId_applicationId_startYear_cents_key" ON "Payment"("claimId", "applicationId", "startYear", "cents");

-- AddForeignKey
ALTER TABLE "ApplicationCategory" ADD CONSTRAINT "ApplicationCategory_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Arrangement" ADD CONSTRAINT "Arrangement_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AcquittalLine" ADD CONSTRAINT "AcquittalLine_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Acquittal"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Arrangement"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_applicationId_agencyId_fkey" FOREIGN KEY ("applicationId", "agencyId") REFERENCES "Application"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_invoiceId_applicationId_fkey" FOREIGN KEY ("invoiceId", "applicationId") REFERENCES "ApplicationDocument"("id", "applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_claimId_applicationId_startYear_cents_fkey" FOREIGN KEY ("claimId", "applicationId", "startYear", "cents") REFERENCES "Claim"("id", "applicationId", "startYear", "cents") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Recovery" ADD CONSTRAINT "Recovery_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Arrangement"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Recovery" ADD CONSTRAINT "Recovery_claimId_applicationId_startYear_cents_fkey" FOREIGN KEY ("claimId", "applicationId", "startYear", "cents") REFERENCES "Claim"("id", "applicationId", "startYear", "cents") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Report" ADD CONSTRAINT "Report_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Arrangement"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Report" ADD CONSTRAINT "Report_documentId_applicationId_fkey" FOREIGN KEY ("documentId", "applicationId") REFERENCES "ApplicationDocument"("id", "applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Arrangement"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "FinancialMonth" ADD CONSTRAINT "FinancialMonth_startYear_fkey" FOREIGN KEY ("startYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CarryForward" ADD CONSTRAINT "CarryForward_fromYear_fkey" FOREIGN KEY ("fromYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CarryForward" ADD CONSTRAINT "CarryForward_intoYear_fkey" FOREIGN KEY ("intoYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_carryForwardId_fkey" FOREIGN KEY ("carryForwardId") REFERENCES "CarryForward"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- ---------------------------------------------------------------- guards

ALTER TABLE "ApplicationCategory" ADD CONSTRAINT "ApplicationCategory_positive" CHECK (cents > 0);
ALTER TABLE "Arrangement" ADD CONSTRAINT "Arrangement_dates" CHECK ("startsOn" <= "endsOn");
ALTER TABLE "AcquittalLine" ADD CONSTRAINT "AcquittalLine_not_negative" CHECK ("budgetCents" >= 0 AND "actualCents" >= 0);
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_amounts" CHECK (cents > 0 AND "gstCents" >= 0);
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_decided" CHECK ((state = 'CLAIMED') = ("decidedAt" IS NULL));
-- An agency does not claim for one invoice twice, unless the first came to nothing.
CREATE UNIQUE INDEX "Claim_invoice_once" ON "Claim" ("agencyId", lower("invoiceNumber")) WHERE state NOT IN ('RETURNED', 'CANCELLED');
ALTER TABLE "Recovery" ADD CONSTRAINT "Recovery_positive" CHECK (cents > 0);
CREATE UNIQUE INDEX "Report_one_final" ON "Report" ("applicationId") WHERE kind = 'FINAL' AND state <> 'CANCELLED';
ALTER TABLE "Report" ADD CONSTRAINT "Report_submitted" CHECK (
  state NOT IN ('SUBMITTED', 'RETURNED', 'ACCEPTED') OR "submittedAt" IS NOT NULL);
CREATE UNIQUE INDEX "Variation_one_open" ON "Variation" ("applicationId") WHERE state IN ('ASKED', 'BUDGET_CONFIRMED');
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_confirmed" CHECK (state <> 'BUDGET_CONFIRMED' OR kind = 'COST');
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_decided" CHECK (
  (state IN ('APPROVED', 'DECLINED', 'CANCELLED')) = ("decidedAt" IS NOT NULL));
ALTER TABLE "FinancialMonth" ADD CONSTRAINT "FinancialMonth_of_year" CHECK (month BETWEEN 0 AND 11);
ALTER TABLE "CarryForward" ADD CONSTRAINT "CarryForward_positive" CHECK (cents > 0);
ALTER TABLE "CarryForward" ADD CONSTRAINT "CarryForward_next_year" CHECK ("intoYear" = "fromYear" + 1);
ALTER TABLE "CarryForward" ADD CONSTRAINT "CarryForward_settled" CHECK ((state = 'IN_PRINCIPLE') = ("settledAt" IS NULL));

-- A state that has ended is not left again.
CREATE FUNCTION keep_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state::text = ANY (TG_ARGV) AND NEW.state <> OLD.state THEN
    RAISE EXCEPTION '% has ended: % stays', TG_TABLE_NAME, OLD.state USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER keep_ended BEFORE UPDATE ON "Claim" FOR EACH ROW EXECUTE FUNCTION keep_ended('RETURNED', 'CANCELLED', 'RECOVERED');
CREATE TRIGGER keep_ended BEFORE UPDATE ON "Report" FOR EACH ROW EXECUTE FUNCTION keep_ended('ACCEPTED', 'CANCELLED');
CREATE TRIGGER keep_ended BEFORE UPDATE ON "Variation" FOR EACH ROW EXECUTE FUNCTION keep_ended('APPROVED', 'DECLINED', 'CANCELLED');
CREATE TRIGGER keep_ended BEFORE UPDATE ON "CarryForward" FOR EACH ROW EXECUTE FUNCTION keep_ended('CONFIRMED', 'CANCELLED');

-- ---------------------------------------------------------------- the ledger

ALTER TABLE "LedgerEntry" DROP CONSTRAINT "LedgerEntry_shape";
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_shape" CHECK (CASE kind
  WHEN 'ADJUST' THEN "envelopeCents" <> 0 AND "reservedCents" = 0 AND "committedCents" = 0 AND "paidCents" = 0
    AND "applicationId" IS NULL AND source IS NOT NULL AND "effectiveOn" IS NOT NULL
  WHEN 'RESERVE' THEN "envelopeCents" = 0 AND "reservedCents" > 0 AND "committedCents" = 0 AND "paidCents" = 0
  WHEN 'RELEASE' THEN "envelopeCents" = 0 AND "reservedCents" <= 0 AND "committedCents" <= 0
    AND "reservedCents" + "committedCents" < 0 AND "paidCents" = 0
  WHEN 'COMMIT' THEN "envelopeCents" = 0 AND "committedCents" > 0 AND "reservedCents" = -"committedCents" AND "paidCents" = 0
  WHEN 'PAY' THEN "envelopeCents" = 0 AND "reservedCents" = 0 AND "committedCents" = 0 AND "paidCents" > 0
  WHEN 'RECOVER' THEN "envelopeCents" = 0 AND "reservedCents" = 0 AND "committedCents" <= 0 AND "paidCents" < 0
  WHEN 'MOVE' THEN "envelopeCents" = 0 AND "reservedCents" = 0 AND "committedCents" <> 0 AND "paidCents" = 0
END);
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_carry_forward" CHECK (kind = 'ADJUST' OR "carryForwardId" IS NULL);

-- What moves between years neither grows nor shrinks: the entries of one request sum to nothing when it ends.
CREATE FUNCTION moves_sum_to_nothing() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT sum("committedCents") FROM "LedgerEntry"
      WHERE "applicationId" = NEW."applicationId" AND "requestId" = NEW."requestId" AND kind = 'MOVE') <> 0 THEN
    RAISE EXCEPTION 'LedgerEntry_moves_sum_to_nothing' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'LedgerEntry_moves_sum_to_nothing';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER moves_sum_to_nothing AFTER INSERT ON "LedgerEntry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'MOVE') EXECUTE FUNCTION moves_sum_to_nothing();

-- The month of a financial year that an entry counts in: 0 is July, 11 is June, and what lies outside counts at the edge.
CREATE FUNCTION financial_month(start_year int, effective_on date, at timestamptz) RETURNS int LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT least(11, greatest(0, (extract(year FROM day) - start_year) * 12 + extract(month FROM day) - 7))::int
  FROM (SELECT coalesce(effective_on, (at AT TIME ZONE 'Pacific/Auckland')::date) AS day) one);

CREATE OR REPLACE FUNCTION apply_ledger_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  held "FinancialYear";
  available bigint;
BEGIN
  SELECT * INTO held FROM "FinancialYear" WHERE "startYear" = NEW."startYear" FOR UPDATE;
  available := coalesce(held."envelopeCents" - held."reservedCents" - held."committedCents", 0);
  IF available + NEW."envelopeCents" - NEW."reservedCents" - NEW."committedCents" < 0
    AND NEW."reservedCents" + NEW."committedCents" - NEW."envelopeCents" > 0 THEN
    RAISE EXCEPTION 'FinancialYear_within_envelope: year=% available=%', NEW."startYear", available
      USING ERRCODE = 'check_violation', CONSTRAINT = 'FinancialYear_within_envelope';
  END IF;
  UPDATE "FinancialYear" SET
    "envelopeCents" = "envelopeCents" + NEW."envelopeCents",
    "reservedCents" = "reservedCents" + NEW."reservedCents",
    "committedCents" = "committedCents" + NEW."committedCents",
    "paidCents" = "paidCents" + NEW."paidCents"
  WHERE "startYear" = NEW."startYear";
  INSERT INTO "FinancialMonth" AS m ("startYear", month, "envelopeCents", "reservedCents", "committedCents", "paidCents")
    VALUES (NEW."startYear", financial_month(NEW."startYear", NEW."effectiveOn", NEW.at),
      NEW."envelopeCents", NEW."reservedCents", NEW."committedCents", NEW."paidCents")
    ON CONFLICT ("startYear", month) DO UPDATE SET
      "envelopeCents" = m."envelopeCents" + EXCLUDED."envelopeCents",
      "reservedCents" = m."reservedCents" + EXCLUDED."reservedCents",
      "committedCents" = m."committedCents" + EXCLUDED."committedCents",
      "paidCents" = m."paidCents" + EXCLUDED."paidCents";
  IF NEW."applicationId" IS NOT NULL THEN
    INSERT INTO "ApplicationFunding" ("applicationId", "startYear") VALUES (NEW."applicationId", NEW."startYear")
      ON CONFLICT DO NOTHING;
    UPDATE "ApplicationFunding" SET
      "reservedCents" = "reservedCents" + NEW."reservedCents",
      "committedCents" = "committedCents" + NEW."committedCents",
      "paidCents" = "paidCents" + NEW."paidCents"
    WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear";
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Payment" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Recovery" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "AcquittalLine" FOR EACH ROW EXECUTE FUNCTION append_only();

-- ---------------------------------------------------------------- what is there already

INSERT INTO "FinancialMonth"
SELECT "startYear", financial_month("startYear", "effectiveOn", at), sum("envelopeCents"), sum("reservedCents"),
  sum("committedCents"), sum("paidCents")
FROM "LedgerEntry" GROUP BY 1, 2;

-- Who has accepted an offer has an arrangement, with the dates that were applied for.
INSERT INTO "Arrangement" ("applicationId", "startsOn", "endsOn", "acceptedAt")
SELECT a.id, coalesce(a."startsOn", day), greatest(coalesce(a."endsOn", day), coalesce(a."startsOn", day)), o."answeredAt"
FROM "Application" a
JOIN "Offer" o ON o."applicationId" = a.id AND o.outcome = 'ACCEPTED'
CROSS JOIN LATERAL (SELECT (o."answeredAt" AT TIME ZONE 'Pacific/Auckland')::date AS day) accepted;

-- What is under way reports at its end, as the portal's schedules say it: two months after it.
INSERT INTO "Report" (id, "applicationId", number, kind, "dueOn")
SELECT gen_random_uuid(), r."applicationId", 1, 'FINAL', (r."endsOn" + interval '2 months')::date
FROM "Arrangement" r JOIN "Application" a ON a.id = r."applicationId" WHERE a.state = 'ACTIVE';

-- The budget lines that were signed off, by category and year; amounts are texts as they were typed, like "$12,500.50".
INSERT INTO "ApplicationCategory" ("applicationId", category, "startYear", cents)
SELECT "applicationId", category, "startYear", sum(cents)
FROM (
  SELECT v."applicationId", v.answers -> 'budget' ->> ('lines.' || split_part(key, '.', 2) || '.category') AS category,
    substring(key FROM '\d{4}$')::int AS "startYear",
    (regexp_replace(value, '[^0-9.]', '', 'g')::numeric * 100)::bigint AS cents
  FROM "ApplicationVersion" v
  JOIN "Application" a ON a.id = v."applicationId" AND a."versionNumber" = v.number
  CROSS JOIN LATERAL jsonb_each_text(v.answers -> 'budget') answer (key, value)
  WHERE key ~ '^lines\.\d+\.year\d{4}$' AND value ~ '\d'
) line
WHERE category IS NOT NULL
GROUP BY 1, 2, 3 HAVING sum(cents) > 0;

-- ---------------------------------------------------------------- the application's own database user

GRANT SELECT ON "ApplicationCategory", "Arrangement", "AcquittalLine", "Claim", "Recovery", "Report", "Variation",
  "FinancialMonth", "CarryForward" TO psf_app;
-- Rows that only say what is so now.
GRANT INSERT, UPDATE, DELETE ON "ApplicationCategory" TO psf_app;
GRANT INSERT, UPDATE ON "Arrangement", "Report" TO psf_app;
-- Of what was asked for only its fate changes.
GRANT INSERT, UPDATE (state, "decidedById", "decidedAt", reason) ON "Claim" TO psf_app;
GRANT INSERT, UPDATE (state, "confirmedById", "confirmedAt", "decidedById", "decidedAt", "delegationCents", "forId", answer)
  ON "Variation" TO psf_app;
GRANT INSERT, UPDATE (state, "settledById", "settledAt", "settledWhy") ON "CarryForward" TO psf_app;
-- Records: added only.
GRANT INSERT ON "Recovery", "AcquittalLine" TO psf_app;
