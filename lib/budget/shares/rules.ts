import type { Named } from "#lib/budget/ledger/rules.ts";
import { CATEGORY_OPTIONS } from "#lib/budget/rules.ts";
import { formatYear } from "#lib/platform/money.ts";

/** What a year's money is shared by. */
export const SHARE_KINDS = ["agency", "place", "focusArea", "category"] as const;
export type ShareKind = (typeof SHARE_KINDS)[number];
export const isShareKind = (word: string): word is ShareKind => SHARE_KINDS.some((kind) => kind === word);

/** `by`: as a heading; `of`: what a line is; `none`: money of applications that say nothing of it; `how`: the rule. */
export const SHARES: Record<ShareKind, { by: string; of: string; none: string; how: string }> = {
  agency: {
    by: "By agency",
    of: "Agency",
    none: "No agency",
    how: "Each initiative counts for the agency that applied.",
  },
  place: {
    by: "By place",
    of: "Place",
    none: "No place given",
    how: "An initiative in several places is split by the shares in its application.",
  },
  focusArea: {
    by: "By focus area",
    of: "Focus area",
    none: "No focus area given",
    how: "Each initiative counts for its main focus area.",
  },
  category: {
    by: "By category",
    of: "Category",
    none: "No category given",
    how: "Each initiative is split as its requested budget lines for the year are. If it has none for that year, it is split as all its lines are.",
  },
};

export const categoryLabel = (code: string): string =>
  CATEGORY_OPTIONS.find(({ value }) => value === code)?.label ?? code;

/** What a figure of the budget counts, in cents. unpaid: committed and not yet paid. */
export const COUNTERS = ["paid", "unpaid", "committed", "reserved", "pipeline"] as const;
export type Counter = (typeof COUNTERS)[number];
export const isCounter = (word: string): word is Counter => COUNTERS.some((counter) => counter === word);

export const COUNTER_LABELS: Record<Counter, string> = {
  paid: "paid",
  unpaid: "committed and not yet paid",
  committed: "committed",
  reserved: "reserved",
  pipeline: "in the pipeline",
};

export type Held = { reservedCents: bigint; committedCents: bigint; paidCents: bigint; pipelineCents: bigint };

/** A share of a year's money. `code` null: of what says nothing of it. */
export type ShareLine = Held & { code: string | null; name: string };

/** An initiative's part of a figure. `application` null: not for the reader; its money counts all the same. */
export type HolderLine = Held & {
  id: string;
  application: Named | null;
  /** The initiative's whole, of which a share by place or category may be a part. */
  whole: Held;
};

/** The rows behind a figure: a share's, or of all where `by` is null. `of` NONE stands for a null code. */
export type HolderFilter = {
  startYear: number;
  by: ShareKind | null;
  of: string | null;
  counter: Counter | null;
};

export const NONE = "none";

/** The address of the rows behind a figure. */
export function rowsHref({ startYear, by, of, counter }: HolderFilter): string {
  const query = new URLSearchParams({
    year: String(startYear),
    ...(by && { by, of: of ?? NONE }),
    ...(counter && { counter }),
  });
  return `/budget/rows?${query}`;
}

/** "Initiatives with money of 2026/27, Fiji: committed". */
export function rowsTitle({ startYear, counter }: HolderFilter, share: string | null): string {
  const what = counter ? COUNTER_LABELS[counter] : "reserved or committed";
  return `${share ? `${share}: ` : ""}${what} in ${formatYear(startYear)}`.replace(/^./, (sign) => sign.toUpperCase());
}

/** What a line holds of a counter, in cents. */
export function countedCents(held: Held, counter: Counter): bigint {
  return counter === "unpaid" ? held.committedCents - held.paidCents : held[`${counter}Cents`];
}
