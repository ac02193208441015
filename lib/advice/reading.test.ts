// Who reads what: an adviser the initiatives of their places and what they were asked about, after declaring their interests,
// and nothing else; an agency nothing of advice.

import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { getAnswers } from "#lib/applications/answers/queries.ts";
import { getApplication, readScreening } from "#lib/applications/queries.ts";
import { readArrangement } from "#lib/arrangements/queries.ts";
import { declareInterests } from "#lib/assessments/interests/commands.ts";
import { listInterestsOf } from "#lib/assessments/interests/queries.ts";
import { readAssessments } from "#lib/assessments/queries.ts";
import { listMailOf } from "#lib/correspondence/queries.ts";
import { readDecisions } from "#lib/decisions/queries.ts";
import { listFiles } from "#lib/documents/queries.ts";
import { type Actor, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { inScope, scopeOf } from "#lib/lifecycle/queries.ts";
import { findActor } from "#lib/people/queries.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { csvOf, passSheet } from "#lib/platform/sheet.ts";
import { getCopy, getDecisionNote } from "#lib/records/queries.ts";
import { eachReport } from "#lib/reports/queries.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { everyRow } from "#lib/testing/files.ts";
import { asShown } from "#lib/testing/settings.ts";
import { eachApplication, listApplications } from "#lib/views/queries.ts";
import { applicationSheet } from "#lib/views/rules.ts";
import { readSearch } from "#lib/views/schema.ts";
import { listPipeline } from "#lib/work/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { readAdvice } from "./queries.ts";
import { changeTies } from "./ties/commands.ts";
import { readTies } from "./ties/queries.ts";

useTestDatabase("template_demo");

const people: Record<string, Actor> = {};
const PLACES = ["FJ", "KI", "NR", "TV", "VU"];
beforeAll(async () => {
  const emails = ["suva.post", "legal", "desk", "assessor1", "approver2", "auditor", "admin", "admin2"].map(
    (name) => `${name}@mfat.example`,
  );
  for (const email of [...emails, "contributor@customs.example", "certifier@customs.example"]) {
    people[email.split("@")[0] ?? ""] = (await findActor(email)) as Actor;
  }
});
const who = (name: string): Actor => people[name] as Actor;
const mfat = (name: string): MfatActor => asMfat(who(name));
const post = () => mfat("suva.post");

const everySubmitted = () =>
  db().application.findMany({ where: { versionNumber: { gt: 0 } }, include: { places: true, advice: true } });
const listed = async (actor: Actor, values: Record<string, string> = {}) => {
  const { filter } = readSearch(actor.side, values, {});
  if (!filter) throw new Error("no such filter");
  return {
    rows: await everyRow(eachApplication(db(), actor, filter)),
    totals: (await listApplications(actor, filter)).totals,
  };
};
const references = async (actor: Actor, values: Record<string, string> = {}) =>
  (await listed(actor, values)).rows.map(({ reference }) => reference).sort();
const declare = (actor: MfatActor, reference: string, interest: "none" | "some" = "none") =>
  declareInterests(actor, { requestId: randomUUID() }, reference, {
    interest,
    description: interest === "some" ? "A cousin works there." : null,
  });
/** With an answered question, decided on next: Customs, in Fiji. */
const answered = () =>
  db().application.findFirstOrThrow({ where: { state: "DECISION", advice: { some: { state: "GIVEN" } } } });

describe("an adviser has", () => {
  test("what was submitted for their places and what they were asked about, in both forms of the scope", async () => {
    for (const [name, places] of [
      ["suva.post", PLACES],
      ["legal", []],
    ] as const) {
      const { personId } = mfat(name);
      const expected = (await everySubmitted())
        .filter(
          (one) =>
            one.places.some(({ placeCode }) => (places as readonly string[]).includes(placeCode)) ||
            one.advice.some(({ adviserId }) => adviserId === personId),
        )
        .map(({ id }) => id)
        .sort();
      expect(expected.length).toBeGreaterThan(name === "legal" ? 1 : 10);
      const byPrisma = await db().application.findMany({ where: scopeOf(mfat(name)), select: { id: true } });
      const bySql = await db().$queryRaw<
        { id: string }[]
      >`SELECT a.id FROM "Application" a WHERE ${inScope(mfat(name))}`;
      expect(byPrisma.map(({ id }) => id).sort()).toEqual(expected);
      expect(bySql.map(({ id }) => id).sort()).toEqual(expected);
    }
  });

  test("nothing else: another place’s and every draft are not found, in pages, lists, exports, search and files", async () => {
    const scope = { NOT: scopeOf(post()) };
    const elsewhere = await db().application.findFirstOrThrow({ where: { ...scope, versionNumber: { gt: 0 } } });
    const draft = await db().application.findFirstOrThrow({
      where: { versionNumber: 0, places: { some: { placeCode: { in: PLACES } } } },
    });
    for (const { reference } of [elsewhere, draft]) {
      await expect(getApplication(post(), reference)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(getCopy(post(), reference)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(declare(post(), reference)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(getDecisionNote(post(), reference)).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect(await references(post(), { words: reference })).toEqual([]);
      expect(await references(post())).not.toContain(reference);
      expect(await references(mfat("desk"), { words: reference })).toEqual([reference]);
    }
    const seen = (await listPipeline(post())).reduce((sum, { count }) => sum + count, 0);
    const all = (await listPipeline(mfat("desk"))).reduce((sum, { count }) => sum + count, 0);
    expect([seen > 0, seen < all]).toEqual([true, true]);
  });

  test("no more than title and agency until they have declared, and nothing with an interest", async () => {
    const rows = await db().application.findMany({
      where: { ...scopeOf(post()), interests: { none: { personId: post().personId } } },
      orderBy: { reference: "asc" },
      take: 2,
    });
    const [first, second] = rows;
    if (!first || !second) throw new Error("The demonstration has too few.");
    const read = async (reference: string) => {
      const application = await getApplication(post(), reference);
      const sheet = csvOf(
        await passSheet(applicationSheet("MFAT", { chips: [], values: {} }, new Date(0)), [
          (await listed(post(), { words: reference })).rows,
        ]),
      );
      return {
        isOpen: application.isOpen,
        cents: application.requestedCents,
        answers: (await getAnswers(post(), application)) !== null,
        files: await listFiles(post(), application),
        byPlace: await references(post(), { words: reference, place: "" }),
        listedCents: (await listed(post(), { words: reference })).rows[0]?.requestedCents,
        totalCents: (await listed(post(), { words: reference })).totals.requestedCents,
        hasAmount: sheet.includes(String(first.requestedCents / 100n)),
      };
    };
    const closed = { isOpen: false, cents: 0n, answers: false, files: [], listedCents: null, totalCents: 0n };
    expect(await read(first.reference)).toMatchObject({ ...closed, hasAmount: false });
    expect(await references(post(), { from: "1" })).not.toContain(first.reference);
    await declare(post(), first.reference);
    await declare(post(), second.reference, "some");
    const { requestedCents } = first;
    expect(await read(first.reference)).toMatchObject({
      isOpen: true,
      cents: requestedCents,
      answers: true,
      listedCents: requestedCents,
      totalCents: requestedCents,
      hasAmount: true,
    });
    expect(await references(post(), { from: "1" })).toContain(first.reference);
    expect(await read(second.reference)).toMatchObject(closed);
  });

  test("neither scores nor what was recommended, screened or declared by others, and no reasons of theirs", async () => {
    const { id, reference } = await answered();
    const application = await getApplication(post(), reference);
    expect(application.isOpen).toBe(true);
    for (const [name, isShown] of [
      ["auditor", true],
      ["suva.post", false],
    ] as const) {
      const actor = mfat(name);
      const record = await readAssessments(actor, application);
      expect([name, record.assessments.length > 0, record.agreed.total !== null]).toEqual([name, isShown, isShown]);
      expect([name, (await readDecisions(actor, id)).length > 0]).toEqual([name, isShown]);
      expect([name, (await readScreening(actor, id)) !== null]).toEqual([name, isShown]);
      expect([name, (await listInterestsOf(actor, id)).length]).toEqual([name, isShown ? expect.any(Number) : 1]);
      const { recommendedCents, phasing } = await getApplication(actor, reference);
      const amounts = [recommendedCents !== null, phasing.some(({ kind }) => kind === "RECOMMENDED")];
      const [row] = (await listed(actor, { words: reference })).rows;
      expect([name, ...amounts, row?.recommendedCents !== null]).toEqual([name, isShown, isShown, isShown]);
      expect([name, (await readArrangement(actor, id)).funding.length > 0]).toEqual([name, isShown]);
      const reasons = (await listHistory(actor, id)).filter(({ reason }) => reason !== null);
      expect([name, reasons.length > 0]).toEqual([name, isShown]);
    }
    await expect(getDecisionNote(post(), reference)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await getDecisionNote(mfat("auditor"), reference)).advice).toHaveLength(2);
  });

  test("the reports of what they declared about alone", async () => {
    const filter = { state: null, kind: null, agency: null, officer: null } as never;
    const { personId } = post();
    const declared = await db().interestDeclaration.findMany({
      where: { personId, isRecused: false },
      select: { application: { select: { reference: true } } },
    });
    const open = declared.map(({ application }) => application.reference);
    const all = await db().$transaction((tx) => everyRow(eachReport(tx as never, mfat("auditor"), filter)));
    const mine = await db().$transaction((tx) => everyRow(eachReport(tx as never, post(), filter)));
    expect(mine).toEqual(all.filter(({ reference }) => open.includes(reference)));
    expect(mine.length).toBeLessThan(all.length);
  });
});

describe("advice is read by", () => {
  test("the desk, who decides, and who audits; an adviser reads their own alone, and an assessor none", async () => {
    const { id } = await answered();
    const count = async (name: string) => (await readAdvice(mfat(name), { id, isOpen: true })).length;
    // Nothing of an application that is not open to them: their interests are not declared, or they have one.
    expect(await readAdvice(mfat("desk"), { id, isOpen: false })).toEqual([]);
    for (const name of ["desk", "approver2", "auditor", "admin"]) expect([name, await count(name)]).toEqual([name, 2]);
    expect((await readAdvice(post(), { id, isOpen: true })).map(({ adviser }) => adviser)).toEqual([
      "High Commission, Suva",
    ]);
    expect((await readAdvice(mfat("legal"), { id, isOpen: true })).map(({ adviser }) => adviser)).toEqual([
      "Legal Division",
    ]);
    expect(await count("assessor1")).toBe(0);
  });

  test("nobody of the agency: not in its history, mails, lists, copy or application", async () => {
    const { id, reference } = await answered();
    for (const name of ["contributor", "certifier"]) {
      const actor = who(name);
      const application = await getApplication(actor, reference);
      const { rows } = await listed(actor, { words: reference });
      const told = JSON.stringify(
        [
          application,
          await listHistory(actor, id),
          await listMailOf(actor, id),
          await getCopy(actor, reference),
          rows,
          await db().email.findMany({ where: { applicationId: id, to: actor.email } }),
        ],
        (_, value) => (typeof value === "bigint" ? String(value) : value),
      );
      expect(told).toContain(reference);
      expect(told).not.toMatch(
        /(For|give|Back|Over)Advice|advice (asked|given|taken|passed)|adviser|Suva|Nadi|Legal Division/,
      );
    }
    const own = JSON.stringify(await readAdvice(post(), { id, isOpen: true }));
    expect(own).toMatch(/Nadi/);
  });
});

describe("what an adviser is tied to", () => {
  test("is changed by another administrator, with before and after on record, and is read at once", async () => {
    const { personId } = mfat("legal");
    const of = async (values: Record<string, string | string[]>, requestId = randomUUID()) =>
      changeTies(mfat("admin"), await asShown(personId, requestId), personId, values);
    const before = await references(mfat("legal"));
    const once = randomUUID();
    await Promise.all([1, 2].map(() => of({ places: ["WS", "TO"], adviseOn: "" }, once)));
    expect(await readTies(mfat("auditor"), personId)).toEqual({
      adviseOn: null,
      places: [
        { code: "WS", name: "Samoa" },
        { code: "TO", name: "Tonga" },
      ],
    });
    expect((await references(mfat("legal"))).length).toBeGreaterThan(before.length);
    const events = await db().auditEvent.findMany({
      where: { event: "adviser.changed", subject: `person:${personId}` },
      orderBy: { id: "asc" },
    });
    expect(events.at(-1)?.data).toMatchObject({
      before: { places: [], adviseOn: "Legal" },
      after: { places: ["TO", "WS"], adviseOn: null },
    });
    expect(events).toHaveLength(2);
    await of({ places: [], adviseOn: "Legal" });
    expect(await references(mfat("legal"))).toEqual(before);
  });

  test("is one of the two, of somebody who advises, and nobody’s own to change", async () => {
    const change = (by: string, personId: string, values: Record<string, string | string[]> = { places: ["FJ"] }) =>
      (async () => changeTies(mfat(by), await asShown(personId), personId, values))();
    const { personId } = mfat("legal");
    await expect(change("admin", personId, { places: [], adviseOn: " " })).rejects.toMatchObject({ code: "INVALID" });
    // Places or a subject: not both.
    await expect(change("admin", personId, { places: ["FJ"], adviseOn: "Legal" })).rejects.toMatchObject({
      fields: { adviseOn: "Enter a subject or choose places, not both" },
    });
    await expect(change("admin", personId, { places: ["NZ"] })).rejects.toMatchObject({ code: "INVALID" });
    await expect(change("desk", personId)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(change("suva.post", post().personId)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(change("admin", mfat("admin").personId)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(change("admin", mfat("desk").personId)).rejects.toMatchObject({ code: "STATE" });
    await expect(change("admin", randomUUID())).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(readTies(post(), personId)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

test("the demonstration has a question that is answered, one that is open, one that is overdue and one passed over", async () => {
  const rows = await db().advice.findMany({ orderBy: { askedAt: "asc" } });
  const today = dayOf(new Date());
  const standing = rows.map(({ state, dueOn }) => (state === "ASKED" ? (dueOn < today ? "overdue" : "open") : state));
  expect([...new Set(standing)].sort()).toEqual(["GIVEN", "PASSED_OVER", "open", "overdue"]);
});
