// A page that Next has made stands in its HTML twice: as markup, and once more as data for its scripts, React's "flight",
// which says the whole of it again. The scripts need that only where a component of ours runs in the browser. A page
// without one is sent without data and scripts; in any other, what such a component has no part in is left out of the
// data: React is told that the content of that element is not its own, and leaves the markup as it is.

/** Next's own components for the browser that show what they are given as it is, and its others. Ours have other names;
 * only global-error.tsx has to be a default, too. */
const SEEN_THROUGH = new Set(["OutletBoundary", "ViewportBoundary", "MetadataBoundary"]);
const NEXTS = new Set([...SEEN_THROUGH, "default", "IconMark"]);
/** Ours that stands in the data of every page for what is not found, and in no page that is. */
const SPARE = "NotFoundWords";
/** Elements that React treats in a way of its own, or that have no content. */
const LEFT = new Set(
  "html head body title style base noscript template textarea select option input button br hr img col wbr area source".split(
    " ",
  ),
);
/** What stands in the head of a page for good, wherever its scripts lead. Its title is not among it. */
const IN_HEAD = new Set(["meta", "link", "script"]);
/** What is shorter would not be made shorter. */
const CHARS_MIN = 60;

const PUSHED = /<script[^>]*>self\.__next_f\.push\((\[.*?\])\)<\/script>/gs;
const SCRIPT = /<script\b[^>]*>.*?<\/script>|<link rel="preload" as="script"[^>]*>/gs;
/** Parts of a page that come later are put in place by scripts. */
const STREAMED = /<template id="[BP]:/;

/** The HTML of a page, with no more data for its scripts than they need. */
export function withoutIdleData(html) {
  const pushed = [...html.matchAll(PUSHED)].map(([, piece]) => JSON.parse(piece));
  if (pushed.length === 0 || STREAMED.test(html) || pushed.some(([kind]) => kind !== 0 && kind !== 1)) return html;
  const text = pushed.map(([, part = ""]) => part).join("");
  const components = componentsOf(text);
  if (components.size === 0) return html; // Next has some on every page: this is nothing that we know
  if (!isInteractive(text, components)) return html.replace(SCRIPT, "");
  const rows = rowsOf(text);
  if (!rows) return html;
  const data = scriptText(JSON.stringify([1, trimmed(rows, components)]));
  let isPut = false;
  return html.replace(PUSHED, (script, piece) => {
    if (isPut || piece === "[0]") return isPut ? "" : script;
    isPut = true;
    return script.replace(piece, () => data);
  });
}

/** As Next writes data into a script. */
const scriptText = (json) =>
  json.replace(/[&<>\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Rows whose text has a length, and may have line ends in it: texts and bytes. */
const SIZED = /^[TAOobUSsLlGgMmV]/;

/** The rows of the data: { id, text, model } where `model` is what a row of JSON holds. Null for what nobody can read. */
function rowsOf(text) {
  const rows = [];
  for (let at = 0; at < text.length; ) {
    const colon = text.indexOf(":", at);
    const id = text.slice(at, colon);
    if (colon < 0 || !/^[0-9a-f]*$/.test(id)) return null;
    at = SIZED.test(text[colon + 1]) ? endOfSized(text, colon) : text.indexOf("\n", colon) + 1 || text.length;
    const row = text.slice(colon + 1, at);
    rows.push({ id, text: row, ...(/^["[{]/.test(row) && { model: JSON.parse(row) }) });
  }
  return rows;
}

/** Its length is in bytes. */
function endOfSized(text, colon) {
  const comma = text.indexOf(",", colon);
  const size = Number.parseInt(text.slice(colon + 2, comma), 16);
  return comma + 1 + Buffer.from(text.slice(comma + 1)).toString("utf8", 0, size).length;
}

const COMPONENT = /^([0-9a-f]+):I\[.*"([\w$-]+)"\]$/gm;
const NAME = /^([0-9a-f]+):"(\w+)"$/gm;

/** The components of the browser that the data names: "$L5" to a name. */
function componentsOf(text) {
  const names = new Map([...text.matchAll(NAME)].map(([, id, name]) => [`$${id}`, name]));
  return new Map([...text.matchAll(COMPONENT)].map(([, id, name]) => [`$L${id}`, names.get(name) ?? name]));
}

/** Whether a component of ours, or a form that a script may send, is in it. */
const isInteractive = (text, components) =>
  text.includes('"$h') || [...components.values()].some((name) => !NEXTS.has(name) && name !== SPARE);

/** The id of the row that a string stands for, if it stands for one: "$1f", "$L1f", "$1f:props:children". */
const REFERENCE = /^\$([A-Z@hi]?)([0-9a-f]+)(:.*)?$/;

function trimmed(rows, components) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const isOwn = (element) => element[1].startsWith("$L") && !SEEN_THROUGH.has(components.get(element[1]));
  const whole = rowsLeftWhole(rows, byId, isOwn);
  const isStill = stillness(byId);
  const ownless = (Math.max(...rows.map(({ id }) => Number.parseInt(id || "0", 16))) + 1).toString(16);
  const lean = rows.map((row) =>
    row.model === undefined || typeof row.model === "string" || whole.has(row.id)
      ? row
      : { ...row, text: `${JSON.stringify(leaned(row.model, { isOwn, isStill, ownless: `$${ownless}` }))}\n` },
  );
  const first = { id: ownless, text: CONTENT_OF_NOBODY };
  return reachable([first, ...lean])
    .map(({ id, text }) => `${id}:${text}`)
    .join("");
}

const isElement = (value) =>
  Array.isArray(value) && value[0] === "$" && typeof value[1] === "string" && value.length >= 4;

/** The type of an element that is a tag, or null. */
const tagOf = (element) => (element[1].startsWith("$") ? null : element[1]);

/** Calls `visit` with every string in a value, the names of keys aside. */
function eachString(value, visit) {
  if (typeof value === "string") visit(value);
  else if (value && typeof value === "object") for (const part of Object.values(value)) eachString(part, visit);
}

/**
 * The rows that stand, or may later stand, inside of what a component of the browser is given: it may look at them, or show them
 * later. Also those into which others reach by a path.
 */
function rowsLeftWhole(rows, byId, isOwn) {
  const whole = new Set();
  const keep = (value) =>
    eachString(value, (text) => {
      const id = REFERENCE.exec(text)?.[2];
      if (id === undefined || whole.has(id) || !byId.has(id)) return;
      whole.add(id);
      keep(byId.get(id).model);
    });
  const look = (value) => {
    if (typeof value === "string") {
      const [, , id, path] = REFERENCE.exec(value) ?? [];
      if (path) whole.add(id);
    } else if (isElement(value) && isOwn(value)) keep(value[3]);
    else if (value && typeof value === "object") Object.values(value).forEach(look);
  };
  for (const { model } of rows) look(model);
  return whole;
}

/** Tells whether a value is markup alone: no component of the browser, no action, nothing that comes later. */
function stillness(byId) {
  const known = new Map();
  const look = (value) => {
    if (typeof value !== "string") return Object.values(value).every(isStill);
    const [, kind, id] = REFERENCE.exec(value);
    const row = byId.get(id);
    if (!row || kind === "@" || kind === "h" || kind === "F") return false;
    return row.text.startsWith("T") || (row.model !== undefined && isStill(row.model));
  };
  const isStill = (value) => {
    if (typeof value === "string" ? !REFERENCE.test(value) : !value || typeof value !== "object") return true;
    if (!known.has(value)) {
      known.set(value, false); // while it is looked at: one that holds itself is none
      known.set(value, look(value));
    }
    return known.get(value);
  };
  return isStill;
}

const CONTENT_OF_NOBODY = `{"dangerouslySetInnerHTML":{"__html":""}}\n`;

/** A value in which every element that is markup alone has lost its content. */
function leaned(value, ways) {
  const inside = (part) => leaned(part, ways);
  if (!value || typeof value !== "object") return value;
  if (!isElement(value)) return Array.isArray(value) ? value.map(inside) : said(value, inside);
  const [sign, type, key, props, ...rest] = value;
  const tag = tagOf(value);
  if (IN_HEAD.has(tag)) return null;
  if (tag && !LEFT.has(tag) && ways.isStill(value) && JSON.stringify(value).length > CHARS_MIN)
    return [sign, type, key, ways.ownless, ...rest];
  if (!props || typeof props !== "object") return value;
  const { children, ...others } = said(props);
  // What a component of the browser is given is its own.
  const kept = children === undefined || ways.isOwn(value) ? children : inside(children);
  return [sign, type, key, { ...others, ...(kept !== undefined && { children: kept }) }, ...rest];
}

/** An object without what is undefined in it. */
const said = (object, read = (part) => part) =>
  Object.fromEntries(
    Object.entries(object).flatMap(([key, part]) => (part === "$undefined" ? [] : [[key, read(part)]])),
  );

/** The rows that lead somewhere from the first one, and those that no other names. */
function reachable(rows) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const found = new Set();
  const follow = (id) => {
    if (found.has(id) || !byId.has(id)) return;
    found.add(id);
    for (const [, , next] of byId.get(id).text.matchAll(/"\$([A-Z@hi]?)([0-9a-f]+)[:"]/g)) follow(next);
  };
  follow("0");
  return rows.filter(({ id, text }) => found.has(id) || !/^["[{TIH]/.test(text));
}
