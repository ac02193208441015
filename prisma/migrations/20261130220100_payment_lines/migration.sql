-- A payment is a document of the finance system. Its lines pay claims, or take back what was paid of them.

-- ---------------------------------------------------------------- documents and lines

-- What was recorded before becomes a document with one line, to the cent and the day.
ALTER TABLE "Payment" RENAME TO "PaymentLine";
ALTER TABLE "PaymentLine" RENAME CONSTRAINT "Payment_pkey" TO "PaymentLine_pkey";
ALTER TABLE "PaymentLine" RENAME CONSTRAINT "Payment_applicationId_fkey" TO "PaymentLine_applicationId_fkey";
ALTER INDEX "Payment_applicationId_idx" RENAME TO "PaymentLine_applicationId_idx";
ALTER TABLE "PaymentLine" DROP CONSTRAINT "Payment_claimId_applicationId_startYear_cents_fkey", DROP CONSTRAINT "Payment_positive";
DROP INDEX "Payment_claimId_key";
DROP INDEX "Payment_claimId_applicationId_startYear_cents_key";

CREATE TABLE "Payment" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "sharesReference" BOOLEAN NOT NULL DEFAULT false,
    "recordedById" UUID NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Payment_pkey" PRIMARY KEY ("id")
);
-- References that finance would read as one stay the documents that they were: the later ones are marked.
INSERT INTO "Payment" (id, reference, "sharesReference", "recordedById", "recordedAt")
  SELECT id, reference, row_number() OVER (PARTITION BY invoice_key(reference) ORDER BY "recordedAt", id) > 1,
    "recordedById", "recordedAt" FROM "PaymentLine";

ALTER TABLE "PaymentLine" ADD COLUMN "paymentId" UUID, ADD COLUMN "isCredit" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "reversesId" UUID, ADD COLUMN "isReturn" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "reason" TEXT;
ALTER TABLE "PaymentLine" DISABLE TRIGGER USER;
UPDATE "PaymentLine" SET "paymentId" = id;
ALTER TABLE "PaymentLine" ENABLE TRIGGER USER;
DROP INDEX "Payment_reference_key";
ALTER TABLE "PaymentLine" ALTER COLUMN "paymentId" SET NOT NULL, DROP COLUMN reference;

CREATE UNIQUE INDEX "PaymentLine_reversesId_key" ON "PaymentLine"("reversesId");
CREATE INDEX "PaymentLine_paymentId_idx" ON "PaymentLine"("paymentId");
CREATE INDEX "PaymentLine_claimId_idx" ON "PaymentLine"("claimId");
ALTER TABLE "PaymentLine" ADD CONSTRAINT "PaymentLine_paymentId_fkey" FOREIGN KEY ("paymentId") REFERENCES "Payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "PaymentLine" ADD CONSTRAINT "PaymentLine_reversesId_fkey" FOREIGN KEY ("reversesId") REFERENCES "PaymentLine"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE UNIQUE INDEX "Claim_id_applicationId_startYear_key" ON "Claim"("id", "applicationId", "startYear");
ALTER TABLE "PaymentLine" ADD CONSTRAINT "PaymentLine_claimId_applicationId_startYear_fkey" FOREIGN KEY ("claimId", "applicationId", "startYear") REFERENCES "Claim"("id", "applicationId", "startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A line pays; a credit takes off; a line that reverses another has the other sign, and says why.
ALTER TABLE "PaymentLine"
  ADD CONSTRAINT "PaymentLine_signed" CHECK (cents <> 0 AND (cents < 0) = ("isCredit" <> ("reversesId" IS NOT NULL))),
  ADD CONSTRAINT "PaymentLine_return" CHECK (NOT "isReturn" OR ("reversesId" IS NOT NULL AND NOT "isCredit")),
  ADD CONSTRAINT "PaymentLine_reason" CHECK (("isCredit" OR "reversesId" IS NOT NULL) = (reason IS NOT NULL) AND reason <> '');

-- A reference is one document's however it is typed, as an invoice number is.
CREATE UNIQUE INDEX "Payment_reference_once" ON "Payment" (invoice_key(reference)) WHERE NOT "sharesReference";
CREATE FUNCTION payment_reference_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW."sharesReference" OR invoice_key(NEW.reference) = '' THEN
    RAISE EXCEPTION '%_reference_once', TG_TABLE_NAME USING ERRCODE = 'unique_violation',
      CONSTRAINT = TG_TABLE_NAME || '_reference_once';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER payment_reference_once BEFORE INSERT ON "Payment" FOR EACH ROW EXECUTE FUNCTION payment_reference_once();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Payment" FOR EACH ROW EXECUTE FUNCTION append_only();
-- A document comes with what it pays, which a step recorded.
CREATE FUNCTION payment_has_lines() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "PaymentLine" WHERE "paymentId" = NEW.id) THEN
    PERFORM refuse_change('Payment_has_lines');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER payment_has_lines AFTER INSERT ON "Payment" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION payment_has_lines();
GRANT SELECT, INSERT ON "Payment" TO psf_app;

-- ---------------------------------------------------------------- recoveries

-- A claim may come back in parts.
ALTER TABLE "Recovery" DROP CONSTRAINT "Recovery_claimId_applicationId_startYear_cents_fkey";
DROP INDEX "Recovery_claimId_key";
DROP INDEX "Recovery_claimId_applicationId_startYear_cents_key";
DROP INDEX "Claim_id_applicationId_startYear_cents_key";
CREATE INDEX "Recovery_claimId_idx" ON "Recovery"("claimId");
ALTER TABLE "Recovery" ADD CONSTRAINT "Recovery_claimId_applicationId_startYear_fkey" FOREIGN KEY ("claimId", "applicationId", "startYear") REFERENCES "Claim"("id", "applicationId", "startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "Recovery" ADD COLUMN "sharesReference" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "Recovery" DISABLE TRIGGER USER;
UPDATE "Recovery" r SET "sharesReference" = true FROM (
  SELECT id, row_number() OVER (PARTITION BY invoice_key(reference) ORDER BY "recordedAt", id) AS place FROM "Recovery") ranked
  WHERE ranked.id = r.id AND ranked.place > 1;
ALTER TABLE "Recovery" ENABLE TRIGGER USER;
DROP INDEX "Recovery_reference_key";
CREATE UNIQUE INDEX "Recovery_reference_once" ON "Recovery" (invoice_key(reference)) WHERE NOT "sharesReference";
CREATE TRIGGER payment_reference_once BEFORE INSERT ON "Recovery" FOR EACH ROW EXECUTE FUNCTION payment_reference_once();

-- ---------------------------------------------------------------- a claim follows its lines

-- What was paid of a claim, and what of that was credited or came back. Like a year's counters they move with what is
-- recorded and in no other way, and the state is what they say.
ALTER TABLE "Claim" ADD COLUMN "paidCents" BIGINT NOT NULL DEFAULT 0, ADD COLUMN "backCents" BIGINT NOT NULL DEFAULT 0;
ALTER TABLE "Claim" DISABLE TRIGGER USER;
UPDATE "Claim" c SET
  "paidCents" = coalesce((SELECT sum(l.cents) FROM "PaymentLine" l WHERE l."claimId" = c.id), 0),
  "backCents" = coalesce((SELECT sum(r.cents) FROM "Recovery" r WHERE r."claimId" = c.id), 0);
ALTER TABLE "Claim" ENABLE TRIGGER USER;
DROP TRIGGER claim_follows_money ON "Claim";
DROP FUNCTION claim_follows_money();
ALTER TABLE "Claim"
  ADD CONSTRAINT "Claim_paid_within_approved" CHECK ("paidCents" BETWEEN 0 AND cents),
  ADD CONSTRAINT "Claim_back_within_paid" CHECK ("backCents" BETWEEN 0 AND "paidCents"),
  ADD CONSTRAINT "Claim_state_follows_money" CHECK (CASE state
    WHEN 'PART_PAID' THEN "paidCents" > 0 AND "paidCents" < cents
    WHEN 'PAID' THEN "paidCents" = cents AND "backCents" < cents
    WHEN 'RECOVERED' THEN "backCents" = cents AND cents > 0
    WHEN 'SETTLED' THEN cents = 0
    ELSE "paidCents" = 0 END);

CREATE FUNCTION move_claim(claim uuid, paid bigint, back bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  moved "Claim";
BEGIN
  UPDATE "Claim" c SET "paidCents" = c."paidCents" + paid, "backCents" = c."backCents" + back, state = CASE
      WHEN c."paidCents" + paid = 0 THEN 'APPROVED'
      WHEN c."paidCents" + paid < c.cents THEN 'PART_PAID'
      WHEN c."backCents" + back = c.cents THEN 'RECOVERED'
      ELSE 'PAID' END::"ClaimState"
    WHERE c.id = claim AND c.state IN ('APPROVED', 'PART_PAID', 'PAID', 'RECOVERED') RETURNING * INTO moved;
  IF NOT FOUND THEN
    PERFORM refuse_change('PaymentLine_of_approved_claim');
  END IF;
  IF (SELECT coalesce(sum("accountedCents"), 0) FROM "Claim" WHERE "accountsForId" = claim
      AND state NOT IN ('RETURNED', 'CANCELLED')) > moved."paidCents" - moved."backCents" THEN
    PERFORM refuse_change('Claim_within_advance');
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION move_claim(uuid, bigint, bigint) FROM PUBLIC;
CREATE FUNCTION claim_follows_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW."claimId" IS NULL THEN
    RETURN NULL;
  ELSIF TG_TABLE_NAME = 'Recovery' THEN
    PERFORM move_claim(NEW."claimId", 0, NEW.cents);
  ELSIF NEW."isCredit" THEN
    PERFORM move_claim(NEW."claimId", 0, -NEW.cents);
  ELSE
    PERFORM move_claim(NEW."claimId", NEW.cents, 0);
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER claim_follows_lines AFTER INSERT ON "PaymentLine" FOR EACH ROW EXECUTE FUNCTION claim_follows_lines();
CREATE TRIGGER claim_follows_lines AFTER INSERT ON "Recovery" FOR EACH ROW EXECUTE FUNCTION claim_follows_lines();

-- A line is reversed whole, once, in its own document: a correction on its day, what the bank sent back on that day or later.
CREATE FUNCTION line_reverses_exactly() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "PaymentLine" l WHERE l.id = NEW."reversesId" AND l."reversesId" IS NULL
      AND l."paymentId" = NEW."paymentId" AND l."applicationId" = NEW."applicationId" AND l."startYear" = NEW."startYear"
      AND l."claimId" IS NOT DISTINCT FROM NEW."claimId" AND l."isCredit" = NEW."isCredit" AND l.cents = -NEW.cents
      AND CASE WHEN NEW."isReturn" THEN l."paidOn" <= NEW."paidOn" ELSE l."paidOn" = NEW."paidOn" END) THEN
    PERFORM refuse_change('PaymentLine_reverses_exactly');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER line_reverses_exactly BEFORE INSERT ON "PaymentLine"
  FOR EACH ROW WHEN (NEW."reversesId" IS NOT NULL) EXECUTE FUNCTION line_reverses_exactly();

-- What is recorded of an initiative's year stands in the ledger, by the day.
CREATE FUNCTION line_is_entered() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM (
      SELECT "effectiveOn" AS day, "paidCents" AS cents FROM "LedgerEntry"
        WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear" AND xmin = pg_current_xact_id()::xid
      UNION ALL
      SELECT "paidOn", -cents FROM "PaymentLine"
        WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear" AND xmin = pg_current_xact_id()::xid
      UNION ALL
      SELECT "receivedOn", cents FROM "Recovery"
        WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear" AND xmin = pg_current_xact_id()::xid) one
      GROUP BY day HAVING sum(cents) <> 0) THEN
    PERFORM refuse_change(TG_TABLE_NAME || '_is_entered');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER line_is_entered AFTER INSERT ON "PaymentLine" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION line_is_entered();
CREATE CONSTRAINT TRIGGER line_is_entered AFTER INSERT ON "Recovery" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION line_is_entered();

-- ---------------------------------------------------------------- what is open of a claim

-- What came back may be recorded as wrong, so that a claim is recovered no longer.
DROP TRIGGER keep_ended ON "Claim";
CREATE TRIGGER keep_ended BEFORE UPDATE ON "Claim" FOR EACH ROW EXECUTE FUNCTION keep_ended('RETURNED', 'CANCELLED');

-- Open is what was claimed and is not paid.
CREATE OR REPLACE FUNCTION claims_within_committed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  unpaid bigint;
  claimed bigint;
BEGIN
  SELECT "committedCents" - "paidCents" INTO unpaid FROM "ApplicationFunding"
    WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear" FOR UPDATE;
  SELECT coalesce(sum(cents - "paidCents"), 0) INTO claimed FROM "Claim"
    WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear"
      AND state IN ('CLAIMED', 'APPROVED', 'PART_PAID');
  IF claimed > coalesce(unpaid, 0) THEN
    RAISE EXCEPTION 'Claim_within_committed' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_within_committed';
  END IF;
  RETURN NULL;
END
$$;
DROP TRIGGER claims_within_committed ON "Claim";
CREATE TRIGGER claims_within_committed AFTER INSERT OR UPDATE OF state, "paidCents" ON "Claim"
  FOR EACH ROW WHEN (NEW.state IN ('CLAIMED', 'APPROVED', 'PART_PAID')) EXECUTE FUNCTION claims_within_committed();

-- Claims cannot account for more of an advance than was paid and did not come back.
CREATE OR REPLACE FUNCTION claims_within_advance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  advanced bigint;
  accounted bigint;
BEGIN
  SELECT "paidCents" - "backCents" INTO advanced FROM "Claim"
    WHERE id = NEW."accountsForId" AND "advanceReason" IS NOT NULL FOR UPDATE;
  SELECT coalesce(sum("accountedCents"), 0) INTO accounted FROM "Claim"
    WHERE "accountsForId" = NEW."accountsForId" AND state NOT IN ('RETURNED', 'CANCELLED');
  IF accounted > coalesce(advanced, 0) THEN
    RAISE EXCEPTION 'Claim_within_advance' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_within_advance';
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION year_unspent(year int) RETURNS TABLE ("applicationId" uuid, unspent bigint, open bigint, stated bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT f."applicationId", f."committedCents" - f."paidCents",
    coalesce((SELECT sum(c.cents - c."paidCents") FROM "Claim" c WHERE c."applicationId" = f."applicationId" AND c."startYear" = year
      AND c.state IN ('CLAIMED', 'APPROVED', 'PART_PAID')), 0)::bigint,
    coalesce((SELECT greatest(0, a.cents - coalesce((SELECT sum(c.cents) FROM "Claim" c
        WHERE c."applicationId" = f."applicationId" AND c."startYear" = year AND c."claimedAt" > a."statedAt"
        AND c.state NOT IN ('RETURNED', 'CANCELLED')), 0))
      FROM "Accrual" a WHERE a."applicationId" = f."applicationId" AND a."startYear" = year
      ORDER BY a.id DESC LIMIT 1), 0)::bigint
  FROM "ApplicationFunding" f WHERE f."startYear" = year AND f."committedCents" > f."paidCents"
$$;
