// A form that writes a whole record knows what it showed: of two people on outdated pages, the second is told what the
// first did.
import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { changeAgency } from "#lib/agencies/commands.ts";
import { agencyValues } from "#lib/agencies/schema.ts";
import { nameDeputy } from "#lib/deputies/commands.ts";
import type { Values } from "#lib/form/fields.ts";
import { CARRIED_RECORD, text } from "#lib/form/fields.ts";
import { markOf } from "#lib/form/merge.ts";
import { broughtUpToDate, Outdated } from "#lib/form/outdated.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { changePerson, endAccount, restoreAccount } from "#lib/people/commands.ts";
import { changeDelegation } from "#lib/people/delegations/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { comesBack, PERSON_FIELDS } from "#lib/people/schema.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { deleteView, renameView, saveView } from "#lib/views/commands.ts";
import { knowing } from "./commands.ts";
import { writtenInWords } from "./rules.ts";

useTestDatabase("template_demo");

let admin: MfatActor, other: MfatActor, desk: MfatActor;
beforeAll(async () => {
  [admin, other, desk] = [
    await mfat("admin@mfat.example"),
    await mfat("admin2@mfat.example"),
    await mfat("desk@mfat.example"),
  ];
});

const refused = async (work: Promise<unknown>): Promise<Outdated> => {
  const error = await work.then(
    () => null,
    (thrown) => thrown,
  );
  if (!(error instanceof Outdated)) throw new Error(`not outdated: ${error}`);
  return error;
};
async function mfat(email: string): Promise<MfatActor> {
  const actor = await findActor(email);
  if (!actor) throw new Error(`no ${email}`);
  return asMfat(actor);
}
const rolesOf = async (personId: string) =>
  (await db().personRole.findMany({ where: { personId }, orderBy: { role: "asc" } })).map(({ role }) => role);

test("a role that one administrator took does not come back with the name that another corrects", async () => {
  const { id, name } = await db().person.findUniqueOrThrow({ where: { email: "approver2@mfat.example" } });
  await changePerson(admin, await asShown(id), id, { name, roles: ["APPROVER", "DESK"] });
  const page = await asShown(id);
  const shown: Values = { name, roles: ["DESK", "APPROVER"] };
  await changePerson(admin, await asShown(id), id, { name, roles: ["DESK"] });
  const sent = { ...shown, name: `${name} Jr`, [CARRIED_RECORD]: markOf(PERSON_FIELDS, shown) };
  const error = await refused(changePerson(other, page, id, sent));
  expect(error.message).toContain(`${admin.name} changed this on `);
  expect(error.message).toContain("(roles: now desk officer, before ");
  expect(await rolesOf(id)).toEqual(["DESK"]);
  const back = broughtUpToDate(error, sent);
  expect([back.values.name, [back.values.roles].flat()]).toEqual([`${name} Jr`, ["DESK"]]);
  await changePerson(other, { requestId: randomUUID(), revision: back.revision ?? 0 }, id, back.values);
  expect((await db().person.findUniqueOrThrow({ where: { id } })).name).toBe(`${name} Jr`);
  expect(await rolesOf(id)).toEqual(["DESK"]);
  // The delegation went with the role, and an outdated page does not bring it back.
  expect(
    await refused(changeDelegation(other, page, id, { delegation: "unlimited", reason: "As it was" })),
  ).toBeTruthy();
});

test("where both changed a field, the form keeps what was typed and says what the other wrote", async () => {
  const { id, name, roles } = await db().person.findUniqueOrThrow({
    where: { email: "legal@mfat.example" },
    include: { roles: true },
  });
  const shown: Values = { name, roles: roles.map(({ role }) => role) };
  const page = await asShown(id);
  await changePerson(admin, page, id, { ...shown, name: "Legal and Treaties" });
  const sent = { ...shown, name: "Law", [CARRIED_RECORD]: markOf(PERSON_FIELDS, shown) };
  const back = broughtUpToDate(
    await refused(changePerson(other, { ...page, requestId: randomUUID() }, id, sent)),
    sent,
  );
  expect(text(back.values, "name")).toBe("Law");
  expect(back.problem).toContain(`name: now Legal and Treaties, before ${name}`);
  expect(back.problem).toContain("You both changed “Full name”: the form shows your version.");
});

test("agencies, views, deputies and accounts are held in the same way, and a form that changes nothing is refused", async () => {
  const agency = await db().agency.findUniqueOrThrow({ where: { abbreviation: "Customs" } });
  const page = await asShown(agency.id);
  const values = { ...agencyValues(agency), isActive: "yes" } as Parameters<typeof changeAgency>[3];
  await changeAgency(desk, page, agency.id, { ...values, name: "Customs New Zealand" });
  const error = await refused(
    changeAgency(desk, await stale(page), agency.id, { ...values, emailDomains: "customs.test" }),
  );
  expect(error.message).toContain("name: now Customs New Zealand");
  const after = await db().agency.findUniqueOrThrow({ where: { id: agency.id } });
  expect(after.emailDomains).toEqual(agency.emailDomains);
  await expect(
    changeAgency(desk, await asShown(agency.id), agency.id, { ...values, name: after.name }),
  ).rejects.toMatchObject({ code: "STATE", message: expect.stringContaining("not changed anything") });

  await saveView(desk, { requestId: randomUUID() }, { name: "Old", query: "place=FJ" });
  const view = await db().savedView.findFirstOrThrow({ where: { personId: desk.personId, name: "Old" } });
  const viewPage = await asShown(view.id);
  await renameView(desk, viewPage, view.id, "New");
  expect((await refused(deleteView(desk, await stale(viewPage), view.id))).message).toContain(
    "name: now New, before Old",
  );
  await expect(renameView(desk, await asShown(view.id), view.id, "New")).rejects.toMatchObject({ code: "STATE" });

  const approver = await mfat("approver1@mfat.example");
  const own = await asShown(approver.personId);
  await changePerson(admin, await asShown(approver.personId), approver.personId, { name: "Kate", roles: ["APPROVER"] });
  const days = { fromOn: dayOf(now()), toOn: addDays(dayOf(now()), 3) };
  expect((await refused(nameDeputy(approver, own, { deputy: randomUUID(), ...days }))).message).toContain(
    "name: now Kate",
  );
});

test("who restores an account sees what comes back, and restores no more than that", async () => {
  const { id, name } = await db().person.findUniqueOrThrow({ where: { email: "budget2@mfat.example" } });
  await endAccount(admin, await asShown(id), id);
  const page = await asShown(id);
  expect(comesBack({ roles: ["BUDGET"] })).toEqual(["the role of budget officer"]);
  expect(comesBack({ roles: ["APPROVER"], delegationCents: 15_000_000n })[1]).toBe("a delegation of up to $150,000.00");
  expect(comesBack({ roles: [], delegationCents: null })).toEqual(["a delegation without a limit"]);
  await changePerson(admin, await asShown(id), id, { name, roles: ["BUDGET", "DESK"] });
  expect((await refused(restoreAccount(other, page, id))).message).toContain("roles: now budget officer, desk officer");
  await restoreAccount(other, await asShown(id), id);
  await expect(restoreAccount(other, await asShown(id), id)).rejects.toMatchObject({ code: "STATE" });
});

test("every change of a record counts, also one that no form made", async () => {
  const { id, revision } = await db().agency.findFirstOrThrow({ where: { abbreviation: "NZ Police" } });
  const before = (await asShown(id)).revision;
  expect(before).toBe(revision);
  await transaction((tx) => knowing(tx, { requestId: "", revision }, { subject: `agency:${id}`, revision }));
  await expect(
    transaction((tx) => knowing(tx, { requestId: "", revision: 0 }, { subject: "agency:none", revision })),
  ).rejects.toThrow("This page is out of date.");
});

test("an event of a record that is written over does not compile without what its writer knew", () => {
  const written = { actor: null, subject: "person:1" };
  // @ts-expect-error: no revision was looked at
  const changed = () => transaction((tx) => recordEvent(tx, { event: "person.changed", ...written }));
  // @ts-expect-error: the same of any record
  const renamed = () => transaction((tx) => recordEvent(tx, { event: "fleet.renamed", ...written }));
  const ended = () => transaction((tx) => recordEvent(tx, { event: "sessions.ended", ...written }));
  expect([changed, renamed, ended]).toHaveLength(3);
});

test("what was done since is told by whom, when and to which fields", () => {
  const at = new Date("2026-11-30T03:05:00Z");
  const words = (event: string, data: unknown = {}, by: string | null = "Anna Leota") =>
    writtenInWords({ event, at, data, by });
  const on = "on 30 November 2026, 4:05 pm, after you opened this page";
  expect(words("person.ended")).toBe(`Anna Leota ended the account ${on}.`);
  expect(words("thing.changed", null, null)).toBe(`The portal changed this ${on}.`);
  const before = {
    name: "A",
    isActive: true,
    closesAt: null,
    moneyCents: null,
    unknown: 1,
    checklist: ["x".repeat(130)],
  };
  const after = {
    name: "A",
    isActive: false,
    closesAt: at.toISOString(),
    moneyCents: "100",
    unknown: 2,
    checklist: [],
  };
  expect(words("agency.changed", { before, after })).toBe(
    `Anna Leota changed this ${on} (may apply to the fund: now no, before yes; closes: now 30 November 2026, 4:05 pm, before none; money available: now $1.00, before none; screening checklist: now none, before ${"x".repeat(120)}…).`,
  );
});

const stale = async (page: { revision: number }) => ({ ...page, requestId: randomUUID() });
