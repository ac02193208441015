// The content of a file must fit its name.
import { deflateRawSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/testing/database.ts";
import { add, draft, filesOf, PDF } from "#lib/testing/documents.ts";

useTestDatabase("template_demo");

/** The draft that files are added to. */
let own = "";
beforeAll(async () => {
  own = await draft();
});

/** A zip of one stored entry after another, as office programs write them. */
function zip(entries: Record<string, string>): Buffer {
  const parts = Object.entries(entries).flatMap(([name, text]) => {
    const data = deflateRawSync(Buffer.from(text));
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(8, 8);
    head.writeUInt32LE(data.length, 18);
    head.writeUInt32LE(Buffer.byteLength(text), 22);
    head.writeUInt16LE(name.length, 26);
    return [head, Buffer.from(name), data];
  });
  return Buffer.concat([...parts, Buffer.from([0x50, 0x4b, 5, 6]), Buffer.alloc(18)]);
}

const types = (main: string) =>
  zip({
    "[Content_Types].xml": `<Types><Override PartName="/a.xml" ContentType="application/vnd.${main}+xml"/></Types>`,
    "a.xml": "<a/>",
  });
const DOCX = types("openxmlformats-officedocument.wordprocessingml.document.main");
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** For the holders of certificates. */
const LOCKED = Buffer.concat([
  PDF,
  Buffer.from("2 0 obj\n<</Filter /Adobe.PubSec>>\nendobj\ntrailer <</Encrypt 2 0 R>>\n%%EOF\n"),
]);

describe("what a file holds has to fit its name", () => {
  test.each([
    ["plan.docx", DOCX],
    ["map.png", PNG],
    ["costs.csv", Buffer.from("Line;Amount\r\nP\u0101ua;3\r\n")],
    ["old.txt", Buffer.from("Caf\u00e9", "latin1")],
    ["budget.txt", Buffer.from("BM: Budget of the mission\r\n")],
    ["zones.csv", Buffer.from("MZ;Marine zone\r\n1;2\r\n")],
    ["unicode.txt", Buffer.from("\ufeffP\u0101ua\r\n", "utf16le")],
    ["late.pdf", Buffer.concat([Buffer.from("\r\n"), PDF])],
    ["served.pdf", Buffer.concat([Buffer.from("\ufeffContent-Type: application/pdf\r\n\r\n"), PDF])],
  ])("%s comes in", async (name, content) => {
    await add(own, name, content);
    expect((await filesOf("contributor@police.example", own)).map(({ fileName }) => fileName)).toContain(name);
  });

  test.each([
    ["Letter: signed?.pdf", "Letter signed.pdf"],
    ["\u202efdp.exe.pdf", "fdp.exe.pdf"],
    ["..pdf", "file.pdf"],
    [`${"ā".repeat(300)}.pdf`, `${"ā".repeat(150)}.pdf`],
  ])("of the name %j stays what a name needs", async (given, kept) => {
    await add(own, given, PDF);
    expect((await filesOf("contributor@police.example", own)).map(({ fileName }) => fileName)).toContain(kept);
  });

  test("a zip bomb called DOCX is told soon, and nothing of it is unpacked", async () => {
    const bomb = zip({ "[Content_Types].xml": " ".repeat(400_000_000) });
    const before = process.memoryUsage().rss;
    // CPU time of this process, so that a busy machine does not matter.
    const from = process.cpuUsage();
    await expect(add(own, "bomb.docx", bomb)).rejects.toMatchObject({ code: "INVALID" });
    expect(process.cpuUsage(from).user / 1000).toBeLessThan(3000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  test.each([
    ["a name with folders", "../../etc/passwd.pdf", PDF],
    ["a name with folders of another system", "C:\\letters\\from Sāmoa.pdf", PDF],
    ["a name of two lines", "two\r\nSet-Cookie: a=b.pdf", PDF],
    ["a program called PDF", "letter.pdf", Buffer.from("MZ\x90\0\x03\0\0\0")],
    ["an image called PDF", "letter.pdf", PNG],
    ["a document with macros called DOCX", "plan.docx", types("ms-word.document.macroEnabled.main")],
    ["a document called by another format's name", "plan.xlsx", DOCX],
    ["a program with a PDF behind it", "setup.pdf", Buffer.concat([Buffer.from("MZ\x90\0\x03\0\0\0"), PDF])],
    ["a PDF that needs a password", "locked.pdf", LOCKED],
    ["a PDF called text", "plan.txt", PDF],
    ["an image with BM called text", "list.csv", Buffer.from("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "latin1")],
    ["a program called text", "list.txt", Buffer.from("MZ\x90\0\x03\0\0\0")],
    ["a type that may not come", "run.exe", Buffer.from("MZ\x90\0")],
    ["a page", "page.html", Buffer.from("<html></html>")],
    ["a name without an extension", "letter", PDF],
    ["nothing", "empty.pdf", Buffer.alloc(0)],
  ])("%s does not", async (_what, name, content) => {
    await expect(add(own, name, content)).rejects.toMatchObject({
      code: "INVALID",
      fields: { file: expect.any(String) },
    });
  });
});
