-- Cash by month reads what was paid and came back, whatever year's work it was for, by the day on which it moved.
CREATE INDEX "LedgerEntry_moved" ON "LedgerEntry"
  (coalesce("effectiveOn", (at AT TIME ZONE 'Pacific/Auckland')::date)) INCLUDE ("startYear", "paidCents") WHERE "paidCents" <> 0;
