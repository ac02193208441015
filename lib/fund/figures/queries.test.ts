// What the public reads about past awards and how long they took: nothing where there are few.
import { expect, test } from "vitest";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { countPublicFigures } from "./queries.ts";

useTestDatabase("template_demo");

test("awards are the smallest, the middle and the largest of those that are UNCLASSIFIED; four tell nothing", async () => {
  const figures = await countPublicFigures();
  const awards = await db().arrangement.findMany({
    where: { application: { marking: "UNCLASSIFIED" } },
    select: { applicationId: true, application: { select: { approvedCents: true } } },
  });
  const cents = awards
    .map(({ application }) => application.approvedCents ?? 0n)
    .sort((one, other) => Number(one - other));
  expect(cents.length).toBeGreaterThanOrEqual(5);
  expect(figures.awards).toEqual({
    count: cents.length,
    leastCents: cents[0],
    middleCents: cents[Math.ceil(cents.length / 2) - 1],
    mostCents: cents.at(-1),
  });
  expect(figures.writingDays).toBeGreaterThan(0);
  expect(figures.decisionDays).toBeGreaterThan(0);
  const ids = awards.slice(4).map(({ applicationId }) => applicationId);
  await unguarded().application.updateMany({ where: { id: { in: ids } }, data: { marking: "IN_CONFIDENCE" } });
  expect((await countPublicFigures()).awards).toBeNull();
});

test("how long it took is told of five decisions or more", async () => {
  await unguarded().$executeRaw`UPDATE "ApplicationVersion" SET "certifiedAt" = "certifiedAt" - interval '10 years'
    WHERE "applicationId" NOT IN (SELECT "applicationId" FROM "Letter" WHERE kind IN ('OFFER', 'DECLINE') ORDER BY id DESC LIMIT 4)`;
  expect(await countPublicFigures()).toMatchObject({ writingDays: null, decisionDays: null });
});
