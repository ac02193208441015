// What the web server sends, as its preloaded parts leave it: compressed, and a page with its styles on a first visit.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";

const CSS = `.a { color: red }\n`.repeat(300);
const LINK = `<link rel="stylesheet" href="/_next/static/chunks/abc123.css" nonce="bm9uY2U=" data-precedence="next"/>`;
const PAGE = `<!DOCTYPE html><html lang="en-NZ"><head>${LINK}</head><body>${"<p>Mānuka</p>".repeat(200)}</body></html>`;
const LIST = "PSF-2026-0001,Police\r\n".repeat(500);

/** As Next answers: its headers one by one, its bodies in pieces. */
const SERVER = `
  import { createServer } from "node:http";
  const more = Promise.withResolvers();
  const PAGE = ${JSON.stringify(PAGE)}, LIST = ${JSON.stringify(LIST)};
  const ways = {
    "/page": (response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.setHeader("vary", "rsc");
      response.write(PAGE.slice(0, 1001));
      response.write(Buffer.from(PAGE.slice(1001)));
      response.end();
    },
    "/list": async (response) => {
      response.setHeader("content-type", "text/csv; charset=utf-8");
      response.setHeader("etag", '"strong"');
      response.write(LIST);
      await more.promise;
      response.end("end");
    },
    "/more": (response) => {
      more.resolve();
      response.end();
    },
    "/file": (response) => {
      response.setHeader("content-type", "text/html");
      response.setHeader("content-disposition", "attachment");
      response.end(PAGE);
    },
    "/pdf": (response) => response.setHeader("content-type", "application/pdf").end(PAGE),
    "/short": (response) => response.setHeader("content-type", "text/html").end("short"),
    "/none": (response) => response.writeHead(304, { "content-type": "text/html" }).end(),
  };
  createServer((request, response) => (ways[request.url] ?? ((it) => it.end(request.url)))(response))
    .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;

let server: ChildProcess;
let port: number;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "psf-compress-"));
  const chunks = join(folder, ".next", "static", "chunks");
  mkdirSync(chunks, { recursive: true });
  writeFileSync(join(chunks, "abc123.css"), CSS);
  writeFileSync(join(chunks, "abc123.css.br"), brotliCompressSync(CSS));
  writeFileSync(join(chunks, "abc123.css.gz"), gzipSync(CSS));
  const preload = pathToFileURL(join(import.meta.dirname, "compress.mjs")).href;
  const args = [`--import=${preload}`, "--input-type=module", "-e", SERVER];
  const env = { ...process.env, NODE_ENV: "production" as const, BASE_URL: "https://fund.example" };
  server = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  port = await new Promise((done) => server.stdout?.once("data", (text) => done(Number(text))));
});
afterAll(() => void server.kill("SIGKILL"));

type Answer = { status?: number; headers: NodeJS.Dict<string | string[]>; bytes: Buffer };

/** As it comes over the wire. `heard`: called with each piece. */
function get(path: string, headers: Record<string, string> = {}, method = "GET", heard?: () => void): Promise<Answer> {
  return new Promise((done, failed) => {
    request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece) => {
        pieces.push(piece);
        heard?.();
      });
      response.on("end", () => {
        const { statusCode: status, headers } = response;
        done({ status, headers, bytes: Buffer.concat(pieces) });
      });
    })
      .on("error", failed)
      .end();
  });
}

const textOf = ({ headers, bytes }: Answer): string => {
  const encoding = headers["content-encoding"];
  return (encoding === "br" ? brotliDecompressSync(bytes) : encoding === "gzip" ? gunzipSync(bytes) : bytes).toString();
};

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["gzip;q=1.0, br;q=0", "gzip"],
  ["gzip", "gzip"],
  ["identity", undefined],
])("a page for a browser that takes %s", async (accepted, encoding) => {
  const page = await get("/page", { "accept-encoding": accepted, cookie: "styles=abc123" });
  expect(textOf(page)).toBe(PAGE);
  expect(page.headers).toMatchObject({ vary: "rsc, Accept-Encoding", "content-length": `${page.bytes.length}` });
  expect(page.headers["content-encoding"]).toBe(encoding);
});

test("a first visit carries the styles in the page, and a stylesheet that holds up nothing; later ones the stylesheet alone", async () => {
  const first = await get("/page", { "accept-encoding": "br" });
  expect(textOf(first)).toContain(
    `<head><style nonce="bm9uY2U=">${CSS}</style>${LINK.replace("/>", ' media="print"/>')}</head>`,
  );
  const [cookie = ""] = first.headers["set-cookie"] ?? [];
  expect(cookie).toBe("styles=abc123; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure");
  const later = await get("/page", { cookie: `other=1; ${cookie.split(";")[0]}` });
  expect([textOf(later), later.headers["set-cookie"]]).toEqual([PAGE, undefined]);
  // Of another build: its stylesheet is not what the page needs.
  const afterUpdate = await get("/page", { cookie: "styles=abc" });
  expect(textOf(afterUpdate)).toContain("<style");
});

test("a list is sent on as it comes, with a tag that no longer promises the same bytes", async () => {
  // Its server sends the end only once the beginning has been read.
  const list = await get("/list", { "accept-encoding": "br" }, "GET", () => get("/more"));
  expect(textOf(list)).toBe(`${LIST}end`);
  expect(list.headers).toMatchObject({ "content-encoding": "br", etag: 'W/"strong"', vary: "Accept-Encoding" });
});

test("what is sent as it is: files, what is compressed already, short answers, and answers without a body", async () => {
  const plain = await Promise.all(
    ["/pdf", "/short", "/none", "/elsewhere"].map((path) => get(path, { "accept-encoding": "br" })),
  );
  expect(plain.map(({ status, headers }) => [status, headers["content-encoding"]])).toEqual(
    [200, 200, 304, 200].map((status) => [status, undefined]),
  );
  const head = await get("/page", { "accept-encoding": "br" }, "HEAD");
  expect([head.bytes.length, head.headers.vary]).toEqual([0, "rsc, Accept-Encoding"]);
  expect(textOf(await get("/file", { "accept-encoding": "br" })), "no page").toBe(PAGE);
});

test("scripts and stylesheets are sent as they were compressed at build time", async () => {
  const path = "/_next/static/chunks/abc123.css";
  const sent = async (accepted: string, asked = path) => {
    const { bytes, headers } = await get(asked, { "accept-encoding": accepted });
    return [bytes.toString(), headers["content-encoding"], headers["content-type"], headers.vary];
  };
  const type = "text/css; charset=UTF-8";
  expect(await sent("br, gzip")).toEqual([`${path}.br`, "br", type, "Accept-Encoding"]);
  expect(await sent("gzip")).toEqual([`${path}.gz`, "gzip", type, "Accept-Encoding"]);
  expect(await sent("identity")).toEqual([path, undefined, undefined, "Accept-Encoding"]);
  const other = "/_next/static/chunks/none.css";
  expect((await sent("br", other))[0]).toBe(other);
});
