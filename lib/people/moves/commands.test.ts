// Somebody goes to another agency and stays who they are; what they did stays with the agency of its day.

import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { everyRow } from "#lib/testing/files.ts";
import { asShown } from "#lib/testing/settings.ts";
import { eachApplication } from "#lib/views/queries.ts";
import { readSearch } from "#lib/views/schema.ts";
import { movePerson, takeDueMoves } from "#lib/work/leaving/commands.ts";
import { cancelMove } from "./commands.ts";
import { readPlannedMove } from "./queries.ts";

useTestDatabase("template_demo");
afterEach(() => shiftClock(0));
const DAY_MS = 86_400_000;

let desk: MfatActor;
const who = async (email: string) => {
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return actor;
};
beforeEach(async () => {
  desk = asMfat(await who("desk@mfat.example"));
});
const agencyOf = (abbreviation: string) => db().agency.findFirstOrThrow({ where: { abbreviation } });

test("a contributor moves to an agency with the same domain, and reads its applications alone", async () => {
  const { personId, name } = await who("contributor@police.example");
  const customs = await agencyOf("Customs");
  const police = await agencyOf("NZ Police");
  await unguarded().agency.update({
    where: { id: customs.id },
    data: { emailDomains: ["customs.example", "police.example"] },
  });
  const values = { agency: customs.id, newEmail: "contributor@police.example", newRoles: ["CONTRIBUTOR"] };
  await expect(movePerson(desk, await asShown(personId), personId, values)).rejects.toMatchObject({
    questions: [{ name: "roleSeen", hint: expect.stringContaining("Drafts written") }],
  });
  const duties = () => db().duty.findMany({ where: { personId }, orderBy: { applicationId: "asc" } });
  const comments = () => db().comment.findMany({ where: { authorId: personId }, orderBy: { id: "asc" } });
  const before = [await duties(), await comments()];
  await movePerson(desk, await asShown(personId), personId, { ...values, roleSeen: "yes" });
  expect([await duties(), await comments()]).toEqual(before);
  const moved = await who("contributor@police.example");
  expect(moved).toMatchObject({ personId, agencyId: customs.id });
  const { filter } = readSearch("AGENCY", {}, {});
  if (!filter) throw new Error("no filter");
  const seen = await everyRow(eachApplication(db(), moved, filter));
  expect(seen.length).toBe(await db().application.count({ where: { agencyId: customs.id } }));
  const told = await db().email.findMany({ where: { to: "certifier@police.example", subject: { contains: name } } });
  expect(told.map(({ subject }) => subject)).toEqual([
    `[UNCLASSIFIED] ${name} of ${police.name} is no longer contributor`,
  ]);
  const event = await db().auditEvent.findFirstOrThrow({
    where: { event: "person.moved", subject: `person:${personId}` },
  });
  expect(event.data).toMatchObject({ before: { belongsTo: police.name }, after: { belongsTo: customs.name } });
  await expect(db().person.update({ where: { id: personId }, data: { agencyId: police.id } })).rejects.toThrow(
    "Person_moved_as_recorded",
  );
});

test("nobody moves to where their address is none, from MFAT, or with a role of the other side", async () => {
  const { personId } = await who("finance@police.example");
  const customs = await agencyOf("Customs");
  const move = async (values: Record<string, string | string[]>, id = personId) =>
    movePerson(desk, await asShown(id), id, { agency: customs.id, newRoles: ["FINANCE"], roleSeen: "yes", ...values });
  await expect(move({ newEmail: "x@police.gov.example" })).rejects.toMatchObject({
    fields: { newEmail: expect.any(String) },
  });
  await expect(move({ newEmail: "certifier@customs.example" })).rejects.toMatchObject({
    fields: { newEmail: expect.any(String) },
  });
  await expect(move({ newEmail: "f@customs.example", newRoles: ["DESK"] })).rejects.toMatchObject({
    fields: { newRoles: expect.any(String) },
  });
  const admin = asMfat(await who("admin@mfat.example"));
  const assessor = (await who("assessor1@mfat.example")).personId;
  await expect(
    movePerson(admin, await asShown(assessor), assessor, {
      agency: customs.id,
      newEmail: "f@customs.example",
      newRoles: ["FINANCE"],
    }),
  ).rejects.toMatchObject({ code: "STATE" });
  const certifier = await who("certifier@police.example");
  await expect(
    (async () =>
      movePerson(
        { ...desk, roles: new Set(["ASSESSOR"]) },
        { requestId: randomUUID(), revision: 1 },
        certifier.personId,
        {},
      ))(),
  ).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("from a day to come on, the move is planned, can be cancelled, and takes place on its day", async () => {
  const { personId } = await who("finance@police.example");
  const [customs, police] = [await agencyOf("Customs"), await agencyOf("NZ Police")];
  const day = addDays(dayOf(now()), 20);
  const on = (date: Date) => ({
    "fromOn-day": String(date.getUTCDate()),
    "fromOn-month": String(date.getUTCMonth() + 1),
    "fromOn-year": String(date.getUTCFullYear()),
  });
  const values = { agency: customs.id, newEmail: "finance2@customs.example", newRoles: ["FINANCE"], roleSeen: "yes" };
  const move = async (date: Date) => movePerson(desk, await asShown(personId), personId, { ...values, ...on(date) });
  await expect(move(addDays(dayOf(now()), -1))).rejects.toMatchObject({ fields: { "fromOn-day": expect.any(String) } });
  await expect(move(addDays(dayOf(now()), 400))).rejects.toMatchObject({
    fields: { "fromOn-day": expect.any(String) },
  });
  expect(await move(day)).toBe(true);
  expect(await readPlannedMove(desk, personId)).toMatchObject({ to: customs.name, fromOn: day, by: desk.name });
  await expect(move(day)).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("planned already"),
  });
  await takeDueMoves();
  expect(await who("finance@police.example")).toMatchObject({ agencyId: police.id });

  // The way back.
  await cancelMove(desk, await asShown(personId), personId);
  await expect(cancelMove(desk, await asShown(personId), personId)).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await readPlannedMove(desk, personId)).toBeNull();

  await move(day);
  shiftClock(21 * DAY_MS);
  await Promise.all([takeDueMoves(), takeDueMoves()]);
  expect(await who("finance2@customs.example")).toMatchObject({ personId, agencyId: customs.id });
  const events = await db().auditEvent.findMany({
    where: { subject: `person:${personId}`, event: { startsWith: "person.move" } },
    orderBy: { id: "asc" },
  });
  expect(events.map(({ event, actorId }) => [event, actorId])).toEqual([
    ["person.movePlanned", desk.personId],
    ["person.moveCancelled", desk.personId],
    ["person.movePlanned", desk.personId],
    ["person.moved", desk.personId],
  ]);
  const told = await db().email.findMany({
    where: { to: "finance@police.example", subject: { contains: "account" } },
    orderBy: { id: "asc" },
  });
  expect(told.map(({ subject }) => subject.replace(/^.*account /, ""))).toEqual([
    `will move to ${customs.name}`,
    `will not move to ${customs.name}`,
    `will move to ${customs.name}`,
    `has moved to ${customs.name}`,
  ]);
});

test("a planned move that cannot be made any more is ended, and the desk reads why", async () => {
  const { personId, name } = await who("finance2@customs.example");
  const [customs, police] = [await agencyOf("Customs"), await agencyOf("NZ Police")];
  const planned = {
    personId,
    agencyId: police.id,
    roles: ["FINANCE"] as const,
    fromOn: dayOf(now()),
    plannedById: desk.personId,
  };
  const plan = (email: string) =>
    unguarded().personMove.create({ data: { ...planned, roles: [...planned.roles], email } });
  const failed = async (why: RegExp) => {
    await takeDueMoves();
    expect(await who("finance2@customs.example")).toMatchObject({ agencyId: customs.id });
    expect(await readPlannedMove(desk, personId)).toBeNull();
    const mail = await db().email.findFirstOrThrow({ where: { to: "psf@mfat.govt.nz" }, orderBy: { id: "desc" } });
    expect([mail.subject, mail.text]).toEqual([
      `[UNCLASSIFIED] We could not move ${name} to ${police.name}`,
      expect.stringMatching(why),
    ]);
  };
  await plan("certifier@police.example");
  await failed(/already a person with this address/);
  await unguarded().agency.update({ where: { id: police.id }, data: { isActive: false } });
  await plan("finance9@police.example");
  await failed(/may not apply/);
  await unguarded().agency.update({ where: { id: police.id }, data: { isActive: true } });
  await unguarded().person.update({ where: { id: desk.personId }, data: { endedAt: now() } });
  await plan("finance9@police.example");
  await failed(/who planned it, has left/);
});
