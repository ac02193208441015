// Steps that are taken by mistake and undone: what undoes each, and what must be as it was before.
import { expect } from "vitest";
import { moveDueDate } from "#lib/applications/screening/commands.ts";
import { moveLastDay } from "#lib/arrangements/commands.ts";
import { unassignAssessor } from "#lib/assessments/commands.ts";
import { dayInputs } from "#lib/form/fields.ts";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { correctPayment } from "#lib/payments/corrections/commands.ts";
import { changePurchaseOrder } from "#lib/payments/orders/commands.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { returnReport } from "#lib/reports/commands.ts";
import { changeSchedule } from "#lib/reports/schedule/commands.ts";
import { dueInput } from "#lib/reports/schema.ts";
import { askForVariation } from "#lib/variations/commands.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { stepRow } from "#lib/workflow/steps.ts";
import { who } from "./cast.ts";
import { changedParts, type Part, readStanding, type Standing } from "./standing.ts";
import { read, TAKE, type Take } from "./steps.ts";
import { type Taken, walk } from "./ways.ts";

const DESK = "desk@mfat.example";

/**
 * A step and what undoes it: first one of the steps that its row names and then, if that leads to an earlier state, the
 * steps from there.
 */
export type WayBack = {
  slip: Taken;
  undo: readonly [Taken, ...Taken[]];
  /** The parts that are not as before, because what a step has told or sent remains: say why next to it. */
  leaves?: readonly Part[];
};

const because = { reason: "It was a slip." };

export const backToLastDay: Take = async (actor, request, reference) => {
  const { data } = await db().auditEvent.findFirstOrThrow({
    where: { application: { reference }, action: "moveLastDay" },
    orderBy: { id: "desc" },
  });
  const dueOn = dayOf(new Date(String((data as { from?: unknown }).from)));
  await moveLastDay(asMfat(actor), request, reference, { dueOn, ...because });
};
/** As askForChanges sets it. */
export const backToDueDate: Take = (actor, request, reference) =>
  moveDueDate(asMfat(actor), request, reference, { dueOn: addDays(dayOf(now()), 5), ...because });
export const unassignFirst: Take = (actor, request, reference) =>
  unassignAssessor(asMfat(actor), request, reference, {
    assessor: who("assessor1@mfat.example").personId,
    ...because,
  });
/** Puts the report that was removed from the schedule back on it. */
export const backOnSchedule: Take = async (actor, request, reference) => {
  const reports = await db().report.findMany({ where: { arrangement: { application: { reference } } } });
  const shown = reports.filter(({ state }) => state === "DUE").map((one) => dayInputs(dueInput(one.number), one.dueOn));
  const removed = reports.find(({ state }) => state === "CANCELLED");
  const added = dayInputs("added", removed?.dueOn ?? now());
  await changeSchedule(asMfat(actor), request, reference, { ...Object.assign({}, ...shown), ...added, ...because });
};
/** Undoes a cost variation of ten dollars more. */
export const tenDollarsLess: Take = async (actor, request, reference) => {
  const held = await db().applicationFunding.findMany({
    where: { application: { reference }, startYear: { gte: financialYearOf(dayOf(now())) } },
    orderBy: { startYear: "asc" },
  });
  const phasing = held.map(({ startYear, committedCents }, index) => ({
    startYear,
    cents: committedCents - (index === 0 ? 1_000n : 0n),
  }));
  await askForVariation(asAgency(actor), request, reference, { kind: "COST", phasing, ...because });
};
/** Corrects the amount of the newest payment by that much. */
export const oneCentMore =
  (more: bigint): Take =>
  async (actor, request, reference) => {
    const { id: payment, cents } = await db().paymentLine.findFirstOrThrow({
      where: { application: { reference }, reversesId: null, reversal: null },
      orderBy: { id: "desc" },
    });
    const right = { payment, paidOn: null, reference: null, amount: cents + more };
    await correctPayment(asMfat(actor), request, reference, { ...right, ...because });
  };
/** The newest credit note, which should not have been recorded. */
export const neverRecorded: Take = async (actor, request, reference) => {
  const { id: payment } = await db().paymentLine.findFirstOrThrow({
    where: { application: { reference }, isCredit: true, reversesId: null },
    orderBy: { id: "desc" },
  });
  const right = { payment, paidOn: null, reference: null, amount: 0n };
  await correctPayment(asMfat(actor), request, reference, { ...right, ...because });
};
export const order =
  (purchaseOrder: string): Take =>
  (actor, request, reference) =>
    changePurchaseOrder(asAgency(actor), request, reference, { purchaseOrder });
/** Half of what was paid, or all of it. */
export const amounts =
  (which: number): Take =>
  (actor, request, reference) =>
    TAKE.prepareAcquittal(actor, request, reference, () => which);
export const someAccrual: Take = (actor, request, reference) => TAKE.stateAccrual(actor, request, reference, () => 500);
/** To be sent again by the day on which it was due. */
export const returnForItsDay: Take = async (actor, request, reference) => {
  const { number, dueOn } = await db().report.findFirstOrThrow({
    where: { arrangement: { application: { reference } }, state: "SUBMITTED" },
  });
  await returnReport(asMfat(actor), request, reference, { report: String(number), dueOn, ...because });
};

export const isWayBack = (one: Taken | WayBack): one is WayBack => "slip" in one;

/** Returns the application's standing afterwards. */
export async function slipAndBack(
  reference: string,
  { slip, undo, leaves = [] }: WayBack,
  before: Standing,
): Promise<Standing> {
  const name = [slip, ...undo].map(([step]) => step).join(", ");
  await walk(reference, slip);
  // A step that changes nothing would prove nothing.
  expect(changedParts(before, await readStanding(reference)), name).not.toEqual([]);
  await walk(reference, ...undo);
  const after = await readStanding(reference);
  const changed = changedParts(before, after);
  const wrong = changed.filter((part) => !leaves.includes(part));
  const those = (standing: Standing) => wrong.map((part) => [part, standing[part]]);
  expect.soft(those(after), name).toEqual(those(before));
  expect.soft([name, leaves.filter((part) => !changed.includes(part))]).toEqual([name, []]);
  const { id } = await read(reference);
  const history = await listHistory(who(DESK), id);
  const taken = [slip, ...undo].map(([step]) => step).reverse();
  expect(history.slice(0, taken.length).map(({ action }) => action)).toEqual(taken);
  for (const { action, reason } of history.slice(0, taken.length)) {
    if (action && stepRow(action).reason) expect([name, action, reason]).toEqual([name, action, expect.any(String)]);
  }
  return after;
}
