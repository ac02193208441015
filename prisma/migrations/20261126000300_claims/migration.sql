-- Claims: their invoices as files, and what holds of them whoever writes.

-- What follows an accepted offer has files too.
ALTER TABLE "ApplicationDocument" DROP CONSTRAINT "ApplicationDocument_section";
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_section" CHECK (
  section IN ('partners', 'files', 'claims', 'reports'));

-- Open claims fit into what is committed and not paid in their year, whichever of the two changes.
CREATE FUNCTION claims_within_committed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  unpaid bigint;
  claimed bigint;
BEGIN
  SELECT "committedCents" - "paidCents" INTO unpaid FROM "ApplicationFunding"
    WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear" FOR UPDATE;
  SELECT coalesce(sum(cents), 0) INTO claimed FROM "Claim"
    WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear" AND state IN ('CLAIMED', 'APPROVED');
  IF claimed > coalesce(unpaid, 0) THEN
    RAISE EXCEPTION 'Claim_within_committed' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_within_committed';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER claims_within_committed AFTER INSERT OR UPDATE OF state ON "Claim"
  FOR EACH ROW WHEN (NEW.state IN ('CLAIMED', 'APPROVED')) EXECUTE FUNCTION claims_within_committed();
CREATE TRIGGER claims_within_committed AFTER UPDATE ON "ApplicationFunding"
  FOR EACH ROW WHEN (NEW."committedCents" - NEW."paidCents" < OLD."committedCents" - OLD."paidCents")
  EXECUTE FUNCTION claims_within_committed();

-- A claim is paid by its payment and comes back by its recovery, and in no other way.
CREATE FUNCTION claim_follows_money() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (OLD.state = 'PAID' AND NEW.state NOT IN ('PAID', 'RECOVERED'))
    OR (NEW.state = 'PAID' AND NOT EXISTS (SELECT FROM "Payment" WHERE "claimId" = NEW.id))
    OR (NEW.state = 'RECOVERED' AND NOT EXISTS (SELECT FROM "Recovery" WHERE "claimId" = NEW.id)) THEN
    RAISE EXCEPTION 'Claim_follows_money' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_follows_money';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER claim_follows_money AFTER UPDATE OF state ON "Claim" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION claim_follows_money();
