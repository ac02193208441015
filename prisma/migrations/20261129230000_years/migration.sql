-- The life of a financial year: its cut-off, what is accrued in it, its closing and the statement that the closing freezes.

ALTER TABLE "FinancialYear" ADD COLUMN "cutoffOn" DATE, ADD COLUMN "closedAt" TIMESTAMPTZ(3);
ALTER TABLE "FinancialYear" ADD CONSTRAINT "FinancialYear_cutoff" CHECK ("cutoffOn" > make_date("startYear" + 1, 6, 30)),
  ADD CONSTRAINT "FinancialYear_closed_after_cutoff" CHECK (
    "closedAt" IS NULL OR ("closedAt" AT TIME ZONE 'Pacific/Auckland')::date > "cutoffOn");

ALTER TABLE "Claim" ADD CONSTRAINT "Claim_startYear_fkey" FOREIGN KEY ("startYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Work that was done in a year and is not claimed yet: the newest row of an initiative and year counts.
CREATE TABLE "Accrual" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT NOT NULL,
    "work" TEXT NOT NULL,
    "statedById" UUID NOT NULL,
    "statedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Accrual_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Accrual_startYear_applicationId_id_idx" ON "Accrual"("startYear", "applicationId", "id");
ALTER TABLE "Accrual" ADD CONSTRAINT "Accrual_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Arrangement"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Accrual" ADD CONSTRAINT "Accrual_startYear_fkey" FOREIGN KEY ("startYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Accrual" ADD CONSTRAINT "Accrual_not_negative" CHECK (cents >= 0 AND (cents = 0 OR work <> ''));
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Accrual" FOR EACH ROW EXECUTE FUNCTION append_only();

-- Nothing is stated about a closed year.
CREATE FUNCTION accrues_before_closing() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT "closedAt" FROM "FinancialYear" WHERE "startYear" = NEW."startYear" FOR SHARE) IS NOT NULL THEN
    RAISE EXCEPTION 'Accrual_before_closing' USING ERRCODE = 'check_violation', CONSTRAINT = 'Accrual_before_closing';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER accrues_before_closing BEFORE INSERT ON "Accrual" FOR EACH ROW EXECUTE FUNCTION accrues_before_closing();

-- What a carry-forward takes along of each initiative.
CREATE TABLE "CarriedInitiative" (
    "changeId" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "reservedCents" BIGINT NOT NULL,
    "committedCents" BIGINT NOT NULL,

    CONSTRAINT "CarriedInitiative_pkey" PRIMARY KEY ("changeId", "applicationId")
);
ALTER TABLE "CarriedInitiative" ADD CONSTRAINT "CarriedInitiative_changeId_fkey" FOREIGN KEY ("changeId") REFERENCES "ChangeRequest"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "CarriedInitiative" ADD CONSTRAINT "CarriedInitiative_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "CarriedInitiative" ADD CONSTRAINT "CarriedInitiative_positive" CHECK (
  "reservedCents" >= 0 AND "committedCents" >= 0 AND "reservedCents" + "committedCents" > 0);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "CarriedInitiative" FOR EACH ROW EXECUTE FUNCTION append_only();

-- It is chosen when the carry-forward is asked for, within its amount, and not afterwards.
CREATE FUNCTION carried_as_asked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "ChangeRequest" c WHERE c.id = NEW."changeId" AND c.kind = 'CARRY_FORWARD' AND c.state = 'ASKED'
      AND c.cents >= (SELECT sum("reservedCents" + "committedCents") FROM "CarriedInitiative" i WHERE i."changeId" = c.id)) THEN
    RAISE EXCEPTION 'CarriedInitiative_as_asked' USING ERRCODE = 'check_violation', CONSTRAINT = 'CarriedInitiative_as_asked';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER carried_as_asked AFTER INSERT ON "CarriedInitiative" FOR EACH ROW EXECUTE FUNCTION carried_as_asked();

-- What a change moves of an initiative is what was chosen: of a carry-forward that took effect, or of one taken back.
CREATE FUNCTION moves_as_carried() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "ChangeRequest" c
      LEFT JOIN "LedgerEntry" e ON e.id = c."entryId"
      JOIN "CarriedInitiative" i ON i."changeId" = CASE c.kind WHEN 'CORRECTION' THEN e."changeId" ELSE c.id END
      WHERE c.id = NEW."changeId" AND c."appliedAt" IS NOT NULL AND i."applicationId" = NEW."applicationId"
        AND abs(NEW."reservedCents" + NEW."committedCents") <= i."reservedCents" + i."committedCents") THEN
    RAISE EXCEPTION 'LedgerEntry_moves_as_carried' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'LedgerEntry_moves_as_carried';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER moves_as_carried AFTER INSERT ON "LedgerEntry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."changeId" IS NOT NULL AND NEW.kind <> 'ADJUST') EXECUTE FUNCTION moves_as_carried();

-- A re-phasing that a carry-forward agreed has no budget check of its own: two people confirmed the carry-forward.
ALTER TABLE "Variation" ADD COLUMN "changeId" UUID;
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_changeId_fkey" FOREIGN KEY ("changeId") REFERENCES "ChangeRequest"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Variation" DROP CONSTRAINT "Variation_decide_duty";
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_decide_duty" CHECK (
  CASE WHEN state <> 'APPROVED' THEN true
    WHEN kind = 'COST' THEN "decideDuty" IS NOT DISTINCT FROM 'DECIDE' AND "confirmedById" IS NOT NULL
    WHEN kind = 'REPHASING' THEN "changeId" IS NOT NULL OR "decideDuty" IS NOT DISTINCT FROM 'CHECK_BUDGET'
    ELSE true END);
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_of_change" CHECK (
  "changeId" IS NULL OR (kind = 'REPHASING' AND state = 'APPROVED'));
CREATE FUNCTION rephased_by_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "LedgerEntry" e WHERE e."changeId" = NEW."changeId" AND e."applicationId" = NEW."applicationId") THEN
    RAISE EXCEPTION 'Variation_rephased_by_change' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'Variation_rephased_by_change';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER rephased_by_change AFTER INSERT OR UPDATE ON "Variation" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."changeId" IS NOT NULL) EXECUTE FUNCTION rephased_by_change();

-- What a closing freezes: names as they were and whole cents, by what each row is of; how it is laid out is no part of it.
CREATE TYPE "StatementSection" AS ENUM ('YEAR', 'MONTH', 'ADJUSTMENT', 'CARRY_FORWARD', 'AGENCY', 'INITIATIVE');
CREATE TABLE "StatementRow" (
    "startYear" INTEGER NOT NULL,
    "section" "StatementSection" NOT NULL,
    "position" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "marking" "Marking" NOT NULL DEFAULT 'UNCLASSIFIED',
    "envelopeCents" BIGINT NOT NULL DEFAULT 0,
    "reservedCents" BIGINT NOT NULL DEFAULT 0,
    "committedCents" BIGINT NOT NULL DEFAULT 0,
    "paidCents" BIGINT NOT NULL DEFAULT 0,
    "accruedCents" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "StatementRow_pkey" PRIMARY KEY ("startYear", "section", "position")
);
ALTER TABLE "StatementRow" ADD CONSTRAINT "StatementRow_startYear_fkey" FOREIGN KEY ("startYear") REFERENCES "FinancialYear"("startYear") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "StatementRow" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "StatementRow" FOR EACH STATEMENT EXECUTE FUNCTION append_only();

-- Rows are written in the transaction of the closing, and none before it or afterwards.
CREATE FUNCTION statement_with_closing() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT "closedAt" FROM "FinancialYear" WHERE "startYear" = NEW."startYear") IS NOT NULL THEN
    RAISE EXCEPTION 'StatementRow_with_closing' USING ERRCODE = 'check_violation', CONSTRAINT = 'StatementRow_with_closing';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER statement_with_closing BEFORE INSERT ON "StatementRow" FOR EACH ROW EXECUTE FUNCTION statement_with_closing();
CREATE FUNCTION statement_is_closed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT "closedAt" FROM "FinancialYear" WHERE "startYear" = NEW."startYear") IS NULL THEN
    RAISE EXCEPTION 'StatementRow_with_closing' USING ERRCODE = 'check_violation', CONSTRAINT = 'StatementRow_with_closing';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER statement_is_closed AFTER INSERT ON "StatementRow" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION statement_is_closed();

-- A year closes for good, by what two people decided, with nothing reserved in it, a statement of what it holds, and each
-- commitment that is not paid accrued: claimed and open, or stated as work that was done.
CREATE FUNCTION closes_whole() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD."closedAt" IS NOT NULL AND (NEW."closedAt" IS DISTINCT FROM OLD."closedAt" OR NEW."cutoffOn" IS DISTINCT FROM OLD."cutoffOn") THEN
    RAISE EXCEPTION 'FinancialYear_stays_closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'FinancialYear_stays_closed';
  END IF;
  IF NEW."closedAt" IS NULL OR OLD."closedAt" IS NOT NULL THEN
    RETURN NEW;
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
CREATE TRIGGER closes_whole BEFORE UPDATE OF "closedAt", "cutoffOn" ON "FinancialYear"
  FOR EACH ROW EXECUTE FUNCTION closes_whole();

-- Initiatives of a year with what they have not paid, what is claimed and open, and what is stated as done and not claimed
-- since. `short`: what is neither.
CREATE FUNCTION year_unspent(year int) RETURNS TABLE ("applicationId" uuid, unspent bigint, open bigint, stated bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT f."applicationId", f."committedCents" - f."paidCents",
    coalesce((SELECT sum(c.cents) FROM "Claim" c WHERE c."applicationId" = f."applicationId" AND c."startYear" = year
      AND c.state IN ('CLAIMED', 'APPROVED')), 0)::bigint,
    coalesce((SELECT greatest(0, a.cents - coalesce((SELECT sum(c.cents) FROM "Claim" c
        WHERE c."applicationId" = f."applicationId" AND c."startYear" = year AND c."claimedAt" > a."statedAt"
        AND c.state NOT IN ('RETURNED', 'CANCELLED')), 0))
      FROM "Accrual" a WHERE a."applicationId" = f."applicationId" AND a."startYear" = year
      ORDER BY a.id DESC LIMIT 1), 0)::bigint
  FROM "ApplicationFunding" f WHERE f."startYear" = year AND f."committedCents" > f."paidCents"
$$;
CREATE FUNCTION unaccrued(year int) RETURNS TABLE ("applicationId" uuid, short bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT "applicationId", unspent - open - stated FROM year_unspent(year) WHERE unspent > open + stated
$$;

-- A closed year takes no new promise and no new money: what was accrued is paid, what comes back is entered, and a
-- correction that two people decided.
CREATE FUNCTION closed_stays_closed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.kind NOT IN ('PAY', 'RECOVER', 'RELEASE')
    AND (SELECT "closedAt" FROM "FinancialYear" WHERE "startYear" = NEW."startYear") IS NOT NULL
    AND NOT EXISTS (SELECT FROM "ChangeRequest" c WHERE c.id = NEW."changeId" AND c.kind = 'CORRECTION'
      AND c."appliedAt" IS NOT NULL AND NEW.kind = 'ADJUST') THEN
    RAISE EXCEPTION 'LedgerEntry_year_is_closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'LedgerEntry_year_is_closed';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER closed_stays_closed BEFORE INSERT ON "LedgerEntry" FOR EACH ROW EXECUTE FUNCTION closed_stays_closed();

ALTER TABLE "ChangeRequest" DROP CONSTRAINT "ChangeRequest_shape";
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_shape" CHECK (reason <> '' AND CASE kind
  WHEN 'ENVELOPE' THEN num_nulls("startYear", cents, source, "effectiveOn") = 0 AND cents <> 0
    AND num_nonnulls("entryId", "personId", delegation) = 0
  WHEN 'CORRECTION' THEN num_nulls("startYear", "entryId") = 0
    AND num_nonnulls(cents, source, "effectiveOn", "personId", delegation) = 0
  WHEN 'CARRY_FORWARD' THEN num_nulls("startYear", cents, source) = 0 AND cents > 0
    AND num_nonnulls("effectiveOn", "entryId", "personId", delegation) = 0
  WHEN 'CLOSING' THEN "startYear" IS NOT NULL
    AND num_nonnulls(cents, source, "effectiveOn", "entryId", "personId", delegation) = 0
  WHEN 'DELEGATION' THEN num_nulls("personId", delegation) = 0 AND delegation IN ('none', 'limit', 'unlimited')
    AND (delegation = 'limit') = (cents IS NOT NULL) AND coalesce(cents, 0) >= 0
    AND num_nonnulls("startYear", source, "effectiveOn", "entryId") = 0
END);
-- What has taken effect on a year's money stands in its ledger.
DROP TRIGGER applied_is_entered ON "ChangeRequest";
CREATE CONSTRAINT TRIGGER applied_is_entered AFTER INSERT OR UPDATE ON "ChangeRequest" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."appliedAt" IS NOT NULL AND NEW.kind NOT IN ('DELEGATION', 'CLOSING'))
  EXECUTE FUNCTION applied_is_entered();

GRANT SELECT, INSERT ON "Accrual", "CarriedInitiative", "StatementRow" TO psf_app;
GRANT UPDATE ("cutoffOn", "closedAt") ON "FinancialYear" TO psf_app;
