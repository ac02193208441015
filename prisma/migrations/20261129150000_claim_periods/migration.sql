-- The year of a claim is the year of its work; money for work that lies ahead is an advance.
ALTER TYPE "ClaimState" ADD VALUE 'SETTLED';
ALTER TABLE "Claim"
  ADD COLUMN "workFrom" DATE,
  ADD COLUMN "workTo" DATE,
  ADD COLUMN "advanceReason" TEXT,
  ADD COLUMN "accountsForId" UUID,
  ADD COLUMN "accountedCents" BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX "Claim_id_applicationId_key" ON "Claim" ("id", "applicationId");
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_accountsForId_applicationId_fkey"
  FOREIGN KEY ("accountsForId", "applicationId") REFERENCES "Claim" ("id", "applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Of claims that are there already, the month of the invoice, where that lies in the year; else nothing is stated.
UPDATE "Claim" SET
  "workFrom" = date_trunc('month', "invoicedOn")::date,
  "workTo" = (date_trunc('month', "invoicedOn") + interval '1 month' - interval '1 day')::date
WHERE "invoicedOn" BETWEEN make_date("startYear", 7, 1) AND make_date("startYear" + 1, 6, 30);

ALTER TABLE "Claim" DROP CONSTRAINT "Claim_amounts";
ALTER TABLE "Claim"
  ADD CONSTRAINT "Claim_amounts" CHECK (cents >= 0 AND "gstCents" >= 0 AND "accountedCents" >= 0 AND cents + "accountedCents" > 0),
  ADD CONSTRAINT "Claim_accounts_for_advance" CHECK (("accountsForId" IS NULL) = ("accountedCents" = 0)),
  ADD CONSTRAINT "Claim_advance_is_money" CHECK ("advanceReason" IS NULL OR (cents > 0 AND "accountsForId" IS NULL)),
  ADD CONSTRAINT "Claim_work_in_its_year" CHECK (
    "workFrom" <= "workTo" AND "workFrom" >= make_date("startYear", 7, 1) AND "workTo" <= make_date("startYear" + 1, 6, 30));

-- Old rows keep the days that they have; a new one has them in order: work and invoice before the claim, but for an advance,
-- whose year has begun.
CREATE FUNCTION claim_days_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  "claimedOn" date := (NEW."claimedAt" AT TIME ZONE 'Pacific/Auckland')::date;
BEGIN
  IF NEW."workFrom" IS NULL OR NEW."workTo" IS NULL OR NEW."invoicedOn" > "claimedOn"
    OR make_date(NEW."startYear", 7, 1) > "claimedOn"
    OR (NEW."advanceReason" IS NULL AND NEW."workTo" > "claimedOn") THEN
    RAISE EXCEPTION 'Claim_days_in_order' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_days_in_order';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER claim_days_in_order BEFORE INSERT ON "Claim" FOR EACH ROW EXECUTE FUNCTION claim_days_in_order();

-- No more of an advance is accounted for than was paid.
CREATE FUNCTION claims_within_advance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  advanced bigint;
  accounted bigint;
BEGIN
  SELECT cents INTO advanced FROM "Claim"
    WHERE id = NEW."accountsForId" AND "advanceReason" IS NOT NULL AND state = 'PAID' FOR UPDATE;
  SELECT coalesce(sum("accountedCents"), 0) INTO accounted FROM "Claim"
    WHERE "accountsForId" = NEW."accountsForId" AND state NOT IN ('RETURNED', 'CANCELLED');
  IF accounted > coalesce(advanced, 0) THEN
    RAISE EXCEPTION 'Claim_within_advance' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_within_advance';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER claims_within_advance AFTER INSERT ON "Claim"
  FOR EACH ROW WHEN (NEW."accountsForId" IS NOT NULL) EXECUTE FUNCTION claims_within_advance();

-- An advance of which a part is accounted for does not come back whole, and what an advance paid needs no payment.
CREATE OR REPLACE FUNCTION claim_follows_money() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (OLD.state = 'PAID' AND NEW.state NOT IN ('PAID', 'RECOVERED'))
    OR (NEW.state = 'PAID' AND NOT EXISTS (SELECT FROM "Payment" WHERE "claimId" = NEW.id))
    OR (NEW.state::text = 'SETTLED' AND NEW.cents > 0)
    OR (NEW.state = 'RECOVERED' AND (NOT EXISTS (SELECT FROM "Recovery" WHERE "claimId" = NEW.id) OR EXISTS (
      SELECT FROM "Claim" WHERE "accountsForId" = NEW.id AND state NOT IN ('RETURNED', 'CANCELLED')))) THEN
    RAISE EXCEPTION 'Claim_follows_money' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_follows_money';
  END IF;
  RETURN NULL;
END
$$;
