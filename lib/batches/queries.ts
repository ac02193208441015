import { z } from "zod";
import { getApplication } from "#lib/applications/queries.ts";
import { delegationFor, formatDelegation, highestDelegation, isWithinDelegation } from "#lib/decisions/rules.ts";
import { listDelegations } from "#lib/deputies/queries.ts";
import { UUID, type Values } from "#lib/form/fields.ts";
import { storedValues } from "#lib/form/stored.ts";
import { type Actor, type MfatActor, ROLE_LABELS } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { toldApart } from "#lib/lifecycle/rules.ts";
import { DUTY_LABELS } from "#lib/lifecycle/states.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { LetterKind, State } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { forbidden, notFound } from "#lib/platform/errors.ts";
import { formatCents } from "#lib/platform/money.ts";
import { readBefore } from "#lib/workflow/obstacles/queries.ts";
import { readEndingWords } from "#lib/workflow/queries.ts";
import { endingWords, type StepKey, stepRow } from "#lib/workflow/steps.ts";
import { BATCH_STEPS, type BatchStep, namesAssessors } from "./schema.ts";

const rolesFor = (step: StepKey) => Object.values(stepRow(step).from).flat();
const statesFor = (step: BatchStep) => Object.keys(stepRow(step).from) as State[];

/** Whether the actor holds a role that takes the step. */
export const mayTakeStep = (actor: Actor, step: StepKey): boolean =>
  rolesFor(step).some((role) => actor.roles.has(role));

/** @throws FORBIDDEN */
export function permitStep(actor: Actor, step: StepKey): void {
  if (mayTakeStep(actor, step)) return;
  const roles = rolesFor(step).map((role) => ROLE_LABELS[role]);
  throw forbidden(`Only the ${roles.join(" or ")} can do this: “${stepRow(step).label}”.`);
}

const NAMED = {
  id: true,
  reference: true,
  title: true,
  marking: true,
  agency: { select: { name: true, abbreviation: true } },
} satisfies Prisma.ApplicationSelect;

const ROW = {
  ...NAMED,
  state: true,
  revision: true,
  heldAt: true,
  stateSince: true,
  requestedCents: true,
  recommendedCents: true,
  approvedCents: true,
  phasing: { select: { kind: true, startYear: true, cents: true }, orderBy: { startYear: "asc" } },
  round: { select: { minimumAssessments: true } },
  assessments: { select: { assessorId: true, status: true } },
  recommendations: { where: { returnedAt: null }, select: { outcome: true, rationale: true } },
} satisfies Prisma.ApplicationSelect;

type Row = Prisma.ApplicationGetPayload<{ select: typeof ROW }>;

/** An application for which the actor may take the step now. */
export type Ready = Row;
type Named = Prisma.ApplicationGetPayload<{ select: typeof NAMED }>;
/** One for which they may not, and why. */
type Blocked = Named & { why: string };

export type Choosable = {
  /** The longest wait first. */
  ready: Ready[];
  blocked: Blocked[];
  /** Nothing but title and agency is known of these: their interests are not declared yet. */
  undeclared: Named[];
};

/** No list is longer than this; who has more waiting takes them in turns. */
const LIST_MAX = 200;

/** `place`: its code; what is for it in part counts. */
type Among = { place?: string; references?: readonly string[] };

/** The applications in the step's state: for which the actor may take it, for which not, and why. @throws FORBIDDEN */
export async function listChoosable(
  actor: MfatActor,
  step: BatchStep,
  { place, references }: Among = {},
): Promise<Choosable> {
  permitStep(actor, step);
  const own = { where: { personId: actor.personId } };
  const rows = await db().application.findMany({
    where: {
      AND: [
        scopeOf(actor),
        { state: { in: statesFor(step) } },
        place ? { places: { some: { placeCode: place } } } : {},
        references ? { reference: { in: [...references] } } : {},
        isOfHeld(step) ? { heldAt: { not: null } } : {},
      ],
    },
    select: {
      ...ROW,
      duties: { ...own, select: { kind: true } },
      interests: { ...own, select: { isRecused: true } },
    },
    orderBy: [{ stateSince: "asc" }, { reference: "asc" }],
    take: LIST_MAX,
  });
  const found: Choosable = { ready: [], blocked: [], undeclared: [] };
  for (const { duties, interests, ...row } of rows) {
    const { id, reference, title, marking, agency } = row;
    const named = { id, reference, title, marking, agency };
    const [declared] = interests;
    if (!declared) {
      found.undeclared.push(named);
      continue;
    }
    const why = declared.isRecused ? RECUSED : await obstacleTo(actor, step, row, duties[0]?.kind);
    if (why) found.blocked.push({ ...named, why });
    else found.ready.push(row);
  }
  // Those that lack assessors are what the desk comes for.
  return namesAssessors(step) ? { ...found, ready: found.ready.sort((a, b) => lacks(b) - lacks(a)) } : found;
}

/** Who is assigned to it and was not recused or taken off. */
export const standingOf = ({ assessments }: Pick<Row, "assessments">): string[] =>
  assessments.flatMap(({ assessorId, status }) => (status === "ASSIGNED" || status === "COMPLETE" ? assessorId : []));

/** 1: it has fewer assessors than its round wants; 0: it has enough. */
const lacks = (row: Row): number => Number(standingOf(row).length < row.round.minimumAssessments);

const isOfHeld = (step: BatchStep): boolean => stepRow(step).whileHeld === "only";

const RECUSED = "You declared an interest in it, so somebody else needs to take this step.";

async function obstacleTo(
  actor: MfatActor,
  step: BatchStep,
  { id, heldAt, recommendedCents }: Row,
  duty: keyof typeof DUTY_LABELS | undefined,
): Promise<string | null> {
  if (heldAt && !isOfHeld(step)) return "It is on hold.";
  if (!stepRow(step).takesDuty) return null;
  if (duty && duty !== "DECIDE") return `You ${DUTY_LABELS[duty]}, so somebody else needs to take this step.`;
  if (isWithinDelegation(actor.delegationCents, recommendedCents ?? 0n)) return null;
  const held = await listDelegations(actor, id);
  if (delegationFor(held, recommendedCents ?? 0n)) return null;
  const highest = highestDelegation(held);
  if (highest === undefined) return "You have no delegation to decide.";
  return `${formatCents(recommendedCents ?? 0n)} is recommended, but you can only decide ${formatDelegation(highest)}.`;
}

export type ReadyCount = { step: BatchStep; count: number };

/**
 * For how many applications each step that can be taken for several waits on the actor; steps with one or none are left
 * out, and so are those that interrupt the way or end that.
 */
export async function countChoosable(actor: MfatActor): Promise<ReadyCount[]> {
  const steps = BATCH_STEPS.filter((step) => mayTakeStep(actor, step) && !stepRow(step).isAside && !isOfHeld(step));
  const counts = await Promise.all(
    steps.map(async (step) => {
      const { ready } = await listChoosable(actor, step);
      return { step, count: namesAssessors(step) ? ready.filter(lacks).length : ready.length };
    }),
  );
  return counts.filter(({ count }) => count > 1);
}

/** Somebody who assesses. `underWay`: how many assessments they have to complete now. */
export type Assessor = {
  id: string;
  name: string;
  underWay: number;
  /** By an application's id, why they cannot be assigned to it now. */
  obstacles: Record<string, string>;
};

/** Everybody who may assess, by name, with what stands in the way for each of some applications. */
export async function listAssessors(
  _actor: MfatActor,
  applicationIds: readonly string[],
  client: Pick<Tx, "person"> = db(),
): Promise<Assessor[]> {
  const among = { where: { applicationId: { in: [...applicationIds] } } };
  const people = await client.person.findMany({
    where: { side: "MFAT", endedAt: null, roles: { some: { role: "ASSESSOR" } } },
    select: {
      id: true,
      name: true,
      email: true,
      duties: {
        where: { OR: [{ kind: "ASSESS" }, among.where] },
        select: {
          applicationId: true,
          kind: true,
          assessments: { select: { status: true, application: { select: { state: true } } } },
        },
      },
      declarations: { where: { ...among.where, isRecused: true }, select: { applicationId: true } },
    },
    orderBy: [{ name: "asc" }, { id: "asc" }],
  });
  return toldApart(people).map(({ id, name, duties, declarations }) => {
    const obstacles: Record<string, string> = {};
    for (const { applicationId, kind, assessments } of duties) {
      if (kind !== "ASSESS") obstacles[applicationId] = "has another part in it";
      else if (assessments.some(({ status }) => status === "ASSIGNED" || status === "COMPLETE"))
        obstacles[applicationId] = "is already assigned";
      else if (assessments.some(({ status }) => status === "SET_ASIDE"))
        obstacles[applicationId] = "assessed it, and that was set aside";
    }
    for (const { applicationId } of declarations) obstacles[applicationId] = "declared an interest in it";
    const underWay = duties
      .flatMap(({ assessments }) => assessments)
      .filter(({ status, application }) => status === "ASSIGNED" && application.state === "ASSESSMENT").length;
    return { id, name, underWay, obstacles };
  });
}

/** A place's name; null if no place has that code. */
export const findPlace = async (code: string): Promise<string | null> =>
  (await db().place.findUnique({ where: { code }, select: { name: true } }))?.name ?? null;

// ---------------------------------------------------------------- a batch

/** What became of a row, as the audit trail keeps it. */
const REFUSAL = z.object({ sentence: z.string(), isStale: z.boolean() });
/** What became of each row, as the audit trail keeps it. `cents`: of a claim, what the step was taken for. */
const ROW_TAKEN = z.object({ reference: z.string(), refusal: REFUSAL.nullable(), cents: z.string().optional() });
export const TAKEN = z.object({ rows: z.array(ROW_TAKEN) });
export type TakenRow = z.infer<typeof TAKEN>["rows"][number];

/** `isOpen`: the reader may read more of it than its name. `isStale`: something happened to it since it was chosen. */
export type BatchRow = Row & { values: Values; isOpen: boolean; isStale: boolean };

export type Batch = {
  id: string;
  step: BatchStep;
  /** As the form held it. */
  values: Values;
  rows: BatchRow[];
  /** The letter that the step sends, and the number of its text as it is now; null where it sends none. */
  letter: { kind: LetterKind; number: number } | null;
  /** Null: it is a preview still. */
  taken: { at: Date; rows: TakenRow[] } | null;
};

async function letterOf(step: BatchStep): Promise<Batch["letter"]> {
  const kind = stepRow(step).letter;
  if (!kind) return null;
  const last = await db().letterTemplate.findFirstOrThrow({ where: { kind }, orderBy: { number: "desc" } });
  return { kind, number: last.number };
}

/** What to know of one of a batch before the step is taken for it, as the step's own page says it. */
export type BeforeEach = Awaited<ReturnType<typeof readBefore>> & {
  /** Of a step that ends it: whether and until when it could be reopened, where that is not as for the others. */
  ending: string | null;
};

/** By reference, of those that are open to the actor. */
export async function readBeforeEach(actor: MfatActor, { step, rows }: Batch): Promise<Map<string, BeforeEach>> {
  const found = new Map<string, BeforeEach>();
  for (const { reference, isOpen, state } of rows) {
    if (!isOpen || !stepRow(step).from[state]) continue;
    const application = await getApplication(actor, reference);
    const ending = stepRow(step).isFinal ? await readEndingWords(actor, application, step) : null;
    found.set(reference, {
      ...(await readBefore(actor, application, step)),
      ending: ending === endingWords(step) ? null : ending,
    });
  }
  return found;
}

/** A batch of the actor's own: nobody else has it. @throws NOT_FOUND, FORBIDDEN */
export async function getBatch(actor: MfatActor, step: BatchStep, id: string): Promise<Batch> {
  permitStep(actor, step);
  const found = UUID.test(id)
    ? await db().batch.findFirst({
        where: { id, step, preparedById: actor.personId },
        include: {
          rows: {
            where: { application: scopeOf(actor) },
            include: {
              application: {
                select: {
                  ...ROW,
                  interests: { where: { personId: actor.personId }, select: { isRecused: true } },
                },
              },
            },
            orderBy: { position: "asc" },
          },
        },
      })
    : null;
  if (!found) throw notFound();
  const event = await db().auditEvent.findUnique({ where: { requestId: id }, select: { at: true, data: true } });
  return {
    id,
    step,
    values: storedValues(found.values),
    rows: found.rows.map(({ application: { interests, ...row }, revision, values }) => ({
      ...row,
      values: storedValues(values),
      isOpen: interests.some(({ isRecused }) => !isRecused),
      isStale: row.revision !== revision,
      revision,
    })),
    letter: await letterOf(step),
    taken: event && { at: event.at, rows: TAKEN.parse(event.data).rows },
  };
}
