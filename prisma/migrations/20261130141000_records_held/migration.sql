-- What was completed, recommended, offered or decided stays as it was written: the portal's own login cannot change it.

-- ---------------------------------------------------------------- scores

-- A hash of the scores and comments of an assessment as it was completed.
ALTER TABLE "Assessment" ADD COLUMN "seal" TEXT;
CREATE FUNCTION scores_seal(application uuid, assessor uuid) RETURNS text LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT encode(sha256(convert_to(coalesce(string_agg(
    concat_ws(' ', s."criterionId", coalesce(s.score, -1), length(s.comment), s.comment), E'\n' ORDER BY s."criterionId"), ''), 'UTF8')), 'hex')
  FROM "AssessmentScore" s WHERE s."applicationId" = application AND s."assessorId" = assessor
$$;
UPDATE "Assessment" SET seal = scores_seal("applicationId", "assessorId") WHERE status = 'COMPLETE';

-- Scores are written while the assessment is open to its assessor, and completing it seals them.
CREATE FUNCTION scored_while_assigned() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  stands "AssessmentStatus";
BEGIN
  SELECT status INTO stands FROM "Assessment"
    WHERE "applicationId" = NEW."applicationId" AND "assessorId" = NEW."assessorId" FOR SHARE;
  IF stands <> 'ASSIGNED' THEN
    PERFORM refuse_change('AssessmentScore_while_assigned');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER scored_while_assigned BEFORE INSERT OR UPDATE ON "AssessmentScore"
  FOR EACH ROW EXECUTE FUNCTION scored_while_assigned();
CREATE FUNCTION seal_scores() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.seal := CASE
    WHEN NEW.status = 'ASSIGNED' THEN NULL
    WHEN TG_OP = 'UPDATE' AND (NEW.status <> 'COMPLETE' OR OLD.status IN ('COMPLETE', 'SET_ASIDE')) THEN OLD.seal
    WHEN NEW.status = 'COMPLETE' THEN scores_seal(NEW."applicationId", NEW."assessorId") END;
  RETURN NEW;
END
$$;
CREATE TRIGGER seal_scores BEFORE INSERT OR UPDATE ON "Assessment" FOR EACH ROW EXECUTE FUNCTION seal_scores();

CREATE FUNCTION agreed_in_moderation() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  stands "State";
BEGIN
  SELECT state INTO stands FROM "Application" WHERE id = NEW."applicationId" FOR SHARE;
  IF stands <> 'MODERATION' THEN
    PERFORM refuse_change('AgreedScore_in_moderation');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER agreed_in_moderation BEFORE INSERT OR UPDATE ON "AgreedScore"
  FOR EACH ROW EXECUTE FUNCTION agreed_in_moderation();

-- ---------------------------------------------------------------- budget checks and offers

-- A recommendation's budget is confirmed once.
CREATE UNIQUE INDEX "BudgetCheck_one_confirmed" ON "BudgetCheck" ("recommendationId") WHERE "isConfirmed";
-- An offer is accepted by its last day, and lapses after it. What was answered before this stands.
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_answered_in_time" CHECK (
  CASE outcome WHEN 'ACCEPTED' THEN "answeredAt" <= "dueAt" WHEN 'LAPSED' THEN "answeredAt" > "dueAt" ELSE true END) NOT VALID;

-- ---------------------------------------------------------------- columns that nobody changes

-- The portal may change every column of these tables but those that say what a row is and who made it. A column that is
-- added later is granted by its own migration.
DO $$
DECLARE
  kept record;
  columns text;
BEGIN
  FOR kept IN SELECT * FROM (VALUES
    ('Application', ARRAY['id', 'reference', 'agencyId', 'roundId', 'createdById', 'createdAt']),
    ('ApplicationSection', ARRAY['applicationId', 'section', 'words']),
    ('ScreeningAnswer', ARRAY['applicationId', 'versionNumber', 'position']),
    ('InterestDeclaration', ARRAY['applicationId', 'personId']),
    ('Assessment', ARRAY['applicationId', 'assessorId', 'duty', 'seal']),
    ('AssessmentScore', ARRAY['applicationId', 'assessorId', 'criterionId']),
    ('AgreedScore', ARRAY['applicationId', 'criterionId']),
    ('Recommendation', ARRAY['id', 'applicationId', 'outcome', 'amountCents', 'conditions', 'rationale', 'exceptionReason',
      'recommendedById', 'duty', 'recommendedAt']),
    ('Offer', ARRAY['id', 'applicationId', 'amountCents', 'letterId', 'sentById', 'sentAt']),
    ('Arrangement', ARRAY['applicationId', 'startsOn', 'acceptedAt']),
    ('Report', ARRAY['id', 'applicationId', 'number', 'kind']),
    ('Round', ARRAY['id', 'createdAt']),
    ('Agency', ARRAY['id']),
    ('Person', ARRAY['id', 'email', 'side', 'agencyId', 'createdAt']),
    ('Email', ARRAY['id', 'applicationId', 'to', 'subject', 'createdAt', 'isSecret']))
    AS one (name, keeps)
  LOOP
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
      WHERE attrelid = quote_ident(kept.name)::regclass AND attnum > 0 AND NOT attisdropped AND attname::text <> ALL (kept.keeps);
    EXECUTE format('REVOKE UPDATE ON %I FROM psf_app', kept.name);
    EXECUTE format('GRANT UPDATE (%s) ON %I TO psf_app', columns, kept.name);
  END LOOP;
  -- The order of the audit trail is the database's.
  SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
    WHERE attrelid = '"AuditEvent"'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id';
  REVOKE INSERT ON "AuditEvent" FROM psf_app;
  EXECUTE format('GRANT INSERT (%s) ON "AuditEvent" TO psf_app', columns);
END
$$;
-- These rows are made and deleted, and never changed.
REVOKE UPDATE ON "PersonRole", "ApplicationPlace", "ApplicationFocusArea", "ApplicationCategory", "Phasing" FROM psf_app;
