import { addDays } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import * as variations from "#lib/variations/commands.ts";
import { getAgreed } from "#lib/variations/queries.ts";
import type { Agreed, Terms } from "#lib/variations/rules.ts";
import type { Chapter } from "./chapter.ts";
import type { Story } from "./stories.ts";

type Told = { day: number; reason: string; terms: (agreed: Agreed) => Terms };

const VARIATIONS: Record<NonNullable<Story["variation"]>, Told> = {
  TIME: {
    day: 230,
    reason: "The rescue centre moves to its new building first, and the second exercise at sea follows it.",
    terms: ({ endsOn }) => ({ kind: "TIME", endsOn: addDays(endsOn, 92) }),
  },
  SCOPE: {
    day: 220,
    reason: "The partner has its own equipment now, and asks for a longer time with the advisers instead.",
    terms: ({ scope }) => ({
      kind: "SCOPE",
      scope: scope
        .replace("returns after three months", "returns after three and after six months")
        .replace("Equipment handed over", "Second visit of the advisers"),
    }),
  },
  REPHASING: {
    day: 210,
    reason: "The second unit starts after the elections, which is in the next financial year.",
    terms: ({ years }) => ({ kind: "REPHASING", phasing: moved(years, -4_000_000n, 4_000_000n) }),
  },
  COST: {
    day: 80,
    reason: "A third port has asked to join, and its officers travel to the first cell.",
    terms: ({ years }) => ({ kind: "COST", phasing: moved(years, 0n, 2_000_000n) }),
  },
  OPEN: {
    day: 96,
    reason: "The survey found two more schools whose grounds have to be cleared.",
    terms: ({ years }) => ({ kind: "COST", phasing: moved(years, 0n, 3_000_000n) }),
  },
};

/** What an arrangement holds, with that much more or less in its first and in its second year. */
function moved(years: Agreed["years"], first: bigint, second: bigint) {
  const held = years.filter(({ committedCents }) => committedCents > 0n);
  return held.map(({ startYear, committedCents }, index) => ({
    startYear,
    cents: committedCents + ([first, second][index] ?? 0n),
  }));
}

/** What an agency asks to change in an arrangement, and who approves it; "OPEN" is waiting for its budget check. */
export function variationOf({ variation }: Story): Chapter[] {
  if (!variation) return [];
  const { day, reason, terms } = VARIATIONS[variation];
  const ask: Chapter = {
    day,
    run: async ({ contributor }, ref, request) => {
      const { id } = await db().application.findUniqueOrThrow({ where: { reference: ref } });
      const asked = { ...terms(await getAgreed(contributor, id)), reason };
      await variations.askForVariation(contributor, request, ref, asked);
    },
  };
  const confirm: Chapter = {
    day: day + 4,
    run: ({ budget }, ref, request) => variations.confirmVariation(budget, request, ref),
  };
  const approve: Chapter = {
    day: day + 8,
    run: ({ desk, budget, approver2 }, ref, request) =>
      variations.approveVariation(
        variation === "COST" ? approver2 : variation === "REPHASING" ? budget : desk,
        request,
        ref,
      ),
  };
  if (variation === "OPEN") return [ask];
  return variation === "COST" ? [ask, confirm, approve] : [ask, approve];
}
