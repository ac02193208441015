// What an agency and a place were awarded before, in the demonstration and in what a test adds.
import { expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { sumCents } from "#lib/platform/money.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { listAwards } from "./queries.ts";

useTestDatabase("template_demo");

const mfat = async (name: string) => asMfat((await findActor(`${name}@mfat.example`)) ?? never());
const never = () => {
  throw new Error("nobody");
};
const decided = async (title: string) => {
  const { reference } = await db().application.findFirstOrThrow({ where: { title } });
  const auditor = await mfat("auditor");
  return { actor: auditor, application: await getApplication(auditor, reference) };
};

/** What is committed for accepted offers, latest first; for a place, its percentage. */
async function given(where: { agencyId: string } | { places: { some: { placeCode: string } } }, placeCode?: string) {
  const accepted = await db().application.findMany({
    where: { ...where, arrangement: { isNot: null } },
    include: { arrangement: true, funding: true, places: true },
  });
  return accepted
    .sort((a, b) => Number(b.arrangement?.acceptedAt) - Number(a.arrangement?.acceptedAt))
    .map(({ reference, funding, places }) => {
      const percent = placeCode ? (places.find((one) => one.placeCode === placeCode)?.percent ?? 0) : 100;
      return {
        reference,
        cents: (sumCents(funding.map(({ committedCents }) => committedCents)) * BigInt(percent)) / 100n,
      };
    });
}

test("accepted offers are counted and summed for the agency and for each place, and the latest three are named", async () => {
  const { actor, application } = await decided("Drug detection at mail centres");
  const awards = await listAwards(actor, application);
  expect(awards.map(({ name }) => name)).toEqual([
    "New Zealand Customs Service",
    ...application.places.map(({ place }) => place.name),
  ]);
  const expected = [
    await given({ agencyId: application.agencyId }),
    ...(await Promise.all(
      application.places.map(({ placeCode }) => given({ places: { some: { placeCode } } }, placeCode)),
    )),
  ];
  for (const [index, all] of expected.entries()) {
    expect(all.length).toBeGreaterThan(2);
    expect(awards[index]).toMatchObject({ count: all.length, cents: sumCents(all.map(({ cents }) => cents)) });
    expect(awards[index]?.latest.map(({ reference, cents }) => ({ reference, cents }))).toEqual(all.slice(0, 3));
    expect(awards[index]?.latest.every(({ title }) => title)).toBe(true);
  }
});

test("an award is none of its own, and where nothing was given it says so", async () => {
  const { actor, application } = await decided("Container targeting cells");
  const [agency] = await listAwards(actor, application);
  expect(agency?.latest.map(({ reference }) => reference)).not.toContain(application.reference);
  expect(agency?.count).toBe((await given({ agencyId: application.agencyId })).length - 1);
  const { application: alone } = await decided("Fences and gates for outlying airports");
  expect(await listAwards(actor, alone)).toContainEqual({ name: "Palau", count: 0, cents: 0n, latest: [] });
});

test("the title of an award with a higher marking stays out, and who reads no budget reads none", async () => {
  const { actor, application } = await decided("Container targeting cells");
  const [, first] = await given({ agencyId: application.agencyId });
  await unguarded().application.update({
    where: { reference: first?.reference ?? "" },
    data: { marking: "IN_CONFIDENCE" },
  });
  const titleFor = async (marking: "UNCLASSIFIED" | "IN_CONFIDENCE") => {
    const [agency] = await listAwards(actor, { ...application, marking });
    return agency?.latest.find(({ reference }) => reference === first?.reference)?.title;
  };
  expect(await titleFor("UNCLASSIFIED")).toBeNull();
  expect(await titleFor("IN_CONFIDENCE")).toEqual(expect.stringMatching(/./));
  await expect(listAwards(await mfat("suva.post"), application)).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("the awards of a place and of an agency are found by an index", async () => {
  const { actor, application } = await decided("Drug detection at mail centres");
  await unguarded().$executeRaw`
    INSERT INTO "ApplicationPlace" ("applicationId", "placeCode", percent)
    SELECT gen_random_uuid(), 'NR', 100 FROM generate_series(1, 5000)`;
  await unguarded().$executeRaw`ANALYZE "ApplicationPlace"`;
  let plan = "";
  const $queryRaw = async (query: TemplateStringsArray, ...values: unknown[]) => {
    const lines = await db().$queryRaw<{ "QUERY PLAN": string }[]>(Prisma.sql`EXPLAIN ${Prisma.sql(query, ...values)}`);
    plan = lines.map((line) => line["QUERY PLAN"]).join("\n");
    return [];
  };
  await listAwards(actor, application, { $queryRaw } as unknown as Tx);
  expect(plan).toContain("ApplicationPlace_placeCode_applicationId_idx");
  expect(plan).not.toContain('Seq Scan on "ApplicationPlace"');
});
