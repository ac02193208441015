import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { putBack } from "#components/browser/typed-early.ts";
import type { Values } from "#lib/form/fields.ts";
import type { KeptAs } from "#lib/unsent/rules.ts";

/**
 * Keeps what is typed in a form, from its first focus on. `answer` counts the answers that came back: each is rendered
 * as a new form. `kept`: what a closed window left in the browser, once it has been read.
 */
export function useAutosave(keptAs: KeptAs | undefined, answer: number | undefined) {
  const [kept, restore] = useState<Values>();
  const form = useRef<HTMLFormElement>(null);
  const isTypedEarly = useRef(false);
  useLayoutEffect(() => {
    if (form.current) isTypedEarly.current = putBack(form.current);
  }, []);
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
    // Somebody may already be typing when this code loads.
    if (isTypedEarly.current || hasKept(keptAs) || current.contains(document.activeElement)) start();
    else current.addEventListener("focusin", start, { once: true, signal });
    return () => ending.abort();
  }, [keptAs?.name, kept, answer]);
  return { form, kept };
}

/** Whether the browser keeps anything that was typed into the form. */
export const hasKept = ({ name }: KeptAs): boolean => Object.keys(localStorage).some((at) => at.startsWith(`${name}~`));
