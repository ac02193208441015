-- What each initiative’s accrual is made of: rows of their own from the next closing on.
ALTER TYPE "StatementSection" ADD VALUE 'ACCRUAL' AFTER 'INITIATIVE';
