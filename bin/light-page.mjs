// What is done to the HTML of a page on its way out, so that a browser far away shows it after one round trip.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withoutIdleData } from "./flight.mjs";

/** The cookie of a browser that has been given the stylesheet; its value says which. */
const COOKIE = "styles";
const COOKIE_SECONDS = 30 * 24 * 60 * 60;

/** The document of a page that failed: Next's scripts make the page. */
const EMPTY = '<!DOCTYPE html><html id="__next_error__"';
const STYLESHEET =
  /<link rel="stylesheet" href="\/_next\/(static\/[\w/-]+\/([\w-]+)\.css)" nonce="([^"]+)"[^>]*?(?=\/?>)/;

/** A page as it is sent, with the cookie that goes along with it, if any. `cookies`: what the request carried. */
export function lightPage(html, cookies = "") {
  if (html.startsWith(EMPTY)) return { html };
  const page = withoutIdleData(html);
  const [link, path, name, nonce] = STYLESHEET.exec(page) ?? [];
  const styles = link && !cookies.split("; ").includes(`${COOKIE}=${name}`) && stylesAt(path);
  if (!styles) return { html: page };
  // The file is fetched after everything else, for the next page. Until then it is for paper alone; React takes it as its own.
  const both = `<style nonce="${nonce}">${styles}</style>${link} media="print"`;
  return { html: page.replace(link, () => both), cookie: `${COOKIE}=${name}; ${COOKIE_ATTRIBUTES}` };
}

const COOKIE_ATTRIBUTES = `Path=/; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Lax${/^https:/.test(process.env.BASE_URL ?? "") ? "; Secure" : ""}`;

const read = new Map();

/** A stylesheet of the build that runs here; nothing where there is none. */
function stylesAt(path) {
  if (!read.has(path)) {
    let text = "";
    try {
      text = readFileSync(join(".next", path), "utf8");
    } catch {}
    read.set(path, text);
  }
  return read.get(path);
}
