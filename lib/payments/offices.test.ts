// A claim passes two offices, whoever tries: the desk confirms the work, and another person approves the money.
import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { listAskedSteps } from "#lib/lifecycle/waits/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { useCast, who } from "#lib/testing/cast.ts";
import { applicationId, readClaim, reference, request, saidTo, useClaims } from "#lib/testing/claims.ts";
import { declareNone, unguarded } from "#lib/testing/database.ts";
import { TAKE, well } from "#lib/testing/steps.ts";
import { listWork } from "#lib/work/queries.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import { listHistory } from "#lib/workflow/queries.ts";
import type { StepKey } from "#lib/workflow/steps.ts";
import { listClaims } from "./list/queries.ts";

const database = useClaims();
useCast();

/** The claim that the tests are about; jack is desk officer and budget officer at once. */
let claim = "";

const contributor = () => asAgency(who("contributor@police.example"));
const [DESK, BUDGET, JACK] = ["desk@mfat.example", "budget@mfat.example", "jack@mfat.example"];
const mfat = (email: string) => asMfat(who(email));
const take = async (email: string, step: StepKey, values: Record<string, string> = {}) =>
  takeStep(who(email), await request(), reference, step, { values: { claim, ...values }, isLater: false });
const standing = () => readClaim(claim);
const asked = async () =>
  (await listAskedSteps(db(), { id: applicationId, state: "ACTIVE" }))
    .filter(({ step }) => /Work|Claim|Payment/.test(step))
    .map(({ role, step }) => `${role} ${step}`);

beforeEach(async () => {
  for (const email of [DESK, BUDGET, JACK]) await declareNone(mfat(email).personId, { id: applicationId });
  await TAKE.submitClaim(contributor(), await request(), reference, well);
  const last = await db().claim.findFirstOrThrow({ where: { applicationId }, orderBy: { number: "desc" } });
  claim = String(last.number);
});

test("it waits on the desk, then on a budget officer; the claimant reads both, and the list tells them apart", async () => {
  expect(await asked()).toEqual(["DESK confirmWork"]);
  await expect(take(BUDGET, "approveClaim")).rejects.toMatchObject({
    code: "STATE",
    message: expect.stringContaining("“Claimed”"),
  });
  const listed = async (state: string) =>
    (await listClaims(mfat(BUDGET), { state, year: null, agency: null, officer: null, only: null })).rows.filter(
      (row) => row.application.reference === reference && String(row.number) === claim,
    ).length;
  expect([await listed("CLAIMED"), await listed("CONFIRMED")]).toEqual([1, 0]);
  await take(DESK, "confirmWork");
  expect([await listed("CLAIMED"), await listed("CONFIRMED")]).toEqual([0, 1]);
  expect(await asked()).toEqual(["BUDGET approveClaim"]);
  const mail = await db().email.findFirstOrThrow({
    where: { applicationId, to: "contributor@police.example", subject: { contains: "claim confirmed by MFAT" } },
    orderBy: { id: "desc" },
  });
  expect(mail.text).toContain("MFAT confirmed that the work was done.");
  expect(mail.text).not.toContain("Tūhoro");
  const [last] = await listHistory(contributor(), applicationId);
  expect(last).toMatchObject({ action: "confirmWork", by: "MFAT" });
  await take(BUDGET, "approveClaim");
  expect(await standing()).toMatchObject({ state: "APPROVED", workConfirmedById: mfat(DESK).personId });
});

test("who confirmed it does not approve it, and is not asked to, whatever roles they hold", async () => {
  const approvals = async (email: string) =>
    (await listWork(who(email))).items.filter((item) => item.reference === reference && item.step === "approveClaim");
  await take(JACK, "confirmWork");
  expect([(await approvals(JACK)).length, (await approvals(BUDGET)).length]).toEqual([0, 1]);
  await expect(take(JACK, "approveClaim")).rejects.toMatchObject({
    code: "FORBIDDEN",
    message: "You confirmed this claim, so another budget officer needs to approve it.",
  });
  const obstacles = await listObstacles(who(JACK), await getApplication(who(JACK), reference));
  expect(obstacles.approveClaim).toContain("another budget officer");
  expect(await listObstacles(who(BUDGET), await getApplication(who(BUDGET), reference))).not.toHaveProperty(
    "approveClaim",
  );
  await take(BUDGET, "approveClaim");
  // What was approved may be paid by either.
  await take(JACK, "recordPayment", { ...today("paidOn"), reference: randomUUID() });
  expect((await standing()).state).toBe("PAID");
});

const today = (name: string): Record<string, string> => ({
  [`${name}-day`]: String(dayOf(now()).getUTCDate()),
  [`${name}-month`]: String(dayOf(now()).getUTCMonth() + 1),
  [`${name}-year`]: String(dayOf(now()).getUTCFullYear()),
});

test("it is returned by the office that it waits on, with a reason that the agency reads", async () => {
  const why = { reason: "The report names two courses, the invoice three." };
  await expect(take(BUDGET, "returnClaim", why)).rejects.toMatchObject({ code: "STATE" });
  await take(DESK, "confirmWork");
  await expect(take(DESK, "returnClaim", why)).rejects.toMatchObject({ code: "STATE" });
  await take(BUDGET, "returnClaim", why);
  const [last] = await listHistory(contributor(), applicationId);
  expect(last).toMatchObject({ action: "returnClaim", reason: why.reason });
  expect(await asked()).toEqual(["CONTRIBUTOR submitClaim"]);
});

test("a confirmation is taken back until the claim is approved, and all is as it was", async () => {
  const [before, waited] = [await standing(), await asked()];
  const why = { reason: "It was meant for the claim before it." };
  await expect(take(DESK, "takeBackConfirmation", why)).rejects.toMatchObject({ code: "STATE" });
  await take(DESK, "confirmWork");
  await expect(take(DESK, "takeBackConfirmation", { reason: "" })).rejects.toMatchObject({
    fields: { reason: expect.any(String) },
  });
  await expect(take(BUDGET, "takeBackConfirmation", why)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await take(DESK, "takeBackConfirmation", why);
  expect([await standing(), await asked()]).toEqual([before, waited]);
  const reads = async (email: string) => (await listHistory(who(email), applicationId))[0]?.reason;
  expect([await reads(DESK), await reads("contributor@police.example")]).toEqual([why.reason, null]);
  await take(JACK, "confirmWork");
  await take(BUDGET, "approveClaim");
  await expect(take(DESK, "takeBackConfirmation", why)).rejects.toMatchObject({ code: "STATE" });
});

test("it is not confirmed where nobody else could approve it", async () => {
  const others = { personId: { not: mfat(JACK).personId }, role: "BUDGET" as const };
  const held = await db().personRole.findMany({ where: others });
  await unguarded().personRole.deleteMany({ where: others });
  try {
    await expect(take(JACK, "confirmWork")).rejects.toMatchObject({
      code: "STATE",
      message: expect.stringMatching(/MFAT has no budget officer.*Ask an administrator/),
    });
    // For a desk officer there is one.
    await take(DESK, "confirmWork");
  } finally {
    await unguarded().personRole.createMany({ data: held });
  }
});

test("of an advance the desk confirms that it is justified", async () => {
  const key = { applicationId, number: Number(claim) };
  await unguarded().claim.update({ where: { applicationId_number: key }, data: { advanceReason: "Flights" } });
  await take(DESK, "confirmWork");
  const mail = await db().email.findFirstOrThrow({ where: { applicationId }, orderBy: { id: "desc" } });
  expect(mail.text).toContain("MFAT confirmed that the advance is justified.");
});

test("on hold nothing is confirmed, and the same form twice acts once", async () => {
  await TAKE.putOnHold(who(DESK), await request(), reference, well);
  await expect(take(DESK, "confirmWork")).rejects.toMatchObject({ message: expect.stringContaining("on hold") });
  await TAKE.resume(who(DESK), await request(), reference, well);
  const form = await request();
  const answers = { values: { claim }, isLater: false };
  for (const _ of [1, 2]) await takeStep(who(DESK), form, reference, "confirmWork", answers);
  await expect(take(DESK, "confirmWork")).rejects.toMatchObject({ code: "STATE" });
  const taken = { applicationId, action: "confirmWork", requestId: form.requestId };
  expect(await db().auditEvent.count({ where: taken })).toBe(1);
});

describe("the database holds it whoever writes", () => {
  /** With the event of a step that may change a claim. */
  const put = (sets: string, email: string, step = "approveClaim"): Promise<unknown> =>
    saidTo(database.databaseUrl, async (client) => {
      await client.query("BEGIN");
      await client.query(`UPDATE "Claim" SET ${sets} WHERE "applicationId" = $1 AND number = $2`, [
        applicationId,
        Number(claim),
      ]);
      await client.query(
        `INSERT INTO "AuditEvent" (event, "applicationId", action, "fromState", "toState", at, "actorId")
         VALUES ('application.forged', $1, $2, 'ACTIVE', 'ACTIVE', now(), $3)`,
        [applicationId, step, mfat(email).personId],
      );
      await client.query("COMMIT");
    });
  const confirmer = (email: string) =>
    `"workConfirmedById" = '${mfat(email).personId}', "workConfirmedAt" = clock_timestamp()`;
  const approved = (email: string) =>
    `state = 'APPROVED', "decidedById" = '${mfat(email).personId}', "decidedAt" = clock_timestamp()`;

  const confirm = (email: string) => put(confirmer(email), email, "confirmWork");
  const approve = (email: string) => put(approved(email), email);

  test("what is not confirmed is not approved, nor in one go with its confirmation", async () => {
    for (const sets of [
      approved(BUDGET),
      `${confirmer(DESK)}, ${approved(BUDGET)}`,
      `state = 'SETTLED', "decidedAt" = now()`,
    ]) {
      expect(fromDatabase(await put(sets, BUDGET))).toMatchObject({
        message: expect.stringContaining("needs to confirm"),
      });
    }
    expect((await standing()).state).toBe("CLAIMED");
  });

  test("who confirmed does not approve, and nobody else is put in their place", async () => {
    // Nor can anybody confirm for somebody else, or without the office.
    expect(String(await put(confirmer(JACK), DESK, "confirmWork"))).toMatch(/Claim_by_who_took_the_step/);
    expect(fromDatabase(await confirm(BUDGET))).toMatchObject({ code: "FORBIDDEN" });
    expect(await confirm(DESK)).toBeNull();
    expect(fromDatabase(await approve(DESK))).toMatchObject({ code: "FORBIDDEN" });
    expect(fromDatabase(await confirm(JACK))).not.toBeNull();
    expect(String(await put(`"workConfirmedById" = NULL`, DESK, "confirmWork"))).toMatch(/Claim_confirmed/);
    expect(await approve(BUDGET)).toBeNull();
    expect(fromDatabase(await confirm(JACK))).not.toBeNull();
    const unconfirmed = `"workConfirmedById" = NULL, "workConfirmedAt" = NULL`;
    expect(fromDatabase(await put(unconfirmed, DESK, "takeBackConfirmation"))).not.toBeNull();
    const confirmerDecides = `"decidedById" = '${mfat(DESK).personId}'`;
    expect(fromDatabase(await put(confirmerDecides, DESK, "returnClaim"))).toMatchObject({ code: "FORBIDDEN" });
  });

  test("a claim that was approved before stays so, and is paid", async () => {
    await unguarded().claim.update({
      where: { applicationId_number: { applicationId, number: Number(claim) } },
      data: { state: "APPROVED", decidedById: mfat(BUDGET).personId, decidedAt: now() },
    });
    await take(BUDGET, "recordPayment", { ...today("paidOn"), reference: randomUUID() });
    expect(await standing()).toMatchObject({ state: "PAID", workConfirmedById: null });
  });
});
