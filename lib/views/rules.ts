import type { Lists } from "#lib/form/fields.ts";
import { filtersInWords } from "#lib/form/filters.ts";
import { cleanValues } from "#lib/form/parse.ts";
import { formatMarking, MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import type { Role } from "#lib/lifecycle/permissions.ts";
import { highestMarking } from "#lib/lifecycle/rules.ts";
import { stateLabel } from "#lib/lifecycle/states.ts";
import { dayOf, formatInstant } from "#lib/platform/dates.ts";
import type { Marking, State } from "#lib/platform/db/generated/enums.ts";
import { rowsInWords } from "#lib/platform/lists.ts";
import { formatCents } from "#lib/platform/money.ts";
import type { LongSheet, SheetColumn } from "#lib/platform/sheet.ts";
import { officeLabel, readSearch, type Search, type Side, SORTS, type SortBy, type SortKey } from "./schema.ts";

/** An application in a list. What its reader may not see is null or empty. */
export type ListedApplication = {
  id: string;
  reference: string;
  title: string;
  marking: Marking;
  endorsement: string | null;
  agency: string;
  agencyName: string;
  state: State;
  stateSince: Date;
  isHeld: boolean;
  /** Who moves it on; null: nobody, it has ended. */
  waitsOn: Role | null;
  /** The desk officer who looks after it; null: nobody, or the reader may not know. */
  officer: string | null;
  round: string;
  places: string[];
  focusAreas: string[];
  startsOn: Date | null;
  endsOn: Date | null;
  submittedAt: Date | null;
  requestedCents: bigint | null;
  recommendedCents: bigint | null;
  approvedCents: bigint | null;
};

/** Where a page starts: after or before a row in its order; `value` is that row's value in the sort column. */
export type Cursor = { toward: "after" | "before"; value: string; id: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const VALUES: Record<SortBy, RegExp> = {
  id: /^$/,
  stateSince: /^20\d\d-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/,
  requested: /^\d{1,15}$/,
  reference: /^PSF-\d{4}-\d{4,9}$/,
};

/** As it appears in an address: "VALUE~ID". */
export function cursorOf(row: ListedApplication, sort: SortKey): string {
  const values: Record<SortBy, string> = {
    id: "",
    stateSince: row.stateSince.toISOString(),
    requested: String(row.requestedCents ?? 0n),
    reference: row.reference,
  };
  return `${values[SORTS[sort].by]}~${row.id}`;
}

/** Null if it does not belong to this order. */
function parseCursor(toward: Cursor["toward"], text: string, sort: SortKey): Cursor | null {
  const [value = "", id = "", more] = text.split("~");
  const { by } = SORTS[sort];
  if (more !== undefined || !VALUES[by].test(value) || !UUID.test(id)) return null;
  // 31 February is parsed as 3 March: a date that comes back as another is invalid.
  if (by === "stateSince" && new Date(value).toJSON() !== value) return null;
  return { toward, value, id };
}

/** One of the two that an address may contain; null where there is none, or none for this order. */
export function findCursor(after: string, before: string, sort: SortKey): Cursor | null {
  return after ? parseCursor("after", after, sort) : parseCursor("before", before, sort);
}

/** A saved search, as it appeared in an address. */
export const searchOfQuery = (side: Side, query: string, lists: Lists): Search =>
  readSearch(side, cleanValues(Object.fromEntries(new URLSearchParams(query))), lists);

/** "State: Submitted; Place: Fiji. Newest first." */
export const searchInWords = (search: Pick<Search, "chips" | "values">): string =>
  filtersInWords(search, "All applications", SORTS);

/** In the filter's words: "Desk officer", and to an agency "MFAT"; null where it has ended. */
export const waitsOnWords = ({ waitsOn }: ListedApplication, side: Side): string | null =>
  waitsOn && officeLabel(waitsOn, side);

export const listMarking = (rows: readonly ListedApplication[]): string =>
  MARKING_LABELS[highestMarking(rows.map(({ marking }) => marking))];

/** The rows found, as a file: every column that the reader may see, and the total. */
export function applicationSheet(
  side: Side,
  search: Pick<Search, "chips" | "values">,
  at: Date,
): LongSheet<ListedApplication> {
  const columns = columnsFor(side);
  return {
    title: "Applications",
    markingOf: ({ marking }) => marking,
    marking: ({ markings }) => MARKING_LABELS[highestMarking(markings)],
    about: ({ count, sums }) => [
      `${searchInWords(search)} Created ${formatInstant(at)}.`,
      `${rowsInWords(count, "application")}, ${formatCents(sums[REQUESTED] ?? 0n)} requested in total. Amounts are New Zealand dollars, GST exclusive.`,
    ],
    columns,
    total: ({ sums }) =>
      columns.map(({ header }) => {
        if (header === "Reference") return "Total";
        return header === REQUESTED ? (sums[REQUESTED] ?? 0n) : null;
      }),
  };
}

const REQUESTED = "Requested";

function columnsFor(side: Side): SheetColumn<ListedApplication>[] {
  const instant = (at: Date | null) => at && dayOf(at);
  const columns: (SheetColumn<ListedApplication> | false)[] = [
    { header: "Reference", kind: "text", width: 15, value: ({ reference }) => reference },
    { header: "Initiative", kind: "text", width: 44, value: ({ title }) => title || "No title yet" },
    { header: "Agency", kind: "text", value: ({ agencyName }) => agencyName },
    {
      header: "State",
      kind: "text",
      value: ({ state, isHeld }) => `${stateLabel(state, side)}${isHeld ? ", on hold" : ""}`,
    },
    { header: "In this state since", kind: "day", value: ({ stateSince }) => instant(stateSince) },
    { header: "Waiting on", kind: "text", width: 18, value: (row) => waitsOnWords(row, side) },
    side === "MFAT" && { header: "Looked after by", kind: "text", width: 22, value: ({ officer }) => officer },
    { header: "Round", kind: "text", value: ({ round }) => round },
    { header: "Places", kind: "text", value: ({ places }) => places.join(", ") || null },
    { header: "Focus areas", kind: "text", value: ({ focusAreas }) => focusAreas.join(", ") || null },
    { header: "Planned start", kind: "day", value: ({ startsOn }) => startsOn },
    { header: "Planned end", kind: "day", value: ({ endsOn }) => endsOn },
    { header: "Submitted", kind: "day", value: ({ submittedAt }) => instant(submittedAt) },
    { header: REQUESTED, kind: "cents", value: ({ requestedCents }) => requestedCents },
    side === "MFAT" && { header: "Recommended", kind: "cents", value: ({ recommendedCents }) => recommendedCents },
    { header: "Approved", kind: "cents", value: ({ approvedCents }) => approvedCents },
    { header: "Marking", kind: "text", value: ({ marking, endorsement }) => formatMarking(marking, endorsement) },
  ];
  return columns.filter((column) => column !== false);
}
