-- The desk reopens a report that it accepted in error: it counts as submitted again.
CREATE OR REPLACE FUNCTION keep_ended_report() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.state IN ('ACCEPTED', 'CANCELLED') AND NEW.state <> OLD.state AND NOT (
      OLD.state = 'CANCELLED' AND NEW.state IN ('DUE', 'RETURNED')
      AND EXISTS (SELECT FROM "Application" a WHERE a.id = OLD."applicationId" AND a.state = 'TERMINATED'))
    AND NOT (OLD.state = 'ACCEPTED' AND NEW.state = 'SUBMITTED') THEN
    RAISE EXCEPTION 'Report has ended: % stays', OLD.state USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE FUNCTION reopened_by_its_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (step_now(NEW."applicationId")).action IS DISTINCT FROM 'reopenReport' THEN
    PERFORM refuse_change('Report_reopened_by_its_step');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER reopened_by_its_step AFTER UPDATE ON "Report" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.state = 'ACCEPTED' AND NEW.state <> 'ACCEPTED') EXECUTE FUNCTION reopened_by_its_step();
