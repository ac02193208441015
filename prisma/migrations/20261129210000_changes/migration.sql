-- What takes two people: one asks for it, another confirms it. A carry-forward becomes one of these.

CREATE TYPE "ChangeKind" AS ENUM ('ENVELOPE', 'CORRECTION', 'CARRY_FORWARD', 'DELEGATION');
CREATE TYPE "ChangeState" AS ENUM ('ASKED', 'CONFIRMED', 'DECLINED', 'WITHDRAWN');

CREATE TABLE "ChangeRequest" (
    "id" UUID NOT NULL,
    "kind" "ChangeKind" NOT NULL,
    "state" "ChangeState" NOT NULL DEFAULT 'ASKED',
    "startYear" INTEGER,
    "cents" BIGINT,
    "source" TEXT,
    "effectiveOn" DATE,
    "entryId" BIGINT,
    "personId" UUID,
    "delegation" TEXT,
    "reason" TEXT NOT NULL,
    "askedById" UUID NOT NULL,
    "askedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "settledById" UUID,
    "settledAt" TIMESTAMPTZ(3),
    "settledWhy" TEXT,
    "appliedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ChangeRequest_pkey" PRIMARY KEY ("id")
);

-- Carry-forwards of before keep their ids, which the ledger and old links name. Who cancelled one is who agreed it, or not.
INSERT INTO "ChangeRequest" (id, kind, state, "startYear", cents, source, reason, "askedById", "askedAt", "settledById",
    "settledAt", "settledWhy", "appliedAt")
  SELECT id, 'CARRY_FORWARD', CASE state
      WHEN 'IN_PRINCIPLE' THEN 'ASKED'
      WHEN 'CONFIRMED' THEN 'CONFIRMED'
      ELSE CASE WHEN "settledById" = "agreedById" THEN 'WITHDRAWN' ELSE 'DECLINED' END END::"ChangeState",
    "fromYear", cents, source, reason, "agreedById", "agreedAt", "settledById", "settledAt", "settledWhy",
    CASE state WHEN 'CONFIRMED' THEN "settledAt" END
  FROM "CarryForward";

-- The ledger names the change that each adjustment carries out.
DROP TRIGGER carries_whole ON "LedgerEntry";
DROP FUNCTION carries_whole();
ALTER TABLE "LedgerEntry" DROP CONSTRAINT "LedgerEntry_carry_forward", DROP CONSTRAINT "LedgerEntry_carryForwardId_fkey";
ALTER TABLE "LedgerEntry" RENAME COLUMN "carryForwardId" TO "changeId";
ALTER INDEX "LedgerEntry_carryForwardId_idx" RENAME TO "LedgerEntry_changeId_idx";
DROP TABLE "CarryForward";
DROP FUNCTION confirmed_is_carried();
DROP TYPE "CarryForwardState";

CREATE INDEX "ChangeRequest_state_askedAt_idx" ON "ChangeRequest"("state", "askedAt");
CREATE INDEX "ChangeRequest_startYear_idx" ON "ChangeRequest"("startYear");
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_startYear_fkey" FOREIGN KEY ("startYear") REFERENCES "FinancialYear"("startYear") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_entryId_fkey" FOREIGN KEY ("entryId") REFERENCES "LedgerEntry"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_askedById_fkey" FOREIGN KEY ("askedById") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_settledById_fkey" FOREIGN KEY ("settledById") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_changeId_fkey" FOREIGN KEY ("changeId") REFERENCES "ChangeRequest"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- Each kind fills its own columns.
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_shape" CHECK (reason <> '' AND CASE kind
  WHEN 'ENVELOPE' THEN num_nulls("startYear", cents, source, "effectiveOn") = 0 AND cents <> 0
    AND num_nonnulls("entryId", "personId", delegation) = 0
  WHEN 'CORRECTION' THEN num_nulls("startYear", "entryId") = 0
    AND num_nonnulls(cents, source, "effectiveOn", "personId", delegation) = 0
  WHEN 'CARRY_FORWARD' THEN num_nulls("startYear", cents, source) = 0 AND cents > 0
    AND num_nonnulls("effectiveOn", "entryId", "personId", delegation) = 0
  WHEN 'DELEGATION' THEN num_nulls("personId", delegation) = 0 AND delegation IN ('none', 'limit', 'unlimited')
    AND (delegation = 'limit') = (cents IS NOT NULL) AND coalesce(cents, 0) >= 0
    AND num_nonnulls("startYear", source, "effectiveOn", "entryId") = 0
END);
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_settled" CHECK (
  (state = 'ASKED') = ("settledAt" IS NULL) AND ("settledAt" IS NULL) = ("settledById" IS NULL)
  AND ("appliedAt" IS NULL OR state = 'CONFIRMED'));
-- NOT VALID: carry-forwards of before may have been confirmed by who agreed them, and stay so.
ALTER TABLE "ChangeRequest" ADD CONSTRAINT "ChangeRequest_two_people" CHECK (
  state NOT IN ('CONFIRMED', 'DECLINED') OR "settledById" <> "askedById") NOT VALID;

-- What was asked for never changes, and what has ended stays: a confirmed one alone may still be withdrawn until it takes
-- effect, and take effect once.
CREATE FUNCTION keep_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."appliedAt" IS NOT NULL OR OLD.state IN ('DECLINED', 'WITHDRAWN')
    OR OLD.state = 'CONFIRMED' AND NEW.state NOT IN ('CONFIRMED', 'WITHDRAWN') THEN
    RAISE EXCEPTION 'ChangeRequest has ended: % stays', OLD.state USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER keep_change BEFORE UPDATE ON "ChangeRequest" FOR EACH ROW EXECUTE FUNCTION keep_change();
CREATE FUNCTION begins_asked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'ASKED' THEN
    RAISE EXCEPTION 'ChangeRequest_begins_asked' USING ERRCODE = 'check_violation', CONSTRAINT = 'ChangeRequest_begins_asked';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER begins_asked BEFORE INSERT ON "ChangeRequest" FOR EACH ROW EXECUTE FUNCTION begins_asked();

-- An adjustment carries out a change that was confirmed, as it was asked for: whole, once, and by who confirmed it.
CREATE FUNCTION adjusts_as_confirmed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  change "ChangeRequest";
  corrected uuid;
  entries int;
BEGIN
  SELECT * INTO change FROM "ChangeRequest" WHERE id = NEW."changeId";
  SELECT count(*) INTO entries FROM "LedgerEntry" WHERE "changeId" = NEW."changeId" AND kind = 'ADJUST';
  SELECT e."changeId" INTO corrected FROM "LedgerEntry" e WHERE e.id = change."entryId";
  IF change."appliedAt" IS NULL OR NEW."actorId" IS DISTINCT FROM change."settledById" OR NOT (CASE change.kind
    WHEN 'ENVELOPE' THEN entries = 1 AND NEW."reversesId" IS NULL AND NEW."startYear" = change."startYear"
      AND NEW."envelopeCents" = change.cents AND NEW."effectiveOn" = change."effectiveOn"
    WHEN 'CARRY_FORWARD' THEN entries = 2 AND NEW."reversesId" IS NULL
      AND (NEW."startYear" = change."startYear" AND NEW."envelopeCents" = -change.cents
        OR NEW."startYear" = change."startYear" + 1 AND NEW."envelopeCents" = change.cents)
    WHEN 'CORRECTION' THEN
      EXISTS (SELECT FROM "LedgerEntry" e WHERE e.id = NEW."reversesId" AND e.kind = 'ADJUST'
        AND (e.id = change."entryId" OR e."changeId" = corrected))
      AND entries = greatest(1, (SELECT count(*) FROM "LedgerEntry" WHERE "changeId" = corrected AND kind = 'ADJUST'
        AND "reversesId" IS NULL))
    ELSE false END) THEN
    RAISE EXCEPTION 'LedgerEntry_adjusts_as_confirmed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'LedgerEntry_adjusts_as_confirmed';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER adjusts_as_confirmed AFTER INSERT ON "LedgerEntry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'ADJUST') EXECUTE FUNCTION adjusts_as_confirmed();

-- What has taken effect on a year stands in its ledger.
CREATE FUNCTION applied_is_entered() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "LedgerEntry" WHERE "changeId" = NEW.id AND kind = 'ADJUST') THEN
    RAISE EXCEPTION 'ChangeRequest_applied_is_entered' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'ChangeRequest_applied_is_entered';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER applied_is_entered AFTER INSERT OR UPDATE ON "ChangeRequest" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."appliedAt" IS NOT NULL AND NEW.kind <> 'DELEGATION') EXECUTE FUNCTION applied_is_entered();

-- NOT VALID: adjustments of before were made by one person, on any day, and stay as they were entered.
ALTER TABLE "LedgerEntry"
  ADD CONSTRAINT "LedgerEntry_asked_for" CHECK (kind <> 'ADJUST' OR "changeId" IS NOT NULL) NOT VALID,
  ADD CONSTRAINT "LedgerEntry_within_year" CHECK (kind <> 'ADJUST'
    OR "effectiveOn" BETWEEN make_date("startYear", 7, 1) AND make_date("startYear" + 1, 6, 30)) NOT VALID;

-- A correction takes back exactly the entry that it names, in the same year and for the same application. A correction
-- cannot be corrected.
CREATE OR REPLACE FUNCTION reverses_exactly() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "LedgerEntry" e WHERE e.id = NEW."reversesId" AND e."reversesId" IS NULL
      AND e."startYear" = NEW."startYear" AND e."applicationId" IS NOT DISTINCT FROM NEW."applicationId"
      AND e."envelopeCents" = -NEW."envelopeCents" AND e."reservedCents" = -NEW."reservedCents"
      AND e."committedCents" = -NEW."committedCents" AND e."paidCents" = -NEW."paidCents") THEN
    RAISE EXCEPTION 'LedgerEntry_reverses_exactly' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'LedgerEntry_reverses_exactly';
  END IF;
  RETURN NEW;
END
$$;

GRANT SELECT, INSERT, UPDATE (state, "settledById", "settledAt", "settledWhy", "appliedAt") ON "ChangeRequest" TO psf_app;
