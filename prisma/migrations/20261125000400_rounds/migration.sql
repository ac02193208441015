-- What the desk keeps for a round: the money, who is told, the checklist, and criteria in versions.
ALTER TABLE "Round"
  ADD COLUMN "moneyCents" BIGINT,
  ADD COLUMN "tellEmails" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "checklist" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "criteriaVersion" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "revision" INTEGER NOT NULL DEFAULT 1;
UPDATE "Round" SET "checklist" = ARRAY[
  'The applicant is a New Zealand government agency',
  'Every place is in the Pacific and eligible',
  'The initiative is about security, and fits a focus area',
  'It is not paid for twice: other contributions are stated',
  'The answers are enough to assess it'];
ALTER TABLE "Round" ADD CONSTRAINT "Round_money" CHECK ("moneyCents" > 0);

ALTER TABLE "Criterion" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1, ADD COLUMN "sections" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];
DROP INDEX "Criterion_roundId_position_key";
CREATE UNIQUE INDEX "Criterion_roundId_version_position_key" ON "Criterion"("roundId", "version", "position");
-- A criterion stays as it was read: a change is a new version.
REVOKE UPDATE ON "Criterion" FROM psf_app;

-- The criteria that an application is read with, from when it was accepted for assessment.
ALTER TABLE "Application" ADD COLUMN "criteriaVersion" INTEGER;
UPDATE "Application" SET "criteriaVersion" = 1
  WHERE id IN (SELECT "applicationId" FROM "AuditEvent" WHERE action = 'acceptForAssessment');

CREATE TYPE "CheckAnswer" AS ENUM ('YES', 'NO', 'NOT_APPLICABLE');
CREATE TABLE "ScreeningAnswer" (
    "applicationId" UUID NOT NULL,
    "versionNumber" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "question" TEXT NOT NULL,
    "answer" "CheckAnswer",
    "note" TEXT NOT NULL DEFAULT '',
    "answeredById" UUID NOT NULL,
    "answeredAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ScreeningAnswer_pkey" PRIMARY KEY ("applicationId","versionNumber","position")
);
ALTER TABLE "ScreeningAnswer" ADD CONSTRAINT "ScreeningAnswer_applicationId_versionNumber_fkey"
  FOREIGN KEY ("applicationId", "versionNumber") REFERENCES "ApplicationVersion"("applicationId", "number") ON DELETE RESTRICT ON UPDATE CASCADE;
GRANT SELECT, INSERT, UPDATE ON "ScreeningAnswer" TO psf_app;
