// Addresses change, and people remain the same people.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { type Actor, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { createAdministrator, createPerson, reportUnknownPerson } from "#lib/people/commands.ts";
import { movePerson } from "#lib/people/moves/commands.ts";
import { findActor, listPeople } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { changeAddress, changeDomain } from "./commands.ts";

useTestDatabase("template_demo");

const who = async (email: string) => {
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return actor;
};
let admin: MfatActor, desk: MfatActor;
beforeEach(async () => {
  [admin, desk] = [asMfat(await who("admin@mfat.example")), asMfat(await who("desk@mfat.example"))];
});
const personOf = (email: string) => db().person.findUniqueOrThrow({ where: { email }, include: { duties: true } });
const mailsTo = async (to: string) =>
  (await db().email.findMany({ where: { to, subject: { contains: "address" } } })).map(({ text }) => text);

test("an address changes: both are told, sessions end, and it is the same person, found by both", async () => {
  const before = await personOf("certifier@customs.example");
  await db().session.create({
    data: { tokenHash: "a".repeat(64), personId: before.id, expires: new Date(Date.now() + 3_600_000) },
  });
  const page = await asShown(before.id);
  const once = { ...page, requestId: randomUUID() };
  await Promise.all([1, 2].map(() => changeAddress(desk, once, before.id, { email: "Ruth.New@customs.example" })));
  const after = await personOf("ruth.new@customs.example");
  expect([after.id, after.duties]).toEqual([before.id, before.duties]);
  expect(await db().session.count({ where: { personId: before.id } })).toBe(0);
  expect(await findActor("certifier@customs.example")).toBeNull();
  for (const to of ["certifier@customs.example", "ruth.new@customs.example"]) {
    expect(await mailsTo(to)).toEqual([
      expect.stringContaining("from certifier@customs.example to ruth.new@customs.example"),
    ]);
  }
  for (const search of ["certifier@customs", "ruth.new@"]) {
    expect((await listPeople(admin, { search })).people.map(({ id }) => id)).toContain(before.id);
  }
  await expect(
    changeAddress(desk, { ...page, requestId: randomUUID() }, before.id, { email: "x@customs.example" }),
  ).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("email address: now ruth.new@customs.example"),
  });
});

test("an address is refused that is another’s, of another agency, one’s own to change or no change", async () => {
  const { id, email } = await personOf("contributor@customs.example");
  const change = async (values: { email: string }, by = desk) => changeAddress(by, await asShown(id), id, values);
  await expect(change({ email: "contributor@police.example" })).rejects.toMatchObject({
    fields: { email: expect.any(String) },
  });
  await expect(change({ email: "desk@mfat.example" })).rejects.toMatchObject({ fields: { email: expect.any(String) } });
  await expect(change({ email })).rejects.toMatchObject({ code: "STATE" });
  await expect(
    changeAddress(admin, await asShown(admin.personId), admin.personId, { email: "me@mfat.example" }),
  ).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  const certifier = await who("certifier@police.example");
  await expect(changeAddress(certifier, await asShown(id), id, { email: "y@customs.example" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  await expect(db().person.update({ where: { id }, data: { email: "z@customs.example" } })).rejects.toThrow(
    "Person_address_as_recorded",
  );
});

test("everybody of an agency gets its new domain at once, or nobody where an address is taken", async () => {
  const { id } = await db().agency.findFirstOrThrow({ where: { abbreviation: "NZ Police" } });
  const people = () => db().person.findMany({ where: { agencyId: id, endedAt: null }, orderBy: { id: "asc" } });
  const before = await people();
  const domain = { from: "police.example", to: "@Pirihimana.example" };
  const taken = { name: "Somebody", email: "contributor@pirihimana.example", belongsTo: "MFAT", roles: ["AUDITOR"] };
  const spare = await createPerson(admin, { requestId: randomUUID() }, taken);
  await expect(changeDomain(desk, await asShown(id), id, domain)).rejects.toMatchObject({
    fields: { to: "Somebody already has the address contributor@pirihimana.example" },
  });
  expect(await people()).toEqual(before);
  await unguarded().auditEvent.create({ data: { event: "session.started", actorId: spare } });
  await changeAddress(admin, await asShown(spare), spare, { email: "spare@mfat.example" });
  // It stays theirs once they have another.
  await expect(changeDomain(desk, await asShown(id), id, domain)).rejects.toMatchObject({
    fields: {
      to: "contributor@pirihimana.example was the address of Somebody before, so nobody else can have it",
    },
  });
  await changeDomain(desk, await asShown(id), id, { ...domain, to: "@Nga-Pirihimana.example" });
  const after = await people();
  expect(after.map(({ id, email }) => [id, email])).toEqual(
    before.map(({ id, email }) => [id, email.replace("@police.example", "@nga-pirihimana.example")]),
  );
  expect((await db().agency.findUniqueOrThrow({ where: { id } })).emailDomains).toContain("nga-pirihimana.example");
  expect(await mailsTo("certifier@police.example")).toHaveLength(1);
  expect(await mailsTo("certifier@nga-pirihimana.example")).toHaveLength(1);
  for (const wrong of [
    { from: "police.example", to: "other.example" },
    { from: "nga-pirihimana.example", to: "no domain" },
    { from: "nga-pirihimana.example", to: "customs.example" },
  ]) {
    await expect(changeDomain(desk, await asShown(id), id, wrong)).rejects.toMatchObject({ code: "INVALID" });
  }
});

test("an address that somebody had before stays theirs: nobody else gets it, it signs nobody in, and they may have it back", async () => {
  const { id, name, agencyId } = await personOf("contributor@customs.example");
  await changeAddress(desk, await asShown(id), id, { email: "sione.new@customs.example" });
  const old = "contributor@customs.example";
  expect(await findActor(old)).toBeNull();
  const said = new RegExp(`^This was the address of ${name} until .*, so nobody else can have it`);
  const values = {
    name: "Somebody Else",
    email: old,
    belongsTo: agencyId ?? "",
  };
  const adds = (by: Actor) => createPerson(by, { requestId: randomUUID() }, { ...values, roles: ["CONTRIBUTOR"] });
  await expect(adds(desk)).rejects.toMatchObject({ fields: { email: expect.stringMatching(said) } });
  await expect(adds(await who("ruth.new@customs.example"))).rejects.toMatchObject({
    fields: { email: expect.stringMatching(said) },
  });
  const other = await personOf("ruth.new@customs.example");
  await expect(changeAddress(desk, await asShown(other.id), other.id, { email: old })).rejects.toMatchObject({
    fields: { email: expect.stringMatching(said) },
  });
  await expect(createAdministrator({ email: old, name: "X" })).rejects.toMatchObject({ code: expect.any(String) });
  // The desk reads whose it was when somebody tries to sign in with it.
  await reportUnknownPerson(old);
  const asked = await db().email.findFirstOrThrow({ where: { subject: { contains: "old address" } } });
  expect([asked.to, asked.subject]).toEqual([
    "psf@mfat.govt.nz",
    `[UNCLASSIFIED] Somebody tried to sign in with an old address of ${name}`,
  ]);
  await changeAddress(desk, await asShown(id), id, { email: old });
  expect((await findActor(old))?.personId).toBe(id);
});

test("a certifier does not read whose an old address was once they are of another agency, nor gets it by a new domain", async () => {
  const { id, name, agencyId } = await personOf("contributor@customs.example");
  const police = await db().agency.findUniqueOrThrow({ where: { abbreviation: "NZ Police" } });
  const move = {
    agency: police.id,
    newEmail: "sione@nga-pirihimana.example",
    newRoles: ["CONTRIBUTOR"],
    roleSeen: "yes",
  };
  await movePerson(desk, await asShown(id), id, move);
  const certifier = await who("ruth.new@customs.example");
  const values = { name: "Somebody Else", email: "contributor@customs.example", roles: ["CONTRIBUTOR"] };
  const refused = await createPerson(certifier, { requestId: randomUUID() }, values).then(
    String,
    ({ fields }) => fields.email,
  );
  expect(refused).toMatch(/^Somebody else used this address before/);
  expect(refused).not.toContain(name);
  // Somebody at another domain would get it with that domain's change.
  await unguarded().agency.update({
    where: { id: agencyId ?? "" },
    data: { emailDomains: ["customs.example", "old.example"] },
  });
  await createPerson(
    desk,
    { requestId: randomUUID() },
    { ...values, email: "contributor@old.example", belongsTo: agencyId ?? "" },
  );
  const page = await asShown(agencyId ?? "");
  await expect(
    changeDomain(desk, page, agencyId ?? "", { from: "old.example", to: "customs.example" }),
  ).rejects.toMatchObject({
    fields: { to: `contributor@customs.example was the address of ${name} before, so nobody else can have it` },
  });
});

test("an address that was given by mistake, and that nobody ever used, is free for whose it is", async () => {
  const { id: agencyId } = await db().agency.findUniqueOrThrow({ where: { abbreviation: "NZDF" } });
  const values = { name: "Hēmi Wrong", belongsTo: agencyId, roles: ["CONTRIBUTOR"] };
  const email = "hemi.walker@nzdf.example";
  await createPerson(desk, { requestId: randomUUID() }, { ...values, email });
  const { id } = await personOf(email);
  await changeAddress(desk, await asShown(id), id, { email: "hemi.wrong@nzdf.example" });
  await createPerson(desk, { requestId: randomUUID() }, { ...values, name: "Hēmi Walker", email });
  expect((await who(email)).personId).not.toBe(id);
});
