-- AlterEnum
ALTER TYPE "DutyKind" ADD VALUE 'DELEGATE';

-- CreateEnum
CREATE TYPE "LetterKind" AS ENUM ('OFFER', 'DECLINE', 'INELIGIBLE');

-- CreateTable
CREATE TABLE "Deputy" (
    "id" UUID NOT NULL,
    "approverId" UUID NOT NULL,
    "deputyId" UUID NOT NULL,
    "fromOn" DATE NOT NULL,
    "toOn" DATE NOT NULL,
    "namedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "endedById" UUID,

    CONSTRAINT "Deputy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LetterTemplate" (
    "id" UUID NOT NULL,
    "kind" "LetterKind" NOT NULL,
    "number" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "savedById" UUID,
    "savedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LetterTemplate_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Letter" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "kind" "LetterKind" NOT NULL,
    "text" TEXT NOT NULL,
    "templateId" UUID,
    "sentById" UUID NOT NULL,
    "sentAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Letter_pkey" PRIMARY KEY ("id")
);

-- AlterTable
ALTER TABLE "Decision" ADD COLUMN "forId" UUID, ADD COLUMN "forDuty" "DutyKind";
ALTER TABLE "Offer" ADD COLUMN "letterId" UUID;

-- What offers said moves to where all letters are kept, under the offer's own id.
INSERT INTO "Letter" (id, "applicationId", kind, text, "sentById", "sentAt")
  SELECT id, "applicationId", 'OFFER', letter, "sentById", "sentAt" FROM "Offer";
UPDATE "Offer" SET "letterId" = id;
ALTER TABLE "Offer" ALTER COLUMN "letterId" SET NOT NULL, DROP COLUMN "letter";

-- CreateIndex
CREATE INDEX "Deputy_approverId_id_idx" ON "Deputy"("approverId", "id");

-- CreateIndex
CREATE INDEX "Deputy_deputyId_id_idx" ON "Deputy"("deputyId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "LetterTemplate_kind_number_key" ON "LetterTemplate"("kind", "number");

-- CreateIndex
CREATE UNIQUE INDEX "LetterTemplate_id_kind_key" ON "LetterTemplate"("id", "kind");

-- CreateIndex
CREATE INDEX "Letter_applicationId_id_idx" ON "Letter"("applicationId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Offer_letterId_key" ON "Offer"("letterId");

-- AddForeignKey
ALTER TABLE "Deputy" ADD CONSTRAINT "Deputy_approverId_fkey" FOREIGN KEY ("approverId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Deputy" ADD CONSTRAINT "Deputy_deputyId_fkey" FOREIGN KEY ("deputyId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_applicationId_forId_forDuty_fkey" FOREIGN KEY ("applicationId", "forId", "forDuty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Offer" ADD CONSTRAINT "Offer_letterId_fkey" FOREIGN KEY ("letterId") REFERENCES "Letter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Letter" ADD CONSTRAINT "Letter_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Letter" ADD CONSTRAINT "Letter_templateId_kind_fkey" FOREIGN KEY ("templateId", "kind") REFERENCES "LetterTemplate"("id", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Nobody is their own deputy, and only that it is ended comes later.
ALTER TABLE "Deputy" ADD CONSTRAINT "Deputy_somebody_else" CHECK ("approverId" <> "deputyId");
ALTER TABLE "Deputy" ADD CONSTRAINT "Deputy_days" CHECK ("fromOn" <= "toOn");
ALTER TABLE "Deputy" ADD CONSTRAINT "Deputy_ended" CHECK (("endedAt" IS NULL) = ("endedById" IS NULL));
GRANT SELECT, INSERT ON "Deputy" TO psf_app;
GRANT UPDATE ("endedAt", "endedById") ON "Deputy" TO psf_app;

-- A text that was saved and a letter that was sent stay as they are.
ALTER TABLE "LetterTemplate" ADD CONSTRAINT "LetterTemplate_text" CHECK (number > 0 AND subject <> '' AND body <> '');
ALTER TABLE "Letter" ADD CONSTRAINT "Letter_text" CHECK (text <> '');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "LetterTemplate" FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Letter" FOR EACH ROW EXECUTE FUNCTION append_only();
GRANT SELECT, INSERT ON "LetterTemplate", "Letter" TO psf_app;
