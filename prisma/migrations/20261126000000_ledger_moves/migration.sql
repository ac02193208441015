-- In a migration of its own: a value that is new to an enum cannot be used in the transaction that adds it.
ALTER TYPE "LedgerKind" ADD VALUE 'MOVE';
