// Several claims confirmed and approved at once, each by the step's own command.
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { recordPayment } from "#lib/payments/lines/commands.ts";
import type { NewPayment } from "#lib/payments/schema.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, financialYearOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { useCast, who } from "#lib/testing/cast.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { TAKE, well } from "#lib/testing/steps.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { prepareClaims, takeClaims } from "./commands.ts";
import { getClaimsBatch, listClaimsToTake } from "./queries.ts";
import type { ClaimsStep } from "./schema.ts";

useTestDatabase("template_demo");
useCast();

const [DESK, OTHER, BUDGET, JACK] = [
  "desk@mfat.example",
  "desk2@mfat.example",
  "budget@mfat.example",
  "jack@mfat.example",
];
const mfat = (email: string) => asMfat(who(email));
const contributor = () => asAgency(who("contributor@police.example"));
const request = async (reference: string) => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
  return { requestId: randomUUID(), revision };
};

/**
 * Two arrangements of one agency, and four claims: two of the first, one of the second, and one that somebody else
 * confirmed.
 */
let [first, second] = ["", ""];
let claims: string[] = [];

async function claim(reference: string): Promise<string> {
  await TAKE.submitClaim(contributor(), await request(reference), reference, well);
  const made = await db().claim.findFirstOrThrow({
    where: { application: { reference } },
    orderBy: { number: "desc" },
  });
  return `${reference}/${made.number}`;
}

const stageOf = async (name: string): Promise<string> => {
  const [reference = "", number] = name.split("/");
  const found = await db().claim.findFirstOrThrow({ where: { application: { reference }, number: Number(number) } });
  return found.state === "CLAIMED" && found.workConfirmedAt ? "CONFIRMED" : found.state;
};
const stages = () => Promise.all(claims.map(stageOf));

const prepare = (email: string, step: ClaimsStep, take: string[], requestId: string = randomUUID()) =>
  prepareClaims(mfat(email), { requestId }, step, { take });
const refusals = async (email: string, step: ClaimsStep, id: string) =>
  (await getClaimsBatch(mfat(email), step, id)).taken?.rows.map(({ refusal }) => refusal?.sentence ?? null);

beforeEach(async () => {
  const startYear = financialYearOf(dayOf(now()));
  const found = await db().application.findMany({
    where: {
      state: "ACTIVE",
      agencyId: contributor().agencyId,
      funding: { some: { startYear, committedCents: { gt: 0 } } },
    },
    orderBy: { reference: "desc" },
    take: 2,
  });
  [first, second] = found.map(({ reference }) => reference) as [string, string];
  await unguarded().application.updateMany({ where: { reference: { in: [first, second] } }, data: { heldAt: null } });
  await unguarded().claim.updateMany({
    where: { application: { reference: { in: [first, second] } }, state: { in: ["CLAIMED", "APPROVED"] } },
    data: { state: "CANCELLED", decidedAt: now() },
  });
  for (const { id } of found) {
    for (const email of [DESK, BUDGET, JACK]) await declareNone(mfat(email).personId, { id });
  }
  claims = [await claim(first), await claim(first), await claim(second)];
});

test("several claims, two of one initiative, are confirmed by the desk and approved by a budget officer, once each", async () => {
  const form = randomUUID();
  const id = await prepare(DESK, "confirmWork", claims, form);
  expect(await prepare(DESK, "confirmWork", claims, form)).toBe(id);
  const preview = await getClaimsBatch(mfat(DESK), "confirmWork", id);
  expect(preview.claims.map(({ reference, why }) => [reference, why])).toEqual(claims.map((name) => [name, null]));
  expect(await stages()).toEqual(["CLAIMED", "CLAIMED", "CLAIMED"]);
  await Promise.all([1, 2].map(() => takeClaims(mfat(DESK), {}, "confirmWork", id)));
  expect(await stages()).toEqual(["CONFIRMED", "CONFIRMED", "CONFIRMED"]);
  expect(await refusals(DESK, "confirmWork", id)).toEqual([null, null, null]);
  const named = { action: "confirmWork", application: { reference: { in: [first, second] } } };
  const events = await db().auditEvent.count({
    where: { ...named, at: { gte: preview.claims[0]?.claimedAt ?? now() } },
  });
  expect(events).toBe(3);
  const ready = (await listClaimsToTake(mfat(BUDGET), "approveClaim")).filter(({ why }) => why === null);
  expect(ready.map(({ reference }) => reference)).toEqual(expect.arrayContaining(claims));
  const approving = await prepare(BUDGET, "approveClaim", claims);
  await takeClaims(mfat(BUDGET), {}, "approveClaim", approving);
  expect(await stages()).toEqual(["APPROVED", "APPROVED", "APPROVED"]);
  // The same batch again does nothing, and shows its results.
  await takeClaims(mfat(BUDGET), {}, "approveClaim", approving);
  expect(await refusals(BUDGET, "approveClaim", approving)).toEqual([null, null, null]);
});

test("who confirmed some of them approves the others alone, as the preview says", async () => {
  const [own = "", ...others] = claims;
  await takeClaims(mfat(JACK), {}, "confirmWork", await prepare(JACK, "confirmWork", [own]));
  await takeClaims(mfat(DESK), {}, "confirmWork", await prepare(DESK, "confirmWork", others));
  const id = await prepare(JACK, "approveClaim", claims);
  const { claims: shown } = await getClaimsBatch(mfat(JACK), "approveClaim", id);
  expect(shown.map(({ why }) => why)).toEqual([expect.stringContaining("another budget officer"), null, null]);
  await takeClaims(mfat(JACK), {}, "approveClaim", id);
  expect(await refusals(JACK, "approveClaim", id)).toEqual([
    expect.stringContaining("another budget officer"),
    null,
    null,
  ]);
  expect(await stages()).toEqual(["CONFIRMED", "APPROVED", "APPROVED"]);
});

test("what changed since the preview is left as it is; the others are done", async () => {
  const id = await prepare(DESK, "confirmWork", claims);
  const [one = ""] = claims;
  const returned = { claim: one.split("/")[1] ?? "", reason: "Wrong file." };
  await takeStep(who(DESK), await request(first), first, "returnClaim", { values: returned, isLater: false });
  await TAKE.putOnHold(who(DESK), await request(second), second, well);
  const { claims: shown } = await getClaimsBatch(mfat(DESK), "confirmWork", id);
  expect(shown.map(({ why }) => why)).toEqual([
    expect.stringContaining("Returned"),
    null,
    "Its initiative is on hold.",
  ]);
  await takeClaims(mfat(DESK), {}, "confirmWork", id);
  expect(await refusals(DESK, "confirmWork", id)).toEqual([
    expect.stringContaining("Returned"),
    null,
    expect.stringContaining("on hold"),
  ]);
  expect(await stages()).toEqual(["RETURNED", "CONFIRMED", "CLAIMED"]);
});

test("another office is refused, a colleague does not find it, and what is not open cannot be chosen", async () => {
  const id = await prepare(DESK, "confirmWork", claims);
  const forbidden = { code: "FORBIDDEN" };
  for (const email of [BUDGET, "approver1@mfat.example", "auditor@mfat.example", "assessor1@mfat.example"]) {
    await expect(listClaimsToTake(mfat(email), "confirmWork")).rejects.toMatchObject(forbidden);
    await expect(prepare(email, "confirmWork", claims)).rejects.toMatchObject(forbidden);
    await expect(takeClaims(mfat(email), {}, "confirmWork", id)).rejects.toMatchObject(forbidden);
  }
  await expect(takeClaims(mfat(JACK), {}, "confirmWork", id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(prepare(DESK, "approveClaim", claims)).rejects.toMatchObject(forbidden);
  const said = async (take: string[], email = DESK) =>
    prepare(email, "confirmWork", take).then(
      () => null,
      (error: { fields: { take: string } }) => error.fields.take,
    );
  expect(await said([])).toBe("Tick at least one claim");
  expect(await said(["PSF-2026-9999/1", "nothing", claims[0] ?? ""])).toBe(
    "Untick the ones you cannot open: PSF-2026-9999/1 and nothing",
  );
  const { personId } = mfat(OTHER);
  for (const reference of [first, second]) await declareNone(personId, { reference });
  await unguarded().interestDeclaration.updateMany({
    where: { personId, application: { reference: second } },
    data: { hasInterest: true, isRecused: true, description: "A brother works there" },
  });
  expect(await said(claims, OTHER)).toBe(`Untick the ones you cannot open: ${claims[2]}`);
  expect(await stages()).toEqual(["CLAIMED", "CLAIMED", "CLAIMED"]);
});

test("the result of a payment says what it paid: a whole claim, the rest of another, and nothing of what was paid before", async () => {
  await takeClaims(mfat(DESK), {}, "confirmWork", await prepare(DESK, "confirmWork", claims));
  await takeClaims(mfat(BUDGET), {}, "approveClaim", await prepare(BUDGET, "approveClaim", claims));
  const [whole = "", rest = "", before = ""] = claims;
  const amountOf = async (name: string) =>
    (await getClaimsBatch(mfat(DESK), "confirmWork", await prepare(DESK, "confirmWork", [name]))).claims[0]?.cents ??
    0n;
  const [wholeCents, restCents, beforeCents] = await Promise.all([whole, rest, before].map(amountOf));
  const pay = async (name: string, more: Partial<NewPayment> = {}) => {
    const [reference = "", claim = ""] = name.split("/");
    const payment = { claim, paidOn: dayOf(now()), reference: randomUUID(), ...more };
    await recordPayment(mfat(BUDGET), await request(reference), reference, payment);
  };
  await pay(rest, { amount: 1n });
  const [day, month, year] = [dayOf(now()).getUTCDate(), dayOf(now()).getUTCMonth() + 1, dayOf(now()).getUTCFullYear()];
  const paidOn = { "paidOn-day": String(day), "paidOn-month": String(month), "paidOn-year": String(year) };
  const id = await prepareClaims(mfat(BUDGET), { requestId: randomUUID() }, "recordPayment", {
    ...{ take: claims, reference: "FIN-RESULT", ...paidOn },
  });
  await pay(before);
  const { claims: gst } = await getClaimsBatch(mfat(BUDGET), "recordPayment", id);
  expect(gst.map(({ gstCents }) => gstCents === null)).toEqual([false, true, false]);
  const shown = async () =>
    (await getClaimsBatch(mfat(BUDGET), "recordPayment", id)).claims.map(({ reference, cents }) => [reference, cents]);
  const told = [
    [whole, wholeCents],
    [rest, (restCents ?? 0n) - 1n],
    [before, beforeCents],
  ];
  expect(await shown()).toEqual(told);
  await takeClaims(mfat(BUDGET), {}, "recordPayment", id);
  expect(await refusals(BUDGET, "recordPayment", id)).toEqual([
    null,
    null,
    expect.stringContaining("was already paid"),
  ]);
  expect(await shown()).toEqual(told);
});
