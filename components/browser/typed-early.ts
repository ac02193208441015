/** A field and where somebody was writing in it. */
type Field = HTMLInputElement | HTMLTextAreaElement;
type Typed = { value: string; start: number | null; end: number | null };

/** What was typed into fields of the page that the server sent. */
const typed = new WeakMap<Field, Typed>();

const isField = (target: unknown): target is Field =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === "text");

const note = (field: Field): void => {
  typed.set(field, { value: field.value, start: field.selectionStart, end: field.selectionEnd });
};

/**
 * On a slow connection somebody may write in a form for a while before its code has loaded. As that code takes over a
 * form, React puts text areas back to what the server sent, and rows of fields do the same: `putBack` undoes that. To be
 * called before any of it runs.
 */
export function noteTypedEarly(): void {
  // Going back and loading again, a browser fills in what was in the fields before: that is older than the page.
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const isNew = navigation?.type === "navigate";
  for (const field of document.querySelectorAll<Field>("textarea, input[type=text]")) {
    if (isNew && field.value !== field.defaultValue) note(field);
    // Now it has a value of its own, and keeps its selection when React sets its default once more.
    const { value } = field;
    field.value = value;
  }
  document.addEventListener("input", ({ target }) => isField(target) && note(target), { capture: true });
}

/** Puts back what was typed into a form before its code ran. Returns whether there was any. */
export function putBack(form: HTMLFormElement): boolean {
  let isAny = false;
  for (const field of form.elements) {
    const early = isField(field) && typed.get(field);
    if (!early || early.value === field.value) continue;
    isAny = true;
    // Past React's own setter, so that React takes it for typing and tells whoever listens.
    const { prototype } = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(prototype, "value")?.set?.call(field, early.value);
    if (field === document.activeElement) field.setSelectionRange(early.start, early.end);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return isAny;
}
