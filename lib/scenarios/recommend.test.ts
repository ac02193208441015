// A scenario is turned into recommendations, row by row, and never above the envelope.

import { expect, test } from "vitest";
import { STARTING_CONDITIONS } from "#lib/decisions/schema.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded } from "#lib/testing/database.ts";
import {
  application,
  applicationElsewhere,
  available,
  created,
  desk,
  duty,
  leaveAvailable,
  pick,
  plan,
  recommendAll,
  request,
  roundId,
  somebody,
  useScenarios,
  year,
} from "#lib/testing/scenarios.ts";
import { recommendScenario } from "./commands.ts";
import { listRuns } from "./queries.ts";

useScenarios();

test("each row is recommended by itself: one that is refused, with its figure, does not stop the others", async () => {
  await leaveAvailable(2_500n);
  const fits = await application({ scores: [4, 4] });
  const part = await application({ scores: [4, 3] });
  const over = await application({ scores: [3, 3], cents: 1_001n });
  const small = await application({ scores: [2, 2], cents: 1_000n });
  const held = await application({ scores: [1, 1] });
  const assessed = await application({ scores: [1, 0] });
  const unticked = await application({ scores: [0, 0] });
  const all = [pick(fits), pick(part, 600n), pick(over, 1_001n), pick(small, 100n), pick(held), pick(assessed)];
  const id = await created([...all, pick(unticked, 1_000n, false)]);
  await unguarded().application.update({ where: { reference: held }, data: { heldAt: new Date() } });
  await duty(assessed, desk, "ASSESS");
  const became = await recommendAll(desk, id, [unticked, ...all.map(({ reference }) => reference)].reverse());
  expect(became).toEqual({
    [fits]: "FUND_IN_FULL",
    [part]: "FUND_IN_PART",
    [over]: expect.stringContaining("Only $9.00 is available"),
    [small]: "FUND_IN_PART",
    [held]: expect.stringContaining("on hold"),
    [assessed]: expect.stringContaining("You are an assessor of it"),
    [unticked]: "DO_NOT_FUND",
  });
  expect(await available()).toBe(800n);
  const states = await db().application.findMany({
    where: { roundId },
    select: { reference: true, state: true },
    orderBy: { reference: "asc" },
  });
  expect(states.map(({ state }) => state)).toEqual([
    "BUDGET_CHECK",
    "BUDGET_CHECK",
    "MODERATION",
    "BUDGET_CHECK",
    "MODERATION",
    "MODERATION",
    "DECISION",
  ]);
  const recommendation = await db().recommendation.findFirstOrThrow({ where: { application: { reference: part } } });
  expect(recommendation).toMatchObject({
    amountCents: 600n,
    conditions: `${STARTING_CONDITIONS[2]}\nReport within three months.`,
    rationale: "The need is shown.",
  });
});

test("words that are missing are said at their fields before anything is recommended; common and own words go together", async () => {
  await leaveAvailable(5_000n);
  const more = await application();
  const none = await application();
  const id = await created([pick(more, 2_000n), pick(none, 1_000n, false)]);
  const asked = () => ({ ...request(), revision: 1 });
  await expect(recommendScenario(desk, asked(), roundId, id, await plan([more, none]))).rejects.toMatchObject({
    fields: {
      rationale: expect.any(String),
      declineRationale: expect.any(String),
      [`exceptionReason-${more}`]: expect.any(String),
    },
  });
  await expect(recommendScenario(desk, asked(), roundId, id, await plan([]))).rejects.toMatchObject({
    fields: { take: expect.any(String) },
  });
  expect(await db().recommendation.count({ where: { application: { roundId } } })).toBe(0);
  const own = { rationale: "Above all in Samoa.", exceptionReason: "The partner pays less." };
  expect(await recommendAll(desk, id, [more], own)).toEqual({ [more]: "FUND_IN_FULL" });
  expect(await db().recommendation.findFirstOrThrow({ where: { application: { reference: more } } })).toMatchObject({
    rationale: "The need is shown.\n\nAbove all in Samoa.\n\nReady first.",
    exceptionReason: "The partner pays less.",
  });
});

test("sent twice it recommends once; a page from before a step is refused for that row alone", async () => {
  await leaveAvailable(5_000n);
  const [one, two] = [await application(), await application()];
  const id = await created([pick(one), pick(two)]);
  const words = await plan([one, two], { rationale: "Yes" });
  await unguarded().application.update({ where: { reference: two }, data: { revision: { increment: 1 } } });
  const asked = { ...request(), revision: 1 };
  const send = () => recommendScenario(desk, asked, roundId, id, words);
  await Promise.all([send(), send()]);
  await send();
  const runs = await listRuns(desk, roundId, id);
  expect(runs.length).toBe(1);
  expect(runs[0]?.rows.map(({ reference, refusal }) => [reference, refusal === null])).toEqual([
    [one, true],
    [two, false],
  ]);
  expect(await db().recommendation.count({ where: { application: { roundId } } })).toBe(1);
  expect(await available()).toBe(4_000n);
});

test("of equal totals some are funded and others are not only with a reason, which is part of each rationale", async () => {
  await leaveAvailable(4_500n);
  const [first, second] = [await application(), await application()];
  const id = await created([pick(first), pick(second, 1_000n, false)]);
  const asked = { ...request(), revision: 1 };
  const words = { rationale: "The need is shown.", declineRationale: "Others are stronger." };
  const refused = recommendScenario(desk, asked, roundId, id, await plan([first, second], words));
  await expect(refused).rejects.toMatchObject({ fields: { tieReason: expect.any(String) } });
  await recommendAll(desk, id, [first, second]);
  const kept = await db().recommendation.findMany({ where: { application: { roundId } } });
  expect(kept.map(({ rationale }) => rationale.split("\n\n").at(-1))).toEqual(["Ready first.", "Ready first."]);
});

test("another round's application is none of a scenario's business", async () => {
  const reference = await application();
  const id = await created([pick(reference)]);
  const other = await applicationElsewhere();
  await expect(recommendAll(desk, id, [other])).rejects.toMatchObject({ fields: { take: expect.any(String) } });
});

test("two desks turn overlapping scenarios into recommendations at once: never above the envelope, each application once", async () => {
  await leaveAvailable(4_500n);
  const colleague = await somebody("DESK");
  const references: string[] = [];
  for (let each = 0; each < 9; each++) references.push(await application({ for: [desk, colleague] }));
  const mine = references.slice(0, 6);
  const theirs = references.slice(3).reverse();
  const [first, second] = [
    await created(mine.map((one) => pick(one))),
    await created(
      theirs.map((one) => pick(one)),
      "Theirs",
      colleague,
    ),
  ];
  await Promise.all([recommendAll(desk, first, mine), recommendAll(colleague, second, theirs)]);
  const recommended = await db().application.findMany({ where: { roundId, state: "BUDGET_CHECK" } });
  expect(recommended.length).toBe(4);
  expect(await available()).toBe(500n);
  const counts = await db().recommendation.groupBy({
    by: ["applicationId"],
    where: { application: { roundId } },
    _count: { _all: true },
  });
  expect(counts.every(({ _count }) => _count._all === 1)).toBe(true);
  const year1 = await db().financialYear.findUniqueOrThrow({ where: { startYear: year } });
  expect(year1.reservedCents + year1.committedCents).toBeLessThanOrEqual(year1.envelopeCents);
});
