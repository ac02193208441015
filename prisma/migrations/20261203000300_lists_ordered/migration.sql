-- Lists of the whole fund are read in their order, and states are summed from an index alone.
CREATE INDEX "Report_dueOn_id_idx" ON "Report"("dueOn", "id");
CREATE INDEX "Variation_askedAt_id_idx" ON "Variation"("askedAt", "id");
CREATE INDEX "Claim_cents_id_idx" ON "Claim"("cents", "id");
CREATE INDEX "Application_state_requestedCents_idx" ON "Application"("state", "requestedCents");
