// The demonstration as somebody reads it: when its people act, and that there is an example of everything.
import { afterEach, describe, expect, test } from "vitest";
import { readChanges } from "#lib/applications/answers/queries.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { phasedTotal } from "#lib/budget/rules.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { atTime, dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { readChoosing } from "#lib/scenarios/queries.ts";
import { workOut } from "#lib/scenarios/rules.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { isFunded } from "./chapters.ts";
import { seedDemo } from "./demo.ts";
import { planOf } from "./plan.ts";
import { STORIES } from "./stories.ts";

describe("today", () => {
  useTestDatabase("template_demo");

  test("people act one after the other, on working days and in office hours", async () => {
    const events = await db().auditEvent.findMany({ orderBy: { id: "asc" } });
    expect(events.length).toBeGreaterThan(400);
    let before = new Date(0);
    for (const { at, event, actorId } of events) {
      expect([event, at >= before]).toEqual([event, true]);
      before = at;
      if (!actorId) continue;
      const day = dayOf(at);
      const isOpen = at >= atTime(day, "08:30") && at < atTime(day, "17:00") && ![0, 6].includes(day.getUTCDay());
      expect([event, at, isOpen]).toEqual([event, at, true]);
    }
  });

  test("each year's money is claimed and paid once it has begun", expectYearsInOrder);
  test("eight initiatives compete for less money than they ask", expectChoice);

  test("there is something that changed, and colleagues who talk", async () => {
    const desk = asMfat((await findActor("desk@mfat.example")) ?? never());
    const { reference } = await db().application.findFirstOrThrow({ where: { state: "SUBMITTED", versionNumber: 2 } });
    const changes = await readChanges(desk, await getApplication(desk, reference));
    expect(changes?.sections.map(({ key }) => key)).toEqual(["need", "budget"]);
    expect(await db().comment.count({ where: { doneAt: null } })).toBeGreaterThan(1);
    expect(await db().comment.count({ where: { doneAt: { not: null } } })).toBe(1);
  });
});

/** Nothing is claimed or paid for a financial year before it starts. */
async function expectYearsInOrder(): Promise<void> {
  const current = financialYearOf(dayOf(now()));
  const years = await db().financialYear.findMany({ orderBy: { startYear: "asc" } });
  for (const { startYear, paidCents } of years.filter((year) => year.startYear > current)) {
    expect([startYear, paidCents]).toEqual([startYear, 0n]);
  }
  expect(years.filter(({ paidCents }) => paidCents > 0n).length).toBeGreaterThan(1);
  const claims = await db().claim.findMany({ include: { lines: true } });
  for (const { startYear, claimedAt, lines } of claims) {
    expect(financialYearOf(dayOf(claimedAt))).toBeGreaterThanOrEqual(startYear);
    for (const { paidOn } of lines) expect(financialYearOf(paidOn)).toBeGreaterThanOrEqual(startYear);
  }
}

/** The desk has to choose: the money runs out on the way down the list, and two applications share a weighted total. */
async function expectChoice(): Promise<void> {
  const desk = asMfat((await findActor("desk@mfat.example")) ?? never());
  const { id } = await db().round.findFirstOrThrow({ where: { name: { startsWith: "Early round" } } });
  const { candidates, rooms } = await readChoosing(desk, id);
  expect(candidates.map(({ obstacle, total }) => [obstacle, total !== null])).toEqual(Array(8).fill([null, true]));
  expect(new Set(candidates.map(({ total }) => total)).size).toBe(7);
  expect(new Set(candidates.map(({ agency }) => agency)).size).toBeGreaterThan(5);
  const asked = candidates.map(({ reference, requested, requestedCents, years }) => {
    expect(requested.filter(({ startYear }) => !years.includes(startYear))).toEqual([]);
    expect(phasedTotal(requested)).toBe(requestedCents);
    return { reference, isChosen: true, phasing: requested };
  });
  const { rows, years } = workOut(asked, rooms);
  expect(rows.filter(({ isOver }) => isOver).length).toBeGreaterThan(0);
  expect(rows.filter(({ isOver }) => !isOver).length).toBeGreaterThan(1);
  expect(years.some(({ availableCents, chosenCents }) => chosenCents * 5n > availableCents * 6n)).toBe(true);
}

/** What was recommended is what plan.test.ts adds up for every day. */
async function expectPlan(today: Date): Promise<void> {
  const applications = await db().application.findMany({
    include: { phasing: { where: { kind: "RECOMMENDED" }, orderBy: { startYear: "asc" } } },
  });
  const told = applications.map(({ title, phasing }) => [
    title,
    phasing.map(({ startYear, cents }) => ({ startYear, cents })),
  ]);
  const planned = STORIES.map((story) => [story.title, isFunded(story) ? planOf(story, today) : []]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(planned));
}

/** A whole demonstration takes half a minute, or longer on a busy machine. */
const SEEDING_MS = 600_000;

/** The last minute of a financial year, and the first of the next one. */
describe.each(["2027-06-30T23:59", "2027-07-01T00:01"])("on a first start at %s", (clock) => {
  useTestDatabase("template_reference");
  afterEach(() => {
    shiftClock(0);
  });

  test(
    "each year's money is claimed and paid once it has begun, and nobody acts in the future",
    async () => {
      const [day = "", time = ""] = clock.split("T");
      const today = new Date(day);
      shiftClock(atTime(today, time).getTime() - Date.now());
      await seedDemo();
      await expectYearsInOrder();
      await expectChoice();
      await expectPlan(today);
      // Except for the two people who set the template's envelopes, today.
      const officers = await db().person.findMany({ where: { email: { endsWith: "@envelope.example" } } });
      const { _max: last } = await db().auditEvent.aggregate({
        where: { OR: [{ actorId: null }, { actorId: { notIn: officers.map(({ id }) => id) } }] },
        _max: { at: true },
      });
      expect(last.at?.getTime()).toBeLessThanOrEqual(now().getTime());
    },
    SEEDING_MS,
  );
});

const never = () => {
  throw new Error("The demo has no desk.");
};
