-- Nothing is paid from a financial year before the year begins. What is in the ledger already stays as it was recorded.
ALTER TABLE "LedgerEntry" ADD CONSTRAINT "LedgerEntry_paid_once_begun"
  CHECK (kind <> 'PAY' OR coalesce("effectiveOn", (at AT TIME ZONE 'Pacific/Auckland')::date) >= make_date("startYear", 7, 1))
  NOT VALID;
