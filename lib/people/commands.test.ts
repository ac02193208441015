// People, roles and accounts: who may change whom, what can never happen, and what is recorded.
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Values } from "#lib/form/fields.ts";
import type { MfatActor, Role } from "#lib/lifecycle/permissions.ts";
import { shiftClock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { byName } from "#lib/platform/text.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { confirmChange } from "#lib/workflow/changes/commands.ts";
import * as people from "./commands.ts";
import { changeDelegation } from "./delegations/commands.ts";
import { findActor, getPerson, listOwnSessions, listPeople, type PersonRow } from "./queries.ts";
import { PEOPLE_ORDERS } from "./schema.ts";

useTestDatabase();

const longAgo = new Date(0);
const requested = () => ({ requestId: randomUUID() });
let customsId = "";
let number = 0;

beforeAll(async () => {
  customsId = (await db().agency.findUniqueOrThrow({ where: { abbreviation: "Customs" } })).id;
});

/** A new person at MFAT with these roles, as the actor. */
async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `person${++number}@mfat.example`;
  const data = roles.map((role) => ({ role }));
  await unguarded().person.create({ data: { email, name: `Person ${number}`, side: "MFAT", roles: { create: data } } });
  return (await findActor(email)) as MfatActor;
}

async function customsPerson(): Promise<string> {
  const email = `person${++number}@customs.govt.nz`;
  const roles = { create: { role: "CONTRIBUTOR" as const } };
  return (
    await unguarded().person.create({
      data: { email, name: `Person ${number}`, side: "AGENCY", agencyId: customsId, roles },
    })
  ).id;
}

const newPerson = (changes: Values = {}): Values => ({
  name: "Te Ao O’Brien",
  email: `new${++number}@customs.govt.nz`,
  belongsTo: customsId,
  roles: ["CONTRIBUTOR"],
  somebodyElse: "yes",
  ...changes,
});

const startSession = (personId: string, tokenHash = randomUUID().replaceAll("-", "").repeat(2)) =>
  db().session.create({ data: { tokenHash, personId, expires: new Date(Date.now() + 3_600_000) } });

const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );
const eventsOf = (id: string) =>
  db().auditEvent.findMany({ where: { subject: `person:${id}` }, orderBy: { id: "asc" } });

describe("who may keep whom", () => {
  const keepers: [Role, "agency" | "MFAT", boolean][] = [
    ["ADMINISTRATOR", "agency", true],
    ["ADMINISTRATOR", "MFAT", true],
    ["DESK", "agency", true],
    ["DESK", "MFAT", false],
    ["AUDITOR", "agency", false],
    ["AUDITOR", "MFAT", false],
    ["ASSESSOR", "agency", false],
    ["BUDGET", "agency", false],
    ["APPROVER", "agency", false],
  ];
  test.each(keepers)("%s, a person of %s: %s", async (role, side, isAllowed) => {
    const actor = await somebody(role);
    const id = side === "agency" ? await customsPerson() : (await somebody("ASSESSOR")).personId;
    const roles = side === "agency" ? ["CERTIFIER"] : ["BUDGET"];
    const of: Values = side === "agency" ? {} : { email: `mfat${++number}@mfat.example`, belongsTo: "MFAT", roles };
    const attempts: (() => Promise<unknown>)[] = [
      () => people.createPerson(actor, requested(), newPerson(of)),
      async () => people.changePerson(actor, await asShown(id), id, { name: "New Name", roles }),
      () => people.endSessions(actor, requested(), id),
      async () => people.endAccount(actor, await asShown(id), id),
      async () => people.restoreAccount(actor, await asShown(id), id),
    ];
    for (const attempt of attempts) {
      if (isAllowed) await attempt();
      else expect(await refusal((async () => attempt())())).toMatchObject({ code: "FORBIDDEN" });
    }
    const person = await getPerson(await somebody("AUDITOR"), id, longAgo);
    expect(person.name === "New Name").toBe(isAllowed);
    expect((await eventsOf(id)).length > 0).toBe(isAllowed);
  });

  test("delegations are the administrator's, and nobody changes their own roles, delegation or account", async () => {
    const admin = await somebody("ADMINISTRATOR", "APPROVER");
    const approver = await somebody("APPROVER");
    const limit = { delegation: "limit", limit: "150,000", reason: "Acting" };
    expect(
      await refusal(
        (async () =>
          changeDelegation(await somebody("DESK"), await asShown(approver.personId), approver.personId, limit))(),
      ),
    ).toMatchObject({ code: "FORBIDDEN" });
    expect(await refusal(changeDelegation(admin, await asShown(admin.personId), admin.personId, limit))).toMatchObject({
      code: "FORBIDDEN",
    });
    expect(await refusal(people.endAccount(admin, await asShown(admin.personId), admin.personId))).toMatchObject({
      code: "FORBIDDEN",
    });
    const roles = ["ADMINISTRATOR", "APPROVER", "BUDGET"];
    expect(
      (await refusal(people.changePerson(admin, await asShown(admin.personId), admin.personId, { name: "Me", roles })))
        .fields,
    ).toHaveProperty("roles");
    await people.changePerson(admin, await asShown(admin.personId), admin.personId, {
      name: "Me",
      roles: ["APPROVER", "ADMINISTRATOR"],
    });
    expect((await findActor(admin.email))?.name).toBe("Me");
  });
});

describe("adding a person", () => {
  test("the same form twice, also at once, makes one person, who is told once", async () => {
    const [admin, request, values] = [await somebody("ADMINISTRATOR"), requested(), newPerson()];
    const ids = await Promise.all([1, 2, 3].map(() => people.createPerson(admin, request, values)));
    expect(new Set(ids).size).toBe(1);
    expect(await findActor(String(values.email))).toMatchObject({
      side: "AGENCY",
      agencyId: customsId,
      roles: new Set(["CONTRIBUTOR"]),
    });
    expect(await db().email.count({ where: { to: String(values.email) } })).toBe(1);
    expect((await eventsOf(ids[0] ?? "")).map(({ event }) => event)).toEqual(["person.created"]);
  });

  const wrong: [string, Values, string, RegExp][] = [
    ["an address of another domain", { email: "a@police.govt.nz" }, "email", /ends with @customs\.govt\.nz/],
    ["an address that only ends alike", { email: "a@evilcustoms.govt.nz" }, "email", /ends with/],
    ["no address", { email: "customs.govt.nz" }, "email", /Enter an email address/],
    ["a role of the other side", { roles: ["CONTRIBUTOR", "APPROVER"] }, "roles", /cannot be approver/],
    ["no role", { roles: "" }, "roles", /at least one role/],
    ["an unknown agency", { belongsTo: randomUUID() }, "belongsTo", /Choose/],
    ["no name", { name: " " }, "name", /full name/],
    [
      "an auditor who does more",
      { belongsTo: "MFAT", email: "x@mfat.example", roles: ["AUDITOR", "DESK"] },
      "roles",
      /changes nothing/,
    ],
  ];
  test.each(wrong)("%s is refused at the field", async (_what, changes, field, message) => {
    const { code, fields } = await refusal(
      people.createPerson(await somebody("ADMINISTRATOR"), requested(), newPerson(changes)),
    );
    expect(code).toBe("INVALID");
    expect(fields[field]).toMatch(message);
  });

  test("an address is one person's, and an ended account is named as such", async () => {
    const [admin, values] = [await somebody("ADMINISTRATOR"), newPerson()];
    const id = await people.createPerson(admin, requested(), values);
    expect((await refusal(people.createPerson(admin, requested(), values))).fields.email).toMatch(/already a person/);
    await people.endAccount(admin, await asShown(id), id);
    expect((await refusal(people.createPerson(admin, requested(), values))).fields.email).toMatch(
      /and can be restored/,
    );
  });
});

test("roles, name and delegation change with before and after on the record; an approver no more decides nothing", async () => {
  const admin = await somebody("ADMINISTRATOR");
  const { personId: id, email } = await somebody("APPROVER");
  const second = await somebody("ADMINISTRATOR");
  const delegate = async (delegation: string, limit = "") => {
    await changeDelegation(admin, await asShown(id), id, { delegation, limit, reason: "Acting" });
    const asked = await db().changeRequest.findFirstOrThrow({ where: { state: "ASKED", personId: id } });
    await confirmChange(second, requested(), asked.id);
  };
  await delegate("limit", "$150,000.00");
  expect(await findActor(email)).toMatchObject({ delegationCents: 15_000_000n });
  expect((await refusal(delegate("limit"))).fields).toHaveProperty("limit");
  await delegate("unlimited");
  expect(await findActor(email)).toMatchObject({ delegationCents: null });
  await people.changePerson(admin, await asShown(id), id, { name: "Hēmi", roles: ["BUDGET"] });
  expect(await findActor(email)).toMatchObject({ name: "Hēmi", roles: new Set(["BUDGET"]) });
  expect(await findActor(email)).not.toHaveProperty("delegationCents");
  const events = await eventsOf(id);
  expect(events.map(({ event }) => event)).toEqual(["delegation.changed", "delegation.changed", "person.changed"]);
  expect(events[1]?.data).toMatchObject({ before: "up to $150,000.00", after: "no limit" });
  expect(events[2]?.data).toMatchObject({
    before: { roles: ["APPROVER"] },
    after: { name: "Hēmi", roles: ["BUDGET"] },
  });
});

test("there is always an administrator, also when two end each other at once", async () => {
  const [one, other] = [await somebody("ADMINISTRATOR"), await somebody("ADMINISTRATOR")];
  const rest = { role: "ADMINISTRATOR" as const, personId: { notIn: [one.personId, other.personId] } };
  await unguarded().personRole.deleteMany({ where: rest });
  const results = await Promise.allSettled([
    people.endAccount(one, await asShown(other.personId), other.personId),
    people.endAccount(other, await asShown(one.personId), one.personId),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const remaining = (await findActor(one.email)) ? one : other;
  const gone = remaining === one ? other : one;
  const change = people.changePerson(gone, await asShown(remaining.personId), remaining.personId, {
    name: "Last",
    roles: ["DESK"],
  });
  expect(await refusal(change)).toMatchObject({ code: "STATE" });
  expect(await findActor(remaining.email)).toMatchObject({ roles: new Set(["ADMINISTRATOR"]) });
});

describe("sessions", () => {
  test("end with the account, at once; restored, the person signs in anew", async () => {
    const admin = await somebody("ADMINISTRATOR");
    const { personId: id, email } = await somebody("DESK");
    await Promise.all([startSession(id), startSession(id)]);
    await people.endAccount(admin, await asShown(id), id);
    expect(await db().session.count({ where: { personId: id } })).toBe(0);
    expect(await findActor(email)).toBeNull();
    await people.restoreAccount(admin, await asShown(id), id);
    expect(await findActor(email)).toMatchObject({ personId: id });
    expect((await eventsOf(id)).map(({ event }) => event)).toEqual(["person.ended", "person.restored"]);
  });

  test("are listed to their person, who ends one or all others, and nobody else's", async () => {
    const [me, stranger] = [await somebody("DESK"), await somebody("DESK")];
    const own = await startSession(me.personId);
    const old = await startSession(me.personId);
    await startSession(me.personId);
    await startSession(stranger.personId);
    const list = () => listOwnSessions(me, own.tokenHash, longAgo);
    expect((await list()).filter(({ isThis }) => isThis)).toHaveLength(1);
    await people.endOwnSession(stranger, requested(), old.tokenHash.slice(0, 16));
    expect(await list()).toHaveLength(3);
    await people.endOwnSession(me, requested(), old.tokenHash.slice(0, 16));
    expect(await list()).toHaveLength(2);
    await people.endOtherSessions(me, requested(), own.tokenHash);
    expect(await list()).toMatchObject([{ isThis: true }]);
    expect(await db().session.count({ where: { personId: stranger.personId } })).toBe(1);
  });
});

test("people are listed by name, a page at a time, and found by a part of name or address", async () => {
  const auditor = await somebody("AUDITOR");
  const many = Array.from({ length: 60 }, (_, n) => ({
    email: `list${n}@mfat.example`,
    name: `Zealander ${n % 7}`,
    side: "MFAT" as const,
  }));
  await unguarded().person.createMany({ data: many });
  const first = await listPeople(auditor, { search: "zealander" });
  const second = await listPeople(auditor, { search: "zealander", after: first.next ?? "" });
  expect([first.people.length, second.people.length, second.next]).toEqual([50, 10, null]);
  const all = [...first.people, ...second.people];
  expect(new Set(all.map(({ id }) => id)).size).toBe(60);
  expect(all.map(({ name }) => name)).toEqual(many.map(({ name }) => name).sort(byName));
  for (const [sort, { isDescending, by }] of Object.entries(PEOPLE_ORDERS)) {
    const read: PersonRow[] = [];
    for (let after: string | null = ""; after !== null; ) {
      const page: Awaited<ReturnType<typeof listPeople>> = await listPeople(auditor, { sort, after });
      read.push(...page.people);
      after = page.next;
    }
    expect([sort, new Set(read.map(({ id }) => id)).size]).toEqual([sort, await db().person.count()]);
    // MFAT's people come after those of all agencies.
    const keys = read.map(({ side, belongsTo }) =>
      by.length === 1 ? "" : `${side} ${side === "MFAT" ? "" : belongsTo}`,
    );
    expect([sort, keys]).toEqual([sort, isDescending ? keys.toSorted(byName).reverse() : keys.toSorted(byName)]);
    const [first, last] = [read.find(({ side }) => side === "MFAT"), read.findLast(({ side }) => side === "MFAT")];
    expect([first?.name ?? "", last?.name ?? ""].sort(byName)[isDescending ? 1 : 0]).toBe(first?.name);
  }
  expect((await listPeople(auditor, { search: "LIST59@" })).people).toHaveLength(1);
  expect((await listPeople(auditor, { search: "list%@" })).people).toHaveLength(0);
  const names = ["Hēmi Tūhoro", "Ngāio O’Neill", "Va‘a Faʻalogo"];
  const data = names.map((name, n) => ({ email: `marks${n}@mfat.example`, name, side: "MFAT" as const }));
  await unguarded().person.createMany({ data });
  const found = async (search: string) => (await listPeople(auditor, { search })).people.map(({ name }) => name);
  for (const search of ["Tuhoro", "tūhoro", "TŪHORO", "Tuhoro, Hemi", "hemi marks0@"])
    expect([search, await found(search)]).toEqual([search, ["Hēmi Tūhoro"]]);
  for (const search of ["ONeill", "o'neill", "ngaio"])
    expect([search, await found(search)]).toEqual([search, ["Ngāio O’Neill"]]);
  for (const search of ["Vaa", "fa'alogo", "Faalogo"])
    expect([search, await found(search)]).toEqual([search, ["Va‘a Faʻalogo"]]);
  expect(await found("Tuhoro Ngaio")).toEqual([]);
  await expect(listPeople(await somebody("APPROVER"))).rejects.toMatchObject({ code: "FORBIDDEN" });
});

describe("somebody of an agency who has no account", () => {
  const mails = () => db().email.count({ where: { subject: { contains: "has no account" } } });
  const asked = () => db().auditEvent.count({ where: { event: "account.asked" } });

  test("is reported once a day for an address and ten times for an agency, also when all ask at once", async () => {
    const ask = (who: number) => people.reportUnknownPerson(`stranger${who}@customs.govt.nz`, "192.0.2.7");
    const all = Array.from({ length: 14 }, (_, who) => who);
    const names = await Promise.all([...all, ...all].map(ask));
    expect(new Set(names).size).toBe(1);
    expect([await mails(), await asked()]).toEqual([10, 14]);
    expect(await people.reportUnknownPerson("stranger@police.govt.nz")).toBe("New Zealand Police");
    expect([await mails(), await asked()]).toEqual([11, 15]);
    expect(await people.reportUnknownPerson("stranger@unknown.example")).toBeNull();
    try {
      shiftClock(86_400_001);
      await ask(0);
      expect([await mails(), await asked()]).toEqual([12, 16]);
    } finally {
      shiftClock(0);
    }
  });
});
