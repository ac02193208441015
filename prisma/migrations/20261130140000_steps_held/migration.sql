-- The database holds the steps of an application's life, and not only its money: states, amounts and days change together with
-- the step that changes them, and in no other way.

-- ---------------------------------------------------------------- the table of steps

-- What the portal's table of steps allows: from where a step leads to where, and what it may change on its way. The owner
-- writes it at each start; the portal itself can only read it.
CREATE TABLE "StepEdge" (
    "action" TEXT NOT NULL,
    "fromState" "State" NOT NULL,
    "toState" "State" NOT NULL,
    "changes" TEXT[],

    CONSTRAINT "StepEdge_pkey" PRIMARY KEY ("action", "fromState", "toState")
);
GRANT SELECT ON "StepEdge" TO psf_app;

-- The name of a rule that is broken, and what a developer would ask next.
CREATE FUNCTION refuse_change(rule text, why text DEFAULT NULL) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '%', concat_ws(': ', rule, why) USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END
$$;

-- The step that this transaction has taken; nothing else writes its event.
CREATE FUNCTION step_now(application uuid) RETURNS "AuditEvent" LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT e FROM "AuditEvent" e
  WHERE e."applicationId" = application AND e.action IS NOT NULL AND e.xmin = pg_current_xact_id()::xid
  ORDER BY e.id DESC LIMIT 1
$$;
CREATE FUNCTION may_change(taken "AuditEvent", what text) RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM "StepEdge" s WHERE s.action = taken.action AND s."fromState" = taken."fromState"
    AND s."toState" = taken."toState" AND what = ANY (s.changes))
$$;
CREATE FUNCTION not_in_row(taken "AuditEvent", what text) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp AS $$
  SELECT format('%s does not name %s among what it changes', coalesce('the step "' || taken.action || '"', 'no step'), what)
$$;

-- ---------------------------------------------------------------- what is so in each state

-- What is set aside for an application before its offer is accepted is, year by year, what was recommended, and what was
-- approved once it is; before and after that it is nothing. NULL: so it is.
CREATE FUNCTION phasing_problem(a "Application") RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  part "AmountKind" := CASE WHEN a.state IN ('BUDGET_CHECK', 'DECISION') THEN 'RECOMMENDED'
    WHEN a.state IN ('APPROVED', 'OFFERED') THEN 'APPROVED' END;
BEGIN
  IF EXISTS (SELECT FROM "Phasing" p WHERE p."applicationId" = a.id AND p.kind <> 'REQUESTED' GROUP BY p.kind
      HAVING sum(p.cents) <> coalesce(CASE p.kind WHEN 'APPROVED' THEN a."approvedCents" ELSE a."recommendedCents" END, 0)) THEN
    RETURN 'Phasing_of_its_amount';
  END IF;
  IF a.state::text NOT IN ('ACTIVE', 'CLOSING', 'TERMINATED', 'CLOSED') AND EXISTS (
      SELECT FROM (
        SELECT p."startYear", p.cents FROM "Phasing" p WHERE p."applicationId" = a.id AND p.kind = part
        UNION ALL
        SELECT f."startYear", -f."reservedCents" FROM "ApplicationFunding" f WHERE f."applicationId" = a.id) one
      GROUP BY "startYear" HAVING sum(cents) <> 0) THEN
    RETURN 'Phasing_is_reserved';
  END IF;
  RETURN NULL;
END
$$;

-- What is not as it has to be for the state that an application is in. NULL: everything is. The guard below asks it of each
-- step, and `npm run rules:verify` of every application.
CREATE FUNCTION application_problem(a "Application") RETURNS text LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp AS $$
DECLARE
  stage text := a.state;
  recommended "Recommendation";
  decided "Decision";
BEGIN
  IF a.state <> coalesce((SELECT e."toState" FROM "AuditEvent" e WHERE e."applicationId" = a.id AND e.action IS NOT NULL
      ORDER BY e.id DESC LIMIT 1), 'DRAFT') THEN
    RETURN 'Application_state_of_last_step';
  END IF;
  IF stage NOT IN ('DRAFT', 'SIGN_OFF', 'CHANGES_REQUESTED', 'DISCARDED', 'WITHDRAWN')
    AND (stage = 'SUBMITTED' AND NOT EXISTS (SELECT FROM "ApplicationVersion" v
        WHERE v."applicationId" = a.id AND v.number = a."versionNumber")
      OR EXISTS (SELECT FROM "ApplicationVersion" v WHERE v."applicationId" = a.id AND v.number = a."versionNumber"
        AND v."requestedCents" <> a."requestedCents")) THEN
    RETURN 'Application_requested_as_signed';
  END IF;
  SELECT * INTO recommended FROM "Recommendation" r WHERE r."applicationId" = a.id AND r."returnedAt" IS NULL;
  IF a."recommendedCents" IS DISTINCT FROM recommended."amountCents" THEN
    RETURN 'Application_recommended_as_written';
  END IF;
  SELECT * INTO decided FROM "Decision" d WHERE d."applicationId" = a.id ORDER BY d."decidedAt" DESC, d.id DESC LIMIT 1;
  IF a."approvedCents" IS NOT NULL AND (decided.outcome IS DISTINCT FROM 'APPROVED'
      OR decided."amountCents" <> a."approvedCents" OR decided."recommendationId" IS DISTINCT FROM recommended.id) THEN
    RETURN 'Application_approved_as_decided';
  END IF;
  IF stage = 'BUDGET_CHECK' AND coalesce(recommended.outcome, 'DO_NOT_FUND') = 'DO_NOT_FUND' THEN
    RETURN 'Application_checked_as_recommended';
  END IF;
  IF stage IN ('DECISION', 'UNSUCCESSFUL', 'DECLINED', 'APPROVED', 'OFFERED', 'ACTIVE', 'CLOSING', 'TERMINATED', 'CLOSED')
    AND (recommended.id IS NULL OR recommended.outcome <> 'DO_NOT_FUND' AND NOT EXISTS (
      SELECT FROM "BudgetCheck" b WHERE b."recommendationId" = recommended.id AND b."isConfirmed")) THEN
    RETURN 'Application_decided_on_confirmed_budget';
  END IF;
  -- What is to be decided was not decided on this recommendation, or that was reopened.
  IF stage = 'DECISION' AND decided."recommendationId" = recommended.id AND decided.outcome <> 'REOPENED'
    OR stage IN ('UNSUCCESSFUL', 'DECLINED') AND (decided.outcome IS DISTINCT FROM 'DECLINED'
      OR decided."recommendationId" IS DISTINCT FROM recommended.id)
    OR stage IN ('APPROVED', 'OFFERED', 'ACTIVE', 'CLOSING', 'TERMINATED', 'CLOSED') AND a."approvedCents" IS NULL THEN
    RETURN 'Application_state_as_decided';
  END IF;
  IF (stage = 'OFFERED') <> EXISTS (SELECT FROM "Offer" o WHERE o."applicationId" = a.id AND o.outcome IS NULL)
    OR stage = 'OFFERED' AND NOT EXISTS (SELECT FROM "Offer" o WHERE o."applicationId" = a.id AND o.outcome IS NULL
      AND o."amountCents" = a."approvedCents") THEN
    RETURN 'Application_offered_as_approved';
  END IF;
  IF stage IN ('ACTIVE', 'CLOSING', 'TERMINATED', 'CLOSED') <> EXISTS (
      SELECT FROM "Arrangement" g WHERE g."applicationId" = a.id) THEN
    RETURN 'Application_arranged_once_accepted';
  END IF;
  IF stage = 'CLOSED' AND NOT EXISTS (SELECT FROM "Acquittal" q WHERE q."applicationId" = a.id AND q."returnedAt" IS NULL
      AND q."surplusConfirmedAt" IS NOT NULL) THEN
    RETURN 'Application_closed_once_acquitted';
  END IF;
  RETURN phasing_problem(a);
END
$$;

-- ---------------------------------------------------------------- steps

-- A step is one of the table, goes on from where the last one ended, one in a transaction, and leaves everything as it has to
-- be. What an accepted offer commits is what was approved.
CREATE FUNCTION step_holds() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  stood "State";
  a "Application";
  problem text;
BEGIN
  IF NEW."applicationId" IS NULL OR NOT EXISTS (SELECT FROM "StepEdge" s WHERE s.action = NEW.action
      AND s."fromState" = NEW."fromState" AND s."toState" = NEW."toState") THEN
    PERFORM refuse_change('AuditEvent_step_of_the_table');
  END IF;
  -- Two sessions at once do not read past each other: every command holds the application already.
  SELECT * INTO a FROM "Application" WHERE id = NEW."applicationId" FOR NO KEY UPDATE;
  SELECT e."toState" INTO stood FROM "AuditEvent" e
    WHERE e."applicationId" = NEW."applicationId" AND e.action IS NOT NULL AND e.id < NEW.id ORDER BY e.id DESC LIMIT 1;
  IF stood <> NEW."fromState" OR EXISTS (SELECT FROM "AuditEvent" e
      WHERE e."applicationId" = NEW."applicationId" AND e.action IS NOT NULL AND e.id > NEW.id) THEN
    PERFORM refuse_change('AuditEvent_step_goes_on');
  END IF;
  problem := application_problem(a);
  IF problem IS NULL AND NEW."fromState" = 'OFFERED' AND a.state = 'ACTIVE' AND a."approvedCents" <> (
      SELECT coalesce(sum("committedCents"), 0) FROM "ApplicationFunding" f WHERE f."applicationId" = a.id) THEN
    problem := 'Application_committed_as_approved';
  END IF;
  IF problem IS NOT NULL THEN
    PERFORM refuse_change(problem);
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER step_holds AFTER INSERT ON "AuditEvent" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.action IS NOT NULL) EXECUTE FUNCTION step_holds();

-- An application begins as a draft. Its state changes with a step from the old one to the new one, and the columns named
-- here with a step that may change them.
CREATE FUNCTION begins_as_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.state <> 'DRAFT' OR NEW."versionNumber" <> 0
    OR num_nonnulls(NEW."recommendedCents", NEW."approvedCents", NEW."heldAt", NEW."changesDueAt", NEW."submittedAt",
      NEW."signOffFrom", NEW."criteriaVersion") > 0 THEN
    PERFORM refuse_change('Application_begins_as_draft');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER begins_as_draft BEFORE INSERT ON "Application" FOR EACH ROW EXECUTE FUNCTION begins_as_draft();

CREATE FUNCTION application_by_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  taken "AuditEvent" := step_now(NEW.id);
  changed text;
BEGIN
  IF NEW.state <> OLD.state
    AND (taken."fromState" IS DISTINCT FROM OLD.state OR taken."toState" IS DISTINCT FROM NEW.state)
    OR NEW.state = OLD.state AND NEW."stateSince" <> OLD."stateSince" THEN
    PERFORM refuse_change('Application_by_step');
  END IF;
  SELECT key INTO changed FROM jsonb_each(to_jsonb(NEW)) new_one JOIN jsonb_each(to_jsonb(OLD)) old_one USING (key)
    WHERE new_one.value <> old_one.value AND key = ANY (TG_ARGV) AND NOT may_change(taken, key) LIMIT 1;
  IF changed IS NOT NULL THEN
    PERFORM refuse_change('Application_by_step', not_in_row(taken, changed));
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER application_by_step AFTER UPDATE OF state, "stateSince", "signOffFrom", "versionNumber",
  "submittedAt", "criteriaVersion", "heldAt", "changesDueAt", "recommendedCents", "approvedCents" ON "Application"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION application_by_step('signOffFrom', 'versionNumber',
  'submittedAt', 'criteriaVersion', 'heldAt', 'changesDueAt', 'recommendedCents', 'approvedCents');

-- What an agency asks for, and for when, is its own to write as long as the application is with it.
CREATE FUNCTION requested_by_agency() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  stands "State";
BEGIN
  IF TG_TABLE_NAME = 'Application' THEN
    stands := OLD.state;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT state INTO stands FROM "Application" WHERE id = OLD."applicationId";
  ELSE
    SELECT state INTO stands FROM "Application" WHERE id = NEW."applicationId";
  END IF;
  IF stands NOT IN ('DRAFT', 'SIGN_OFF', 'CHANGES_REQUESTED') THEN
    PERFORM refuse_change('Application_requested_by_agency');
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER requested_by_agency AFTER UPDATE OF "requestedCents", "startsOn", "endsOn" ON "Application" FOR EACH ROW
  WHEN ((OLD."requestedCents", OLD."startsOn", OLD."endsOn") IS DISTINCT FROM (NEW."requestedCents", NEW."startsOn", NEW."endsOn"))
  EXECUTE FUNCTION requested_by_agency();
CREATE TRIGGER requested_by_agency AFTER INSERT OR UPDATE ON "Phasing" FOR EACH ROW WHEN (NEW.kind = 'REQUESTED')
  EXECUTE FUNCTION requested_by_agency();
CREATE TRIGGER requested_by_agency_deleted AFTER DELETE ON "Phasing" FOR EACH ROW WHEN (OLD.kind = 'REQUESTED')
  EXECUTE FUNCTION requested_by_agency();
CREATE TRIGGER requested_by_agency AFTER INSERT OR UPDATE OR DELETE ON "ApplicationCategory" FOR EACH ROW
  EXECUTE FUNCTION requested_by_agency();

-- Rows that a step makes and changes: by one that may change them, whose name for them is that of the table.
CREATE FUNCTION changed_by_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  taken "AuditEvent" := step_now(NEW."applicationId");
BEGIN
  IF NOT may_change(taken, TG_TABLE_NAME) THEN
    PERFORM refuse_change(TG_TABLE_NAME || '_by_step', not_in_row(taken, TG_TABLE_NAME));
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT OR UPDATE ON "Recommendation" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "BudgetCheck" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "Decision" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT OR UPDATE ON "Offer" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT OR UPDATE ON "Arrangement" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT OR UPDATE OF state, "dueOn", "spentCents", "submittedAt", "answeredAt"
  ON "Report" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT OR UPDATE ON "Acquittal" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "PreparedAcquittal" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT OR UPDATE ON "Claim" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "Payment" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "Recovery" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
-- One that a carry-forward agreed was confirmed with that.
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT OR UPDATE ON "Variation" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."changeId" IS NULL) EXECUTE FUNCTION changed_by_step();
-- An interest recuses an assessor, and its clearing lets them go on, without a step.
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "Assessment" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step_later AFTER UPDATE ON "Assessment" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.status <> NEW.status AND NOT (OLD.status IN ('ASSIGNED', 'RECUSED') AND NEW.status IN ('ASSIGNED', 'RECUSED'))
    OR (OLD."dueOn", OLD."completedAt", OLD."versionNumber", OLD."setAsideAt", OLD."setAsideById", OLD."setAsideReason")
      IS DISTINCT FROM (NEW."dueOn", NEW."completedAt", NEW."versionNumber", NEW."setAsideAt", NEW."setAsideById", NEW."setAsideReason"))
  EXECUTE FUNCTION changed_by_step();
-- That what they had assessed still counts.
CREATE CONSTRAINT TRIGGER changed_by_step AFTER UPDATE ON "LaterInterest" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD."keptAt", OLD."keptById", OLD."keptReason") IS DISTINCT FROM (NEW."keptAt", NEW."keptById", NEW."keptReason"))
  EXECUTE FUNCTION changed_by_step();

-- How an amount is split changes with a step, or with what a carry-forward or its correction moves in the ledger; it is what
-- is set aside.
CREATE FUNCTION phased_by_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  a "Application";
  taken "AuditEvent";
  problem text;
BEGIN
  SELECT * INTO a FROM "Application" WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD."applicationId" ELSE NEW."applicationId" END;
  taken := step_now(a.id);
  IF NOT may_change(taken, 'Phasing') AND NOT EXISTS (SELECT FROM "LedgerEntry" l
      WHERE l."applicationId" = a.id AND l."changeId" IS NOT NULL AND l.xmin = pg_current_xact_id()::xid) THEN
    PERFORM refuse_change('Phasing_by_step', not_in_row(taken, 'Phasing'));
  END IF;
  problem := phasing_problem(a);
  IF problem IS NOT NULL THEN
    PERFORM refuse_change(problem);
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER phased_by_step AFTER INSERT OR UPDATE ON "Phasing" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind <> 'REQUESTED') EXECUTE FUNCTION phased_by_step();
CREATE CONSTRAINT TRIGGER phased_by_step_deleted AFTER DELETE ON "Phasing" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.kind <> 'REQUESTED') EXECUTE FUNCTION phased_by_step();
