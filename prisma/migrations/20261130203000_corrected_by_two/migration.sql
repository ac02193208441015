-- What was paid for work of a closed year is corrected by two people: one asks for the step, another takes it as it was asked for.

ALTER TABLE "ChangeRequest" ADD COLUMN "applicationId" UUID, ADD COLUMN step TEXT, ADD COLUMN answers JSONB;
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_step" CHECK (
  CASE kind WHEN 'STEP' THEN num_nulls("startYear", cents, source, "applicationId", step, answers) = 0
    AND num_nonnulls("effectiveOn", "entryId", "personId", delegation) = 0
  ELSE num_nonnulls("applicationId", step, answers) = 0 END);

-- The ledger names the change whose step entered what came back; only what a carry-forward moves is held to its initiatives.
DROP TRIGGER moves_as_carried ON "LedgerEntry";
CREATE CONSTRAINT TRIGGER moves_as_carried AFTER INSERT ON "LedgerEntry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."changeId" IS NOT NULL AND NEW.kind NOT IN ('ADJUST', 'RECOVER')) EXECUTE FUNCTION moves_as_carried();

-- The money of a claim that comes back into a closed year was asked for by one and entered by another, once.
CREATE UNIQUE INDEX "LedgerEntry_recovers_once" ON "LedgerEntry" ("changeId") WHERE kind = 'RECOVER';
CREATE FUNCTION recovered_by_two() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT "closedAt" FROM "FinancialYear" WHERE "startYear" = NEW."startYear") IS NOT NULL
    AND NOT EXISTS (SELECT FROM "LedgerEntry" e JOIN "ChangeRequest" c ON c.id = e."changeId"
      WHERE e.kind = 'RECOVER' AND e."applicationId" = NEW."applicationId" AND e."startYear" = NEW."startYear"
        AND e."paidCents" = -NEW.cents AND c.kind = 'STEP' AND c."appliedAt" IS NOT NULL
        AND c."applicationId" = NEW."applicationId" AND c."settledById" = NEW."recordedById"
        AND c."askedById" <> NEW."recordedById") THEN
    RAISE EXCEPTION 'Recovery_by_two' USING ERRCODE = 'check_violation', CONSTRAINT = 'Recovery_by_two';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER recovered_by_two AFTER INSERT ON "Recovery" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."claimId" IS NOT NULL) EXECUTE FUNCTION recovered_by_two();
