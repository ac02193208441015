-- What is closed to a reader is found without reading all that they ever had to do with.
DROP INDEX "Duty_personId_idx";
CREATE INDEX "Duty_personId_kind_idx" ON "Duty"("personId", "kind");
CREATE INDEX "InterestDeclaration_personId_isRecused_idx" ON "InterestDeclaration"("personId", "isRecused");
