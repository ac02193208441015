-- Somebody moves to another agency on a day to come: until then it is planned, and can be cancelled.
CREATE TABLE "PersonMove" (
    "id" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "agencyId" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "roles" "Role"[],
    "fromOn" DATE NOT NULL,
    "plannedById" UUID NOT NULL,
    "plannedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "PersonMove_pkey" PRIMARY KEY ("id")
);
ALTER TABLE "PersonMove" ADD CONSTRAINT "PersonMove_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "PersonMove_agencyId_fkey" FOREIGN KEY ("agencyId") REFERENCES "Agency"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT "PersonMove_plannedById_fkey" FOREIGN KEY ("plannedById") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX "PersonMove_personId_idx" ON "PersonMove"("personId");
-- One at a time, and the job's way to those that are due.
CREATE UNIQUE INDEX "PersonMove_planned_once" ON "PersonMove" ("personId") WHERE "endedAt" IS NULL;
CREATE INDEX "PersonMove_due" ON "PersonMove" ("fromOn") WHERE "endedAt" IS NULL;
GRANT SELECT, INSERT, UPDATE ("endedAt") ON "PersonMove" TO psf_app;
CREATE CONSTRAINT TRIGGER as_recorded AFTER INSERT ON "PersonMove" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  EXECUTE FUNCTION as_recorded('person', 'personId', '{person.movePlanned}', '{DESK,ADMINISTRATOR}', 'plannedById');
