/** Punctuation, spaces and accents, as code points; the database’s function invoice_key has the same list. */
const RANGES =
  "1-2F 3A-40 5B-60 7B-BF D7 F7 2B0-36F 61C 180E 1AB0-1AFF 1DC0-1DFF 2000-2BFF 2E00-2E7F 3000-303F FE00-FE6F FEFF FFF0-FFFD";
const PASSED_OVER = new RegExp(`[${RANGES.replace(/[0-9A-F]+/g, "\\u{$&}").replaceAll(" ", "")}]`, "gu");

/** Leading zeros, which a spreadsheet drops from a value with digits only. */
const LEADING_ZEROS = /^0+([0-9]+)$/;

/**
 * An invoice number is the same however it is typed: “INV 2044”, “inv-2044” and “ＩＮＶ２０４４” have one key, made from their
 * letters and digits. Leading zeros only count after letters. Empty where there are neither letters nor digits.
 */
export const invoiceKey = (number: string): string =>
  number
    .normalize("NFKD")
    .replace(PASSED_OVER, "")
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(LEADING_ZEROS, "$1");
