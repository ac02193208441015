-- A person moves to another agency. What they did before stays with the agency that they did it for: these rows tie a person to the
-- agency that they were of on its day, and no more to the one that they are of now.
ALTER TABLE "Duty" DROP CONSTRAINT "Duty_personId_agencyId_fkey";
ALTER TABLE "Comment" DROP CONSTRAINT "Comment_authorId_agencyId_fkey", DROP CONSTRAINT "Comment_doneById_agencyId_fkey";
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "Comment_doneById_fkey" FOREIGN KEY ("doneById") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Whoever a row names is of the row's agency when it is written. TG_ARGV: the columns that name somebody.
CREATE FUNCTION of_their_agency() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  before jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
  who text;
BEGIN
  FOREACH who IN ARRAY TG_ARGV LOOP
    IF NEW."agencyId" IS NOT NULL AND to_jsonb(NEW) ->> who IS DISTINCT FROM before ->> who AND to_jsonb(NEW) ->> who IS NOT NULL
      AND NOT EXISTS (SELECT FROM "Person" p WHERE p.id = (to_jsonb(NEW) ->> who)::uuid AND p."agencyId" = NEW."agencyId") THEN
      PERFORM refuse_change(TG_TABLE_NAME || '_of_their_agency', who);
    END IF;
  END LOOP;
  RETURN NEW;
END
$$;
CREATE TRIGGER of_their_agency BEFORE INSERT ON "Duty" FOR EACH ROW EXECUTE FUNCTION of_their_agency('personId');
CREATE TRIGGER of_their_agency BEFORE INSERT OR UPDATE ON "Comment" FOR EACH ROW EXECUTE FUNCTION of_their_agency('authorId', 'doneById');

-- The desk or an administrator moves somebody, with the event that says where to.
GRANT UPDATE ("agencyId") ON "Person" TO psf_app;
CREATE FUNCTION moved_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  e "AuditEvent" := recorded_now(ARRAY['person.moved'], 'person:' || NEW.id);
BEGIN
  IF NOT coalesce(holds(e."actorId", 'DESK', 'ADMINISTRATOR'), false) OR e."actorId" = NEW.id OR NEW.side <> 'AGENCY'
    OR e.data #>> '{after,agencyId}' IS DISTINCT FROM NEW."agencyId"::text THEN
    PERFORM refuse_change('Person_moved_as_recorded');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER moved_as_recorded AFTER UPDATE ON "Person" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD."agencyId" IS DISTINCT FROM NEW."agencyId") EXECUTE FUNCTION moved_as_recorded();
