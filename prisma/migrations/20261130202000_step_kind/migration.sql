-- A value that the next migration uses.
ALTER TYPE "ChangeKind" ADD VALUE 'STEP';
