-- A value that the next migration uses: some of what was approved is paid.
ALTER TYPE "ClaimState" ADD VALUE 'PART_PAID' AFTER 'APPROVED';
