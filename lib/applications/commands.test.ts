import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { getDraft } from "#lib/applications/answers/queries.ts";
import { moveDueDate, saveScreening } from "#lib/applications/screening/commands.ts";
import { answerInput } from "#lib/applications/screening/schema.ts";
import { lapseOverdueOffers, putOnHold, resume } from "#lib/arrangements/commands.ts";
import type { Values } from "#lib/form/fields.ts";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, endOfDay, financialYearOf, formatDeadline } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { writeSections } from "../../prisma/demo/demo.ts";
import { STORIES } from "../../prisma/demo/stories.ts";
import { createApplication, returnToContributor, sendForSignOff, signOffAndSubmit, takeBack } from "./commands.ts";
import { saveSection } from "./form/commands.ts";
import { getApplication, whyNotApply } from "./queries.ts";
import { noteInput } from "./schema.ts";

useTestDatabase("template_demo");
afterEach(() => shiftClock(0));

const agencyActor = async (email: string) => asAgency((await findActor(email)) ?? never());
const never = () => {
  throw new Error("The demo has no such person.");
};
const openRound = async () => (await db().round.findFirstOrThrow({ where: { closesAt: null } })).id;
const sectionOf = async (reference: string, section: string) => {
  const row = await db().applicationSection.findFirst({ where: { section, application: { reference } } });
  return { values: (row?.values ?? {}) as Values, isComplete: row?.isComplete };
};

/** What the demonstration’s request for changes asks to be answered. */
const ANSWERED = { [answerInput("need")]: "We say how.", [answerInput("budget")]: "A line for each." };

test("a new draft knows the agency's people; who begins it is its contributor", async () => {
  const actor = await agencyActor("contributor@police.example");
  const last = await db().applicationSection.findFirstOrThrow({
    where: { section: "people", application: { agencyId: actor.agencyId } },
    orderBy: { applicationId: "desc" },
  });
  const reference = await createApplication(actor, { requestId: randomUUID() }, await openRound());
  const { values, isComplete } = await sectionOf(reference, "people");
  expect(values).toMatchObject({
    contributorName: actor.name,
    contributorEmail: actor.email,
    financeEmail: (last.values as Values).financeEmail,
  });
  expect(isComplete).toBe(true);
  expect(await sectionOf(reference, "need")).toEqual({ values: {}, isComplete: undefined });
});

test("begun with an earlier application's answers: days, confirmations and files are left out, the title is kept", async () => {
  const actor = await agencyActor("contributor@police.example");
  const source = await db().application.findFirstOrThrow({
    where: { agencyId: actor.agencyId, state: "CLOSED" },
    orderBy: { id: "asc" },
  });
  const request = { requestId: randomUUID() };
  const round = await openRound();
  const [reference, again] = [
    await createApplication(actor, request, round, source.reference),
    await createApplication(actor, request, round, source.reference),
  ];
  expect(again).toBe(reference);
  const draft = await db().application.findUniqueOrThrow({ where: { reference }, include: { documents: true } });
  expect(draft).toMatchObject({ title: source.title, state: "DRAFT", versionNumber: 0, documents: [] });
  expect(draft.requestedCents).toBe(source.requestedCents);
  const initiative = await sectionOf(reference, "initiative");
  expect(initiative.isComplete).toBe(false);
  expect(Object.keys(initiative.values).filter((name) => /On-/.test(name))).toEqual([]);
  expect((await sectionOf(reference, "need")).isComplete).toBe(true);
});

test("another agency's application is none to begin with, and a round that is not open is none", async () => {
  const actor = await agencyActor("contributor@customs.example");
  const police = await db().application.findFirstOrThrow({ where: { agency: { abbreviation: "NZ Police" } } });
  const before = await db().application.count();
  const begin = (round: string, copyOf?: string) =>
    createApplication(actor, { requestId: randomUUID() }, round, copyOf);
  await expect(begin(await openRound(), police.reference)).rejects.toMatchObject({ code: "INVALID" });
  await expect(begin("nonsense")).rejects.toMatchObject({ fields: { round: "Choose a round that is open" } });
  expect(await db().application.count()).toBe(before);
});

test("a draft has its title and marking before its first section is complete", async () => {
  const actor = await agencyActor("contributor@police.example");
  const reference = await createApplication(actor, { requestId: randomUUID() }, await openRound());
  const save = (values: Values) => saveSection(actor, reference, "initiative", values, "part");
  const read = () =>
    db().application.findUniqueOrThrow({ where: { reference }, select: { title: true, marking: true } });
  await save({ title: "Named early", marking: "IN_CONFIDENCE" });
  expect(await read()).toEqual({ title: "Named early", marking: "IN_CONFIDENCE" });
  const before = await sectionOf(reference, "initiative");
  for (const how of ["part", "passing", "whole"] as const) {
    const values = { title: "Not for here", marking: "RESTRICTED" };
    await expect(saveSection(actor, reference, "initiative", values, how)).rejects.toMatchObject({
      fields: { marking: expect.stringContaining("up to IN-CONFIDENCE") },
    });
  }
  expect(await sectionOf(reference, "initiative")).toEqual(before);
  expect(await read()).toEqual({ title: "Named early", marking: "IN_CONFIDENCE" });
});

test("a round that closed a second ago takes no submission; a second before it does", async () => {
  const actor = await agencyActor("certifier@police.example");
  const { id, reference, revision, roundId } = await db().application.findFirstOrThrow({
    where: { agencyId: actor.agencyId, state: "SIGN_OFF" },
  });
  await unguarded().application.update({ where: { id }, data: { signOffFrom: "DRAFT" } });
  // Not some months ahead, when the draft's years may have ended.
  const closesAt = new Date(now().getTime() - 5_000);
  await unguarded().round.update({ where: { id: roundId }, data: { closesAt } });
  const submit = async (atMs: number) => {
    shiftClock(atMs - Date.now());
    await signOffAndSubmit(actor, { requestId: randomUUID(), revision }, reference, {
      isAccurate: true,
      isAuthorised: true,
      isPeopleTold: true,
      position: "National manager",
    });
  };
  const late = submit(closesAt.getTime() + 1000);
  await expect(late).rejects.toMatchObject({
    code: "STATE",
    message: expect.stringContaining(
      `The round closed on ${formatDeadline(closesAt)}, so this can no longer be submitted.`,
    ),
  });
  expect(await db().application.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "SIGN_OFF", revision });
  await submit(closesAt.getTime() - 1000);
  expect(await db().application.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "SUBMITTED" });
});

test("an unfinished draft is refused at each section that lacks something, as the page of its answers names them", async () => {
  const actor = await agencyActor("contributor@police.example");
  const reference = await createApplication(actor, { requestId: randomUUID() }, await openRound());
  const { fields } = await sendForSignOff(actor, { requestId: randomUUID(), revision: 1 }, reference).then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );
  expect(fields).toMatchObject({ "section-need": "Complete “The need” first" });
  expect(fields).not.toHaveProperty("section-people");
  expect(fields).not.toHaveProperty("section-files");
});

test("a sign-off that was asked for too early is taken back by a contributor, and the certifiers who were asked are told", async () => {
  const contributor = await agencyActor("contributor@customs.example");
  const certifier = await agencyActor("certifier@customs.example");
  const { id, reference, agencyId } = await db().application.findFirstOrThrow({
    where: { agencyId: contributor.agencyId, state: "CHANGES_REQUESTED", heldAt: null },
  });
  const fresh = async () => {
    const { revision } = await db().application.findUniqueOrThrow({ where: { id } });
    return { requestId: randomUUID(), revision };
  };
  await sendForSignOff(contributor, await fresh(), reference, ANSWERED);
  const asked = await fresh();
  const unasked = await unguarded().person.create({
    data: { email: "colleague@customs.example", name: "A colleague", side: "AGENCY", agencyId },
  });
  await unguarded().personRole.create({ data: { personId: unasked.id, side: "AGENCY", role: "CONTRIBUTOR" } });
  const colleague = await agencyActor(unasked.email);
  await expect(takeBack(certifier, asked, reference)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await takeBack(colleague, asked, reference);
  await takeBack(colleague, asked, reference);
  expect(await db().application.findUniqueOrThrow({ where: { id } })).toMatchObject({
    state: "CHANGES_REQUESTED",
    signOffFrom: null,
    revision: asked.revision + 1,
  });
  const told = await db().email.findMany({ where: { applicationId: id, subject: { contains: "taken back" } } });
  expect(told.map(({ to }) => to)).toEqual(expect.arrayContaining([certifier.email, "psf@mfat.govt.nz"]));
  // The certifier’s page was open the whole time.
  const declaration = { isAccurate: true, isAuthorised: true, isPeopleTold: true, position: "Manager" } as const;
  await expect(
    signOffAndSubmit(certifier, { ...asked, requestId: randomUUID() }, reference, declaration),
  ).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(takeBack(contributor, await fresh(), reference)).rejects.toMatchObject({ code: "STATE" });
  await unguarded().person.update({ where: { id: unasked.id }, data: { endedAt: now() } });
});

test("changes that are late are refused until the desk moves their due date, to a day that has not passed", async () => {
  const contributor = await agencyActor("contributor@customs.example");
  const desk = asMfat((await findActor("desk@mfat.example")) ?? never());
  const { id, reference, changesDueAt } = await db().application.findFirstOrThrow({
    where: { agencyId: contributor.agencyId, state: "CHANGES_REQUESTED" },
  });
  const dueAt = changesDueAt ?? never();
  shiftClock(dueAt.getTime() + 1000 - Date.now());
  const request = async () => {
    const { revision } = await db().application.findUniqueOrThrow({ where: { id } });
    return { requestId: randomUUID(), revision };
  };
  await expect(sendForSignOff(contributor, await request(), reference)).rejects.toMatchObject({
    code: "STATE",
    message: expect.stringContaining("Ask the fund desk for a later date"),
  });
  const move = async (days: number) =>
    moveDueDate(desk, await request(), reference, {
      dueOn: new Date(dueAt.getTime() + days * 86_400_000),
      reason: "The partner answers after its holidays.",
    });
  await expect(move(-2)).rejects.toMatchObject({ code: "INVALID", fields: { "dueOn-day": expect.any(String) } });
  await move(7);
  const moved = await db().application.findUniqueOrThrow({ where: { id } });
  expect(moved).toMatchObject({ state: "CHANGES_REQUESTED" });
  expect(moved.changesDueAt?.getTime()).toBeGreaterThan(dueAt.getTime());
  const told = await db().email.findMany({ where: { applicationId: id }, orderBy: { id: "desc" }, take: 3 });
  expect(told.map(({ to }) => to)).toContain(contributor.email);
  await expect(sendForSignOff(contributor, await request(), reference, ANSWERED)).resolves.toBeUndefined();
});

test("an offer on hold does not lapse, and is resumed with the hours that it had left", async () => {
  const desk = asMfat((await findActor("desk@mfat.example")) ?? never());
  const { id, reference, revision } = await db().application.findFirstOrThrow({ where: { state: "OFFERED" } });
  await declareNone(desk.personId, { id });
  const dueAt = async () => (await db().offer.findFirstOrThrow({ where: { applicationId: id, outcome: null } })).dueAt;
  // With money whose year does not end meanwhile, whatever today is.
  const later = { startYear: { increment: 1 } };
  await unguarded().phasing.updateMany({ where: { applicationId: id, kind: "APPROVED" }, data: later });
  for (const { startYear, reservedCents } of await db().applicationFunding.findMany({ where: { applicationId: id } })) {
    const move = (year: number, by: bigint) =>
      unguarded().financialYear.update({ where: { startYear: year }, data: { reservedCents: { increment: by } } });
    await move(startYear, -reservedCents);
    await move(startYear + 1, reservedCents);
  }
  await unguarded().applicationFunding.updateMany({ where: { applicationId: id }, data: later });
  const dueOn = addDays(dayOf(now()), 20);
  await unguarded().offer.updateMany({ where: { applicationId: id, outcome: null }, data: { dueAt: endOfDay(dueOn) } });
  const on = (days: number) => shiftClock(endOfDay(addDays(dueOn, days)).getTime() - 60_000 - Date.now());
  on(-1);
  await putOnHold(desk, { requestId: randomUUID(), revision }, reference, { reason: "A partner asks for time" });
  on(9);
  await lapseOverdueOffers();
  await resume(desk, { requestId: randomUUID(), revision: revision + 1 }, reference);
  await lapseOverdueOffers();
  const { state } = await db().application.findUniqueOrThrow({ where: { id } });
  expect([state, await dueAt()]).toEqual(["OFFERED", endOfDay(addDays(dueOn, 10))]);
  const { text } = await db().email.findFirstOrThrow({ where: { applicationId: id }, orderBy: { id: "desc" } });
  expect(text).toContain(`The offer can be accepted until ${formatDeadline(await dueAt())}.`);
  await putOnHold(desk, { requestId: randomUUID(), revision: revision + 2 }, reference, { reason: "Again" });
  shiftClock(now().getTime() + 3 * 3_600_000 - Date.now());
  await resume(desk, { requestId: randomUUID(), revision: revision + 3 }, reference);
  expect((await dueAt()).getTime() - endOfDay(addDays(dueOn, 10)).getTime()).toBe(3 * 3_600_000);
  on(11);
  await lapseOverdueOffers();
  expect((await db().application.findUniqueOrThrow({ where: { id } })).state).toBe("LAPSED");
});

test("an agency that may not apply starts nothing, asks for no sign-off and submits nothing; switched on again it does", async () => {
  const { reference, agencyId, agency } = await db().application.findFirstOrThrow({
    where: { state: "SIGN_OFF", heldAt: null },
    include: { agency: true },
  });
  const [contributor, certifier] = await Promise.all(
    ["CONTRIBUTOR", "CERTIFIER"].map(async (role) => {
      const where = { agencyId, endedAt: null, roles: { some: { role: role as "CERTIFIER" } } };
      return agencyActor((await db().person.findFirstOrThrow({ where })).email);
    }),
  );
  if (!contributor || !certifier) throw never();
  const fresh = async () => {
    const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
    return { requestId: randomUUID(), revision };
  };
  const signed = { isAccurate: true, isAuthorised: true, isPeopleTold: true, position: "Manager" } as const;
  const submit = async () => signOffAndSubmit(certifier, await fresh(), reference, signed);
  const obstacles = async (actor: typeof certifier) => listObstacles(actor, await getApplication(actor, reference));
  const sentence = `${agency.name} may not apply to the fund at present, so it cannot start or submit an application. Ask the fund desk, psf@mfat.govt.nz, about it.`;
  const refused = { code: "STATE", message: sentence };
  const before = await db().application.count();

  await unguarded().agency.update({ where: { id: agencyId }, data: { isActive: false } });
  await expect(createApplication(contributor, { requestId: randomUUID() }, await openRound())).rejects.toMatchObject(
    refused,
  );
  expect(await whyNotApply(contributor)).toBe(sentence);
  await expect(submit()).rejects.toMatchObject(refused);
  expect((await obstacles(certifier)).signOffAndSubmit).toBe(sentence);
  await returnToContributor(certifier, await fresh(), reference, { reason: "One more look" });
  await expect(sendForSignOff(contributor, await fresh(), reference)).rejects.toMatchObject(refused);
  expect((await obstacles(contributor)).sendForSignOff).toBe(sentence);
  expect(await db().application.count()).toBe(before);

  await unguarded().agency.update({ where: { id: agencyId }, data: { isActive: true } });
  expect(await whyNotApply(contributor)).toBeNull();
  await sendForSignOff(contributor, await fresh(), reference, ANSWERED);
  await submit();
  expect((await db().application.findUniqueOrThrow({ where: { reference } })).state).toBe("SUBMITTED");
});

test("a note on the checklist is kept whole, or refused in words", async () => {
  const desk = asMfat((await findActor("desk@mfat.example")) ?? never());
  const { id, reference } = await db().application.findFirstOrThrow({ where: { state: "SUBMITTED", heldAt: null } });
  await declareNone(desk.personId, { id });
  const note = "Kei te mōhio mātou. ".repeat(200).trim();
  await saveScreening(desk, reference, { [noteInput(0)]: note });
  const kept = async () =>
    (await db().screeningAnswer.findFirstOrThrow({ where: { applicationId: id, position: 0 } })).note;
  expect(await kept()).toBe(note);
  await expect(saveScreening(desk, reference, { [noteInput(0)]: "x".repeat(20_001) })).rejects.toMatchObject({
    fields: { [noteInput(0)]: expect.stringMatching(/must be 20,000 characters or fewer$/) },
  });
  expect(await kept()).toBe(note);
});

test("a draft follows the calendar: an amount of a year that ended is put before the writer, kept, and not signed off", async () => {
  const contributor = await agencyActor("contributor@police.example");
  const certifier = await agencyActor("certifier@police.example");
  const year = financialYearOf(dayOf(now()));
  const june = new Date(Date.UTC(year + 1, 5, 15));
  shiftClock(june.getTime() - Date.now());
  const reference = await createApplication(contributor, { requestId: randomUUID() }, await openRound());
  const story = STORIES.find(({ end }) => end === "ACTIVE") ?? never();
  await writeSections(contributor, reference, story);
  const { values: typed } = await sectionOf(reference, "budget");
  const first = Math.min(...Object.keys(typed).flatMap((name) => Number(/year(\d{4})$/.exec(name)?.[1]) || []));
  const earlier = Object.entries(typed).map(([name, value]) => [
    name.replace(/year(\d{4})$/, (_, column) => `year${Number(column) - (first - year)}`),
    value,
  ]);
  const blank = Object.keys(typed).flatMap((name) => (/year/.test(name) ? [[name, ""]] : []));
  await saveSection(contributor, reference, "budget", Object.fromEntries([...blank, ...earlier]), "whole");
  const fresh = async () => {
    const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
    return { requestId: randomUUID(), revision };
  };
  const draft = async () => getDraft(contributor, await getApplication(contributor, reference));
  const budgetOf = async () => (await draft()).sections.find(({ key }) => key === "budget") ?? never();
  expect([(await draft()).years, (await budgetOf()).status]).toEqual([[year, year + 1, year + 2], "complete"]);
  await sendForSignOff(contributor, await fresh(), reference);

  // It was complete in June, and is signed off in July: the certifier is told what prevents it, and is refused.
  shiftClock(Date.UTC(year + 1, 6, 2) - Date.now());
  const before = (await sectionOf(reference, "budget")).values;
  expect([(await draft()).years, (await budgetOf()).status]).toEqual([
    [year, year + 1, year + 2, year + 3],
    "in progress",
  ]);
  const application = await getApplication(certifier, reference);
  expect(await listObstacles(certifier, application)).toMatchObject({
    signOffAndSubmit: expect.stringContaining(
      `1 section is not complete yet. ${formatYear(year)} has ended. Move its amounts to a later year.`,
    ),
  });
  const declaration = { isAccurate: true, isAuthorised: true, isPeopleTold: true, position: "Manager" } as const;
  await expect(signOffAndSubmit(certifier, await fresh(), reference, declaration)).rejects.toMatchObject({
    fields: { "section-budget": expect.stringContaining(`${formatYear(year)} has ended`) },
  });
  await returnToContributor(certifier, await fresh(), reference, { reason: "The year has ended" });
  const returned = await getApplication(contributor, reference);
  expect(await listObstacles(contributor, returned)).toMatchObject({
    sendForSignOff: `1 section is not complete yet. ${formatYear(year)} has ended. Move its amounts to a later year.`,
  });

  // Saved as it is, the error is shown at each amount, and all of them are kept.
  const asTyped = saveSection(contributor, reference, "budget", before, "whole");
  await expect(asTyped).rejects.toMatchObject({
    fields: { [`lines.0.year${year}`]: expect.stringContaining("has ended. Ask for this amount in a later year") },
  });
  await saveSection(contributor, reference, "budget", before, "part");
  expect((await sectionOf(reference, "budget")).values).toMatchObject(before);
  const moved = Object.fromEntries(
    Object.entries(before).map(([name, value]) => [name.replace(`year${year}`, `year${year + 2}`), value]),
  );
  const emptied = Object.fromEntries(
    Object.keys(before)
      .filter((name) => name.endsWith(`year${year}`))
      .map((name) => [name, ""]),
  );
  await saveSection(contributor, reference, "budget", { ...emptied, ...moved }, "whole");
  expect([(await draft()).years, (await budgetOf()).status]).toEqual([[year + 1, year + 2, year + 3], "complete"]);
  await sendForSignOff(contributor, await fresh(), reference);
  await signOffAndSubmit(certifier, await fresh(), reference, declaration);
  const version = await db().applicationVersion.findFirstOrThrow({ where: { application: { reference } } });
  expect((version.lists as Record<string, { value: string }[]>).years?.map(({ value }) => Number(value))).toEqual([
    year + 1,
    year + 2,
    year + 3,
  ]);
});
