-- An advance is for work that is still to come, or runs: what is done by the day before its claim is claimed as work. Claims
-- from before this rule keep the days that they have.
CREATE OR REPLACE FUNCTION claim_days_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  "claimedOn" date := (NEW."claimedAt" AT TIME ZONE 'Pacific/Auckland')::date;
BEGIN
  IF NEW."workFrom" IS NULL OR NEW."workTo" IS NULL OR NEW."invoicedOn" > "claimedOn"
    OR make_date(NEW."startYear", 7, 1) > "claimedOn"
    OR (CASE WHEN NEW."advanceReason" IS NULL THEN NEW."workTo" > "claimedOn" ELSE NEW."workTo" < "claimedOn" END) THEN
    RAISE EXCEPTION 'Claim_days_in_order' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_days_in_order';
  END IF;
  RETURN NEW;
END
$$;
