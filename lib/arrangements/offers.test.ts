// Changes to an offer that was sent: its last day moves, or it is withdrawn and sent again.
import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { listLetters } from "#lib/letters/queries.ts";
import { sinceSent } from "#lib/letters/rules.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { waits } from "#lib/lifecycle/waits/rows/queries.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, addMonths, dayOf, endOfDay, formatDay, formatDeadline } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { sendReminders } from "#lib/work/commands.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import { acceptOffer, lapseOverdueOffers, moveLastDay, putOnHold, sendOffer, withdrawOffer } from "./commands.ts";
import { readArrangement } from "./queries.ts";

useTestDatabase("template_demo");
afterEach(() => {
  shiftClock(0);
});

const reason = "The partner asked for time.";
let desk: MfatActor;
let certifier: AgencyActor;
let contributor: AgencyActor;
let offered: { id: string; reference: string };
/** The last day of the offer as it was sent. */
let firstDay: Date;

const person = async (email: string) => (await findActor(email)) ?? Promise.reject(new Error(email));
const fresh = async () => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { id: offered.id } });
  return { requestId: randomUUID(), revision };
};
const openOffer = () => db().offer.findFirstOrThrow({ where: { applicationId: offered.id, outcome: null } });
const stateOf = async () => (await db().application.findUniqueOrThrow({ where: { id: offered.id } })).state;
/** As if it was decided again after the offer was withdrawn. */
const setApproved = (approvedCents: bigint, state: "WITHDRAWN" | "APPROVED") =>
  unguarded().application.update({ where: { id: offered.id }, data: { approvedCents, state } });
const reservedOf = async () =>
  (await db().applicationFunding.aggregate({ where: { applicationId: offered.id }, _sum: { reservedCents: true } }))
    ._sum.reservedCents;
const mailsTo = async (to: string) =>
  db().email.findMany({ where: { applicationId: offered.id, to }, orderBy: { id: "desc" }, take: 1 });

beforeAll(async () => {
  desk = asMfat(await person("desk@mfat.example"));
  const { id, reference, agencyId } = await db().application.findFirstOrThrow({
    where: { state: "OFFERED", heldAt: null },
  });
  offered = { id, reference };
  // With money whose year does not end within the months of these tests, whatever today is.
  const later = { startYear: { increment: 1 } };
  await unguarded().phasing.updateMany({ where: { applicationId: id, kind: "APPROVED" }, data: later });
  await unguarded().applicationFunding.updateMany({ where: { applicationId: id }, data: later });
  await declareNone(desk.personId, { id });
  const [one, other] = await Promise.all(
    (["CERTIFIER", "CONTRIBUTOR"] as const).map((role) =>
      db().person.findFirstOrThrow({ where: { agencyId, endedAt: null, roles: { some: { role } } } }),
    ),
  );
  certifier = asAgency(await person(one?.email ?? ""));
  contributor = asAgency(await person(other?.email ?? ""));
  firstDay = dayOf((await openOffer()).dueAt);
});

test("the last day moves, the letter stays as it was sent, and whoever waits, reminds and lets it lapse follows the new day", async () => {
  const newDay = addDays(firstDay, 12);
  const [before] = await listLetters(contributor, offered.id);
  await moveLastDay(desk, await fresh(), offered.reference, { dueOn: newDay, reason });
  const [after] = await listLetters(contributor, offered.id);
  if (!before || !after) throw new Error("There is no letter.");
  expect([after.text, sinceSent(before, "OFFERED")]).toEqual([before.text, null]);
  expect(sinceSent(after, "OFFERED")).toBe(
    `The last day to accept this offer was moved to ${formatDeadline(endOfDay(newDay))} after the letter was sent.`,
  );
  for (const { email } of [certifier, contributor]) {
    const [mail] = await mailsTo(email);
    expect(mail?.subject).toContain("last day of the offer moved");
    expect(mail?.text).toContain(
      `The last day to accept the offer is now ${formatDeadline(endOfDay(newDay))}. It was ${formatDeadline(endOfDay(firstDay))}.`,
    );
  }
  const [line] = await listHistory(contributor, offered.id);
  expect(line).toMatchObject({ action: "moveLastDay", by: "MFAT", reason });
  const [wait] = await db().$queryRaw<{ dueOn: Date }[]>`
    SELECT w."dueOn" FROM (${waits(["OFFERED"])}) w WHERE w.id = ${offered.id}::uuid`;
  expect(wait?.dueOn).toEqual(newDay);
  // Between the old day and the new one it is still open; its own reminder comes before the new day.
  shiftClock(endOfDay(firstDay).getTime() + 86_400_000 - Date.now());
  await lapseOverdueOffers();
  expect(await stateOf()).toBe("OFFERED");
  for (let day = 1; day < 12; day++) {
    shiftClock(endOfDay(addDays(firstDay, day)).getTime() - 3_600_000 - Date.now());
    await sendReminders();
  }
  const remindedOf = (dueOn: Date) => db().reminder.count({ where: { applicationId: offered.id, dueOn } });
  expect([await remindedOf(newDay), await remindedOf(firstDay)]).toEqual([expect.any(Number), 0]);
  expect(await remindedOf(newDay)).toBeGreaterThan(0);
  shiftClock(0);
  await moveLastDay(desk, await fresh(), offered.reference, { dueOn: firstDay, reason: "It was agreed after all." });
  expect((await openOffer()).dueAt).toEqual(endOfDay(firstDay));
});

test("a last day that has passed, is the same or lies beyond the year of the money is refused, and so is an offer on hold", async () => {
  const move = async (dueOn: Date) => moveLastDay(desk, await fresh(), offered.reference, { dueOn, reason });
  const refusals: [Date, RegExp][] = [
    [addDays(dayOf(now()), -1), /^New last day must be today or later$/],
    [firstDay, new RegExp(`^${formatDay(firstDay)} is already the last day`)],
    [
      addMonths(dayOf(now()), 30),
      /^New last day must be .* or earlier\. The offer has money from .*, which ends that day$/,
    ],
  ];
  for (const [day, sentence] of refusals) {
    await expect(move(day)).rejects.toMatchObject({ fields: { "dueOn-day": expect.stringMatching(sentence) } });
  }
  await expect(
    moveLastDay(asMfat(await person("budget@mfat.example")), await fresh(), offered.reference, {
      dueOn: firstDay,
      reason,
    }),
  ).rejects.toMatchObject({ code: "FORBIDDEN" });
  await unguarded().application.update({ where: { id: offered.id }, data: { heldAt: now() } });
  await expect(move(addDays(firstDay, 1))).rejects.toMatchObject({ code: "STATE" });
  await unguarded().application.update({ where: { id: offered.id }, data: { heldAt: null } });
  expect((await openOffer()).dueAt).toEqual(endOfDay(firstDay));
});

test("a withdrawn offer keeps its money and its letter, cannot be accepted, and is sent again", async () => {
  const [reserved, offer, stale] = [await reservedOf(), await openOffer(), await fresh()];
  expect((await getApplication(contributor, offered.reference)).approvedCents).toBe(offer.amountCents);
  const withdrawn = await fresh();
  await withdrawOffer(desk, withdrawn, offered.reference, { reason: "It named the wrong conditions." });
  await withdrawOffer(desk, withdrawn, offered.reference, { reason: "It named the wrong conditions." });
  expect([await stateOf(), await reservedOf()]).toEqual(["APPROVED", reserved]);
  for (const { email } of [certifier, contributor]) {
    expect((await mailsTo(email))[0]?.subject).toContain("offer withdrawn");
  }
  const [letter] = await listLetters(contributor, offered.id);
  expect(letter && sinceSent(letter, "APPROVED")).toMatch(
    /^This offer was withdrawn on .*\. It can no longer be accepted\.$/,
  );
  // The next offer may be for another amount, which the agency does not learn beforehand.
  expect((await getApplication(contributor, offered.reference)).approvedCents).toBeNull();
  expect((await readArrangement(contributor, offered.id)).funding).toEqual([]);
  await setApproved(offer.amountCents - 100n, "WITHDRAWN");
  expect((await getApplication(contributor, offered.reference)).approvedCents).toBeNull();
  await setApproved(offer.amountCents, "APPROVED");
  await expect(acceptOffer(certifier, stale, offered.reference)).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(acceptOffer(certifier, await fresh(), offered.reference)).rejects.toMatchObject({ code: "STATE" });

  const far = addDays(addMonths(dayOf(now()), 6), 1);
  const again = { dueOn: far, message: "As agreed on the phone.", reason: null };
  await expect(sendOffer(desk, await fresh(), offered.reference, again)).rejects.toMatchObject({
    fields: { reason: expect.stringMatching(/more than 6 months ahead\. Enter a reason, or an earlier day$/) },
  });
  await sendOffer(desk, await fresh(), offered.reference, { ...again, reason: "The cabinet there meets once a year." });
  expect((await openOffer()).dueAt).toEqual(endOfDay(far));
  const [line] = await listHistory(desk, offered.id);
  expect(line).toMatchObject({ action: "sendOffer", reason: "The cabinet there meets once a year." });
  const [told] = await listHistory(contributor, offered.id);
  expect(told).toMatchObject({ action: "sendOffer", reason: null });
  const letters = await listLetters(contributor, offered.id);
  expect(letters.map((one) => sinceSent(one, "OFFERED"))).toEqual([null, expect.stringContaining("withdrawn")]);
  expect((await getApplication(contributor, offered.reference)).approvedCents).toBe(offer.amountCents);
  await putOnHold(desk, await fresh(), offered.reference, { reason });
  await expect(withdrawOffer(desk, await fresh(), offered.reference, { reason })).rejects.toMatchObject({
    code: "STATE",
  });
});
