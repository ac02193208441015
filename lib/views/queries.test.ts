// What a list finds, in which order, page by page, and for whom: screen and export alike.

import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { type Actor, asMfat } from "#lib/lifecycle/permissions.ts";
import { db } from "#lib/platform/db.ts";
import { keepForm, unguarded } from "#lib/testing/database.ts";
import { everyRow } from "#lib/testing/files.ts";
import { application, customs, desk, find, police, searched, somebody, useLists, year } from "#lib/testing/views.ts";
import { eachApplication, listApplications, readFilterLists } from "./queries.ts";
import { findCursor } from "./rules.ts";
import { readSearch, SORTS, type SortKey } from "./schema.ts";

useLists();

describe("each filter finds its own and nothing else", () => {
  test("state, round, agency, place, focus area, year, amount, waiting on", async () => {
    const { id: otherRound } = await unguarded().round.create({
      data: { name: "Other", opensAt: new Date(0), publishedAt: new Date(0) },
    });
    const version = { summary: "zebra" };
    const plain = await application({ version, cents: 500_00n, years: [year] });
    const other = await application({
      version,
      state: "DECISION",
      of: customs,
      roundId: otherRound,
      places: ["FJ", "WS"],
      focusArea: "crime",
      years: [year + 1, year + 2],
      cents: 900_00n,
    });
    const found = (values: Record<string, string>) => find(desk, { words: "zebra", ...values });
    expect(await found({})).toEqual([other.reference, plain.reference]);
    const others: Record<string, string>[] = [
      { state: "DECISION" },
      { round: otherRound },
      { agency: customs.agencyId },
      { place: "WS" },
      { focusArea: "crime" },
      { year: String(year + 2) },
      { from: "500.01" },
      { from: "900", to: "$900.00" },
      { waitsOn: "APPROVER" },
    ];
    for (const values of others) {
      expect([values, await found(values)]).toEqual([values, [other.reference]]);
    }
    const plains: Record<string, string>[] = [
      { state: "SUBMITTED" },
      { year: String(year) },
      { to: "899.99" },
      { waitsOn: "DESK" },
    ];
    for (const values of plains) {
      expect([values, await found(values)]).toEqual([values, [plain.reference]]);
    }
    expect(await found({ state: "OPEN", to: "500", from: "500" })).toEqual([plain.reference]);
    expect(await found({ state: "ENDED" })).toEqual([]);
    expect(await found({ place: "FJ", state: "SUBMITTED" })).toEqual([]);
  });

  test("a reference, however it is typed", async () => {
    const { reference } = await application({ version: {} });
    const short = reference.replace("PSF-", "").replace(/-0+/, "-");
    for (const words of [reference, reference.toLowerCase(), short, ` PSF ${short}`]) {
      expect([words, await find(desk, { words })]).toEqual([words, [reference]]);
    }
    expect(await find(desk, { words: "PSF-2026-999999999" })).toEqual([]);
  });

  test("what waits for several one after the other waits on the one whose turn it is", async () => {
    const assess = (words: string) => ({ words, waitsOn: "ASSESSOR" });
    const version = { summary: "yacht" };
    const { id, reference } = await application({ version, state: "ASSESSMENT" });
    const held = await application({ version, state: "DECISION", isHeld: true });
    const closing = await application({ version, state: "CLOSING" });
    expect(await find(desk, assess("yacht"))).toEqual([]);
    const [one, other] = [await somebody(null, "ASSESSOR"), await somebody(null, "ASSESSOR")];
    for (const assessor of [one, other]) await assign(id, assessor);
    expect(await find(desk, assess("yacht"))).toEqual([reference]);
    // Whoever lost the role is waited for no more: the desk assigns somebody else.
    const role = { personId: other.personId, role: "ASSESSOR" as const };
    await unguarded().personRole.deleteMany({ where: role });
    expect(await find(desk, assess("yacht"))).toEqual([]);
    expect(await find(desk, { words: "yacht", waitsOn: "DESK" })).toContain(reference);
    await unguarded().personRole.create({ data: { ...role, side: "MFAT" } });
    expect(await find(desk, { words: "yacht", waitsOn: "DESK" })).toEqual([held.reference]);
    expect(await find(police, { words: "yacht", waitsOn: "MFAT" })).toEqual([held.reference, reference]);
    expect(await find(police, { words: "yacht", waitsOn: "CERTIFIER" })).toEqual([closing.reference]);
    const varied = await application({ version, state: "ACTIVE" });
    const begins = { applicationId: varied.id, startsOn: new Date(0), endsOn: new Date(0) };
    await unguarded().arrangement.create({ data: begins });
    expect(await find(desk, { words: "yacht", waitsOn: "CONTRIBUTOR" })).toEqual([varied.reference]);
    const terms = {
      reason: "-",
      current: {},
      proposed: {},
      askedById: police.personId,
      agencyName: "-",
      askerName: "-",
    };
    const formHash = await keepForm("VARIATION");
    await unguarded().variation.create({
      data: { applicationId: varied.id, number: 1, kind: "REPHASING", formHash, ...terms },
    });
    expect(await find(desk, { words: "yacht", waitsOn: "BUDGET" })).toEqual([varied.reference]);
  });
});

async function assign(applicationId: string, { personId }: Actor): Promise<void> {
  await db().duty.create({ data: { applicationId, personId, side: "MFAT", kind: "ASSESS" } });
  await unguarded().assessment.create({
    data: { applicationId, assessorId: personId, versionNumber: 1, assignedById: desk.personId },
  });
}

test("an assessor finds by words of the answers, place and amount only what is open to them", async () => {
  const assessor = asMfat(await somebody(null, "ASSESSOR"));
  const version = { need: "platypus" };
  const mine = await application({ title: "Burrow", version, places: ["FJ"], cents: 700_00n, years: [year] });
  await application({ title: "Burrow of others", version });
  await assign(mine.id, assessor);
  const both = asMfat(await somebody(null, "ASSESSOR", "DESK"));
  await assign(mine.id, both);
  const byAnswers: Record<string, string>[] = [
    { words: "platypus" },
    { place: "FJ" },
    { from: "1" },
    { to: "10000" },
    { year: String(year) },
  ];
  for (const [hasInterest, expected] of [
    [undefined, []],
    [true, []],
    [false, [mine.reference]],
  ] as const) {
    for (const { personId } of [assessor, both]) {
      const key = { applicationId: mine.id, personId };
      if (hasInterest !== undefined) {
        await unguarded().interestDeclaration.upsert({
          where: { applicationId_personId: key },
          create: { ...key, hasInterest, isRecused: hasInterest },
          update: { hasInterest, isRecused: hasInterest },
        });
      }
    }
    for (const values of byAnswers) {
      expect([hasInterest, values, await find(assessor, values)]).toEqual([hasInterest, values, expected]);
      const isFound = (await find(both, values)).includes(mine.reference);
      expect([hasInterest, values, isFound]).toEqual([hasInterest, values, hasInterest === false]);
    }
    expect(await find(assessor, { words: "burrow" })).toEqual([mine.reference]);
    const { filter } = await searched(assessor, {});
    const isOpen = (await getApplication(assessor, mine.reference)).isOpen;
    const [row] = (await listApplications(assessor, filter)).rows;
    expect(row?.requestedCents).toBe(isOpen ? 700_00n : null);
    expect((await listApplications(assessor, filter)).totals.requestedCents).toBe(isOpen ? 700_00n : 0n);
  }
});

test("an agency cannot tell two states apart that it reads as one", async () => {
  const version = { need: "quokka" };
  const one = await application({ version, state: "BUDGET_CHECK" });
  const two = await application({ version, state: "APPROVED" });
  expect(await find(police, { words: "quokka", state: "BUDGET_CHECK" })).toEqual([two.reference, one.reference]);
  const lists = await readFilterLists(police);
  const unknown: Record<string, string>[] = [{ state: "APPROVED" }, { waitsOn: "BUDGET" }];
  for (const values of unknown) {
    expect(Object.keys(readSearch("AGENCY", values, lists).errors ?? {})).toEqual(Object.keys(values));
  }
  expect(readSearch("AGENCY", { agency: customs.agencyId }, lists)).toMatchObject({ query: "", chips: [] });
});

describe("pages", () => {
  test.each(Object.keys(SORTS) as SortKey[])("%s: every row once over ties, onwards and back", async (sort) => {
    const title = `Ties ${sort}`;
    for (let index = 0; index < 60; index++) {
      await application({
        title,
        version: {},
        cents: BigInt(index % 3),
        since: new Date(Date.UTC(2026, 0, 1 + (index % 4))),
      });
    }
    const { filter } = await searched(desk, { words: `"${title}"`, sort });
    const all = (await everyRow(eachApplication(db(), desk, filter))).map(({ id }) => id);
    expect(new Set(all).size).toBe(60);
    const onwards: string[][] = [];
    const back: string[][] = [];
    let page = await listApplications(desk, filter);
    for (;;) {
      onwards.push(page.rows.map(({ id }) => id));
      if (!page.next) break;
      page = await listApplications(desk, filter, findCursor(page.next, "", sort));
    }
    for (;;) {
      back.unshift(page.rows.map(({ id }) => id));
      if (!page.previous) break;
      page = await listApplications(desk, filter, findCursor("", page.previous, sort));
    }
    expect(onwards.map((rows) => rows.length)).toEqual([25, 25, 10]);
    expect(onwards.flat()).toEqual(all);
    expect(back).toEqual(onwards);
    expect(page.previous).toBeNull();
  });

  test("an order by what is requested tells nothing of drafts", async () => {
    const title = "Otter";
    const draft = await application({ title, cents: 5_000n });
    const one = await application({ title, version: {}, cents: 9_000n });
    const two = await application({ title, version: {}, cents: 1_000n });
    expect(await find(desk, { words: title, sort: "largest" })).toEqual([one, two, draft].map((row) => row.reference));
    expect(await find(police, { words: title, sort: "largest" })).toEqual(
      [one, draft, two].map((row) => row.reference),
    );
  });

  test("a broken cursor is none; one beyond the end is the first page", async () => {
    for (const text of [
      "",
      "x",
      "~",
      `~${randomUUID()}~`,
      `2026~${randomUUID()}`,
      "2026-02-31T00:00:00.000Z~no",
      "\0",
    ]) {
      expect([text, findCursor(text, "", "changed")]).toEqual([text, null]);
    }
    expect(findCursor(`9999999999999999999~${randomUUID()}`, "", "largest")).toBeNull();
    const { filter } = await searched(desk, { words: "zebra" });
    const first = await listApplications(desk, filter);
    const beyond = findCursor("~00000000-0000-0000-0000-000000000000", "", "newest");
    expect(await listApplications(desk, filter, beyond)).toEqual(first);
  });
});
