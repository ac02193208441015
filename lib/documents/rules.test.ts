import { expect, test } from "vitest";
import type { ScanState, State } from "#lib/platform/db/generated/enums.ts";
import {
  checkContent,
  checkFile,
  cleanFileName,
  FILE_ACCEPT,
  FILE_BYTES_MAX,
  FILE_LABELS,
  FILES_MAX,
  filesPath,
  filesPathAfter,
  fileTypeOf,
  formatFile,
  isDownloadable,
  isFileSection,
  isOpenForFiles,
  permissionFor,
  SCAN_LABELS,
  UPLOADS_MAX,
} from "./rules.ts";

test("sections with files are those of the form and of an arrangement", () => {
  const words = ["partners", "files", "claims", "need", "toString"];
  expect(words.map(isFileSection)).toEqual([true, true, true, false, false]);
});

test("whoever writes the application adds its files, and whoever claims adds invoices", () => {
  expect((["partners", "files", "claims"] as const).map(permissionFor)).toEqual([
    ...["application:edit", "application:edit", "invoice:add"],
  ]);
});

test("files are added to a draft, to what a request for changes opened, and to an arrangement while it lasts", () => {
  const open = (state: State, section: "files" | "claims", openSections: string[] = [], heldAt: Date | null = null) =>
    isOpenForFiles({ state, openSections, heldAt }, section);
  expect([open("DRAFT", "files"), open("SUBMITTED", "files"), open("ACTIVE", "files")]).toEqual([true, false, false]);
  expect(open("CHANGES_REQUESTED", "files", ["files"])).toBe(true);
  expect(open("CHANGES_REQUESTED", "files", ["need"])).toBe(false);
  expect(open("SUBMITTED", "files", ["files"])).toBe(false);
  expect([
    open("ACTIVE", "claims"),
    open("CLOSING", "claims"),
    open("DRAFT", "claims"),
    open("CLOSED", "claims"),
  ]).toEqual([true, true, false, false]);
  expect([open("ACTIVE", "claims", [], new Date()), open("DRAFT", "files", [], new Date())]).toEqual([false, false]);
});

test("each section has its page, and the way back to it says what was done", () => {
  expect(filesPath("PSF-2026-0001", "files")).toBe("/applications/PSF-2026-0001/sections/files");
  expect(filesPathAfter("PSF-2026-0001", "files", "added")).toBe(
    "/applications/PSF-2026-0001/sections/files?done=added#files",
  );
  expect(filesPathAfter("PSF-2026-0001", "partners", "removed")).toBe(
    "/applications/PSF-2026-0001/sections/files?of=partners&done=removed#files",
  );
  expect(filesPathAfter("a/b", "claims", "added")).toBe("/applications/a%2Fb/claims?done=added#files");
});

test("a file's type is that of its extension, in any case", () => {
  expect([fileTypeOf("a.PDF")?.label, fileTypeOf("a.b.jpeg")?.holds, fileTypeOf("a.txt")?.holds]).toEqual([
    "PDF",
    "jpg",
    "text",
  ]);
  const none = ["pdf", "a.pdf.", "a.exe", "a.pdf ", "a.abcdef", "a."];
  expect(none.map(fileTypeOf)).toEqual(none.map(() => null));
  expect(FILE_ACCEPT).toBe(".pdf,.docx,.xlsx,.pptx,.odt,.ods,.png,.jpg,.jpeg,.txt,.csv");
  expect(FILE_LABELS).toBe("PDF, DOCX, XLSX, PPTX, ODT, ODS, PNG, JPEG, TXT, CSV");
});

test("limits: 25 MB a file, and twice as many begun as an application holds", () => {
  expect([FILE_BYTES_MAX, UPLOADS_MAX]).toEqual([26_214_400, 2 * FILES_MAX]);
});

test.each([
  [999, "PDF, 999 bytes"],
  [1_000, "PDF, 1 kB"],
  [1_500, "PDF, 2 kB"],
  [999_499, "PDF, 999 kB"],
  [999_500, "PDF, 1.0 MB"],
  [1_250_000, "PDF, 1.3 MB"],
])("a file of %s bytes is shown as %s", (sizeBytes, words) => {
  expect(formatFile({ fileName: "a.pdf", sizeBytes })).toBe(words);
});
test("a file of no known type is shown as a file", () => {
  expect(formatFile({ fileName: "a", sizeBytes: 1 })).toBe("file, 1 bytes");
});

test.each([
  ["C:\\Users\\me\\Report.PDF", "Report.pdf"],
  ["/etc/passwd", "passwd"],
  ["  .hidden . pdf", "hidden . pdf"],
  ["a\u0000b\u202ec.pdf", "abc.pdf"],
  ['what?*"<x>|:.pdf', "whatx.pdf"],
  ["many   \t blanks.pdf", "many blanks.pdf"],
  ["...pdf", "file.pdf"],
  ["", "file"],
  ["Ta\u0304ufa.pdf", "Tāufa.pdf"],
  [`${"é".repeat(200)}.pdf`, `${"é".repeat(150)}.pdf`],
])("“%s” is kept as “%s”", (given, kept) => {
  expect(cleanFileName(given)).toBe(kept);
});

test("what can be refused before a file is sent is its name, its type, and a size of nothing or too much", () => {
  const check = (fileName: string, sizeBytes = 1) => checkFile({ fileName, sizeBytes });
  expect([check("a.pdf"), check("a.pdf", FILE_BYTES_MAX)]).toEqual([null, null]);
  expect([check("a/b.pdf"), check("a\\b.pdf"), check("a\nb.pdf")].map((problem) => problem?.slice(0, 6))).toEqual(
    Array(3).fill("Rename"),
  );
  expect(check("a.exe")).toContain(FILE_LABELS);
  expect(check("a.pdf", 0)).toContain("empty");
  expect(check("a.pdf", FILE_BYTES_MAX + 1)).toContain("25 MB");
});

test("a file has to hold what its name says", () => {
  const check = (name: string, more: Partial<Parameters<typeof checkContent>[1]>) =>
    checkContent(name, { holds: null, isText: false, isPdf: false, isLocked: false, ...more });
  expect([
    check("a.pdf", { holds: "pdf", isPdf: true }),
    // With some text before its header.
    check("a.pdf", { isPdf: true, isText: true }),
    check("a.jpg", { holds: "jpg" }),
    check("a.csv", { isText: true }),
    // Text that starts like images and programs do, or that quotes a PDF.
    check("a.csv", { holds: "bmp", isText: true }),
    check("a.txt", { holds: "exe", isText: true }),
    check("a.txt", { isText: true, isPdf: true }),
  ]).toEqual(Array(7).fill(null));
  expect(check("a.pdf", { holds: "pdf", isPdf: true, isLocked: true })).toMatch(/needs a password to open/);
  expect(check("a.pdf", { holds: "docx" })).toMatch(/not a PDF\. .*format/);
  expect(check("a.jpg", { holds: "exe" })).toMatch(/^The file is not what its name says/);
  expect(check("a.csv", {})).toMatch(/not a CSV\. .*UTF-8/);
  expect(check("a.csv", { holds: "pdf", isPdf: true, isText: true })).toMatch(/not a CSV/);
  expect(check("a.txt", { holds: "exe" })).toMatch(/not a TXT/);
  expect(check("a.exe", {})).toMatch(/not a known format\. .*format/);
  expect(check("a.exe", { holds: "exe", isText: true })).not.toBeNull();
});

test("a file is handed out once it was found clean, or where nobody scans", () => {
  const states = Object.keys(SCAN_LABELS) as ScanState[];
  expect(states.filter(isDownloadable)).toEqual(["CLEAN", "NOT_SCANNED"]);
});

test("a name without an end of its own is none, and loses the dots and blanks around it", () => {
  expect(fileTypeOf("pdf")).toBeNull();
  expect(cleanFileName("a .. .pdf")).toBe("a.pdf");
});
