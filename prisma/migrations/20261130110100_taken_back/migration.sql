-- A recommendation that the desk took back: by whom, who has the duty to recommend, and why.
ALTER TABLE "Recommendation" ADD COLUMN "takenBackById" UUID, ADD COLUMN "takenBackReason" TEXT;
ALTER TABLE "Recommendation" ADD CONSTRAINT "Recommendation_applicationId_takenBackById_duty_fkey" FOREIGN KEY ("applicationId", "takenBackById", "duty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Recommendation" ADD CONSTRAINT "Recommendation_taken_back" CHECK (
  ("takenBackById" IS NULL) = ("takenBackReason" IS NULL) AND ("takenBackById" IS NULL OR "returnedAt" IS NOT NULL));
