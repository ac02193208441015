-- Interests are declared by everybody of MFAT who acts, and an interest recuses until an administrator clears it.
ALTER TABLE "InterestDeclaration"
  ADD COLUMN "isRecused" BOOLEAN,
  ADD COLUMN "clearedById" UUID,
  ADD COLUMN "clearedAt" TIMESTAMPTZ(3),
  ADD COLUMN "clearReason" TEXT;
UPDATE "InterestDeclaration" SET "isRecused" = "hasInterest";
ALTER TABLE "InterestDeclaration" ALTER COLUMN "isRecused" SET NOT NULL;
ALTER TABLE "InterestDeclaration" ADD CONSTRAINT "InterestDeclaration_recused" CHECK (
  "isRecused" = ("hasInterest" AND "clearedAt" IS NULL)
  AND ("clearedAt" IS NULL) = ("clearedById" IS NULL) AND ("clearedAt" IS NULL) = ("clearReason" IS NULL)
  AND ("clearedAt" IS NULL OR "hasInterest") AND "clearedById" <> "personId");
ALTER TABLE "InterestDeclaration" ADD CONSTRAINT "InterestDeclaration_personId_fkey"
  FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "InterestDeclaration" ADD CONSTRAINT "InterestDeclaration_clearedById_fkey"
  FOREIGN KEY ("clearedById") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE UNIQUE INDEX "InterestDeclaration_applicationId_personId_isRecused_key"
  ON "InterestDeclaration"("applicationId", "personId", "isRecused");
CREATE INDEX "InterestDeclaration_declaredAt_applicationId_personId_idx"
  ON "InterestDeclaration"("declaredAt", "applicationId", "personId");

ALTER TABLE "AssessmentScore" DROP CONSTRAINT "AssessmentScore_applicationId_assessorId_hasInterest_fkey";
ALTER TABLE "AssessmentScore" DROP CONSTRAINT "AssessmentScore_no_interest";
DROP INDEX "InterestDeclaration_applicationId_personId_hasInterest_key";
ALTER TABLE "AssessmentScore" RENAME COLUMN "hasInterest" TO "isRecused";
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_not_recused" CHECK (NOT "isRecused");
ALTER TABLE "AssessmentScore" ADD CONSTRAINT "AssessmentScore_applicationId_assessorId_isRecused_fkey"
  FOREIGN KEY ("applicationId", "assessorId", "isRecused")
  REFERENCES "InterestDeclaration"("applicationId", "personId", "isRecused") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Duties of before this rule stay as they are: nothing is declared in anybody's name. New ones are held to it.
ALTER TABLE "Duty" ADD COLUMN "isRecused" BOOLEAN;
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_not_recused" CHECK (
  CASE WHEN kind IN ('RECOMMEND', 'CHECK_BUDGET', 'DECIDE') THEN "isRecused" IS FALSE ELSE "isRecused" IS NULL END) NOT VALID;
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_applicationId_personId_isRecused_fkey"
  FOREIGN KEY ("applicationId", "personId", "isRecused")
  REFERENCES "InterestDeclaration"("applicationId", "personId", "isRecused") ON DELETE RESTRICT ON UPDATE CASCADE;
