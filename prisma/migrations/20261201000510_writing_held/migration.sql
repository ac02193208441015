-- What was signed off, submitted, stated, sent or screened changes only with a step that may change it, or while it is still to be written.

-- By a step that may change it: by the name of the table, or of what it belongs to.
CREATE OR REPLACE FUNCTION changed_by_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  taken "AuditEvent" := step_now(NEW."applicationId");
  what text := coalesce(TG_ARGV[0], TG_TABLE_NAME);
BEGIN
  IF NOT may_change(taken, what) THEN
    PERFORM refuse_change(TG_TABLE_NAME || '_by_step', not_in_row(taken, what));
  END IF;
  RETURN NULL;
END
$$;

-- ---------------------------------------------------------------- applications

-- What an agency writes of its application, with its marking, is its own to change as long as the application is with it.
DROP TRIGGER requested_by_agency ON "Application";
CREATE TRIGGER requested_by_agency AFTER UPDATE ON "Application" FOR EACH ROW
  WHEN ((OLD.title, OLD.summary, OLD.marking, OLD.endorsement, OLD."startsOn", OLD."endsOn", OLD."requestedCents", OLD."formNumber")
    IS DISTINCT FROM
    (NEW.title, NEW.summary, NEW.marking, NEW.endorsement, NEW."startsOn", NEW."endsOn", NEW."requestedCents", NEW."formNumber"))
  EXECUTE FUNCTION requested_by_agency();
CREATE TRIGGER requested_by_agency AFTER INSERT OR UPDATE ON "ApplicationSection" FOR EACH ROW
  EXECUTE FUNCTION requested_by_agency();
CREATE TRIGGER requested_by_agency AFTER INSERT OR DELETE ON "ApplicationPlace" FOR EACH ROW
  EXECUTE FUNCTION requested_by_agency();
CREATE TRIGGER requested_by_agency AFTER INSERT OR DELETE ON "ApplicationFocusArea" FOR EACH ROW
  EXECUTE FUNCTION requested_by_agency();

-- A version and its files are made by the sign-off alone.
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "ApplicationVersion" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step('versionNumber');
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT ON "ApplicationVersion" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('certifiedById');
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "VersionDocument" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step('versionNumber');

CREATE FUNCTION screened_while_submitted() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  stands "State";
BEGIN
  SELECT state INTO stands FROM "Application" WHERE id = NEW."applicationId" FOR SHARE;
  IF stands <> 'SUBMITTED' THEN
    PERFORM refuse_change('ScreeningAnswer_while_submitted');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER screened_while_submitted BEFORE INSERT OR UPDATE ON "ScreeningAnswer"
  FOR EACH ROW EXECUTE FUNCTION screened_while_submitted();

-- ---------------------------------------------------------------- letters, accounts and reports

CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "Letter" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT ON "Letter" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('sentById');
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "Accrual" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER INSERT ON "Accrual" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('statedById');
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "AcquittalLine" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step('Acquittal');

-- What a report says is the agency's to write until it is submitted; who sent and who answered it, and why, is a step's.
CREATE CONSTRAINT TRIGGER changed_by_step_written AFTER UPDATE ON "Report" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.state NOT IN ('DUE', 'RETURNED')
      AND (OLD."values", OLD."documentId", OLD."formNumber") IS DISTINCT FROM (NEW."values", NEW."documentId", NEW."formNumber")
    OR (OLD."submittedById", OLD."formHash", OLD."versionNumber", OLD."agencyName", OLD."submitterName", OLD."answeredById", OLD.reason)
      IS DISTINCT FROM
      (NEW."submittedById", NEW."formHash", NEW."versionNumber", NEW."agencyName", NEW."submitterName", NEW."answeredById", NEW.reason))
  EXECUTE FUNCTION changed_by_step();

-- When an assessment was asked for is a step's too.
CREATE CONSTRAINT TRIGGER changed_by_step_asked AFTER UPDATE ON "Assessment" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD."assignedAt" IS DISTINCT FROM NEW."assignedAt") EXECUTE FUNCTION changed_by_step();

-- ---------------------------------------------------------------- mail

-- A mail stays as it was written; a secret is blanked once it has been sent.
CREATE FUNCTION mail_as_written() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT (OLD."isSecret" AND NEW."sentAt" IS NOT NULL AND NEW.text = '' AND NEW.html = '') THEN
    PERFORM refuse_change('Email_as_written');
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER mail_as_written AFTER UPDATE ON "Email" FOR EACH ROW
  WHEN ((OLD.text, OLD.html) IS DISTINCT FROM (NEW.text, NEW.html)) EXECUTE FUNCTION mail_as_written();
