// One step for several applications, through the commands that people use, on a real database.

import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { putOnHold } from "#lib/arrangements/commands.ts";
import type { Values } from "#lib/form/fields.ts";
import { saveTemplate } from "#lib/letters/commands.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, atTime, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import {
  application,
  day,
  desk,
  duty,
  named,
  prepared,
  recommended,
  recuse,
  request,
  roundId,
  sent,
  somebody,
  statesOf,
  taken,
  useBatches,
} from "#lib/testing/batches.ts";
import { unguarded } from "#lib/testing/database.ts";
import { prepareBatch, takeBatch } from "./commands.ts";
import { countChoosable, getBatch, listAssessors, listChoosable } from "./queries.ts";
import type { BatchStep } from "./schema.ts";

useBatches();

test("each offer is sent by itself: one that is refused does not stop the others, and what was not ticked stays", async () => {
  const [first, held, last, other] = [
    await application("APPROVED"),
    await application("APPROVED"),
    await application("APPROVED"),
    await application("APPROVED"),
  ];
  const words = { message: "Kia ora.", [`message-${last}`]: "Well done." };
  const id = await prepared([first, held, last], words);
  expect(await statesOf(first, held, last)).toEqual(["APPROVED", "APPROVED", "APPROVED"]);
  await unguarded().application.update({ where: { reference: held }, data: { heldAt: new Date() } });
  expect(await taken(id)).toEqual({
    [first]: null,
    [held]: { sentence: expect.stringContaining("on hold"), isStale: false },
    [last]: null,
  });
  expect(await statesOf(first, held, last, other)).toEqual(["OFFERED", "APPROVED", "OFFERED", "APPROVED"]);
  const letters = await db().letter.findMany({ where: { application: { roundId } }, orderBy: { id: "asc" } });
  expect(letters.map(({ text }) => [text.includes("Kia ora."), text.includes("Well done.")])).toEqual([
    [true, false],
    [true, true],
  ]);
  const events = await db().auditEvent.findMany({ where: { application: { reference: first }, action: "sendOffer" } });
  expect(events.map(({ actorId, toState }) => [actorId, toState])).toEqual([[desk.personId, "OFFERED"]]);
});

test("pressed twice, at once or later, it acts once; the same form twice makes one batch", async () => {
  const references = [await application("APPROVED"), await application("APPROVED")];
  const [asked, values] = [request(), await sent(references)];
  const prepare = () => prepareBatch(desk, asked, "sendOffer", values);
  const [id, again] = await Promise.all([prepare(), prepare()]);
  expect([again, await prepare()]).toEqual([id, id]);
  const results = await Promise.all([taken(id), taken(id)]);
  results.push(await taken(id));
  for (const result of results) expect(result).toEqual(Object.fromEntries(references.map((one) => [one, null])));
  expect(await db().offer.count({ where: { application: { roundId } } })).toBe(2);
  expect(await db().auditEvent.count({ where: { event: "batch.taken", subject: `batch:${id}` } })).toBe(1);
});

test("what changed after its page was opened is refused for that row alone, before and after the preview", async () => {
  const [before, after, fine] = [
    await application("APPROVED"),
    await application("APPROVED"),
    await application("APPROVED"),
  ];
  const values = await sent([before, after, fine]);
  const hold = async (reference: string) => {
    const { revision } = await db().application.findUniqueOrThrow({ where: { reference } });
    await putOnHold(desk, { ...request(), revision }, reference, { reason: "A question is open." });
  };
  await hold(before);
  const id = await prepareBatch(desk, request(), "sendOffer", values);
  const staleOf = async () => (await getBatch(desk, "sendOffer", id)).rows.map(({ isStale }) => isStale);
  expect(await staleOf()).toEqual([true, false, false]);
  await hold(after);
  expect(await staleOf()).toEqual([true, true, false]);
  const stale = { sentence: expect.stringContaining(`put on hold on`), isStale: true };
  expect(await taken(id)).toEqual({ [before]: stale, [after]: stale, [fine]: null });
});

test("a letter whose text was changed after its preview is not sent until it is read again", async () => {
  const reference = await application("APPROVED");
  const id = await prepared([reference]);
  const { letter } = await getBatch(desk, "sendOffer", id);
  const revision = letter?.number ?? 0;
  const text = { subject: "Offer of {{reference}}", body: "{{amount}}, {{conditions}} {{deadline}}" };
  await saveTemplate(desk, { ...request(), revision }, "OFFER", text);
  const stale = takeBatch(desk, { revision }, "sendOffer", id);
  await expect(stale).rejects.toMatchObject({
    code: "CONFLICT",
    message: expect.stringContaining("changed the text of the letter"),
  });
  expect(await statesOf(reference)).toEqual(["APPROVED"]);
  expect(await taken(id)).toEqual({ [reference]: null });
});

test("who does not hold the role is refused, and a batch is its maker’s alone", async () => {
  const reference = await application("APPROVED");
  const id = await prepared([reference]);
  const values = await sent([reference]);
  for (const role of ["ASSESSOR", "BUDGET", "APPROVER", "AUDITOR", "ADMINISTRATOR"] as const) {
    const other = await somebody(role);
    const forbidden = { code: "FORBIDDEN" };
    await expect(listChoosable(other, "sendOffer")).rejects.toMatchObject(forbidden);
    await expect(prepareBatch(other, request(), "sendOffer", values)).rejects.toMatchObject(forbidden);
    await expect(takeBatch(other, { revision: 1 }, "sendOffer", id)).rejects.toMatchObject(forbidden);
    expect((await countChoosable(other)).filter(({ step }) => step !== "decline")).toEqual([]);
  }
  const colleague = await somebody("DESK");
  const missing = { code: "NOT_FOUND" };
  await expect(getBatch(colleague, "sendOffer", id)).rejects.toMatchObject(missing);
  await expect(takeBatch(colleague, { revision: 1 }, "sendOffer", id)).rejects.toMatchObject(missing);
  await expect(getBatch(desk, "declineAsIneligible", id)).rejects.toMatchObject(missing);
  for (const wrong of ["nothing", randomUUID()]) {
    await expect(getBatch(desk, "sendOffer", wrong)).rejects.toMatchObject(missing);
  }
  expect(await statesOf(reference)).toEqual(["APPROVED"]);
  await expect(db().batch.update({ where: { id }, data: { step: "decline" } })).rejects.toThrow();
});

test("what is not declared, with an interest or on hold cannot be chosen, and a form that names it is refused", async () => {
  const [open, unread, recused, held, elsewhere] = [
    await application("APPROVED"),
    await application("APPROVED", []),
    await application("APPROVED"),
    await application("APPROVED"),
    await application("DECISION"),
  ];
  await recuse(desk, recused);
  await unguarded().application.update({ where: { reference: held }, data: { heldAt: new Date() } });
  const { ready, blocked, undeclared } = await listChoosable(desk, "sendOffer");
  expect([named(ready), named(undeclared)]).toEqual([[open], [unread]]);
  expect(blocked.map(({ reference, why }) => [reference, why])).toEqual([
    [recused, expect.stringContaining("You declared an interest")],
    [held, "It is on hold."],
  ]);
  expect(Object.keys(undeclared[0] ?? {}).sort()).toEqual(["agency", "id", "marking", "reference", "title"]);
  expect(await countChoosable(desk)).toEqual([]);
  await expect(prepared([open, unread, recused, "PSF-2026-9999"])).rejects.toMatchObject({
    fields: { take: `Untick the ones you cannot open: ${unread}, ${recused} and PSF-2026-9999` },
  });
  const id = await prepared([open, elsewhere]);
  await recuse(desk, open);
  expect((await getBatch(desk, "sendOffer", id)).rows.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  const became = await taken(id);
  expect(became[open]?.sentence).toContain("You declared an interest");
  expect(became[elsewhere]?.sentence).toContain("is “Decision”, so you cannot do this now: “Send offer”");
});

test("what is missing or wrong is said at its field, all at once", async () => {
  const [one, two] = [await application("APPROVED"), await application("APPROVED")];
  const yesterday = day(addDays(dayOf(now()), -1));
  await expect(prepared([])).rejects.toMatchObject({ fields: { take: "Tick at least one application" } });
  await expect(prepared([one, two], yesterday)).rejects.toMatchObject({
    fields: { "dueOn-day": "Last day to accept the offer must be today or later" },
  });
  for (const time of ["09:00", "18:00"]) {
    shiftClock(atTime(dayOf(now()), time).getTime() - Date.now());
    const missing = { "dueOn-day": "", "dueOn-month": "", "dueOn-year": "" };
    await expect(prepared([one, two], missing)).rejects.toMatchObject({
      fields: { "dueOn-day": "Enter the day the offer must be accepted by" },
    });
  }
  shiftClock(0);
  const long = { message: "word ".repeat(101), "dueOn-month": "13", [`message-${two}`]: "word ".repeat(101) };
  const wrong = await prepared([one, two], long).catch((error) => error.fields);
  expect(Object.keys(wrong).sort()).toEqual(["dueOn-day", "message", `message-${two}`]);
  const [three, four] = [await application("SUBMITTED"), await application("SUBMITTED")];
  await expect(prepared([three, four], {}, "declineAsIneligible")).rejects.toMatchObject({
    fields: { reason: "Enter a reason for all of them, or for each of them alone" },
  });
  await expect(
    prepared([three, four], { [`reason-${three}`]: "Not in the Pacific." }, "declineAsIneligible"),
  ).rejects.toMatchObject({ fields: { [`reason-${four}`]: `Enter a reason for ${four}` } });
  expect(await db().batch.count({ where: { preparedById: desk.personId } })).toBe(0);
  const id = await prepared([three], { reason: "Not in the Pacific." }, "declineAsIneligible");
  expect(await taken(id, "declineAsIneligible")).toEqual({ [three]: null });
  expect(await statesOf(three, four)).toEqual(["INELIGIBLE", "SUBMITTED"]);
});

test("an approver declines within their delegation what they have no other part in, each with its own words", async () => {
  const approver = await somebody("APPROVER", 500n);
  const [one, two, above, assessed] = [
    await recommended(400n, [approver]),
    await recommended(500n, [approver]),
    await recommended(501n, [approver]),
    await recommended(100n, [approver]),
  ];
  await duty(assessed, approver, "ASSESS");
  const { ready, blocked } = await listChoosable(approver, "decline");
  expect(named(ready)).toEqual([one, two]);
  expect(blocked.map(({ reference, why }) => [reference, why])).toEqual([
    [above, expect.stringContaining("you can only decide up to $5.00")],
    [assessed, expect.stringContaining("You are an assessor of it")],
  ]);
  expect(await countChoosable(approver)).toEqual([{ step: "decline", count: 2 }]);
  const words = {
    reason: "Others are stronger.",
    agencyText: "The fund had many strong applications.",
    [`agencyText-${two}`]: "Apply again next year.",
  };
  const id = await prepared([one, two, above, assessed], words, "decline", approver);
  const became = await taken(id, "decline", approver);
  expect(became).toMatchObject({ [one]: null, [two]: null });
  expect(became[above]?.sentence).toContain("needs an approver with a higher delegation");
  expect(became[assessed]?.sentence).toContain("You are an assessor of it");
  const decision = await db().decision.findFirstOrThrow({ where: { application: { reference: two } } });
  expect(decision).toMatchObject({
    reason: "Others are stronger.",
    agencyText: "The fund had many strong applications.\n\nApply again next year.",
    decidedById: approver.personId,
  });

  // Their letters are sent together too, each in the words of its own decision.
  expect(await countChoosable(desk)).toEqual([{ step: "sendDecisionLetter", count: 2 }]);
  const letters = await prepared([one, two, above], {}, "sendDecisionLetter");
  expect(await taken(letters, "sendDecisionLetter")).toMatchObject({ [one]: null, [two]: null });
  expect(await statesOf(one, two, above)).toEqual(["DECLINED", "DECLINED", "DECISION"]);
  const sentLetters = await db().letter.findMany({ where: { application: { reference: { in: [one, two] } } } });
  expect(sentLetters.filter(({ text }) => text.includes("Apply again next year."))).toHaveLength(1);
  expect(sentLetters).toHaveLength(2);
});

test("who cannot assess an application is left out of that one; an application that nobody is left for is refused", async () => {
  const [free, busy, tied] = [await somebody("ASSESSOR"), await somebody("ASSESSOR"), await somebody("ASSESSOR")];
  const [one, two] = [await application("ASSESSMENT"), await application("ASSESSMENT")];
  const [{ id: oneId }, { id: twoId }] = [
    await db().application.findUniqueOrThrow({ where: { reference: one } }),
    await db().application.findUniqueOrThrow({ where: { reference: two } }),
  ];
  await taken(await prepared([one], { assessors: [busy.personId] }, "assignAssessors"), "assignAssessors");
  await recuse(tied, two);
  const found = await listAssessors(desk, [oneId, twoId]);
  const of = ({ personId }: MfatActor) => found.find(({ id }) => id === personId);
  expect(of(free)).toMatchObject({ underWay: 0, obstacles: {} });
  expect(of(busy)).toMatchObject({ underWay: 1, obstacles: { [oneId]: "is already assigned" } });
  expect(of(tied)).toMatchObject({ underWay: 0, obstacles: { [twoId]: "declared an interest in it" } });
  const nobody = prepared([one, two], { assessors: [tied.personId] }, "assignAssessors");
  const message = `${tied.name} declared an interest in it: choose somebody else for ${two}`;
  await expect(nobody).rejects.toMatchObject({ fields: { [`assessors-${two}`]: message } });
  await expect(prepared([one], { assessors: ["nobody"] }, "assignAssessors")).rejects.toMatchObject({
    code: "INVALID",
  });
  const chosen = { assessors: [busy.personId, tied.personId], [`assessors-${two}`]: [free.personId] };
  const id = await prepared([one, two], chosen, "assignAssessors");
  expect(await taken(id, "assignAssessors")).toEqual({ [one]: null, [two]: null });
  const assessments = await db().assessment.findMany({ where: { applicationId: { in: [oneId, twoId] } } });
  const assigned = (applicationId: string) =>
    assessments.flatMap((row) => (row.applicationId === applicationId ? row.assessorId : [])).sort();
  expect(assigned(oneId)).toEqual([busy.personId, tied.personId].sort());
  expect(assigned(twoId)).toEqual([busy.personId, free.personId].sort());
  expect(assessments.every(({ status, dueOn }) => status === "ASSIGNED" && dueOn)).toBe(true);
});

test("all initiatives of a place are put on hold in one go, and resumed", async () => {
  const [one, two, elsewhere] = [
    await application("ASSESSMENT"),
    await application("MODERATION"),
    await application("ASSESSMENT"),
  ];
  const places = await db().place.findMany({ take: 2, orderBy: { code: "asc" } });
  const [here, there] = places.map(({ code }) => code);
  if (!here || !there) throw new Error("no places");
  for (const [reference, placeCode] of [
    [one, here],
    [two, here],
    [elsewhere, there],
  ] as const) {
    const { id: applicationId } = await db().application.findUniqueOrThrow({ where: { reference } });
    await unguarded().applicationPlace.create({ data: { applicationId, placeCode, percent: 100 } });
  }
  const found = async (step: BatchStep) =>
    (await listChoosable(desk, step, { place: here })).ready.map(({ reference }) => reference).sort();
  const take = async (step: BatchStep, values: Values) => {
    const references = await found(step);
    const revisions = Object.fromEntries(
      (await listChoosable(desk, step, { references })).ready.map((row) => [
        `revision-${row.reference}`,
        String(row.revision),
      ]),
    );
    const id = await prepareBatch(desk, { requestId: randomUUID() }, step, {
      ...values,
      ...revisions,
      take: references,
    });
    await takeBatch(desk, { revision: 0 }, step, id);
    return (await getBatch(desk, step, id)).taken?.rows.map(({ reference, refusal }) => [reference, refusal]);
  };
  const both = [one, two].sort();
  expect([await found("putOnHold"), await found("resume")]).toEqual([both, []]);
  expect(await take("putOnHold", { reason: "A cyclone" })).toEqual(both.map((reference) => [reference, null]));
  expect([await found("putOnHold"), await found("resume")]).toEqual([[], both]);
  expect(await countChoosable(desk)).toEqual([]);
  expect(await take("resume", {})).toEqual(both.map((reference) => [reference, null]));
  expect([await found("putOnHold"), await found("resume")]).toEqual([both, []]);
});
