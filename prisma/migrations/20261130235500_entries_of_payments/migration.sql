-- An entry of the ledger names the line of a payment, or the recovery, that it enters; a credit note names the line that it settles.

ALTER TABLE "LedgerEntry" ADD COLUMN "lineId" UUID, ADD COLUMN "recoveryId" UUID;
ALTER TABLE "PaymentLine" ADD COLUMN "settlesId" UUID;

-- What was recorded before is joined as it was recorded: of an initiative's year, an amount and a day, each with its own in the
-- order of the clock. Where they are not as many, nobody can tell which is whose, and they stay apart.
ALTER TABLE "LedgerEntry" DISABLE TRIGGER USER;
WITH moved AS (
  SELECT *, row_number() OVER one AS place, count(*) OVER (PARTITION BY "applicationId", "startYear", cents, day) AS of
  FROM (
    SELECT id AS "lineId", NULL::uuid AS "recoveryId", "applicationId", "startYear", cents, "paidOn" AS day, "recordedAt" FROM "PaymentLine"
    UNION ALL
    SELECT NULL, id, "applicationId", "startYear", -cents, "receivedOn", "recordedAt" FROM "Recovery") moved
  WINDOW one AS (PARTITION BY "applicationId", "startYear", cents, day ORDER BY "recordedAt", "lineId", "recoveryId")),
entered AS (
  SELECT *, row_number() OVER one AS place, count(*) OVER (PARTITION BY "applicationId", "startYear", cents, day) AS of
  FROM (SELECT id, "applicationId", "startYear", "paidCents" AS cents, at,
      coalesce("effectiveOn", (at AT TIME ZONE 'Pacific/Auckland')::date) AS day
    FROM "LedgerEntry" WHERE kind IN ('PAY', 'RECOVER')) entered
  WINDOW one AS (PARTITION BY "applicationId", "startYear", cents, day ORDER BY at, id))
UPDATE "LedgerEntry" e SET "lineId" = moved."lineId", "recoveryId" = moved."recoveryId"
  FROM entered JOIN moved USING ("applicationId", "startYear", cents, day, place, of) WHERE e.id = entered.id;
ALTER TABLE "LedgerEntry" ENABLE TRIGGER USER;

-- A credit note was recorded in one moment with what it settled.
ALTER TABLE "PaymentLine" DISABLE TRIGGER USER;
UPDATE "PaymentLine" c SET "settlesId" = (SELECT l.id FROM "PaymentLine" l
    WHERE l."claimId" = c."claimId" AND l."recordedAt" = c."recordedAt" AND NOT l."isCredit" AND l."reversesId" IS NULL
    ORDER BY l.id LIMIT 1)
  WHERE c."isCredit" AND c."reversesId" IS NULL;
ALTER TABLE "PaymentLine" ENABLE TRIGGER USER;

CREATE UNIQUE INDEX "LedgerEntry_lineId_key" ON "LedgerEntry"("lineId");
CREATE UNIQUE INDEX "LedgerEntry_recoveryId_key" ON "LedgerEntry"("recoveryId");
CREATE UNIQUE INDEX "PaymentLine_settlesId_key" ON "PaymentLine"("settlesId");
-- What takes a line back is entered before the line is there.
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_lineId_fkey" FOREIGN KEY ("lineId") REFERENCES "PaymentLine"("id") ON DELETE RESTRICT ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_recoveryId_fkey" FOREIGN KEY ("recoveryId") REFERENCES "Recovery"("id") ON DELETE RESTRICT ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "PaymentLine" ADD CONSTRAINT "PaymentLine_settlesId_fkey" FOREIGN KEY ("settlesId") REFERENCES "PaymentLine"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What is not so between an entry of what was paid or came back and its line or recovery. NULL: everything is. The guards below
-- ask it of each, and `npm run rules:verify` of all.
CREATE FUNCTION entry_problem(e "LedgerEntry") RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  fits boolean;
  back bigint;
BEGIN
  IF e."lineId" IS NOT NULL THEN
    SELECT l."applicationId" = e."applicationId" AND l."startYear" = e."startYear" AND l.cents = e."paidCents"
        AND l."paidOn" = e."effectiveOn" AND e."recoveryId" IS NULL,
      (SELECT b.id FROM "LedgerEntry" b WHERE b."lineId" = l."reversesId" AND b."committedCents" = 0) INTO fits, back
      FROM "PaymentLine" l WHERE l.id = e."lineId";
  ELSE
    SELECT r."applicationId" = e."applicationId" AND r."startYear" = e."startYear" AND -r.cents = e."paidCents"
        AND r."receivedOn" = e."effectiveOn",
      (SELECT b.id FROM "LedgerEntry" b WHERE b."recoveryId" = r."reversesId" AND b."committedCents" = 0) INTO fits, back
      FROM "Recovery" r WHERE r.id = e."recoveryId";
  END IF;
  -- What takes a line or a recovery back takes its entry back, where there is one that moved nothing else.
  RETURN CASE WHEN fits AND e."reversesId" IS NOT DISTINCT FROM back THEN NULL ELSE 'LedgerEntry_of_payment' END;
END
$$;
CREATE FUNCTION entry_of_payment() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF entry_problem(NEW) IS NOT NULL THEN
    PERFORM refuse_change('LedgerEntry_of_payment');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER entry_of_payment AFTER INSERT ON "LedgerEntry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind IN ('PAY', 'RECOVER')) EXECUTE FUNCTION entry_of_payment();
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_paid_of_payment" CHECK (
  kind IN ('PAY', 'RECOVER') OR num_nonnulls("lineId", "recoveryId") = 0);

-- Each line and each recovery is entered, by an entry of its own.
CREATE OR REPLACE FUNCTION line_is_entered() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "LedgerEntry" e WHERE
      CASE TG_TABLE_NAME WHEN 'Recovery' THEN e."recoveryId" = NEW.id ELSE e."lineId" = NEW.id END) THEN
    PERFORM refuse_change(TG_TABLE_NAME || '_is_entered');
  END IF;
  RETURN NULL;
END
$$;

-- A credit note settles what it was recorded with, in its document and on its day, and no more than it takes off.
ALTER TABLE "PaymentLine" ADD CONSTRAINT "PaymentLine_credit_settles" CHECK (
  "settlesId" IS NULL OR "isCredit" AND "reversesId" IS NULL);
CREATE FUNCTION line_settles_exactly() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "PaymentLine" l WHERE l.id = NEW."settlesId" AND l."claimId" = NEW."claimId"
      AND l."paymentId" = NEW."paymentId" AND l."paidOn" = NEW."paidOn" AND NOT l."isCredit" AND l."reversesId" IS NULL
      AND l.cents <= -NEW.cents AND l.xmin = pg_current_xact_id()::xid) THEN
    PERFORM refuse_change('PaymentLine_settles_exactly');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER line_settles_exactly AFTER INSERT ON "PaymentLine" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW."settlesId" IS NOT NULL) EXECUTE FUNCTION line_settles_exactly();
