-- A variation may ask for several changes at once: its kind is then the one about money. A re-phasing that comes with another end or
-- scope is checked by a budget officer and approved by the desk.

ALTER TABLE "Variation" DROP CONSTRAINT "Variation_confirmed";
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_confirmed" CHECK (state <> 'BUDGET_CONFIRMED' OR kind IN ('COST', 'REPHASING'));
ALTER TABLE "Variation" DROP CONSTRAINT "Variation_decide_duty";
ALTER TABLE "Variation" ADD CONSTRAINT "Variation_decide_duty" CHECK (
  CASE WHEN state <> 'APPROVED' THEN true
    WHEN kind = 'COST' THEN "decideDuty" IS NOT DISTINCT FROM 'DECIDE' AND "confirmedById" IS NOT NULL
    WHEN kind = 'REPHASING' THEN "changeId" IS NOT NULL OR CASE WHEN proposed ? 'endsOn' OR proposed ? 'scope'
      THEN "confirmedById" IS NOT NULL ELSE "decideDuty" IS NOT DISTINCT FROM 'CHECK_BUDGET' END
    ELSE true END);
