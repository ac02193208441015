import { isEnded } from "#lib/lifecycle/states.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { byName } from "#lib/platform/text.ts";

/** A desk officer who may look after an application, and how many they already look after. */
export type Officer = { id: string; name: string; email: string; count: number };

/** Who looks after a newly submitted application: whoever has the fewest; of several, the first by name. */
export const withFewest = (officers: readonly Officer[]): Officer | null =>
  officers.reduce<Officer | null>(
    (least, one) =>
      !least || one.count < least.count || (one.count === least.count && byName(one.name, least.name) < 0)
        ? one
        : least,
    null,
  );

/** Whether there is still something to look after: a terminated application still has to be accounted for. */
export const isLookedAfter = (state: State): boolean => !isEnded(state) || state === "TERMINATED";

/** For a query: people who may look after applications. */
export const DESK_OFFICERS = { side: "MFAT", endedAt: null, roles: { some: { role: "DESK" } } } as const;

/** For a query of applications: those of one desk officer, or those that nobody at the desk looks after any more. */
export function lookedAfterBy(chosen: string | null, personId: string) {
  if (chosen === "nobody") return { versionNumber: { gt: 0 }, NOT: { deskOfficer: { is: DESK_OFFICERS } } };
  return chosen ? { deskOfficerId: chosen === "me" ? personId : chosen } : {};
}
