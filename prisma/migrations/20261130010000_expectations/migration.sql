-- What a budget officer expects of an initiative is noted beside its money, and moves none of it.
CREATE TABLE "Expectation" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "startYear" INTEGER NOT NULL,
    "cents" BIGINT,
    "note" TEXT NOT NULL,
    "notedById" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Expectation_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Expectation_startYear_applicationId_at_idx" ON "Expectation"("startYear", "applicationId", "at");
ALTER TABLE "Expectation" ADD CONSTRAINT "Expectation_applicationId_startYear_fkey" FOREIGN KEY ("applicationId", "startYear") REFERENCES "ApplicationFunding"("applicationId", "startYear") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "Expectation" ADD CONSTRAINT "Expectation_not_negative" CHECK (cents >= 0);
ALTER TABLE "Expectation" ADD CONSTRAINT "Expectation_note" CHECK (note <> '');

-- Only added: the newest counts, and those before it stay.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "Expectation" FOR EACH ROW EXECUTE FUNCTION append_only();
GRANT SELECT, INSERT ON "Expectation" TO psf_app;
