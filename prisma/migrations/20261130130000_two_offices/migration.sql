-- A claim passes two offices: the desk confirms that the work was done, or that an advance is justified, and a budget
-- officer approves the money. Claims that were approved before this stay as they are; those that wait are confirmed first.
ALTER TABLE "Claim" ADD COLUMN "workConfirmedById" UUID, ADD COLUMN "workConfirmedAt" TIMESTAMPTZ(3);

ALTER TABLE "Claim"
  ADD CONSTRAINT "Claim_confirmed_whole" CHECK (("workConfirmedAt" IS NULL) = ("workConfirmedById" IS NULL)),
  ADD CONSTRAINT "Claim_two_offices" CHECK (state IN ('CLAIMED', 'RETURNED', 'CANCELLED') OR "workConfirmedById" IS NULL
    OR ("decidedById" IS NOT NULL AND "decidedById" <> "workConfirmedById"));

-- A claim begins unconfirmed. It is confirmed, and the confirmation taken back, while it waits; and what is approved was
-- confirmed by a step before that.
CREATE FUNCTION claim_confirmed_first() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."workConfirmedById" IS NULL AND NEW.state IN ('CLAIMED', 'RETURNED', 'CANCELLED') THEN
      RETURN NEW;
    END IF;
  ELSIF NEW."workConfirmedById" IS NOT DISTINCT FROM OLD."workConfirmedById"
    AND NEW."workConfirmedAt" IS NOT DISTINCT FROM OLD."workConfirmedAt" THEN
    IF OLD.state <> 'CLAIMED' OR NEW.state IN ('CLAIMED', 'RETURNED', 'CANCELLED') OR NEW."workConfirmedById" IS NOT NULL THEN
      RETURN NEW;
    END IF;
  ELSIF OLD.state = 'CLAIMED' AND NEW.state = 'CLAIMED'
    AND (OLD."workConfirmedById" IS NULL OR NEW."workConfirmedById" IS NULL) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'Claim_confirmed_first' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_confirmed_first';
END
$$;
CREATE TRIGGER claim_confirmed_first BEFORE INSERT OR UPDATE ON "Claim" FOR EACH ROW EXECUTE FUNCTION claim_confirmed_first();

GRANT UPDATE ("workConfirmedById", "workConfirmedAt") ON "Claim" TO psf_app;
