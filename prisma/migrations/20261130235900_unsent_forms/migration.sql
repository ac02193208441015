CREATE TABLE "UnsentForm" (
    "personId" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "form" TEXT NOT NULL,
    "values" JSONB NOT NULL,
    "began" TEXT NOT NULL,
    "savedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "UnsentForm_pkey" PRIMARY KEY ("personId", "path", "form")
);
CREATE INDEX "UnsentForm_savedAt_idx" ON "UnsentForm"("savedAt");
ALTER TABLE "UnsentForm" ADD CONSTRAINT "UnsentForm_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "SignedOutForm" (
    "personId" UUID NOT NULL,
    "browserHash" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "keptAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SignedOutForm_pkey" PRIMARY KEY ("personId", "browserHash", "path")
);
CREATE INDEX "SignedOutForm_keptAt_idx" ON "SignedOutForm"("keptAt");
ALTER TABLE "SignedOutForm" ADD CONSTRAINT "SignedOutForm_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What somebody types is theirs until they send it, and no record: it goes when it was sent, or when they clear it.
GRANT SELECT, INSERT, UPDATE, DELETE ON "UnsentForm", "SignedOutForm" TO psf_app;
