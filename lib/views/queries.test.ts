// What a list finds, in which order, page by page, and for whom: screen and export alike.
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import {
  type Actor,
  type AgencyActor,
  asAgency,
  asMfat,
  type MfatActor,
  type Role,
} from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import type { Marking, State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone, keepForm, signedToday, useTestDatabase } from "#lib/test-database.ts";
import { countApplications, listAllApplications, listApplications, readFilterLists } from "./queries.ts";
import { findCursor } from "./rules.ts";
import { readSearch, SORTS, type SortKey } from "./schema.ts";

useTestDatabase();

/** The financial year of what the tests ask for. */
const year = financialYearOf(dayOf(now()));
let number = 0;
let desk: MfatActor;
let police: AgencyActor;
let customs: AgencyActor;
let roundId = "";

async function somebody(agencyId: string | null, ...roles: Role[]): Promise<Actor> {
  const email = `list${++number}@people.example`;
  const side = agencyId ? "AGENCY" : "MFAT";
  await db().person.create({
    data: { email, name: email, side, agencyId, roles: { create: roles.map((role) => ({ role })) } },
  });
  const actor = await findActor(email);
  if (!actor) throw new Error("nobody");
  return actor;
}

type Given = {
  state?: State;
  title?: string;
  /** What the version says that MFAT reads; none: it is a draft. */
  version?: Record<string, string>;
  draft?: Record<string, string>;
  cents?: bigint;
  of?: AgencyActor;
  places?: string[];
  focusArea?: string;
  years?: number[];
  marking?: Marking;
  since?: Date;
  roundId?: string;
  isHeld?: boolean;
};

async function application(given: Given = {}): Promise<{ id: string; reference: string }> {
  const { version, of = police, cents = 100n, title = "An initiative" } = given;
  const draft = given.draft ?? (version ? undefined : {});
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  const { id } = await db().application.create({
    data: {
      reference,
      title,
      state: given.state ?? (version ? "SUBMITTED" : "DRAFT"),
      agencyId: of.agencyId,
      roundId: given.roundId ?? roundId,
      createdById: of.personId,
      requestedCents: cents,
      versionNumber: version ? 1 : 0,
      marking: given.marking ?? "UNCLASSIFIED",
      heldAt: given.isHeld ? new Date() : null,
      ...(given.since && { stateSince: given.since }),
      places: { create: (given.places ?? []).map((placeCode) => ({ placeCode, percent: 50 })) },
      focusAreas: given.focusArea ? { create: { focusAreaCode: given.focusArea, isMain: true } } : {},
      phasing: { create: (given.years ?? []).map((startYear) => ({ startYear, kind: "REQUESTED", cents: 1n })) },
      ...(draft && {
        sections: {
          create: Object.entries({ initiative: title, ...draft }).map(([section, text]) => ({
            section,
            values: { text },
            savedById: of.personId,
          })),
        },
      }),
      ...(version && {
        versions: {
          create: {
            ...(await signedToday()),
            number: 1,
            answers: { initiative: { title, ...version } },
            requestedCents: cents,
            certifiedById: of.personId,
          },
        },
      }),
    },
  });
  if (version) await declareNone(desk.personId, { id });
  return { id, reference };
}

async function searched(actor: Actor, values: Record<string, string>) {
  const search = readSearch(actor.side, values, await readFilterLists(actor));
  if (search.errors) throw new Error(JSON.stringify(search.errors));
  return search;
}

/** The references that a search finds, on its first page; counted, listed and exported they are the same. */
async function find(actor: Actor, values: Record<string, string>): Promise<string[]> {
  const { filter } = await searched(actor, values);
  const [page, totals, all] = await Promise.all([
    listApplications(actor, filter),
    countApplications(actor, filter),
    listAllApplications(db(), actor, filter),
  ]);
  expect(totals.count).toBe(all.length);
  expect(page.rows).toEqual(all.slice(0, 25));
  return page.rows.map(({ reference }) => reference);
}

beforeAll(async () => {
  const [one, other] = await db().agency.findMany({ take: 2, orderBy: { name: "asc" } });
  police = asAgency(await somebody(one?.id ?? "", "CONTRIBUTOR"));
  customs = asAgency(await somebody(other?.id ?? "", "CONTRIBUTOR"));
  desk = asMfat(await somebody(null, "DESK"));
  roundId = (await db().round.create({ data: { name: "Lists", opensAt: new Date(0) } })).id;
});

describe("each filter finds its own and nothing else", () => {
  test("state, round, agency, place, focus area, year, amount, waiting on", async () => {
    const { id: otherRound } = await db().round.create({ data: { name: "Other", opensAt: new Date(0) } });
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
    for (const assessor of [await somebody(null, "ASSESSOR"), await somebody(null, "ASSESSOR")]) {
      await assign(id, assessor);
    }
    expect(await find(desk, assess("yacht"))).toEqual([reference]);
    expect(await find(desk, { words: "yacht", waitsOn: "DESK" })).toEqual([held.reference]);
    expect(await find(police, { words: "yacht", waitsOn: "MFAT" })).toEqual([held.reference, reference]);
    expect(await find(police, { words: "yacht", waitsOn: "CERTIFIER" })).toEqual([closing.reference]);
    const varied = await application({ version, state: "ACTIVE" });
    const begins = { applicationId: varied.id, startsOn: new Date(0), endsOn: new Date(0) };
    await db().arrangement.create({ data: begins });
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
    await db().variation.create({
      data: { applicationId: varied.id, number: 1, kind: "REPHASING", formHash, ...terms },
    });
    expect(await find(desk, { words: "yacht", waitsOn: "BUDGET" })).toEqual([varied.reference]);
  });
});

async function assign(applicationId: string, { personId }: Actor): Promise<void> {
  await db().duty.create({ data: { applicationId, personId, side: "MFAT", kind: "ASSESS" } });
  await db().assessment.create({
    data: { applicationId, assessorId: personId, versionNumber: 1, assignedById: desk.personId },
  });
}

describe("words", () => {
  test("are found without macrons, glottal stops and endings, all of them, as a phrase, and not where one is left out", async () => {
    const { reference } = await application({
      title: "Ngā kaitiaki o te moana",
      version: { need: "Patrols around Vavaʻu and Sāmoa’s outer islands; training of whānau." },
    });
    const other = await application({ version: { need: "Trained patrol dogs" } });
    for (const words of [
      "nga",
      "NGĀ KAITIAKI",
      "Vavau",
      "vava'u",
      "samoa",
      "whanau patrols",
      "“outer islands”",
      "patrol -dogs",
    ]) {
      expect([words, await find(desk, { words })]).toEqual([words, [reference]]);
    }
    expect(await find(desk, { words: "trained patrols" })).toEqual([other.reference, reference]);
    expect(await find(desk, { words: '"islands outer"' })).toEqual([]);
    expect(await find(desk, { words: "patrol submarine" })).toEqual([]);
  });

  test("that stand in every text are named as such; signs of a query language do no harm", async () => {
    const { filter } = await searched(desk, { words: "the of" });
    expect(await countApplications(desk, filter)).toMatchObject({ count: 0, isAsked: false });
    for (const words of ["'", '"', "a & | ! ( :*", "\\", "%_", "<->", "-", "𝒳 🐟", "x".repeat(200)]) {
      await find(desk, { words });
    }
  });

  test("MFAT reads the version that was signed off last, and of a draft the title alone", async () => {
    const rewritten = await application({
      state: "CHANGES_REQUESTED",
      version: { need: "walrus" },
      draft: { need: "narwhal", risks: "iceberg" },
    });
    const draft = await application({ title: "Penguin", draft: { need: "narwhal" }, places: ["FJ"], years: [year] });
    expect(await find(desk, { words: "walrus" })).toEqual([rewritten.reference]);
    expect(await find(desk, { words: "narwhal" })).toEqual([]);
    expect(await find(desk, { words: "penguin" })).toEqual([draft.reference]);
    const byHidden: Record<string, string>[] = [
      { place: "FJ" },
      { year: String(year) },
      { from: "0" },
      { to: "100000" },
    ];
    for (const hidden of byHidden) {
      expect(await find(desk, { words: "penguin", ...hidden })).toEqual([]);
    }
    const { filter } = await searched(desk, { words: "penguin" });
    expect((await listApplications(desk, filter)).rows[0]).toMatchObject({ requestedCents: null, places: [] });
    expect((await countApplications(desk, filter)).requestedCents).toBe(0n);

    expect(await find(police, { words: "narwhal" })).toEqual([draft.reference, rewritten.reference]);
    expect(await find(police, { words: "narwhal iceberg" })).toEqual([rewritten.reference]);
    expect(await find(police, { words: "walrus" })).toEqual([]);
    expect(await find(police, { words: "penguin", place: "FJ" })).toEqual([draft.reference]);
    expect(await find(customs, { words: "narwhal" })).toEqual([]);
    expect(await find(customs, { words: draft.reference })).toEqual([]);
  });

  test("more of them than can be indexed are saved, and not found", async () => {
    const words = Array.from({ length: 150_000 }, (_, index) => `ポ${index.toString(36)}語彙`).join(" ");
    const { reference } = await application({ draft: { need: words, risks: "gecko" } });
    expect(await find(police, { words: "gecko" })).toEqual([reference]);
  });
});

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
        await db().interestDeclaration.upsert({
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
    expect((await countApplications(assessor, filter)).requestedCents).toBe(isOpen ? 700_00n : 0n);
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
    const all = (await listAllApplications(db(), desk, filter)).map(({ id }) => id);
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
