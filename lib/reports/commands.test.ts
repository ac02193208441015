// Reports: the schedule, what is asked and stored, who answers, and what prevents accepting the last one.

import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { acceptLastReport, terminate } from "#lib/arrangements/settlement/commands.ts";
import type { Values } from "#lib/form/fields.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, addMonths, dayOf, formatDueDay } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { byName } from "#lib/platform/text.ts";
import { workingDayFrom } from "#lib/platform/working-days.ts";
import { declareNone, keepForm, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { everyRow } from "#lib/testing/files.ts";
import { listWork } from "#lib/work/queries.ts";
import { nextReportValues, submittedNumber } from "../../prisma/demo/reports.ts";
import { acceptReport, exportReports, rescheduleReports, returnReport, saveReport, submitReport } from "./commands.ts";
import { eachReport, getReport, listAllReports, listReports, readReportForm } from "./queries.ts";
import { remindOfReports } from "./reminders/commands.ts";
import { changeSchedule } from "./schedule/commands.ts";
import { dueInput, REPORT_ORDERS, readReportSearch, removeInput } from "./schema.ts";

useTestDatabase("template_demo");
afterEach(() => shiftClock(0));

const DAY_MS = 86_400_000;
const never = (): never => {
  throw new Error("The demo has no such person.");
};
const mfat = async (email: string): Promise<MfatActor> => asMfat((await findActor(email)) ?? never());
const agency = async (email: string): Promise<AgencyActor> => asAgency((await findActor(email)) ?? never());

/** An active arrangement of an agency, found by its title, with its people. */
async function underWay(title: string, domain: string) {
  const { id, reference } = await db().application.findFirstOrThrow({ where: { title, state: "ACTIVE" } });
  const desk = await mfat("desk@mfat.example");
  await declareNone(desk.personId, { id });
  return { id, reference, desk, contributor: await agency(`contributor@${domain}.example`) };
}

const request = async (reference: string) => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { requestId: randomUUID(), revision };
};
const states = async (id: string) =>
  (await db().report.findMany({ where: { applicationId: id }, orderBy: { number: "asc" } })).map(
    ({ kind, state }) => `${kind} ${state}`,
  );
const days = (name: string, on: Date): Values => ({
  [`${name}-day`]: String(on.getUTCDate()),
  [`${name}-month`]: String(on.getUTCMonth() + 1),
  [`${name}-year`]: String(on.getUTCFullYear()),
});
const inDays = (count: number): Date => addDays(dayOf(now()), count);
const [WEDNESDAY, SATURDAY] = [3, 6];
const nextOn = (weekday: number, day: Date): Date => addDays(day, (7 + weekday - day.getUTCDay()) % 7);
/** In the middle of next May, which has no public holiday. */
const inMay = (weekday: number): Date => nextOn(weekday, new Date(Date.UTC(now().getUTCFullYear() + 1, 4, 15)));

test("accepting an offer made a schedule with one final report, two months after the end", async () => {
  const arrangements = await db().arrangement.findMany({ include: { reports: true } });
  expect(arrangements.length).toBeGreaterThan(10);
  for (const { endsOn, reports } of arrangements) {
    const finals = reports.filter(({ kind }) => kind === "FINAL");
    expect(finals).toHaveLength(1);
    expect((finals[0]?.dueOn.getTime() ?? 0) - endsOn.getTime()).toBeGreaterThanOrEqual(59 * DAY_MS);
  }
});

test("what is written is kept unchecked, and sent only whole, with every gap at its place", async () => {
  const { id, reference, contributor, desk } = await underWay("Family harm response units", "police");
  expect(await states(id)).toEqual(["PROGRESS RETURNED", "PROGRESS DUE", "FINAL DUE"]);
  const application = await getApplication(contributor, reference);
  await saveReport(contributor, reference, { report: "1", progress: "Half of it", spent: "a lot" });
  const form = await readReportForm(contributor, application);
  expect(form).toMatchObject({ hidden: { report: "1" }, initial: { progress: "Half of it", spent: "a lot" } });
  // Only the agency can read what is being written again.
  await expect(getReport(desk, await getApplication(desk, reference), 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
  const sent = submitReport(contributor, await request(reference), reference, { ...form.initial, report: "1" });
  await expect(sent).rejects.toMatchObject({
    fields: {
      "reached-0": expect.any(String),
      "milestone-3": expect.any(String),
      spent: "Fund money spent so far must be an amount in dollars and cents, like 300,000 or 2500.50",
    },
  });
  const values = await nextReportValues(reference);
  const tooMuch = submitReport(contributor, await request(reference), reference, { ...values, spent: "370,000.01" });
  await expect(tooMuch).rejects.toMatchObject({
    fields: { spent: "Spent so far must be $370,000.00 or less: that is the amount committed" },
  });
  const other = submitReport(contributor, await request(reference), reference, { ...values, report: "3" });
  await expect(other).rejects.toMatchObject({ code: "CONFLICT" });
  const once = await request(reference);
  await submitReport(contributor, once, reference, values);
  await submitReport(contributor, once, reference, values);
  expect(await states(id)).toEqual(["PROGRESS SUBMITTED", "PROGRESS DUE", "FINAL DUE"]);
  const { items } = await listWork(desk);
  expect(items).toContainEqual(expect.objectContaining({ reference, step: "acceptReport" }));
  await acceptReport(desk, await request(reference), reference, { report: "1" });
  const report = await getReport(desk, await getApplication(desk, reference), 1);
  expect(report).toMatchObject({ state: "ACCEPTED", values: { progress: expect.stringContaining("first course") } });
});

test("only its own agency and the desk act on a report; another agency does not find it", async () => {
  const { reference, contributor, desk } = await underWay("National cyber security strategy support", "ncsc");
  const customs = await agency("contributor@customs.example");
  const certifier = await agency("certifier@ncsc.example");
  const budget = await mfat("budget@mfat.example");
  const values = await nextReportValues(reference);
  for (const [actor, code] of [
    [customs, "NOT_FOUND"],
    [certifier, "FORBIDDEN"],
  ] as const) {
    await expect(submitReport(actor, await request(reference), reference, values)).rejects.toMatchObject({ code });
  }
  await expect(saveReport(customs, reference, values)).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(() => saveReport(certifier, reference, values)).toThrow("Only a person with the role of contributor");
  const accept = acceptReport(budget, await request(reference), reference, { report: "1" });
  await expect(accept).rejects.toMatchObject({ code: "FORBIDDEN" });
  const { id } = await getApplication(contributor, reference);
  expect(await listReports(customs, id)).toEqual([]);
  const stale = { requestId: randomUUID(), revision: 1 };
  await expect(acceptReport(desk, stale, reference, { report: "1" })).rejects.toMatchObject({ code: "CONFLICT" });
  const wrong = acceptReport(desk, await request(reference), reference, { report: "2" });
  await expect(wrong).rejects.toMatchObject({ fields: { report: expect.any(String) } });
});

test("a returned report is due again on the day that is given, keeps what was written, and its agency is asked", async () => {
  const { id, reference, contributor, desk } = await underWay("National cyber security strategy support", "ncsc");
  const answer = { report: await submittedNumber(reference), reason: "Say who was trained.", dueOn: inDays(-1) };
  const late = returnReport(desk, await request(reference), reference, answer);
  await expect(late).rejects.toMatchObject({ fields: { "dueOn-day": expect.any(String) } });
  const sent = await request(reference);
  await returnReport(desk, sent, reference, { ...answer, dueOn: inDays(10) });
  const report = await db().report.findFirstOrThrow({ where: { applicationId: id, number: 1 } });
  expect(report).toMatchObject({
    state: "RETURNED",
    dueOn: workingDayFrom(inDays(10)),
    reason: "Say who was trained.",
  });
  expect((await readReportForm(contributor, await getApplication(contributor, reference))).initial).toMatchObject({
    progress: expect.stringContaining("first course"),
  });
  const mails = await db().email.findMany({ where: { applicationId: id, subject: { contains: "report returned" } } });
  expect(mails.map(({ to }) => to)).toEqual(expect.arrayContaining([contributor.email, "psf@mfat.govt.nz"]));
  await submitReport(contributor, await request(reference), reference, await nextReportValues(reference));
});

test("a returned report stands first and is sent though the next is due earlier; both may be written", async () => {
  const { id, reference, contributor, desk } = await underWay("National cyber security strategy support", "ncsc");
  const submitted = await submittedNumber(reference);
  const answer = { report: submitted, reason: "Say who was trained.", dueOn: addMonths(dayOf(now()), 20) };
  await returnReport(desk, await request(reference), reference, answer);
  const due = await db().report.findMany({ where: { applicationId: id, state: "DUE" }, orderBy: { dueOn: "asc" } });
  const next = String(due[0]?.number);
  const application = await getApplication(contributor, reference);
  const shown = async (number?: string) => (await readReportForm(contributor, application, number)).hidden?.report;
  expect([await shown(), await shown(next), await shown(String(due.at(-1)?.number))]).toEqual([
    submitted,
    next,
    due.length > 1 ? submitted : next,
  ]);
  const { items } = await listWork(contributor);
  expect(items).toContainEqual(expect.objectContaining({ reference, step: "submitReport" }));
  await saveReport(contributor, reference, { report: next, progress: "The next one" });
  const values = await nextReportValues(reference);
  expect(values.report).toBe(submitted);
  await submitReport(contributor, await request(reference), reference, values);
  const written = await db().report.findMany({ where: { applicationId: id, number: { in: [+submitted, +next] } } });
  expect(written.map(({ number, state }) => [String(number), state])).toEqual(
    expect.arrayContaining([
      [submitted, "SUBMITTED"],
      [next, "DUE"],
    ]),
  );
});

test("an end that moves on after the final report was sent makes it one on the way, and another is due after it", async () => {
  const { id } = await db().application.findFirstOrThrow({
    where: { state: "ACTIVE", title: "Family harm response units" },
  });
  const finals = () =>
    db().report.findMany({ where: { applicationId: id, kind: "FINAL", state: { not: "CANCELLED" } } });
  const [sent] = await finals();
  const number = sent?.number ?? 0;
  const key = { applicationId_number: { applicationId: id, number } };
  const { versionNumber } = await db().application.findUniqueOrThrow({ where: { id } });
  await unguarded().report.update({
    where: key,
    data: {
      state: "SUBMITTED",
      submittedAt: now(),
      formHash: await keepForm("REPORT"),
      versionNumber,
      agencyName: "-",
      submitterName: "-",
    },
  });
  const move = (endsOn: Date) => unguarded().$transaction((tx) => rescheduleReports(tx, id, endsOn));
  // Sent after such an end, it stays the final report.
  expect(await move(inDays(-1))).toBe("");
  expect(await finals()).toMatchObject([{ number, state: "SUBMITTED" }]);
  const late = addMonths(dayOf(now()), 30);
  const words = await move(late);
  const [next, ...others] = await finals();
  expect([next, others]).toMatchObject([{ state: "DUE", dueOn: workingDayFrom(addMonths(late, 2)) }, []]);
  expect(words).toBe(
    `Report ${number} counts as a progress report. Report ${next?.number} (final) is due on ${formatDueDay(next?.dueOn ?? late)}.`,
  );
  expect(await db().report.findUniqueOrThrow({ where: key })).toMatchObject({ kind: "PROGRESS", state: "SUBMITTED" });
  const later = addMonths(late, 1);
  await move(later);
  expect(await finals()).toMatchObject([{ number: next?.number, dueOn: workingDayFrom(addMonths(later, 2)) }]);
});

test("the desk moves, removes and adds; the final report stays, and stays the last", async () => {
  const { id, reference, desk } = await underWay("Maritime domain awareness for customs services", "customs");
  const open = await db().report.findMany({ where: { applicationId: id, state: "DUE" }, orderBy: { number: "asc" } });
  const [progress, final] = open;
  const shown = { ...days(dueInput(2), progress?.dueOn ?? now()), ...days(dueInput(3), final?.dueOn ?? now()) };
  const change = async (values: Values) => changeSchedule(desk, await request(reference), reference, values);
  await expect(change(shown)).rejects.toMatchObject({ fields: { reason: expect.any(String) } });
  const because = { ...shown, reason: "The course moves." };
  await expect(change(because)).rejects.toThrow("Move, remove or add");
  await expect(change({ ...because, ...days("added", inDays(-1)) })).rejects.toMatchObject({
    fields: { "added-day": "A report must be due today or later" },
  });
  await expect(change({ ...because, ...days(dueInput(2), addDays(final?.dueOn ?? now(), 1)) })).rejects.toMatchObject({
    fields: { "due2-day": expect.stringContaining("before the final one") },
  });
  await change({ ...because, ...days(dueInput(2), inDays(40)), ...days("added", inDays(20)), [removeInput(3)]: "yes" });
  expect(await states(id)).toEqual(["PROGRESS ACCEPTED", "PROGRESS DUE", "FINAL DUE", "PROGRESS DUE"]);
  await change({
    ...because,
    ...days(dueInput(2), inDays(40)),
    ...days(dueInput(4), inDays(20)),
    [removeInput(4)]: "yes",
  });
  expect(await states(id)).toEqual(["PROGRESS ACCEPTED", "PROGRESS DUE", "FINAL DUE", "PROGRESS CANCELLED"]);
  const reports = await db().report.findMany({ where: { applicationId: id, number: 2 } });
  expect(reports).toMatchObject([{ dueOn: workingDayFrom(inDays(40)) }]);
});

test("when the end moves, the schedule moves with it", async () => {
  const { id } = await underWay("Maritime domain awareness for customs services", "customs");
  const listDue = async () =>
    (await db().report.findMany({ where: { applicationId: id, state: "DUE" }, orderBy: { dueOn: "asc" } })).map(
      ({ kind, dueOn }) => ({ kind, dueOn }),
    );
  const late = addMonths(dayOf(now()), 36);
  await unguarded().$transaction((tx) => rescheduleReports(tx, id, late));
  const longer = await listDue();
  expect(longer.at(-1)).toEqual({ kind: "FINAL", dueOn: workingDayFrom(addMonths(late, 2)) });
  expect(longer.length).toBeGreaterThan(4);
  const soon = inDays(90);
  await unguarded().$transaction((tx) => rescheduleReports(tx, id, soon));
  const kept = longer.filter(({ dueOn }) => dueOn <= workingDayFrom(addMonths(soon, -2)));
  expect(kept.length).toBeLessThan(longer.length - 3);
  expect(await listDue()).toEqual([...kept, { kind: "FINAL", dueOn: workingDayFrom(addMonths(soon, 2)) }]);
});

test("the last report is the submitted final one, after all others, with no claim and no variation open", async () => {
  const { id, reference, contributor, desk } = await underWay("Screening equipment for an outlying airport", "avsec");
  const accept = async () => acceptLastReport(desk, await request(reference), reference, { reason: "All was held." });
  await expect(accept()).rejects.toThrow("The agency needs to submit the final report first.");
  await submitReport(contributor, await request(reference), reference, await nextReportValues(reference));
  const ordinary = acceptReport(desk, await request(reference), reference, { report: "2" });
  await expect(ordinary).rejects.toMatchObject({ fields: { report: expect.any(String) } });
  const asked = { number: 1, kind: "SCOPE", reason: "New place", current: {}, proposed: {} } as const;
  const { id: variationId } = await unguarded().variation.create({
    data: {
      ...asked,
      formHash: await keepForm("VARIATION"),
      agencyName: "-",
      askerName: "-",
      applicationId: id,
      askedById: contributor.personId,
    },
  });
  await expect(accept()).rejects.toThrow("variation 1 is not decided");
  const ended = terminate(desk, await request(reference), reference, { reason: "No." });
  await expect(ended).rejects.toThrow(
    "Report 2 is not accepted and variation 1 is not decided. Deal with what the agency has sent",
  );
  await unguarded().variation.update({ where: { id: variationId }, data: { state: "DECLINED", decidedAt: now() } });
  await accept();
  expect(await db().application.findUnique({ where: { id } })).toMatchObject({ state: "CLOSING" });
  expect(await states(id)).toEqual(["PROGRESS ACCEPTED", "FINAL ACCEPTED"]);
});

test("a day that is set on a weekend is moved on to the next working day, and the mail says to which", async () => {
  const { id, reference, desk } = await underWay("Search and rescue coordination on patrol routes", "maritime");
  const open = await db().report.findMany({ where: { applicationId: id, state: "DUE" }, orderBy: { number: "asc" } });
  const saturday = nextOn(SATURDAY, inDays(14));
  const shown = Object.assign({}, ...open.map(({ number, dueOn }) => days(dueInput(number), dueOn)));
  const values = { ...shown, ...days("added", saturday), reason: "One more." };
  await changeSchedule(desk, await request(reference), reference, values);
  const added = await db().report.findFirstOrThrow({ where: { applicationId: id }, orderBy: { number: "desc" } });
  expect(added.dueOn).toEqual(workingDayFrom(saturday));
  expect(added.dueOn.getUTCDay()).not.toBe(6);
  const mail = await db().email.findFirstOrThrow({ where: { applicationId: id }, orderBy: { id: "desc" } });
  expect(mail.text).toContain(`is due on ${formatDueDay(added.dueOn)}.`);
});

test("a reminder goes once two weeks before, once on the day and once after, then to the desk too", async () => {
  const { id } = await underWay("Search and rescue coordination on patrol routes", "maritime");
  const report = await db().report.findFirstOrThrow({
    where: { applicationId: id, state: "DUE" },
    orderBy: { dueOn: "asc" },
  });
  const wednesday = inMay(WEDNESDAY);
  const later = { where: { applicationId: id, state: "DUE" as const }, data: { dueOn: addMonths(wednesday, 6) } };
  await unguarded().report.updateMany(later);
  await unguarded().report.update({ where: { id: report.id }, data: { dueOn: wednesday } });
  const mails = async () =>
    (await db().email.findMany({ where: { applicationId: id, subject: { contains: "report" } } }))
      .filter(({ subject }) => /report \d is (due|overdue)/.test(subject))
      .map(({ to, subject }) => `${to.split("@")[0]} ${/(due on|due today|overdue)/.exec(subject)?.[0]}`)
      .sort();
  const onDay = async (offset: number) => {
    shiftClock(addDays(wednesday, offset).getTime() - Date.now());
    await Promise.all([remindOfReports(), remindOfReports()]);
    await remindOfReports();
  };
  await onDay(-15);
  expect(await mails()).toEqual([]);
  for (let offset = -14; offset < 0; offset++) await onDay(offset);
  expect(await mails()).toEqual(["contributor due on"]);
  await onDay(0);
  for (let offset = 1; offset < 7; offset++) await onDay(offset);
  expect(await mails()).toEqual(["contributor due on", "contributor due today", "contributor overdue", "psf overdue"]);
});

test("nobody is reminded of a report on a weekend; one due on a Saturday from before is due on the Monday, and late on the Tuesday", async () => {
  const { id } = await underWay("Search and rescue coordination on patrol routes", "maritime");
  const saturday = inMay(SATURDAY);
  await unguarded().report.updateMany({ where: { applicationId: id, state: "DUE" }, data: { dueOn: saturday } });
  const told = async (offset: number) => {
    const before = await db().email.count({ where: { applicationId: id } });
    shiftClock(addDays(saturday, offset).getTime() - Date.now());
    await remindOfReports();
    const mails = await db().email.findMany({ where: { applicationId: id }, orderBy: { id: "asc" }, skip: before });
    return new Set(mails.map(({ subject }) => /due on|due today|overdue/.exec(subject)?.[0]));
  };
  expect(await told(-1)).toEqual(new Set(["due on"]));
  expect([await told(0), await told(1)]).toEqual([new Set(), new Set()]);
  expect(await told(2)).toEqual(new Set(["due today"]));
  expect(await told(3)).toEqual(new Set(["overdue"]));
});

test("the list finds by state and agency, page after page, and the file holds the same; an agency and who is recused see none", async () => {
  const desk = await mfat("auditor@mfat.example");
  const search = (values: Values) => {
    const read = readReportSearch(values, {});
    if (read.errors) throw new Error(JSON.stringify(read.errors));
    return read;
  };
  const overdue = await listAllReports(desk, search({ state: "OVERDUE" }).filter);
  expect(overdue.rows.every(({ state, dueOn }) => state !== "SUBMITTED" && dueOn < dayOf(now()))).toBe(true);
  const all = await listAllReports(desk, search({}).filter);
  for (const [sort, { isDescending }] of Object.entries(REPORT_ORDERS)) {
    const { filter } = search({ sort });
    const whole = await transaction((tx) => everyRow(eachReport(tx, desk, filter)));
    const ids = whole.map(({ id }) => id);
    const nexts = ids.map(async (id) => (await listAllReports(desk, filter, id)).rows[0]?.id);
    expect([sort, await Promise.all(nexts)]).toEqual([sort, [...ids.slice(1), undefined]]);
    const keys = whole.map(({ agency, dueOn }) => (sort.startsWith("agency") ? agency : dueOn.toJSON()));
    expect(keys).toEqual(isDescending ? keys.toSorted(byName).reverse() : keys.toSorted(byName));
  }
  const sheet = await exportReports(desk, { format: "csv" }, search({ state: "ACCEPTED" }));
  const accepted = await listAllReports(desk, search({ state: "ACCEPTED" }).filter);
  expect(sheet.rows).toHaveLength(accepted.count);
  expect(sheet.marking).toBe("IN-CONFIDENCE");
  const { reference } = all.rows[0] ?? never();
  const { id } = await db().application.findUniqueOrThrow({ where: { reference } });
  await unguarded().interestDeclaration.create({
    data: { applicationId: id, personId: desk.personId, hasInterest: true, isRecused: true, description: "Kin" },
  });
  expect((await listAllReports(desk, search({}).filter)).rows.some((row) => row.reference === reference)).toBe(false);
  expect(readReportSearch({ state: "SOON", sort: "colour" }, {}).errors).toEqual({
    state: "State: choose from the list",
    sort: "Order: choose from the list",
  });
});
