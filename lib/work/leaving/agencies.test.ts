// What is affected when an agency may no longer apply, and how its certifiers manage its own people.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import type { AgencyAnswers } from "#lib/agencies/schema.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import * as people from "#lib/people/commands.ts";
import { findActor, getPerson, listPeople } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { changeAgency, changePerson, endAccount } from "./commands.ts";
import { readAgencyLeaving, readLeaving } from "./queries.ts";
import { nobodyLeft } from "./rules.ts";

useTestDatabase("template_demo");

const request = () => ({ requestId: randomUUID() });
const who = async (email: string) => (await findActor(email)) ?? Promise.reject(new Error(email));
const refusal = (work: () => Promise<unknown>): Promise<DomainError> =>
  (async () => work())().then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );
const newMails = async (work: () => Promise<unknown>) => {
  const before = new Set((await db().email.findMany({ select: { id: true } })).map(({ id }) => id));
  await work();
  return (await db().email.findMany({ orderBy: { id: "asc" } })).filter(({ id }) => !before.has(id));
};

let desk: MfatActor;
let certifier: AgencyActor;
beforeEach(async () => {
  desk = asMfat(await who("desk@mfat.example"));
  certifier = asAgency(await who("certifier@police.example"));
});

test("that an agency may no longer apply shows what it has not submitted, and who writes or signs that is told", async () => {
  const { id, name, abbreviation, kind, emailDomains } = await db().agency.findUniqueOrThrow({
    where: { abbreviation: "NZ Police" },
  });
  const unsubmitted = await db().application.findMany({
    where: { agencyId: id, state: { in: ["DRAFT", "SIGN_OFF", "CHANGES_REQUESTED"] } },
  });
  const { byState, goesOn } = await readAgencyLeaving(desk, id);
  expect(byState.flatMap(({ references }) => references).sort()).toEqual(
    unsubmitted.map(({ reference }) => reference).sort(),
  );
  expect([unsubmitted.length > 0, goesOn > 0]).toEqual([true, true]);
  expect((await refusal(() => readAgencyLeaving(asMfat({ ...desk, roles: new Set(["AUDITOR"]) }), id))).code).toBe(
    "FORBIDDEN",
  );
  const answers = (isActive: "yes" | "no"): AgencyAnswers => ({
    ...{ name, abbreviation, kind, isActive },
    emailDomains: emailDomains.join("\n"),
  });
  const mails = await newMails(async () => changeAgency(desk, await asShown(id), id, answers("no")));
  expect(mails.map(({ to }) => to)).toEqual(
    expect.arrayContaining(["psf@mfat.govt.nz", "contributor@police.example", "certifier@police.example"]),
  );
  expect(mails.map(({ to }) => to)).not.toContain("finance@police.example");
  expect(mails[0]).toMatchObject({
    subject: `[UNCLASSIFIED] ${name} may not apply to the fund at present`,
    text: expect.stringContaining(unsubmitted[0]?.reference ?? "none"),
  });
  // A change of name alone is not announced, and saving the same again is refused.
  const other = { ...answers("no"), name: `${name} (test)` };
  expect(await newMails(async () => changeAgency(desk, await asShown(id), id, other))).toEqual([]);
  expect((await refusal(async () => changeAgency(desk, await asShown(id), id, other))).code).toBe("STATE");
  expect((await newMails(async () => changeAgency(desk, await asShown(id), id, answers("yes"))))[0]?.subject).toContain(
    "again",
  );
});

test("a certifier adds, changes and ends people of their own agency, and the desk reads of each", async () => {
  const { people: own } = await listPeople(certifier);
  expect(new Set(own.map(({ belongsTo }) => belongsTo))).toEqual(new Set([certifier.agencyName]));
  const other = await db().person.findUniqueOrThrow({ where: { email: "contributor@customs.example" } });
  const values = {
    name: "Hana Pere",
    email: "hana@police.example",
    belongsTo: other.agencyId ?? "",
    roles: ["CONTRIBUTOR"],
  };
  let id = "";
  const added = await newMails(async () => {
    id = await people.createPerson(certifier, request(), values);
  });
  expect(await db().person.findUniqueOrThrow({ where: { id } })).toMatchObject({ agencyId: certifier.agencyId });
  expect(added.map(({ to, subject }) => [to, subject])).toEqual([
    ["hana@police.example", expect.stringContaining("You have an account")],
    ["psf@mfat.govt.nz", `[UNCLASSIFIED] ${certifier.agencyName}: Hana Pere added by its certifier`],
  ]);
  await changePerson(certifier, await asShown(id), id, { name: "Hana Pere", roles: ["CONTRIBUTOR", "CERTIFIER"] });
  expect((await getPerson(certifier, id, now())).roles).toEqual(["CONTRIBUTOR", "CERTIFIER"]);
  const { email } = await db().person.findUniqueOrThrow({ where: { id } });
  const ended = await newMails(async () => endAccount(certifier, await asShown(id), id, {}));
  expect(ended.map(({ to }) => to)).toContain("psf@mfat.govt.nz");
  expect(await findActor(email)).toBeNull();
  await people.restoreAccount(certifier, await asShown(id), id);
  expect(await findActor(email)).not.toBeNull();
  const events = await db().auditEvent.findMany({ where: { subject: `person:${id}` }, orderBy: { id: "asc" } });
  expect(events.map(({ event, actorId }) => [event, actorId])).toEqual(
    ["person.created", "person.changed", "person.ended", "person.restored"].map((event) => [event, certifier.personId]),
  );
  await endAccount(certifier, await asShown(id), id, {});
});

test("a certifier keeps nobody of another agency or of MFAT, gives no role of MFAT, and does not end themselves", async () => {
  for (const email of ["contributor@customs.example", "desk@mfat.example"]) {
    const { id } = await db().person.findUniqueOrThrow({ where: { email } });
    for (const work of [
      () => getPerson(certifier, id, now()),
      () => readLeaving(certifier, id),
      async () => changePerson(certifier, await asShown(id), id, { name: "Other", roles: ["CONTRIBUTOR"] }),
      async () => endAccount(certifier, await asShown(id), id, {}),
      async () => people.endAccount(certifier, await asShown(id), id),
      async () => people.restoreAccount(certifier, await asShown(id), id),
      () => people.endSessions(certifier, request(), id),
    ]) {
      expect(await refusal(work)).toMatchObject({ code: "NOT_FOUND" });
    }
  }
  const contributor = await who("contributor@police.example");
  expect(
    await refusal(async () =>
      changePerson(certifier, await asShown(contributor.personId), contributor.personId, {
        name: contributor.name,
        roles: ["DESK"],
      }),
    ),
  ).toMatchObject({ fields: { roles: "A person of an agency cannot be desk officer" } });
  expect(
    await refusal(() =>
      people.createPerson(certifier, request(), { name: "A", email: "a@customs.example", roles: ["CONTRIBUTOR"] }),
    ),
  ).toMatchObject({ fields: { email: expect.stringContaining("police.example") } });
  expect(
    await refusal(async () => endAccount(certifier, await asShown(certifier.personId), certifier.personId, {})),
  ).toMatchObject({
    code: "FORBIDDEN",
    message: "You cannot end your own account. Another certifier or the fund desk can.",
  });
  const roles = { name: certifier.name, roles: ["CONTRIBUTOR"] };
  expect(
    await refusal(async () => changePerson(certifier, await asShown(certifier.personId), certifier.personId, roles)),
  ).toMatchObject({
    fields: { roles: "You cannot change your own roles. Another certifier or the fund desk can" },
  });
  for (const actor of [contributor, await who("finance@police.example")]) {
    expect(await refusal(() => listPeople(actor))).toMatchObject({ code: "FORBIDDEN" });
    expect(await refusal(() => people.createPerson(actor, request(), {}))).toMatchObject({ code: "FORBIDDEN" });
  }
  expect(nobodyLeft(await readLeaving(certifier, contributor.personId), "AGENCY").join()).not.toContain(
    "Ask the agency",
  );
});
