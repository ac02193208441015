import type { Values } from "#lib/form/fields.ts";
import type { KeptAs } from "#lib/unsent/rules.ts";
import { countWhileWriting } from "./count-words.ts";
import { seal, unseal } from "./sealed.ts";

/** How long nothing is typed before it is sent, and how long after a failure it is sent again. */
const PAUSE_MS = 2_000;
const AGAIN_MS = 15_000;
/** Between two keystrokes there is no time to look through a long form. */
const BREATH_MS = 150;
/** Browsers let 64 kB outlive a page; in characters, with room for others. */
const KEEPALIVE_MAX = 15_000;
const OFFLINE =
  "No connection. We keep what you type in this browser, and send it when the connection is back. You can keep writing.";

type Entries = [name: string, value: string][];
/** `keptAt` in milliseconds. */
type Kept = { entries: Entries; focus: string; keptAt: number };

/** What a form carries beside what is typed. */
const CARRIED = /^(requestId|revision|shown|intent|unsent\..*)$/;
/** The marks of what a form shows: a section's own, and those of every other form. */
const SHOWN = ["shown", "unsent.shown"];

/**
 * Keeps what is typed into a form: at once in the browser, sealed, and after a pause on the server, also when the connection was
 * lost or the session ended meanwhile. What a window that is gone left is given to `restore`; where that is a word instead, the
 * form holds it already: filled in from there, or sent and come back. `ending` says when to stop.
 */
export async function autosave(
  form: HTMLFormElement,
  keptAs: KeptAs,
  restore: ((values: Values) => void) | "filled in" | "come back",
  ending: AbortSignal,
): Promise<void> {
  const status = form.querySelector(".app-saved");
  if (!status) return;
  countWhileWriting(form);
  const [left] = await leftBehind(keptAs);
  if (ending.aborted) return;
  const writing = new Writing(form, keptAs, status, ending);
  if (left && typeof restore === "function" && !writing.holds(left.kept.entries)) restore(valuesOf(left.kept.entries));
  else writing.begin(left, restore === "filled in");
}

/** Sends what windows that are gone had kept; answers whether the server now holds all of it. */
export async function sendKept(keptAs: KeptAs): Promise<boolean> {
  for (const { at, kept } of await leftBehind(keptAs)) {
    try {
      const response = await fetch(keptAs.saveTo, { method: "POST", body: formOf(kept.entries) });
      if (!response.ok || !(await response.json()).isWhole) return false;
    } catch {
      return false;
    }
    delete localStorage[at];
  }
  return true;
}

type Left = { at: string; kept: Kept };

/** What windows that are gone kept of a form, the newest first. A window that is still open sends what it has by itself. */
async function leftBehind({ name, key }: KeptAs): Promise<Left[]> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const open = new Set(held.map((lock) => lock.name));
  return Object.keys(localStorage)
    .filter((at) => at.startsWith(`${name}~`) && !open.has(at))
    .flatMap((at) => {
      const text = unseal(localStorage[at] ?? "", key);
      return text === undefined ? [] : [{ at, kept: JSON.parse(text) as Kept }];
    })
    .sort((one, other) => other.kept.keptAt - one.kept.keptAt);
}

class Writing {
  readonly #form: HTMLFormElement;
  readonly #keptAs: KeptAs;
  /** Where this window keeps it: no other window writes there. */
  readonly #at: string;
  readonly #status: Element;
  /** What ends with the form: its listeners, and the lock that says that its window is open. */
  readonly #ending: AbortSignal;
  /** What the server was sent last and took. Somebody who types at once is ahead of this. */
  #saved: string;
  /** Whether the server holds all that it was sent: not where somebody else changed the same field. */
  #isWhole = true;
  /** The id of the field that was written in last. */
  #focus = "";
  #sending: Promise<boolean> = Promise.resolve(true);
  /** Whether the form is on its own way, after what was typed last went first. */
  #isSubmitting = false;
  /** Whether it is gone: React empties a form that was sent, and that is nothing that somebody typed. */
  #isSent = false;
  #timer?: ReturnType<typeof setTimeout>;
  #breath?: ReturnType<typeof setTimeout>;

  constructor(form: HTMLFormElement, keptAs: KeptAs, status: Element, ending: AbortSignal) {
    this.#form = form;
    this.#keptAs = keptAs;
    this.#at = `${keptAs.name}~${Math.random().toString(36).slice(2)}`;
    this.#status = status;
    this.#ending = ending;
    this.#saved = [...form.elements].every(isUntouched) ? typed(this.#read()) : "";
  }

  holds = (entries: Entries): boolean => typed(entries) === typed(this.#read());

  /** `left`: what the form holds again of what a window that is gone, or this one before it was sent, had kept. */
  begin(left: Left | undefined, isFilledIn: boolean): void {
    const signal = this.#ending;
    navigator.locks?.request(this.#at, () => new Promise((end) => signal.addEventListener("abort", end)));
    // Rows are added, moved and taken away by buttons.
    for (const event of ["input", "click"]) this.#form.addEventListener(event, this.#breathe, { signal });
    this.#form.addEventListener("submit", this.#submit, { capture: true, signal });
    addEventListener("online", this.#send, { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#send(), { signal });
    signal.addEventListener("abort", () => {
      clearTimeout(this.#breath);
      this.#keep();
      clearTimeout(this.#timer);
    });
    if (left && isFilledIn) {
      const { focus, entries } = left.kept;
      this.#status.textContent = "We have filled in what you typed here before.";
      this.#focus = focus;
      document.getElementById(focus)?.focus();
      // A section goes on as the same form, for the server too. Any other form may have been sent meanwhile, and would then be
      // taken for the same again.
      const id = entries.find(([name]) => name === "requestId")?.[1];
      if (id && !this.#form.elements.namedItem("unsent.form")) this.#carry(["requestId"], id);
    }
    if (left) this.#saved = "";
    this.#keep();
    if (left) delete localStorage[left.at];
  }

  #read = (): Entries =>
    [...new FormData(this.#form)].filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && !entry[0].startsWith("$"),
    );

  #carry(names: readonly string[], value: string): void {
    for (const name of names) {
      const input = this.#form.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.value = value;
    }
  }

  #breathe = (event: Event): void => {
    if (event.type === "input") this.#isSent = false;
    clearTimeout(this.#breath);
    this.#breath = setTimeout(this.#keep, BREATH_MS);
  };

  #later(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#send, afterMs);
  }

  /** In the browser, until the server has all of it. */
  #keep = (): void => {
    if (this.#isSent) return;
    const entries = this.#read();
    if (typed(entries) === this.#saved) {
      clearTimeout(this.#timer);
      if (this.#isWhole) delete localStorage[this.#at];
      return;
    }
    this.#later(PAUSE_MS);
    this.#store(entries);
  };

  #store(entries: Entries): void {
    const active = document.activeElement as HTMLInputElement | null;
    // A link that leads away is not where somebody writes.
    if (active?.form === this.#form && active.id) this.#focus = active.id;
    try {
      const kept: Kept = { entries, focus: this.#focus, keptAt: Date.now() };
      localStorage[this.#at] = seal(JSON.stringify(kept), this.#keptAs.key);
    } catch {} // A browser that keeps nothing: what is typed still goes to the server.
  }

  /** On the server, one after the other; answers whether it was reached. */
  #send = (): Promise<boolean> => {
    this.#sending = this.#sending.then(this.#sendOnce);
    return this.#sending;
  };

  #sendOnce = async (): Promise<boolean> => {
    const entries = this.#read();
    const sent = typed(entries);
    if (this.#ending.aborted || this.#isSent || sent === this.#saved) return true;
    // What is kept is never older than what was sent: it may be sent again.
    this.#store(entries);
    try {
      const response = await fetch(this.#keptAs.saveTo, {
        method: "POST",
        body: formOf(entries),
        // Also while the page is left, as far as browsers allow it.
        keepalive: sent.length < KEEPALIVE_MAX,
      });
      return await this.#hear(response, sent);
    } catch {
      this.#status.textContent = OFFLINE;
      this.#later(AGAIN_MS);
      return false;
    }
  };

  /** What others wrote meanwhile, in text fields that are still as they were sent; rows and choices show it when the
   * section is opened anew. */
  #show(values: Record<string, string>, sent: Map<string, string>): void {
    for (const [name, value] of Object.entries(values)) {
      const input = this.#form.elements.namedItem(name);
      const isText =
        input instanceof HTMLTextAreaElement || (input instanceof HTMLInputElement && input.type === "text");
      if (isText && !name.includes(".") && input.value === sent.get(name)) input.value = value;
    }
  }

  async #hear(response: Response, sent: string): Promise<boolean> {
    if (response.status === 401) {
      const next = encodeURIComponent(location.pathname + location.search);
      this.#status.innerHTML = `<span>You are signed out. We have kept what you typed in this browser: <a href="/sign-in?next=${next}">sign in again</a> to go on.</span>`;
      this.#later(AGAIN_MS); // in another window, say
      return false;
    }
    if (response.status >= 500) {
      this.#status.textContent = "Not saved yet. We keep what you type in this browser, and send it again in a moment.";
      this.#later(AGAIN_MS);
      return true;
    }
    const answer = await response.json();
    this.#status.textContent = [answer.text, ...(answer.differing ?? []).map(this.#differs)].join(" ");
    if (response.ok) {
      this.#carry(SHOWN, answer.shown);
      const isStill = typed(this.#read()) === sent;
      this.#show(answer.values, new Map(JSON.parse(sent)));
      this.#saved = isStill ? typed(this.#read()) : sent;
      this.#isWhole = answer.isWhole;
      this.#keep();
    }
    return true;
  }

  /** The same field was written in two windows: neither is lost, and both are said. */
  #differs = ({ name, values }: { name: string; values: Values }): string => {
    const label = this.#form.querySelector(`label[for="${name}"], [id="${name}"] legend`)?.textContent ?? name;
    return `In another window you typed something else for “${label}”: “${Object.values(values).flat().join(", ")}”. When you send the form, we use what is in this window.`;
  };

  /** What was typed last goes first; then the form goes its own way. */
  #submit = async (event: SubmitEvent): Promise<void> => {
    const entries = this.#read();
    if (!navigator.onLine) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#status.textContent = OFFLINE;
      return;
    }
    if (this.#isSubmitting || typed(entries) === this.#saved) {
      this.#isSubmitting = false;
      // A section stays as it is, whatever becomes of it.
      this.#isSent = !this.#keptAs.saveTo.startsWith("/api/sections");
      // What was chosen is settled by the form's own answer.
      if (entries.some(([name]) => isChoice(name))) delete localStorage[this.#at];
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    clearTimeout(this.#timer);
    if (!(await this.#send())) return;
    // What the server would not take is said by the form's own answer, stays kept, and is sent again while the page stays.
    const last = this.#read();
    if (typed(last) !== this.#saved) {
      this.#isWhole = false;
      this.#store(last);
    }
    this.#isSubmitting = true;
    this.#form.requestSubmit(event.submitter);
  };
}

const typed = (entries: Entries): string =>
  JSON.stringify(entries.filter(([name]) => !CARRIED.test(name) && !isChoice(name)));

/** Texts alone: a file is sent by itself. */
function formOf(entries: Entries): FormData {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value);
  return form;
}

const isChoice = (name: string): boolean => name.startsWith("choose.");

/** Whether an input holds what it came with. */
function isUntouched(input: Element): boolean {
  if (input instanceof HTMLInputElement && /^(radio|checkbox)$/.test(input.type)) {
    return input.checked === input.defaultChecked;
  }
  if (input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement)
    return input.value === input.defaultValue;
  if (!(input instanceof HTMLSelectElement)) return true;
  return (
    input.selectedIndex ===
    Math.max(
      0,
      [...input.options].findIndex((option) => option.defaultSelected),
    )
  );
}

function valuesOf(entries: Entries): Values {
  const values: Record<string, string | string[]> = {};
  for (const [name, value] of entries) values[name] = name in values ? [values[name] ?? [], value].flat() : value;
  return values;
}
