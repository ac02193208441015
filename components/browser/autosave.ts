import type { Values } from "#lib/form/fields.ts";
import type { KeptAs } from "#lib/unsent/rules.ts";
import { countWhileWriting } from "./count-words.ts";
import { seal, unseal } from "./sealed.ts";

/** The pause in typing before it is sent, and the pause before a failed save is tried again. */
const PAUSE_MS = 2_000;
const AGAIN_MS = 15_000;
/** While somebody types there is no time to read through a long form. */
const BREATH_MS = 150;
/** Browsers let requests of up to 64 kB outlive a page. In characters, with some margin. */
const KEEPALIVE_MAX = 15_000;
const OFFLINE =
  "No connection. We keep what you type in this browser, and send it when the connection is back. You can keep writing.";

type Entries = [name: string, value: string][];
/** `keptAt`: in milliseconds. */
type Kept = { entries: Entries; focus: string; keptAt: number };

/** What a form carries in addition to what is typed. */
const CARRIED = /^(requestId|revision|shown|intent|unsent\..*)$/;
/** The names of the hidden inputs with marks: that of a section, and that of every other form. */
const SHOWN = ["shown", "unsent.shown"];

/**
 * Keeps what is typed into a form: at once in the browser, sealed, and after a pause on the server, even if the
 * connection was lost or the session has ended meanwhile. What a closed window left behind is passed to `restore`;
 * where `restore` is a word instead, the form holds it already (filled in from there, or sent and returned). Stops when
 * `ending` aborts.
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

/** Sends what closed windows had kept. Returns whether the server now holds all of it. */
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

/** What closed windows kept of a form, newest first. An open window sends its own. */
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
  /** Where this window keeps it; no other window writes there. */
  readonly #at: string;
  readonly #status: Element;
  /** Ends together with the form: its listeners, and the lock that shows that its window is open. */
  readonly #ending: AbortSignal;
  /** What was last sent to the server and accepted. The form may already be ahead of this. */
  #saved: string;
  /** Whether the server holds everything that was sent: false where somebody else changed the same field. */
  #isWhole = true;
  /** The id of the field that was last typed into. */
  #focus = "";
  #sending: Promise<boolean> = Promise.resolve(true);
  /** Whether the form is being submitted, after the last keystrokes were sent ahead of it. */
  #isSubmitting = false;
  /** Whether the form has been submitted: React then empties it, and that must not count as typing. */
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

  /** `left`: what the form was filled in with again, from a closed window or from this one before it was submitted. */
  begin(left: Left | undefined, isFilledIn: boolean): void {
    const signal = this.#ending;
    navigator.locks?.request(this.#at, () => new Promise((end) => signal.addEventListener("abort", end)));
    // Buttons add, move and remove rows.
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
      // A section stays the same form for the server too. Any other form may have been sent meanwhile, and would
      // then be mistaken for the same one.
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
    // A link that leads away is not a field to write in.
    if (active?.form === this.#form && active.id) this.#focus = active.id;
    try {
      const kept: Kept = { entries, focus: this.#focus, keptAt: Date.now() };
      localStorage[this.#at] = seal(JSON.stringify(kept), this.#keptAs.key);
    } catch {} // The browser cannot store anything: what is typed still goes to the server.
  }

  /** To the server, one request after another. Returns whether the server was reached. */
  #send = (): Promise<boolean> => {
    this.#sending = this.#sending.then(this.#sendOnce);
    return this.#sending;
  };

  #sendOnce = async (): Promise<boolean> => {
    const entries = this.#read();
    const sent = typed(entries);
    if (this.#ending.aborted || this.#isSent || sent === this.#saved) return true;
    // What is stored here is never older than what was sent, because it may be sent again.
    this.#store(entries);
    try {
      const response = await fetch(this.#keptAs.saveTo, {
        method: "POST",
        body: formOf(entries),
        // Also while the page is being left, as far as browsers allow it.
        keepalive: sent.length < KEEPALIVE_MAX,
      });
      return await this.#hear(response, sent);
    } catch {
      this.#status.textContent = OFFLINE;
      this.#later(AGAIN_MS);
      return false;
    }
  };

  /**
   * Fills in what others wrote meanwhile, in text fields that have not changed since they were sent. Rows and choices
   * show it when the section is next opened.
   */
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
      this.#status.innerHTML = `<span>You are signed out. We have kept what you typed in this browser: <a href="/sign-in?next=${next}">sign in again</a> to continue.</span>`;
      this.#later(AGAIN_MS); // for example in another window
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

  /** The same field was changed in two windows: keep both, and say so. */
  #differs = ({ name, values }: { name: string; values: Values }): string => {
    const label = this.#form.querySelector(`label[for="${name}"], [id="${name}"] legend`)?.textContent ?? name;
    return `In another window you typed something else for “${label}”: “${Object.values(values).flat().join(", ")}”. When you send the form, we use what is in this window.`;
  };

  /** Sends the last keystrokes first; then the form is submitted. */
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
      // A section stays open, whatever the answer.
      this.#isSent = !this.#keptAs.saveTo.startsWith("/api/sections");
      // The form's own answer deals with what was chosen.
      if (entries.some(([name]) => isChoice(name))) delete localStorage[this.#at];
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    clearTimeout(this.#timer);
    if (!(await this.#send())) return;
    // What the server refuses is explained by the form's own answer, stays stored, and is sent again while the page
    // is open.
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

/** Text only: a file is sent separately. */
function formOf(entries: Entries): FormData {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value);
  return form;
}

const isChoice = (name: string): boolean => name.startsWith("choose.");

/** Whether an input still has the value that it was loaded with. */
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
