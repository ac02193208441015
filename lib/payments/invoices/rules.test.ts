import { expect, test } from "vitest";
import { invoiceKey } from "./rules.ts";

test("an invoice number is the same however it is typed", () => {
  for (const typed of [
    "INV 2044",
    "INV-2044",
    "INV2044",
    "INV–2044",
    "inv_2044",
    "Inv. 2044",
    "INV/2044",
    "#INV:2044",
    " inv\u00a02044 ",
    "INV\u22122044",
    "INV\u20112044",
    "IN\u00adV\u200b2044",
    "ＩＮＶ－２０４４",
    "INV\u2009№2044".replace("№", ""),
    "ÍNV²⁰⁴⁴",
    "𝟐𝟎𝟒𝟒".padStart(11, "INV "),
  ]) {
    expect([typed, invoiceKey(typed)]).toEqual([typed, "inv2044"]);
  }
});

test("letters and digits tell invoices apart, and a number without any has no key", () => {
  const different = ["INV 2044", "INV 2045", "INV 02044", "INVA 2044", "2044", "ИНВ 2044", "发票 2044"];
  expect(new Set(different.map(invoiceKey)).size).toBe(different.length);
  for (const none of ["", " ", "–", "#/.-_", "\u200b"]) expect([none, invoiceKey(none)]).toEqual([none, ""]);
  expect(invoiceKey("Tāmaki-7")).toBe(invoiceKey("TAMAKI 7"));
  // A spreadsheet turns 002044 into 2044, and leaves INV 02044 and 02044 A as they are.
  expect(invoiceKey("02044 A")).toBe("02044a");
  expect(["002044", "00-2044", "０2044", "000", "0"].map(invoiceKey)).toEqual(["2044", "2044", "2044", "0", "0"]);
});
