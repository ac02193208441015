// Preloaded into the web server: handles requests for which something that the portal needs, above all its database, is
// unavailable (lib/web/unavailable.ts says so). Whatever Next makes of that is answered with 503, and a form that was
// posted without JavaScript comes back as a page that shows what was typed and can send the very same form again.
import { AsyncLocalStorage } from "node:async_hooks";

const BODY_BYTES_MAX = 2_000_000;
const RETRY_SECONDS = 10;

/** What is known about the current request: { isAway, problem, body } */
const requests = new AsyncLocalStorage();

globalThis[Symbol.for("psf.unavailable")] = (problem) => {
  const asked = requests.getStore();
  if (asked) Object.assign(asked, { isAway: true, ...(problem && { problem }) });
};

/** The entries of a form that is being posted without JavaScript; empty where there is no such form. */
globalThis[Symbol.for("psf.postedForm")] = async () => {
  const { body = [], type } = requests.getStore() ?? {};
  return body.length > 0 ? fieldsOf(Buffer.concat(body), type) : [];
};

/** Starts to watch a request and its response. */
export function watch(request, response) {
  const asked = { isAway: false, isPage: isForPage(request), path: request.url, body: [] };
  requests.enterWith(asked);
  if (isPlainForm(request)) keepBody(request, asked);
  const { writeHead } = response;
  response.writeHead = (status, ...rest) => {
    if (!asked.isAway) return writeHead.call(response, status, ...rest);
    response.setHeader("retry-after", `${RETRY_SECONDS}`);
    response.setHeader("cache-control", "private, no-store");
    return writeHead.call(response, 503, ...rest);
  };
  return asked;
}

const isForPage = ({ headers, method }) =>
  !headers.rsc &&
  !headers["next-action"] &&
  (method === "POST" ? isForm(headers) : /text\/html|\*\/\*/.test(headers.accept ?? "*/*"));
const isForm = (headers) =>
  /^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(headers["content-type"] ?? "");
const isPlainForm = (request) =>
  request.method === "POST" && isForPage(request) && Number(request.headers["content-length"]) <= BODY_BYTES_MAX;

/** Copies each chunk as the connection delivers it; whoever reads the request gets it as usual. */
function keepBody(request, asked) {
  const { push } = request;
  asked.type = request.headers["content-type"];
  request.push = (piece, ...rest) => {
    if (piece) asked.body.push(Buffer.from(piece));
    return push.call(request, piece, ...rest);
  };
}

/** The page that replaces the one that failed. `css`: its stylesheet's address. */
export async function unavailablePage({ problem, path, body, type }, css) {
  const fields = body.length > 0 ? await fieldsOf(Buffer.concat(body), type) : [];
  const address = escaped(path);
  const again =
    fields.length > 0 ? formOf(fields, address) : `<p><a class="govuk-button" href="${address}">Try again</a></p>`;
  return `<!DOCTYPE html><html lang="en-NZ" class="govuk-template"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sorry, the portal is not available – Pacific Security Fund</title>
${css ? `<link rel="stylesheet" href="${css}">` : ""}</head><body class="govuk-template__body">
<header class="app-header"><div class="app-wrap"><a class="app-brand" href="/">Pacific Security Fund</a></div></header>
<main class="app-main app-wrap" id="main"><div class="app-narrow"><h1>Sorry, the portal is not available</h1>
<p>${escaped(problem ?? "The portal is not available right now. What you saved before is safe. Try again in a minute.")}</p>
${again}
<p>If this keeps happening, email ${DESK}.</p></div></main></body></html>`;
}

/** For clients that are not browsers, and for files. */
export const UNAVAILABLE_TEXT = "The portal is not available right now. Try again in a minute.\n";

const DESK = `<a href="mailto:${process.env.DESK_EMAIL}">${process.env.DESK_EMAIL}</a>`;

async function fieldsOf(body, type) {
  const form = await new Response(body, { headers: { "content-type": type } }).formData().catch(() => []);
  return [...form].filter(([, value]) => typeof value === "string");
}

/** Everything is sent again as it was, including the form's own id, so it acts once. */
function formOf(fields, address) {
  const hidden = fields.map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  const typed = fields.filter(([name, value]) => value.trim() !== "" && !CARRIED.test(name));
  const rows = typed.map(
    ([name, value]) =>
      `<div class="govuk-summary-list__row"><dt class="govuk-summary-list__key">${escaped(wordsOf(name))}</dt>
<dd class="govuk-summary-list__value">${value.split(/\r?\n/).map(escaped).join("<br>")}</dd></div>`,
  );
  const shown =
    rows.length > 0
      ? `<h2>What you typed</h2><p>We send this again when you select “Try again”.</p><dl class="govuk-summary-list">${rows.join("")}</dl>`
      : "";
  return `<form method="post" enctype="multipart/form-data" action="${address}">${hidden.join("")}
<button class="govuk-button">Try again</button></form>${shown}`;
}

/** What a form carries in addition to its answers. */
const CARRIED = /^(\$|requestId$|revision$|shown$|intent$|step$|next$|code$)/;

/** Turns valueForMoney and lines.0.amount into words. */
function wordsOf(name) {
  const words = name.replace(/\.(\d+)(\.|$)/g, (_, index, end) => ` ${Number(index) + 1}${end && " "}`);
  const spaced = words
    .replace(/([a-z])([A-Z])/g, (_, before, after) => `${before} ${after.toLowerCase()}`)
    .replaceAll(".", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const escaped = (text) => String(text).replace(/[&<>"'\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
