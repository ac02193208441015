-- A decision that an approver reopened: it stays as it was made, and this one after it says that it no longer holds.
ALTER TYPE "DecisionOutcome" ADD VALUE 'REOPENED';
