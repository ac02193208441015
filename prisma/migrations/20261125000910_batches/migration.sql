-- CreateTable
CREATE TABLE "Batch" (
    "id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "values" JSONB NOT NULL,
    "preparedById" UUID NOT NULL,
    "preparedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "BatchRow" (
    "batchId" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "values" JSONB NOT NULL,

    CONSTRAINT "BatchRow_pkey" PRIMARY KEY ("batchId","applicationId")
);

-- CreateIndex
CREATE INDEX "BatchRow_applicationId_idx" ON "BatchRow"("applicationId");

-- AddForeignKey
ALTER TABLE "BatchRow" ADD CONSTRAINT "BatchRow_batchId_fkey" FOREIGN KEY ("batchId") REFERENCES "Batch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BatchRow" ADD CONSTRAINT "BatchRow_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What was previewed is what is taken: a batch is never changed.
GRANT SELECT, INSERT ON "Batch", "BatchRow" TO psf_app;
