-- What holds of documents whatever the application does.

ALTER TABLE "Document" ADD CONSTRAINT "Document_size" CHECK ("sizeBytes" BETWEEN 1 AND 26214400);
ALTER TABLE "Document" ADD CONSTRAINT "Document_sha256" CHECK (sha256 ~ '^[0-9a-f]{64}$');
ALTER TABLE "Document" ADD CONSTRAINT "Document_scanned" CHECK (("scanState" IN ('CLEAN', 'REFUSED')) = ("scannedAt" IS NOT NULL));
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_section" CHECK (section IN ('partners', 'files'));
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_described" CHECK (description <> '');
ALTER TABLE "ApplicationDocument" ADD CONSTRAINT "ApplicationDocument_removed" CHECK (("removedAt" IS NULL) = ("removedById" IS NULL));
CREATE UNIQUE INDEX "ApplicationDocument_once" ON "ApplicationDocument" ("applicationId", section, "documentId") WHERE "removedAt" IS NULL;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "VersionDocument" FOR EACH ROW EXECUTE FUNCTION append_only();

-- A document stays as it came: only its scan is learned later. A use of it can be ended and not changed, so what a
-- version names cannot change either.
GRANT SELECT, INSERT ON "Document", "ApplicationDocument", "VersionDocument" TO psf_app;
GRANT UPDATE ("scanState", "scannedAt", "scanFinding") ON "Document" TO psf_app;
GRANT UPDATE ("removedAt", "removedById") ON "ApplicationDocument" TO psf_app;
