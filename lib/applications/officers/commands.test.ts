// Who of the desk looks after an application: named when it is submitted, changed with a reason, handed over by who leaves.

import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { noteInterest } from "#lib/assessments/interests/commands.ts";
import { asMfat, type MfatActor, type Role } from "#lib/lifecycle/permissions.ts";
import { lockApplication } from "#lib/lifecycle/queries.ts";
import { listClaims } from "#lib/payments/list/queries.ts";
import { findActor } from "#lib/people/queries.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { listAllReports } from "#lib/reports/queries.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { everyRow } from "#lib/testing/files.ts";
import { listRegister } from "#lib/variations/queries.ts";
import { eachApplication, readFilterLists } from "#lib/views/queries.ts";
import { readSearch } from "#lib/views/schema.ts";
import { listWork } from "#lib/work/queries.ts";
import { changeDeskOfficer, handOverApplications, nameDeskOfficer } from "./commands.ts";
import {
  countLookedAfterByNobody,
  listOfficerOptions,
  listOfficers,
  listOfficersOf,
  readFormerOfficer,
} from "./queries.ts";

useTestDatabase("template_demo");

let number = 0;
async function somebody(...roles: Role[]): Promise<MfatActor> {
  const email = `officer${++number}@mfat.example`;
  const held = { create: roles.map((role) => ({ role })) };
  await unguarded().person.create({ data: { email, name: `Officer ${number}`, side: "MFAT", roles: held } });
  return mfat(email);
}
async function mfat(email: string): Promise<MfatActor> {
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return asMfat(actor);
}
const request = () => ({ requestId: randomUUID() });
const read = (reference: string) => db().application.findUniqueOrThrow({ where: { reference } });
const inState = (state: "ASSESSMENT" | "ACTIVE" | "SUBMITTED" | "DRAFT") =>
  db().application.findFirstOrThrow({ where: { state, heldAt: null }, orderBy: { reference: "asc" } });
const isOpen = { state: { in: ["SUBMITTED", "ASSESSMENT", "ACTIVE"] satisfies State[] } };

let [desk, other]: MfatActor[] = [];
const one = () => desk as MfatActor;
const two = () => other as MfatActor;
beforeEach(async () => {
  [desk, other] = [await mfat("desk@mfat.example"), await mfat("desk2@mfat.example")];
});

const change = (actor: MfatActor, reference: string, officer: string, before: string | null, sent = request()) =>
  changeDeskOfficer(actor, sent, reference, { officer, reason: "On leave", before });

describe("each application", () => {
  test("that was submitted is looked after by somebody of the desk, shared out between them", async () => {
    const rows = await db().application.groupBy({
      by: ["deskOfficerId"],
      where: { versionNumber: { gt: 0 } },
      _count: true,
    });
    expect(rows.map(({ deskOfficerId }) => deskOfficerId).sort()).toEqual([one().personId, two().personId].sort());
    expect(await db().application.count({ where: { versionNumber: 0, deskOfficerId: { not: null } } })).toBe(0);
    expect(await countLookedAfterByNobody(one())).toBe(0);
  });

  test("goes to whoever has the fewest, is told to them, and stays with whoever had it", async () => {
    const fresh = await somebody("DESK");
    const { reference, id, deskOfficerId } = await inState("SUBMITTED");
    const name = () =>
      transaction(async (tx) => {
        await nameDeskOfficer(tx, await lockApplication(tx, null, reference));
        // It comes with a submission, or with an interest of whoever had it.
        await recordEvent(tx, { event: "interest.learned", actor: one(), applicationId: id });
      });
    await name();
    expect((await read(reference)).deskOfficerId).toBe(deskOfficerId);
    await unguarded().person.update({ where: { id: deskOfficerId ?? "" }, data: { endedAt: now() } });
    expect(await countLookedAfterByNobody(one())).toBeGreaterThan(0);
    await name();
    expect((await read(reference)).deskOfficerId).toBe(fresh.personId);
    const mail = await db().email.findFirstOrThrow({ where: { applicationId: id }, orderBy: { id: "desc" } });
    expect([mail.to, mail.subject]).toEqual([
      fresh.email,
      expect.stringMatching(new RegExp(`^\\[.+\\] ${reference}: looked after by ${fresh.name}$`)),
    ]);
    expect((await listOfficersOf(one(), id)).map(({ by }) => by)).toEqual([null, null]);
    await unguarded().person.update({ where: { id: deskOfficerId ?? "" }, data: { endedAt: null } });
    await change(one(), reference, deskOfficerId ?? "", fresh.personId);
    await unguarded().person.update({ where: { id: fresh.personId }, data: { endedAt: now() } });
  });
});

describe("a change", () => {
  test("keeps both, who changed it and why; the new and the former read of it, and the desk", async () => {
    const { reference, id, deskOfficerId } = await inState("ASSESSMENT");
    const [from, to] = deskOfficerId === one().personId ? [one(), two()] : [two(), one()];
    const before = await db().email.count();
    const { revision } = await read(reference);
    const once = request();
    await Promise.all([1, 2, 3].map(() => change(from, reference, to.personId, from.personId, once)));
    expect(await read(reference)).toMatchObject({ deskOfficerId: to.personId, revision });
    const mails = await db().email.findMany({ where: { applicationId: id }, orderBy: { id: "desc" }, take: 3 });
    expect(mails.map((mail) => mail.to).sort()).toEqual([from.email, to.email, "psf@mfat.govt.nz"].sort());
    expect(await db().email.count()).toBe(before + 3);
    for (const { text } of mails) expect(text).toContain(`Changed by ${from.name}: On leave`);
    const [line, first] = await listOfficersOf(one(), id);
    expect([line, first]).toMatchObject([
      { name: to.name, by: from.name, reason: "On leave" },
      { name: from.name, by: null },
    ]);
    expect(await db().auditEvent.findUnique({ where: { requestId: once.requestId } })).toMatchObject({
      event: "application.handedOver",
      actorId: from.personId,
      reason: "On leave",
      data: { from: from.personId, to: to.personId },
    });
    // Who had the page open before is told, and nothing is changed.
    await expect(change(from, reference, one().personId, from.personId)).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringContaining(`${to.name} looks after ${reference} now`),
    });
    await change(to, reference, from.personId, to.personId);
    expect((await read(reference)).deskOfficerId).toBe(from.personId);
  });

  test("is the desk's and the administrators', to somebody of the desk without an interest, of what was submitted", async () => {
    const { reference, id, deskOfficerId } = await inState("ACTIVE");
    const admin = await mfat("admin@mfat.example");
    const assessor = await mfat("assessor1@mfat.example");
    const recused = await somebody("DESK");
    await declareNone(recused.personId, { id });
    const today = dayOf(now());
    await noteInterest(recused, request(), reference, { description: "Kin", sinceOn: null, learnedOn: today });
    await expect(async () => change(assessor, reference, one().personId, deskOfficerId)).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    for (const id of [assessor.personId, recused.personId, deskOfficerId ?? "", randomUUID(), "nobody"]) {
      await expect(change(admin, reference, id, deskOfficerId)).rejects.toMatchObject({
        fields: { officer: expect.any(String) },
      });
    }
    const options = await listOfficerOptions(admin, await getApplication(admin, reference));
    expect(options.map(({ value }) => value)).not.toContain(recused.personId);
    expect(options.map(({ value }) => value)).not.toContain(deskOfficerId);
    const draft = await inState("DRAFT");
    await expect(change(admin, draft.reference, one().personId, null)).rejects.toMatchObject({ code: "STATE" });
    const next = deskOfficerId === one().personId ? two() : one();
    await change(admin, reference, next.personId, deskOfficerId);
    expect((await read(reference)).deskOfficerId).toBe(next.personId);
    await change(admin, reference, deskOfficerId ?? "", next.personId);
  });

  test("goes by itself where an interest recuses whoever looks after it", async () => {
    const { reference, id, deskOfficerId } = await inState("ACTIVE");
    const [own, next] = deskOfficerId === one().personId ? [one(), two()] : [two(), one()];
    await declareNone(own.personId, { id });
    await noteInterest(own, request(), reference, { description: "Kin", sinceOn: null, learnedOn: dayOf(now()) });
    const officer = (await read(reference)).deskOfficerId;
    expect(officer).not.toBe(own.personId);
    expect((await listOfficers(db(), id)).map((one) => one.id)).toContain(officer);
    expect(next.personId).toBeDefined();
  });

  test("is kept by the database: nobody names somebody else past the record, nor anybody who is not of the desk", async () => {
    const { id, deskOfficerId } = await inState("SUBMITTED");
    const next = deskOfficerId === one().personId ? two() : one();
    await expect(db().application.update({ where: { id }, data: { deskOfficerId: next.personId } })).rejects.toThrow(
      /permission/,
    );
    const assessor = await mfat("assessor1@mfat.example");
    const data = { applicationId: id, personId: assessor.personId, byId: next.personId, reason: "Mine" };
    await expect(db().deskOfficer.create({ data })).rejects.toThrow("DeskOfficer_of_the_desk");
    await expect(db().deskOfficer.create({ data: { ...data, personId: next.personId, reason: "" } })).rejects.toThrow(
      "DeskOfficer_reason",
    );
    await expect(db().deskOfficer.updateMany({ data: { reason: "Other" } })).rejects.toThrow(/permission/);
    await expect(db().deskOfficer.deleteMany({})).rejects.toThrow(/permission/);
  });
});

test("who leaves hands everything over in one go; what an interest keeps from the other goes to somebody else", async () => {
  const [leaver, next, third] = [await somebody("DESK"), await somebody("DESK"), await somebody("DESK")];
  const admin = await mfat("admin@mfat.example");
  const rows = await db().application.findMany({ where: isOpen, orderBy: { reference: "asc" }, take: 3 });
  for (const { reference } of rows) {
    await change(admin, reference, leaver.personId, (await read(reference)).deskOfficerId);
  }
  const kept = rows[0]?.reference ?? "";
  await declareNone(next.personId, { id: rows[0]?.id ?? "" });
  await noteInterest(next, request(), kept, { description: "Kin", sinceOn: null, learnedOn: dayOf(now()) });
  const handOver = { fromId: leaver.personId, toId: next.personId, reason: "Left MFAT" };
  await expect(transaction((tx) => handOverApplications(tx, next, request(), handOver))).resolves.toEqual({
    handedOver: 2,
    toOthers: 1,
    left: [],
  });
  const after = await Promise.all(rows.map(async ({ reference }) => (await read(reference)).deskOfficerId));
  expect(after).toEqual([third.personId, next.personId, next.personId]);
  const mail = await db().email.findFirstOrThrow({ where: { to: next.email }, orderBy: { id: "desc" } });
  expect(mail.subject).toBe(`[UNCLASSIFIED] 2 applications handed over from ${leaver.name} to ${next.name}`);
  await expect(async () =>
    transaction((tx) => handOverApplications(tx, { ...admin, roles: new Set<Role>(["AUDITOR"]) }, request(), handOver)),
  ).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("“mine”, “all” and a colleague’s by name in every list of the desk", async () => {
  const own = await somebody("DESK");
  const claimed = await db().claim.findFirstOrThrow({
    where: {
      application: { state: "ACTIVE", heldAt: null, arrangement: { reports: { some: {} }, variations: { some: {} } } },
    },
    include: { application: true },
  });
  const { reference, id, deskOfficerId } = claimed.application;
  await declareNone(own.personId, { id });
  await change(own, reference, own.personId, deskOfficerId);
  const lists = await readFilterLists(own);
  const search = (officer: string) => readSearch("MFAT", { officer }, lists).filter ?? never();
  const mine = await everyRow(eachApplication(db(), own, search("me")));
  expect(mine).toMatchObject([{ reference, officer: own.name }]);
  const all = await everyRow(eachApplication(db(), own, readSearch("MFAT", {}, {}).filter ?? never()));
  expect(all.length).toBe(await db().application.count());
  expect(await everyRow(eachApplication(db(), own, search("nobody")))).toEqual([]);

  const any = { state: null, year: null, agency: null, only: null };
  const claims = await listClaims(own, { ...any, officer: "me" });
  expect(claims.count).toBe(await db().claim.count({ where: { applicationId: id } }));
  expect((await listClaims(own, { ...any, officer: null })).count).toBeGreaterThan(claims.count);
  const reports = await listAllReports(own, { state: null, agency: null, officer: "me" });
  expect(reports.count).toBe(await db().report.count({ where: { applicationId: id } }));
  expect((await listAllReports(own, { state: null, agency: null, officer: null })).count).toBeGreaterThan(
    reports.count,
  );
  const variations = await listRegister(own, { state: null, kind: null, agency: null, officer: "me" });
  expect(variations.count).toBe(await db().variation.count({ where: { applicationId: id } }));
  expect((await listRegister(own, { state: null, kind: null, agency: null, officer: null })).count).toBeGreaterThan(0);
  const work = await listWork(own, "me");
  expect(new Set(work.items.map((item) => item.reference))).toEqual(
    new Set((await listWork(own)).items.map((item) => item.reference).filter((each) => each === reference)),
  );
  expect((await listWork(own)).count).toBeGreaterThan(work.count);

  const byName = readSearch("MFAT", { officer: own.personId }, await readFilterLists(one()));
  expect(byName.chips.map(({ value }) => value)).toEqual([own.name]);
  expect(await everyRow(eachApplication(db(), one(), byName.filter ?? never()))).toEqual(mine);
  expect((await listClaims(own, { ...any, officer: own.personId })).count).toBe(claims.count);
  expect(lists.deskOfficers?.map(({ label }) => label)).not.toContain(own.name);

  // One who has left is said by name, with who looks after theirs now; nobody else is.
  await unguarded().person.update({ where: { id: own.personId }, data: { endedAt: new Date() } });
  await unguarded().application.update({ where: { reference }, data: { deskOfficerId: one().personId } });
  const former = { name: own.name, successors: [{ id: one().personId, name: one().name }] };
  expect(await readFormerOfficer(one(), own.personId)).toEqual(former);
  for (const other of [one().personId, "me", randomUUID()]) expect(await readFormerOfficer(one(), other)).toBeNull();
  const left = readSearch("MFAT", { officer: own.personId }, await readFilterLists(one()));
  expect([left.errors?.officer, left.chips.map(({ value }) => value)]).toEqual([
    "Looked after by: choose from the list",
    ["not in the list"],
  ]);

  // An agency neither narrows by it nor reads it.
  const agency = await findActor("contributor@police.example");
  const sent = readSearch("AGENCY", { officer: "me" }, {});
  expect([sent.query, sent.filter?.officer ?? null]).toEqual(["", null]);
  const rows = await everyRow(eachApplication(db(), agency ?? never(), sent.filter ?? never()));
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row.officer).toBeNull();
});

const never = (): never => {
  throw new Error("nobody");
};
