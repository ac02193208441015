-- Years close in order: what an earlier one holds could not be carried into a closed one. Years that were closed before this rule
-- stay closed.
CREATE OR REPLACE FUNCTION closes_whole() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD."closedAt" IS NOT NULL AND (NEW."closedAt" IS DISTINCT FROM OLD."closedAt" OR NEW."cutoffOn" IS DISTINCT FROM OLD."cutoffOn") THEN
    RAISE EXCEPTION 'FinancialYear_stays_closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'FinancialYear_stays_closed';
  END IF;
  IF NEW."closedAt" IS NULL OR OLD."closedAt" IS NOT NULL THEN
    RETURN NEW;
  END IF;
  IF EXISTS (SELECT FROM "FinancialYear" y WHERE y."startYear" < NEW."startYear" AND y."closedAt" IS NULL) THEN
    RAISE EXCEPTION 'FinancialYear_closes_in_order' USING ERRCODE = 'check_violation', CONSTRAINT = 'FinancialYear_closes_in_order';
  END IF;
  IF NEW."cutoffOn" IS NULL OR NEW."reservedCents" <> 0
    OR NOT EXISTS (SELECT FROM "ChangeRequest" c WHERE c.kind = 'CLOSING' AND c.state = 'CONFIRMED'
      AND c."startYear" = NEW."startYear" AND c."appliedAt" IS NOT NULL)
    OR NOT EXISTS (SELECT FROM "StatementRow" s WHERE s."startYear" = NEW."startYear" AND s.section = 'YEAR'
      AND s."envelopeCents" = NEW."envelopeCents" AND s."committedCents" = NEW."committedCents"
      AND s."paidCents" = NEW."paidCents" AND s."accruedCents" = NEW."committedCents" - NEW."paidCents"
      AND (s."committedCents", s."paidCents", s."accruedCents") = (SELECT coalesce(sum(i."committedCents"), 0),
        coalesce(sum(i."paidCents"), 0), coalesce(sum(i."accruedCents"), 0) FROM "StatementRow" i
        WHERE i."startYear" = NEW."startYear" AND i.section = 'INITIATIVE'))
    OR (SELECT count(*) FROM "StatementRow" s WHERE s."startYear" = NEW."startYear" AND s.section = 'YEAR') <> 1
    OR EXISTS (SELECT FROM unaccrued(NEW."startYear")) THEN
    RAISE EXCEPTION 'FinancialYear_closes_whole' USING ERRCODE = 'check_violation', CONSTRAINT = 'FinancialYear_closes_whole';
  END IF;
  RETURN NEW;
END
$$;
