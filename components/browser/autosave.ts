import type { Values } from "../../lib/fields.ts";

/** How long nothing is typed before it is sent, and how long after a failure it is sent again. */
const PAUSE_MS = 2_000;
const AGAIN_MS = 15_000;
const OFFLINE =
  "No connection. What you type is kept in this browser, and sent when the connection is back. You can go on.";

type Entries = [name: string, value: string][];
type Kept = { entries: Entries; focus: string };

/** What a form carries beside what is typed. */
const CARRIED = ["requestId", "shown", "intent"];

/**
 * Keeps what is typed in a section: at once in the browser, and after a pause on the server, also when the connection was
 * lost or the session ended meanwhile. `draft` is PERSON/REFERENCE/SECTION. What was left from before is given to
 * `restore`; where that is false the form holds it already.
 */
export function autosave(
  form: HTMLFormElement | null,
  draft: string,
  restore: ((values: Values) => void) | false,
): void {
  const status = form?.querySelector("[role=status]");
  if (!form || !status) return;
  const [, reference, section] = draft.split("/");
  const read = () => [...new FormData(form)].filter((entry): entry is [string, string] => !entry[0].startsWith("$"));
  const typed = (entries: Entries) => JSON.stringify(entries.filter(([name]) => !CARRIED.includes(name)));
  // Somebody who types at once is ahead of this.
  let saved = [...form.elements].every(isUntouched) ? typed(read()) : "";
  let sending: Promise<boolean> = Promise.resolve(true);
  let timer: ReturnType<typeof setTimeout>;

  const later = (afterMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(send, afterMs);
  };
  /** In the browser. */
  const keep = () => {
    if (typed(read()) === saved) return;
    const focus = document.activeElement instanceof HTMLElement ? document.activeElement.id : "";
    localStorage[draft] = JSON.stringify({ entries: read(), focus } satisfies Kept);
    later(PAUSE_MS);
  };
  /** On the server, one after the other; answers whether it was reached. */
  const send = () => {
    sending = sending.then(sendOnce);
    return sending;
  };
  const sendOnce = async (): Promise<boolean> => {
    const entries = read();
    if (!form.isConnected || typed(entries) === saved) return true;
    try {
      const body = new FormData(form);
      const response = await fetch(`/api/sections/${reference}/${section}`, { method: "POST", body });
      if (response.status === 401) {
        const next = encodeURIComponent(location.pathname);
        status.innerHTML = `<span>You are signed out. What you typed is kept in this browser: <a href="/sign-in?next=${next}">sign in again</a> to go on.</span>`;
        return false;
      }
      const { text, shown } = await response.json();
      status.textContent = text;
      const carried = form.elements.namedItem("shown");
      if (shown && carried instanceof HTMLInputElement) carried.value = shown;
      if (response.ok) saved = typed(entries);
      if (typed(read()) === saved) delete localStorage[draft];
      return true;
    } catch {
      status.textContent = OFFLINE;
      later(AGAIN_MS);
      return false;
    }
  };
  const submit = async (event: SubmitEvent) => {
    if (typed(read()) === saved) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    clearTimeout(timer);
    if (!(await send())) return;
    // What the server would not take is said by the form's own answer.
    saved = typed(read());
    delete localStorage[draft];
    form.requestSubmit(event.submitter);
  };

  const before: Kept | undefined = localStorage[draft] && JSON.parse(localStorage[draft]);
  if (before && restore) {
    if (typed(before.entries) !== typed(read())) {
      restore(valuesOf(before.entries));
      return;
    }
    delete localStorage[draft];
  }
  form.addEventListener("input", keep);
  // Rows are added, moved and taken away by buttons.
  form.addEventListener("click", () => setTimeout(keep));
  form.addEventListener("submit", submit, true);
  addEventListener("online", () => send());
  if (before && !restore) {
    status.textContent = "What you had typed here before is filled in again.";
    document.getElementById(before.focus)?.focus();
    saved = "";
  }
  keep();
}

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
