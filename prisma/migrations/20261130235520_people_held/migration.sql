-- Who holds which role, who has left, what an adviser is tied to, who decides for whom and what interests there are change with
-- the event that says so, by somebody who may.

-- The event of this transaction that says what was done to somebody, or by them to an application.
CREATE FUNCTION recorded_now(events text[], about text, application uuid DEFAULT NULL) RETURNS "AuditEvent" LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT e FROM "AuditEvent" e WHERE e.event = ANY (events) AND e.xmin = pg_current_xact_id()::xid
    AND e.subject IS NOT DISTINCT FROM about AND e."applicationId" IS NOT DISTINCT FROM application
  ORDER BY e.id DESC LIMIT 1
$$;
CREATE FUNCTION holds(person uuid, VARIADIC offices "Role"[]) RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM "PersonRole" r JOIN "Person" p ON p.id = r."personId" AND p."endedAt" IS NULL
    WHERE p.id = person AND r.role = ANY (offices))
$$;
-- Administrators keep everybody's account, the desk those of agencies, and a certifier those of their own; nobody their own.
CREATE FUNCTION keeps_account(keeper uuid, kept "Person") RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT coalesce(keeper <> kept.id AND (holds(keeper, 'ADMINISTRATOR') OR kept.side = 'AGENCY' AND (holds(keeper, 'DESK')
    OR holds(keeper, 'CERTIFIER') AND kept."agencyId" = (SELECT k."agencyId" FROM "Person" k WHERE k.id = keeper))), false)
$$;

-- ---------------------------------------------------------------- roles and accounts

CREATE FUNCTION roles_of(person uuid) RETURNS text[] LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(r.role::text ORDER BY r.role::text), '{}') FROM "PersonRole" r WHERE r."personId" = person
$$;
-- What an event about somebody says that their roles are from then on.
CREATE FUNCTION roles_in(e "AuditEvent") RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(one ORDER BY one), '{}')
  FROM jsonb_array_elements_text(coalesce(e.data -> 'after' -> 'roles', e.data -> 'roles')) one
$$;
-- Where there is one administrator or none, another is made from outside of the portal (`npm run admin`).
CREATE FUNCTION roles_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  person uuid := CASE TG_OP WHEN 'DELETE' THEN OLD."personId" ELSE NEW."personId" END;
  e "AuditEvent" := recorded_now(ARRAY['person.created', 'person.changed'], 'person:' || person);
BEGIN
  IF e.id IS NULL OR roles_in(e) <> roles_of(person) OR (CASE WHEN e."actorId" IS NULL
      THEN roles_of(person) <> '{ADMINISTRATOR}' OR (SELECT count(*) FROM "PersonRole" r JOIN "Person" p ON p.id = r."personId"
        AND p."endedAt" IS NULL WHERE r.role = 'ADMINISTRATOR') > 2
      ELSE NOT keeps_account(e."actorId", (SELECT p FROM "Person" p WHERE p.id = person)) END) THEN
    PERFORM refuse_change('PersonRole_as_recorded');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER roles_as_recorded AFTER INSERT OR DELETE ON "PersonRole" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION roles_as_recorded();

CREATE FUNCTION person_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  said text := CASE WHEN (NEW."endedAt" IS NULL) <> (OLD."endedAt" IS NULL)
    THEN CASE WHEN NEW."endedAt" IS NULL THEN 'person.restored' ELSE 'person.ended' END ELSE 'person.changed' END;
  e "AuditEvent" := recorded_now(ARRAY[said], 'person:' || NEW.id);
BEGIN
  -- Their own name is theirs to correct.
  IF NOT (keeps_account(e."actorId", NEW) OR said = 'person.changed' AND e."actorId" IS NOT DISTINCT FROM NEW.id)
    OR said = 'person.changed' AND e.data -> 'after' ->> 'name' IS DISTINCT FROM NEW.name THEN
    PERFORM refuse_change('Person_as_recorded', said);
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER person_as_recorded AFTER UPDATE ON "Person" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.name, OLD."endedAt") IS DISTINCT FROM (NEW.name, NEW."endedAt")) EXECUTE FUNCTION person_as_recorded();

-- ---------------------------------------------------------------- advisers and deputies

-- An adviser is tied to places or to a subject, by an administrator.
CREATE FUNCTION tied_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  changed jsonb := coalesce(to_jsonb(NEW), to_jsonb(OLD));
  person uuid := coalesce(changed ->> 'personId', changed ->> 'id');
  e "AuditEvent" := recorded_now(ARRAY['adviser.changed'], 'person:' || person);
BEGIN
  IF NOT holds(e."actorId", 'ADMINISTRATOR') OR e."actorId" = person THEN
    PERFORM refuse_change('AdviserPlace_as_recorded');
  END IF;
  IF EXISTS (SELECT FROM "Person" p JOIN "AdviserPlace" t ON t."personId" = p.id WHERE p.id = person AND p."adviseOn" IS NOT NULL) THEN
    PERFORM refuse_change('AdviserPlace_or_subject');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER tied_as_recorded AFTER INSERT OR DELETE ON "AdviserPlace" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION tied_as_recorded();
CREATE CONSTRAINT TRIGGER tied_as_recorded AFTER UPDATE ON "Person" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD."adviseOn" IS DISTINCT FROM NEW."adviseOn") EXECUTE FUNCTION tied_as_recorded();

-- An approver names who decides for them, and what has ended stays so.
CREATE FUNCTION deputy_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  said text := CASE TG_OP WHEN 'INSERT' THEN 'deputy.named' ELSE 'deputy.ended' END;
  who uuid := CASE TG_OP WHEN 'INSERT' THEN NEW."approverId" ELSE NEW."endedById" END;
BEGIN
  -- With an account several may end at once.
  IF (TG_OP = 'INSERT') <> (NEW."endedAt" IS NULL) OR TG_OP = 'UPDATE' AND OLD."endedAt" IS NOT NULL
    OR NOT EXISTS (SELECT FROM "AuditEvent" e WHERE e.event = said AND e.xmin = pg_current_xact_id()::xid AND e."actorId" = who
      AND e.subject = 'person:' || NEW."approverId" AND e.data ->> 'deputyId' = NEW."deputyId"::text) THEN
    PERFORM refuse_change('Deputy_as_recorded');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER deputy_as_recorded AFTER INSERT OR UPDATE ON "Deputy" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION deputy_as_recorded();

-- ---------------------------------------------------------------- interests

-- Everybody declares for themselves; one learned of later is taken down by them or by the desk; an administrator clears it.
CREATE FUNCTION interest_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  is_later boolean := TG_TABLE_NAME = 'LaterInterest';
  about text := 'person:' || NEW."personId";
  noted uuid := to_jsonb(NEW) ->> 'notedById';
  e "AuditEvent";
BEGIN
  IF TG_OP = 'UPDATE' THEN
    e := recorded_now(ARRAY['interest.cleared'], about, NEW."applicationId");
    IF OLD."clearedAt" IS NOT NULL OR e."actorId" IS DISTINCT FROM NEW."clearedById" OR NOT holds(e."actorId", 'ADMINISTRATOR') THEN
      PERFORM refuse_change(TG_TABLE_NAME || '_as_recorded');
    END IF;
    RETURN NULL;
  END IF;
  e := recorded_now(CASE WHEN is_later THEN ARRAY['interest.learned']
      WHEN to_jsonb(NEW) ->> 'hasInterest' = 'true' THEN ARRAY['interest.declared'] ELSE ARRAY['interest.none'] END,
    CASE WHEN noted IS NOT NULL THEN about END, NEW."applicationId");
  IF e."actorId" IS DISTINCT FROM coalesce(noted, NEW."personId") OR noted IS NOT NULL AND NOT holds(noted, 'DESK')
    OR NEW."clearedAt" IS NOT NULL THEN
    PERFORM refuse_change(TG_TABLE_NAME || '_as_recorded');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER interest_as_recorded AFTER INSERT ON "InterestDeclaration" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION interest_as_recorded();
CREATE CONSTRAINT TRIGGER interest_as_recorded_cleared AFTER UPDATE ON "InterestDeclaration" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD."clearedAt", OLD."clearedById", OLD."clearReason") IS DISTINCT FROM (NEW."clearedAt", NEW."clearedById", NEW."clearReason"))
  EXECUTE FUNCTION interest_as_recorded();
CREATE CONSTRAINT TRIGGER interest_as_recorded AFTER INSERT ON "LaterInterest" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION interest_as_recorded();
CREATE CONSTRAINT TRIGGER interest_as_recorded_cleared AFTER UPDATE ON "LaterInterest" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD."clearedAt", OLD."clearedById", OLD."clearReason") IS DISTINCT FROM (NEW."clearedAt", NEW."clearedById", NEW."clearReason"))
  EXECUTE FUNCTION interest_as_recorded();
-- What was declared stays as it was on its day.
REVOKE UPDATE ("hasInterest", description, "declaredAt") ON "InterestDeclaration" FROM psf_app;
