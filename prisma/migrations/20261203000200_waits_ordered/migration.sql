-- What waits on somebody is read in the order of its waiting, as much of it as is shown.
CREATE INDEX "Claim_claimed_waits" ON "Claim" ("claimedAt") WHERE state = 'CLAIMED' AND "workConfirmedAt" IS NULL;
CREATE INDEX "Claim_claimed_of" ON "Claim" ("applicationId", "claimedAt") WHERE state = 'CLAIMED' AND "workConfirmedAt" IS NULL;
CREATE INDEX "Claim_confirmed_waits" ON "Claim" ("workConfirmedAt") WHERE state = 'CLAIMED';
CREATE INDEX "Claim_unpaid_waits" ON "Claim" ("decidedAt") WHERE state IN ('APPROVED', 'PART_PAID');
CREATE INDEX "Claim_returned_waits" ON "Claim" ("decidedAt") WHERE state = 'RETURNED';
CREATE INDEX "Report_submitted_waits" ON "Report" ("submittedAt") WHERE state = 'SUBMITTED';
CREATE INDEX "Acquittal_surplus_waits" ON "Acquittal" ("submittedAt") WHERE "returnedAt" IS NULL AND "surplusConfirmedAt" IS NULL;
CREATE INDEX "Advice_asked_waits" ON "Advice" ("askedAt") WHERE state = 'ASKED';
CREATE INDEX "LaterInterest_open" ON "LaterInterest" ("applicationId") WHERE "clearedAt" IS NULL AND "keptAt" IS NULL;
CREATE INDEX "AuditEvent_asked_to_reopen" ON "AuditEvent" ("applicationId", id) WHERE action = 'askToReopen';
CREATE INDEX "Application_agencyId_state_stateSince_idx" ON "Application" ("agencyId", state, "stateSince");
