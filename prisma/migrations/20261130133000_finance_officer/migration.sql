ALTER TABLE "PersonRole" DROP CONSTRAINT "PersonRole_side_fits",
  ADD CONSTRAINT "PersonRole_side_fits" CHECK ((role IN ('CONTRIBUTOR', 'FINANCE', 'CERTIFIER')) = (side = 'AGENCY'));

-- The amounts of a final account before a certifier submits it. The newest counts, and those before it stay.
CREATE TABLE "PreparedAcquittal" (
  "id" UUID NOT NULL,
  "applicationId" UUID NOT NULL,
  "values" JSONB NOT NULL,
  "preparedById" UUID NOT NULL,
  "preparedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "PreparedAcquittal_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "PreparedAcquittal_applicationId_idx" ON "PreparedAcquittal"("applicationId");
ALTER TABLE "PreparedAcquittal" ADD CONSTRAINT "PreparedAcquittal_applicationId_fkey"
  FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
GRANT SELECT, INSERT ON "PreparedAcquittal" TO psf_app;
