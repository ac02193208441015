-- Whether somebody was recused when they took a duty on is checked at that moment by a trigger, and kept nowhere else.
ALTER TABLE "Duty" DROP CONSTRAINT "Duty_not_recused", DROP COLUMN "isRecused";
