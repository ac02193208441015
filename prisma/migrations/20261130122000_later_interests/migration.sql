-- An interest that somebody learned of after they had declared. What they declared stays as it was on its day, and so does
-- what they did before; from then on they are recused.
CREATE TABLE "LaterInterest" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "description" TEXT NOT NULL,
    "sinceOn" DATE,
    "learnedOn" DATE NOT NULL,
    "notedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "clearedById" UUID,
    "clearedAt" TIMESTAMPTZ(3),
    "clearReason" TEXT,
    "keptAt" TIMESTAMPTZ(3),
    "keptById" UUID,
    "keptReason" TEXT,

    CONSTRAINT "LaterInterest_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "LaterInterest_applicationId_personId_idx" ON "LaterInterest"("applicationId", "personId");
ALTER TABLE "LaterInterest" ADD CONSTRAINT "LaterInterest_applicationId_personId_fkey" FOREIGN KEY ("applicationId", "personId") REFERENCES "InterestDeclaration"("applicationId", "personId") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "LaterInterest"
  ADD CONSTRAINT "LaterInterest_described" CHECK (description <> ''),
  ADD CONSTRAINT "LaterInterest_days" CHECK (
    "learnedOn" <= ("notedAt" AT TIME ZONE 'Pacific/Auckland')::date AND coalesce("sinceOn" <= "learnedOn", true)),
  ADD CONSTRAINT "LaterInterest_cleared" CHECK (
    ("clearedAt" IS NULL) = ("clearedById" IS NULL) AND ("clearedAt" IS NULL) = ("clearReason" IS NULL)
    AND "clearedById" <> "personId"),
  -- What an assessor had completed before still counts: the desk keeps it, with a reason, or sets it aside.
  ADD CONSTRAINT "LaterInterest_kept" CHECK (
    ("keptAt" IS NULL) = ("keptById" IS NULL) AND ("keptAt" IS NULL) = (coalesce("keptReason", '') = '')
    AND "keptById" <> "personId");
GRANT SELECT, INSERT, UPDATE ("clearedById", "clearedAt", "clearReason", "keptAt", "keptById", "keptReason") ON "LaterInterest" TO psf_app;

-- A person is recused by what they declared or by what they learned of later, until it is cleared. A CHECK cannot read
-- another table, so triggers keep both in agreement.
ALTER TABLE "InterestDeclaration" DROP CONSTRAINT "InterestDeclaration_recused";
ALTER TABLE "InterestDeclaration" ADD CONSTRAINT "InterestDeclaration_cleared" CHECK (
  ("clearedAt" IS NULL) = ("clearedById" IS NULL) AND ("clearedAt" IS NULL) = ("clearReason" IS NULL)
  AND ("clearedAt" IS NULL OR "hasInterest") AND "clearedById" <> "personId");

-- A duty or a score was taken on by somebody who was not recused that day. They may be recused later, so it cannot hang on
-- what the declaration says now.
ALTER TABLE "Duty" DROP CONSTRAINT "Duty_applicationId_personId_isRecused_fkey";
ALTER TABLE "AssessmentScore" DROP CONSTRAINT "AssessmentScore_applicationId_assessorId_isRecused_fkey",
  DROP CONSTRAINT "AssessmentScore_not_recused", DROP COLUMN "isRecused";
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_applicationId_assessorId_declared_fkey" FOREIGN KEY ("applicationId", "assessorId") REFERENCES "InterestDeclaration"("applicationId", "personId") ON DELETE RESTRICT ON UPDATE CASCADE;
DROP INDEX "InterestDeclaration_applicationId_personId_isRecused_key";

CREATE FUNCTION recuses(declared "InterestDeclaration") RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT (declared."hasInterest" AND declared."clearedAt" IS NULL) OR EXISTS (SELECT FROM "LaterInterest" l
    WHERE l."applicationId" = declared."applicationId" AND l."personId" = declared."personId" AND l."clearedAt" IS NULL)
$$;

CREATE FUNCTION recused_as_known() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW."isRecused" <> recuses(NEW) THEN
    RAISE EXCEPTION 'InterestDeclaration_recused' USING ERRCODE = 'check_violation', CONSTRAINT = 'InterestDeclaration_recused';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER recused_as_known BEFORE INSERT OR UPDATE ON "InterestDeclaration"
  FOR EACH ROW EXECUTE FUNCTION recused_as_known();

CREATE FUNCTION recuse_from_now_on() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE "InterestDeclaration" d SET "isRecused" = recuses(d)
    WHERE d."applicationId" = NEW."applicationId" AND d."personId" = NEW."personId";
  RETURN NULL;
END
$$;
CREATE TRIGGER recuse_from_now_on AFTER INSERT OR UPDATE ON "LaterInterest"
  FOR EACH ROW EXECUTE FUNCTION recuse_from_now_on();

-- Nobody takes part in a decision who has not declared, or is recused now. The declaration is locked, so that an interest
-- taken down at the same moment comes before or after.
CREATE FUNCTION refuse_recused() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  person uuid := to_jsonb(NEW) ->> TG_ARGV[0];
  refusal text := TG_TABLE_NAME || '_by_nobody_recused';
BEGIN
  PERFORM FROM "InterestDeclaration" d
    WHERE d."applicationId" = NEW."applicationId" AND d."personId" = person AND NOT d."isRecused" FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION '%', refusal USING ERRCODE = 'check_violation', CONSTRAINT = refusal;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER refuse_recused BEFORE INSERT ON "Duty" FOR EACH ROW
  WHEN (NEW.kind IN ('RECOMMEND', 'CHECK_BUDGET', 'DECIDE')) EXECUTE FUNCTION refuse_recused('personId');
CREATE TRIGGER refuse_recused BEFORE INSERT OR UPDATE ON "AssessmentScore" FOR EACH ROW EXECUTE FUNCTION refuse_recused('assessorId');
CREATE TRIGGER refuse_recused BEFORE INSERT ON "Recommendation" FOR EACH ROW EXECUTE FUNCTION refuse_recused('recommendedById');
CREATE TRIGGER refuse_recused BEFORE INSERT ON "BudgetCheck" FOR EACH ROW EXECUTE FUNCTION refuse_recused('checkedById');
CREATE TRIGGER refuse_recused BEFORE INSERT ON "Decision" FOR EACH ROW EXECUTE FUNCTION refuse_recused('decidedById');
