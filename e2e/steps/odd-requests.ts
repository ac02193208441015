import { connect } from "node:net";

/** A request that no page of the portal sends; `body` is sent as bytes, whatever `headers` say about it. */
export type OddRequest = {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** The expected status; if absent, anything but a 5xx. */
  status?: readonly number[];
};

/** The parts of the portal that the requests are about. */
export type Target = {
  /** Pages that may be read, those with the most in their addresses first. */
  pages: readonly string[];
  /** Routes that accept posted data. */
  routes: readonly string[];
  /** A form of the portal as its page contains it: where it is posted to, and its hidden fields. */
  forms: readonly { path: string; fields: Record<string, string> }[];
};

const BOUNDARY = "----odd";
const MULTIPART = { "content-type": `multipart/form-data; boundary=${BOUNDARY}` };
const URLENCODED = { "content-type": "application/x-www-form-urlencoded" };

const multipart = (fields: Iterable<readonly [string, string]>, end = `--${BOUNDARY}--\r\n`): string =>
  [...fields]
    .map(([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join("") + end;

const METHODS = ["TRACE", "TRACK", "PROPFIND", "QUERY", "PURGE", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "get"];

function* oddMethods({ pages, routes }: Target): Generator<OddRequest> {
  for (const path of [...pages.slice(0, 2), ...routes, "/nowhere"]) {
    for (const method of METHODS) {
      yield { method, path, ...(["TRACE", "TRACK", "PROPFIND", "QUERY"].includes(method) && { status: [405, 400] }) };
    }
  }
}

const BAD_PARTS = [
  "%00",
  "%FF",
  "%C0%80",
  "%ED%A0%80",
  "%",
  "%zz",
  "%2e%2e",
  "%5c",
  "%0d%0a",
  "\\",
  "__proto__",
  "constructor",
];

function* oddAddresses({ pages, routes }: Target): Generator<OddRequest> {
  for (const part of BAD_PARTS) {
    for (const page of [...pages.slice(0, 4), ...routes.slice(0, 2)]) {
      const parts = page.split("?")[0]?.split("/") ?? [];
      for (let at = 1; at < parts.length; at++) {
        yield { method: "GET", path: parts.map((each, index) => (index === at ? part : each)).join("/") };
      }
      yield { method: "GET", path: `${page}/${part}` };
      yield { method: "GET", path: `${page}?done=${part}&words=${part}&${part}=${part}&year=${part}&before=${part}` };
    }
    yield { method: "GET", path: `/${part}` };
    yield { method: "GET", path: `/_next/static/${part}` };
    yield { method: "GET", path: `/_next/image?url=${part}&w=${part}&q=1` };
    yield { method: "GET", path: `/_next/data/${part}/${part}.json` };
  }
  for (const path of ["*", "http://elsewhere.example/", "//", "/?", "/a//b", `/${"a".repeat(9_000)}`]) {
    yield { method: "GET", path };
  }
}

const BODIES: readonly (readonly [Record<string, string>, string])[] = [
  [MULTIPART, multipart([["a", "b"]], "")],
  [MULTIPART, multipart([["a", "b"]]).slice(0, 60)],
  [MULTIPART, "no parts at all"],
  [MULTIPART, ""],
  [MULTIPART, `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\ncut`],
  [MULTIPART, `--${BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--${BOUNDARY}--\r\n`],
  [{ "content-type": "multipart/form-data" }, multipart([["a", "b"]])],
  [{ "content-type": "multipart/form-data; boundary=" }, multipart([["a", "b"]])],
  [{ "content-type": "multipart/form-data; boundary=other" }, multipart([["a", "b"]])],
  [{ "content-type": "multipart/mixed; boundary=x" }, "--x--"],
  [URLENCODED, "a=%FF&b=%&%=%zz&=&&"],
  [URLENCODED, ""],
  [URLENCODED, "__proto__=a&constructor=b&toString=c"],
  [
    MULTIPART,
    multipart([
      ["__proto__", "a"],
      ["constructor", "b"],
      ["__proto__", "c"],
      ["hasOwnProperty", "d"],
    ]),
  ],
  [
    MULTIPART,
    multipart([
      ["__proto__.0.label", "a"],
      ["constructor.0.label", "b"],
      ["lines.0.__proto__", "c"],
    ]),
  ],
  [{ "content-type": "application/json" }, '{"__proto__": {"a": 1}'],
  [{ "content-type": "application/json" }, "null"],
  [{ "content-type": "text/plain" }, "words"],
  [{ "content-type": "text/plain;charset=UTF-8" }, '["$K1"]'],
  [{ "content-type": "nonsense" }, "words"],
  [{}, "words"],
];

const CONTROL_FIELDS: readonly (readonly [string, string])[] = [
  ["$ACTION_ID_", ""],
  ["$ACTION_ID_nothing", ""],
  [`$ACTION_ID_${"0".repeat(42)}`, ""],
  [`$ACTION_ID_${"f".repeat(42)}`, ""],
  ["$ACTION_REF_1", ""],
  ["$ACTION_REF___proto__", ""],
  ["$ACTION_KEY", "k"],
  ["$ACTION_1:0", '{"id":"nothing","bound":"$@1"}'],
];

const ACTION_IDS = [
  "",
  "x",
  "__proto__",
  "constructor",
  "0".repeat(40),
  "f".repeat(42),
  "a".repeat(5_000),
  "%00",
  "../x",
];

function* oddBodies({ pages, routes }: Target): Generator<OddRequest> {
  for (const path of [...pages.slice(0, 2), ...routes]) {
    for (const [headers, body] of BODIES) yield { method: "POST", path, headers, body };
  }
  for (const path of pages.slice(0, 2)) {
    for (const field of CONTROL_FIELDS) {
      yield { method: "POST", path, headers: MULTIPART, body: multipart([field]) };
      yield { method: "POST", path, headers: MULTIPART, body: multipart([field, ["$ACTION_REF_1", ""]]) };
    }
  }
  for (const path of pages.slice(0, 2)) {
    for (const id of ACTION_IDS) {
      yield { method: "POST", path, headers: { "next-action": id, "content-type": "text/plain" }, body: "[]" };
      yield { method: "POST", path, headers: { "next-action": id, ...MULTIPART }, body: multipart([["0", "[]"]]) };
    }
  }
}

const BAD_VALUES = [
  "",
  "\0",
  "[",
  "{}",
  '"$K9"',
  "[null]",
  '["$@7"]',
  '["$__proto__"]',
  '["$1:__proto__:constructor"]',
  "x".repeat(50_000),
];

/** The portal's own forms, with each of their hidden fields made wrong, as a browser with scripts sends them and without. */
function* oddForms({ forms }: Target): Generator<OddRequest> {
  for (const { path, fields } of forms) {
    const own = Object.entries(fields);
    const action = JSON.parse(fields[own.find(([name]) => /^\$ACTION_\d+:0$/.test(name))?.[0] ?? ""] ?? "{}").id;
    for (const odd of ["__proto__", "constructor", "toString", "__proto__.0.a", "a\0b"]) {
      yield { method: "POST", path, headers: MULTIPART, body: multipart([...own, [odd, "x"], [odd, "y"]]) };
    }
    for (const [name] of own) {
      for (const value of BAD_VALUES) {
        const changed = own.map(([each, kept]) => [each, each === name ? value : kept] as const);
        yield { method: "POST", path, headers: MULTIPART, body: multipart(changed) };
      }
      yield { method: "POST", path, headers: MULTIPART, body: multipart(own.filter(([each]) => each !== name)) };
    }
    yield { method: "POST", path, headers: MULTIPART, body: multipart(own, "") };
    yield { method: "POST", path, headers: URLENCODED, body: new URLSearchParams(fields).toString() };
    yield* oddCalls(path, action);
  }
}

/** An action called as scripts call it, with arguments that it does not accept. */
function* oddCalls(path: string, action: string): Generator<OddRequest> {
  const called = { "next-action": action };
  for (const value of BAD_VALUES) {
    const fields = [
      ["1__proto__", "x"],
      ["1_constructor", "y"],
      ["1", value],
      ["0", '["$undefined","$K1"]'],
    ] as const;
    yield { method: "POST", path, headers: { ...called, "content-type": "text/plain" }, body: value };
    yield { method: "POST", path, headers: { ...called, ...MULTIPART }, body: multipart([["0", value]]) };
    yield { method: "POST", path, headers: { ...called, ...MULTIPART }, body: multipart(fields) };
  }
  for (const [headers, body] of BODIES) yield { method: "POST", path, headers: { ...called, ...headers }, body };
}

const HEADERS: Record<string, string>[] = [
  { cookie: "next-auth.session-token=%00" },
  { cookie: "next-auth.session-token=%FF; sign-in-browser=%" },
  { cookie: `next-auth.session-token=${"a".repeat(4_000)}` },
  { cookie: "=;;;=x; __proto__=a; constructor=b" },
  { cookie: "next-auth.callback-url=%zz; next-auth.csrf-token=|" },
  { rsc: "1" },
  { rsc: "1", "next-router-state-tree": "nonsense" },
  { rsc: "1", "next-router-state-tree": "%" },
  { rsc: "1", "next-router-state-tree": "%5B%22__proto__%22%5D" },
  { rsc: "1", "next-router-state-tree": "[]" },
  { rsc: "1", "next-router-state-tree": "null" },
  { rsc: "1", "next-router-state-tree": `%5B${"%5B".repeat(3_000)}` },
  { rsc: "1", "next-router-prefetch": "9", "next-router-segment-prefetch": "/__proto__" },
  { rsc: "__proto__", "next-url": "//elsewhere.example" },
  { "next-url": "%FF" },
  { "next-hmr-refresh": "1" },
  { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
  { "x-nextjs-data": "1" },
  { "x-matched-path": "/%00" },
  { "x-forwarded-for": "'; DROP TABLE" },
  { "x-forwarded-host": "a b", "x-forwarded-proto": "gopher" },
  { "accept-language": "*;q=9" },
  { "accept-encoding": "\u00ff" },
  { accept: "\u00ff/\u00ff" },
  { range: "bytes=9-1" },
  { "if-none-match": '"' },
  { "if-modified-since": "yesterday" },
  { "content-type": "multipart/form-data" },
  { "content-length": "x" },
  { "transfer-encoding": "nonsense" },
  { expect: "a miracle" },
  { upgrade: "websocket", connection: "upgrade" },
  { authorization: "Basic %" },
  { host: "" },
  { host: "a b" },
  { host: "elsewhere.example:99999" },
  { host: "[::1" },
  { origin: "null" },
  { referer: "%" },
  { "x-long": "a".repeat(20_000) },
];

function* oddHeaders({ pages, routes }: Target): Generator<OddRequest> {
  for (const path of [...pages.slice(0, 1), ...routes.slice(0, 1), "/nowhere"]) {
    for (const headers of HEADERS) yield { method: "GET", path, headers };
  }
  for (const path of pages.slice(0, 1)) {
    yield { method: "GET", path: `${path}?_rsc=%00`, headers: { rsc: "1" } };
    for (const headers of HEADERS) {
      yield { method: "POST", path, headers: { ...MULTIPART, ...headers }, body: multipart([["a", "b"]]) };
    }
  }
}

const LONG = 40_000_000;

/** Far more than any form holds. */
function* longBodies({ routes, forms }: Target): Generator<OddRequest> {
  for (const path of routes) {
    const body = multipart([["a", "a".repeat(LONG)]]);
    // Upload routes also say which part of a form is too big.
    const takesFiles = /^\/api\/(documents|uploads)/.test(path);
    yield { method: "POST", path, headers: MULTIPART, body, ...(!takesFiles && { status: [413] }) };
  }
  for (const { path, fields } of forms.slice(0, 1)) {
    const long = multipart([...Object.entries(fields), ["a", "a".repeat(LONG)]]);
    yield { method: "POST", path, headers: MULTIPART, body: long, status: [413] };
    yield { method: "POST", path, headers: { "content-type": "text/plain" }, body: "a".repeat(LONG), status: [413] };
    yield {
      method: "POST",
      path,
      headers: { "next-action": "f".repeat(42), ...MULTIPART },
      body: long,
      status: [413, 404],
    };
  }
}

/** A few hundred requests. */
export function* oddRequests(target: Target): Generator<OddRequest> {
  for (const each of [oddMethods, oddAddresses, oddBodies, oddForms, oddHeaders, longBodies]) yield* each(target);
}

/** Sends a request exactly as written and returns the status; 0 where the connection was closed without one. */
export function send(url: string, { method, path, headers = {}, body }: OddRequest, cookie: string): Promise<number> {
  const { hostname, port, host } = new URL(url);
  const bytes = Buffer.from(body ?? "", "latin1");
  const all: Record<string, string> = {
    host,
    origin: url,
    "sec-fetch-site": "same-origin",
    ...(cookie && { cookie }),
    ...(body !== undefined && { "content-length": `${bytes.length}` }),
    connection: "close",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((done, fail) => {
    const socket = connect({ host: hostname, port: Number(port) });
    let answer = "";
    socket.setTimeout(60_000, () => socket.destroy(new Error("no answer within a minute")));
    socket.on("data", (chunk) => {
      answer ||= chunk.toString("latin1");
      // What follows the status does not matter, and a refused body is not sent to its end.
      done(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0));
      socket.destroy();
    });
    socket.on("close", () => done(0));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      ["ECONNRESET", "EPIPE"].includes(error.code ?? "")
        ? done(0)
        : fail(new Error(`${method} ${path}: ${error.message}`)),
    );
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
    socket.write(bytes);
  });
}

/** The hidden fields of each form on a page. */
export function formsIn(path: string, html: string): Target["forms"] {
  return [...html.matchAll(/<form\b[^>]*>(.*?)<\/form>/gs)].map(([, form = ""]) => ({
    path,
    fields: Object.fromEntries(
      [...form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
        unescaped(/name="([^"]*)"/.exec(input)?.[1] ?? ""),
        unescaped(/value="([^"]*)"/.exec(input)?.[1] ?? ""),
      ]),
    ),
  }));
}

const unescaped = (text: string): string =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
