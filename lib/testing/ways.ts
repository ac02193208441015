// How an application moves through the table, one step by one person at a time.
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect } from "vitest";
import * as arrangements from "#lib/arrangements/commands.ts";
import * as moderation from "#lib/assessments/moderation/commands.ts";
import { accrualsFrom } from "#lib/budget/years/rules.ts";
import { readTold } from "#lib/correspondence/queries.ts";
import { toldWords } from "#lib/correspondence/rules.ts";
import { type Actor, asMfat } from "#lib/lifecycle/permissions.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { atTime, dayOf, daysBetween, financialYearOf, yearBeginsOn, yearEndsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { type StepKey, stepRow } from "#lib/workflow/steps.ts";
import { who } from "./cast.ts";
import { declare, read, scores, TAKE, type Take, tried, well } from "./steps.ts";

/** A step, who takes it (an email address), and its answers, if not the valid default ones. */
export type Taken = readonly [step: StepKey, by: string, take?: Take];

const CONTRIBUTOR = "contributor@police.example";
const CERTIFIER = "certifier@police.example";
const DESK = "desk@mfat.example";

export const TO_SUBMITTED: readonly Taken[] = [
  ["sendForSignOff", CONTRIBUTOR],
  ["signOffAndSubmit", CERTIFIER],
];
export const TO_ASSESSMENT: readonly Taken[] = [
  ...TO_SUBMITTED,
  ["acceptForAssessment", DESK],
  ["assignAssessors", DESK],
];
const TO_MODERATION: readonly Taken[] = [
  ...TO_ASSESSMENT,
  ["completeAssessment", "assessor1@mfat.example"],
  ["completeAssessment", "assessor2@mfat.example"],
  ["startModeration", DESK],
];
export const TO_APPROVED: readonly Taken[] = [
  ...TO_MODERATION,
  ["recommend", DESK],
  ["confirmBudget", "budget@mfat.example"],
  ["approve", "approver2@mfat.example"],
];
export const TO_OFFERED: readonly Taken[] = [...TO_APPROVED, ["sendOffer", DESK]];

/**
 * Resets the clock after each test. If a financial year is about to end, the clock starts twenty days earlier: an offer
 * lapses with its year, cannot be reopened after it and cannot have a later last day.
 */
export function useDaysLeft(): void {
  beforeEach(() => {
    const left = daysBetween(dayOf(now()), yearEndsOn(financialYearOf(dayOf(now()))));
    if (left < 20) shiftClock((left - 20) * 86_400_000);
  });
  afterEach(() => {
    shiftClock(0);
  });
}

/** Moves the clock forward to a moment, if that is ahead. */
const waitUntil = (moment: Date): void => {
  if (now() < moment) shiftClock(moment.getTime() - Date.now());
};

const firstYear = async (reference: string): Promise<number> =>
  (
    await db().applicationFunding.findFirstOrThrow({
      where: { application: { reference } },
      orderBy: { startYear: "asc" },
    })
  ).startYear;

/** What has to exist before people can take a step. */
export async function prepare(reference: string, step: StepKey, people: readonly string[]): Promise<void> {
  // Late in June an initiative may have its first money in the next financial year: nothing can be claimed before that.
  if (step === "submitClaim") waitUntil(atTime(yearBeginsOn(await firstYear(reference)), "00:00"));
  // Agencies are asked about unclaimed work in the last month of a year.
  if (step === "stateAccrual") waitUntil(atTime(accrualsFrom(await firstYear(reference)), "09:00"));
  for (const name of new Set(people)) {
    if (who(name).side === "MFAT") await tried(() => declare(who(name), reference, well));
  }
  const [first = ""] = people;
  if (step === "recommend") await moderation.saveModeration(asMfat(who(first)), reference, await scores(reference));
}

/** Takes steps one after another. @throws the error of the first one that is refused */
export async function walk(reference: string, ...way: readonly Taken[]): Promise<void> {
  for (const [step, by, take] of way) {
    if (step === "lapse") {
      const offer = await db().offer.findFirstOrThrow({ where: { application: { reference }, outcome: null } });
      waitUntil(new Date(offer.dueAt.getTime() + 60_000));
      await arrangements.lapseOverdueOffers();
      continue;
    }
    await prepare(reference, step, [by]);
    const { revision, id } = await read(reference);
    const last = await db().email.findFirst({ orderBy: { id: "desc" }, select: { id: true } });
    await (take ?? TAKE[step])(who(by), { requestId: randomUUID(), revision }, reference, well);
    await checkTold(who(by), { id, reference }, step, last?.id);
  }
}

/** Checks that whoever takes a step reads who was emailed: every mail since `last`, and no other. */
async function checkTold(actor: Actor, application: { id: string; reference: string }, step: StepKey, last = "") {
  const mails = await db().email.findMany({
    where: { applicationId: application.id, ...(last && { id: { gt: last } }) },
  });
  const people = await db().person.findMany({
    where: { email: { in: mails.map(({ to }) => to) } },
    select: { id: true, name: true, side: true, agency: { select: { name: true } } },
    orderBy: { name: "asc" },
  });
  const told = people.map(({ agency, ...person }) => ({ ...person, agency: agency?.name ?? null }));
  expect([step, await readTold(actor, application, stepRow(step))]).toEqual([
    step,
    toldWords(
      actor,
      mails.some(({ to }) => to === env().DESK_EMAIL),
      told,
    ),
  ]);
}
