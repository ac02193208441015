-- Each application that was submitted is looked after by one person of the desk, who can be changed.
CREATE TABLE "DeskOfficer" (
    "id" BIGSERIAL NOT NULL,
    "applicationId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "byId" UUID,
    "reason" TEXT,

    CONSTRAINT "DeskOfficer_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "DeskOfficer_applicationId_id_idx" ON "DeskOfficer"("applicationId", "id");
CREATE INDEX "DeskOfficer_personId_idx" ON "DeskOfficer"("personId");
ALTER TABLE "DeskOfficer" ADD CONSTRAINT "DeskOfficer_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "DeskOfficer" ADD CONSTRAINT "DeskOfficer_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
-- Who hands an application over says why.
ALTER TABLE "DeskOfficer" ADD CONSTRAINT "DeskOfficer_reason" CHECK (("byId" IS NULL) = (coalesce(reason, '') = ''));
GRANT SELECT, INSERT ON "DeskOfficer" TO psf_app;
GRANT USAGE ON SEQUENCE "DeskOfficer_id_seq" TO psf_app;

ALTER TABLE "Application" ADD COLUMN "deskOfficerId" UUID;
CREATE INDEX "Application_deskOfficerId_id_idx" ON "Application"("deskOfficerId", "id");
ALTER TABLE "Application" ADD CONSTRAINT "Application_deskOfficerId_fkey" FOREIGN KEY ("deskOfficerId") REFERENCES "Person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What was submitted before is looked after by the desk officer who acted on it last, or else by the one who has been with the
-- portal longest. Nobody with an interest in an application looks after it.
INSERT INTO "DeskOfficer" ("applicationId", "personId")
SELECT a.id, chosen.id FROM "Application" a
CROSS JOIN LATERAL (
  SELECT p.id FROM "Person" p
  JOIN "PersonRole" r ON r."personId" = p.id AND r.role = 'DESK'
  WHERE p.side = 'MFAT' AND p."endedAt" IS NULL AND NOT EXISTS (SELECT FROM "InterestDeclaration" i
    WHERE i."applicationId" = a.id AND i."personId" = p.id AND i."isRecused")
  ORDER BY (SELECT max(e.id) FROM "AuditEvent" e WHERE e."applicationId" = a.id AND e."actorId" = p.id AND e.action IS NOT NULL)
    DESC NULLS LAST, p."createdAt", p.id
  LIMIT 1) chosen
WHERE a."versionNumber" > 0;
ALTER TABLE "Application" DISABLE TRIGGER USER;
UPDATE "Application" a SET "deskOfficerId" = o."personId" FROM "DeskOfficer" o WHERE o."applicationId" = a.id;
ALTER TABLE "Application" ENABLE TRIGGER USER;

-- It is somebody of the desk, who has not left and has no interest in the application.
CREATE FUNCTION looked_after_by_desk() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "Person" p JOIN "PersonRole" r ON r."personId" = p.id AND r.role = 'DESK'
      WHERE p.id = NEW."personId" AND p."endedAt" IS NULL)
    OR EXISTS (SELECT FROM "InterestDeclaration" i
      WHERE i."applicationId" = NEW."applicationId" AND i."personId" = NEW."personId" AND i."isRecused") THEN
    PERFORM refuse_change('DeskOfficer_of_the_desk');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER looked_after_by_desk BEFORE INSERT ON "DeskOfficer" FOR EACH ROW EXECUTE FUNCTION looked_after_by_desk();

-- The application names the person of its newest row, and changes in no other way: the portal itself may not write the column.
CREATE FUNCTION looked_after_from_now_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE "Application" SET "deskOfficerId" = NEW."personId" WHERE id = NEW."applicationId";
  RETURN NULL;
END
$$;
CREATE TRIGGER looked_after_from_now_on AFTER INSERT ON "DeskOfficer"
  FOR EACH ROW EXECUTE FUNCTION looked_after_from_now_on();
CREATE FUNCTION looked_after_as_recorded() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW."deskOfficerId" IS DISTINCT FROM (SELECT o."personId" FROM "DeskOfficer" o
      WHERE o."applicationId" = NEW.id ORDER BY o.id DESC LIMIT 1) THEN
    PERFORM refuse_change('Application_looked_after_as_recorded');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER looked_after_as_recorded BEFORE UPDATE OF "deskOfficerId" ON "Application" FOR EACH ROW
  EXECUTE FUNCTION looked_after_as_recorded();
CREATE TRIGGER looked_after_as_recorded_at_first BEFORE INSERT ON "Application" FOR EACH ROW
  WHEN (NEW."deskOfficerId" IS NOT NULL) EXECUTE FUNCTION looked_after_as_recorded();
