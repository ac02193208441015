/** Signs, blanks and accents, as code points; the database’s function invoice_key names the same. */
const PASSED_OVER =
  /[\p{Cc}\u0020-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00BF\u00D7\u00F7\u02B0-\u036F\u061C\u180E\u1AB0-\u1AFF\u1DC0-\u1DFF\u2000-\u2BFF\u2E00-\u2E7F\u3000-\u303F\uFE00-\uFE6F\uFEFF\uFFF0-\uFFFD]/gu;

/** What a spreadsheet takes away from a number that has digits alone. */
const LEADING_ZEROS = /^0+([0-9]+)$/;

/**
 * An invoice number is the same however it is typed: “INV 2044”, “inv-2044” and “ＩＮＶ２０４４” have one key, made of their
 * letters and digits. Leading zeros count after letters only. Empty where there are neither letters nor digits.
 */
export const invoiceKey = (number: string): string =>
  number
    .normalize("NFKD")
    .replace(PASSED_OVER, "")
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(LEADING_ZEROS, "$1");
