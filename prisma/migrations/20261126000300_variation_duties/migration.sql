-- Who checks the budget of a variation, and who decides on one that moves money, does so by a duty in the application.

ALTER TABLE "Variation" ADD COLUMN "confirmDuty" "DutyKind", ADD COLUMN "decideDuty" "DutyKind", ADD COLUMN "forDuty" "DutyKind";

-- AddForeignKey
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_applicationId_confirmedById_confirmDuty_fkey" FOREIGN KEY ("applicationId", "confirmedById", "confirmDuty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_applicationId_decidedById_decideDuty_fkey" FOREIGN KEY ("applicationId", "decidedById", "decideDuty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_applicationId_forId_forDuty_fkey" FOREIGN KEY ("applicationId", "forId", "forDuty") REFERENCES "Duty"("applicationId", "personId", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "Variation" ADD CONSTRAINT "Variation_check_duty" CHECK (
  ("confirmedById" IS NULL) = ("confirmDuty" IS NULL) AND "confirmDuty" = 'CHECK_BUDGET'
  AND ("confirmedById" IS NOT NULL OR state <> 'BUDGET_CONFIRMED'));
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_decide_duty" CHECK (
  CASE WHEN state <> 'APPROVED' THEN true
    WHEN kind = 'COST' THEN "decideDuty" IS NOT DISTINCT FROM 'DECIDE' AND "confirmedById" IS NOT NULL
    WHEN kind = 'REPHASING' THEN "decideDuty" IS NOT DISTINCT FROM 'CHECK_BUDGET'
    ELSE true END);
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_for_duty" CHECK (
  ("forId" IS NULL) = ("forDuty" IS NULL) AND "forDuty" IN ('DECIDE', 'DELEGATE') AND "forId" <> "decidedById");

GRANT UPDATE ("confirmDuty", "decideDuty", "forDuty") ON "Variation" TO psf_app;
