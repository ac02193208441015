-- What the budget's pages read of a long ledger comes from an index; corrections and carry-forwards are held to what they say.

-- A year's entries of one kind, newest first, and of the days of a month.
CREATE INDEX "LedgerEntry_startYear_kind_id_idx" ON "LedgerEntry"("startYear", "kind", "id");
CREATE INDEX "LedgerEntry_year_day" ON "LedgerEntry" ("startYear", (coalesce("effectiveOn", (at AT TIME ZONE 'Pacific/Auckland')::date)));

-- A correction takes back exactly what it names, in the same year and for the same application, and is not itself corrected.
CREATE FUNCTION reverses_exactly() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "LedgerEntry" e WHERE e.id = NEW."reversesId" AND e."reversesId" IS NULL
      AND e."startYear" = NEW."startYear" AND e."applicationId" IS NOT DISTINCT FROM NEW."applicationId"
      AND e."carryForwardId" IS NOT DISTINCT FROM NEW."carryForwardId"
      AND e."envelopeCents" = -NEW."envelopeCents" AND e."reservedCents" = -NEW."reservedCents"
      AND e."committedCents" = -NEW."committedCents" AND e."paidCents" = -NEW."paidCents") THEN
    RAISE EXCEPTION 'LedgerEntry_reverses_exactly' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'LedgerEntry_reverses_exactly';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER reverses_exactly BEFORE INSERT ON "LedgerEntry"
  FOR EACH ROW WHEN (NEW."reversesId" IS NOT NULL) EXECUTE FUNCTION reverses_exactly();

-- The entries of a carry-forward move its amount from its one year into its other, or back, and only once it is confirmed.
CREATE FUNCTION carries_whole() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "CarryForward" c WHERE c.id = NEW."carryForwardId" AND c.state = 'CONFIRMED'
      AND abs(NEW."envelopeCents") = c.cents
      AND (NEW."startYear" = c."fromYear" AND (NEW."envelopeCents" < 0) = (NEW."reversesId" IS NULL)
        OR NEW."startYear" = c."intoYear" AND (NEW."envelopeCents" > 0) = (NEW."reversesId" IS NULL)))
    OR (SELECT sum("envelopeCents") FROM "LedgerEntry" WHERE "carryForwardId" = NEW."carryForwardId") <> 0
    OR (SELECT count(*) FROM "LedgerEntry" WHERE "carryForwardId" = NEW."carryForwardId" AND "reversesId" IS NULL) <> 2 THEN
    RAISE EXCEPTION 'LedgerEntry_carries_whole' USING ERRCODE = 'check_violation', CONSTRAINT = 'LedgerEntry_carries_whole';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER carries_whole AFTER INSERT ON "LedgerEntry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."carryForwardId" IS NOT NULL) EXECUTE FUNCTION carries_whole();

-- What is confirmed has been carried.
CREATE FUNCTION confirmed_is_carried() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT count(*) FROM "LedgerEntry" WHERE "carryForwardId" = NEW.id AND "reversesId" IS NULL) <> 2 THEN
    RAISE EXCEPTION 'CarryForward_confirmed_is_carried' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'CarryForward_confirmed_is_carried';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER confirmed_is_carried AFTER INSERT OR UPDATE ON "CarryForward" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.state = 'CONFIRMED') EXECUTE FUNCTION confirmed_is_carried();
