-- AlterTable
ALTER TABLE "ApplicationSection" ADD COLUMN     "formId" TEXT,
ADD COLUMN     "shown" TEXT,
ADD COLUMN     "writers" JSONB NOT NULL DEFAULT '{}';
