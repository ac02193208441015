// Conditions of an arrangement: who owns each, what shows that it is met, and what it holds until then.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { putOnHold, resume } from "#lib/arrangements/commands.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import {
  applicationId,
  approved,
  budget,
  contributor,
  desk,
  pay,
  receipt,
  reference,
  request,
  stateOf,
  useClaims,
} from "#lib/testing/claims.ts";
import { unguarded } from "#lib/testing/database.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { readStepForm } from "#lib/workflow/forms/queries.ts";
import { listBreaches } from "#lib/workflow/held/queries.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { changeCondition, meetCondition, reopenCondition } from "./commands.ts";
import { listConditions } from "./queries.ts";
import { holding, namedIn } from "./rules.ts";

useClaims();

const yesterday = () => addDays(dayOf(now()), -1);

/** Two conditions of the arrangement, the first of them overdue. */
beforeEach(async () => {
  await unguarded().condition.deleteMany({ where: { applicationId } });
  const row = { applicationId, owner: "New Zealand Police" };
  await unguarded().condition.createMany({
    data: [
      { ...row, number: 1, text: "A letter of agreement", dueOn: yesterday() },
      { ...row, number: 2, text: "A final count", dueOn: addDays(yesterday(), 400) },
    ],
  });
});

test("an arrangement begins with the conditions of its approval, each with an owner and a day", async () => {
  const demo = await db().arrangement.findMany({
    include: { conditions: true, application: { include: { agency: true } } },
  });
  const others = demo.filter((one) => one.applicationId !== applicationId);
  expect(others.length).toBeGreaterThan(5);
  for (const { conditions, application, endsOn } of others) {
    expect(conditions.length).toBeGreaterThan(0);
    for (const one of conditions) {
      expect([one.owner, one.dueOn > endsOn]).toEqual([application.agency.name, true]);
    }
  }
  expect(namedIn("One\n\n Two ")).toEqual(["One", "Two"]);
});

test("one whose day has come and that is not met holds a payment, unless somebody says why it is paid", async () => {
  const claim = await approved();
  const application = await getApplication(await budget(), reference);
  const asked = async () =>
    (await readStepForm(await budget(), application, "recordPayment", { claim })).fields.some(
      ({ name }) => name === "unmetReason",
    );
  expect(await asked()).toBe(true);
  await expect(pay(claim)).rejects.toMatchObject({
    fields: { unmetReason: expect.stringMatching(/^Condition 1 was due by .+ and is not met. Enter why/) },
  });
  expect(await stateOf(claim)).toBe("APPROVED");
  await pay(claim, { unmetReason: "The letter is signed and on its way." });
  expect(await stateOf(claim)).toBe("PAID");
  const event = await db().auditEvent.findFirstOrThrow({ where: { action: "recordPayment" }, orderBy: { id: "desc" } });
  expect(event.data).toMatchObject({ unmetReason: "The letter is signed and on its way." });
  const values = { paidOn: dayOf(now()), reference: receipt() };
  const second = await approved();
  const sent = takeStep(await budget(), await request(), reference, "recordPayment", {
    values: {
      claim: second,
      "paidOn-day": String(values.paidOn.getUTCDate()),
      "paidOn-month": String(values.paidOn.getUTCMonth() + 1),
      "paidOn-year": String(values.paidOn.getUTCFullYear()),
      reference: values.reference,
    },
    isLater: false,
  });
  await expect(sent).rejects.toMatchObject({ fields: { unmetReason: expect.any(String) } });
  await meetCondition(await desk(), await request(), reference, { condition: "1", proof: "Letter of 3 May." });
  expect(await asked()).toBe(false);
  await pay(second);
});

test("a condition is met with a proof, and one marked in error is not met again; both sides read it", async () => {
  const actor = await desk();
  const step = async () => (await listObstacles(actor, await getApplication(actor, reference))).reopenCondition;
  expect(await step()).toBeNull();
  await meetCondition(actor, await request(), reference, { condition: "1", proof: "Letter of 3 May." });
  expect(await step()).toBeUndefined();
  const read = async () => (await listConditions(await contributor(), applicationId))[0];
  expect(await read()).toMatchObject({ proof: "Letter of 3 May.", metById: actor.personId });
  const again = meetCondition(actor, await request(), reference, { condition: "1", proof: "Twice" });
  await expect(again).rejects.toMatchObject({ fields: { condition: "Choose a condition that is not met yet" } });
  const changed = changeCondition(actor, await request(), reference, {
    condition: "1",
    owner: "X",
    dueOn: yesterday(),
  });
  await expect(changed).rejects.toMatchObject({ fields: { condition: expect.any(String) } });
  await reopenCondition(actor, await request(), reference, { condition: "1", reason: "It was of another initiative." });
  expect(await read()).toMatchObject({ proof: null, metAt: null });
  expect((await listBreaches()).filter(({ rule }) => rule.startsWith("Condition"))).toEqual([]);
});

test("the desk says whose it is and by when, and nobody else does; a day to come holds nothing", async () => {
  const dueOn = addDays(yesterday(), 30);
  const condition = { condition: "1", owner: "The High Commission in Suva", dueOn };
  await changeCondition(await desk(), await request(), reference, condition);
  const rows = await listConditions(await desk(), applicationId);
  expect(rows[0]).toMatchObject({ owner: "The High Commission in Suva", dueOn });
  expect(holding(rows, dayOf(now()))).toEqual([]);
  const same = changeCondition(await desk(), await request(), reference, condition);
  await expect(same).rejects.toMatchObject({ fields: { owner: expect.any(String) } });
  await expect(changeCondition(await budget(), await request(), reference, condition)).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  const forged = db().condition.updateMany({
    where: { applicationId },
    data: { proof: "-", metById: randomUUID(), metAt: now() },
  });
  await expect(forged).rejects.toThrow(/Condition_by_step/);
});

test("a hold stops the clock of a condition whose day has not passed", async () => {
  const days = async () =>
    (await db().condition.findMany({ where: { applicationId }, orderBy: { number: "asc" } })).map(({ dueOn }) => dueOn);
  const [overdue, later] = await days();
  await putOnHold(await desk(), await request(), reference, { reason: "Waiting for the partner" });
  shiftClock(10 * 86_400_000);
  await resume(await desk(), await request(), reference);
  shiftClock(0);
  expect(await days()).toEqual([overdue, addDays(later ?? expect.fail(), 10)]);
});
