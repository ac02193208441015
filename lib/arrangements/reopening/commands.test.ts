// Ends that came in error are reopened: by the desk, in time, and where round, year and money still allow it.
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { acceptOffer, lapseOverdueOffers } from "#lib/arrangements/commands.ts";
import { dayInputs } from "#lib/form/fields.ts";
import { listLetters } from "#lib/letters/queries.ts";
import { sinceSent } from "#lib/letters/rules.ts";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, endOfDay, financialYearOf, formatDeadline, yearBeginsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { formatCents } from "#lib/platform/money.ts";
import { addWorkingDays } from "#lib/platform/working-days.ts";
import { draftOf, useCast, who } from "#lib/testing/cast.ts";
import { changeEnvelope, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { checkFund } from "#lib/testing/rules.ts";
import { read } from "#lib/testing/steps.ts";
import { TO_APPROVED, TO_ASSESSMENT, TO_OFFERED, TO_SUBMITTED, walk } from "#lib/testing/ways.ts";
import { listWork } from "#lib/work/queries.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { listHistory, readEndingWords } from "#lib/workflow/queries.ts";
import { askToReopen, confirmReopening, declineReopening, reopen } from "./commands.ts";
import { findEnd, readReopenForm } from "./queries.ts";

useTestDatabase("template_demo");
useCast();

const CONTRIBUTOR = "contributor@police.example";
const CERTIFIER = "certifier@police.example";
const reason = "It was ended by a slip.";

/** The last days of June, when an offer lapses with its year, have their own test. */
const lateInYear = () => dayOf(now()) > addDays(yearBeginsOn(now().getUTCFullYear()), -15) && now().getUTCMonth() < 6;
const standBack = () => shiftClock(lateInYear() ? -20 * 86_400_000 : 0);
beforeEach(standBack);
afterEach(async () => {
  shiftClock(0);
  await checkFund();
});

const desk = () => asMfat(who("desk@mfat.example"));
const fresh = async (reference: string) => ({ requestId: randomUUID(), revision: (await read(reference)).revision });
const dueOn = () => addDays(dayOf(now()), 5);
const again = async (reference: string, by = "desk@mfat.example") =>
  reopen(asMfat(who(by)), await fresh(reference), reference, { ...dayInputs("dueOn", dueOn()), reason });
const obstacleOf = async (reference: string) =>
  (await listObstacles(desk(), await getApplication(desk(), reference))).reopen;
const mailsOf = async (applicationId: string) =>
  (await db().email.findMany({ where: { applicationId, subject: { contains: ": reopened by" } } })).map(({ to }) => to);
const reservedOf = async (applicationId: string) =>
  (await db().applicationFunding.findMany({ where: { applicationId }, orderBy: { startYear: "asc" } })).map(
    ({ reservedCents }) => reservedCents,
  );

test("who was told of an end in error is told that it is reopened, and reads why; the letter no longer applies", async () => {
  const reference = await draftOf(CONTRIBUTOR);
  await walk(reference, ...TO_SUBMITTED, ["declineAsIneligible", "desk@mfat.example"]);
  const request = await fresh(reference);
  await reopen(desk(), request, reference, { reason });
  await reopen(desk(), request, reference, { reason });
  const { id, state, stateSince } = await read(reference);
  expect([state, now().getTime() - stateSince.getTime() < 60_000]).toEqual(["SUBMITTED", true]);
  expect((await mailsOf(id)).sort()).toEqual([CERTIFIER, CONTRIBUTOR, "jack@mfat.example", "psf@mfat.govt.nz"]);
  const agency = asAgency(who(CONTRIBUTOR));
  const history = await listHistory(agency, id);
  expect(history.slice(0, 2)).toMatchObject([
    { action: "reopen", by: "MFAT", reason },
    { action: "declineAsIneligible", by: "MFAT", reason: "As agreed." },
  ]);
  const [letter] = await listLetters(agency, id);
  expect(letter && sinceSent(letter, state)).toBe("This letter no longer applies. MFAT has reopened the application.");
  expect(letter && sinceSent(letter, "INELIGIBLE")).toBeNull();
});

describe("who", () => {
  test("the desk alone reopens, after declaring interests and with a reason", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ...TO_SUBMITTED, ["withdraw", CONTRIBUTOR]);
    await expect(again(reference)).rejects.toThrow("Declare your interests in this application first.");
    await walk(reference, ["reopen", "desk2@mfat.example"], ["withdraw", CONTRIBUTOR]);
    await expect(again(reference, "budget@mfat.example")).rejects.toMatchObject({ code: "FORBIDDEN" });
    const none = { reason: " " };
    await expect(
      reopen(asMfat(who("desk2@mfat.example")), await fresh(reference), reference, none),
    ).rejects.toMatchObject({
      fields: { reason: "Enter a reason" },
    });
    const stale = { requestId: randomUUID(), revision: (await read(reference)).revision - 1 };
    await expect(reopen(asMfat(who("desk2@mfat.example")), stale, reference, { reason })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect((await read(reference)).state).toBe("WITHDRAWN");
  });

  test("assessors who had not finished are asked again", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(
      reference,
      ...TO_ASSESSMENT,
      ["completeAssessment", "assessor1@mfat.example"],
      ["withdraw", CONTRIBUTOR],
    );
    await again(reference);
    const { id, state } = await read(reference);
    expect(state).toBe("ASSESSMENT");
    const told = await mailsOf(id);
    expect([told.includes("assessor2@mfat.example"), told.includes("assessor1@mfat.example")]).toEqual([true, false]);
  });

  test("an offer whose agency has no certifier left is not opened to nobody", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ...TO_OFFERED, ["declineOffer", CERTIFIER]);
    const { agencyId } = await read(reference);
    const certifiers = { agencyId, endedAt: null, roles: { some: { role: "CERTIFIER" as const } } };
    const ids = (await db().person.findMany({ where: certifiers })).map(({ id }) => id);
    await unguarded().person.updateMany({ where: { id: { in: ids } }, data: { endedAt: now() } });
    await expect(again(reference)).rejects.toThrow(/has no certifier who can take the next step\. Ask the agency/);
    await unguarded().person.updateMany({ where: { id: { in: ids } }, data: { endedAt: null } });
    await again(reference);
  });
});

describe("until when", () => {
  test("20 working days after the end, to the last second of that day", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ["discard", CONTRIBUTOR]);
    const until = endOfDay(addWorkingDays(dayOf(now()), 20));
    const end = await findEnd(desk(), await getApplication(desk(), reference));
    expect(end).toMatchObject({ before: "DRAFT", until });
    shiftClock(until.getTime() + 2_000 - Date.now());
    const sentence = `It could be reopened until ${formatDeadline(until)}, 20 working days after it ended.`;
    expect(await obstacleOf(reference)).toBe(sentence);
    await expect(again(reference)).rejects.toMatchObject({ code: "STATE", message: sentence });
    shiftClock(until.getTime() - 60_000 - Date.now());
    expect(await obstacleOf(reference)).toBeUndefined();
    await again(reference);
    expect((await read(reference)).state).toBe("DRAFT");
  });

  test("a draft not after its round has closed; what had been submitted then too", async () => {
    const [draft, submitted] = [await draftOf(CONTRIBUTOR), await draftOf(CONTRIBUTOR)];
    await walk(draft, ["discard", CONTRIBUTOR]);
    await walk(submitted, ...TO_SUBMITTED, ["declineAsIneligible", "desk@mfat.example"]);
    const { roundId } = await read(draft);
    await unguarded().round.update({ where: { id: roundId }, data: { closesAt: new Date(now().getTime() - 1_000) } });
    try {
      expect(await obstacleOf(draft)).toMatch(/^The round closed on .*, so the draft can no longer be submitted\.$/);
      await expect(again(draft)).rejects.toMatchObject({ code: "STATE" });
      await again(submitted);
      expect((await read(submitted)).state).toBe("SUBMITTED");
    } finally {
      await unguarded().round.update({ where: { id: roundId }, data: { closesAt: null } });
    }
  });

  test("not once a year of its money has ended", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ...TO_OFFERED, ["declineOffer", CERTIFIER]);
    const { id, phasing } = await read(reference);
    const [first] = phasing.filter(({ kind }) => kind === "APPROVED");
    if (!first) throw new Error("Nothing is approved.");
    const key = { applicationId: id, kind: "APPROVED" as const };
    const startYear = financialYearOf(dayOf(now())) - 1;
    await unguarded().phasing.updateMany({ where: { ...key, startYear: first.startYear }, data: { startYear } });
    expect(await obstacleOf(reference)).toMatch(/so you cannot add money to it.*apply for money in a later year\.$/);
    await expect(again(reference)).rejects.toMatchObject({ code: "STATE" });
    await unguarded().phasing.updateMany({ where: { ...key, startYear }, data: { startYear: first.startYear } });
  });

  test("not if the money was given away meanwhile: the refusal says how much there is", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ...TO_APPROVED, ["withdraw", CONTRIBUTOR]);
    const { id, phasing } = await read(reference);
    const [first] = phasing.filter(({ kind }) => kind === "APPROVED");
    if (!first) throw new Error("Nothing is approved.");
    const year = await db().financialYear.findUniqueOrThrow({ where: { startYear: first.startYear } });
    const available = year.envelopeCents - year.reservedCents - year.committedCents;
    await changeEnvelope(first.startYear, first.cents - 1n - available);
    await expect(again(reference)).rejects.toMatchObject({
      code: "MONEY",
      message: expect.stringContaining(formatCents(first.cents - 1n)),
    });
    expect([(await read(reference)).state, (await reservedOf(id)).every((cents) => cents === 0n)]).toEqual([
      "WITHDRAWN",
      true,
    ]);
    await changeEnvelope(first.startYear, 1n);
    await again(reference);
    expect((await read(reference)).state).toBe("APPROVED");
    await changeEnvelope(first.startYear, available - first.cents);
  });
});

describe("what comes back", () => {
  test("an offer that lapsed is open to a new last day, does not lapse at once, and is accepted with the same money", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ...TO_OFFERED);
    const { id } = await read(reference);
    const reserved = await reservedOf(id);
    await walk(reference, ["lapse", ""]);
    expect((await read(reference)).state).toBe("LAPSED");
    const form = await readReopenForm(desk(), await getApplication(desk(), reference));
    expect([form.fields.map(({ name }) => name), form.initial]).toEqual([["dueOn", "reason"], {}]);
    await expect(reopen(desk(), await fresh(reference), reference, { reason })).rejects.toMatchObject({
      fields: { "dueOn-day": "Enter the day the offer must be accepted by" },
    });
    const past = { reason, ...dayInputs("dueOn", addDays(dayOf(now()), -1)) };
    await expect(reopen(desk(), await fresh(reference), reference, past)).rejects.toMatchObject({
      fields: { "dueOn-day": "Last day to accept the offer must be today or later" },
    });
    await again(reference);
    await lapseOverdueOffers();
    expect([(await read(reference)).state, await reservedOf(id)]).toEqual(["OFFERED", reserved]);
    const offer = await db().offer.findFirstOrThrow({ where: { applicationId: id } });
    expect(offer).toMatchObject({ dueAt: endOfDay(dueOn()), outcome: null, answeredAt: null, reason: null });
    const mail = await db().email.findFirstOrThrow({
      where: { applicationId: id, to: CERTIFIER },
      orderBy: { id: "desc" },
    });
    expect(mail.text).toContain(`The offer can be accepted until ${formatDeadline(offer.dueAt)}.`);
    await acceptOffer(asAgency(who(CERTIFIER)), await fresh(reference), reference);
    expect((await read(reference)).state).toBe("ACTIVE");
  });

  test("what was withdrawn on hold is on hold again, and nobody but the desk is asked", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ...TO_OFFERED, ["putOnHold", "desk@mfat.example"]);
    const { id, heldAt } = await read(reference);
    await walk(reference, ["withdraw", CONTRIBUTOR]);
    expect((await read(reference)).heldAt).toBeNull();
    await again(reference);
    expect(await read(reference)).toMatchObject({ state: "OFFERED", heldAt });
    expect(await mailsOf(id)).not.toContain("certifier2@police.example");
    await walk(reference, ["resume", "desk@mfat.example"]);
    await acceptOffer(asAgency(who(CERTIFIER)), await fresh(reference), reference);
  });
});

describe("by two people", () => {
  const ACTIVE: Parameters<typeof walk>[1][] = [...TO_OFFERED, ["acceptOffer", CERTIFIER]];
  const budget = () => asMfat(who("budget@mfat.example"));
  const committedOf = async (applicationId: string) =>
    (await db().applicationFunding.findMany({ where: { applicationId }, orderBy: { startYear: "asc" } })).map(
      ({ committedCents }) => committedCents,
    );
  const confirm = async (reference: string, by = budget()) =>
    confirmReopening(by, await fresh(reference), reference, { reason: "It was not meant." });

  test("what was terminated is under way again, with its money, its reports and who is asked; the agency reads why", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ...ACTIVE);
    const { id } = await read(reference);
    const reportsOf = async () => db().report.findMany({ where: { applicationId: id }, orderBy: { number: "asc" } });
    const [reports, committed] = [await reportsOf(), await committedOf(id)];
    await walk(reference, ["terminate", "desk@mfat.example"]);
    expect((await committedOf(id)).every((cents) => cents === 0n)).toBe(true);
    await expect(confirm(reference)).rejects.toMatchObject({ code: "CONFLICT" });
    await askToReopen(desk(), await fresh(reference), reference, { reason });
    await expect(askToReopen(desk(), await fresh(reference), reference, { reason })).rejects.toMatchObject({
      code: "CONFLICT",
    });
    const mails = { applicationId: id, subject: { contains: ": reopening asked for" } };
    const told = (await db().email.findMany({ where: mails })).map(({ to }) => to);
    expect(told).toEqual(expect.arrayContaining(["budget@mfat.example", "approver1@mfat.example"]));
    expect(told.filter((to) => to.endsWith("police.example"))).toEqual([]);
    const asking = await db().email.findFirstOrThrow({ where: { ...mails, to: "psf@mfat.govt.nz" } });
    expect(asking.text).toContain("It is now “Terminated” and is waiting on the budget officer or the approver.");
    expect((await getApplication(desk(), reference)).waiting).toMatchObject({ step: "confirmReopening" });
    const agency = asAgency(who(CONTRIBUTOR));
    expect((await getApplication(agency, reference)).waiting).toBeNull();
    expect((await listWork(asMfat(who("approver3@mfat.example")))).items).toContainEqual(
      expect.objectContaining({ reference, step: "confirmReopening" }),
    );
    const waits = async () => (await listWork(budget())).items.filter((item) => item.reference === reference);
    expect(await waits()).toMatchObject([{ step: "confirmReopening" }]);
    const twice = await fresh(reference);
    for (const _ of [1, 2]) await confirmReopening(budget(), twice, reference, { reason });
    expect([(await read(reference)).state, await committedOf(id), await reportsOf()]).toEqual([
      "ACTIVE",
      committed,
      reports,
    ]);
    expect(await waits()).toEqual([]);
    const [line] = await listHistory(asAgency(who(CONTRIBUTOR)), id);
    expect(line).toMatchObject({ action: "confirmReopening", by: "MFAT", reason });
  });

  test("who terminates is promised a reopening only where it will be possible", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ...ACTIVE);
    const words = async () => readEndingWords(desk(), await getApplication(desk(), reference), "terminate");
    expect(await words()).toMatch(/two people at MFAT can reopen it (within 20 working days|until 30 June)/);
    const { id } = await read(reference);
    const { startYear } = await db().applicationFunding.findFirstOrThrow({
      where: { applicationId: id, committedCents: { gt: 0n } },
      orderBy: { startYear: "asc" },
    });
    shiftClock(yearBeginsOn(startYear + 1).getTime() - Date.now());
    expect(await words()).toMatch(
      /^This ends the application, and it cannot be reopened\. \d{4}\/\d\d ended on 30 June/,
    );
    await walk(reference, ["terminate", "desk@mfat.example"]);
    await expect(askToReopen(desk(), await fresh(reference), reference, { reason })).rejects.toThrow(
      "ended on 30 June",
    );
  });

  test("who asked does not confirm, neither here nor past the portal; declined, it is not asked any more", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ...ACTIVE, ["terminate", "desk@mfat.example"]);
    const { id } = await read(reference);
    await askToReopen(desk(), await fresh(reference), reference, { reason });
    const both = { ...desk(), roles: new Set(["DESK", "BUDGET"] as const) };
    await expect(confirm(reference, both)).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(await listObstacles(both, await getApplication(both, reference))).toMatchObject({
      confirmReopening: expect.stringMatching(/^You asked for this reopening/),
      askToReopen: null,
    });
    const alone = { event: "application.reopeningConfirmed", action: "confirmReopening", at: now() };
    const states = { fromState: "TERMINATED", toState: "ACTIVE" } as const;
    for (const actorId of [both.personId, null]) {
      const data = { ...alone, ...states, applicationId: id, actorId, requestId: randomUUID() };
      await expect(db().auditEvent.create({ data })).rejects.toThrow("AuditEvent_reopened_by_two");
    }
    await declineReopening(budget(), await fresh(reference), reference, { reason: "The partner has left." });
    await expect(confirm(reference)).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await read(reference)).state).toBe("TERMINATED");
    const declined = { applicationId: id, subject: { contains: ": reopening declined" } };
    const told = (await db().email.findMany({ where: declined })).map(({ to }) => to);
    expect(told.sort()).toEqual(["desk@mfat.example", "psf@mfat.govt.nz"]);
  });

  test("not later than 20 working days, not with an acquittal, and not where its money has gone", async () => {
    const reference = await draftOf(CONTRIBUTOR);
    await walk(reference, ...ACTIVE, ["terminate", "desk@mfat.example"]);
    const { id, stateSince } = await read(reference);
    await askToReopen(desk(), await fresh(reference), reference, { reason });
    const until = endOfDay(addWorkingDays(dayOf(stateSince), 20));
    shiftClock(until.getTime() + 2_000 - Date.now());
    await expect(confirm(reference)).rejects.toMatchObject({
      code: "STATE",
      message: expect.stringMatching(/^It could/),
    });
    standBack();
    const released = await db().ledgerEntry.findFirstOrThrow({ where: { applicationId: id, kind: "RELEASE" } });
    const year = await db().financialYear.findUniqueOrThrow({ where: { startYear: released.startYear } });
    const available = year.envelopeCents - year.reservedCents - year.committedCents;
    await changeEnvelope(released.startYear, -released.committedCents - 1n - available);
    await expect(confirm(reference)).rejects.toMatchObject({ code: "MONEY" });
    await changeEnvelope(released.startYear, available + released.committedCents + 1n);
    await confirm(reference);
    expect((await read(reference)).state).toBe("ACTIVE");
  });
});
