-- An administrator who takes an assessor’s role away, or ends their account, may hand an open assessment over in the same form: no
-- step of the application, but as its event says. From somebody who can no longer assess, to an assessor with no other part in it.
CREATE FUNCTION assessment_handed_over(one "Assessment", before "AssessmentStatus") RETURNS uuid LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT e."actorId" FROM "AuditEvent" e
  WHERE e."applicationId" = one."applicationId" AND e.xmin = pg_current_xact_id()::xid
    AND e.event = 'application.assessmentHandedOver' AND holds(e."actorId", 'ADMINISTRATOR')
    AND (e.data ->> 'from' = one."assessorId"::text AND before = 'ASSIGNED' AND one.status = 'UNASSIGNED'
        AND NOT holds(one."assessorId", 'ASSESSOR')
      OR e.data ->> 'to' = one."assessorId"::text AND coalesce(before, 'UNASSIGNED') = 'UNASSIGNED' AND one.status = 'ASSIGNED'
        AND holds(one."assessorId", 'ASSESSOR'))
  LIMIT 1
$$;

CREATE OR REPLACE FUNCTION changed_by_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  taken "AuditEvent" := step_now(NEW."applicationId");
  what text := coalesce(TG_ARGV[0], TG_TABLE_NAME);
BEGIN
  IF NOT may_change(taken, what) THEN
    IF TG_TABLE_NAME = 'Assessment' THEN
      IF assessment_handed_over(NEW, CASE TG_OP WHEN 'UPDATE' THEN OLD.status END) IS NOT NULL THEN
        RETURN NULL;
      END IF;
    END IF;
    PERFORM refuse_change(TG_TABLE_NAME || '_by_step', not_in_row(taken, what));
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION who_took_the_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  taken "AuditEvent" := step_now(NEW."applicationId");
  actor uuid := taken."actorId";
  before jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
  named text;
  who text;
BEGIN
  IF TG_TABLE_NAME = 'Assessment' THEN
    actor := coalesce(actor, assessment_handed_over(NEW, CASE TG_OP WHEN 'UPDATE' THEN OLD.status END));
  END IF;
  FOREACH named IN ARRAY TG_ARGV LOOP
    who := to_jsonb(NEW) ->> ltrim(named, '=');
    IF who IS DISTINCT FROM actor::text AND who IS NOT NULL
      AND (named LIKE '=%' OR who IS DISTINCT FROM before ->> named) THEN
      PERFORM refuse_change(TG_TABLE_NAME || '_by_who_took_the_step', ltrim(named, '='));
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
