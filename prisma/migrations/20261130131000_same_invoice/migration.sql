-- An invoice number is the same however it is typed: letters and digits count, in either case and in every width; blanks,
-- dashes, other signs and accents do not, nor the leading zeros of a number that has digits alone. invoiceKey in
-- lib/payments/invoices/rules.ts says the same.
CREATE FUNCTION invoice_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT regexp_replace(lower(regexp_replace(normalize($1, NFKD) COLLATE "C",
    '[\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u00D7\u00F7\u02B0-\u036F\u061C\u180E\u1AB0-\u1AFF\u1DC0-\u1DFF\u2000-\u2BFF\u2E00-\u2E7F\u3000-\u303F\uFE00-\uFE6F\uFEFF\uFFF0-\uFFFD]',
    '', 'g') COLLATE "C"), '^0+([0-9]+)$', '\1')
$$;
GRANT EXECUTE ON FUNCTION invoice_key(text) TO psf_app;

-- Claims that were made for one invoice under two spellings stay as they are: the later ones are marked, so that they can be
-- listed and looked at.
ALTER TABLE "Claim" ADD COLUMN "sharesInvoice" BOOLEAN NOT NULL DEFAULT false;
UPDATE "Claim" c SET "sharesInvoice" = true FROM (
  SELECT id, row_number() OVER (PARTITION BY "agencyId", invoice_key("invoiceNumber") ORDER BY "claimedAt", id) AS place
  FROM "Claim" WHERE state NOT IN ('RETURNED', 'CANCELLED')) ranked
  WHERE ranked.id = c.id AND ranked.place > 1;

DROP INDEX "Claim_invoice_once";
CREATE UNIQUE INDEX "Claim_invoice_once" ON "Claim" ("agencyId", invoice_key("invoiceNumber"))
  WHERE state NOT IN ('RETURNED', 'CANCELLED') AND NOT "sharesInvoice";

-- No new claim shares an invoice, not even where only one that was marked stands.
CREATE FUNCTION claim_invoice_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW."sharesInvoice" OR EXISTS (SELECT FROM "Claim" WHERE "agencyId" = NEW."agencyId" AND "sharesInvoice"
    AND state NOT IN ('RETURNED', 'CANCELLED') AND invoice_key("invoiceNumber") = invoice_key(NEW."invoiceNumber")) THEN
    RAISE EXCEPTION 'Claim_invoice_once' USING ERRCODE = 'unique_violation', CONSTRAINT = 'Claim_invoice_once';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER claim_invoice_once BEFORE INSERT ON "Claim" FOR EACH ROW EXECUTE FUNCTION claim_invoice_once();
