-- In a migration of its own: a value that is new to an enum can be used once it is committed.
-- Who is decided for has decided before or has had it decided, and has no other part in the application.
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_for" CHECK (
  ("forId" IS NULL) = ("forDuty" IS NULL) AND "forDuty" IN ('DECIDE', 'DELEGATE') AND "forId" <> "decidedById");
