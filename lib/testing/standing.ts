// Everything about an application that a step may change, so that a step and its way back can be compared.

import { listWaitedForIn } from "#lib/lifecycle/queries.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import type { AskedStep } from "#lib/lifecycle/waits/queries.ts";
import { waits } from "#lib/lifecycle/waits/rows/queries.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { read } from "./steps.ts";

const PARTS = ["state", "amounts", "deadlines", "money", "waits", "asked", "work", "answers", "files"] as const;
export type Part = (typeof PARTS)[number];
export type Standing = Record<Part, unknown>;

/** The state, amounts, deadlines, counters, waits, who is asked, open work, answers and files of an application. */
export async function readStanding(reference: string): Promise<Standing> {
  const application = await read(reference);
  const isWaiting = STATES[application.state].waitsOn || ["TERMINATED", "CLOSED"].includes(application.state);
  const waiting = isWaiting ? await waitsOf(application) : [];
  const asked: Record<string, string[]> = {};
  for (const { role } of waiting) {
    asked[role] = (await listWaitedForIn(db(), application, role)).map(({ email }) => email).sort();
  }
  const { state, heldAt, signOffFrom, openSections, requestedCents, recommendedCents, approvedCents } = application;
  return {
    state: { state, isHeld: heldAt !== null, signOffFrom, openSections },
    amounts: { requestedCents, recommendedCents, approvedCents, phasing: await phasingOf(application.id) },
    deadlines: { changesDueAt: application.changesDueAt, ...(await deadlinesOf(application.id)) },
    money: await moneyOf(application.id),
    waits: waiting,
    asked,
    work: await workOf(application.id),
    answers: { version: application.versionNumber, sections: await sectionsOf(application.id) },
    files: await filesOf(application.id),
  };
}

type Wait = AskedStep & { dueOn: Date | null; personId: string | null };

const waitsOf = ({ id, state }: { id: string; state: State }): Promise<Wait[]> => db().$queryRaw`
  SELECT w.role, w.step, w."dueOn", w."personId" FROM (${waits([state])}) w WHERE w.id = ${id}::uuid ORDER BY 1, 2, 3, 4`;

const phasingOf = (applicationId: string) =>
  db().phasing.findMany({ where: { applicationId }, orderBy: [{ kind: "asc" }, { startYear: "asc" }] });

async function deadlinesOf(applicationId: string) {
  const where = { applicationId };
  return {
    offer: await db().offer.findMany({ where: { ...where, outcome: null }, select: { dueAt: true } }),
    assessments: await db().assessment.findMany({
      where: { ...where, status: "ASSIGNED" },
      select: { assessorId: true, dueOn: true },
      orderBy: { assessorId: "asc" },
    }),
    questions: await db().advice.findMany({
      where: { ...where, state: "ASKED" },
      select: { adviserId: true, dueOn: true },
      orderBy: { adviserId: "asc" },
    }),
    reports: await db().report.findMany({
      where: { ...where, state: { in: ["DUE", "RETURNED"] } },
      select: { kind: true, dueOn: true },
      orderBy: { dueOn: "asc" },
    }),
    terms: await db().arrangement.findMany({
      where,
      select: { startsOn: true, endsOn: true, purchaseOrder: true },
    }),
  };
}

async function moneyOf(applicationId: string) {
  const none = { reservedCents: 0n, committedCents: 0n, paidCents: 0n };
  return {
    own: await db().applicationFunding.findMany({
      where: { applicationId, NOT: none },
      select: { startYear: true, reservedCents: true, committedCents: true, paidCents: true },
      orderBy: { startYear: "asc" },
    }),
    years: await db().financialYear.findMany({
      select: { startYear: true, envelopeCents: true, reservedCents: true, committedCents: true, paidCents: true },
      orderBy: { startYear: "asc" },
    }),
  };
}

/** Only what counts: what was withdrawn or reversed stays on record as well. */
async function workOf(applicationId: string) {
  const where = { applicationId };
  return {
    offers: await db().offer.findMany({ where: { ...where, outcome: null }, select: { amountCents: true } }),
    recommended: await db().recommendation.findMany({
      where: { ...where, returnedAt: null },
      select: { outcome: true, amountCents: true, conditions: true },
    }),
    assessments: await db().assessment.findMany({
      where: { ...where, status: { in: ["ASSIGNED", "COMPLETE"] } },
      select: { assessorId: true, status: true, versionNumber: true },
      orderBy: { assessorId: "asc" },
    }),
    advice: await db().advice.findMany({
      where: { ...where, state: { in: ["ASKED", "GIVEN"] } },
      select: { adviserId: true, state: true, question: true, advice: true },
      orderBy: { adviserId: "asc" },
    }),
    claims: await db().claim.findMany({
      where: { ...where, state: { in: ["CLAIMED", "APPROVED", "PART_PAID", "PAID"] } },
      select: { state: true, startYear: true, cents: true, paidCents: true, backCents: true },
      orderBy: [{ startYear: "asc" }, { cents: "asc" }],
    }),
    accruals: (await db().accrual.findMany({ where, orderBy: { id: "desc" }, take: 1 })).flatMap(
      ({ startYear, cents }) => (cents > 0n ? [{ startYear, cents }] : []),
    ),
    conditions: await db().condition.findMany({
      where,
      select: { number: true, owner: true, dueOn: true, proof: true },
      orderBy: { number: "asc" },
    }),
    variations: await db().variation.findMany({
      where: { ...where, state: { in: ["ASKED", "BUDGET_CONFIRMED"] } },
      select: { kind: true, state: true, proposed: true },
    }),
    prepared: await db().preparedAcquittal.findFirst({
      where,
      select: { values: true },
      orderBy: { preparedAt: "desc" },
    }),
    sent: await db().report.count({ where: { ...where, state: "SUBMITTED" } }),
    accepted: await db().report.count({ where: { ...where, state: "ACCEPTED" } }),
    acquittals: await db().acquittal.findMany({
      where: { ...where, returnedAt: null },
      select: { actualCents: true, surplusConfirmedAt: true },
    }),
  };
}

const sectionsOf = (applicationId: string) =>
  db().applicationSection.findMany({
    where: { applicationId },
    select: { section: true, values: true, isComplete: true },
    orderBy: { section: "asc" },
  });

const filesOf = (applicationId: string) =>
  db().applicationDocument.findMany({
    where: { applicationId, removedAt: null },
    select: { id: true, section: true, description: true },
    orderBy: { id: "asc" },
  });

/** The parts in which two standings differ. */
export const changedParts = (before: Standing, after: Standing): Part[] =>
  PARTS.filter((part) => inWords(before[part]) !== inWords(after[part]));

const inWords = (part: unknown): string =>
  JSON.stringify(part, (_, value) => (typeof value === "bigint" ? value.toString() : value));
