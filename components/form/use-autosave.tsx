import { useEffect, useRef, useState } from "react";
import type { Values } from "#lib/form/fields.ts";
import type { KeptAs } from "#lib/unsent/rules.ts";

/**
 * Keeps a form while it is written, from its first focus on. `answer` counts what came back for it: each comes in a form of its
 * own. `kept` is what a window that is gone left in the browser, once it is read.
 */
export function useAutosave(keptAs: KeptAs | undefined, answer: number | undefined) {
  const [kept, restore] = useState<Values>();
  const form = useRef<HTMLFormElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what comes back is another form
  useEffect(() => {
    const { current } = form;
    if (!keptAs || !current) return;
    const ending = new AbortController();
    const { signal } = ending;
    const start = () =>
      import("#components/browser/autosave.ts").then(({ autosave }) =>
        autosave(current, keptAs, kept ? "filled in" : answer ? "come back" : restore, signal),
      );
    // Somebody may be writing already when this code comes.
    if (hasKept(keptAs) || current.contains(document.activeElement)) start();
    else current.addEventListener("focusin", start, { once: true, signal });
    return () => ending.abort();
  }, [keptAs?.name, kept, answer]);
  return { form, kept };
}

/** Whether the browser keeps something that was typed into the form. */
export const hasKept = ({ name }: KeptAs): boolean => Object.keys(localStorage).some((at) => at.startsWith(`${name}~`));
