import { z } from "zod";
import { listPositions } from "#lib/budget/queries.ts";
import { type PhasedAmount, phasedTotal } from "#lib/budget/rules.ts";
import { decidedYears } from "#lib/decisions/rules.ts";
import { UUID } from "#lib/form/fields.ts";
import { listCriteriaOfRound } from "#lib/fund/queries.ts";
import { measuredWords } from "#lib/fund/rules.ts";
import { can, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay, scopeOf } from "#lib/lifecycle/queries.ts";
import { DUTY_LABELS } from "#lib/lifecycle/states.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { type Marking, RecommendationOutcome, type State } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import {
  byRank,
  exactTotal,
  type Obstacle,
  obstacleTo,
  type Room,
  rankInWords,
  type Shared,
  scoresByWeight,
  tieInWords,
} from "./rules.ts";

type Named = { reference: string; title: string; abbreviation: string; marking: Marking; state: State };

/** An application in moderation that its reader may open. `obstacle`: why it cannot be ticked now. */
export type Candidate = Named &
  Omit<Shared, "cents"> & {
    id: string;
    revision: number;
    /** The agreed weighted total in hundredths; null while a score is missing. */
    total: number | null;
    /** Its place, which equal totals share: "2=". */
    rank: string;
    /** That others have the same total; null where no other has it. */
    tie: string | null;
    /** That it is scored on other criteria than the round has now; null where it is not. */
    measured: string | null;
    requestedCents: bigint;
    requested: PhasedAmount;
    /** The financial years that it may be given money in. */
    years: number[];
    obstacle: Obstacle | null;
  };

/**
 * An application that was recommended already: what it holds is no longer available. A round that is open all year shows
 * those that are being decided or hold money of the years that are chosen for; one that closes shows all of its own.
 */
export type Settled = Named &
  Shared & { total: number | null; measured: string | null; requestedCents: bigint; phasing: PhasedAmount };

/** An application that its reader may not open: nothing but title and agency. */
export type Closed = Named & { isRecused: boolean };

export type Choosing = {
  round: { id: string; name: string };
  rooms: Room[];
  candidates: Candidate[];
  /** How many candidates come after those. */
  more: number;
  settled: Settled[];
  closed: Closed[];
};

/** Recommended and not answered yet: these are shown whatever they hold. */
const BEING_DECIDED: State[] = ["BUDGET_CHECK", "DECISION", "APPROVED", "UNSUCCESSFUL", "OFFERED"];
const SETTLED: State[] = [...BEING_DECIDED, "ACTIVE", "CLOSING", "CLOSED", "DECLINED"];

const ROW = {
  agency: { select: { name: true, abbreviation: true } },
  phasing: { orderBy: { startYear: "asc" } },
  places: { include: { place: { select: { name: true } } }, orderBy: { placeCode: "asc" } },
  focusAreas: { where: { isMain: true }, include: { focusArea: { select: { name: true } } } },
  agreedScores: { select: { criterionId: true, score: true } },
  advice: { where: { state: "ASKED" }, select: { id: true } },
  funding: true,
} satisfies Prisma.ApplicationInclude;

type Row = Prisma.ApplicationGetPayload<{ include: typeof ROW }> & { duties: { kind: keyof typeof DUTY_LABELS }[] };

/** What an application is ranked by. */
const SCORED = {
  id: true,
  reference: true,
  criteriaVersion: true,
  agreedScores: ROW.agreedScores,
} satisfies Prisma.ApplicationSelect;
type Scored = Prisma.ApplicationGetPayload<{ select: typeof SCORED }>;

async function findRound(roundId: string) {
  const select = { id: true, name: true, closesAt: true, criteriaVersion: true };
  const round = UUID.test(roundId)
    ? await db().round.findUnique({ where: { id: roundId, publishedAt: { not: null } }, select })
    : null;
  if (!round) throw notFound();
  return round;
}

/** How many candidates a page has, the highest first; and how many of those that were recommended, the newest first. */
const SHOWN_MAX = 200;

/**
 * A round's applications from the moderation on, as its reader may see them: as many as a page has. `more`: how many candidates come
 * after those, by agreed total. @throws NOT_FOUND, FORBIDDEN
 */
export async function readChoosing(actor: MfatActor, roundId: string): Promise<Choosing> {
  permit(actor, "scenario:read");
  const round = await findRound(roundId);
  const own = { where: { personId: actor.personId } };
  const isOpen = mayOpen(actor);
  const inRound = (...also: Prisma.ApplicationWhereInput[]) => ({ AND: [scopeOf(actor), { roundId }, ...also] });
  const include = { ...ROW, duties: { ...own, select: { kind: true } } } satisfies Prisma.ApplicationInclude;
  const [versions, positions, moderated, closed] = await Promise.all([
    listCriteriaOfRound(db(), roundId),
    listPositions(actor),
    db().application.findMany({ where: inRound(isOpen, { state: "MODERATION" }), select: SCORED }),
    db().application.findMany({
      where: inRound(isClosed(actor), { state: { in: ["MODERATION", ...BEING_DECIDED] } }),
      include: { agency: ROW.agency, interests: { ...own, select: { isRecused: true } } },
      orderBy: { reference: "asc" },
      take: SHOWN_MAX,
    }),
  ]);
  const measured = <One extends Scored>(row: One) => {
    const criteria = versions.filter(({ version }) => version === (row.criteriaVersion ?? round.criteriaVersion));
    return {
      ...row,
      criteria,
      measured: measuredWords(row.criteriaVersion, round.criteriaVersion),
      total: exactTotal(criteria, row.agreedScores),
      scores: scoresByWeight(criteria, row.agreedScores),
    };
  };
  // One more than is shown says whether the last of them shares its place.
  const ranked = moderated
    .map(measured)
    .sort(byRank)
    .slice(0, SHOWN_MAX + 1);
  const shown = ranked.slice(0, SHOWN_MAX).map(({ id }) => id);
  const years = ranked.length ? decidedYears(dayOf(now())) : positions.map(startYearOf);
  const [rows, settled] = await Promise.all([
    db().application.findMany({ where: inRound({ id: { in: shown } }), include }),
    db().application.findMany({
      where: inRound(isOpen, round.closesAt ? { state: { in: SETTLED } } : holding(years)),
      include,
      orderBy: { reference: "desc" },
      take: SHOWN_MAX,
    }),
  ]);
  return {
    round,
    rooms: years.map((startYear) => ({
      startYear,
      availableCents: positions.find((one) => one.startYear === startYear)?.availableCents ?? 0n,
    })),
    candidates: rows
      .map(measured)
      .sort(byRank)
      .map((row) => {
        const place = ranked.findIndex(({ id }) => id === row.id);
        return candidateOf(row, rankInWords(ranked, place), tieInWords(ranked, place));
      }),
    more: Math.max(0, moderated.length - SHOWN_MAX),
    settled: settled
      .map(measured)
      .sort(byRank)
      .map((row) => settledOf(row, years)),
    closed: closed.map((row) => ({ ...nameOf(row), isRecused: row.interests.some(({ isRecused }) => isRecused) })),
  };
}

/** Of a round that is open all year: what is being decided, or holds money of the years that are chosen for. */
const holding = (years: number[]): Prisma.ApplicationWhereInput => ({
  state: { in: SETTLED },
  OR: [
    { state: { in: BEING_DECIDED } },
    {
      funding: {
        some: { startYear: { in: years }, OR: [{ reservedCents: { gt: 0 } }, { committedCents: { gt: 0 } }] },
      },
    },
  ],
});

const startYearOf = ({ startYear }: { startYear: number }): number => startYear;

/** As lib/applications reads one: who acts for MFAT, after declaring an interest that does not recuse. */
const mayOpen = (actor: MfatActor): Prisma.ApplicationWhereInput =>
  can(actor, "interest:declare") ? { interests: { some: { personId: actor.personId, isRecused: false } } } : {};
const isClosed = (actor: MfatActor): Prisma.ApplicationWhereInput =>
  can(actor, "interest:declare") ? { NOT: mayOpen(actor) } : { id: { in: [] } };

const nameOf = ({
  reference,
  title,
  agency,
  marking,
  state,
}: Omit<Named, "abbreviation"> & Pick<Row, "agency">): Named => ({
  reference,
  title,
  abbreviation: agency.abbreviation,
  marking,
  state,
});

const sharedOf = (row: Row) => ({
  agency: row.agency.name,
  focusArea: row.focusAreas[0]?.focusArea.name ?? null,
  places: row.places.map(({ place, percent }) => ({ name: place.name, percent })),
});

type RankedRow = Row & { criteria: readonly { id: string }[]; measured: string | null; total: number | null };

const phasingOf = ({ phasing }: Row, kind: "REQUESTED" | "RECOMMENDED"): PhasedAmount =>
  phasing.filter((part) => part.kind === kind).map(({ startYear, cents }) => ({ startYear, cents }));

function candidateOf(row: RankedRow, rank: string, tie: string | null): Candidate {
  const other = row.duties.find(({ kind }) => kind !== "RECOMMEND");
  const agreed = row.agreedScores.filter(
    ({ criterionId, score }) => score !== null && row.criteria.some(({ id }) => id === criterionId),
  ).length;
  return {
    ...nameOf(row),
    ...sharedOf(row),
    id: row.id,
    revision: row.revision,
    total: row.total,
    rank,
    tie,
    measured: row.measured,
    requestedCents: row.requestedCents,
    requested: phasingOf(row, "REQUESTED"),
    years: decidedYears(dayOf(now())),
    obstacle: obstacleTo({
      isHeld: row.heldAt !== null,
      agreed,
      criteria: row.criteria.length,
      hasOpenAdvice: row.advice.length > 0,
      otherDuty: other ? DUTY_LABELS[other.kind] : null,
    }),
  };
}

/** What it holds of these years now; a recommendation not to fund, or a declined application, holds nothing. */
function settledOf(row: RankedRow, years: readonly number[]): Settled {
  const phasing = row.funding
    .map(({ startYear, reservedCents, committedCents }) => ({ startYear, cents: reservedCents + committedCents }))
    .filter(({ startYear, cents }) => cents > 0n && years.includes(startYear));
  return {
    ...nameOf(row),
    ...sharedOf(row),
    total: row.total,
    measured: row.measured,
    requestedCents: row.requestedCents,
    phasing,
    cents: phasedTotal(phasing),
  };
}

export type Choosable = { id: string; name: string; count: number };

/** The rounds with applications in moderation, and how many; none for who may not choose. */
export async function listChoosable(actor: MfatActor): Promise<Choosable[]> {
  if (!can(actor, "scenario:keep")) return [];
  const rounds = await db().round.findMany({
    where: { applications: { some: { state: "MODERATION" } } },
    select: { id: true, name: true, _count: { select: { applications: { where: { state: "MODERATION" } } } } },
    orderBy: [{ closesAt: { sort: "asc", nulls: "last" } }, { name: "asc" }],
  });
  return rounds.map(({ id, name, _count }) => ({ id, name, count: _count.applications }));
}

// ---------------------------------------------------------------- scenarios

export type ScenarioHead = {
  id: string;
  name: string;
  revision: number;
  savedAt: Date;
  savedBy: string;
  createdAt: Date;
  createdBy: string;
  /** How many are ticked in it, also such as the reader may not open. */
  count: number;
};

export type Scenario = ScenarioHead & {
  /** By reference. Those that the reader may not open are left out by readers, and kept by a save. */
  lines: { reference: string; isChosen: boolean; phasing: PhasedAmount }[];
};

const HEAD = { _count: { select: { lines: { where: { isChosen: true } } } } } satisfies Prisma.ScenarioInclude;

type Head = Prisma.ScenarioGetPayload<{ include: typeof HEAD }>;

async function named(heads: readonly Head[]): Promise<ScenarioHead[]> {
  const nameOf = await readNamesOfDay(
    db(),
    heads.flatMap(({ savedById, createdById }) => [savedById, createdById]),
  );
  return heads.map(({ id, name, revision, savedAt, savedById, createdAt, createdById, _count }) => ({
    id,
    name,
    revision,
    savedAt,
    savedBy: nameOf(savedById, savedAt),
    createdAt,
    createdBy: nameOf(createdById, createdAt),
    count: _count.lines,
  }));
}

/** A round's scenarios by name. */
export async function listScenarios(actor: MfatActor, roundId: string): Promise<ScenarioHead[]> {
  permit(actor, "scenario:read");
  const heads = await db().scenario.findMany({
    where: { roundId, deletedAt: null },
    include: HEAD,
    orderBy: [{ name: "asc" }, { id: "asc" }],
    take: 100,
  });
  return named(heads);
}

/** @throws NOT_FOUND also where it was deleted */
export async function getScenario(actor: MfatActor, roundId: string, id: string): Promise<Scenario> {
  permit(actor, "scenario:read");
  const found = UUID.test(id)
    ? await db().scenario.findFirst({
        where: { id, roundId, deletedAt: null },
        include: { ...HEAD, lines: LINES },
      })
    : null;
  const [head] = found ? await named([found]) : [];
  if (!found || !head) throw notFound();
  return { ...head, lines: found.lines.map(lineOf) };
}

const LINES = {
  include: { application: { select: { reference: true } }, phasing: { orderBy: { startYear: "asc" } } },
} satisfies Prisma.Scenario$linesArgs;

type Line = Prisma.ScenarioLineGetPayload<typeof LINES>;

const lineOf = ({ application, isChosen, phasing }: Line) => ({
  reference: application.reference,
  isChosen,
  phasing: phasing.map(({ startYear, cents }) => ({ startYear, cents })),
});

/** Locked until the transaction ends. @throws NOT_FOUND */
export async function lockScenario(tx: Tx, roundId: string, id: string) {
  if (!UUID.test(id) || !UUID.test(roundId)) throw notFound();
  await tx.$queryRaw`SELECT 1 AS locked FROM "Scenario" WHERE id = ${id}::uuid FOR UPDATE`;
  const found = await tx.scenario.findFirst({ where: { id, roundId }, include: { lines: LINES } });
  if (!found) throw notFound();
  return { ...found, lines: found.lines.map(lineOf) };
}

// ---------------------------------------------------------------- what became of one

/** One row of a scenario that was turned into recommendations. `refusal` null: it is recommended. */
type RunRow = {
  reference: string;
  outcome: RecommendationOutcome;
  amountCents: bigint;
  refusal: string | null;
};

export type Run = { requestId: string; at: Date; by: string; scenario: string; rows: RunRow[] };

/** A row as the audit trail keeps it. */
export type KeptRow = Omit<RunRow, "amountCents"> & { amountCents: string };

const RUN = z.object({
  name: z.string(),
  roundId: z.string(),
  rows: z.array(
    z.object({
      reference: z.string(),
      outcome: z.enum(RecommendationOutcome),
      amountCents: z.string(),
      refusal: z.string().nullable(),
    }),
  ),
});

/** When a scenario was turned into recommendations, and what became of each row; the newest first. */
export async function listRuns(actor: MfatActor, roundId: string, scenarioId: string): Promise<Run[]> {
  permit(actor, "scenario:read");
  if (!UUID.test(scenarioId)) throw notFound();
  const events = await db().auditEvent.findMany({
    where: { event: "scenario.recommended", subject: `scenario:${scenarioId}` },
    orderBy: { id: "desc" },
    take: 50,
  });
  const nameOf = await readNamesOfDay(
    db(),
    events.map(({ actorId }) => actorId),
  );
  return events.flatMap(({ at, actorId, requestId, data }) => {
    const kept = RUN.parse(data);
    if (kept.roundId !== roundId) return [];
    return {
      requestId: requestId ?? "",
      at,
      by: actorId ? nameOf(actorId, at) : "",
      scenario: kept.name,
      rows: kept.rows.map((row) => ({ ...row, amountCents: BigInt(row.amountCents) })),
    };
  });
}
