import { type PhasedAmount, phasedTotal } from "#lib/budget/rules.ts";
import { recommend } from "#lib/decisions/commands.ts";
import type { StepRequest } from "#lib/lifecycle/commands.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { formatInstant } from "#lib/platform/dates.ts";
import { type Tx, transaction } from "#lib/platform/db.ts";
import { conflict, invalid, violates } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import { takeEach } from "#lib/workflow/commands.ts";
import type { Refusal } from "#lib/workflow/rules.ts";
import { type Candidate, type Choosing, type KeptRow, lockScenario, readChoosing } from "./queries.ts";
import { type Choice, dividedTies, mayChange, outcomeOf } from "./rules.ts";
import { amountInput, joined, ownInput, type Plan, pickId, TAKE, TIE_FIELD, type Words } from "./schema.ts";

export type ScenarioRequest = { requestId: string; remoteAddress?: string };
/** The scenario's `revision` when the page was rendered. */
export type StaleRequest = ScenarioRequest & { revision: number };

type Kept = { isChosen: boolean; phasing: PhasedAmount };
const NOTHING: Kept = { isChosen: false, phasing: [] };

/**
 * Saves what is ticked and typed under a new name. Returns the scenario's id. @throws INVALID at the field, FORBIDDEN
 */
export async function createScenario(
  actor: MfatActor,
  request: ScenarioRequest,
  roundId: string,
  { name, choices, from }: { name: string; choices: readonly Choice[]; from: string | null },
): Promise<string> {
  permit(actor, "scenario:keep");
  const choosing = await readChoosing(actor, roundId);
  return naming("name", () =>
    transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext(${request.requestId}))`;
      const before = await doneBefore(tx, request);
      if (before) return before;
      const lines = from ? (await lockScenario(tx, roundId, from)).lines : [];
      const at = now();
      const who = { createdById: actor.personId, createdAt: at, savedById: actor.personId, savedAt: at };
      const { id } = await tx.scenario.create({ data: { roundId, name, ...who } });
      await copyClosed(tx, id, choosing, lines);
      await writeLines(tx, id, choosing, choices, new Map(lines.map((line) => [line.reference, line])));
      await record(tx, "scenario.created", actor, request, id, { roundId, name, chosen: chosenIn(choices) });
      return id;
    }),
  );
}

/** Saves what is ticked and typed in a scenario. @throws CONFLICT where somebody changed it meanwhile */
export async function saveScenario(
  actor: MfatActor,
  request: StaleRequest,
  roundId: string,
  id: string,
  choices: readonly Choice[],
): Promise<void> {
  permit(actor, "scenario:keep");
  const choosing = await readChoosing(actor, roundId);
  await change(actor, request, roundId, id, async (tx, { name, lines }) => {
    await writeLines(tx, id, choosing, choices, new Map(lines.map((line) => [line.reference, line])));
    return { event: "scenario.saved", data: { name, chosen: chosenIn(choices) } };
  });
}

/** @throws INVALID at the field, CONFLICT where somebody changed it meanwhile */
export const renameScenario = (
  actor: MfatActor,
  request: StaleRequest,
  roundId: string,
  id: string,
  name: string,
): Promise<void> =>
  naming("newName", () =>
    change(actor, request, roundId, id, async (tx, before) => {
      await tx.scenario.update({ where: { id }, data: { name } });
      return { event: "scenario.renamed", data: { name, before: before.name } };
    }),
  );

/**
 * Deletes a scenario: it is no longer listed, and its name is free again. @throws CONFLICT where somebody changed it
 * meanwhile
 */
export const deleteScenario = (actor: MfatActor, request: StaleRequest, roundId: string, id: string): Promise<void> =>
  change(actor, request, roundId, id, async (tx, { name }) => {
    await tx.scenario.update({ where: { id }, data: { deletedById: actor.personId, deletedAt: now() } });
    return { event: "scenario.deleted", data: { name } };
  });

/** The id of the scenario that the same request already created or changed. */
async function doneBefore(tx: Tx, { requestId }: ScenarioRequest): Promise<string | null> {
  const event = await tx.auditEvent.findUnique({ where: { requestId }, select: { subject: true } });
  return event?.subject?.replace("scenario:", "") ?? null;
}

type Locked = Awaited<ReturnType<typeof lockScenario>>;
type Changed = { event: string; data: Record<string, string | string[]> };

/** One change of a scenario, in one transaction: locked, once for each request, and not over somebody else's change. */
function change(
  actor: MfatActor,
  request: StaleRequest,
  roundId: string,
  id: string,
  work: (tx: Tx, scenario: Locked) => Promise<Changed>,
): Promise<void> {
  permit(actor, "scenario:keep");
  return transaction(async (tx) => {
    const scenario = await lockScenario(tx, roundId, id);
    if (await doneBefore(tx, request)) return;
    await refuseStale(tx, request, scenario);
    const { event, data } = await work(tx, scenario);
    const savedAt = now();
    await tx.scenario.update({
      where: { id },
      data: { revision: { increment: 1 }, savedById: actor.personId, savedAt },
    });
    await record(tx, event, actor, request, id, { roundId, ...data });
  });
}

async function refuseStale(tx: Tx, request: StaleRequest, scenario: Locked): Promise<void> {
  if (!scenario.deletedAt && request.revision === scenario.revision) return;
  const { savedById, savedAt, name, deletedAt } = scenario;
  const who = await tx.person.findUnique({ where: { id: savedById }, select: { name: true } });
  const what = `${who?.name ?? "Somebody"} ${deletedAt ? "deleted" : "saved"} “${name}” on ${formatInstant(savedAt)}`;
  throw conflict(
    `${what}, after you opened this page. We have not saved yours yet: save it under another name, or open the round’s scenarios again.`,
  );
}

/** A name that is taken is reported at its field. */
async function naming<T>(field: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violates(error, "Scenario_name_once"))
      throw invalid({ [field]: "There is already a scenario with this name in this round" });
    throw error;
  }
}

const chosenIn = (choices: readonly Choice[]): string[] =>
  choices.filter(({ isChosen }) => isChosen).map(({ reference }) => reference);

async function record(
  tx: Tx,
  event: string,
  actor: MfatActor,
  { requestId, remoteAddress }: ScenarioRequest,
  id: string,
  data: Record<string, string | string[] | KeptRow[]>,
): Promise<void> {
  await recordEvent(tx, {
    event,
    actor,
    requestId,
    subject: `scenario:${id}`,
    data,
    ...(remoteAddress && { remoteAddress }),
  });
}

/** What colleagues chose among applications that the actor may not open is kept, without showing it. */
async function copyClosed(tx: Tx, scenarioId: string, { candidates }: Choosing, lines: readonly Choice[]) {
  const others = lines.filter((line) => !candidates.some(({ reference }) => reference === line.reference));
  const found = await tx.application.findMany({
    where: { reference: { in: others.map(({ reference }) => reference) } },
    select: { id: true, reference: true },
  });
  for (const { id, reference } of found) {
    await writeLine(tx, scenarioId, id, others.find((line) => line.reference === reference) ?? NOTHING);
  }
}

/** Only changes what the actor may change: the rest stays as stored. @throws INVALID at the field */
async function writeLines(
  tx: Tx,
  scenarioId: string,
  { candidates }: Choosing,
  choices: readonly Choice[],
  before: ReadonlyMap<string, Kept>,
): Promise<void> {
  const errors: Record<string, string> = {};
  for (const candidate of candidates) {
    const { id, reference, obstacle } = candidate;
    const kept = before.get(reference) ?? NOTHING;
    const choice = choices.find((one) => one.reference === reference);
    if (!choice) continue;
    if (!mayChange(obstacle, kept.isChosen)) {
      if (choice.isChosen && !kept.isChosen)
        errors[pickId(reference)] = `You cannot tick ${reference}. ${obstacle?.text}`;
      else if (kept.phasing.length || kept.isChosen) await writeLine(tx, scenarioId, id, kept);
      continue;
    }
    Object.assign(errors, otherYears(candidate, choice));
    await writeLine(tx, scenarioId, id, choice);
  }
  if (Object.keys(errors).length) throw invalid(errors);
}

/** Amounts in years in which the application cannot be given money. */
const otherYears = ({ reference, years }: Candidate, { phasing }: Choice): Record<string, string> =>
  Object.fromEntries(
    phasing
      .filter(({ startYear }) => !years.includes(startYear))
      .map(({ startYear }) => [
        amountInput(reference, startYear),
        `You cannot give ${reference} money in ${formatYear(startYear)}`,
      ]),
  );

async function writeLine(tx: Tx, scenarioId: string, applicationId: string, { isChosen, phasing }: Kept) {
  const key = { scenarioId, applicationId };
  await tx.scenarioLine.upsert({
    where: { scenarioId_applicationId: key },
    create: { ...key, isChosen },
    update: { isChosen },
  });
  await tx.scenarioPhasing.deleteMany({ where: key });
  await tx.scenarioPhasing.createMany({ data: phasing.map((part) => ({ ...part, ...key })) });
}

// ---------------------------------------------------------------- turning into recommendations

/**
 * Recommends the applications of a scenario's plan: each in its own transaction, in rank order; if one is refused, the
 * others still go ahead. The result of each row is recorded, and the same request acts once.
 * @throws INVALID at the field, and CONFLICT where somebody changed the scenario: then nothing is recommended
 */
export async function recommendScenario(
  actor: MfatActor,
  request: StaleRequest,
  roundId: string,
  id: string,
  plan: Plan,
): Promise<void> {
  permit(actor, "scenario:keep");
  const choosing = await readChoosing(actor, roundId);
  const scenario = await transaction(async (tx) => {
    const locked = await lockScenario(tx, roundId, id);
    if (await doneBefore(tx, request)) return null;
    await refuseStale(tx, request, locked);
    return locked;
  });
  if (!scenario) return;
  const prepared = prepare(plan, scenario.lines, choosing);
  const results = await takeEach(request, prepared, (row, own) => recommendOne(actor, own, row));
  const rows = results.map(({ row, refusal }) => kept(row, refusal));
  await transaction(async (tx) => {
    await lockScenario(tx, roundId, id);
    if (await doneBefore(tx, request)) return;
    await record(tx, "scenario.recommended", actor, request, id, { roundId, name: scenario.name, rows });
  });
}

type Prepared = {
  reference: string;
  revision: number;
  words: Words;
  phasing: PhasedAmount;
  requestedCents: bigint;
  rationale: string;
  conditions: string;
  standardConditions: string[] | null;
};

/** The rows with their amounts and texts, in rank order. @throws INVALID with everything that is missing at once */
function prepare(plan: Plan, lines: readonly Choice[], { candidates, settled, closed }: Choosing): Prepared[] {
  // An application that is no longer a candidate is refused by its own recommendation, in words; one from another round
  // does not belong here.
  const known = [...candidates, ...settled, ...closed];
  const order = known.map(({ reference }) => reference);
  const divided = dividedTies(candidates, (reference) => {
    const line = lines.find((one) => one.reference === reference);
    return Boolean(line?.isChosen && line.phasing.length && plan.rows.some((row) => row.reference === reference));
  });
  const rows = plan.rows
    .filter(({ reference }) => order.includes(reference))
    .sort((a, b) => order.indexOf(a.reference) - order.indexOf(b.reference))
    .map((words): Prepared => {
      const line = lines.find(({ reference }) => reference === words.reference);
      const phasing = line?.isChosen ? line.phasing : [];
      const isFunded = phasing.length > 0;
      return {
        reference: words.reference,
        revision: words.revision,
        words,
        phasing,
        requestedCents: candidates.find(({ reference }) => reference === words.reference)?.requestedCents ?? 0n,
        rationale: joined(
          isFunded ? plan.rationale : plan.declineRationale,
          words.rationale,
          divided.includes(words.reference) ? (plan.tieReason ?? null) : null,
        ),
        standardConditions: isFunded ? plan.standardConditions : null,
        conditions: isFunded ? joined(plan.conditions, words.conditions) : "",
      };
    });
  const errors = missingWords(rows);
  if (!plan.tieReason && rows.some(({ reference }) => divided.includes(reference))) {
    errors[TIE_FIELD.name] = TIE_FIELD.missing;
  }
  if (rows.length === 0) errors[TAKE] = "Tick at least one application to recommend";
  if (Object.keys(errors).length) throw invalid(errors);
  return rows;
}

function missingWords(rows: readonly Prepared[]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { words, phasing, requestedCents, rationale } of rows) {
    const { reference, exceptionReason } = words;
    if (!rationale && phasing.length > 0) {
      errors.rationale = "Enter the rationale for applications to fund, or one for each of them";
    } else if (!rationale) {
      errors.declineRationale = "Enter the rationale for applications not to fund, or one for each of them";
    }
    if (requestedCents > 0n && phasedTotal(phasing) > requestedCents && !exceptionReason) {
      const name = ownInput("exceptionReason", reference);
      errors[name] = `Give a reason for recommending more than was requested for ${reference}`;
    }
  }
  return errors;
}

/** Makes one recommendation, by the same command as everybody else. */
function recommendOne(actor: MfatActor, request: StepRequest, row: Prepared): Promise<void> {
  const { words, phasing, rationale, conditions, standardConditions } = row;
  const { reference, exceptionReason } = words;
  return recommend(actor, request, reference, {
    outcome: outcomeFor(row),
    phasing,
    standardConditions,
    conditions,
    rationale,
    exceptionReason,
  });
}

const outcomeFor = ({ phasing, requestedCents }: Prepared) => outcomeOf(phasedTotal(phasing), requestedCents);

const kept = (row: Prepared, refusal: Refusal | null): KeptRow => ({
  reference: row.reference,
  outcome: outcomeFor(row),
  amountCents: phasedTotal(row.phasing).toString(),
  refusal: refusal?.sentence ?? null,
});
