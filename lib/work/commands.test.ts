// Reminders: once to whoever something is waiting on, in working days; and then once to the desk.

import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { putOnHold, resume } from "#lib/arrangements/commands.ts";
import { asMfat, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { declareNone, signedToday, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { sendReminders } from "./commands.ts";
import { listWork } from "./queries.ts";

useTestDatabase();

let number = 0;
let agencyId = "";
let authorId = "";
const read = new Set<string>();

beforeEach(async () => {
  await unguarded().application.updateMany({ data: { state: "CLOSED" } });
  agencyId = (await db().agency.findFirstOrThrow()).id;
  authorId = (await somebody("AUDITOR")).id;
});
afterEach(() => {
  shiftClock(0);
});

async function somebody(role: Role, of: "MFAT" | "AGENCY" = "MFAT") {
  const email = `${role.toLowerCase()}${++number}@${of.toLowerCase()}.example`;
  const owner = of === "AGENCY" ? { agencyId } : {};
  return unguarded().person.create({ data: { email, name: email, side: of, ...owner, roles: { create: [{ role }] } } });
}

const day = (text: string) => new Date(`${text}T00:00:00Z`);
/** Noon in New Zealand, in summer. */
const noon = (text: string) => new Date(`${text}T00:00:00+01:00`);

async function application(state: State, since: string, more: { closesAt?: Date; marking?: "SENSITIVE" } = {}) {
  const { closesAt = null, ...columns } = more;
  const round = await unguarded().round.create({
    data: { name: `Round ${++number}`, opensAt: new Date(0), publishedAt: new Date(0), closesAt },
  });
  const reference = `PSF-2026-${String(++number).padStart(4, "0")}`;
  const data = { reference, title: `The title of ${reference}`, state, versionNumber: 1, agencyId, roundId: round.id };
  return unguarded().application.create({
    data: { ...data, createdById: authorId, stateSince: noon(since), ...columns },
  });
}

/** Mails that no test has read before. */
async function newMails() {
  const mails = (await db().email.findMany({ orderBy: { id: "asc" } })).filter(({ id }) => !read.has(id));
  for (const { id } of mails) read.add(id);
  return mails;
}

/** The job's mails on a day: the recipients, and the subject after the reference. */
async function mailsOn(text: string): Promise<string[]> {
  shiftClock(noon(text).getTime() - Date.now());
  await newMails();
  const count = await sendReminders();
  const mails = await newMails();
  expect(mails).toHaveLength(count);
  return mails.map(({ to, subject }) => `${to}: ${subject.replace(/^.*?PSF-\d+-\d+: /, "")}`).sort();
}

test("who it waits on is reminded once, two working days before the last one; then the desk is told, once", async () => {
  await unguarded().personRole.deleteMany({ where: { role: "BUDGET" } });
  const budget = await somebody("BUDGET");
  const { id } = await application("BUDGET_CHECK", "2026-11-26");
  const busy = await somebody("BUDGET");
  await declareNone(busy.id, { id });
  await db().duty.create({
    data: { applicationId: id, personId: busy.id, side: "MFAT", kind: "RECOMMEND" },
  });
  // Thursday the 26th and five working days: the 3rd.
  for (const before of ["2026-11-26", "2026-11-27", "2026-11-30"]) expect(await mailsOn(before)).toEqual([]);
  expect(await mailsOn("2026-12-01")).toEqual([`${budget.email}: reminder, due on Thursday 3 December 2026`]);
  for (const after of ["2026-12-01", "2026-12-03"]) expect(await mailsOn(after)).toEqual([]);
  expect(await mailsOn("2026-12-04")).toEqual([
    `${env().DESK_EMAIL}: overdue since Thursday 3 December 2026, waiting on the budget officer`,
  ]);
  expect(await mailsOn("2026-12-07")).toEqual([]);
});

test("weekends and public holidays count for nothing, and nobody is reminded on one", async () => {
  await application("SUBMITTED", "2026-12-22");
  // Christmas, Boxing Day (observed on the 28th) and a weekend are in between.
  for (const holiday of ["2026-12-25", "2026-12-28"]) expect(await mailsOn(holiday)).toEqual([]);
  expect(await mailsOn("2026-12-29")).toEqual([`${env().DESK_EMAIL}: reminder, due on Thursday 31 December 2026`]);
  for (const holiday of ["2027-01-01", "2027-01-02", "2027-01-04"]) expect(await mailsOn(holiday)).toEqual([]);
  expect(await mailsOn("2027-01-05")).toEqual([
    `${env().DESK_EMAIL}: overdue since Thursday 31 December 2026, waiting on the desk officer`,
  ]);
});

test("what was due on a Saturday is due on the Monday: the desk is told on the Tuesday", async () => {
  const { id } = await application("OFFERED", "2026-11-20");
  const letter = await unguarded().letter.create({
    data: { applicationId: id, kind: "OFFER", text: "Dear agency", sentById: authorId },
  });
  const offer = { applicationId: id, amountCents: 1n, letterId: letter.id, sentById: authorId };
  await unguarded().offer.create({ data: { ...offer, dueAt: noon("2026-12-05") } });
  await mailsOn("2026-12-04");
  expect(await mailsOn("2026-12-07")).toEqual([]);
  expect(await mailsOn("2026-12-08")).toEqual([expect.stringContaining("psf@mfat.govt.nz: overdue since")]);
});

test("what was missed while nothing ran is made up for, and says that the day has passed", async () => {
  await application("APPROVED", "2026-11-02");
  expect(await mailsOn("2026-11-25")).toEqual([
    `${env().DESK_EMAIL}: overdue since Monday 9 November 2026, waiting on the desk officer`,
    `${env().DESK_EMAIL}: reminder, overdue since Monday 9 November 2026`,
  ]);
});

test("two workers at once send each mail once", async () => {
  await somebody("CONTRIBUTOR", "AGENCY");
  await application("DRAFT", "2026-11-02", { closesAt: noon("2026-11-26") });
  shiftClock(noon("2026-11-25").getTime() - Date.now());
  await newMails();
  const counts = await Promise.all([sendReminders(), sendReminders(), sendReminders()]);
  const mails = await newMails();
  expect(mails.length).toBeGreaterThan(0);
  expect(counts.reduce((sum, count) => sum + count)).toBe(mails.length);
  expect(new Set(mails.map(({ to }) => to)).size).toBe(mails.length);
});

test("an offer's deadline is the certifiers' alone, in their words; a later one is a reminder of its own", async () => {
  const certifier = await somebody("CERTIFIER", "AGENCY");
  await somebody("CONTRIBUTOR", "AGENCY");
  const { id } = await application("OFFERED", "2026-11-02", { marking: "SENSITIVE" });
  const letter = { applicationId: id, kind: "OFFER" as const, text: "Text", sentById: authorId };
  const { id: letterId } = await unguarded().letter.create({ data: letter });
  const dueAt = new Date("2026-11-30T23:59:59+13:00");
  await unguarded().offer.create({ data: { applicationId: id, amountCents: 1n, letterId, dueAt, sentById: authorId } });
  expect(await mailsOn("2026-11-25")).toEqual([]);
  expect(await mailsOn("2026-11-26")).toEqual([`${certifier.email}: reminder, due on Monday 30 November 2026`]);
  const { text } = await db().email.findFirstOrThrow({ where: { applicationId: id } });
  expect(text).toContain(
    "It is “Offer to accept” and has been waiting on the certifier since 2 November 2026: “Accept offer”.",
  );
  expect(text).not.toContain("The title");
  await unguarded().offer.updateMany({
    where: { applicationId: id },
    data: { dueAt: new Date("2026-12-07T23:59:59+13:00") },
  });
  expect(await mailsOn("2026-12-03")).toEqual([`${certifier.email}: reminder, due on Monday 7 December 2026`]);
});

test("of the assessors those who are not done are reminded; the desk hears once of those who are late together", async () => {
  const { id } = await application("ASSESSMENT", "2026-11-02");
  const [late, later, done] = [await somebody("ASSESSOR"), await somebody("ASSESSOR"), await somebody("ASSESSOR")];
  for (const { id: assessorId } of [late, later, done]) {
    await db().duty.create({
      data: { applicationId: id, personId: assessorId, side: "MFAT", kind: "ASSESS" },
    });
    const status = assessorId === done.id ? ("COMPLETE" as const) : ("ASSIGNED" as const);
    const row = { applicationId: id, assessorId, versionNumber: 1, assignedById: authorId, status };
    const completedAt = status === "COMPLETE" ? noon("2026-11-04") : null;
    await unguarded().assessment.create({
      data: { ...row, completedAt, assignedAt: noon("2026-11-03"), dueOn: day("2026-11-16") },
    });
  }
  const reminded = [late, later].map(({ email }) => `${email}: reminder, due on Monday 16 November 2026`);
  expect(await mailsOn("2026-11-12")).toEqual(reminded.sort());
  expect(await mailsOn("2026-11-17")).toEqual([
    `${env().DESK_EMAIL}: overdue since Monday 16 November 2026, waiting on the assessor`,
  ]);
});

test("a draft is reminded of its round's closing while that lies ahead, and is nobody's delay afterwards", async () => {
  const contributor = await somebody("CONTRIBUTOR", "AGENCY");
  const others = (await db().person.findMany({ where: { agencyId, roles: { some: { role: "CONTRIBUTOR" } } } })).map(
    ({ email }) => `${email}: reminder, due on Friday 11 December 2026`,
  );
  expect(others).toContain(`${contributor.email}: reminder, due on Friday 11 December 2026`);
  await application("DRAFT", "2026-11-02", { closesAt: new Date("2026-12-11T17:00:00+13:00") });
  await application("DRAFT", "2026-11-02");
  expect(await mailsOn("2026-12-09")).toEqual(others.sort());
  expect(await mailsOn("2026-12-14")).toEqual([]);
});

test("work that is not claimed is asked of all who claim, named as both, until its agency answers", async () => {
  const [contributor, finance] = [await somebody("CONTRIBUTOR", "AGENCY"), await somebody("FINANCE", "AGENCY")];
  const { id: applicationId } = await application("ACTIVE", "2026-11-02");
  const dates = { startsOn: day("2026-11-02"), endsOn: day("2027-12-31") };
  await unguarded().arrangement.create({ data: { applicationId, ...dates } });
  await unguarded().financialYear.upsert({ where: { startYear: 2026 }, create: { startYear: 2026 }, update: {} });
  await unguarded().applicationFunding.create({ data: { applicationId, startYear: 2026, committedCents: 9n } });
  // 1 June and 30 June 2027, with Matariki on the 25th: two working days before the last one is the 28th.
  for (const before of ["2027-05-31", "2027-06-02", "2027-06-24"]) expect(await mailsOn(before)).toEqual([]);
  const mails = await mailsOn("2027-06-28");
  for (const { email } of [contributor, finance])
    expect(mails).toContain(`${email}: reminder, due on Wednesday 30 June 2027`);
  expect(await mailsOn("2027-06-28")).toEqual([]);
  const { text } = await db().email.findFirstOrThrow({ where: { applicationId, to: finance.email } });
  expect(text).toContain("waiting on the contributor or the finance officer since 1 June 2027: “State unclaimed work”");
  // After the year ends it is asked until the cut-off day, or until it is answered.
  await unguarded().financialYear.update({ where: { startYear: 2026 }, data: { cutoffOn: day("2027-07-30") } });
  expect(await mailsOn("2027-07-28")).toContain(`${finance.email}: reminder, due on Friday 30 July 2027`);
  await unguarded().accrual.create({
    data: { applicationId, startYear: 2026, cents: 0n, work: "None", statedById: contributor.id },
  });
  expect(await mailsOn("2027-08-02")).toEqual([]);
});

test("what is on hold is nobody's delay: nothing is sent, and the days go on where they stopped", async () => {
  const { email } = await somebody("DESK");
  const desk = asMfat((await findActor(email)) ?? never());
  const { id, reference } = await application("SUBMITTED", "2026-11-02");
  const version = { ...(await signedToday()), answers: {}, requestedCents: 0n, certifiedById: authorId };
  await unguarded().applicationVersion.create({ data: { ...version, applicationId: id, number: 1 } });
  await declareNone(desk.personId, { id });
  shiftClock(noon("2026-11-03").getTime() - Date.now());
  await putOnHold(desk, { requestId: randomUUID(), revision: 1 }, reference, { reason: "Waits for a partner" });
  expect(await mailsOn("2026-11-23")).toEqual([]);
  await resume(desk, { requestId: randomUUID(), revision: 2 }, reference);
  // One of five working days had passed when it was put on hold.
  expect(await mailsOn("2026-11-24")).toEqual([]);
  expect(await mailsOn("2026-11-25")).toEqual([`${env().DESK_EMAIL}: reminder, due on Friday 27 November 2026`]);
});

const never = () => {
  throw new Error("nobody");
};

test("the owner of a condition is reminded before its day and after it, with the desk; of MFAT the desk; and it waits on them like any task", async () => {
  await unguarded().personRole.deleteMany({ where: { role: "CONTRIBUTOR" } });
  const contributor = await somebody("CONTRIBUTOR", "AGENCY");
  const { name } = await db().agency.findUniqueOrThrow({ where: { id: agencyId } });
  const { id: applicationId } = await application("ACTIVE", "2026-11-02");
  const dates = { startsOn: day("2026-11-02"), endsOn: day("2027-06-30"), acceptedAt: noon("2026-11-02") };
  await unguarded().arrangement.create({ data: { applicationId, ...dates } });
  // The 12th is a Saturday: the owner has until the 14th.
  const row = { applicationId, text: "A letter of agreement" };
  await unguarded().condition.createMany({
    data: [
      { ...row, number: 1, owner: name, dueOn: day("2026-12-12") },
      { ...row, number: 2, owner: name, dueOn: day("2026-12-12") },
      { ...row, number: 3, owner: "MFAT Legal Division", dueOn: day("2027-01-13") },
    ],
  });
  expect(await mailsOn("2026-12-09")).toEqual([]);
  const actor = (await findActor(contributor.email)) ?? expect.fail();
  expect((await listWork(actor)).items.map(({ step, dueOn }) => [step, dueOn])).toEqual([
    ["showCondition", day("2026-12-12")],
  ]);
  expect(await mailsOn("2026-12-10")).toEqual([`${contributor.email}: reminder, due on Saturday 12 December 2026`]);
  const sent = await db().email.findFirstOrThrow({ where: { to: contributor.email }, orderBy: { id: "desc" } });
  expect(sent.text).toContain(`Email the fund desk, ${env().DESK_EMAIL}, what shows that the condition is met.`);
  for (const quiet of ["2026-12-11", "2026-12-12", "2026-12-14"]) expect(await mailsOn(quiet)).toEqual([]);
  const overdue = "overdue since Saturday 12 December 2026, waiting on the contributor";
  expect(await mailsOn("2026-12-15")).toEqual([`${contributor.email}: ${overdue}`, `${env().DESK_EMAIL}: ${overdue}`]);
  expect(await mailsOn("2026-12-16")).toEqual([]);
  // One is met, and nobody is asked for it any more. That of MFAT is the desk's.
  await unguarded().condition.updateMany({
    where: { number: { lt: 3 } },
    data: { proof: "The letter", metById: authorId, metAt: noon("2026-12-16") },
  });
  expect((await listWork(actor)).items).toEqual([]);
  await unguarded().personRole.deleteMany({ where: { role: "DESK" } });
  expect(await mailsOn("2027-01-11")).toEqual([`${env().DESK_EMAIL}: reminder, due on Wednesday 13 January 2027`]);
  const officer = (await findActor((await somebody("DESK")).email)) ?? expect.fail();
  expect((await listWork(officer)).items.map(({ step }) => step)).toEqual(["meetCondition"]);
});
