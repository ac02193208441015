-- An assessment that was complete is set aside by somebody else, with a reason, and stays as it was completed.
ALTER TABLE "Assessment" ADD COLUMN "setAsideAt" TIMESTAMPTZ(3),
ADD COLUMN "setAsideById" UUID,
ADD COLUMN "setAsideReason" TEXT;

ALTER TABLE "Assessment" DROP CONSTRAINT "Assessment_completed";
ALTER TABLE "Assessment"
  ADD CONSTRAINT "Assessment_completed" CHECK ((status IN ('COMPLETE', 'SET_ASIDE')) = ("completedAt" IS NOT NULL)),
  ADD CONSTRAINT "Assessment_set_aside" CHECK (
    (status = 'SET_ASIDE') = ("setAsideAt" IS NOT NULL) AND (status = 'SET_ASIDE') = ("setAsideById" IS NOT NULL)
    AND (status = 'SET_ASIDE') = (coalesce("setAsideReason", '') <> '') AND "setAsideById" <> "assessorId");
