-- A round is drafted, and agencies read of it once the desk has published it. Those that there are have been published.

ALTER TABLE "Round" ADD COLUMN "publishedAt" TIMESTAMPTZ(3);
GRANT UPDATE ("publishedAt") ON "Round" TO psf_app;
ALTER TABLE "Round" DISABLE TRIGGER USER;
UPDATE "Round" SET "publishedAt" = "createdAt";
ALTER TABLE "Round" ENABLE TRIGGER USER;

DROP TRIGGER as_recorded ON "Round";
CREATE CONSTRAINT TRIGGER as_recorded AFTER INSERT OR UPDATE ON "Round" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION as_recorded('round', 'id',
    '{round.created,round.changed,round.published,round.takenBack,round.criteriaChanged}', '{DESK}');

-- An application begins in a round that is published. Whoever takes the round back at the same moment waits for it, or it for them.
CREATE FUNCTION in_published_round() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  published timestamptz;
BEGIN
  SELECT r."publishedAt" INTO published FROM "Round" r WHERE r.id = NEW."roundId" FOR SHARE;
  IF published IS NULL THEN
    PERFORM refuse_change('Application_in_published_round');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER in_published_round BEFORE INSERT OR UPDATE OF "roundId" ON "Application" FOR EACH ROW
  EXECUTE FUNCTION in_published_round();

CREATE FUNCTION taken_back_unused() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM "Application" a WHERE a."roundId" = NEW.id) THEN
    PERFORM refuse_change('Round_taken_back_unused');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER taken_back_unused BEFORE UPDATE ON "Round" FOR EACH ROW
  WHEN (OLD."publishedAt" IS NOT NULL AND NEW."publishedAt" IS NULL) EXECUTE FUNCTION taken_back_unused();
