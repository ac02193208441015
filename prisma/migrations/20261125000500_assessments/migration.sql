-- Until when an assessment is asked for, and an assessor who was taken off again.
ALTER TYPE "AssessmentStatus" ADD VALUE 'UNASSIGNED';
ALTER TABLE "Assessment" ADD COLUMN "dueOn" DATE;
