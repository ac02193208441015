import { expect, test } from "vitest";
import { refusalOf } from "./odd-requests.mjs";

const statusOf = (method: string, url: string, length?: number) =>
  refusalOf({ method, url, headers: { ...(length !== undefined && { "content-length": `${length}` }) } })?.[0] ?? null;

test.each([
  ["GET", "/applications?words=radio%20te%20reo%20M%C4%81ori", undefined, null],
  ["HEAD", "/", undefined, null],
  ["OPTIONS", "/", undefined, null],
  ["PATCH", "/api/uploads/x", 30_000_000, null],
  ["POST", "/api/documents/PSF-2026-0001/files", 30_000_000, null],
  ["POST", "/sign-in", 1_048_576, null],
  ["TRACE", "/", undefined, 405],
  ["PROPFIND", "/", undefined, 405],
  ["PUT", "/", undefined, 405],
  ["HEAD", "/icon.svg", undefined, null],
  ["POST", "/icon.svg", undefined, 405],
  ["PATCH", "/manifest.webmanifest?x", undefined, 405],
  ["OPTIONS", "/_next/static/chunks/a.css", undefined, 405],
  ["POST", "/sign-in", 1_048_577, 413],
  ["POST", "/api/sections/PSF-2026-0001/need", 40_000_000, 413],
  ["POST", "/api/documentsx", 40_000_000, 413],
  ["GET", "*", undefined, 400],
  ["GET", "http://elsewhere.example/", undefined, 400],
  ["GET", "/applications/%00", undefined, 400],
  ["GET", "/applications?words=%00", undefined, 400],
  ["GET", "/applications/%FF", undefined, 400],
  ["GET", "/applications?words=%FF", undefined, 400],
  ["GET", "/applications/%C0%80", undefined, 400],
  ["GET", "/applications/%", undefined, 400],
  ["GET", "/applications/%zz", undefined, 400],
])("%s %s with %s bytes is refused with %s", (method, url, length, status) => {
  expect(statusOf(method, url, length)).toBe(status);
});
