-- A delegation is what its newest confirmed change says, and a decision stands on a confirmed budget and a delegation that
-- covers it.

-- ---------------------------------------------------------------- what belongs to a decision

-- The database fills in on which budget check a decision stands, and which change gave the delegation that it was made
-- under; NULL: the delegation is older than changes that two people make.
ALTER TABLE "Delegation" ADD COLUMN "changeId" UUID;
ALTER TABLE "Delegation" ADD CONSTRAINT "Delegation_changeId_fkey" FOREIGN KEY ("changeId") REFERENCES "ChangeRequest"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Decision" ADD COLUMN "budgetCheckId" UUID, ADD COLUMN "delegationChangeId" UUID;
CREATE UNIQUE INDEX "BudgetCheck_id_recommendationId_key" ON "BudgetCheck"("id", "recommendationId");
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_budgetCheckId_recommendationId_fkey" FOREIGN KEY ("budgetCheckId", "recommendationId") REFERENCES "BudgetCheck"("id", "recommendationId") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_delegationChangeId_fkey" FOREIGN KEY ("delegationChangeId") REFERENCES "ChangeRequest"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What there is already is joined in the same way.
UPDATE "Delegation" d SET "changeId" = (SELECT c.id FROM "ChangeRequest" c
  WHERE c.kind = 'DELEGATION' AND c."personId" = d."personId" AND c."appliedAt" IS NOT NULL
  ORDER BY c."appliedAt" DESC LIMIT 1);
ALTER TABLE "Decision" DISABLE TRIGGER append_only;
UPDATE "Decision" d SET
  "budgetCheckId" = (SELECT b.id FROM "BudgetCheck" b
    WHERE b."recommendationId" = d."recommendationId" AND b."isConfirmed" AND b."checkedAt" <= d."decidedAt"
    ORDER BY b."checkedAt" DESC LIMIT 1),
  "delegationChangeId" = (SELECT c.id FROM "ChangeRequest" c
    WHERE c.kind = 'DELEGATION' AND c."personId" = coalesce(d."forId", d."decidedById") AND c."appliedAt" <= d."decidedAt"
    ORDER BY c."appliedAt" DESC LIMIT 1);
ALTER TABLE "Decision" ENABLE TRIGGER append_only;

-- ---------------------------------------------------------------- delegations and decisions

-- A delegation is given by a change that two people made, in its transaction, and is taken away by one, or from who is no
-- approver any more.
CREATE FUNCTION delegated_by_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  change uuid;
BEGIN
  SELECT c.id INTO change FROM "ChangeRequest" c
    WHERE c.kind = 'DELEGATION' AND c."personId" = NEW."personId" AND c."appliedAt" IS NOT NULL
      AND c.xmin = pg_current_xact_id()::xid AND c.delegation <> 'none' AND c.cents IS NOT DISTINCT FROM NEW."limitCents";
  IF change IS NULL THEN
    PERFORM refuse_change('Delegation_by_change');
  END IF;
  NEW."changeId" := change;
  RETURN NEW;
END
$$;
CREATE TRIGGER delegated_by_change BEFORE INSERT OR UPDATE ON "Delegation"
  FOR EACH ROW EXECUTE FUNCTION delegated_by_change();
CREATE FUNCTION undelegated_by_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM "PersonRole" r WHERE r."personId" = OLD."personId" AND r.role = 'APPROVER')
    AND NOT EXISTS (SELECT FROM "ChangeRequest" c
      WHERE c.kind = 'DELEGATION' AND c."personId" = OLD."personId" AND c."appliedAt" IS NOT NULL
        AND c.xmin = pg_current_xact_id()::xid AND c.delegation = 'none') THEN
    PERFORM refuse_change('Delegation_by_change');
  END IF;
  RETURN OLD;
END
$$;
CREATE TRIGGER undelegated_by_change BEFORE DELETE ON "Delegation"
  FOR EACH ROW EXECUTE FUNCTION undelegated_by_change();
CREATE FUNCTION applied_is_delegated() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.delegation <> 'none') <> EXISTS (SELECT FROM "Delegation" d WHERE d."personId" = NEW."personId")
    OR NEW.delegation <> 'none' AND NOT EXISTS (SELECT FROM "Delegation" d WHERE d."changeId" = NEW.id) THEN
    PERFORM refuse_change('ChangeRequest_applied_is_delegated');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER applied_is_delegated AFTER UPDATE ON "ChangeRequest" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."appliedAt" IS NOT NULL AND NEW.kind = 'DELEGATION') EXECUTE FUNCTION applied_is_delegated();

-- A decision is made on the recommendation that stands, on its confirmed budget, and under a delegation that covers it: that
-- of who decides, or of the approver whose deputy they are on that day.
CREATE FUNCTION decides_on_record() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  recommended "Recommendation";
  held "Delegation";
  made "Decision";
  cents bigint;
BEGIN
  SELECT * INTO recommended FROM "Recommendation" r
    WHERE r.id = NEW."recommendationId" AND r."applicationId" = NEW."applicationId" AND r."returnedAt" IS NULL;
  NEW."budgetCheckId" := (SELECT b.id FROM "BudgetCheck" b
    WHERE b."recommendationId" = recommended.id AND b."isConfirmed" ORDER BY b."checkedAt" DESC LIMIT 1);
  IF recommended.id IS NULL OR recommended.outcome <> 'DO_NOT_FUND' AND NEW."budgetCheckId" IS NULL THEN
    PERFORM refuse_change('Decision_on_confirmed_budget');
  END IF;
  -- A step decides once; the next decision is another step's.
  IF EXISTS (SELECT FROM "Decision" d WHERE d."applicationId" = NEW."applicationId" AND d.xmin = pg_current_xact_id()::xid) THEN
    PERFORM refuse_change('Decision_once');
  END IF;
  -- Reopening needs a delegation for what was decided.
  cents := recommended."amountCents";
  IF NEW.outcome = 'REOPENED' THEN
    SELECT * INTO made FROM "Decision" d WHERE d."applicationId" = NEW."applicationId"
      ORDER BY d."decidedAt" DESC, d.id DESC LIMIT 1;
    cents := CASE made.outcome WHEN 'APPROVED' THEN made."amountCents" WHEN 'DECLINED' THEN cents END;
    IF made."recommendationId" IS DISTINCT FROM recommended.id OR NEW."amountCents" IS DISTINCT FROM cents THEN
      PERFORM refuse_change('Decision_reopens_one');
    END IF;
  ELSIF NEW.outcome = 'APPROVED' THEN
    cents := NEW."amountCents";
  END IF;
  SELECT * INTO held FROM "Delegation" d WHERE d."personId" = coalesce(NEW."forId", NEW."decidedById");
  NEW."delegationChangeId" := held."changeId";
  IF NEW.outcome <> 'RETURNED' AND (held."personId" IS NULL OR held."limitCents" IS DISTINCT FROM NEW."delegationCents"
      OR held."limitCents" < cents) THEN
    PERFORM refuse_change('Decision_within_delegation');
  END IF;
  IF NEW."forId" IS NOT NULL AND NOT EXISTS (SELECT FROM "Deputy" y
      WHERE y."approverId" = NEW."forId" AND y."deputyId" = NEW."decidedById" AND y."endedAt" IS NULL
        AND (NEW."decidedAt" AT TIME ZONE 'Pacific/Auckland')::date BETWEEN y."fromOn" AND y."toOn") THEN
    PERFORM refuse_change('Decision_by_deputy');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER decides_on_record BEFORE INSERT ON "Decision" FOR EACH ROW EXECUTE FUNCTION decides_on_record();
-- Which change gave it is the database's to write.
REVOKE UPDATE ON "Delegation" FROM psf_app;
GRANT UPDATE ("limitCents") ON "Delegation" TO psf_app;
