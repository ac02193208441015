-- Rounds and their criteria, agencies, the texts of letters, a year's cut-off day, what two people change, who looks after an
-- application and which files it has change with the event that says so, by somebody who may.

-- The event of this transaction about what a row is about, which may also name the row's application; by somebody who holds one
-- of the offices and is of the row's agency, if it has one. No offices: a timed job. TG_ARGV: what the event is about and the
-- column that says which one, or its name, or nothing; the events; the offices; the column that says who did it.
CREATE FUNCTION as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
    OR taker.side = 'AGENCY' AND changed ->> 'agencyId' <> taker."agencyId"::text
    OR TG_NARGS > 4 AND changed ->> TG_ARGV[4] IS DISTINCT FROM e."actorId"::text THEN
    PERFORM refuse_change(TG_TABLE_NAME || '_as_recorded', TG_ARGV[2]);
  END IF;
  RETURN NULL;
END
$$;

-- ---------------------------------------------------------------- settings

CREATE CONSTRAINT TRIGGER as_recorded AFTER INSERT OR UPDATE ON "Round" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION as_recorded('round', 'id', '{round.created,round.changed,round.criteriaChanged}', '{DESK}');
CREATE CONSTRAINT TRIGGER as_recorded AFTER INSERT ON "Criterion" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION as_recorded('round', 'roundId', '{round.created,round.criteriaChanged}', '{DESK}');
-- Those that the portal begins with are nobody's.
CREATE CONSTRAINT TRIGGER as_recorded AFTER UPDATE ON "Agency" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION as_recorded('agency', 'id', '{agency.changed}', '{DESK}');
CREATE CONSTRAINT TRIGGER as_recorded AFTER INSERT ON "LetterTemplate" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.number > 1) EXECUTE FUNCTION as_recorded('letter', 'kind', '{letter.saved}', '{DESK}', 'savedById');
CREATE CONSTRAINT TRIGGER as_recorded AFTER INSERT ON "ConditionList" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.number > 1) EXECUTE FUNCTION as_recorded('conditions', 'library', '{conditions.saved}', '{DESK}', 'savedById');
CREATE CONSTRAINT TRIGGER as_recorded AFTER UPDATE ON "FinancialYear" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD."cutoffOn" IS DISTINCT FROM NEW."cutoffOn")
  EXECUTE FUNCTION as_recorded('year', 'startYear', '{year.cutoffSet}', '{BUDGET}');
CREATE CONSTRAINT TRIGGER as_recorded AFTER INSERT ON "Expectation" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION as_recorded('', '', '{expectation.noted}', '{BUDGET}', 'notedById');
-- Places, regions, focus areas and purpose codes are the portal's own lists.
REVOKE UPDATE ON "Place", "Region", "FocusArea", "PurposeCode" FROM psf_app;

-- ---------------------------------------------------------------- what two people change

-- Each of the two holds an office for it, and says so.
CREATE FUNCTION change_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  said text := CASE WHEN TG_OP = 'INSERT' THEN 'change.asked' WHEN NEW.state = OLD.state THEN 'change.applied'
    ELSE 'change.' || lower(NEW.state::text) END;
  who uuid := CASE said WHEN 'change.asked' THEN NEW."askedById" WHEN 'change.applied' THEN NULL ELSE NEW."settledById" END;
  offices "Role"[] := CASE WHEN NEW.kind = 'DELEGATION' THEN '{ADMINISTRATOR}'
    WHEN NEW.kind = 'STEP' OR said IN ('change.asked', 'change.withdrawn') THEN '{BUDGET}' ELSE '{BUDGET,APPROVER}' END;
  e "AuditEvent" := recorded_now(ARRAY[said], 'change:' || NEW.id);
BEGIN
  IF e.id IS NULL OR e."actorId" IS DISTINCT FROM who OR who IS NOT NULL AND NOT holds(who, VARIADIC offices) THEN
    PERFORM refuse_change('ChangeRequest_as_recorded', said);
  END IF;
  RETURN NULL;
END
$$;
-- After what a change itself has to be (applied_is_delegated, applied_is_entered): triggers fire in the order of their names.
CREATE CONSTRAINT TRIGGER change_as_recorded AFTER INSERT OR UPDATE ON "ChangeRequest" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION change_as_recorded();

-- ---------------------------------------------------------------- who looks after an application

-- The portal names somebody when an application is submitted, or when an interest recuses who did; anybody else is named by
-- the desk or an administrator.
CREATE FUNCTION handed_over_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "AuditEvent" e WHERE e."applicationId" = NEW."applicationId" AND e.xmin = pg_current_xact_id()::xid
    AND CASE WHEN NEW."byId" IS NULL THEN e."toState" = 'SUBMITTED' OR e.event = 'interest.learned'
      ELSE e.event = 'application.handedOver' AND e."actorId" = NEW."byId" AND e.data ->> 'to' = NEW."personId"::text
        AND holds(NEW."byId", 'DESK', 'ADMINISTRATOR') END) THEN
    PERFORM refuse_change('DeskOfficer_as_recorded');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER handed_over_as_recorded AFTER INSERT ON "DeskOfficer" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION handed_over_as_recorded();

-- ---------------------------------------------------------------- files

CREATE CONSTRAINT TRIGGER as_recorded AFTER INSERT ON "Document" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION as_recorded('document', 'id', '{document.added}', '{CONTRIBUTOR,FINANCE}', 'uploadedById');
CREATE CONSTRAINT TRIGGER as_recorded AFTER INSERT ON "ApplicationDocument" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION as_recorded('document', 'documentId', '{document.added,document.reused}', '{CONTRIBUTOR,FINANCE}', 'addedById');
CREATE CONSTRAINT TRIGGER as_recorded_removed AFTER UPDATE ON "ApplicationDocument" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION as_recorded('document', 'documentId', '{document.removed}', '{CONTRIBUTOR,FINANCE}', 'removedById');

-- A file waits for the malware scan or is not scanned at all; the scan says once what came of it.
CREATE FUNCTION scanned_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW."scanState" NOT IN ('WAITING', 'NOT_SCANNED') OR TG_OP = 'UPDATE' AND OLD."scanState" <> 'WAITING' THEN
    PERFORM refuse_change('Document_scanned_once');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER scanned_once BEFORE INSERT OR UPDATE ON "Document" FOR EACH ROW EXECUTE FUNCTION scanned_once();
CREATE CONSTRAINT TRIGGER as_recorded_scanned AFTER UPDATE ON "Document" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION as_recorded('document', 'id', '{document.scanned,document.refused}', '{}');
