// Somebody leaves: what they are responsible for is shown and handed over as the account ends, and nothing is left
// waiting unseen.
import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { changeDeskOfficer } from "#lib/applications/officers/commands.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { restoreAccount } from "#lib/people/commands.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { changePerson, endAccount } from "./commands.ts";
import { readLeaving } from "./queries.ts";
import { countOf, leavingLines, nobodyLeft } from "./rules.ts";

useTestDatabase("template_demo");

let number = 0;
async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `leaver${++number}@mfat.example`;
  const held = { create: roles.map((role) => ({ role })) };
  await unguarded().person.create({ data: { email, name: `Leaver ${number}`, side: "MFAT", roles: held } });
  return mfat(email);
}
async function mfat(email: string): Promise<MfatActor> {
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return asMfat(actor);
}
const personOf = (email: string) => db().person.findUniqueOrThrow({ where: { email } });
const request = () => ({ requestId: randomUUID() });
const read = (reference: string) => db().application.findUniqueOrThrow({ where: { reference } });

let admin: MfatActor;
beforeEach(async () => {
  admin = await mfat("admin@mfat.example");
});

/** A desk officer who looks after some of the demonstration's applications. */
async function officerWith(count: number): Promise<{ officer: MfatActor; references: string[] }> {
  const officer = await somebody("DESK");
  const rows = await db().application.findMany({
    where: { state: { in: ["SUBMITTED", "ASSESSMENT", "ACTIVE"] } },
    orderBy: { reference: "asc" },
    take: count,
  });
  for (const { reference, deskOfficerId: before } of rows) {
    const change = { officer: officer.personId, reason: "New here", before };
    await changeDeskOfficer(admin, request(), reference, change);
  }
  return { officer, references: rows.map(({ reference }) => reference) };
}

describe("what hangs on a person", () => {
  test("of an agency: drafts and reports by name, and that nobody is left", async () => {
    const { id } = await personOf("contributor@customs.example");
    const leaving = await readLeaving(admin, id);
    const drafts = await db().application.count({
      where: { createdById: id, state: { in: ["DRAFT", "SIGN_OFF", "CHANGES_REQUESTED"] } },
    });
    expect(drafts).toBeGreaterThan(0);
    expect(countOf(leaving.held, "drafts")).toBe(drafts);
    expect(nobodyLeft(leaving)).toEqual([
      expect.stringMatching(
        / has no other contributor\. Nobody would be left to do their tasks \(\d+\)\. Ask the agency/,
      ),
    ]);
    expect(leavingLines(leaving).find(({ label }) => label === "Drafts written")).toMatchObject({
      outcome: "They stay with the agency, but no contributor is left to continue them",
      references: [expect.stringMatching(/^PSF-/), ...Array(Math.min(drafts, 5) - 1).fill(expect.any(String))],
    });
    const { side, agencyId } = await personOf("contributor@customs.example");
    const other = await unguarded().person.create({
      data: {
        email: "more@customs.example",
        name: "Mele More",
        side,
        agencyId,
        roles: { create: { role: "CONTRIBUTOR" } },
      },
    });
    const after = await readLeaving(admin, id);
    expect(nobodyLeft(after)).toEqual([]);
    expect(leavingLines(after)).toContainEqual(
      expect.objectContaining({ label: "Tasks as contributor", outcome: "Also asked: Mele More" }),
    );
    await unguarded().person.update({ where: { id: other.id }, data: { endedAt: now() } });
    expect(nobodyLeft(await readLeaving(admin, id))).toHaveLength(1);
  });

  test("of MFAT: assessments, what they look after, deputies and changes, by whose they are", async () => {
    const { officer, references } = await officerWith(2);
    expect((await readLeaving(admin, officer.personId)).held).toEqual([{ kind: "looksAfter", count: 2, references }]);
    const inAssessment = { application: { state: "ASSESSMENT" as const } };
    for (const status of ["ASSIGNED", "COMPLETE"] as const) {
      const { assessorId } = await db().assessment.findFirstOrThrow({ where: { status, ...inAssessment } });
      expect(countOf((await readLeaving(admin, assessorId)).held, "assessments")).toBe(
        await db().assessment.count({ where: { status: "ASSIGNED", assessorId, ...inAssessment } }),
      );
    }
    const [chief, deputy, today] = [await somebody("APPROVER"), await somebody("APPROVER"), dayOf(now())];
    await unguarded().deputy.create({
      data: { approverId: chief.personId, deputyId: deputy.personId, fromOn: today, toOn: today },
    });
    for (const { personId } of [chief, deputy]) {
      expect(countOf((await readLeaving(admin, personId)).held, "deputies")).toBe(1);
    }
  });

  test("is for who may end the account", async () => {
    const desk = await mfat("desk@mfat.example");
    const { personId } = await somebody("ASSESSOR");
    await expect(readLeaving(desk, personId)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(readLeaving(await mfat("auditor@mfat.example"), personId)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(readLeaving(admin, randomUUID())).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(readLeaving(admin, "nobody")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("who ends an account", () => {
  test("names who takes over, who reads of it; the same form twice, and two at once, hand over once", async () => {
    const [{ officer, references }, next] = [await officerWith(3), await somebody("DESK")];
    const [once, values] = [request(), { accountOfficer: next.personId, accountReason: "Left MFAT" }];
    const admin2 = await mfat("admin2@mfat.example");
    const page = await asShown(officer.personId, once.requestId);
    const all = await Promise.allSettled([
      endAccount(admin, page, officer.personId, values),
      endAccount(admin, page, officer.personId, values),
      endAccount(admin2, { ...page, requestId: randomUUID() }, officer.personId, values),
    ]);
    // Of two people, the second is told what the first did; the same form twice counts once.
    expect([1, 2]).toContain(all.filter(({ status }) => status === "fulfilled").length);
    for (const reference of references) expect((await read(reference)).deskOfficerId).toBe(next.personId);
    const mails = await db().email.findMany({ where: { to: next.email } });
    expect(mails.map(({ subject }) => subject)).toEqual([
      `[UNCLASSIFIED] 3 applications handed over from ${officer.name} to ${next.name}`,
    ]);
    const events = await db().auditEvent.findMany({
      where: { subject: `person:${officer.personId}`, event: "person.ended" },
    });
    expect(events.map(({ data }) => data)).toMatchObject([{ sessionsEnded: 0, handedOver: 3, toOthers: 0, left: [] }]);
    expect(await findActor(officer.email)).toBeNull();
  });

  test("tells the agency: who is left in the role, or everybody and the desk where nobody is", async () => {
    const [last, certifier] = [
      await personOf("contributor@customs.example"),
      await personOf("certifier@customs.example"),
    ];
    const { side, agencyId } = last;
    const roles = { create: { role: "CONTRIBUTOR" as const } };
    const short = await unguarded().person.create({
      data: { email: "short@customs.example", name: "Sela Short", side, agencyId, roles },
    });
    const draft = await db().application.findFirstOrThrow({
      where: { createdById: last.id, state: { in: ["DRAFT", "SIGN_OFF", "CHANGES_REQUESTED"] } },
    });
    const subject = (name: string) => ({ subject: { contains: `] ${name} of ` } });
    // Somebody else remains: only they are told.
    await endAccount(admin, await asShown(short.id), short.id, {});
    const first = await db().email.findMany({ where: subject("Sela Short") });
    expect(first.map(({ to }) => to)).toEqual([last.email]);
    expect(first[0]?.text).not.toContain("no longer has a");
    // The last one.
    const once = request();
    await Promise.all([1, 2].map(async () => endAccount(admin, await asShown(last.id, once.requestId), last.id, {})));
    const second = await db().email.findMany({ where: subject(last.name), orderBy: { to: "asc" } });
    expect(second.map(({ to }) => to).sort()).toEqual([certifier.email, "psf@mfat.govt.nz"].sort());
    for (const { text } of second) {
      expect(text).toContain("no longer has a contributor. Ask the fund desk, psf@mfat.govt.nz, to add one.");
      expect(text).toContain(draft.reference);
    }
    await restoreAccount(admin, await asShown(last.id), last.id);
    expect((await readLeaving(admin, last.id)).held.map(({ kind }) => kind)).toContain("drafts");
  });

  test("is asked again where nothing was chosen, or whoever was chosen has left meanwhile; nothing has changed then", async () => {
    const [{ officer, references }, gone] = [await officerWith(2), await somebody("DESK")];
    await endAccount(admin, await asShown(gone.personId), gone.personId, {});
    for (const values of [
      { accountOfficer: "", accountReason: "Left" },
      { accountOfficer: gone.personId, accountReason: "Left" },
      { accountOfficer: officer.personId, accountReason: "Left" },
      { accountOfficer: randomUUID(), accountReason: "Left" },
    ]) {
      await expect(endAccount(admin, await asShown(officer.personId), officer.personId, values)).rejects.toMatchObject({
        fields: { accountOfficer: "Choose a desk officer who stays" },
      });
    }
    const noReason = { accountOfficer: (await mfat("desk@mfat.example")).personId, accountReason: "" };
    await expect(endAccount(admin, await asShown(officer.personId), officer.personId, noReason)).rejects.toMatchObject({
      fields: { accountReason: "Enter a reason" },
    });
    // The form was rendered before they had anything to look after.
    await expect(endAccount(admin, await asShown(officer.personId), officer.personId, {})).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect(await findActor(officer.email)).not.toBeNull();
    expect((await read(references[0] ?? "")).deskOfficerId).toBe(officer.personId);
  });
});

describe("who takes a role away", () => {
  test("hands over what hangs on it in the same form, once, and only then", async () => {
    const [{ officer, references }, next] = [await officerWith(2), await somebody("DESK")];
    const [reference = ""] = references;
    const name = officer.name;
    // While they keep the role, nothing is asked; the form's answers do not matter.
    await changePerson(admin, await asShown(officer.personId), officer.personId, {
      name,
      roles: ["DESK", "ASSESSOR"],
      officer: "",
      reason: "",
    });
    expect((await read(reference)).deskOfficerId).toBe(officer.personId);
    const roles = ["ASSESSOR"];
    // What depends on the role has to be read first.
    await expect(
      changePerson(admin, await asShown(officer.personId), officer.personId, {
        name,
        roles,
        roleOfficer: next.personId,
      }),
    ).rejects.toMatchObject({
      fields: { roleSeen: expect.any(String) },
      questions: [{ name: "roleSeen", hint: expect.stringContaining("Applications looked after: PSF-") }],
    });
    await expect(
      changePerson(admin, await asShown(officer.personId), officer.personId, {
        name,
        roles,
        roleSeen: "yes",
        roleOfficer: "",
        roleReason: "Moves",
      }),
    ).rejects.toMatchObject({ fields: { roleOfficer: "Choose a desk officer who stays" } });
    await expect(
      changePerson(admin, await asShown(officer.personId), officer.personId, { name, roles, roleSeen: "yes" }),
    ).rejects.toMatchObject({
      code: "CONFLICT",
    });
    expect([...((await findActor(officer.email))?.roles ?? [])].sort()).toEqual(["ASSESSOR", "DESK"]);
    const [once, values] = [
      request(),
      { name, roles, roleSeen: "yes", roleOfficer: next.personId, roleReason: "Moves" },
    ];
    await Promise.all(
      [1, 2].map(async () =>
        changePerson(admin, await asShown(officer.personId, once.requestId), officer.personId, values),
      ),
    );
    for (const one of references) expect((await read(one)).deskOfficerId).toBe(next.personId);
    expect(await db().email.count({ where: { to: next.email } })).toBe(1);
    const event = await db().auditEvent.findUniqueOrThrow({ where: { requestId: once.requestId } });
    expect(event.data).toMatchObject({ after: { roles }, handedOver: 2, toOthers: 0, left: [] });
  });

  test("of an agency is told to it where nobody holds the role any more, and not for another role", async () => {
    const { id, name } = await personOf("contributor@police.example");
    const subject = { contains: `] ${name} of ` };
    await changePerson(admin, await asShown(id), id, { name, roles: ["CONTRIBUTOR", "FINANCE"] });
    await changePerson(admin, await asShown(id), id, { name, roles: ["CONTRIBUTOR"] });
    expect(await db().email.count({ where: { subject } })).toBe(0);
    await changePerson(admin, await asShown(id), id, { name, roles: ["FINANCE"], roleSeen: "yes" });
    const [mail] = await db().email.findMany({ where: { subject, to: "certifier@police.example" } });
    expect(mail?.subject).toMatch(/ is no longer contributor$/);
    expect(mail?.text).toContain("no longer has a contributor. Ask the fund desk");
    expect(await db().email.count({ where: { subject, to: "psf@mfat.govt.nz" } })).toBe(1);
  });
});
