-- A variation of cost is decided under a delegation that covers its new total, as a decision is: that of who decides, or of the
-- approver whose deputy they are on that day. Both stay as they are until it is decided.
CREATE FUNCTION varies_within_delegation() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  held "Delegation";
  total bigint := (SELECT coalesce(sum((part ->> 'cents')::bigint), 0) FROM jsonb_array_elements(NEW.proposed -> 'phasing') part);
BEGIN
  SELECT * INTO held FROM "Delegation" d WHERE d."personId" = coalesce(NEW."forId", NEW."decidedById") FOR SHARE;
  IF held."personId" IS NULL OR held."limitCents" IS DISTINCT FROM NEW."delegationCents" OR held."limitCents" < total THEN
    PERFORM refuse_change('Variation_within_delegation');
  END IF;
  PERFORM 1 FROM "Deputy" y
    WHERE y."approverId" = NEW."forId" AND y."deputyId" = NEW."decidedById" AND y."endedAt" IS NULL
      AND (NEW."decidedAt" AT TIME ZONE 'Pacific/Auckland')::date BETWEEN y."fromOn" AND y."toOn" FOR SHARE;
  IF NEW."forId" IS NOT NULL AND NOT FOUND THEN
    PERFORM refuse_change('Variation_by_deputy');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER varies_within_delegation BEFORE UPDATE ON "Variation" FOR EACH ROW
  WHEN (NEW.kind = 'COST' AND NEW."decideDuty" = 'DECIDE' AND OLD."decideDuty" IS NULL)
  EXECUTE FUNCTION varies_within_delegation();
