import { useEffect, useRef, useState } from "react";
import type { Values } from "#lib/form/fields.ts";

/**
 * Keeps a form while it is written, from its first focus on. `draft` names what is kept in the browser; `kept` is what an
 * earlier visit left there, once it is read.
 */
export function useAutosave(draft: string) {
  const [kept, restore] = useState<Values>();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const start = () =>
      import("#components/browser/autosave.ts").then(({ autosave }) => autosave(form.current, draft, !kept && restore));
    // Somebody may be writing already when this code comes.
    if (localStorage[draft] || form.current?.contains(document.activeElement)) start();
    else form.current?.addEventListener("focusin", start, { once: true });
  }, [draft, kept]);
  return { form, kept };
}
