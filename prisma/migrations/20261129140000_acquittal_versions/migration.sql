-- An acquittal that is returned stays as it was sent, and the corrected one is the next version of it.
ALTER TABLE "AcquittalLine" DROP CONSTRAINT "AcquittalLine_applicationId_fkey", DROP CONSTRAINT "AcquittalLine_pkey";
ALTER TABLE "Acquittal" DROP CONSTRAINT "Acquittal_pkey";
ALTER TABLE "Acquittal"
  ADD COLUMN "number" INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN "returnedById" UUID,
  ADD COLUMN "returnedAt" TIMESTAMPTZ(3),
  ADD COLUMN "reason" TEXT,
  ADD CONSTRAINT "Acquittal_pkey" PRIMARY KEY ("applicationId", "number");
ALTER TABLE "AcquittalLine"
  ADD COLUMN "number" INTEGER NOT NULL DEFAULT 1,
  ADD CONSTRAINT "AcquittalLine_pkey" PRIMARY KEY ("applicationId", "number", "position"),
  ADD CONSTRAINT "AcquittalLine_applicationId_number_fkey" FOREIGN KEY ("applicationId", "number")
    REFERENCES "Acquittal" ("applicationId", "number") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE UNIQUE INDEX "Acquittal_one_stands" ON "Acquittal" ("applicationId") WHERE "returnedAt" IS NULL;
-- Who returned it, when and why go together, and the money of what was returned is not settled.
ALTER TABLE "Acquittal"
  ADD CONSTRAINT "Acquittal_returned_whole" CHECK (("returnedAt" IS NULL) = ("returnedById" IS NULL) AND ("returnedAt" IS NULL) = (reason IS NULL)),
  ADD CONSTRAINT "Acquittal_returned_unsettled" CHECK ("returnedAt" IS NULL OR "surplusConfirmedAt" IS NULL);

-- Of what was submitted only its fate changes.
REVOKE UPDATE ON "Acquittal" FROM psf_app;
GRANT UPDATE ("returnedById", "returnedAt", reason, "surplusCents", "surplusConfirmedById", "surplusConfirmedAt")
  ON "Acquittal" TO psf_app;
