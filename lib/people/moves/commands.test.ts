// Somebody goes to another agency and stays who they are; what they did stays with the agency of its day.

import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { everyRow } from "#lib/testing/files.ts";
import { asShown } from "#lib/testing/settings.ts";
import { eachApplication } from "#lib/views/queries.ts";
import { readSearch } from "#lib/views/schema.ts";
import { movePerson } from "#lib/work/leaving/commands.ts";

useTestDatabase("template_demo");

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
