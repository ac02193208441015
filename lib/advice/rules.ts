import { formatDueDay, formatInstant } from "#lib/platform/dates.ts";
import type { AdviceState } from "#lib/platform/db/generated/enums.ts";
import { byName } from "#lib/platform/text.ts";

/**
 * For a query: people who may be asked about an application. This leaves out people with another part in it, and people
 * who are not tied to any place or subject yet.
 */
export const mayAdvise = (applicationId: string) => ({
  side: "MFAT" as const,
  endedAt: null,
  roles: { some: { role: "ADVISER" as const } },
  OR: [{ advisesFor: { some: {} } }, { adviseOn: { not: null } }],
  duties: { none: { applicationId, kind: { not: "ADVISE" as const } } },
  declarations: { none: { applicationId, isRecused: true } },
});

type Place = { code: string; name: string };
export type Adviser = { id: string; name: string; adviseOn: string | null; places: readonly Place[] };

/** What an adviser advises on, in words: "Fiji, Tuvalu" or "legal". Empty where they are not tied to anything yet. */
export const tiesWords = ({ adviseOn, places }: Pick<Adviser, "adviseOn" | "places">): string =>
  [...places.map(({ name }) => name), ...(adviseOn ? [adviseOn] : [])].join(", ");

/** Advisers as options: those for one of the initiative's places first, then divisions, then posts elsewhere. */
export function adviserOptions(advisers: readonly Adviser[], ofInitiative: readonly string[]) {
  const rank = ({ places, adviseOn }: Adviser): number =>
    places.some(({ code }) => ofInitiative.includes(code)) ? 0 : adviseOn ? 1 : 2;
  return advisers
    .toSorted((a, b) => rank(a) - rank(b) || byName(a.name, b.name))
    .map((adviser) => {
      const ties = tiesWords(adviser);
      return { value: adviser.id, label: ties ? `${adviser.name} (${ties})` : adviser.name };
    });
}

/** A question that has not been answered yet. `isKept`: its adviser has left, or has an interest in the application. */
export type OpenQuestion = { id: string; adviserId: string; adviser: string; dueOn: Date; isKept: boolean };

const KEPT = "cannot answer any more";

export const openQuestionLabel = ({ adviser, dueOn, isKept }: OpenQuestion): string =>
  `${adviser}, answer due ${formatDueDay(dueOn)}${isKept ? ` (${KEPT})` : ""}`;

/** Why an application cannot be recommended yet: which advice is open, and what to do about it. */
export function openWords(open: readonly OpenQuestion[]): string {
  const names = new Intl.ListFormat("en-NZ").format(
    open.map(({ adviser, dueOn, isKept }) => `${adviser} (${isKept ? KEPT : `due ${formatDueDay(dueOn)}`})`),
  );
  const which = open.length === 1 ? "the question" : "each question";
  const wait = open.every(({ isKept }) => isKept) ? "Withdraw" : "Wait for the answer, withdraw";
  return `Advice is still open: ${names}. ${wait} ${which}, or pass over the advice with a reason.`;
}

type Stated = {
  state: AdviceState;
  dueOn: Date;
  givenAt: Date | null;
  endedAt: Date | null;
  endedBy: string | null;
  versionNumber: number | null;
  /** The adviser has an interest that they learned of since: their earlier advice is still shown. */
  isRecused: boolean;
};

/** The state of a question. */
export function adviceWords(asked: Stated, today: Date): string {
  const { state, dueOn, givenAt, endedAt, endedBy, versionNumber, isRecused } = asked;
  const since = isRecused ? ". The adviser has declared an interest since" : "";
  const by = `${endedBy ?? "the desk"}${endedAt ? `, ${formatInstant(endedAt)}` : ""}`;
  const words: Record<AdviceState, string> = {
    ASKED:
      dueOn < today
        ? `Not answered, overdue since ${formatDueDay(dueOn)}`
        : `Not answered yet, due ${formatDueDay(dueOn)}`,
    GIVEN: `Answered ${givenAt ? `${formatInstant(givenAt)}, ` : ""}on version ${versionNumber}${since}`,
    WITHDRAWN: `Question withdrawn by ${by}`,
    PASSED_OVER: `Passed over by ${by}`,
  };
  return words[state];
}
