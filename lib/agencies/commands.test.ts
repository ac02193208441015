// Agencies as the desk keeps them.
import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import type { MfatActor, Role } from "#lib/lifecycle/permissions.ts";
import { db } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { changeAgency, createAgency } from "./commands.ts";
import { getAgency, listAgencies, listAgencyOptions } from "./queries.ts";
import { type AgencyAnswers, readDomains } from "./schema.ts";

useTestDatabase();

const requested = () => ({ requestId: randomUUID() });
const actor = (...roles: Role[]): MfatActor => ({
  side: "MFAT",
  personId: randomUUID(),
  name: "Somebody",
  email: "somebody@mfat.example",
  roles: new Set(roles),
});
const desk = actor("DESK");
beforeAll(async () => {
  const { personId: id, name, email, side } = desk;
  await unguarded().person.create({ data: { id, name, email, side, roles: { create: { role: "DESK" } } } });
});
const answers = (changes: Partial<AgencyAnswers> = {}): AgencyAnswers => ({
  name: "Ministry of Test",
  abbreviation: "MoTest",
  kind: "department",
  emailDomains: "@Test.govt.nz\ntest.nz\n\ntest.govt.nz",
  isActive: "yes",
  ...changes,
});
const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );

test("an agency is added once, changed with before and after on the record, and offered while it may apply", async () => {
  const request = requested();
  await Promise.all([1, 2].map(() => createAgency(desk, request, answers())));
  const { id, emailDomains } = await db().agency.findUniqueOrThrow({ where: { name: "Ministry of Test" } });
  expect(emailDomains).toEqual(["test.govt.nz", "test.nz"]);
  const isOffered = async () => (await listAgencyOptions(desk)).some(({ value }) => value === id);
  expect(await isOffered()).toBe(true);
  await changeAgency(desk, await asShown(id), id, answers({ isActive: "no", emailDomains: null }));
  expect(await isOffered()).toBe(false);
  expect(await getAgency(desk, id)).toMatchObject({ isActive: false, emailDomains: [] });
  expect((await listAgencies(desk)).find((agency) => agency.id === id)).toMatchObject({ people: 0 });
  const events = await db().auditEvent.findMany({ where: { subject: `agency:${id}` }, orderBy: { id: "asc" } });
  expect(events.map(({ event }) => event)).toEqual(["agency.created", "agency.changed"]);
  expect(events[1]?.data).toMatchObject({ before: { isActive: true }, after: { isActive: false } });
});

test("a name, an abbreviation or a domain that cannot be is refused at its field", async () => {
  const customs = await db().agency.findUniqueOrThrow({ where: { abbreviation: "Customs" } });
  const { name } = customs;
  const refused = async (changes: Partial<AgencyAnswers>) =>
    (await refusal(createAgency(desk, requested(), answers(changes)))).fields;
  expect(await refused({ name, abbreviation: "Other" })).toHaveProperty("name");
  expect(await refused({ name: "Other", abbreviation: "Customs" })).toEqual({
    abbreviation: `${name} already has this abbreviation`,
  });
  expect(
    (await refused({ name: "Other", abbreviation: "Other", emailDomains: "a.nz\nno domain" })).emailDomains,
  ).toContain("“no”");
  await changeAgency(desk, await asShown(customs.id), customs.id, answers({ name, abbreviation: "Customs" }));
});

test("only the desk keeps agencies; an auditor reads them", async () => {
  expect(await listAgencies(actor("AUDITOR"))).not.toEqual([]);
  for (const role of ["ADMINISTRATOR", "AUDITOR", "ASSESSOR", "BUDGET", "APPROVER"] as const) {
    const attempts: (() => Promise<unknown>)[] = [
      () => createAgency(actor(role), requested(), answers()),
      ...(role === "AUDITOR" ? [] : [() => listAgencies(actor(role))]),
    ];
    for (const attempt of attempts) {
      expect(await refusal((async () => attempt())())).toMatchObject({ code: "FORBIDDEN" });
    }
  }
  expect(await refusal(getAgency(desk, "no-id"))).toMatchObject({ code: "NOT_FOUND" });
});

test("domains are read out of lines", () => {
  expect(readDomains(" a.govt.nz\n@B.nz, a.govt.nz ")).toEqual({ domains: ["a.govt.nz", "b.nz"] });
  for (const wrong of ["localhost", "a..nz", "-a.nz", "somebody@a.nz", "a.nz/"])
    expect(readDomains(wrong)).toEqual({ wrong });
  expect(readDomains("")).toEqual({ domains: [] });
});
