-- What the Prisma schema cannot say: the invariants that hold whatever the application does. Every constraint has a
-- name, lib/errors.ts turns it into a sentence, and a test provokes it.

-- ---------------------------------------------------------------- people and duties

ALTER TABLE "Person" ADD CONSTRAINT "Person_agency_fits_side" CHECK ((side = 'AGENCY') = ("agencyId" IS NOT NULL));
ALTER TABLE "Person" ADD CONSTRAINT "Person_email_lower" CHECK (email = lower(email));
ALTER TABLE "PersonRole" ADD CONSTRAINT "PersonRole_side_fits" CHECK ((role IN ('CONTRIBUTOR', 'CERTIFIER')) = (side = 'AGENCY'));
ALTER TABLE "Delegation" ADD CONSTRAINT "Delegation_not_negative" CHECK ("limitCents" >= 0);
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_side_fits" CHECK (
  (kind IN ('ASK_SIGN_OFF', 'CERTIFY')) = (side = 'AGENCY') AND (side = 'AGENCY') = ("agencyId" IS NOT NULL));

ALTER TABLE "Assessment" ADD CONSTRAINT "Assessment_duty" CHECK (duty = 'ASSESS');
ALTER TABLE "Assessment" ADD CONSTRAINT "Assessment_completed" CHECK ((status = 'COMPLETE') = ("completedAt" IS NOT NULL));
ALTER TABLE "Recommendation" ADD CONSTRAINT "Recommendation_duty" CHECK (duty = 'RECOMMEND');
ALTER TABLE "BudgetCheck" ADD CONSTRAINT "BudgetCheck_duty" CHECK (duty = 'CHECK_BUDGET');
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_duty" CHECK (duty = 'DECIDE');

-- ---------------------------------------------------------------- applications and assessments

ALTER TABLE "Application" ADD CONSTRAINT "Application_amounts" CHECK (
  "requestedCents" >= 0 AND "recommendedCents" >= 0 AND "approvedCents" >= 0);
ALTER TABLE "Application" ADD CONSTRAINT "Application_dates" CHECK ("startsOn" <= "endsOn");
ALTER TABLE "ApplicationPlace" ADD CONSTRAINT "ApplicationPlace_percent" CHECK (percent BETWEEN 1 AND 100);
CREATE UNIQUE INDEX "ApplicationFocusArea_one_main" ON "ApplicationFocusArea" ("applicationId") WHERE "isMain";
ALTER TABLE "Phasing" ADD CONSTRAINT "Phasing_not_negative" CHECK (cents >= 0);
ALTER TABLE "Criterion" ADD CONSTRAINT "Criterion_weight" CHECK (weight BETWEEN 1 AND 100);
ALTER TABLE "Round" ADD CONSTRAINT "Round_times" CHECK ("opensAt" < "closesAt");
ALTER TABLE "Round" ADD CONSTRAINT "Round_assessments" CHECK ("minimumAssessments" BETWEEN 1 AND 9);
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_scale" CHECK (score BETWEEN 0 AND 4);
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_no_interest" CHECK (NOT "hasInterest");
ALTER TABLE "AgreedScore" ADD CONSTRAINT "AgreedScore_scale" CHECK (score BETWEEN 0 AND 4);
CREATE UNIQUE INDEX "Offer_one_open" ON "Offer" ("applicationId") WHERE outcome IS NULL;
CREATE UNIQUE INDEX "Recommendation_one_current" ON "Recommendation" ("applicationId") WHERE "returnedAt" IS NULL;

-- ---------------------------------------------------------------- money

ALTER TABLE "FinancialYear" ADD CONSTRAINT "FinancialYear_not_negative" CHECK (
  "envelopeCents" >= 0 AND "reservedCents" >= 0 AND "committedCents" >= 0 AND "paidCents" >= 0);
ALTER TABLE "FinancialYear" ADD CONSTRAINT "FinancialYear_within_envelope" CHECK (
  "reservedCents" + "committedCents" <= "envelopeCents");
ALTER TABLE "FinancialYear" ADD CONSTRAINT "FinancialYear_paid_within_committed" CHECK ("paidCents" <= "committedCents");

ALTER TABLE "ApplicationFunding" ADD CONSTRAINT "ApplicationFunding_not_negative" CHECK (
  "reservedCents" >= 0 AND "committedCents" >= 0 AND "paidCents" >= 0);
ALTER TABLE "ApplicationFunding" ADD CONSTRAINT "ApplicationFunding_paid_within_committed" CHECK ("paidCents" <= "committedCents");

-- Each kind of entry moves just the counters that its name says, in the direction that it says.
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_shape" CHECK (CASE kind
  WHEN 'ADJUST' THEN "envelopeCents" <> 0 AND "reservedCents" = 0 AND "committedCents" = 0 AND "paidCents" = 0
    AND "applicationId" IS NULL AND source IS NOT NULL AND "effectiveOn" IS NOT NULL
  WHEN 'RESERVE' THEN "envelopeCents" = 0 AND "reservedCents" > 0 AND "committedCents" = 0 AND "paidCents" = 0
  WHEN 'RELEASE' THEN "envelopeCents" = 0 AND "reservedCents" <= 0 AND "committedCents" <= 0
    AND "reservedCents" + "committedCents" < 0 AND "paidCents" = 0
  WHEN 'COMMIT' THEN "envelopeCents" = 0 AND "committedCents" > 0 AND "reservedCents" = -"committedCents" AND "paidCents" = 0
  WHEN 'PAY' THEN "envelopeCents" = 0 AND "reservedCents" = 0 AND "committedCents" = 0 AND "paidCents" > 0
  WHEN 'RECOVER' THEN "envelopeCents" = 0 AND "reservedCents" = 0 AND "committedCents" <= 0 AND "paidCents" < 0
END);
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_of_application" CHECK (kind = 'ADJUST' OR "applicationId" IS NOT NULL);
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_reason" CHECK (reason <> '');
ALTER TABLE "Payment" ADD CONSTRAINT "Payment_positive" CHECK (cents > 0);

-- The counters move here and nowhere else: the application's user may add entries and may not touch a counter, so a
-- counter is always the sum of its column of the ledger. The row's lock makes those who come at once queue up, and the
-- CHECKs above stay as the last reviewer.
CREATE FUNCTION apply_ledger_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
CREATE TRIGGER apply_ledger_entry BEFORE INSERT ON "LedgerEntry" FOR EACH ROW EXECUTE FUNCTION apply_ledger_entry();

-- ---------------------------------------------------------------- records that only grow

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "LedgerEntry" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "LedgerEntry" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "AuditEvent" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "ApplicationVersion" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Decision" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "BudgetCheck" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Duty" FOR EACH ROW EXECUTE FUNCTION append_only();

-- ---------------------------------------------------------------- the application's own database user

-- A role, not a login: an operator makes a login that is a member of it, or lets the portal take it on with SET ROLE.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'psf_app') THEN
    CREATE ROLE psf_app NOLOGIN;
  END IF;
  IF NOT pg_has_role(current_user, 'psf_app', 'MEMBER') THEN
    EXECUTE format('GRANT psf_app TO %I', current_user);
  END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO psf_app;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO psf_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO psf_app;

-- Kept rows: added and changed, never deleted.
GRANT INSERT, UPDATE ON "Agency", "Person", "Place", "Region", "FocusArea", "PurposeCode", "Round", "Criterion",
  "ReferenceCounter", "Application", "ApplicationSection", "Assessment", "AssessmentScore", "AgreedScore",
  "InterestDeclaration", "Recommendation", "Offer", "Acquittal", "Email" TO psf_app;
-- Rows that only say what is so now.
GRANT INSERT, UPDATE, DELETE ON "PersonRole", "Delegation", "Session", "SignInCode", "ApplicationPlace",
  "ApplicationFocusArea", "Phasing" TO psf_app;
-- Records: added only.
GRANT INSERT ON "ApplicationVersion", "Duty", "BudgetCheck", "Decision", "Payment", "LedgerEntry", "AuditEvent" TO psf_app;
-- A new year starts with nothing in it; its counters belong to the trigger.
GRANT INSERT ("startYear") ON "FinancialYear" TO psf_app;
