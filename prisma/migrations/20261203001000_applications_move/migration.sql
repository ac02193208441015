-- An application moves to another agency, which takes over its work or a part of it. What was done for the agency before stays with
-- it: these rows tie an application to the agency that it was of on their day, and no more to the one that it is of now.
ALTER TABLE "Duty" DROP CONSTRAINT "Duty_applicationId_agencyId_fkey";
ALTER TABLE "ApplicationDocument" DROP CONSTRAINT "ApplicationDocument_applicationId_agencyId_fkey",
  ADD CONSTRAINT "ApplicationDocument_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Comment" DROP CONSTRAINT "Comment_applicationId_agencyId_fkey",
  ADD CONSTRAINT "Comment_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Claim" DROP CONSTRAINT "Claim_applicationId_agencyId_fkey",
  ADD CONSTRAINT "Claim_of_application_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
DROP INDEX "Application_id_agencyId_key";

-- A row is of the agency that its application is of when it is written, and stays so.
CREATE FUNCTION of_its_agency() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW."agencyId" IS DISTINCT FROM OLD."agencyId" OR TG_OP = 'INSERT' AND NEW."agencyId" IS NOT NULL
    AND NEW."agencyId" IS DISTINCT FROM (SELECT a."agencyId" FROM "Application" a WHERE a.id = NEW."applicationId" FOR SHARE) THEN
    PERFORM refuse_change(TG_TABLE_NAME || '_of_its_agency');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER of_its_agency BEFORE INSERT OR UPDATE OF "agencyId" ON "Duty" FOR EACH ROW EXECUTE FUNCTION of_its_agency();
CREATE TRIGGER of_its_agency BEFORE INSERT OR UPDATE OF "agencyId" ON "ApplicationDocument" FOR EACH ROW EXECUTE FUNCTION of_its_agency();
CREATE TRIGGER of_its_agency BEFORE INSERT OR UPDATE OF "agencyId" ON "Comment" FOR EACH ROW EXECUTE FUNCTION of_its_agency();
CREATE TRIGGER of_its_agency BEFORE INSERT OR UPDATE OF "agencyId" ON "Claim" FOR EACH ROW EXECUTE FUNCTION of_its_agency();

-- Whoever a row names is, when they are named, of the agency that the application is of.
CREATE OR REPLACE FUNCTION of_their_agency() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  before jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
  who text;
BEGIN
  FOREACH who IN ARRAY TG_ARGV LOOP
    IF NEW."agencyId" IS NOT NULL AND to_jsonb(NEW) ->> who IS DISTINCT FROM before ->> who AND to_jsonb(NEW) ->> who IS NOT NULL
      AND NOT EXISTS (SELECT FROM "Person" p JOIN "Application" a ON a."agencyId" = p."agencyId"
        WHERE p.id = (to_jsonb(NEW) ->> who)::uuid AND a.id = NEW."applicationId") THEN
      PERFORM refuse_change(TG_TABLE_NAME || '_of_their_agency', who);
    END IF;
  END LOOP;
  RETURN NEW;
END
$$;

-- As before, but somebody of an agency changes what belongs to an application of their agency, whichever agency added it.
CREATE OR REPLACE FUNCTION as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  changed jsonb := to_jsonb(NEW);
  offices "Role"[] := TG_ARGV[3];
  e "AuditEvent";
  taker "Person";
BEGIN
  SELECT * INTO e FROM "AuditEvent" one WHERE one.event = ANY (TG_ARGV[2]::text[]) AND one.xmin = pg_current_xact_id()::xid
    AND one.subject IS NOT DISTINCT FROM nullif(concat(TG_ARGV[0], ':', coalesce(changed ->> TG_ARGV[1], TG_ARGV[1])), ':')
    AND (changed ->> 'applicationId' IS NULL OR one."applicationId" = (changed ->> 'applicationId')::uuid)
    ORDER BY one.id DESC LIMIT 1;
  SELECT * INTO taker FROM "Person" WHERE id = e."actorId";
  IF e.id IS NULL
    OR cardinality(offices) = 0 AND e."actorId" IS NOT NULL
    OR cardinality(offices) > 0 AND NOT holds(e."actorId", VARIADIC offices)
    OR taker.side = 'AGENCY' AND taker."agencyId"::text <> coalesce((SELECT a."agencyId"::text FROM "Application" a
      WHERE a.id = (changed ->> 'applicationId')::uuid), changed ->> 'agencyId')
    OR TG_NARGS > 4 AND changed ->> TG_ARGV[4] IS DISTINCT FROM e."actorId"::text THEN
    PERFORM refuse_change(TG_TABLE_NAME || '_as_recorded', TG_ARGV[2]);
  END IF;
  RETURN NULL;
END
$$;

GRANT UPDATE ("agencyId") ON "Application" TO psf_app;
-- The desk moves an application, with the event that says from where to where.
CREATE FUNCTION application_moved_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  e "AuditEvent" := recorded_now(ARRAY['application.moved'], NULL, NEW.id);
BEGIN
  IF NOT coalesce(holds(e."actorId", 'DESK'), false) OR e.reason IS NULL
    OR e.data #>> '{from,id}' IS DISTINCT FROM OLD."agencyId"::text OR e.data #>> '{to,id}' IS DISTINCT FROM NEW."agencyId"::text
    OR NOT (SELECT y."isActive" FROM "Agency" y WHERE y.id = NEW."agencyId") THEN
    PERFORM refuse_change('Application_moved_as_recorded');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER moved_as_recorded AFTER UPDATE ON "Application" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD."agencyId" IS DISTINCT FROM NEW."agencyId") EXECUTE FUNCTION application_moved_as_recorded();

-- An invoice is claimed once, also where the first claim was of an application that has moved since.
CREATE OR REPLACE FUNCTION claim_invoice_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW."sharesInvoice" OR EXISTS (SELECT FROM "Claim" c JOIN "Application" a ON a.id = c."applicationId"
    WHERE (c."agencyId" = NEW."agencyId" AND c."sharesInvoice" OR c."agencyId" <> NEW."agencyId" AND a."agencyId" = NEW."agencyId")
    AND c.state NOT IN ('RETURNED', 'CANCELLED') AND invoice_key(c."invoiceNumber") = invoice_key(NEW."invoiceNumber")) THEN
    RAISE EXCEPTION 'Claim_invoice_once' USING ERRCODE = 'unique_violation', CONSTRAINT = 'Claim_invoice_once';
  END IF;
  RETURN NEW;
END
$$;
