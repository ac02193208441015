-- CreateEnum
CREATE TYPE "ReminderKind" AS ENUM ('REMINDER', 'ESCALATION');

-- CreateTable
CREATE TABLE "Reminder" (
    "applicationId" UUID NOT NULL,
    "kind" "ReminderKind" NOT NULL,
    "role" "Role" NOT NULL,
    "dueOn" DATE NOT NULL,
    "to" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "sentAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Reminder_pkey" PRIMARY KEY ("applicationId","kind","role","dueOn","to")
);

-- AddForeignKey
ALTER TABLE "Reminder" ADD CONSTRAINT "Reminder_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "Application"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What was sent stays sent.
GRANT SELECT, INSERT ON "Reminder" TO psf_app;
