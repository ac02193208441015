import { z } from "zod";
import { ALL_STATES, isEnded, STATES } from "#lib/lifecycle/states.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";

/** The event of an application that moves to another agency. */
export const MOVED = "application.moved";

const AGENCIES = z.object({ from: z.object({ name: z.string() }), to: z.object({ name: z.string() }) });

/** What its history says of it, in the names of the day. `data`: of the event. */
export function movedWords(data: unknown): string {
  const { from, to } = AGENCIES.parse(data);
  return `Moved from ${from.name} to ${to.name}`;
}

/** How many applications are in each state, those that ended last: "Draft (2), Under way (1) and ended (3)". */
export function countsInWords(counts: readonly { state: State; count: number }[]): string {
  const of = (states: readonly State[]) =>
    counts.filter(({ state }) => states.includes(state)).reduce((sum, { count }) => sum + count, 0);
  const open = ALL_STATES.filter((state) => !isEnded(state)).map((state) => ({
    count: of([state]),
    label: STATES[state].label,
  }));
  const all = [...open, { count: of(ALL_STATES.filter(isEnded)), label: "ended" }].filter(({ count }) => count > 0);
  return new Intl.ListFormat("en-NZ").format(all.map(({ count, label }) => `${label} (${count})`));
}

const REFERENCE = /^PSF-\d{4}-\d{4,}$/;

/** The references in a text area, without repeats; or the first word that is not one. */
export function readReferences(text: string): { references: string[] } | { wrong: string } {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  const references = words.map((word) => word.toUpperCase().replace(/[‐-―−]/g, "-"));
  const wrong = words.find((_, index) => !REFERENCE.test(references[index] ?? ""));
  return wrong === undefined ? { references: [...new Set(references)].sort() } : { wrong };
}
