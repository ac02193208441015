// Preloaded into the web server. For a page that throws, or that does not exist, Next answers with an empty document
// which its scripts fill: this puts the same in words into it, for readers without JavaScript.
import { subscribe } from "node:diagnostics_channel";
import { UNAVAILABLE_TEXT, unavailablePage, watch } from "./unavailable.mjs";

const EMPTY_DOCUMENT = '<!DOCTYPE html><html id="__next_error__"';

subscribe("http.server.request.start", ({ request, response }) => {
  const asked = watch(request, response);
  let isEmpty;
  let hasBegun = false; // its headers may go out later than its first piece is written
  const held = [];
  // Next sends the headers before the first piece: what stands in it decides them here.
  response.flushHeaders = () => {};
  // In front of what compresses (bin/compress.mjs).
  const { write, end } = response;
  response.write = (chunk, ...rest) => {
    isEmpty ??= response.statusCode >= 400 && Buffer.from(chunk).toString("latin1").startsWith(EMPTY_DOCUMENT);
    hasBegun = true;
    if (!isEmpty) return write.call(response, chunk, ...rest);
    held.push(Buffer.from(chunk));
    return true;
  };
  response.end = (...args) => {
    const last = typeof args[0] === "function" ? undefined : args[0];
    if (isEmpty) {
      isEmpty = false;
      const html = Buffer.concat([...held, Buffer.from(last ?? "")]).toString("utf8");
      fill(html, response, asked).then((page) => {
        response.write(page);
        end.call(response);
      });
      return response;
    }
    // A file or an answer for a program that could not be made.
    if (asked.isAway && !hasBegun && !response.headersSent && isBare(last)) {
      response.setHeader("content-type", "text/plain; charset=utf-8");
      response.removeHeader("content-length");
      return end.call(response, request.method === "HEAD" ? undefined : UNAVAILABLE_TEXT);
    }
    return end.apply(response, args);
  };
});

const isBare = (body) => !body || String(body) === "Internal Server Error";

const fill = async (html, response, asked) =>
  asked.isAway ? unavailablePage(asked, stylesheetOf(html)) : withWords(html, response.statusCode);

const stylesheetOf = (html) => /\/_next\/static\/[\w./~-]+\.css/.exec(html)?.[0];

function withWords(html, statusCode) {
  const css = stylesheetOf(html);
  const { title, lines } = statusCode === 404 ? NOT_FOUND : wentWrong(/\\"digest\\":\\"([\w@;]+)\\"/.exec(html)?.[1]);
  return html
    .replace(EMPTY_DOCUMENT, `${EMPTY_DOCUMENT} lang="en-NZ" class="govuk-template"`)
    .replace(/<title>[^<]*<\/title>/, `<title>${title} – Pacific Security Fund</title>`)
    .replace(
      "<body>",
      `<body class="govuk-template__body"><noscript>${css ? `<link rel="stylesheet" href="${css}">` : ""}
<header class="app-header"><div class="app-wrap"><a class="app-brand" href="/">Pacific Security Fund</a></div></header>
<main class="app-main app-wrap" id="main"><div class="app-narrow"><h1>${title}</h1>
${lines.map((line) => `<p>${line}</p>`).join("\n")}
<p><a href="/">Go to the start page</a></p></div></main></noscript>`,
    );
}

const DESK = `<a href="mailto:${process.env.DESK_EMAIL}">${process.env.DESK_EMAIL}</a>`;

const NOT_FOUND = {
  title: "Page not found",
  lines: [
    "If you typed the address, check that it is correct. If you pasted it, check that you copied all of it.",
    "If you followed a link in an email, sign in with the address that the email was sent to: each person sees only what belongs to their own agency.",
    `If you think something should be here, email ${DESK}.`,
  ],
};

/** `id` stands in the log beside what really happened. */
const wentWrong = (id) => ({
  title: "Sorry, something went wrong",
  lines: [
    "We could not show this page. The fault is ours, and we have recorded it.",
    "What you had saved before is safe. If you had just sent a form, look at the application first: its history says whether it arrived. Then try again in a few minutes.",
    `If it happens again, email ${DESK} and say what you were doing.${id ? ` Give this number: <strong>${id}</strong>.` : ""}`,
  ],
});
