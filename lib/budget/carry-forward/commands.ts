import { type Cause, enterChange, entriesOfMove, envelopeNow } from "#lib/budget/commands.ts";
import { endedYear, type Moved, notEnough } from "#lib/budget/rules.ts";
import { askForChange, changeOnce, type FormRequest, refuseAskedAgain } from "#lib/changes/commands.ts";
import { listCarryForwards } from "#lib/changes/queries.ts";
import { type ChangeLine, carriedYears } from "#lib/changes/rules.ts";
import { UUID } from "#lib/form/fields.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, withinYear } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";
import { DomainError, invalid, notFound } from "#lib/platform/errors.ts";
import { formatCents, formatYear, sumCents } from "#lib/platform/money.ts";
import { listMovable, type MovableLine } from "./queries.ts";

export type NewCarryForward = {
  fromYear: number;
  /** Of the envelope, what is not reserved or committed. */
  cents: bigint;
  /** Initiatives by id: what they have unspent is carried too, with as much of the envelope. */
  initiatives: readonly string[];
  reason: string;
  source: string;
};

const totalOf = (moved: readonly Moved[]): bigint =>
  sumCents(moved.map(({ reservedCents, committedCents }) => reservedCents + committedCents));

/**
 * Asks for money of one year to be carried into the next, with what chosen initiatives have unspent; another person confirms
 * it, and nothing moves until then.
 * @throws INVALID where the fund does not have one of the years, the one that it goes into has ended, nothing is carried, or
 * an initiative has nothing that can be; CONFLICT where free money of that year, or the initiative, waits to be carried
 */
export function askForCarryForward(
  actor: MfatActor,
  request: FormRequest,
  { fromYear, cents, initiatives, ...asked }: NewCarryForward,
): Promise<void> {
  permit(actor, "envelope:adjust");
  return changeOnce(request.requestId, async (tx) => {
    const years = await tx.financialYear.findMany({ where: { startYear: { in: [fromYear, fromYear + 1] } } });
    const from = years.find(({ startYear }) => startYear === fromYear);
    if (years.length < 2 || !from) throw invalid({ fromYear: "Choose a financial year from the list" });
    const ended = endedYear(fromYear + 1, dayOf(now()));
    if (ended) throw invalid({ fromYear: ended });
    if (from.closedAt)
      throw invalid({ fromYear: `${formatYear(fromYear)} is closed, so you cannot carry money forward from it` });
    // As every step does: first the initiatives, and then the year, which what is asked for holds.
    const ids = initiatives.filter((id) => UUID.test(id));
    await tx.$queryRaw`SELECT 1 AS locked FROM "Application" WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR KEY SHARE`;
    const movable = await listMovable(actor, fromYear, tx);
    const moved = [...new Set(initiatives)].map((id) => {
      const one = movable.find(({ applicationId }) => applicationId === id);
      if (!one || one.problem) throw invalid({ initiatives: one?.problem ?? "Choose initiatives from the list" });
      return one;
    });
    if (cents + totalOf(moved) === 0n) throw invalid({ cents: "Enter an amount, or choose an initiative" });
    if (cents > 0n) await refuseFreeMoneyTwice(actor, tx, fromYear);
    const availableCents = from.envelopeCents - from.reservedCents - from.committedCents;
    if (cents > availableCents) throw invalid({ cents: notEnough(fromYear, availableCents) });
    const carried = { ...asked, kind: "CARRY_FORWARD", startYear: fromYear, cents: cents + totalOf(moved) } as const;
    const changeId = await askForChange(tx, actor, request, carried);
    await tx.carriedInitiative.createMany({
      data: moved.map(({ applicationId, reservedCents, committedCents }) => ({
        changeId,
        applicationId,
        reservedCents,
        committedCents,
      })),
    });
  });
}

/** Free money of a year always looks the same: two people who ask for it at once would carry it twice. @throws CONFLICT */
async function refuseFreeMoneyTwice(actor: MfatActor, tx: Tx, fromYear: number): Promise<void> {
  const waiting = (await listCarryForwards(actor, fromYear, tx)).filter(
    ({ startYear, state }) => startYear === fromYear && state === "ASKED",
  );
  for (const change of waiting) {
    const moved = await tx.carriedInitiative.findMany({ where: { changeId: change.id } });
    if ((change.cents ?? 0n) > totalOf(moved)) refuseAskedAgain(change);
  }
}

/**
 * Moves the money in one transaction: what initiatives have unspent out of its year, the envelope down there and up in the
 * next, and the same into the next. So it needs no free room in either year.
 * @throws MONEY with what is available, STATE where an initiative has spent meanwhile, or the next year has ended
 */
export async function applyCarryForward(tx: Tx, cause: Cause<MfatActor>, change: ChangeLine): Promise<string[]> {
  const { id: changeId, startYear, cents, source } = change;
  if (startYear === null || cents === null || source === null || !cause.actor) throw notFound();
  const ended = endedYear(startYear + 1, dayOf(now()));
  if (ended) throw new DomainError("STATE", `${ended}. Decline this carry-forward.`);
  const moved = await tx.carriedInitiative.findMany({ where: { changeId }, orderBy: { applicationId: "asc" } });
  await takeAlong(tx, moved);
  if (moved.length) await refuseSpent(tx, moved, await listMovable(cause.actor, startYear, tx));
  const reason = `Carried forward from ${carriedYears(change)}: ${change.reason}`;
  await enterCarry(tx, { ...cause, reason }, { startYear, cents, source, moved, changeId, isBack: false });
  return [await envelopeNow(tx, startYear), await envelopeNow(tx, startYear + 1)];
}

/** Anybody with a page of one of them open has to read its new amounts before they act. */
export async function takeAlong(tx: Tx, moved: readonly { applicationId: string }[]): Promise<void> {
  const ids = moved.map(({ applicationId }) => applicationId).sort();
  for (const id of ids) await tx.application.update({ where: { id }, data: { revision: { increment: 1 } } });
}

type Carry = {
  /** The earlier one of the two. */
  startYear: number;
  cents: bigint;
  source: string;
  moved: readonly Moved[];
  changeId: string;
  /** Out of the later year into the earlier one. */
  isBack: boolean;
  /** Where it takes a carry-forward back: what each year's adjustment reverses, by year, and on what day if not today. */
  reverses?: ReadonlyMap<number, { id: bigint; effectiveOn: Date | null }>;
};

/** MOVE out, ADJUST down, ADJUST up, MOVE in: in this order no year ever holds too much. */
export async function enterCarry(tx: Tx, cause: Cause, carry: Carry): Promise<void> {
  const { startYear, cents, source, moved, changeId, isBack, reverses } = carry;
  const [out, into] = isBack ? [startYear + 1, startYear] : [startYear, startYear + 1];
  const today = dayOf(now());
  // In the order in which everything else takes them.
  await tx.$queryRaw`SELECT 1 AS locked FROM "FinancialYear" WHERE "startYear" IN (${startYear}, ${startYear + 1})
    ORDER BY "startYear" FOR UPDATE`;
  const adjustment = (year: number, envelopeCents: bigint) => ({
    startYear: year,
    kind: "ADJUST" as const,
    envelopeCents,
    source,
    effectiveOn: withinYear(year, reverses?.get(year)?.effectiveOn ?? today),
    changeId,
    ...(reverses?.has(year) && { reversesId: reverses.get(year)?.id }),
  });
  await enterChange(tx, cause, [...entriesOfMove(out, moved, "out", changeId), adjustment(out, -cents)]);
  await enterChange(tx, cause, [adjustment(into, cents), ...entriesOfMove(into, moved, "in", changeId)]);
}

/** Exactly what was asked for is carried: if an initiative has less left by then, somebody has to ask again. */
async function refuseSpent(tx: Tx, moved: readonly Moved[], movable: readonly MovableLine[]): Promise<void> {
  for (const { applicationId, reservedCents, committedCents } of moved) {
    const one = movable.find((each) => each.applicationId === applicationId);
    const isThere = one && one.reservedCents >= reservedCents && one.committedCents >= committedCents;
    if (isThere && !one.problem) continue;
    if (one?.problem) throw new DomainError("STATE", `${one.problem}.`);
    const left = one ? formatCents(one.reservedCents + one.committedCents) : "nothing";
    const { reference } = await tx.application.findUniqueOrThrow({ where: { id: applicationId } });
    throw new DomainError(
      "STATE",
      `${reference} has ${left} left to carry, less than was asked for. Decline this, and ask again.`,
    );
  }
}
