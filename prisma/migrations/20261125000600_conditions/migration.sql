-- CreateTable
CREATE TABLE "ConditionList" (
    "number" INTEGER NOT NULL,
    "conditions" TEXT[],
    "savedById" UUID,
    "savedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ConditionList_pkey" PRIMARY KEY ("number")
);

-- A list that was saved stays as it was saved.
ALTER TABLE "ConditionList" ADD CONSTRAINT "ConditionList_number" CHECK (number > 0);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "ConditionList" FOR EACH ROW EXECUTE FUNCTION append_only();
GRANT SELECT, INSERT ON "ConditionList" TO psf_app;
