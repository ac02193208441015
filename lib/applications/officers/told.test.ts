// Whoever looks after an application is emailed, as well as the desk's mailbox, when it is waiting on the desk.
import { beforeEach, expect, test } from "vitest";
import { shiftClock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { draftOf, useCast } from "#lib/testing/cast.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { read } from "#lib/testing/steps.ts";
import { TO_ASSESSMENT, TO_SUBMITTED, walk } from "#lib/testing/ways.ts";
import { sendReminders } from "#lib/work/commands.ts";

useTestDatabase("template_demo");
useCast();
beforeEach(() => {
  shiftClock(0);
});

const CONTRIBUTOR = "contributor@police.example";
const officerOf = async (reference: string) => {
  const { deskOfficerId } = await read(reference);
  return db().person.findUniqueOrThrow({ where: { id: deskOfficerId ?? "" } });
};
const toldOf = async (reference: string, happened: string) => {
  const mails = await db().email.findMany({ where: { application: { reference }, subject: { contains: happened } } });
  return mails.map(({ to }) => to);
};

test("once for each step after which it waits on the desk, and reminded; not of what they did themselves", async () => {
  const reference = await draftOf(CONTRIBUTOR);
  await walk(reference, ...TO_SUBMITTED);
  const { email } = await officerOf(reference);
  // This step gave it to them, and they got a separate mail about that.
  expect((await toldOf(reference, ": submitted by")).filter((to) => to === email)).toEqual([]);
  expect((await toldOf(reference, ": looked after by")).filter((to) => to === email)).toEqual([email]);
  await walk(reference, ...TO_ASSESSMENT.slice(TO_SUBMITTED.length));
  await walk(reference, ["completeAssessment", "assessor1@mfat.example"]);
  expect(await toldOf(reference, ": assessment completed")).not.toContain(email);
  await walk(reference, ["completeAssessment", "assessor2@mfat.example"]);
  expect((await toldOf(reference, ": assessment completed")).filter((to) => to === email)).toEqual([email]);
  await walk(reference, ["startModeration", email]);
  expect(await toldOf(reference, ": moderation started")).not.toContain(email);
  // On the first working day.
  for (let [days, sent] = [30, 0]; sent === 0 && days < 45; days++) {
    shiftClock(days * 86_400_000);
    sent = await sendReminders();
  }
  expect(await toldOf(reference, ": reminder")).toEqual(expect.arrayContaining([email, "psf@mfat.govt.nz"]));
});
