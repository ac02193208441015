-- What the Prisma schema cannot say: the rules that hold whatever the application does. Every constraint has a name,
-- lib/lifecycle/constraints.ts turns those that people can meet into a sentence, and a test provokes them.

-- ---------------------------------------------------------------- people and duties

ALTER TABLE "Person" ADD CONSTRAINT "Person_agency_fits_side" CHECK ((side = 'AGENCY') = ("agencyId" IS NOT NULL));
ALTER TABLE "Person" ADD CONSTRAINT "Person_email_lower" CHECK (email = lower(email));
ALTER TABLE "PersonRole" ADD CONSTRAINT "PersonRole_side_fits" CHECK ((role IN ('CONTRIBUTOR', 'CERTIFIER')) = (side = 'AGENCY'));
ALTER TABLE "Delegation" ADD CONSTRAINT "Delegation_not_negative" CHECK ("limitCents" >= 0);

-- Nobody is their own deputy, and only the end of a deputy's days is added later.
ALTER TABLE "Deputy" ADD CONSTRAINT "Deputy_somebody_else" CHECK ("approverId" <> "deputyId");
ALTER TABLE "Deputy" ADD CONSTRAINT "Deputy_days" CHECK ("fromOn" <= "toOn");
ALTER TABLE "Deputy" ADD CONSTRAINT "Deputy_ended" CHECK (("endedAt" IS NULL) = ("endedById" IS NULL));

-- Everyone at MFAT who acts declares their interests first, and an interest recuses until an administrator clears it.
ALTER TABLE "InterestDeclaration" ADD CONSTRAINT "InterestDeclaration_recused" CHECK (
  "isRecused" = ("hasInterest" AND "clearedAt" IS NULL)
  AND ("clearedAt" IS NULL) = ("clearedById" IS NULL) AND ("clearedAt" IS NULL) = ("clearReason" IS NULL)
  AND ("clearedAt" IS NULL OR "hasInterest") AND "clearedById" <> "personId");

ALTER TABLE "Duty" ADD CONSTRAINT "Duty_side_fits" CHECK (
  (kind IN ('ASK_SIGN_OFF', 'CERTIFY')) = (side = 'AGENCY') AND (side = 'AGENCY') = ("agencyId" IS NOT NULL));
-- NOT VALID: a database from before the first release may hold duties that are older than this rule. Nothing is declared
-- for anyone after the fact; every new duty has to follow the rule.
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_not_recused" CHECK (
  CASE WHEN kind IN ('RECOMMEND', 'CHECK_BUDGET', 'DECIDE') THEN "isRecused" IS FALSE ELSE "isRecused" IS NULL END) NOT VALID;

-- Each part of a decision belongs to the duty of the person who did it.
ALTER TABLE "Assessment" ADD CONSTRAINT "Assessment_duty" CHECK (duty = 'ASSESS');
ALTER TABLE "Recommendation" ADD CONSTRAINT "Recommendation_duty" CHECK (duty = 'RECOMMEND');
ALTER TABLE "BudgetCheck" ADD CONSTRAINT "BudgetCheck_duty" CHECK (duty = 'CHECK_BUDGET');
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_duty" CHECK (duty = 'DECIDE');
-- The approver whom a deputy decides for has decided on the application before or has had it decided for them, and has no
-- other part in it.
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_for" CHECK (
  ("forId" IS NULL) = ("forDuty" IS NULL) AND "forDuty" IN ('DECIDE', 'DELEGATE') AND "forId" <> "decidedById");

-- ---------------------------------------------------------------- rounds and applications

ALTER TABLE "Round" ADD CONSTRAINT "Round_times" CHECK ("opensAt" < "closesAt");
ALTER TABLE "Round" ADD CONSTRAINT "Round_assessments" CHECK ("minimumAssessments" BETWEEN 1 AND 9);
ALTER TABLE "Round" ADD CONSTRAINT "Round_money" CHECK ("moneyCents" > 0);
ALTER TABLE "Criterion" ADD CONSTRAINT "Criterion_weight" CHECK (weight BETWEEN 1 AND 100);
-- Prisma never asks for NOT NULL on a list.
ALTER TABLE "Round" ALTER COLUMN "tellEmails" SET NOT NULL, ALTER COLUMN "checklist" SET NOT NULL;
ALTER TABLE "Criterion" ALTER COLUMN "sections" SET NOT NULL;

ALTER TABLE "Application" ADD CONSTRAINT "Application_amounts" CHECK (
  "requestedCents" >= 0 AND "recommendedCents" >= 0 AND "approvedCents" >= 0);
ALTER TABLE "Application" ADD CONSTRAINT "Application_dates" CHECK ("startsOn" <= "endsOn");
ALTER TABLE "ApplicationPlace" ADD CONSTRAINT "ApplicationPlace_percent" CHECK (percent BETWEEN 1 AND 100);
CREATE UNIQUE INDEX "ApplicationFocusArea_one_main" ON "ApplicationFocusArea" ("applicationId") WHERE "isMain";
ALTER TABLE "ApplicationCategory" ADD CONSTRAINT "ApplicationCategory_positive" CHECK (cents > 0);
ALTER TABLE "Phasing" ADD CONSTRAINT "Phasing_not_negative" CHECK (cents >= 0);

-- A release of a form is what its hash says.
ALTER TABLE "FormRelease" ADD CONSTRAINT "FormRelease_hash" CHECK (hash = encode(sha256(convert_to(content, 'UTF8')), 'hex'));

ALTER TABLE "Comment" ADD CONSTRAINT "Comment_text" CHECK (text <> '');
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_done" CHECK (("doneAt" IS NULL) = ("doneById" IS NULL));

-- ---------------------------------------------------------------- documents

ALTER TABLE "Document" ADD CONSTRAINT "Document_size" CHECK ("sizeBytes" BETWEEN 1 AND 26214400);
ALTER TABLE "Document" ADD CONSTRAINT "Document_sha256" CHECK (sha256 ~ '^[0-9a-f]{64}$');
ALTER TABLE "Document" ADD CONSTRAINT "Document_scanned" CHECK (("scanState" IN ('CLEAN', 'REFUSED')) = ("scannedAt" IS NOT NULL));
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_section" CHECK (
  section IN ('partners', 'files', 'claims', 'reports'));
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_described" CHECK (description <> '');
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_removed" CHECK (("removedAt" IS NULL) = ("removedById" IS NULL));
CREATE UNIQUE INDEX "ApplicationDocument_once" ON "ApplicationDocument" ("applicationId", section, "documentId") WHERE "removedAt" IS NULL;

-- ---------------------------------------------------------------- search and lists

-- Words are found without macrons, glottal stops and other accents, however they were typed.
CREATE FUNCTION fold_text(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(normalize($1, NFD), '[\u0300-\u036F''‘’ʻʼ]', '', 'g');

-- The words of answers as JSON. Answers with more words than a tsvector can hold are saved, but not found by their words.
CREATE FUNCTION answer_words(jsonb) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
BEGIN
  RETURN jsonb_to_tsvector('pg_catalog.english', fold_text($1::text)::jsonb, '["string"]');
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN '';
END
$$;

CREATE FUNCTION title_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector('pg_catalog.english', fold_text($1));

-- What somebody typed to search for. Word processors curl the quotation marks around a phrase.
CREATE FUNCTION search_query(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN websearch_to_tsquery('pg_catalog.english', fold_text(translate($1, '“”', '""')));

-- All the words of a draft: those of its sections together.
CREATE FUNCTION add_words(tsvector, tsvector) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
  RETURN $1 || $2;
EXCEPTION WHEN program_limit_exceeded THEN
  RETURN $1;
END
$$;
CREATE AGGREGATE all_words(tsvector) (SFUNC = add_words, STYPE = tsvector, INITCOND = '');

ALTER TABLE "ApplicationVersion" ADD COLUMN "words" tsvector GENERATED ALWAYS AS (answer_words(answers)) STORED;
ALTER TABLE "ApplicationSection" ADD COLUMN "words" tsvector GENERATED ALWAYS AS (answer_words("values")) STORED;
CREATE INDEX "ApplicationVersion_words_idx" ON "ApplicationVersion" USING GIN ("words");
CREATE INDEX "Application_title_words" ON "Application" USING GIN (title_words(title));

-- The list in order of the amount: each page starts where the one before ended. MFAT does not see a draft's amount.
CREATE INDEX "Application_read_requested" ON "Application" ((CASE WHEN "versionNumber" = 0 THEN 0 ELSE "requestedCents" END), id);

ALTER TABLE "SavedView" ADD CONSTRAINT "SavedView_name" CHECK (name <> '' AND length(name) <= 60);
ALTER TABLE "SavedView" ADD CONSTRAINT "SavedView_query" CHECK (length(query) <= 2000);

-- ---------------------------------------------------------------- assessments, decisions and offers

ALTER TABLE "Assessment" ADD CONSTRAINT "Assessment_completed" CHECK ((status = 'COMPLETE') = ("completedAt" IS NOT NULL));
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_scale" CHECK (score BETWEEN 0 AND 4);
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_not_recused" CHECK (NOT "isRecused");
ALTER TABLE "AgreedScore" ADD CONSTRAINT "AgreedScore_scale" CHECK (score BETWEEN 0 AND 4);
CREATE UNIQUE INDEX "Recommendation_one_current" ON "Recommendation" ("applicationId") WHERE "returnedAt" IS NULL;
CREATE UNIQUE INDEX "Offer_one_open" ON "Offer" ("applicationId") WHERE outcome IS NULL;

-- A scenario moves no money: nothing leads from it to the ledger. A deleted one is kept out of sight, and its name is free.
ALTER TABLE "Scenario" ADD CONSTRAINT "Scenario_name" CHECK (name <> '');
ALTER TABLE "Scenario" ADD CONSTRAINT "Scenario_deleted" CHECK (("deletedAt" IS NULL) = ("deletedById" IS NULL));
CREATE UNIQUE INDEX "Scenario_name_once" ON "Scenario" ("roundId", lower(name)) WHERE "deletedAt" IS NULL;
ALTER TABLE "ScenarioPhasing" ADD CONSTRAINT "ScenarioPhasing_positive" CHECK (cents > 0);

ALTER TABLE "LetterTemplate" ADD CONSTRAINT "LetterTemplate_text" CHECK (number > 0 AND subject <> '' AND body <> '');
ALTER TABLE "Letter" ADD CONSTRAINT "Letter_text" CHECK (text <> '');
ALTER TABLE "ConditionList" ADD CONSTRAINT "ConditionList_number" CHECK (number > 0);

-- ---------------------------------------------------------------- the ledger

ALTER TABLE "FinancialYear" ADD CONSTRAINT "FinancialYear_not_negative" CHECK (
  "envelopeCents" >= 0 AND "reservedCents" >= 0 AND "committedCents" >= 0 AND "paidCents" >= 0);
ALTER TABLE "FinancialYear" ADD CONSTRAINT "FinancialYear_within_envelope" CHECK (
  "reservedCents" + "committedCents" <= "envelopeCents");
ALTER TABLE "FinancialYear" ADD CONSTRAINT "FinancialYear_paid_within_committed" CHECK ("paidCents" <= "committedCents");
ALTER TABLE "FinancialMonth" ADD CONSTRAINT "FinancialMonth_of_year" CHECK (month BETWEEN 0 AND 11);

ALTER TABLE "ApplicationFunding" ADD CONSTRAINT "ApplicationFunding_not_negative" CHECK (
  "reservedCents" >= 0 AND "committedCents" >= 0 AND "paidCents" >= 0);
ALTER TABLE "ApplicationFunding" ADD CONSTRAINT "ApplicationFunding_paid_within_committed" CHECK ("paidCents" <= "committedCents");

-- Each kind of entry moves only the counters that its name says, in the direction that it says.
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_shape" CHECK (CASE kind
  WHEN 'ADJUST' THEN "envelopeCents" <> 0 AND "reservedCents" = 0 AND "committedCents" = 0 AND "paidCents" = 0
    AND "applicationId" IS NULL AND source IS NOT NULL AND "effectiveOn" IS NOT NULL
  WHEN 'RESERVE' THEN "envelopeCents" = 0 AND "reservedCents" > 0 AND "committedCents" = 0 AND "paidCents" = 0
  WHEN 'RELEASE' THEN "envelopeCents" = 0 AND "reservedCents" <= 0 AND "committedCents" <= 0
    AND "reservedCents" + "committedCents" < 0 AND "paidCents" = 0
  WHEN 'COMMIT' THEN "envelopeCents" = 0 AND "committedCents" > 0 AND "reservedCents" = -"committedCents" AND "paidCents" = 0
  WHEN 'PAY' THEN "envelopeCents" = 0 AND "reservedCents" = 0 AND "committedCents" = 0 AND "paidCents" > 0
  WHEN 'RECOVER' THEN "envelopeCents" = 0 AND "reservedCents" = 0 AND "committedCents" <= 0 AND "paidCents" < 0
  WHEN 'MOVE' THEN "envelopeCents" = 0 AND "reservedCents" = 0 AND "committedCents" <> 0 AND "paidCents" = 0
END);
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_of_application" CHECK (kind = 'ADJUST' OR "applicationId" IS NOT NULL);
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_carry_forward" CHECK (kind = 'ADJUST' OR "carryForwardId" IS NULL);
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_reason" CHECK (reason <> '');
-- Nothing is paid from a financial year before the year begins. NOT VALID: a database from before the first release may
-- hold payments that are older than this rule, and they stay as they were recorded.
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_paid_once_begun"
  CHECK (kind <> 'PAY' OR coalesce("effectiveOn", (at AT TIME ZONE 'Pacific/Auckland')::date) >= make_date("startYear", 7, 1))
  NOT VALID;

-- The entries of a year by the day that they count on: the budget pages read a month of a long ledger from this index.
CREATE INDEX "LedgerEntry_year_day" ON "LedgerEntry" ("startYear", (coalesce("effectiveOn", (at AT TIME ZONE 'Pacific/Auckland')::date)));

-- The month of a financial year that an entry counts in: 0 is July, 11 is June. A day outside the year counts in its first
-- or last month.
CREATE FUNCTION financial_month(start_year int, effective_on date, at timestamptz) RETURNS int LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT least(11, greatest(0, (extract(year FROM day) - start_year) * 12 + extract(month FROM day) - 7))::int
  FROM (SELECT coalesce(effective_on, (at AT TIME ZONE 'Pacific/Auckland')::date) AS day) one);

-- The counters move here and nowhere else: the application's user may add entries and may not touch a counter, so a
-- counter is always the sum of its column of the ledger. The row's lock makes entries at the same time wait for each
-- other, and the CHECKs above have the last word.
CREATE FUNCTION apply_ledger_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  held "FinancialYear";
  available bigint;
BEGIN
  SELECT * INTO held FROM "FinancialYear" WHERE "startYear" = NEW."startYear" FOR UPDATE;
  available := coalesce(held."envelopeCents" - held."reservedCents" - held."committedCents", 0);
  IF available + NEW."envelopeCents" - NEW."reservedCents" - NEW."committedCents" < 0
    AND NEW."reservedCents" + NEW."committedCents" - NEW."envelopeCents" > 0 THEN
    RAISE EXCEPTION 'FinancialYear_within_envelope: year=% available=%', NEW."startYear", available
      USING ERRCODE = 'check_violation', CONSTRAINT = 'FinancialYear_within_envelope';
  END IF;
  UPDATE "FinancialYear" SET
    "envelopeCents" = "envelopeCents" + NEW."envelopeCents",
    "reservedCents" = "reservedCents" + NEW."reservedCents",
    "committedCents" = "committedCents" + NEW."committedCents",
    "paidCents" = "paidCents" + NEW."paidCents"
  WHERE "startYear" = NEW."startYear";
  INSERT INTO "FinancialMonth" AS m ("startYear", month, "envelopeCents", "reservedCents", "committedCents", "paidCents")
    VALUES (NEW."startYear", financial_month(NEW."startYear", NEW."effectiveOn", NEW.at),
      NEW."envelopeCents", NEW."reservedCents", NEW."committedCents", NEW."paidCents")
    ON CONFLICT ("startYear", month) DO UPDATE SET
      "envelopeCents" = m."envelopeCents" + EXCLUDED."envelopeCents",
      "reservedCents" = m."reservedCents" + EXCLUDED."reservedCents",
      "committedCents" = m."committedCents" + EXCLUDED."committedCents",
      "paidCents" = m."paidCents" + EXCLUDED."paidCents";
  IF NEW."applicationId" IS NOT NULL THEN
    INSERT INTO "ApplicationFunding" ("applicationId", "startYear") VALUES (NEW."applicationId", NEW."startYear")
      ON CONFLICT DO NOTHING;
    UPDATE "ApplicationFunding" SET
      "reservedCents" = "reservedCents" + NEW."reservedCents",
      "committedCents" = "committedCents" + NEW."committedCents",
      "paidCents" = "paidCents" + NEW."paidCents"
    WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear";
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER apply_ledger_entry BEFORE INSERT ON "LedgerEntry" FOR EACH ROW EXECUTE FUNCTION apply_ledger_entry();

-- Money that moves between years keeps its total: the MOVE entries of one request add up to nothing.
CREATE FUNCTION moves_sum_to_nothing() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT sum("committedCents") FROM "LedgerEntry"
      WHERE "applicationId" = NEW."applicationId" AND "requestId" = NEW."requestId" AND kind = 'MOVE') <> 0 THEN
    RAISE EXCEPTION 'LedgerEntry_moves_sum_to_nothing' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'LedgerEntry_moves_sum_to_nothing';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER moves_sum_to_nothing AFTER INSERT ON "LedgerEntry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.kind = 'MOVE') EXECUTE FUNCTION moves_sum_to_nothing();

-- A correction takes back exactly the entry that it names, in the same year and for the same application. A correction
-- cannot be corrected.
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

-- ---------------------------------------------------------------- money carried forward

ALTER TABLE "CarryForward" ADD CONSTRAINT "CarryForward_positive" CHECK (cents > 0);
ALTER TABLE "CarryForward" ADD CONSTRAINT "CarryForward_next_year" CHECK ("intoYear" = "fromYear" + 1);
ALTER TABLE "CarryForward" ADD CONSTRAINT "CarryForward_settled" CHECK ((state = 'IN_PRINCIPLE') = ("settledAt" IS NULL));

-- The entries of a carry-forward move its amount out of one year into the next, or back, and only once it is confirmed.
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

-- A confirmed carry-forward has moved its money.
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

-- ---------------------------------------------------------------- arrangements, reports, variations and acquittals

ALTER TABLE "Arrangement" ADD CONSTRAINT "Arrangement_dates" CHECK ("startsOn" <= "endsOn");

CREATE UNIQUE INDEX "Report_one_final" ON "Report" ("applicationId") WHERE kind = 'FINAL' AND state <> 'CANCELLED';
ALTER TABLE "Report" ADD CONSTRAINT "Report_submitted" CHECK (
  state NOT IN ('SUBMITTED', 'RETURNED', 'ACCEPTED') OR "submittedAt" IS NOT NULL);
-- A report keeps the form that it was sent on and the names of that day.
ALTER TABLE "Report" ADD CONSTRAINT "Report_as_submitted" CHECK (
  state NOT IN ('SUBMITTED', 'ACCEPTED') OR num_nulls("formHash", "versionNumber", "agencyName", "submitterName") = 0);

CREATE UNIQUE INDEX "Variation_one_open" ON "Variation" ("applicationId") WHERE state IN ('ASKED', 'BUDGET_CONFIRMED');
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_confirmed" CHECK (state <> 'BUDGET_CONFIRMED' OR kind = 'COST');
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_decided" CHECK (
  (state IN ('APPROVED', 'DECLINED', 'CANCELLED')) = ("decidedAt" IS NOT NULL));
-- Whoever checks the budget of a variation, or decides on one that moves money, has a duty in the application for it.
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_check_duty" CHECK (
  ("confirmedById" IS NULL) = ("confirmDuty" IS NULL) AND "confirmDuty" = 'CHECK_BUDGET'
  AND ("confirmedById" IS NOT NULL OR state <> 'BUDGET_CONFIRMED'));
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_decide_duty" CHECK (
  CASE WHEN state <> 'APPROVED' THEN true
    WHEN kind = 'COST' THEN "decideDuty" IS NOT DISTINCT FROM 'DECIDE' AND "confirmedById" IS NOT NULL
    WHEN kind = 'REPHASING' THEN "decideDuty" IS NOT DISTINCT FROM 'CHECK_BUDGET'
    ELSE true END);
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_for_duty" CHECK (
  ("forId" IS NULL) = ("forDuty" IS NULL) AND "forDuty" IN ('DECIDE', 'DELEGATE') AND "forId" <> "decidedById");

-- A returned acquittal stays as it was sent, and the corrected one is its next version. Who returned it, when and why go
-- together, and the money of a returned one is not settled.
CREATE UNIQUE INDEX "Acquittal_one_stands" ON "Acquittal" ("applicationId") WHERE "returnedAt" IS NULL;
ALTER TABLE "Acquittal"
  ADD CONSTRAINT "Acquittal_returned_whole" CHECK (("returnedAt" IS NULL) = ("returnedById" IS NULL) AND ("returnedAt" IS NULL) = (reason IS NULL)),
  ADD CONSTRAINT "Acquittal_returned_unsettled" CHECK ("returnedAt" IS NULL OR "surplusConfirmedAt" IS NULL);
ALTER TABLE "AcquittalLine" ADD CONSTRAINT "AcquittalLine_not_negative" CHECK ("budgetCents" >= 0 AND "actualCents" >= 0);

-- ---------------------------------------------------------------- claims and payments

ALTER TABLE "Payment" ADD CONSTRAINT "Payment_positive" CHECK (cents > 0);
ALTER TABLE "Recovery" ADD CONSTRAINT "Recovery_positive" CHECK (cents > 0);

-- The year of a claim is the year of its work. Money for work that lies ahead is an advance, which later claims account for.
ALTER TABLE "Claim"
  ADD CONSTRAINT "Claim_amounts" CHECK (cents >= 0 AND "gstCents" >= 0 AND "accountedCents" >= 0 AND cents + "accountedCents" > 0),
  ADD CONSTRAINT "Claim_accounts_for_advance" CHECK (("accountsForId" IS NULL) = ("accountedCents" = 0)),
  ADD CONSTRAINT "Claim_advance_is_money" CHECK ("advanceReason" IS NULL OR (cents > 0 AND "accountsForId" IS NULL)),
  ADD CONSTRAINT "Claim_work_in_its_year" CHECK (
    "workFrom" <= "workTo" AND "workFrom" >= make_date("startYear", 7, 1) AND "workTo" <= make_date("startYear" + 1, 6, 30));
ALTER TABLE "Claim" ADD CONSTRAINT "Claim_decided" CHECK ((state = 'CLAIMED') = ("decidedAt" IS NULL));
-- An agency cannot claim for one invoice twice, unless the first claim was returned or cancelled.
CREATE UNIQUE INDEX "Claim_invoice_once" ON "Claim" ("agencyId", lower("invoiceNumber")) WHERE state NOT IN ('RETURNED', 'CANCELLED');

-- The days of a new claim are in order: work and invoice come before the claim. The work of an advance may come later, in
-- a year that has begun. Claims from before this rule keep the days that they have.
CREATE FUNCTION claim_days_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  "claimedOn" date := (NEW."claimedAt" AT TIME ZONE 'Pacific/Auckland')::date;
BEGIN
  IF NEW."workFrom" IS NULL OR NEW."workTo" IS NULL OR NEW."invoicedOn" > "claimedOn"
    OR make_date(NEW."startYear", 7, 1) > "claimedOn"
    OR (NEW."advanceReason" IS NULL AND NEW."workTo" > "claimedOn") THEN
    RAISE EXCEPTION 'Claim_days_in_order' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_days_in_order';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER claim_days_in_order BEFORE INSERT ON "Claim" FOR EACH ROW EXECUTE FUNCTION claim_days_in_order();

-- Open claims fit into what is committed and not paid in their year, whichever of the two changes.
CREATE FUNCTION claims_within_committed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  unpaid bigint;
  claimed bigint;
BEGIN
  SELECT "committedCents" - "paidCents" INTO unpaid FROM "ApplicationFunding"
    WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear" FOR UPDATE;
  SELECT coalesce(sum(cents), 0) INTO claimed FROM "Claim"
    WHERE "applicationId" = NEW."applicationId" AND "startYear" = NEW."startYear" AND state IN ('CLAIMED', 'APPROVED');
  IF claimed > coalesce(unpaid, 0) THEN
    RAISE EXCEPTION 'Claim_within_committed' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_within_committed';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER claims_within_committed AFTER INSERT OR UPDATE OF state ON "Claim"
  FOR EACH ROW WHEN (NEW.state IN ('CLAIMED', 'APPROVED')) EXECUTE FUNCTION claims_within_committed();
CREATE TRIGGER claims_within_committed AFTER UPDATE ON "ApplicationFunding"
  FOR EACH ROW WHEN (NEW."committedCents" - NEW."paidCents" < OLD."committedCents" - OLD."paidCents")
  EXECUTE FUNCTION claims_within_committed();

-- Claims cannot account for more of an advance than was paid.
CREATE FUNCTION claims_within_advance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  advanced bigint;
  accounted bigint;
BEGIN
  SELECT cents INTO advanced FROM "Claim"
    WHERE id = NEW."accountsForId" AND "advanceReason" IS NOT NULL AND state = 'PAID' FOR UPDATE;
  SELECT coalesce(sum("accountedCents"), 0) INTO accounted FROM "Claim"
    WHERE "accountsForId" = NEW."accountsForId" AND state NOT IN ('RETURNED', 'CANCELLED');
  IF accounted > coalesce(advanced, 0) THEN
    RAISE EXCEPTION 'Claim_within_advance' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_within_advance';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER claims_within_advance AFTER INSERT ON "Claim"
  FOR EACH ROW WHEN (NEW."accountsForId" IS NOT NULL) EXECUTE FUNCTION claims_within_advance();

-- Only a payment makes a claim paid, and only a recovery makes it recovered. A claim that an advance has paid for needs no
-- payment, and an advance that claims account for cannot come back whole.
CREATE FUNCTION claim_follows_money() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (OLD.state = 'PAID' AND NEW.state NOT IN ('PAID', 'RECOVERED'))
    OR (NEW.state = 'PAID' AND NOT EXISTS (SELECT FROM "Payment" WHERE "claimId" = NEW.id))
    OR (NEW.state::text = 'SETTLED' AND NEW.cents > 0)
    OR (NEW.state = 'RECOVERED' AND (NOT EXISTS (SELECT FROM "Recovery" WHERE "claimId" = NEW.id) OR EXISTS (
      SELECT FROM "Claim" WHERE "accountsForId" = NEW.id AND state NOT IN ('RETURNED', 'CANCELLED')))) THEN
    RAISE EXCEPTION 'Claim_follows_money' USING ERRCODE = 'check_violation', CONSTRAINT = 'Claim_follows_money';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER claim_follows_money AFTER UPDATE OF state ON "Claim" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION claim_follows_money();

-- ---------------------------------------------------------------- records that only grow, and states that have ended

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "LedgerEntry" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "LedgerEntry" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "AuditEvent" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "AuditEvent" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "FormRelease" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON "FormRelease" FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "ApplicationVersion" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "VersionDocument" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Duty" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "BudgetCheck" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Decision" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "LetterTemplate" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Letter" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "ConditionList" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Payment" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Recovery" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "AcquittalLine" FOR EACH ROW EXECUTE FUNCTION append_only();

CREATE FUNCTION keep_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state::text = ANY (TG_ARGV) AND NEW.state <> OLD.state THEN
    RAISE EXCEPTION '% has ended: % stays', TG_TABLE_NAME, OLD.state USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER keep_ended BEFORE UPDATE ON "Claim" FOR EACH ROW EXECUTE FUNCTION keep_ended('RETURNED', 'CANCELLED', 'RECOVERED');
CREATE TRIGGER keep_ended BEFORE UPDATE ON "Report" FOR EACH ROW EXECUTE FUNCTION keep_ended('ACCEPTED', 'CANCELLED');
CREATE TRIGGER keep_ended BEFORE UPDATE ON "Variation" FOR EACH ROW EXECUTE FUNCTION keep_ended('APPROVED', 'DECLINED', 'CANCELLED');
CREATE TRIGGER keep_ended BEFORE UPDATE ON "CarryForward" FOR EACH ROW EXECUTE FUNCTION keep_ended('CONFIRMED', 'CANCELLED');

-- ---------------------------------------------------------------- the application's own database user

-- A role, not a login: an operator makes a login that is a member of it, or lets the portal take it on with SET ROLE.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'psf_app') THEN
    CREATE ROLE psf_app NOLOGIN;
  END IF;
  IF NOT pg_has_role(current_user, 'psf_app', 'MEMBER') THEN
    EXECUTE format('GRANT psf_app TO %I', current_user);
  END IF;
END
$$;
GRANT USAGE ON SCHEMA public TO psf_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO psf_app;
-- It reads everything, also which migrations are applied, for /api/health. A later migration grants the rights on its own
-- tables.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO psf_app;

-- Kept rows: added and changed, never deleted.
GRANT INSERT, UPDATE ON "Agency", "Person", "Place", "Region", "FocusArea", "PurposeCode", "Round", "ReferenceCounter",
  "Application", "ApplicationSection", "ScreeningAnswer", "Assessment", "AssessmentScore", "AgreedScore",
  "InterestDeclaration", "Recommendation", "Scenario", "ScenarioLine", "Offer", "Arrangement", "Report", "Email" TO psf_app;
-- Rows that only say what is so now.
GRANT INSERT, UPDATE, DELETE ON "PersonRole", "Delegation", "Session", "SignInCode", "KnownBrowser", "RateCounter",
  "ApplicationPlace", "ApplicationFocusArea", "ApplicationCategory", "Phasing" TO psf_app;
GRANT INSERT, DELETE ON "ScenarioPhasing" TO psf_app;
-- A person's own note of what to look at. It is not a record: the audit trail keeps what was done.
GRANT INSERT, UPDATE (name), DELETE ON "SavedView" TO psf_app;
-- Records: added only. A batch is taken exactly as it was previewed, and a changed criterion is a new version.
GRANT INSERT ON "Criterion", "FormRelease", "ApplicationVersion", "VersionDocument", "Duty", "BudgetCheck", "Decision",
  "Batch", "BatchRow", "LetterTemplate", "Letter", "ConditionList", "LedgerEntry", "Payment", "Recovery", "AcquittalLine",
  "Reminder", "AuditEvent" TO psf_app;
-- Rows that stay as they were written; only what happens to them later can be added.
GRANT INSERT, UPDATE ("endedAt", "endedById") ON "Deputy" TO psf_app;
GRANT INSERT, UPDATE ("doneAt", "doneById") ON "Comment" TO psf_app;
GRANT INSERT, UPDATE ("scanState", "scannedAt", "scanFinding") ON "Document" TO psf_app;
GRANT INSERT, UPDATE ("removedAt", "removedById") ON "ApplicationDocument" TO psf_app;
GRANT INSERT, UPDATE (state, "decidedById", "decidedAt", reason) ON "Claim" TO psf_app;
GRANT INSERT, UPDATE (state, "confirmedById", "confirmedAt", "confirmDuty", "decidedById", "decidedAt", "decideDuty",
  "delegationCents", "forId", "forDuty", answer) ON "Variation" TO psf_app;
GRANT INSERT, UPDATE ("returnedById", "returnedAt", reason, "surplusCents", "surplusConfirmedById", "surplusConfirmedAt")
  ON "Acquittal" TO psf_app;
GRANT INSERT, UPDATE (state, "settledById", "settledAt", "settledWhy") ON "CarryForward" TO psf_app;
-- A new year starts with nothing in it; its counters belong to the trigger.
GRANT INSERT ("startYear") ON "FinancialYear" TO psf_app;
