// The forecast on the demonstration fund: what it knows of a day is what was on record then, and it is as good as it says.
import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { pay } from "#lib/budget/commands.ts";
import { listPositions } from "#lib/budget/queries.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, yearEndsOn } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { sumCents } from "#lib/platform/money.ts";
import { standInDemoYear, unguarded, useLedgerAlone, useTestDatabase } from "#lib/testing/database.ts";
import { knownOn, type MoneyFacts } from "./known/rules.ts";
import { getForecast, listMoneyFacts } from "./queries.ts";
import { forecastYear } from "./rules.ts";
import { forecastsOn } from "./trial/rules.ts";

useTestDatabase("template_demo");
useLedgerAlone();

let today = new Date(0);
let year = 0;
let actor: MfatActor;

beforeAll(async () => {
  year = await standInDemoYear();
  today = dayOf(now());
  const found = await findActor("budget@mfat.example");
  if (!found) throw new Error("The demonstration has no budget officer.");
  actor = asMfat(found);
});

test("what is known today is what the counters hold, of every initiative and year", async () => {
  const facts = await listMoneyFacts(actor, today);
  const counters = await db().applicationFunding.findMany({
    orderBy: [{ startYear: "asc" }, { applicationId: "asc" }],
  });
  const held = facts.map((one) => {
    const { applicationId, startYear, reservedCents, committedCents, paidCents } = knownOn(one, today);
    return { applicationId, startYear, reservedCents, committedCents, paidCents };
  });
  expect(held).toEqual(counters);
  const open = await db().claim.count({ where: { state: { in: ["CLAIMED", "APPROVED"] } } });
  expect(facts.flatMap((one) => knownOn(one, today).claims)).toHaveLength(open);
});

test("milestones are those that were signed off, as they were typed; a variation's former end is known", async () => {
  const facts = await listMoneyFacts(actor, today);
  for (const { plans } of facts) {
    expect(plans.length).toBeGreaterThan(0);
    for (const { days } of plans) expect(days).toHaveLength(4);
  }
  const changed = await db().variation.findFirstOrThrow({ where: { kind: "TIME", state: "APPROVED" } });
  const own = facts.find(({ applicationId }) => applicationId === changed.applicationId);
  const { endsOn: former } = changed.current as { endsOn: string };
  const decidedOn = dayOf(changed.decidedAt ?? now());
  expect(own && knownOn(own, addDays(decidedOn, -1)).endsOn).toEqual(new Date(`${former}T00:00:00Z`));
  expect(own && knownOn(own, decidedOn).endsOn).not.toEqual(new Date(`${former}T00:00:00Z`));
});

/** What a forecast of every first of a month of a finished year would have said. */
const saidOf = (facts: readonly MoneyFacts[], startYear: number) =>
  Array.from({ length: 12 }, (_, month) => {
    const day = new Date(Date.UTC(startYear, 6 + month, 1));
    return forecastsOn(facts, startYear, day).milestones;
  });

test("claims and payments of later days change no forecast of an earlier one", async () => {
  const before = await listMoneyFacts(actor, today);
  const said = [year - 2, year - 1].map((startYear) => saidOf(before, startYear));
  expect(said.flat().some((cents) => cents > 0n)).toBe(true);
  const unpaid = await db().applicationFunding.findMany({
    where: { startYear: year - 1, committedCents: { gt: db().applicationFunding.fields.paidCents } },
  });
  const claimed = await db().claim.findFirstOrThrow({
    where: {
      startYear: year - 1,
      state: "PAID",
      arrangement: { claims: { none: { state: { in: ["CLAIMED", "APPROVED"] } } } },
      applicationId: { in: unpaid.map(({ applicationId }) => applicationId) },
    },
  });
  for (const { applicationId, startYear } of unpaid) {
    const cause = { actor, requestId: randomUUID(), reason: "Work of June" };
    // The money moved in that year, and nobody knew of it before today.
    await transaction((tx) => pay(tx, cause, applicationId, { startYear, cents: 1n, on: yearEndsOn(startYear) }));
  }
  const { id: _, number, invoiceNumber, ...same } = claimed;
  const unanswered = { workConfirmedAt: null, workConfirmedById: null, decidedAt: null, decidedById: null };
  const later = { claimedAt: now(), state: "CLAIMED" as const, paidCents: 0n, ...unanswered };
  await unguarded().claim.create({
    data: { ...same, ...later, cents: 1n, number: number + 100, invoiceNumber: `${invoiceNumber}-later` },
  });
  const after = await listMoneyFacts(actor, today);
  expect(sumCents(after.map((one) => knownOn(one, today).paidCents))).toBe(
    sumCents(before.map((one) => knownOn(one, today).paidCents)) + BigInt(unpaid.length),
  );
  expect([year - 2, year - 1].map((startYear) => saidOf(after, startYear))).toEqual(said);
});

test("the forecast that has missed by less is shown; what it does not expect by 30 June is unspent, by initiative", async () => {
  const { method, trial, lines, assumptions } = await getForecast(actor, year, today);
  expect(trial).toMatchObject({ startYears: [year - 2, year - 1], count: 24 });
  const { milestones, even } = trial?.errors ?? {};
  // Which one is better depends on the day on which the demonstration was made.
  const isBetter = milestones !== undefined && even !== undefined && milestones.median < even.median;
  expect(method).toBe(isBetter ? "milestones" : "even");
  expect(assumptions.join(" ").includes("milestone")).toBe(isBetter);
  const position = (await listPositions(actor)).find(({ startYear }) => startYear === year);
  const months = position ? forecastYear(position, lines, today) : [];
  const unspentCents = sumCents(lines.map((line) => line.unspentCents));
  if (isBetter) expect(unspentCents).toBeGreaterThan(0n);
  expect(months.at(-1)?.paidCents).toBe((position?.committedCents ?? 0n) - unspentCents);
  expect((await getForecast(actor, year - 1, today)).lines).toEqual([]);
});

test("only who may read the budget reads its forecast", async () => {
  const nobody = { ...actor, roles: new Set<never>() };
  await expect(getForecast(nobody, year, today)).rejects.toThrow("Only a person with the role");
});
