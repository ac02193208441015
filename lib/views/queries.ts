import { z } from "zod";
import { isLookedAfterBy, mfatFilters, officerFilter } from "#lib/applications/officers/queries.ts";
import type { Lists } from "#lib/form/fields.ts";
import { FUND_LISTS, readOptions } from "#lib/fund/queries.ts";
import { type Actor, can, seesOwnOnly } from "#lib/lifecycle/permissions.ts";
import { inScope } from "#lib/lifecycle/queries.ts";
import { asReference, REWRITING } from "#lib/lifecycle/rules.ts";
import { STATES, UNDECIDED } from "#lib/lifecycle/states.ts";
import { IS_UNDECIDED, TOLD_FIRST, waits } from "#lib/lifecycle/waits/rows/queries.ts";
import { canAct } from "#lib/lifecycle/waits/shape/queries.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { constant, db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { FILE_PAGE, inPages, ROWS_MAX } from "#lib/platform/lists.ts";
import { formatYear } from "#lib/platform/money.ts";
import { type Cursor, cursorOf, findCursor, type ListedApplication } from "./rules.ts";
import { type Filter, officesOf, SORTS, type SortKey, statesOf } from "./schema.ts";

type Client = Pick<Tx, "$queryRaw">;

/**
 * Who reads a list. `hasClosed`: of some applications no more than title and agency yet; `isCommon`: the words that are looked for
 * stand in so many that these are met in the order of the list sooner than all of them are found by their index.
 */
type Reader = { actor: Actor; hasClosed: boolean; isCommon: boolean };

const LIST_PAGE = 25;

export type ApplicationPage = {
  rows: ListedApplication[];
  /** Cursors of the pages before and after, as they stand in an address; null at the ends. */
  previous: string | null;
  next: string | null;
  totals: Totals;
};

type Totals = {
  /** To one more than `most`. */
  count: number;
  most: number;
  requestedCents: bigint;
  /** Whether the words say anything: "the" and "of" stand in every text. */
  isAsked: boolean;
};

/**
 * A page of what a filter finds, in its order, and how much it finds in all. Where nothing is left beyond the cursor it is
 * the first page: what the page was made of has moved.
 */
export async function listApplications(
  actor: Actor,
  filter: Filter,
  cursor: Cursor | null = null,
): Promise<ApplicationPage> {
  const reader = await readerOf(db(), actor, filter);
  const [found, totals] = await Promise.all([
    db().$queryRaw<ListedApplication[]>(selectRows(reader, filter, { cursor, limit: LIST_PAGE + 1 })),
    countFor(reader, filter),
  ]);
  if (cursor && found.length === 0) return listApplications(actor, filter);
  const hasMore = found.length > LIST_PAGE;
  const isBackwards = cursor?.toward === "before";
  const rows = found.slice(0, LIST_PAGE);
  if (isBackwards) rows.reverse();
  const [first, last] = [rows.at(0), rows.at(-1)];
  const hasPrevious = isBackwards ? hasMore : cursor !== null;
  const hasNext = isBackwards || hasMore;
  return {
    rows,
    previous: first && hasPrevious ? cursorOf(first, filter.sort) : null,
    next: last && hasNext ? cursorOf(last, filter.sort) : null,
    totals,
  };
}

/** All that a filter finds, in its order, page by page. */
export async function* eachApplication(client: Client, actor: Actor, filter: Filter) {
  const reader = await readerOf(client, actor, filter);
  yield* inPages<ListedApplication, string>(async (after = "") => {
    const part = { cursor: findCursor(after, "", filter.sort), limit: FILE_PAGE };
    const rows = await client.$queryRaw<ListedApplication[]>(selectRows(reader, filter, part));
    const last = rows.length === FILE_PAGE ? rows.at(-1) : undefined;
    return { rows, next: last ? cursorOf(last, filter.sort) : null };
  });
}

/** How much a filter finds, and what is requested in all of it; what it costs does not grow with the fund. */
async function countFor(reader: Reader, filter: Filter): Promise<Totals> {
  // Whom each waits on is found by looking at it.
  const most = reader.isCommon || filter.waitsOn !== null ? COMMON_MIN : ROWS_MAX;
  const [totals] = await db().$queryRaw<Omit<Totals, "most">[]>`
    SELECT count(*)::int AS count, coalesce(sum(cents), 0)::bigint AS "requestedCents",
      numnode(search_query(${filter.words ?? "words"})) > 0 AS "isAsked"
    FROM (SELECT ${requested(reader)} AS cents FROM "Application" a WHERE ${matches(reader, filter)} LIMIT ${most + 1}) f`;
  return { ...(totals ?? { count: 0, requestedCents: 0n, isAsked: true }), most };
}

const COMMON_MIN = 1_000;

/** Whether something is closed to its reader: a recusal, or an assessment that they have not declared for. */
async function readerOf(client: Client, actor: Actor, { words }: Pick<Filter, "words">): Promise<Reader> {
  if (actor.side === "AGENCY") return { actor, hasClosed: false, isCommon: false };
  if (seesOwnOnly(actor)) return { actor, hasClosed: true, isCommon: false };
  const isCommon = words
    ? Prisma.sql`(SELECT count(*) > ${COMMON_MIN} FROM (SELECT FROM "ApplicationVersion"
        WHERE words @@ search_query(${words}) LIMIT ${COMMON_MIN + 1}) v)`
    : Prisma.sql`FALSE`;
  const [row] = await client.$queryRaw<{ hasClosed: boolean; isCommon: boolean }[]>`
    SELECT ${isCommon} AS "isCommon", EXISTS (SELECT FROM "InterestDeclaration" i WHERE i."personId" = ${actor.personId}::uuid AND i."isRecused")
      OR EXISTS (SELECT FROM "Duty" a WHERE a."personId" = ${actor.personId}::uuid AND a.kind = 'ASSESS'
        AND NOT EXISTS (SELECT FROM "InterestDeclaration" i WHERE i."applicationId" = a."applicationId"
          AND i."personId" = a."personId" AND NOT i."isRecused")) AS "hasClosed"`;
  return { actor, hasClosed: row?.hasClosed ?? true, isCommon: row?.isCommon ?? false };
}

/**
 * Of what no more than title and agency is listed: with an interest, and to an assessor or adviser who has not declared. The
 * figures of the others are the fund's, and listed before anybody declares; what was written is found by words afterwards only.
 */
const isClosed = (actor: Actor): Prisma.Sql =>
  seesOwnOnly(actor)
    ? Prisma.sql`NOT ${hasDeclared(actor)}`
    : Prisma.sql`(
  EXISTS (SELECT FROM "InterestDeclaration" i
    WHERE i."applicationId" = a.id AND i."personId" = ${actor.personId}::uuid AND i."isRecused")
  OR (EXISTS (SELECT FROM "Duty" own WHERE own."applicationId" = a.id AND own."personId" = ${actor.personId}::uuid
      AND own.kind = 'ASSESS') AND NOT ${hasDeclared(actor)}))`;

const hasDeclared = (actor: Actor): Prisma.Sql => Prisma.sql`EXISTS (SELECT FROM "InterestDeclaration" i
  WHERE i."applicationId" = a.id AND i."personId" = ${actor.personId}::uuid AND NOT i."isRecused")`;

/** Whether the reader may see more than title and agency: of a draft MFAT may not. */
function isRead({ actor, hasClosed }: Reader): Prisma.Sql {
  if (actor.side === "AGENCY") return Prisma.sql`TRUE`;
  return hasClosed ? Prisma.sql`(a."versionNumber" > 0 AND NOT ${isClosed(actor)})` : Prisma.sql`a."versionNumber" > 0`;
}

/** What is requested as far as the reader sees it; for most readers in the words of an index. */
function requested(reader: Reader): Prisma.Sql {
  if (reader.actor.side === "AGENCY") return Prisma.sql`a."requestedCents"`;
  const inIndex = Prisma.sql`CASE WHEN a."versionNumber" = 0 THEN 0 ELSE a."requestedCents" END`;
  return reader.hasClosed ? Prisma.sql`CASE WHEN ${isRead(reader)} THEN a."requestedCents" ELSE 0 END` : inIndex;
}

type Part = { cursor: Cursor | null; limit?: number };

/** The one query of screen and export. */
export function selectRows(reader: Reader, filter: Filter, { cursor, limit }: Part): Prisma.Sql {
  const { actor } = reader;
  const isMfat = actor.side === "MFAT";
  const hasAmounts = can(actor, "assessment:read");
  const read = isRead(reader);
  const hasOffer = Prisma.sql`(NOT ${isInStates(UNDECIDED)}
    AND EXISTS (SELECT FROM "Offer" o WHERE o."applicationId" = a.id AND o."amountCents" = a."approvedCents"))`;
  return Prisma.sql`
    SELECT a.id, a.reference, a.title, a.marking, a.endorsement, a.state, a."stateSince", a."submittedAt",
      a."heldAt" IS NOT NULL AS "isHeld", g.abbreviation AS agency, g.name AS "agencyName", r.name AS round,
      ${waitsOn(actor)} AS "waitsOn", ${isMfat ? Prisma.sql`o.name` : Prisma.sql`NULL`} AS officer,
      CASE WHEN ${read} THEN a."startsOn" END AS "startsOn", CASE WHEN ${read} THEN a."endsOn" END AS "endsOn",
      CASE WHEN ${read} THEN a."requestedCents" END AS "requestedCents",
      CASE WHEN ${hasAmounts ? read : Prisma.sql`FALSE`} THEN a."recommendedCents" END AS "recommendedCents",
      CASE WHEN ${hasAmounts ? read : Prisma.sql`(${read} AND ${hasOffer})`} THEN a."approvedCents" END AS "approvedCents",
      CASE WHEN ${read} THEN ARRAY(SELECT p.name FROM "ApplicationPlace" ap JOIN "Place" p ON p.code = ap."placeCode"
        WHERE ap."applicationId" = a.id ORDER BY ap.percent DESC, p.name) ELSE '{}' END AS places,
      CASE WHEN ${read} THEN ARRAY(SELECT f.name FROM "ApplicationFocusArea" af JOIN "FocusArea" f ON f.code = af."focusAreaCode"
        WHERE af."applicationId" = a.id ORDER BY af."isMain" DESC, f.name) ELSE '{}' END AS "focusAreas"
    FROM "Application" a JOIN "Agency" g ON g.id = a."agencyId" JOIN "Round" r ON r.id = a."roundId"
      LEFT JOIN "Person" o ON o.id = a."deskOfficerId"
    WHERE ${matches(reader, filter)} AND ${beyond(reader, filter.sort, cursor)}
    ORDER BY ${orderOf(reader, filter.sort, cursor?.toward === "before")}
    ${limit === undefined ? Prisma.empty : Prisma.sql`LIMIT ${limit}`}`;
}

function sortColumn(reader: Reader, sort: SortKey): Prisma.Sql {
  switch (SORTS[sort].by) {
    case "stateSince":
      return Prisma.sql`a."stateSince"`;
    case "requested":
      return requested(reader);
    case "reference":
      return Prisma.sql`a.reference`;
    default:
      return Prisma.sql`a.id`;
  }
}

function orderOf(reader: Reader, sort: SortKey, isTurned: boolean): Prisma.Sql {
  const direction = SORTS[sort].isDescending === isTurned ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const column = sortColumn(reader, sort);
  return SORTS[sort].by === "id"
    ? Prisma.sql`a.id ${direction}`
    : Prisma.sql`${column} ${direction}, a.id ${direction}`;
}

const TYPES = {
  stateSince: Prisma.sql`timestamptz`,
  requested: Prisma.sql`bigint`,
  reference: Prisma.sql`text`,
};

function beyond(reader: Reader, sort: SortKey, cursor: Cursor | null): Prisma.Sql {
  if (!cursor) return Prisma.sql`TRUE`;
  const { by, isDescending } = SORTS[sort];
  const sign = isDescending === (cursor.toward === "after") ? Prisma.sql`<` : Prisma.sql`>`;
  if (by === "id") return Prisma.sql`a.id ${sign} ${cursor.id}::uuid`;
  return Prisma.sql`(${sortColumn(reader, sort)}, a.id) ${sign} (${cursor.value}::${TYPES[by]}, ${cursor.id}::uuid)`;
}

/** What an application has to fulfil to be found. By what its reader may not see of it, it is not found. */
function matches(reader: Reader, filter: Filter): Prisma.Sql {
  const { words, state, agency, round, waitsOn: office, officer, place, focusArea, year, from, to } = filter;
  const { actor } = reader;
  const hidden = [
    place !== null &&
      Prisma.sql`a.id IN (SELECT ap."applicationId" FROM "ApplicationPlace" ap WHERE ap."placeCode" = ${place})`,
    focusArea !== null &&
      Prisma.sql`a.id IN (SELECT af."applicationId" FROM "ApplicationFocusArea" af WHERE af."focusAreaCode" = ${focusArea})`,
    year !== null &&
      Prisma.sql`a.id IN (SELECT y."applicationId" FROM "Phasing" y
        WHERE y.kind = 'REQUESTED' AND y."startYear" = ${Number(year)} AND y.cents > 0)`,
    from !== null && Prisma.sql`${requested(reader)} >= ${from}`,
    to !== null && Prisma.sql`${requested(reader)} <= ${to}`,
  ].filter((condition) => condition !== false);
  const conditions = [
    inScope(actor),
    words !== null && hasWords(reader, words),
    state !== null && isInStates(statesOf(state, actor.side)),
    agency !== null && Prisma.sql`a."agencyId" = ${agency}::uuid`,
    round !== null && Prisma.sql`a."roundId" = ${round}::uuid`,
    actor.side === "MFAT" && officer !== null && isLookedAfterBy(officer, actor),
    office !== null && Prisma.sql`${waitsOn(reader.actor)} = ANY(${[...officesOf(office)]}::text[])`,
    ...(hidden.length ? [isRead(reader), ...hidden] : []),
  ].filter((condition) => condition !== false);
  return Prisma.join(conditions, " AND ");
}

const isInStates = (states: readonly State[]): Prisma.Sql =>
  states.length === 0
    ? Prisma.sql`FALSE`
    : Prisma.sql`a.state IN (${Prisma.join(states.map((state) => Prisma.sql`${constant(state)}::"State"`))})`;

/**
 * A reference, or words: MFAT finds titles, and answers of the version that it reads where they are open to it; an agency
 * what it reads itself, its draft while it may be written.
 */
function hasWords(reader: Reader, words: string): Prisma.Sql {
  const reference = asReference(words);
  if (reference) return Prisma.sql`a.reference = ${reference}`;
  const query = Prisma.sql`search_query(${words})`;
  if (reader.actor.side === "AGENCY") {
    return Prisma.sql`CASE WHEN a."versionNumber" = 0 OR ${isInStates(REWRITING)}
      THEN (SELECT all_words(s.words) FROM "ApplicationSection" s WHERE s."applicationId" = a.id)
      ELSE (SELECT v.words FROM "ApplicationVersion" v WHERE v."applicationId" = a.id AND v.number = a."versionNumber")
      END @@ ${query}`;
  }
  const open = can(reader.actor, "interest:declare") ? Prisma.sql`AND ${hasDeclared(reader.actor)}` : Prisma.empty;
  if (reader.isCommon) {
    return Prisma.sql`(title_words(a.title) @@ ${query} OR EXISTS (SELECT FROM "ApplicationVersion" v
      WHERE v."applicationId" = a.id AND v.number = a."versionNumber" AND v.words @@ ${query} ${open}))`;
  }
  return Prisma.sql`a.id IN (
    SELECT a.id FROM "ApplicationVersion" v JOIN "Application" a ON a.id = v."applicationId" AND a."versionNumber" = v.number
      WHERE v.words @@ ${query} ${open}
    UNION ALL SELECT t.id FROM "Application" t WHERE title_words(t.title) @@ ${query})`;
}

/** States in which several are waited for at once, as findWaiting() has it; of those that have ended, somebody still may be. */
const ARRANGED: readonly State[] = ["ACTIVE", "CLOSING"];
const SETTLED: readonly State[] = ["TERMINATED", "CLOSED"];
/** States in which the desk may have to decide about an assessment first. */
const COUNTED: readonly State[] = ["ASSESSMENT", "BUDGET_CHECK", "DECISION"];

/** The role that the longest wait in some states is on; null if nothing waits. `isTold`: of steps its reader is told of. */
const firstAsked = (states: readonly State[], isTold = Prisma.sql`TRUE`): Prisma.Sql => Prisma.sql`
  (SELECT w.role FROM (${waits(states)}) w WHERE w.id = a.id AND ${isTold} ORDER BY ${TOLD_FIRST} LIMIT 1)`;

const waitsOnOf = (state: State): Prisma.Sql => constant(STATES[state].waitsOn ?? "");

/**
 * Who moves it on: by its state, except where a state waits for several. What is on hold waits for the desk to resume it.
 */
const waitsOn = ({ side }: Actor): Prisma.Sql => Prisma.sql`CASE
  WHEN ${isInStates(SETTLED)} THEN ${firstAsked(SETTLED, side === "AGENCY" ? Prisma.sql`w.step <> 'confirmReopening'` : Prisma.sql`TRUE`)}
  WHEN ${isInStates((Object.keys(STATES) as State[]).filter((state) => STATES[state].waitsOn === null))} THEN NULL
  WHEN a."heldAt" IS NOT NULL THEN 'DESK'
  WHEN ${isInStates(COUNTED)} AND ${IS_UNDECIDED} THEN 'DESK'
  WHEN a.state = 'ASSESSMENT' THEN (
    SELECT CASE WHEN count(*) FILTER (WHERE s.status = 'COMPLETE') >= n."minimumAssessments"
      OR count(*) FILTER (WHERE s.status = 'COMPLETE' OR s.status = 'ASSIGNED' AND ${canAct(Prisma.sql`s."assessorId"`, "ASSESSOR")}) < n."minimumAssessments" THEN 'DESK' ELSE 'ASSESSOR' END
    FROM "Round" n LEFT JOIN "Assessment" s ON s."applicationId" = a.id WHERE n.id = a."roundId" GROUP BY n.id)
  WHEN ${isInStates(ARRANGED)} THEN coalesce(
    ${firstAsked(ARRANGED)},
    CASE a.state WHEN 'ACTIVE' THEN ${waitsOnOf("ACTIVE")} ELSE ${waitsOnOf("CLOSING")} END)
  ${Prisma.join(
    (Object.keys(STATES) as State[])
      .filter((state) => STATES[state].waitsOn && state !== "ASSESSMENT" && !ARRANGED.includes(state))
      .map((state) => Prisma.sql`WHEN a.state = ${constant(state)}::"State" THEN ${waitsOnOf(state)}`),
    " ",
  )} END`;

/** The years of any budget, the last one first. */
const YEARS = Prisma.sql`
  SELECT y::text, y::text, NULL, row_number() OVER (ORDER BY y DESC)
  FROM (SELECT min("startYear") AS first, max("startYear") AS last FROM "Phasing" WHERE kind = 'REQUESTED') p,
    generate_series(p.first, p.last) y`;

/** The published rounds, or those that an agency applied in, the newest first. */
const roundsOf = (actor: Actor): Prisma.Sql => Prisma.sql`
  SELECT r.id::text, r.name, NULL, row_number() OVER (ORDER BY r."opensAt" DESC, r.id DESC) FROM "Round" r
  WHERE ${
    actor.side === "MFAT"
      ? Prisma.sql`r."publishedAt" IS NOT NULL`
      : Prisma.sql`EXISTS (SELECT FROM "Application" a WHERE a."roundId" = r.id AND ${inScope(actor)})`
  }
  ORDER BY r."opensAt" DESC, r.id DESC LIMIT 200`;

/** What the filters offer: an agency the rounds that it applied in. */
export async function readFilterLists(actor: Actor): Promise<Lists> {
  const own = { ...FUND_LISTS, rounds: roundsOf(actor), years: YEARS };
  const { deskOfficers, ...lists } =
    actor.side === "MFAT"
      ? await readOptions(db(), { ...own, ...mfatFilters(actor) })
      : { ...(await readOptions(db(), own)), agencies: [], deskOfficers: null };
  return {
    ...lists,
    deskOfficers: deskOfficers ? officerFilter(deskOfficers) : [],
    years: lists.years.map(({ value }) => ({ value, label: formatYear(Number(value)) })),
  };
}

export type View = { id: string; name: string; query: string; revision: number };

const VIEW = { id: true, name: true, query: true, revision: true } satisfies Prisma.SavedViewSelect;

/** The actor's own views by name; VIEWS_MAX holds them to a few dozen. */
export const listViews = ({ personId }: Actor): Promise<View[]> =>
  db().savedView.findMany({ where: { personId }, select: VIEW, orderBy: [{ name: "asc" }, { id: "asc" }], take: 100 });

/** @throws NOT_FOUND also where it is somebody else's */
export async function getView({ personId }: Actor, id: string): Promise<View> {
  const isId = z.uuid().safeParse(id).success;
  const view = isId ? await db().savedView.findFirst({ where: { id, personId }, select: VIEW }) : null;
  if (!view) throw notFound();
  return view;
}
