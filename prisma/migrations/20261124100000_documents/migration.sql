-- CreateEnum
CREATE TYPE "ScanState" AS ENUM ('WAITING', 'CLEAN', 'REFUSED', 'NOT_SCANNED');

-- CreateTable
CREATE TABLE "Document" (
    "id" UUID NOT NULL,
    "agencyId" UUID NOT NULL,
    "fileName" TEXT NOT NULL,
    "mediaType" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "storageKey" TEXT NOT NULL,
    "scanState" "ScanState" NOT NULL,
    "scannedAt" TIMESTAMPTZ(3),
    "scanFinding" TEXT,
    "uploadedById" UUID NOT NULL,
    "uploadedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApplicationDocument" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "documentId" UUID NOT NULL,
    "agencyId" UUID NOT NULL,
    "section" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "addedById" UUID NOT NULL,
    "addedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedById" UUID,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApplicationDocument_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "VersionDocument" (
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "useId" UUID NOT NULL,

    CONSTRAINT "VersionDocument_pkey" PRIMARY KEY ("applicationId","number","useId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Document_storageKey_key" ON "Document"("storageKey");

-- CreateIndex
CREATE INDEX "Document_agencyId_id_idx" ON "Document"("agencyId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Document_id_agencyId_key" ON "Document"("id", "agencyId");

-- CreateIndex
CREATE INDEX "ApplicationDocument_applicationId_idx" ON "ApplicationDocument"("applicationId");

-- CreateIndex
CREATE INDEX "ApplicationDocument_documentId_idx" ON "ApplicationDocument"("documentId");

-- CreateIndex
CREATE UNIQUE INDEX "ApplicationDocument_id_applicationId_key" ON "ApplicationDocument"("id", "applicationId");

-- CreateIndex
CREATE INDEX "VersionDocument_useId_idx" ON "VersionDocument"("useId");

-- AddForeignKey
ALTER TABLE "Document" ADD CONSTRAINT "Document_agencyId_fkey" FOREIGN KEY ("agencyId") REFERENCES "Agency"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_applicationId_agencyId_fkey" FOREIGN KEY ("applicationId", "agencyId") REFERENCES "Application"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_documentId_agencyId_fkey" FOREIGN KEY ("documentId", "agencyId") REFERENCES "Document"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "VersionDocument" ADD CONSTRAINT "VersionDocument_applicationId_number_fkey" FOREIGN KEY ("applicationId", "number") REFERENCES "ApplicationVersion"("applicationId", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "VersionDocument" ADD CONSTRAINT "VersionDocument_useId_applicationId_fkey" FOREIGN KEY ("useId", "applicationId") REFERENCES "ApplicationDocument"("id", "applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;
