-- The purchase order that an arrangement is paid under; NULL where there is none.
ALTER TABLE "Arrangement" ADD COLUMN "purchaseOrder" TEXT,
  ADD CONSTRAINT "Arrangement_purchaseOrder" CHECK (char_length("purchaseOrder") BETWEEN 1 AND 60);
