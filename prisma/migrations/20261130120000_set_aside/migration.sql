-- An assessment that does not count any more. Its scores stay.
ALTER TYPE "AssessmentStatus" ADD VALUE 'SET_ASIDE';
