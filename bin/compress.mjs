// Preloaded into the web server: all that it sends is compressed, and a page made lighter first (bin/light-page.mjs). Next's
// own compression knows no Brotli, and is off.
import { subscribe } from "node:diagnostics_channel";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, createBrotliCompress, createGzip, gzipSync } from "node:zlib";
import { lightPage } from "./light-page.mjs";

/** What was compressed at build time (bin/build.mjs), by its kind. */
const FILE = /^\/_next\/static\/(?:[\w~-]+\/)*[\w~.-]+\.(js|css)$/;
const FILE_TYPES = { js: "application/javascript; charset=UTF-8", css: "text/css; charset=UTF-8" };
const FILE_ENDINGS = { br: "br", gzip: "gz" };
const COMPRESSIBLE = /^(text\/|image\/svg|application\/(json|javascript|xml|manifest\+json|rss|atom))/;
const BYTES_MIN = 1_000;
/** What has been written and not ended is sent on after so long. */
const FLUSH_MS = 50;
/** Fast, and still smaller than gzip; more memory than a page fills is not taken. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 18 } };

subscribe("http.server.request.start", ({ request, response }) => {
  sendCompressedFile(request, response);
  const { write, end } = response;
  const plain = { write: write.bind(response), end: end.bind(response) };
  let way;
  const ways = () => {
    way ??= wayOf(request, response, plain);
    return way;
  };
  response.write = (...piece) => ways().write(...piece);
  response.end = (...piece) => {
    const last = typeof piece[0] === "function" ? [undefined, undefined, piece[0]] : piece;
    ways().end(...last);
    return response;
  };
});

/** The compressed file in the place of the one that is asked for: Next sends it, with its own tag and its own ranges. */
function sendCompressedFile(request, response) {
  const kind = FILE.exec(request.url)?.[1];
  if (!kind || process.env.NODE_ENV === "development") return;
  response.setHeader("vary", "Accept-Encoding");
  const encoding = encodingFor(request);
  const file = encoding && `${request.url}.${FILE_ENDINGS[encoding]}`;
  if (!file || !existsSync(join(".next", file.slice("/_next".length)))) return;
  request.url = file;
  response.setHeader("content-type", FILE_TYPES[kind]);
  response.setHeader("content-encoding", encoding);
}

/** "br" before "gzip"; undefined for a browser that takes neither. */
function encodingFor({ headers }) {
  const taken = (headers["accept-encoding"] ?? "").split(",").filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part));
  return ["br", "gzip"].find((name) => taken.some((part) => part.trim().split(";")[0] === name));
}

/** How an answer is sent, which its headers say when its first piece comes. */
function wayOf(request, response, plain) {
  const type = String(response.getHeader("content-type") ?? "");
  const isWhole = ![204, 206, 304].includes(response.statusCode) && request.method !== "HEAD";
  if (response.headersSent || response.hasHeader("content-encoding") || !COMPRESSIBLE.test(type)) return plain;
  vary(response);
  if (!isWhole) return plain;
  if (type.startsWith("text/html") && !response.hasHeader("content-disposition"))
    return asPage(request, response, plain);
  const encoding = encodingFor(request);
  return encoding && !(Number(response.getHeader("content-length")) < BYTES_MIN)
    ? asStream(encoding, response, plain)
    : plain;
}

function vary(response) {
  const names = String(response.getHeader("vary") ?? "");
  if (!/accept-encoding/i.test(names))
    response.setHeader("vary", names ? `${names}, Accept-Encoding` : "Accept-Encoding");
}

/** Says that what follows is compressed: of another length, and the same as before only in what it means. */
function announce(response, encoding) {
  response.setHeader("content-encoding", encoding);
  response.removeHeader("content-length");
  const tag = response.getHeader("etag");
  if (tag && !String(tag).startsWith("W/")) response.setHeader("etag", `W/${tag}`);
}

/** A page is made at once, and sent as one piece. */
function asPage(request, response, plain) {
  const pieces = [];
  const hold = (piece, coding) =>
    piece && pieces.push(Buffer.from(piece, typeof coding === "string" ? coding : "utf8"));
  const send = (body) => {
    response.setHeader("content-length", body.length);
    plain.end(body);
  };
  return {
    write(piece, coding, done = coding) {
      hold(piece, coding);
      if (typeof done === "function") process.nextTick(done);
      return true;
    },
    end(piece, coding, done) {
      hold(piece, coding);
      if (done) response.once("finish", done);
      const body = lightened(Buffer.concat(pieces), request, response);
      const encoding = body.length >= BYTES_MIN && encodingFor(request);
      if (!encoding) return send(body);
      announce(response, encoding);
      send(encoding === "br" ? brotliCompressSync(body, BROTLI) : gzipSync(body));
    },
  };
}

function lightened(body, request, response) {
  if (process.env.NODE_ENV === "development") return body;
  const { html, cookie } = lightPage(body.toString("utf8"), request.headers.cookie);
  if (cookie) response.appendHeader("set-cookie", cookie);
  return Buffer.from(html);
}

/** Anything else is compressed as it comes. */
function asStream(encoding, response, plain) {
  announce(response, encoding);
  const stream = encoding === "br" ? createBrotliCompress(BROTLI) : createGzip();
  let waiting;
  stream.on("data", (piece) => {
    if (plain.write(piece)) return;
    stream.pause();
    response.once("drain", () => stream.resume());
  });
  stream.once("end", () => plain.end());
  stream.on("drain", () => response.emit("drain"));
  // Whoever asked has gone: what is left of it is given back.
  response.once("close", () => {
    clearTimeout(waiting);
    stream.destroy();
  });
  const flush = () => {
    waiting = undefined;
    stream.flush();
  };
  return {
    write(...piece) {
      waiting ??= setTimeout(flush, FLUSH_MS);
      return stream.write(...piece);
    },
    end(piece, coding, done) {
      clearTimeout(waiting);
      if (done) response.once("finish", done);
      stream.end(piece, coding);
    },
  };
}
