-- A step is taken by somebody who holds its office, what it makes is theirs, and money moves with a step that may move it.

-- The offices of each step, which each start writes with the rest of the table; none: a timed job.
ALTER TABLE "StepEdge" ADD COLUMN "roles" "Role"[];

-- Who takes a step holds one of its offices and has not left; for an agency they are of the one that applies, and for MFAT they
-- have declared their interests and are not recused. Of a draft that was never submitted there is nothing to declare.
CREATE FUNCTION taken_by_office() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  offices "Role"[] := (SELECT s.roles FROM "StepEdge" s
    WHERE s.action = NEW.action AND s."fromState" = NEW."fromState" AND s."toState" = NEW."toState");
  a "Application";
  taker "Person";
BEGIN
  SELECT * INTO a FROM "Application" WHERE id = NEW."applicationId";
  SELECT * INTO taker FROM "Person" WHERE id = NEW."actorId";
  IF NEW."actorId" IS NULL AND cardinality(offices) > 0 OR NEW."actorId" IS NOT NULL AND (
      taker.id IS NULL OR taker."endedAt" IS NOT NULL
      OR NOT EXISTS (SELECT FROM "PersonRole" r WHERE r."personId" = taker.id AND r.role = ANY (offices))
      OR taker.side = 'AGENCY' AND taker."agencyId" <> a."agencyId") THEN
    PERFORM refuse_change('AuditEvent_by_its_office', NEW.action);
  END IF;
  IF taker.side = 'MFAT' AND a."versionNumber" > 0 AND NOT EXISTS (SELECT FROM "InterestDeclaration" d
      WHERE d."applicationId" = a.id AND d."personId" = taker.id AND NOT d."isRecused") THEN
    PERFORM refuse_change('AuditEvent_by_nobody_recused', NEW.action);
  END IF;
  RETURN NULL;
END
$$;
-- Triggers of one moment fire in the order of their names: after what the step itself has to be (step_holds).
CREATE CONSTRAINT TRIGGER taken_by_office AFTER INSERT ON "AuditEvent" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.action IS NOT NULL) EXECUTE FUNCTION taken_by_office();

-- Whoever a row says has done something is who took the step that did it: the columns named here, where they change; after an =,
-- whatever they were.
CREATE FUNCTION who_took_the_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  taken "AuditEvent" := step_now(NEW."applicationId");
  before jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
  named text;
  who text;
BEGIN
  FOREACH named IN ARRAY TG_ARGV LOOP
    who := to_jsonb(NEW) ->> ltrim(named, '=');
    IF who IS DISTINCT FROM taken."actorId"::text AND who IS NOT NULL
      AND (named LIKE '=%' OR who IS DISTINCT FROM before ->> named) THEN
      PERFORM refuse_change(TG_TABLE_NAME || '_by_who_took_the_step', ltrim(named, '='));
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT OR UPDATE ON "Recommendation" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('recommendedById', 'takenBackById');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT ON "BudgetCheck" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('checkedById');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT ON "Decision" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('decidedById');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT OR UPDATE ON "Offer" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('sentById', 'answeredById');
-- A reopened arrangement has its reports as they were, by whom they were.
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER UPDATE ON "Report" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.state IN ('DUE', 'RETURNED') AND NEW.state = 'SUBMITTED') EXECUTE FUNCTION who_took_the_step('=submittedById');
CREATE CONSTRAINT TRIGGER who_took_the_step_answering AFTER UPDATE ON "Report" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.state = 'SUBMITTED' AND NEW.state IN ('RETURNED', 'ACCEPTED')) EXECUTE FUNCTION who_took_the_step('=answeredById');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT OR UPDATE ON "Acquittal" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('submittedById', 'returnedById', 'surplusConfirmedById');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT ON "PreparedAcquittal" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('preparedById');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT OR UPDATE ON "Claim" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('claimedById', 'workConfirmedById', 'decidedById');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT ON "PaymentLine" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('recordedById');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT ON "Recovery" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('recordedById');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT OR UPDATE ON "Variation" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."changeId" IS NULL) EXECUTE FUNCTION who_took_the_step('askedById', 'confirmedById', 'decidedById');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT OR UPDATE ON "Assessment" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('assignedById', 'setAsideById');
-- What is completed or given is so by whose it is.
CREATE CONSTRAINT TRIGGER who_took_the_step_of_theirs AFTER UPDATE ON "Assessment" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.status = 'ASSIGNED' AND NEW.status = 'COMPLETE') EXECUTE FUNCTION who_took_the_step('=assessorId');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT OR UPDATE ON "Advice" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('askedById', 'endedById');
CREATE CONSTRAINT TRIGGER who_took_the_step_of_theirs AFTER UPDATE ON "Advice" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN ((OLD.state = 'GIVEN') <> (NEW.state = 'GIVEN')) EXECUTE FUNCTION who_took_the_step('=adviserId');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER UPDATE OF "keptById" ON "LaterInterest" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('keptById');

-- Money of an initiative moves with a step that may move it, by who took that, or with a carry-forward that two people made
-- (moves_as_carried).
CREATE FUNCTION entered_by_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  taken "AuditEvent" := step_now(NEW."applicationId");
BEGIN
  IF NOT may_change(taken, 'LedgerEntry') OR NEW."actorId" IS DISTINCT FROM taken."actorId" THEN
    PERFORM refuse_change('LedgerEntry_by_step', not_in_row(taken, 'LedgerEntry'));
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER entered_by_step AFTER INSERT ON "LedgerEntry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind <> 'ADJUST' AND (NEW."changeId" IS NULL OR NEW.kind IN ('PAY', 'RECOVER')))
  EXECUTE FUNCTION entered_by_step();
