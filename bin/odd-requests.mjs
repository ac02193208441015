// Preloaded into the web server: handles requests that no page of the portal sends. What is wrong with a request's head
// is answered before Next sees it, because Next knows fewer methods than the network and fails on addresses that it
// cannot read. Problems that only appear later (a form that is cut off or names no action) look to Next like its own
// errors: instrumentation.ts recognises them, and they are answered with 400.
import { AsyncLocalStorage } from "node:async_hooks";
import { Server } from "node:http";

const METHODS = ["GET", "HEAD", "POST", "PATCH", "OPTIONS"];
/** Paths that are only read: Next answers anything else with an error of its own. */
const READ_ONLY = /^\/(_next\/|[^/?]+\.(svg|png|ico|txt|webmanifest)(\?|$))/;
/** As much as Next accepts for a server action. */
const BODY_BYTES_MAX = 1_048_576;
/** Longer requests are refused without reading them to the end. */
const DRAINED_BYTES_MAX = 100 * BODY_BYTES_MAX;
/** These stream to disk, and have limits of their own. */
const FILES = /^\/api\/(uploads|documents)(\/|$)/;

const responses = new AsyncLocalStorage();

globalThis[Symbol.for("psf.badRequest")] = () => {
  const response = responses.getStore();
  if (response) response.isBadRequest = true;
};

const { emit } = Server.prototype;
Server.prototype.emit = function (event, request, response, ...rest) {
  if (event === "upgrade" && process.env.NODE_ENV !== "development") {
    response.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    return true;
  }
  // Node closes a CONNECT without an answer if nothing listens for it.
  if (event === "listening") this.on("connect", (_request, socket) => socket.end(REFUSED_CONNECT));
  if (event !== "request") return emit.call(this, event, request, response, ...rest);
  const refusal = refusalOf(request);
  if (refusal) {
    refuse(request, response, refusal);
    return true;
  }
  return responses.run(watched(response), () => emit.call(this, event, request, response, ...rest));
};

const REFUSED_CONNECT = `HTTP/1.1 405 Method Not Allowed\r\nallow: ${METHODS.join(", ")}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;

/** What is wrong with the head of a request, as [status, message]; null if nothing. */
export function refusalOf({ method, url, headers }) {
  if (!METHODS.includes(method) || (READ_ONLY.test(url) && method !== "GET" && method !== "HEAD"))
    return [405, "The portal does not know this method."];
  if (!isReadable(url)) return [400, "We could not read this address. Check that you copied all of it."];
  if (Number(headers["content-length"]) > BODY_BYTES_MAX && !FILES.test(url)) return [413, "That is too long."];
  return null;
}

/** A path whose escapes are valid UTF-8, without the one character that the database cannot store. */
function isReadable(url) {
  if (!url.startsWith("/")) return false;
  try {
    return !decodeURIComponent(url).includes("\0");
  } catch {
    return false;
  }
}

function refuse(request, response, [status, text]) {
  const answer = () => {
    response.writeHead(status, {
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      ...(status === 405 && { allow: METHODS.join(", ") }),
    });
    response.end(`${text}\n`);
  };
  // A client that is still sending does not read: closing the connection would lose the answer.
  if (Number(request.headers["content-length"]) > DRAINED_BYTES_MAX) answer();
  else request.once("end", answer).resume();
}

/** Turns the 500 for a bad request into 400. */
function watched(response) {
  const { writeHead } = response;
  response.writeHead = (status, ...rest) =>
    writeHead.call(response, response.isBadRequest && status === 500 ? 400 : status, ...rest);
  return response;
}
