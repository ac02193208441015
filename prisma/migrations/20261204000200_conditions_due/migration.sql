-- Whoever owns a condition that is not met is asked for it as its day comes near: the way to those that are due.
CREATE INDEX "Condition_due" ON "Condition" ("dueOn") WHERE "metAt" IS NULL;
