-- CreateTable
CREATE TABLE "Comment" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "agencyId" UUID NOT NULL,
    "section" TEXT,
    "text" TEXT NOT NULL,
    "authorId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "doneById" UUID,
    "doneAt" TIMESTAMPTZ(3),
    "requestId" UUID NOT NULL,

    CONSTRAINT "Comment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Comment_requestId_key" ON "Comment"("requestId");

-- CreateIndex
CREATE INDEX "Comment_applicationId_id_idx" ON "Comment"("applicationId", "id");

-- AddForeignKey
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_applicationId_agencyId_fkey" FOREIGN KEY ("applicationId", "agencyId") REFERENCES "Application"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_authorId_agencyId_fkey" FOREIGN KEY ("authorId", "agencyId") REFERENCES "Person"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_doneById_agencyId_fkey" FOREIGN KEY ("doneById", "agencyId") REFERENCES "Person"("id", "agencyId") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What was said stays as it was said; only that it is settled comes later.
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_text" CHECK (text <> '');
ALTER TABLE "Comment" ADD CONSTRAINT "Comment_done" CHECK (("doneAt" IS NULL) = ("doneById" IS NULL));
GRANT SELECT, INSERT ON "Comment" TO psf_app;
GRANT UPDATE ("doneAt", "doneById") ON "Comment" TO psf_app;
