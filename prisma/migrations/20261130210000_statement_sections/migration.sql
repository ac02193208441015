-- What moved after 30 June, and advances that are still to be accounted for: rows of their own from the next closing on.
ALTER TYPE "StatementSection" ADD VALUE 'AFTER_JUNE' AFTER 'MONTH';
ALTER TYPE "StatementSection" ADD VALUE 'ADVANCE';
