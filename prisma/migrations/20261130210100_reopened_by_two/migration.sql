-- What was under way and has ended is reopened by two people: one asks, and another confirms what is still asked for.
CREATE FUNCTION reopened_by_two() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  last "AuditEvent";
BEGIN
  SELECT * INTO last FROM "AuditEvent" e WHERE e."applicationId" = NEW."applicationId" AND e.id < NEW.id
    AND (e.action IN ('askToReopen', 'declineReopening') OR e."toState" <> e."fromState") ORDER BY e.id DESC LIMIT 1;
  IF last.action IS DISTINCT FROM 'askToReopen' OR last."actorId" IS NULL OR NEW."actorId" IS NULL
    OR last."actorId" = NEW."actorId" THEN
    PERFORM refuse_change('AuditEvent_reopened_by_two');
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER reopened_by_two AFTER INSERT ON "AuditEvent"
  FOR EACH ROW WHEN (NEW.action = 'confirmReopening') EXECUTE FUNCTION reopened_by_two();

-- A report that ended stays ended, except one that a termination cancelled, while that is taken back.
CREATE FUNCTION keep_ended_report() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.state IN ('ACCEPTED', 'CANCELLED') AND NEW.state <> OLD.state AND NOT (
      OLD.state = 'CANCELLED' AND NEW.state IN ('DUE', 'RETURNED')
      AND EXISTS (SELECT FROM "Application" a WHERE a.id = OLD."applicationId" AND a.state = 'TERMINATED')) THEN
    RAISE EXCEPTION 'Report has ended: % stays', OLD.state USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
DROP TRIGGER keep_ended ON "Report";
CREATE TRIGGER keep_ended BEFORE UPDATE ON "Report" FOR EACH ROW EXECUTE FUNCTION keep_ended_report();
