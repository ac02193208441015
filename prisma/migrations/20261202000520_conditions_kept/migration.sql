-- A condition of an arrangement has an owner and a day, and is met once somebody says what proves it.

CREATE TABLE "Condition" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "dueOn" DATE NOT NULL,
    "proof" TEXT,
    "metById" UUID,
    "metAt" TIMESTAMPTZ(3),

    CONSTRAINT "Condition_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Condition_applicationId_number_key" ON "Condition"("applicationId", "number");
ALTER TABLE "Condition" ADD CONSTRAINT "Condition_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Arrangement"("applicationId") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Condition" ADD CONSTRAINT "Condition_met_whole" CHECK (num_nulls(proof, "metById", "metAt") IN (0, 3));
GRANT SELECT, INSERT, UPDATE (owner, "dueOn", proof, "metById", "metAt") ON "Condition" TO psf_app;

-- Those of the arrangements that there are, as they were approved: their agency's, by two months after their end, when the final report is due.
INSERT INTO "Condition" (id, "applicationId", number, text, owner, "dueOn")
  SELECT gen_random_uuid(), g."applicationId", row_number() OVER (PARTITION BY g."applicationId" ORDER BY line.at), trim(line.text),
    y.name, g."endsOn" + interval '2 months'
  FROM "Arrangement" g JOIN "Application" a ON a.id = g."applicationId" JOIN "Agency" y ON y.id = a."agencyId"
  CROSS JOIN LATERAL (SELECT d.conditions FROM "Decision" d WHERE d."applicationId" = a.id AND d.outcome = 'APPROVED'
    ORDER BY d."decidedAt" DESC, d.id DESC LIMIT 1) decided
  CROSS JOIN LATERAL regexp_split_to_table(decided.conditions, E'\n') WITH ORDINALITY line (text, at)
  WHERE trim(line.text) <> '';

CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT OR UPDATE ON "Condition" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER who_took_the_step AFTER UPDATE ON "Condition" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION who_took_the_step('metById');
