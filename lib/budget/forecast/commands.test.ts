// What a budget officer expects of an initiative: noted beside its money, and never changed or moved by it.
import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, expect, test } from "vitest";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, financialYearOf, yearEndsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { noteExpectation } from "./commands.ts";
import { getForecast, getForecastInitiative, listForecast, listNotes } from "./queries.ts";
import type { ForecastInitiative } from "./rules.ts";

useTestDatabase("template_demo");
afterEach(() => {
  shiftClock(0);
});

const today = dayOf(now());
const startYear = financialYearOf(today);
let budget: MfatActor;
let one: ForecastInitiative;
let reference = "";

const somebody = async (email: string): Promise<MfatActor> => {
  const found = await findActor(email);
  if (!found) throw new Error("nobody");
  return asMfat(found);
};
const request = () => ({ requestId: randomUUID() });
const note = (cents: bigint | null, more: { startYear?: number; reference?: string; actor?: MfatActor } = {}) =>
  noteExpectation(more.actor ?? budget, request(), {
    reference,
    startYear,
    cents,
    note: "The boats are late",
    ...more,
  });

beforeAll(async () => {
  budget = await somebody("budget@mfat.example");
  const { initiatives } = await listForecast(budget, startYear, today);
  const [first] = initiatives;
  if (!first?.application) throw new Error("The demonstration has an initiative with money to pay.");
  one = first;
  reference = first.application.reference;
});

test("the newest counts, those before it stay, and nothing of the ledger moves", async () => {
  const entries = await db().ledgerEntry.count();
  await note(one.paidCents + 500n);
  await note(one.paidCents + 700n);
  const noted = await getForecastInitiative(budget, startYear, reference, today);
  expect(noted).toMatchObject({
    unspentCents: one.committedCents - one.paidCents - 700n,
    forecastCents: one.forecastCents,
    expectation: { cents: one.paidCents + 700n, note: "The boats are late", notedBy: budget.name },
  });
  const { lines } = await getForecast(await somebody("auditor@mfat.example"), startYear, today);
  expect(lines.filter(({ expectation }) => expectation)).toHaveLength(1);
  await note(null);
  await expect(note(null)).rejects.toMatchObject({ fields: { total: expect.stringMatching(/how much/) } });
  const back = await getForecastInitiative(budget, startYear, reference, today);
  expect([back.expectation, back.unspentCents]).toEqual([null, one.unspentCents]);
  const notes = await listNotes(budget, startYear, one.applicationId);
  expect(notes.map(({ cents }) => cents)).toEqual([null, one.paidCents + 700n, one.paidCents + 500n]);
  expect([await db().ledgerEntry.count(), await listLedgerDifferences()]).toEqual([entries, []]);
  const events = await db().auditEvent.findMany({ where: { event: "expectation.noted" }, orderBy: { id: "asc" } });
  expect(events.map(({ actorId, reason, data }) => [actorId, reason, data])).toEqual(
    [String(one.paidCents + 500n), String(one.paidCents + 700n), null].map((cents) => [
      budget.personId,
      "The boats are late",
      { startYear, cents },
    ]),
  );
});

test("the same form twice notes once", async () => {
  const again = request();
  const before = await db().expectation.count();
  const noted = { reference, startYear, cents: one.paidCents, note: "Once" };
  await Promise.all([1, 2, 3].map(() => noteExpectation(budget, again, noted)));
  expect(await db().expectation.count()).toBe(before + 1);
});

test("less than is paid, more than is committed, another year or initiative and a year that is over are refused", async () => {
  await expect(note(one.paidCents - 1n)).rejects.toMatchObject({ fields: { total: expect.stringMatching(/or more/) } });
  await expect(note(one.committedCents + 1n)).rejects.toMatchObject({
    fields: { total: expect.stringMatching(/or less/) },
  });
  await expect(note(0n, { startYear: startYear + 9 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(note(0n, { reference: "PSF-1999-0001" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(getForecastInitiative(budget, startYear, "PSF-1999-0001", today)).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  shiftClock(addDays(yearEndsOn(startYear), 2).getTime() - Date.now());
  await expect(note(one.paidCents)).rejects.toMatchObject({ code: "STATE" });
});

test("only a budget officer notes, and none who is recused", async () => {
  const desk = await somebody("desk@mfat.example");
  expect(() => note(one.paidCents, { actor: desk })).toThrow("budget officer");
  const email = "another@mfat.example";
  const roles = { create: [{ role: "BUDGET" as const }] };
  const { id: personId } = await unguarded().person.create({ data: { email, name: "Another", side: "MFAT", roles } });
  await unguarded().interestDeclaration.create({
    data: {
      applicationId: one.applicationId,
      personId,
      hasInterest: true,
      isRecused: true,
      description: "A brother works there.",
    },
  });
  await expect(note(one.paidCents, { actor: await somebody(email) })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a note is never changed, has words, and no amount below nothing", async () => {
  await expect(db().expectation.updateMany({ data: { note: "Another" } })).rejects.toThrow();
  await expect(db().expectation.deleteMany()).rejects.toThrow();
  const row = { applicationId: one.applicationId, startYear, notedById: budget.personId };
  await expect(db().expectation.create({ data: { ...row, note: "", cents: 1n } })).rejects.toThrow("Expectation_note");
  await expect(db().expectation.create({ data: { ...row, note: "Why", cents: -1n } })).rejects.toThrow(
    "Expectation_not_negative",
  );
});
