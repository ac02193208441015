-- A person's address changes with the event that says so, by somebody who keeps their account. What they did stays theirs.
GRANT UPDATE (email) ON "Person" TO psf_app;
CREATE FUNCTION address_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  e "AuditEvent" := recorded_now(ARRAY['person.addressChanged'], 'person:' || NEW.id);
BEGIN
  IF NOT keeps_account(e."actorId", NEW) OR e.data #>> '{after,email}' IS DISTINCT FROM NEW.email THEN
    PERFORM refuse_change('Person_address_as_recorded');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER address_as_recorded AFTER UPDATE ON "Person" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.email IS DISTINCT FROM NEW.email) EXECUTE FUNCTION address_as_recorded();

-- Search finds a person by an address that they had.
CREATE INDEX "AuditEvent_address_changed" ON "AuditEvent" (subject, (data #>> '{before,email}')) WHERE event = 'person.addressChanged';
