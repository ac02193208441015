-- What an adviser is tied to: places, whose initiatives they read, or a subject.
ALTER TABLE "Person" ADD COLUMN "adviseOn" TEXT;
ALTER TABLE "Person" ADD CONSTRAINT "Person_advises_for_MFAT" CHECK ("adviseOn" IS NULL OR side = 'MFAT');
GRANT UPDATE ("adviseOn") ON "Person" TO psf_app;
CREATE TABLE "AdviserPlace" (
    "personId" UUID NOT NULL,
    "placeCode" TEXT NOT NULL,

    CONSTRAINT "AdviserPlace_pkey" PRIMARY KEY ("personId", "placeCode")
);
CREATE INDEX "AdviserPlace_placeCode_idx" ON "AdviserPlace"("placeCode");
ALTER TABLE "AdviserPlace" ADD CONSTRAINT "AdviserPlace_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "AdviserPlace" ADD CONSTRAINT "AdviserPlace_placeCode_fkey" FOREIGN KEY ("placeCode") REFERENCES "Place"("code") ON DELETE RESTRICT ON UPDATE CASCADE;
GRANT SELECT, INSERT, DELETE ON "AdviserPlace" TO psf_app;

-- A question of the desk to an adviser, and the answer.
CREATE TYPE "AdviceState" AS ENUM ('ASKED', 'GIVEN', 'WITHDRAWN', 'PASSED_OVER');
CREATE TABLE "Advice" (
    "id" UUID NOT NULL,
    "applicationId" UUID NOT NULL,
    "adviserId" UUID NOT NULL,
    "question" TEXT NOT NULL,
    "askedById" UUID NOT NULL,
    "askedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dueOn" DATE NOT NULL,
    "state" "AdviceState" NOT NULL DEFAULT 'ASKED',
    "draft" TEXT NOT NULL DEFAULT '',
    "advice" TEXT,
    "givenAt" TIMESTAMPTZ(3),
    "versionNumber" INTEGER,
    "duty" "DutyKind",
    "endedById" UUID,
    "endedAt" TIMESTAMPTZ(3),
    "endReason" TEXT,

    CONSTRAINT "Advice_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Advice_applicationId_askedAt_idx" ON "Advice"("applicationId", "askedAt");
CREATE INDEX "Advice_adviserId_state_idx" ON "Advice"("adviserId", "state");
ALTER TABLE "Advice" ADD CONSTRAINT "Advice_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Advice" ADD CONSTRAINT "Advice_adviserId_fkey" FOREIGN KEY ("adviserId") REFERENCES "Person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Advice" ADD CONSTRAINT "Advice_applicationId_adviserId_duty_fkey" FOREIGN KEY ("applicationId", "adviserId", "duty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Advice"
  ADD CONSTRAINT "Advice_question" CHECK (question <> ''),
  ADD CONSTRAINT "Advice_given" CHECK (CASE state
    WHEN 'GIVEN' THEN coalesce(advice, '') <> '' AND num_nonnulls("givenAt", "versionNumber", duty) = 3 AND duty = 'ADVISE'
    ELSE num_nonnulls(advice, "givenAt", "versionNumber", duty) = 0 END),
  ADD CONSTRAINT "Advice_ended" CHECK (CASE
    WHEN state IN ('WITHDRAWN', 'PASSED_OVER') THEN num_nonnulls("endedById", "endedAt") = 2 AND coalesce("endReason", '') <> ''
    ELSE num_nonnulls("endedById", "endedAt", "endReason") = 0 END);
-- An adviser has one question of an application to answer at a time, so that it is plain which one they answer.
CREATE UNIQUE INDEX "Advice_one_open" ON "Advice" ("applicationId", "adviserId") WHERE state = 'ASKED';
-- What was asked, of whom and by whom is never changed, and nothing is deleted.
GRANT SELECT, INSERT, UPDATE ("dueOn", state, draft, advice, "givenAt", "versionNumber", duty, "endedById", "endedAt", "endReason")
  ON "Advice" TO psf_app;

-- All but what an adviser has written so far changes with a step that may change it.
CREATE CONSTRAINT TRIGGER changed_by_step AFTER INSERT ON "Advice" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION changed_by_step();
CREATE CONSTRAINT TRIGGER changed_by_step_later AFTER UPDATE ON "Advice" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (to_jsonb(OLD) - 'draft' IS DISTINCT FROM to_jsonb(NEW) - 'draft') EXECUTE FUNCTION changed_by_step();

-- It is asked of somebody who advises, has not left and is not recused; only an open question is answered or ended, and what
-- was given is taken back before it is written anew.
CREATE FUNCTION asked_of_adviser() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.state <> 'ASKED' OR NOT EXISTS (SELECT FROM "Person" p JOIN "PersonRole" r ON r."personId" = p.id AND r.role = 'ADVISER'
      WHERE p.id = NEW."adviserId" AND p."endedAt" IS NULL)
    OR EXISTS (SELECT FROM "InterestDeclaration" i
      WHERE i."applicationId" = NEW."applicationId" AND i."personId" = NEW."adviserId" AND i."isRecused") THEN
    PERFORM refuse_change('Advice_asked_of_adviser');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER asked_of_adviser BEFORE INSERT ON "Advice" FOR EACH ROW EXECUTE FUNCTION asked_of_adviser();
CREATE FUNCTION advice_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.state = OLD.state AND (OLD.state <> 'ASKED' AND to_jsonb(NEW) <> to_jsonb(OLD))
    OR NEW.state <> OLD.state AND OLD.state <> 'ASKED' AND NOT (OLD.state = 'GIVEN' AND NEW.state = 'ASKED') THEN
    PERFORM refuse_change('Advice_goes_on', format('from %s to %s', OLD.state, NEW.state));
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER advice_goes_on BEFORE UPDATE ON "Advice" FOR EACH ROW EXECUTE FUNCTION advice_goes_on();
CREATE TRIGGER refuse_recused BEFORE UPDATE ON "Advice" FOR EACH ROW
  WHEN (NEW.state = 'GIVEN' AND OLD.state = 'ASKED') EXECUTE FUNCTION refuse_recused('adviserId');
CREATE TRIGGER refuse_recused_adviser BEFORE INSERT ON "Duty" FOR EACH ROW
  WHEN (NEW.kind = 'ADVISE') EXECUTE FUNCTION refuse_recused('personId');

-- Open advice is answered, withdrawn or passed over before anything is recommended.
CREATE FUNCTION recommended_with_advice() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM "Advice" d WHERE d."applicationId" = NEW."applicationId" AND d.state = 'ASKED') THEN
    PERFORM refuse_change('Recommendation_with_advice');
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER recommended_with_advice AFTER INSERT ON "Recommendation" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION recommended_with_advice();
