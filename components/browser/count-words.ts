import { countWords } from "#lib/platform/text.ts";

/** Shows below a text with a limit how much of it is used, while somebody types. */
export function countWhileWriting(form: HTMLFormElement): void {
  for (const event of ["focusin", "input"]) form.addEventListener(event, ({ target }) => count(target));
  count(document.activeElement);
}

/** The note states the limit in words: "300 words at most". */
function count(area: unknown): void {
  if (!(area instanceof HTMLTextAreaElement)) return;
  const note = document.getElementById(`${area.id}-limit`);
  if (!note) return;
  note.dataset.limit ??= note.textContent;
  const limit = note.dataset.limit;
  const max = Number(/^[\d,]+/.exec(limit)?.[0].replaceAll(",", ""));
  const written = limit.includes("words") ? countWords(area.value) : area.value.length;
  const tooMany = written > max ? `, ${(written - max).toLocaleString("en-NZ")} too many` : "";
  note.textContent = `${limit}; ${written.toLocaleString("en-NZ")} written${tooMany}`;
  note.classList.toggle("app-limit-over", tooMany !== "");
}
