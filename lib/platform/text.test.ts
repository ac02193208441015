import { expect, test } from "vitest";
import { decodeText, foldName } from "./text.ts";

const utf16 = (text: string) => Buffer.from(text, "utf16le");

test.each([
  ["UTF-8", Buffer.from("Mētservice, 1 €")],
  ["UTF-8 that says so", Buffer.from("\uFEFFMētservice, 1 €")],
  ["UTF-16 that says so", utf16("\uFEFFMētservice, 1 €")],
  ["UTF-16 the other way round", utf16("\uFEFFMētservice, 1 €").swap16()],
  ["UTF-16 that does not say so", utf16("Mētservice, 1 €")],
])("a file is read: %s", (_how, bytes) => {
  expect(decodeText(bytes)).toBe("Mētservice, 1 €");
});

test("a file of an office program is read, with its letters and signs", () => {
  expect(decodeText(Buffer.from([0x4d, 0xe9, 0x74, 0x20, 0x80, 0x20, 0x93, 0x94]))).toBe("Mét € “”");
  expect(decodeText(new Uint8Array())).toBe("");
});

test("names are the same without macrons and signs", () => {
  expect([foldName("Tūhoro & Co."), foldName(" TUHORO CO"), foldName("Mētservice")]).toEqual([
    "tuhoro co",
    "tuhoro co",
    "metservice",
  ]);
});
