-- A recovery that was recorded by mistake is reversed by a row of its own, and what concerns a payment of a closed year takes two
-- people, whichever step corrects it.

-- ---------------------------------------------------------------- a recovery and its way back

ALTER TABLE "Recovery" ADD COLUMN "reversesId" UUID;
CREATE UNIQUE INDEX "Recovery_reversesId_key" ON "Recovery"("reversesId");
ALTER TABLE "Recovery" ADD CONSTRAINT "Recovery_reversesId_fkey" FOREIGN KEY ("reversesId") REFERENCES "Recovery"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Recovery" DROP CONSTRAINT "Recovery_positive",
  ADD CONSTRAINT "Recovery_signed" CHECK (cents <> 0 AND (cents < 0) = ("reversesId" IS NOT NULL));

-- It is reversed whole, once, on its own day: the money never came.
CREATE FUNCTION recovery_reverses_exactly() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "Recovery" r WHERE r.id = NEW."reversesId" AND r."reversesId" IS NULL
      AND r."applicationId" = NEW."applicationId" AND r."claimId" IS NOT DISTINCT FROM NEW."claimId"
      AND r."startYear" = NEW."startYear" AND r.cents = -NEW.cents AND r."receivedOn" = NEW."receivedOn"
      AND r.reference = NEW.reference) THEN
    PERFORM refuse_change('Recovery_reverses_exactly');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER recovery_reverses_exactly BEFORE INSERT ON "Recovery"
  FOR EACH ROW WHEN (NEW."reversesId" IS NOT NULL) EXECUTE FUNCTION recovery_reverses_exactly();

-- A receipt is recorded once, however its reference is typed; once that was reversed, it may be recorded again as it was.
-- Who records it at the same time is waited for.
DROP INDEX "Recovery_reference_once";
CREATE INDEX "Recovery_reference_key" ON "Recovery" (invoice_key(reference));
DROP TRIGGER payment_reference_once ON "Recovery";
CREATE FUNCTION recovery_reference_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('Recovery ' || invoice_key(NEW.reference), 0));
  IF NEW."sharesReference" OR invoice_key(NEW.reference) = '' OR EXISTS (SELECT FROM "Recovery" r
      WHERE invoice_key(r.reference) = invoice_key(NEW.reference) AND r."reversesId" IS NULL
      AND NOT EXISTS (SELECT FROM "Recovery" b WHERE b."reversesId" = r.id)) THEN
    RAISE EXCEPTION 'Recovery_reference_once' USING ERRCODE = 'unique_violation', CONSTRAINT = 'Recovery_reference_once';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER recovery_reference_once BEFORE INSERT ON "Recovery"
  FOR EACH ROW WHEN (NEW."reversesId" IS NULL) EXECUTE FUNCTION recovery_reference_once();

-- ---------------------------------------------------------------- two people in a closed year

-- What corrects a payment of a closed year was asked for by one and is entered by another, in the moment of the confirmation,
-- and the ledger names both: whatever else is entered for the initiative's year at that moment, too.
DROP INDEX "LedgerEntry_recovers_once";
DROP TRIGGER moves_as_carried ON "LedgerEntry";
CREATE CONSTRAINT TRIGGER moves_as_carried AFTER INSERT ON "LedgerEntry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."changeId" IS NOT NULL AND NEW.kind NOT IN ('ADJUST', 'PAY', 'RECOVER')) EXECUTE FUNCTION moves_as_carried();
DROP TRIGGER recovered_by_two ON "Recovery";
DROP FUNCTION recovered_by_two();
CREATE FUNCTION corrected_by_two() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT "closedAt" FROM "FinancialYear" WHERE "startYear" = NEW."startYear") IS NOT NULL
    AND NOT EXISTS (SELECT FROM "ChangeRequest" c
      WHERE c.kind = 'STEP' AND c."appliedAt" IS NOT NULL AND c."applicationId" = NEW."applicationId"
        AND c."startYear" = NEW."startYear" AND c."settledById" = NEW."recordedById" AND c."askedById" <> NEW."recordedById"
        AND EXISTS (SELECT FROM "LedgerEntry" e WHERE e."changeId" = c.id)
        AND NOT EXISTS (SELECT FROM "LedgerEntry" e WHERE e."changeId" = c.id AND e.xmin <> pg_current_xact_id()::xid)
        AND NOT EXISTS (SELECT FROM "LedgerEntry" e WHERE e."applicationId" = NEW."applicationId"
          AND e."startYear" = NEW."startYear" AND e.xmin = pg_current_xact_id()::xid AND e."changeId" IS DISTINCT FROM c.id)) THEN
    RAISE EXCEPTION '%_by_two', TG_TABLE_NAME USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_by_two';
  END IF;
  RETURN NULL;
END
$$;
-- What is recovered at an arrangement's end, of what was paid and not spent, is recorded in whichever year it was paid.
CREATE CONSTRAINT TRIGGER corrected_by_two AFTER INSERT ON "Recovery" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."claimId" IS NOT NULL OR NEW."reversesId" IS NOT NULL) EXECUTE FUNCTION corrected_by_two();
CREATE CONSTRAINT TRIGGER corrected_by_two AFTER INSERT ON "PaymentLine" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."isCredit" OR NEW."reversesId" IS NOT NULL) EXECUTE FUNCTION corrected_by_two();
