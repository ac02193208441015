import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { getAnswers } from "#lib/applications/answers/queries.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { clearInterest, declareInterests, exportInterests } from "./commands.ts";
import { getInterest, listInterests } from "./queries.ts";

useTestDatabase("template_demo");

const NONE = { interest: "none", description: null };
const SOME = { interest: "some", description: "My brother runs the partner’s workshop." };
const request = () => ({ requestId: randomUUID() });
let number = 0;

async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `interest${++number}@mfat.example`;
  await unguarded().person.create({
    data: { email, name: `Person ${number}`, side: "MFAT", roles: { create: roles.map((role) => ({ role })) } },
  });
  return asMfat((await findActor(email)) ?? never());
}
const never = () => {
  throw new Error("nobody");
};
const inState = (state: State) => db().application.findFirstOrThrow({ where: { state, heldAt: null } });
const isOpenTo = async (actor: MfatActor, reference: string) => (await getApplication(actor, reference)).isOpen;
const declaredBy = ({ personId }: MfatActor) => db().interestDeclaration.findFirst({ where: { personId } });

test("before anything is declared no more than title and agency is there to read; after it everything is", async () => {
  for (const role of ["DESK", "BUDGET", "APPROVER"] as const) {
    const actor = await somebody(role);
    const { reference, title } = await inState("ACTIVE");
    const before = await getApplication(actor, reference);
    expect(before).toMatchObject({ title, isOpen: false, requestedCents: 0n, approvedCents: null, summary: "" });
    expect([before.phasing, before.places, await getAnswers(actor, before)]).toEqual([[], [], null]);
    await declareInterests(actor, request(), reference, NONE);
    const after = await getApplication(actor, reference);
    expect(after.isOpen && after.requestedCents > 0n).toBe(true);
    expect(await getAnswers(actor, after)).not.toBeNull();
  }
  for (const role of ["AUDITOR", "ADMINISTRATOR"] as const) {
    expect(await isOpenTo(await somebody(role), (await inState("ACTIVE")).reference)).toBe(true);
  }
});

test("an interest recuses, and the desk and the administrators are told that it does, not what it is", async () => {
  const actor = await somebody("BUDGET");
  const { id, reference } = await inState("BUDGET_CHECK");
  await expect(declareInterests(actor, request(), reference, { ...SOME, description: null })).rejects.toMatchObject({
    fields: { description: "Describe the interest" },
  });
  const once = request();
  await Promise.all([1, 2, 3].map(() => declareInterests(actor, once, reference, SOME)));
  expect(await isOpenTo(actor, reference)).toBe(false);
  const mails = await db().email.findMany({ where: { applicationId: id, subject: { contains: "interest declared" } } });
  expect(mails.map(({ to }) => to)).toEqual(expect.arrayContaining(["admin@mfat.example", "psf@mfat.govt.nz"]));
  expect(new Set(mails.map(({ to }) => to)).size).toBe(mails.length);
  for (const { subject, text, html } of mails) expect(subject + text + html).not.toMatch(/brother|workshop/);
  await expect(declareInterests(actor, request(), reference, NONE)).rejects.toMatchObject({ code: "CONFLICT" });
});

test("an administrator clears an interest with a reason, once, and nobody else does, nor their own", async () => {
  const actor = await somebody("DESK");
  const admin = await somebody("ADMINISTRATOR");
  const { reference } = await inState("SUBMITTED");
  await declareInterests(actor, request(), reference, SOME);
  const clear = (by: MfatActor) => clearInterest(by, request(), reference, actor.personId, { reason: "Long ago" });
  await expect(async () => clear(actor)).rejects.toMatchObject({ code: "FORBIDDEN" });
  const both = { ...actor, roles: new Set<Role>(["DESK", "ADMINISTRATOR"]) };
  await expect(clear(both)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await getInterest(admin, reference, actor.personId)).toMatchObject({ isRecused: true });
  await clear(admin);
  expect(await isOpenTo(actor, reference)).toBe(true);
  expect(await declaredBy(actor)).toMatchObject({
    hasInterest: true,
    isRecused: false,
    description: SOME.description,
    clearedById: admin.personId,
    clearReason: "Long ago",
  });
  await expect(clear(admin)).rejects.toMatchObject({ code: "CONFLICT" });
});

test("an assessor who declares an interest is recused from the assessment, and back in it when it is cleared", async () => {
  const { id, reference } = await inState("ASSESSMENT");
  const assessor = await somebody("ASSESSOR");
  const { personId } = assessor;
  await expect(declareInterests(assessor, request(), reference, SOME)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await db().duty.create({ data: { applicationId: id, personId, side: "MFAT", kind: "ASSESS" } });
  await unguarded().assessment.create({
    data: { applicationId: id, assessorId: personId, versionNumber: 1, assignedById: personId },
  });
  const status = async () => (await db().assessment.findFirstOrThrow({ where: { assessorId: personId } })).status;
  await declareInterests(assessor, request(), reference, SOME);
  expect(await status()).toBe("RECUSED");
  await clearInterest(await somebody("ADMINISTRATOR"), request(), reference, personId, { reason: "Small" });
  expect(await status()).toBe("ASSIGNED");
});

test("interests are declared once", async () => {
  const actor = await somebody("APPROVER");
  const { reference } = await inState("DECISION");
  await declareInterests(actor, request(), reference, NONE);
  for (const again of [NONE, SOME]) {
    await expect(declareInterests(actor, request(), reference, again)).rejects.toMatchObject({ code: "CONFLICT" });
  }
  expect(await isOpenTo(actor, reference)).toBe(true);
});

test("the register holds every declaration once, whatever the pages, and can be cut to who is recused", async () => {
  const admin = await somebody("ADMINISTRATOR");
  const { id } = await inState("SUBMITTED");
  const declaredAt = new Date("2026-07-01T00:00:00Z");
  for (let each = 0; each < 60; each++) {
    const { personId } = await somebody("DESK");
    await unguarded().interestDeclaration.create({
      data: { applicationId: id, personId, hasInterest: each === 0, isRecused: each === 0, declaredAt },
    });
  }
  const seen: string[] = [];
  for (let before: string | null = ""; before !== null; ) {
    const page: Awaited<ReturnType<typeof listInterests>> = await listInterests(admin, { before });
    seen.push(...page.rows.map(({ applicationId, personId }) => `${applicationId} ${personId}`));
    before = page.next;
  }
  expect([seen.length, new Set(seen).size]).toEqual(Array(2).fill(await db().interestDeclaration.count()));
  const recused = await db().interestDeclaration.count({ where: { isRecused: true } });
  expect((await listInterests(admin, { isRecused: true })).rows).toHaveLength(recused);
  expect((await listInterests(admin, { before: "nonsense" })).rows).toHaveLength(50);
  await expect(listInterests(await somebody("BUDGET"))).rejects.toMatchObject({ code: "FORBIDDEN" });

  const sheet = await exportInterests(admin, { format: "xlsx" }, {});
  expect(sheet.rows).toHaveLength(seen.length);
  expect(sheet.rows.filter((row) => row.includes("An interest: recused"))).toHaveLength(recused);
  expect((await exportInterests(admin, { format: "csv" }, { isRecused: true })).rows).toHaveLength(recused);
  const event = await db().auditEvent.findFirst({ where: { event: "interests.exported" }, orderBy: { id: "desc" } });
  expect(event).toMatchObject({ actorId: admin.personId, data: { format: "csv", isRecused: true, rows: recused } });
  await expect(exportInterests(await somebody("BUDGET"), { format: "csv" }, {})).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});
