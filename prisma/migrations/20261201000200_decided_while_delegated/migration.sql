-- A delegation, and a deputy’s naming, stay as they are until the decision that stands on them has ended: who ends one waits for it.
CREATE OR REPLACE FUNCTION decides_on_record() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
  SELECT * INTO held FROM "Delegation" d WHERE d."personId" = coalesce(NEW."forId", NEW."decidedById") FOR SHARE;
  NEW."delegationChangeId" := held."changeId";
  IF NEW.outcome <> 'RETURNED' AND (held."personId" IS NULL OR held."limitCents" IS DISTINCT FROM NEW."delegationCents"
      OR held."limitCents" < cents) THEN
    PERFORM refuse_change('Decision_within_delegation');
  END IF;
  PERFORM 1 FROM "Deputy" y
    WHERE y."approverId" = NEW."forId" AND y."deputyId" = NEW."decidedById" AND y."endedAt" IS NULL
      AND (NEW."decidedAt" AT TIME ZONE 'Pacific/Auckland')::date BETWEEN y."fromOn" AND y."toOn" FOR SHARE;
  IF NEW."forId" IS NOT NULL AND NOT FOUND THEN
    PERFORM refuse_change('Decision_by_deputy');
  END IF;
  RETURN NEW;
END
$$;
