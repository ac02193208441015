// The life of a financial year: its cut-off, what stands in the way of its closing, what the closing freezes and what a closed
// year still takes.

import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, expect, test } from "vitest";
import { adjustEnvelope, commitReserve, pay, recover, releaseUnpaid, reserve } from "#lib/budget/commands.ts";
import { reverseAdjustment } from "#lib/budget/ledger/commands.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { statementPaper } from "#lib/budget/statement/paper/rules.ts";
import { readChangedSince, readStatement, rowsNow } from "#lib/budget/statement/queries.ts";
import type { StatementRow } from "#lib/budget/statement/rules.ts";
import { declineChange } from "#lib/changes/commands.ts";
import { type Actor, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { formatDueDay } from "#lib/platform/dates.ts";
import { db, type Tx, transaction } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { formatYear } from "#lib/platform/money.ts";
import {
  budgetOfficers,
  confirmLastChange,
  unguarded,
  useLedgerAlone,
  useTestDatabase,
} from "#lib/testing/database.ts";
import { expectStatementAddsUp } from "#lib/testing/figures.ts";
import { confirmChange } from "#lib/workflow/changes/commands.ts";
import { runSql } from "../../../bin/test-server.ts";
import { askForClosing, planYears, setCutoff, tellOfYearEnd } from "./commands.ts";
import { getYear, readYearEnd } from "./queries.ts";
import { lifeInWords, lifeOf } from "./rules.ts";

const database = useTestDatabase();
useLedgerAlone();
afterEach(() => shiftClock(0));

let year = 0;
let budget: MfatActor;
let approver: MfatActor;
let boats = "";
let dogs = "";
const claimant = "claims@years.example";
const request = () => ({ requestId: randomUUID() });
const inTx = <T>(work: (tx: Tx) => Promise<T>) => transaction(work);
const cause = () => ({ actor: budget, ...request(), reason: "Test" });
/** In New Zealand, at noon; months from the July that the year begins with. */
const goTo = (month: number, day: number) => shiftClock(Date.UTC(year, 6 + month, day) - Date.now());
const day = (month: number, date: number) => new Date(Date.UTC(year, 6 + month, date));
const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );
const close = async () => {
  await askForClosing(budget, request(), year, "All is settled");
  await confirmLastChange();
};
const sql = (statement: string, values: unknown[] = []) => runSql(database.databaseUrl, statement, values);

beforeAll(async () => {
  year = (await db().financialYear.findFirstOrThrow({ orderBy: { startYear: "asc" } })).startYear;
  [budget] = await budgetOfficers();
  const decides = { create: { role: "APPROVER" } } as const;
  await unguarded().person.create({
    data: { email: "approves@years.example", name: "Approver", side: "MFAT", roles: decides },
  });
  approver = asMfat((await findActor("approves@years.example")) as Actor);
  const { id: agencyId } = await db().agency.findFirstOrThrow({ orderBy: { name: "asc" } });
  const { id: roundId } = await unguarded().round.create({
    data: { name: "Years", opensAt: new Date(0), publishedAt: new Date(0) },
  });
  const roles = { create: { role: "CONTRIBUTOR" } } as const;
  await unguarded().person.create({ data: { email: claimant, name: "Claimant", side: "AGENCY", agencyId, roles } });
  [boats, dogs] = (await Promise.all(
    ["Boats", "Dogs"].map(async (title, index) => {
      const reference = `PSF-${year}-000${index + 1}`;
      const data = { reference, title, agencyId, roundId, createdById: budget.personId, state: "ACTIVE" } as const;
      const { id } = await unguarded().application.create({ data });
      await unguarded().arrangement.create({ data: { applicationId: id, startsOn: day(0, 1), endsOn: day(30, 1) } });
      return id;
    }),
  )) as [string, string];
  // The fund may have been made in a year that has ended since.
  goTo(5, 1);
  for (const id of [boats, dogs]) {
    await inTx((tx) => reserve(tx, cause(), id, [{ startYear: year, cents: 100_00n }]));
    await inTx((tx) => commitReserve(tx, cause(), id));
  }
  await inTx((tx) => pay(tx, cause(), boats, { startYear: year, cents: 30_00n, on: day(3, 1) }));
  await inTx((tx) => reserve(tx, cause(), dogs, [{ startYear: year, cents: 7_00n }]));
  shiftClock(0);
});

test("a year is planned, open and closing by the calendar, and the fund has the next two", async () => {
  const life = await getYear(budget, year);
  expect([day(-1, 30), day(0, 1), day(11, 30), day(12, 1)].map((today) => lifeOf(life, today))).toEqual([
    "planned",
    "open",
    "open",
    "closing",
  ]);
  expect(lifeInWords(life, day(12, 1))).toBe("Closing: no cut-off day is set yet");
  shiftClock(Date.UTC(year + 1, 5, 30, 11, 59, 59) - Date.now());
  await planYears();
  expect(await db().financialYear.count({ where: { startYear: year + 3 } })).toBe(0);
  shiftClock(Date.UTC(year + 1, 5, 30, 12, 0, 1) - Date.now());
  await planYears();
  await planYears();
  expect(await db().financialYear.findMany({ where: { startYear: year + 3 } })).toMatchObject([{ envelopeCents: 0n }]);
});

test("from the first of June on, the desk and the budget officers are told once of what the year still holds", async () => {
  goTo(10, 31);
  expect(await tellOfYearEnd()).toBe(false);
  goTo(11, 2);
  expect(await Promise.all([tellOfYearEnd(), tellOfYearEnd()])).toContain(true);
  expect(await tellOfYearEnd()).toBe(false);
  const mails = await db().email.findMany({ where: { subject: { contains: "ends on 30 June" } } });
  expect(mails.map(({ to }) => to).sort()).toEqual([
    "asks@envelope.example",
    "confirms@envelope.example",
    "psf@mfat.govt.nz",
  ]);
  expect(mails[0]?.text).toMatch(/\$7\.00 is reserved.*\$170\.00 is committed and not paid/);
});

test("in the June after, they are told of every year that has ended and is not closed, also where nothing is held", async () => {
  await planYears();
  shiftClock(Date.UTC(year + 2, 5, 2) - Date.now());
  expect(await tellOfYearEnd()).toBe(true);
  const name = (count: number) => formatYear(year + count);
  const subject = `[UNCLASSIFIED] Financial year ${name(1)} ends on 30 June: ${name(0)} is not closed`;
  const [mail, ...others] = await db().email.findMany({ where: { subject } });
  expect(others).toHaveLength(2);
  expect(mail?.text).toContain(
    `${name(0)} has ended and is not closed yet. Years close in order, and money from ${name(0)} can only be carried into ${name(1)} until 30 June.`,
  );
  shiftClock(Date.UTC(year + 3, 5, 2) - Date.now());
  expect(await tellOfYearEnd()).toBe(true);
  const later = await db().email.findFirstOrThrow({ where: { subject: { contains: `${name(2)} ends on` } } });
  expect(later.text).toContain(`${name(0)} and ${name(1)} have ended and are not closed yet.`);
});

test("years close in order: closing says which comes first, and the database holds it", async () => {
  shiftClock(Date.UTC(year + 2, 7, 2) - Date.now());
  await setCutoff(budget, request(), year + 1, day(25, 3));
  shiftClock(Date.UTC(year + 2, 7, 5) - Date.now());
  expect((await refusal(askForClosing(budget, request(), year + 1, "All is settled"))).message).toBe(
    `Close ${formatYear(year)} first: years close in order.`,
  );
  await expect(
    sql(`UPDATE "FinancialYear" SET "closedAt" = $2 WHERE "startYear" = $1`, [year + 1, now()]),
  ).rejects.toThrow(/FinancialYear_closes_in_order/);
});

test("a cut-off day lies after the year, is told, and may be moved", async () => {
  goTo(11, 20);
  expect((await refusal(setCutoff(budget, request(), year, day(11, 30)))).fields).toHaveProperty("cutoffOn-day");
  expect((await refusal(setCutoff(budget, request(), year, day(24, 31)))).fields).toHaveProperty("cutoffOn-day");
  await setCutoff(budget, request(), year, day(12, 20));
  const told = await db().email.findMany({ where: { subject: { startsWith: "[UNCLASSIFIED] Claim work done in" } } });
  expect(told.map(({ to, subject }) => [to, subject])).toEqual([
    [claimant, `[UNCLASSIFIED] Claim work done in ${formatYear(year)} by ${formatDueDay(day(12, 20))}`],
  ]);
  expect(told[0]?.text).toContain(`PSF-${year}-0001, PSF-${year}-0002 have money from ${formatYear(year)}`);

  const move = (to: Date, reason: string | null = null) => setCutoff(budget, request(), year, to, reason);
  expect((await refusal(move(day(12, 31)))).fields).toEqual({ reason: "Enter why you are moving the cut-off day" });
  expect((await refusal(move(day(12, 20), "Again"))).fields["cutoffOn-day"]).toMatch(/it is already 20 July \d+/);
  await move(day(12, 31), "Finance closes later");
  const again = await db().email.findMany({ where: { subject: { contains: `31 July ${year + 1}` } } });
  expect(again.map(({ to }) => to).sort()).toEqual([claimant, "psf@mfat.govt.nz"].sort());
  for (const { text } of again) {
    expect(text).toMatch(/The cut-off day was 20 July \d+\.\s+Reason: Finance closes later/);
  }
  expect(
    await db().auditEvent.findFirstOrThrow({ where: { event: "year.cutoffSet" }, orderBy: { id: "desc" } }),
  ).toMatchObject({ reason: "Finance closes later" });
  // What was claimed and paid until today is not cut off by a day before it.
  goTo(12, 10);
  expect((await refusal(move(day(12, 9), "Too late"))).fields["cutoffOn-day"]).toMatch(/must be today, 10 July/);
  await move(day(12, 10), "Sooner");
  await move(day(12, 31), "As before");
  expect(lifeInWords(await getYear(budget, year), day(12, 5))).toMatch(/until 31 July/);
  expect(await db().auditEvent.count({ where: { event: "year.cutoffSet", subject: `year:${year}` } })).toBe(4);
  const { roles: _, ...rest } = budget;
  expect(() => setCutoff({ ...rest, roles: new Set(["DESK"]) }, request(), year, day(12, 31))).toThrow(
    /budget officer/,
  );
});

test("it closes only after its cut-off, with nothing reserved and all that is unspent accrued, by two people", async () => {
  goTo(11, 20);
  expect((await refusal(close())).message).toMatch(/You can close it after that/);
  goTo(12, 31);
  expect((await refusal(close())).message).toMatch(/Claims and payments are open until 31 July/);
  goTo(13, 2);
  expect((await refusal(close())).message).toMatch(/\$7\.00 is still reserved.*\$170\.00 is committed but not paid/);
  await inTx((tx) => commitReserve(tx, cause(), dogs));
  await inTx((tx) => releaseUnpaid(tx, cause(), dogs));
  await unguarded().accrual.create({
    data: {
      applicationId: boats,
      startYear: year,
      cents: 69_99n,
      work: "Hull",
      statedById: budget.personId,
      statedAt: now(),
    },
  });
  expect((await refusal(close())).message).toMatch(/^\$0\.01 is committed but not paid/);
  await expect(sql(`UPDATE "FinancialYear" SET "closedAt" = now() WHERE "startYear" = $1`, [year])).rejects.toThrow(
    /closes_whole|closed_after_cutoff/,
  );
  await unguarded().accrual.create({
    data: {
      applicationId: boats,
      startYear: year,
      cents: 70_00n,
      work: "Hull",
      statedById: budget.personId,
      statedAt: now(),
    },
  });
  await adjustEnvelope(budget, request(), {
    startYear: year,
    changeCents: 1n,
    reason: "Late",
    source: "Paper",
    effectiveOn: day(0, 1),
  });
  expect((await refusal(close())).message).toMatch(/^One change to this year is waiting/);
  await confirmLastChange();

  // Two payments for its work after 30 June, of which one came back, and a release: June is without all of them.
  const monthsOf = (from: StatementRow[]) =>
    from.filter(({ section }) => section === "MONTH" || section === "AFTER_JUNE").slice(11);
  await inTx((tx) => pay(tx, cause(), boats, { startYear: year, cents: 4_00n, on: day(12, 9) }));
  await inTx((tx) => recover(tx, cause(), boats, { startYear: year, cents: 4_00n, on: day(12, 20) }));
  expect(monthsOf(await inTx((tx) => rowsNow(tx, year)))).toMatchObject([
    { name: "June", committedCents: 200_00n, paidCents: 30_00n },
    { name: "Paid after 30 June for this year’s work", committedCents: 0n, paidCents: 4_00n },
    { name: "Recovered after 30 June", paidCents: -4_00n },
    { name: "Other changes after 30 June", committedCents: -100_00n, reservedCents: -7_00n },
  ]);

  await askForClosing(budget, request(), year, "All is settled");
  expect((await refusal(askForClosing(budget, request(), year, "Again"))).code).toBe("CONFLICT");

  // Declined, nothing of it has happened, and it can be asked for again.
  const asked = () => db().changeRequest.findFirstOrThrow({ where: { kind: "CLOSING" }, orderBy: { id: "desc" } });
  await declineChange(approver, request(), (await asked()).id, "An invoice is still to come");
  expect(await getYear(budget, year)).toMatchObject({ closedAt: null });
  expect(await db().statementRow.count({ where: { startYear: year } })).toBe(0);
  expect((await refusal(confirmChange(approver, request(), (await asked()).id))).code).toBe("CONFLICT");
  await askForClosing(budget, request(), year, "The invoice came");
  const before = await inTx((tx) => rowsNow(tx, year));
  await confirmLastChange();
  const { rows, isFinal, at } = await inTx((tx) => readStatement(budget, year, tx));
  expect([isFinal, at.getTime() - now().getTime() < 60_000]).toEqual([true, true]);
  expect(rows).toEqual(before);
  expect(rows.find(({ section }) => section === "YEAR")).toMatchObject({ paidCents: 30_00n, accruedCents: 70_00n });
  expect(lifeInWords(await getYear(budget, year), day(13, 3))).toMatch(/^Closed on 2 August/);
  expect((await refusal(askForClosing(budget, request(), year, "Again"))).message).toMatch(/already closed/);
  expect((await refusal(setCutoff(budget, request(), year, day(14, 1)))).code).toBe("STATE");
});

test("a closed year takes no promise and no money, pays what is accrued, and takes what comes back", async () => {
  goTo(13, 10);
  expect(await refusal(inTx((tx) => reserve(tx, cause(), dogs, [{ startYear: year, cents: 1n }])))).toMatchObject({
    code: "STATE",
    message: expect.stringMatching(/closed/),
  });
  await pay1(69_00n);
  expect((await refusal(pay1(1_01n))).code).toBe("MONEY");
  await pay1(1_00n);
  await inTx((tx) => recover(tx, cause(), boats, { startYear: year, cents: 5_00n, on: day(13, 9) }));
  await inTx((tx) => releaseUnpaid(tx, cause(), boats));
  await adjustEnvelope(budget, request(), {
    startYear: year,
    changeCents: 1n,
    reason: "Too late",
    source: "Paper",
    effectiveOn: day(0, 1),
  }).then(
    () => Promise.reject(new Error("not refused")),
    (error) => expect(error.fields).toHaveProperty("year"),
  );
  expect(await listLedgerDifferences(db(), year)).toEqual([]);

  // A correction, by two people, is the one way: an approver confirms one, and does not ask for it.
  const entry = await db().ledgerEntry.findFirstOrThrow({
    where: { startYear: year, kind: "ADJUST", envelopeCents: 1n },
  });
  expect(() => reverseAdjustment(approver, request(), entry.id, "It was not meant")).toThrow(/budget officer/);
  await reverseAdjustment(budget, request(), entry.id, "It was not meant");
  const { id: correction } = await db().changeRequest.findFirstOrThrow({ where: { kind: "CORRECTION" } });
  expect((await refusal(confirmChange(budget, request(), correction))).code).toBe("FORBIDDEN");
  await confirmChange(approver, request(), correction);
  expect(await db().ledgerEntry.findFirstOrThrow({ where: { changeId: correction } })).toMatchObject({
    actorId: approver.personId,
    envelopeCents: -1n,
  });
  expect(await db().ledgerEntry.count({ where: { reversesId: entry.id } })).toBe(1);
});
const pay1 = (cents: bigint) => inTx((tx) => pay(tx, cause(), boats, { startYear: year, cents, on: day(13, 9) }));

test("the statement stays as it was closed, to the cent and the name, and the difference to now is said", async () => {
  const frozen = await inTx((tx) => readStatement(budget, year, tx));
  const paper = JSON.stringify(statementPaper(frozen));
  await unguarded().application.update({ where: { id: boats }, data: { title: "Renamed", marking: "SENSITIVE" } });
  await db()
    .agency.updateMany({ data: { name: "Renamed", abbreviation: "RN" } })
    .catch(() => {});
  await unguarded().person.updateMany({ data: { name: "Renamed" } });
  const again = await inTx((tx) => readStatement(budget, year, tx));
  expect(JSON.stringify(statementPaper(again))).toBe(paper);
  expect(paper).not.toContain("Renamed");
  // What was accrued leads to rows of the closing, by whom it was stated then, though all of it is paid by now.
  const accrued = again.rows.filter(({ section }) => section === "ACCRUAL");
  expect(accrued).toMatchObject([{ accruedCents: 70_00n, detail: expect.stringMatching(/stated by .+ on .+: Hull$/) }]);
  const [of, boatsThen] = [formatYear(year), `PSF-${year}-0001 Boats`];
  const figures = [
    { figure: "Committed", thenCents: 100_00n, nowCents: 95_00n },
    { figure: "Payments", thenCents: 34_00n, nowCents: 104_00n },
    { figure: "Recovered", thenCents: 4_00n, nowCents: 9_00n },
    { figure: "Paid less recovered", thenCents: 30_00n, nowCents: 95_00n },
    { figure: "Accrued", thenCents: 70_00n, nowCents: 0n },
  ];
  expect(await inTx((tx) => readChangedSince(budget, again, tx))).toEqual([
    { name: of, figure: "Envelope", thenCents: 270_000_001n, nowCents: 270_000_000n },
    ...figures.map((one) => ({ name: of, ...one })),
    ...figures.map((one) => ({ name: boatsThen, ...one })),
  ]);
  expect(await expectStatementAddsUp(budget, year)).toBeGreaterThan(100);
});

test("the application's own login opens no closed year, changes no statement and closes nothing by itself", async () => {
  const one = [year];
  for (const [statement, why] of [
    [`UPDATE "FinancialYear" SET "closedAt" = NULL WHERE "startYear" = $1`, /stays_closed/],
    [`UPDATE "FinancialYear" SET "cutoffOn" = "cutoffOn" + 1 WHERE "startYear" = $1`, /stays_closed/],
    [`UPDATE "StatementRow" SET name = 'x' WHERE "startYear" = $1`, /permission denied|append-only/],
    [`DELETE FROM "StatementRow" WHERE "startYear" = $1`, /permission denied|append-only/],
    [
      `INSERT INTO "StatementRow" ("startYear", section, position, key, name, detail) VALUES ($1, 'AGENCY', 99, 'x', 'x', '')`,
      /with_closing/,
    ],
    [
      `INSERT INTO "LedgerEntry" ("startYear", kind, "reservedCents", "applicationId", reason, "requestId")
       SELECT $1, 'RESERVE', 1, id, 'x', gen_random_uuid() FROM "Application" LIMIT 1`,
      /year_is_closed/,
    ],
  ] as const) {
    await expect(sql(statement, one)).rejects.toThrow(why);
  }
  await expect(
    sql(
      `UPDATE "FinancialYear" SET "cutoffOn" = make_date("startYear" + 1, 7, 1), "closedAt" = make_timestamptz("startYear" + 1, 8, 1, 0, 0, 0)
      WHERE "startYear" = $1`,
      [year + 1],
    ),
  ).rejects.toThrow(/closes_whole/);
});

test("what is put before the officer: reserves, claims, holds and changes that wait", async () => {
  const end = await readYearEnd(budget, year + 1);
  expect(end).toEqual({ earlier: [], reserved: [], unspent: [], claims: [], advances: [], held: [], waiting: 0 });
  await inTx((tx) => reserve(tx, cause(), dogs, [{ startYear: year + 1, cents: 9_00n }]));
  await unguarded().application.update({ where: { id: dogs }, data: { heldAt: new Date() } });
  expect(await readYearEnd(budget, year + 1)).toMatchObject({
    reserved: [{ applicationId: dogs, state: "ACTIVE", reservedCents: 9_00n, offerDueAt: null }],
    held: [dogs],
  });
});
