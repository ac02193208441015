-- Up to a threshold, which two people set, one person alone may change a year's envelope.

ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_threshold" CHECK (kind <> 'THRESHOLD' OR (cents IS NOT NULL AND cents >= 0
  AND num_nonnulls("startYear", source, "effectiveOn", "entryId", "personId", delegation) = 0));

-- Whether who asked may confirm it too: what was changed by one person alone in that year comes to the threshold or less in sum,
-- so that a large change in many small ones is none of these.
CREATE FUNCTION change_is_small(change "ChangeRequest") RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT change.kind = 'ENVELOPE' AND abs(change.cents) + coalesce((
    SELECT sum(abs(c.cents)) FROM "ChangeRequest" c
    WHERE c.kind = 'ENVELOPE' AND c.state = 'CONFIRMED' AND c."startYear" = change."startYear" AND c.id <> change.id
      AND c."settledById" = c."askedById"), 0)
  <= coalesce((
    SELECT c.cents FROM "ChangeRequest" c WHERE c.kind = 'THRESHOLD' AND c."appliedAt" IS NOT NULL
    ORDER BY c."appliedAt" DESC, c.id DESC LIMIT 1), 0)
$$;

ALTER TABLE "ChangeRequest" DROP CONSTRAINT "ChangeRequest_two_people";
CREATE FUNCTION two_people() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  -- Changes happen one after the other, whoever makes them.
  PERFORM pg_advisory_xact_lock(hashtext('change'));
  IF NEW.state = 'DECLINED' OR NOT change_is_small(NEW) THEN
    RAISE EXCEPTION 'ChangeRequest_two_people' USING ERRCODE = 'check_violation', CONSTRAINT = 'ChangeRequest_two_people';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER two_people BEFORE UPDATE ON "ChangeRequest" FOR EACH ROW
  WHEN (NEW.state IN ('CONFIRMED', 'DECLINED') AND OLD.state = 'ASKED' AND NEW."settledById" = NEW."askedById")
  EXECUTE FUNCTION two_people();
-- Who settled it does not change afterwards.
CREATE FUNCTION keeps_who_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ChangeRequest_two_people' USING ERRCODE = 'check_violation', CONSTRAINT = 'ChangeRequest_two_people';
END
$$;
CREATE TRIGGER keeps_who_settled BEFORE UPDATE ON "ChangeRequest" FOR EACH ROW
  WHEN (OLD.state = NEW.state AND OLD."settledById" IS DISTINCT FROM NEW."settledById")
  EXECUTE FUNCTION keeps_who_settled();

-- What has taken effect on a year's money stands in its ledger.
DROP TRIGGER applied_is_entered ON "ChangeRequest";
CREATE CONSTRAINT TRIGGER applied_is_entered AFTER INSERT OR UPDATE ON "ChangeRequest" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."appliedAt" IS NOT NULL AND NEW.kind IN ('ENVELOPE', 'CORRECTION', 'CARRY_FORWARD'))
  EXECUTE FUNCTION applied_is_entered();
