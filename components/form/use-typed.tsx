import { type RefCallback, useCallback, useState } from "react";
import type { Values } from "#lib/form/fields.ts";

/**
 * The current values of the form around an element, and `begun` until this code has loaded. Give the element the ref.
 */
export function useTyped(begun: Values): [place: RefCallback<HTMLElement>, values: Values] {
  const [typed, setTyped] = useState(begun);
  const place = useCallback((element: HTMLElement | null) => {
    const form = element?.closest("form");
    if (!form) return;
    const read = () => setTyped(Object.fromEntries(new FormData(form)) as Record<string, string>);
    // What was typed before this code loaded counts too.
    read();
    form.addEventListener("input", read);
    return () => form.removeEventListener("input", read);
  }, []);
  return [place, typed];
}
