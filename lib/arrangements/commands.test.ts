// What can still be offered and accepted when the financial year of the money ends.

import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, endOfDay, yearEndsOn } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import { workingDayFrom } from "#lib/platform/working-days.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { acceptOffer, putOnHold, resume, sendOffer } from "./commands.ts";

useTestDatabase("template_demo");
afterEach(() => {
  shiftClock(0);
});

async function who(email: string) {
  const actor = await findActor(email);
  if (!actor) throw new Error(email);
  return actor;
}

/** The demonstration's application that is waiting for its offer, and the first financial year of its money. */
async function approved() {
  const { id, reference, revision, phasing } = await db().application.findFirstOrThrow({
    where: { state: "APPROVED" },
    include: { phasing: { where: { kind: "APPROVED" }, orderBy: { startYear: "asc" } } },
  });
  const [first] = phasing;
  if (!first) throw new Error("no money");
  return { id, reference, request: { requestId: randomUUID(), revision }, year: first.startYear, cents: first.cents };
}

const send = async (dueOn: Date) => {
  const { reference, request } = await approved();
  await sendOffer(asMfat(await who("desk@mfat.example")), request, reference, {
    dueOn,
    message: "Good news",
    reason: "It has to wait for the cabinet there",
  });
};

/** Put on hold, and resumed ten days later. */
async function held(reference: string): Promise<void> {
  const desk = asMfat(await who("desk@mfat.example"));
  const fresh = async () => {
    const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
    return { requestId: randomUUID(), revision };
  };
  await putOnHold(desk, await fresh(), reference, { reason: "Elections" });
  shiftClock(10 * 86_400_000);
  await resume(desk, await fresh(), reference);
  shiftClock(0);
}

/** Whom the mails about an application with these words in their subject went to. */
const toldOf = async (applicationId: string, what: string) =>
  (await db().email.findMany({ where: { applicationId, subject: { contains: what } } })).map(({ to }) => to);

test("a hold moves the conditions and reports of an arrangement to working days, and tells finance officers who took no part", async () => {
  const { id, reference, agencyId } = await db().application.findFirstOrThrow({
    where: {
      state: "ACTIVE",
      heldAt: null,
      agency: { abbreviation: "Customs" },
      arrangement: { conditions: { some: {} } },
    },
  });
  const desk = await who("desk@mfat.example");
  await declareNone(desk.personId, { id });
  const email = "accounts@customs.example";
  await unguarded().person.create({
    data: { email, name: "Accounts", side: "AGENCY", agencyId, roles: { create: { role: "FINANCE" } } },
  });
  // Ten days after a day that is ten days before a Saturday it would be due on that Saturday.
  const today = dayOf(now());
  const dueOn = addDays(today, 7 + ((10 - today.getUTCDay()) % 7));
  expect(addDays(dueOn, 10).getUTCDay()).toBe(6);
  await unguarded().condition.updateMany({ where: { applicationId: id }, data: { dueOn } });
  await unguarded().report.updateMany({ where: { applicationId: id, state: "DUE" }, data: { dueOn } });
  await held(reference);
  const conditions = await db().condition.findMany({ where: { applicationId: id, metAt: null } });
  const reports = await db().report.findMany({ where: { applicationId: id, state: "DUE" } });
  expect([conditions.length > 0, reports.length > 0]).toEqual([true, true]);
  for (const moved of [...conditions, ...reports]) expect(moved.dueOn).toEqual(workingDayFrom(addDays(dueOn, 10)));
  expect(await toldOf(id, "put on hold")).toContain(email);
  expect(await toldOf(id, "resumed")).toContain(email);
  const resumed = await db().email.findFirstOrThrow({
    where: { applicationId: id, to: email, subject: { contains: "resumed" } },
  });
  expect(resumed.text).toContain(
    "Reports and conditions are due 10 days later. If that is not a working day, they are due on the next one.",
  );
});

test("before there is an arrangement no finance officer is told of a hold, and whoever looks after it is", async () => {
  const officer = await who("desk2@mfat.example");
  const { id, reference, agencyId } = await db().application.findFirstOrThrow({
    where: { state: "MODERATION", heldAt: null, deskOfficerId: officer.personId },
  });
  await declareNone((await who("desk@mfat.example")).personId, { id });
  const email = "accounts@elsewhere.example";
  await unguarded().person.create({
    data: { email, name: "Accounts", side: "AGENCY", agencyId, roles: { create: { role: "FINANCE" } } },
  });
  await held(reference);
  for (const what of ["put on hold", "resumed"]) {
    expect(await toldOf(id, what)).toContain("desk2@mfat.example");
    expect(await toldOf(id, what)).not.toContain(email);
  }
});

test("an offer is answered before its first financial year ends, and is neither sent nor accepted afterwards", async () => {
  const { id, reference, year } = await approved();
  const lastDay = yearEndsOn(year);
  await expect(send(addDays(lastDay, 1))).rejects.toMatchObject({
    fields: {
      "dueOn-day": `Last day to accept the offer must be 30 June ${year + 1} or earlier. The offer has money from ${formatYear(year)}, which ends that day`,
    },
  });
  const ended = `${formatYear(year)} ended on 30 June ${year + 1}, so you cannot add money to it`;
  shiftClock(addDays(lastDay, 1).getTime() - Date.now());
  await expect(send(addDays(dayOf(now()), 20))).rejects.toMatchObject({
    code: "STATE",
    message: expect.stringContaining(ended),
  });
  shiftClock(0);
  await send(lastDay);
  await held(reference);
  expect((await db().offer.findFirstOrThrow({ where: { applicationId: id, outcome: null } })).dueAt).toEqual(
    endOfDay(lastDay),
  );
  // As if it had been sent with a later last day, before that was refused.
  const { agency, revision } = await unguarded().application.update({
    where: { id },
    data: { offers: { updateMany: { where: { outcome: null }, data: { dueAt: addDays(lastDay, 30) } } } },
    include: { agency: true },
  });
  const certifier = await db().person.findFirstOrThrow({
    where: { agencyId: agency.id, roles: { some: { role: "CERTIFIER" } } },
  });
  const accept = async () =>
    acceptOffer(asAgency(await who(certifier.email)), { requestId: randomUUID(), revision }, reference);
  shiftClock(addDays(lastDay, 1).getTime() - Date.now());
  await expect(accept()).rejects.toMatchObject({ code: "STATE", message: expect.stringContaining(ended) });
  shiftClock(0);
  await accept();
  expect((await db().application.findUniqueOrThrow({ where: { id } })).state).toBe("ACTIVE");
});
