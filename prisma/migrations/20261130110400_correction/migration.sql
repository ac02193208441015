-- The letter that tells an agency that it was declined in error, and that it is decided again.
ALTER TYPE "LetterKind" ADD VALUE 'CORRECTION';
