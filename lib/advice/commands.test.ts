// The desk asks a post or a division: what is asked, answered, taken back, withdrawn and passed over, and what can go
// wrong.
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { noteInterest } from "#lib/assessments/interests/commands.ts";
import { dayInputs } from "#lib/form/fields.ts";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { addDays, dayOf, formatDueDay } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { addWorkingDays } from "#lib/platform/working-days.ts";
import { getDecisionNote } from "#lib/records/queries.ts";
import { draftOf, useCast, who } from "#lib/testing/cast.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { declare, read, scores, tried, well } from "#lib/testing/steps.ts";
import { type Taken, TO_ASSESSMENT, walk } from "#lib/testing/ways.ts";
import { sendReminders } from "#lib/work/commands.ts";
import { readLeaving } from "#lib/work/leaving/queries.ts";
import { countOf } from "#lib/work/leaving/rules.ts";
import { listWork } from "#lib/work/queries.ts";
import { takeStep } from "#lib/workflow/commands.ts";
import { listObstacles } from "#lib/workflow/obstacles/queries.ts";
import type { StepKey } from "#lib/workflow/steps.ts";
import { saveAdvice } from "./commands.ts";
import { listAdviserOptions, readAdvice } from "./queries.ts";

useTestDatabase("template_demo");
useCast();

const TO_MODERATION: readonly Taken[] = [
  ["completeAssessment", "assessor1@mfat.example"],
  ["completeAssessment", "assessor2@mfat.example"],
  ["startModeration", "desk@mfat.example"],
];
const mfat = (name: string): MfatActor => asMfat(who(`${name}@mfat.example`));
const [POST, LEGAL] = ["suva.post", "legal"];
let reference = "";

/** A step as its form sends it; returns the message of a refusal. */
async function take(name: string, step: StepKey, values: Record<string, string> = {}, requestId = randomUUID()) {
  const { revision } = await read(reference);
  const by = name.includes("@") ? who(name) : mfat(name);
  return tried(() => takeStep(by, { requestId, revision }, reference, step, { values, isLater: false }));
}
const today = () => dayOf(now());
const ask = (of = POST, days = 7, requestId = randomUUID()) =>
  take("desk", "askForAdvice", { adviser: mfat(of).personId, question: "Who leads?", ...due(days) }, requestId);
const daysTo = (day: Date): number => (day.getTime() - today().getTime()) / 86_400_000;
const due = (days: number) => dayInputs("dueOn", addDays(today(), days));
async function answer(of = POST, advice = "The ministry leads."): Promise<string> {
  await tried(() => declare(mfat(of), reference, well));
  return take(of, "giveAdvice", { advice });
}
const rows = () =>
  db().advice.findMany({ where: { application: { reference } }, orderBy: [{ askedAt: "asc" }, { id: "asc" }] });
const states = async () => (await rows()).map(({ state }) => state);
const openId = async () => (await rows()).find(({ state }) => state === "ASKED")?.id ?? "";
const end = async (step: "withdrawQuestion" | "passOverAdvice", reason = "Time is short.") =>
  take("desk", step, { question: await openId(), reason });
const mailsTo = async (name: string) =>
  db().email.findMany({ where: { application: { reference }, to: mfat(name).email }, orderBy: { createdAt: "asc" } });
const obstaclesFor = async (name: string) => listObstacles(mfat(name), await getApplication(mfat(name), reference));
const recommend = async () => {
  const { phasing } = await read(reference);
  const amounts = phasing.map(({ startYear, cents }) => [`phasing${startYear}`, String(cents / 100n)]);
  return take("desk", "recommend", { outcome: "FUND_IN_FULL", rationale: "Shown.", ...Object.fromEntries(amounts) });
};
async function moderate(): Promise<void> {
  const { saveModeration } = await import("#lib/assessments/moderation/commands.ts");
  await walk(reference, ...TO_MODERATION);
  await saveModeration(mfat("desk"), reference, await scores(reference));
}

beforeEach(async () => {
  reference = await draftOf("contributor@police.example");
  await walk(reference, ...TO_ASSESSMENT);
});
afterEach(() => {
  shiftClock(0);
});

describe("the desk asks", () => {
  test("one adviser, who is mailed alone with one link and the day, and finds the question among their tasks", async () => {
    const once = randomUUID();
    expect(await Promise.all([ask(POST, 7, once), ask(POST, 7, once)])).toEqual(["done", "done"]);
    expect(await states()).toEqual(["ASKED"]);
    const mails = await mailsTo(POST);
    expect(mails.map(({ subject }) => subject)).toEqual([
      `[IN-CONFIDENCE] ${reference}: advice asked for by the desk officer`,
    ]);
    expect(mails[0]?.text).toContain(`needs to answer by ${formatDueDay(addDays(today(), 7))}`);
    expect(mails[0]?.text).not.toContain("Who leads?");
    expect(mails[0]?.text.match(/https?:/g)).toHaveLength(1);
    expect(await mailsTo(LEGAL)).toEqual([]);
    const work = async () => (await listWork(mfat(POST))).items.find((item) => item.reference === reference);
    expect(await work()).toMatchObject({ step: "declareInterests", dueOn: addDays(today(), 7) });
    await declare(mfat(POST), reference, well);
    expect(await work()).toMatchObject({ step: "giveAdvice", dueOn: addDays(today(), 7) });
    expect((await listWork(mfat(LEGAL))).items.filter((item) => item.reference === reference)).toEqual([]);
  });

  test("those for the initiative’s places come first, and nobody who is recused, has left or has another part", async () => {
    const { id } = await read(reference);
    const options = (placeCode: string) =>
      listAdviserOptions(mfat("desk"), { id, places: [{ placeCode }] }).then((all) => all.map(({ label }) => label));
    const legal = "Legal Division (Legal)";
    const post = "High Commission, Suva (Fiji, Kiribati, Nauru, Tuvalu, Vanuatu)";
    expect(await options("FJ")).toEqual([post, legal]);
    expect(await options("TO")).toEqual([legal, post]);
    // Asked by mistake, and has an interest.
    await ask(LEGAL);
    await declare(mfat(LEGAL), reference, () => 24);
    await end("withdrawQuestion");
    expect(await options("FJ")).toEqual([post]);
    expect(await ask(LEGAL)).toContain("Choose from the advisers listed");
    await db().duty.create({
      data: { applicationId: id, personId: mfat(POST).personId, side: "MFAT", kind: "ASSESS", since: now() },
    });
    expect(await options("FJ")).toEqual([]);
    expect(await ask(POST)).toContain("Choose from the advisers listed");
    expect((await obstaclesFor("desk")).askForAdvice).toMatch(
      /^MFAT has no adviser who is free to act on this application\. Ask an administrator \(.+\) to give somebody the role\.$/,
    );
  });

  test("not without a question, not for yesterday or a day years away, and of one adviser one question at a time", async () => {
    expect(await ask(POST, -1)).toContain("Date must be today or later");
    expect(await ask(POST, 400)).toContain("Date must be within a year from today");
    const asked = { adviser: mfat(POST).personId, question: " ", ...due(3) };
    expect(await take("desk", "askForAdvice", asked)).toContain("Enter your question");
    expect(await take("desk", "askForAdvice", { ...asked, adviser: randomUUID(), question: "?" })).toMatch(/^INVALID/);
    expect(await states()).toEqual([]);
    expect(await ask()).toBe("done");
    expect(await ask()).toContain("already has an open question on this application");
    expect((await obstaclesFor("desk")).askForAdvice).toBeUndefined();
    expect(await ask(LEGAL)).toBe("done");
    expect((await obstaclesFor("desk")).askForAdvice).toBe("Everybody you could ask already has an open question.");
  });

  test("two desk officers who ask the same adviser at once: one does, and the other learns of it", async () => {
    const { revision } = await read(reference);
    await declare(mfat("desk2"), reference, well);
    const values = { adviser: mfat(POST).personId, question: "Who leads?", ...due(3) };
    const said = await Promise.all(
      ["desk", "desk2"].map((name) =>
        tried(() =>
          takeStep(mfat(name), { requestId: randomUUID(), revision }, reference, "askForAdvice", {
            values,
            isLater: false,
          }),
        ),
      ),
    );
    expect(said.sort()).toEqual([expect.stringMatching(/^CONFLICT .+: advice asked for on .+ by /), "done"]);
    expect(await states()).toEqual(["ASKED"]);
  });
});

describe("an adviser", () => {
  test("declares interests first, writes to be finished later, and answers once", async () => {
    await ask();
    expect(await take(POST, "giveAdvice", { advice: "Yes." })).toContain("Declare your interests");
    await expect(saveAdvice(mfat(POST), reference, { advice: "So f" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await declare(mfat(POST), reference, well);
    await saveAdvice(mfat(POST), reference, { advice: "So far" });
    await expect(saveAdvice(mfat(LEGAL), reference, { advice: "Mine" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await rows()).map(({ draft, advice }) => [draft, advice])).toEqual([["So far", null]]);
    expect(JSON.stringify(await readAdvice(mfat("desk"), { ...(await read(reference)), isOpen: true }))).not.toContain(
      "So far",
    );
    expect(await take(POST, "giveAdvice", { advice: "" })).toContain("Enter your advice");
    expect(await answer()).toBe("done");
    expect(await rows()).toMatchObject([
      { state: "GIVEN", advice: "The ministry leads.", draft: "", versionNumber: 1 },
    ]);
    expect(await answer()).toMatch(/^CONFLICT You have given your advice already/);
    const mail = await db().email.findFirstOrThrow({ where: { subject: { contains: `${reference}: advice given` } } });
    expect(mail.to).toBe("psf@mfat.govt.nz");
    expect(mail.text).not.toContain("ministry");
  });

  test("takes it back, as it was written, until the desk recommends; what was given before stays to be read", async () => {
    await ask();
    await answer();
    expect(await take(POST, "takeBackAdvice")).toBe("done");
    expect(await rows()).toMatchObject([{ state: "ASKED", advice: null, draft: "The ministry leads." }]);
    expect(await take(POST, "takeBackAdvice")).toMatch(/^CONFLICT/);
    expect(await answer(POST, "The police lead.")).toBe("done");
    const [view] = await readAdvice(mfat("auditor"), { ...(await read(reference)), isOpen: true });
    expect(view).toMatchObject({ advice: "The police lead.", earlier: [{ text: "The ministry leads." }] });
    await moderate();
    expect(await recommend()).toBe("done");
    expect(await take(POST, "takeBackAdvice")).toMatch(/^STATE/);
  });

  test("who recommends on a page that shows advice which was taken back meanwhile is told", async () => {
    await ask();
    await answer();
    await moderate();
    const { revision } = await read(reference);
    await take(POST, "takeBackAdvice");
    await answer(POST, "The opposite.");
    const values = { outcome: "DO_NOT_FUND", rationale: "As the post said." };
    const stale = { requestId: randomUUID(), revision };
    const said = await tried(() => takeStep(mfat("desk"), stale, reference, "recommend", { values, isLater: false }));
    expect(said).toMatch(/^CONFLICT .+: advice given on /);
  });

  test("who gave advice takes no other part, and who has one gives none", async () => {
    await ask();
    await answer();
    const { personId } = mfat(POST);
    const assignment = { assessors: personId, ...due(3) };
    await unguarded().personRole.create({ data: { personId, side: "MFAT", role: "ASSESSOR" } });
    expect(await take("desk", "assignAssessors", assignment)).toContain("already has another part in this application");
    await unguarded().personRole.deleteMany({ where: { personId, role: "ASSESSOR" } });
    const { id } = await read(reference);
    expect(await db().duty.findMany({ where: { applicationId: id, personId: mfat(POST).personId } })).toMatchObject([
      { kind: "ADVISE" },
    ]);
    await ask(LEGAL);
    await db().duty.create({
      data: { applicationId: id, personId: mfat(LEGAL).personId, side: "MFAT", kind: "ASSESS", since: now() },
    });
    expect(await answer(LEGAL)).toMatch(/^FORBIDDEN You are an assessor of it/);
  });

  test("who learns of an interest after they answered stays in the record, which says so", async () => {
    await ask();
    await answer();
    const learned = { description: "My cousin works there.", learnedOn: today(), sinceOn: null };
    await noteInterest(mfat(POST), { requestId: randomUUID() }, reference, learned);
    const [view] = await readAdvice(mfat("desk"), { ...(await read(reference)), isOpen: true });
    expect(view).toMatchObject({ state: "GIVEN", advice: "The ministry leads.", isRecused: true });
    expect(await take(POST, "takeBackAdvice")).toMatch(/^FORBIDDEN You declared an interest/);
  });

  test("who learns of an interest answers no more, and the desk is told and goes on without", async () => {
    await ask();
    await declare(mfat(POST), reference, well);
    const learned = { description: "My cousin works there.", learnedOn: today(), sinceOn: null };
    await noteInterest(mfat(POST), { requestId: randomUUID() }, reference, learned);
    expect(await take(POST, "giveAdvice", { advice: "Fund it." })).toMatch(/^FORBIDDEN You declared an interest/);
    await expect(saveAdvice(mfat(POST), reference, { advice: "Fund it." })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    expect((await listWork(mfat(POST))).items.filter((item) => item.reference === reference)).toEqual([]);
    expect(await end("withdrawQuestion")).toBe("done");
  });
});

describe("the desk goes on", () => {
  test("nothing is recommended while advice is open; it is answered, withdrawn or passed over", async () => {
    await ask();
    await ask(LEGAL, 3);
    await moderate();
    const open =
      /^STATE Advice is still open: Legal Division \(due .+\) and High Commission, Suva \(due .+\)\. Wait for the answer, withdraw each question, or pass over the advice with a reason\./;
    expect(await recommend()).toMatch(open);
    expect(`STATE ${(await obstaclesFor("desk")).recommend}`).toMatch(open);
    const legal = (await rows()).find(({ adviserId }) => adviserId === mfat(LEGAL).personId);
    const passedOver = { question: legal?.id ?? "", reason: "Time is short." };
    expect(await take("desk", "passOverAdvice", passedOver)).toBe("done");
    expect(await recommend()).toMatch(/^STATE Advice is still open: High Commission, Suva/);
    expect(await answer()).toBe("done");
    expect((await obstaclesFor("desk")).recommend).toBeUndefined();
    expect(await recommend()).toBe("done");
    const note = await getDecisionNote(mfat("auditor"), reference);
    expect(note.advice.map(({ adviser, state, advice, endReason }) => [adviser, state, advice, endReason])).toEqual([
      ["High Commission, Suva", "GIVEN", "The ministry leads.", null],
      ["Legal Division", "PASSED_OVER", null, "Time is short."],
    ]);
  });

  test("who is not needed any more is told, and answers too late", async () => {
    await ask();
    const [withdrawn] = await rows();
    expect(await end("withdrawQuestion", "")).toContain("Enter a reason");
    expect(await end("withdrawQuestion")).toBe("done");
    expect(await states()).toEqual(["WITHDRAWN"]);
    expect((await mailsTo(POST)).at(-1)?.subject).toContain("your advice is no longer needed");
    expect((await mailsTo(POST)).at(-1)?.text).toContain("Question withdrawn by the desk officer");
    expect(await take("desk", "withdrawQuestion", { question: withdrawn?.id ?? "", reason: "Again." })).toContain(
      "Choose",
    );
    await ask();
    await declare(mfat(POST), reference, well);
    await moderate();
    expect(await end("passOverAdvice")).toBe("done");
    expect(await take(POST, "giveAdvice", { advice: "Late." })).toMatch(
      /^CONFLICT The desk continued without your advice/,
    );
    expect(await ask()).toBe("done");
    expect(await states()).toEqual(["WITHDRAWN", "PASSED_OVER", "ASKED"]);
  });

  test("what an adviser answers and the desk passes over at once is one of both", async () => {
    await ask();
    await declare(mfat(POST), reference, well);
    await moderate();
    const said = await Promise.all([answer(), end("passOverAdvice")]);
    expect(said.filter((one) => one === "done")).toHaveLength(1);
    expect([["GIVEN"], ["PASSED_OVER"]]).toContainEqual(await states());
  });

  test("a hold stops the clock, and what is resumed gives the time back", async () => {
    await ask(POST, 4);
    await take("desk", "putOnHold", { reason: "Waiting for the partner." });
    expect(await answer()).toMatch(/^STATE .+ is on hold/);
    shiftClock(3 * 86_400_000);
    expect(await take("desk", "resume")).toBe("done");
    expect((await rows())[0]?.dueOn).toEqual(addDays(today(), 4));
  });

  test("what the agency withdraws needs no answer, and waits for one again once it is reopened", async () => {
    await ask();
    await take("contributor@police.example", "withdraw", { reason: "Not now." });
    const told = await mailsTo(POST);
    expect(told.at(-1)?.subject).toContain("your advice is no longer needed");
    expect(told.at(-1)?.text).toContain("Withdrawn by New Zealand Police");
    expect((await listWork(mfat(POST))).items.filter((item) => item.reference === reference)).toEqual([]);
    expect(await take("desk", "reopen", { reason: "Their error." })).toBe("done");
    expect((await mailsTo(POST)).at(-1)?.subject).toContain("reopened");
    expect((await listWork(mfat(POST))).items.map((item) => item.reference)).toContain(reference);
    expect(await answer()).toBe("done");
  });

  test("an adviser is reminded once before the day, and the desk told once after it", async () => {
    const [before, day, after] = [9, 10, 12].map((count) => daysTo(addWorkingDays(today(), count)));
    await ask(POST, day);
    const count = async (subject: string) =>
      (await db().email.findMany({ where: { application: { reference }, subject: { contains: subject } } })).map(
        ({ to }) => to,
      );
    for (const days of [before, before, after, after]) {
      shiftClock((days ?? 0) * 86_400_000);
      await sendReminders();
    }
    expect((await count("reminder, ")).filter((to) => to === mfat(POST).email)).toEqual([mfat(POST).email]);
    expect(await count("waiting on the adviser")).toEqual(["psf@mfat.govt.nz"]);
  });

  test("overdue questions come first among an adviser’s tasks, and no amount of what they have not declared about", async () => {
    await ask(POST, 9);
    const earlier = reference;
    reference = await draftOf("contributor@police.example");
    await walk(reference, ...TO_ASSESSMENT);
    await ask(POST, 0);
    await declare(mfat(POST), reference, well);
    const tasks = async () =>
      (await listWork(mfat(POST))).items
        .filter((item) => [earlier, reference].includes(item.reference))
        .map((item) => [item.reference, item.amountCents]);
    const [before, own] = [
      [earlier, null],
      [reference, (await read(reference)).requestedCents],
    ];
    expect(await tasks()).toEqual([before, own]);
    shiftClock(2 * 86_400_000);
    expect(await tasks()).toEqual([own, before]);
  });

  test("what an adviser who leaves had to answer is shown first, and the desk asks another", async () => {
    await ask();
    const leaving = await readLeaving(mfat("admin"), mfat(POST).personId);
    expect(countOf(leaving.held, "questions")).toBeGreaterThan(0);
    await unguarded().person.update({ where: { id: mfat(POST).personId }, data: { endedAt: now() } });
    try {
      await moderate();
      expect((await obstaclesFor("desk")).recommend).toContain("Advice is still open: High Commission, Suva");
      expect(await end("withdrawQuestion")).toBe("done");
      expect(await ask()).toContain("Choose from the advisers listed");
      expect(await ask(LEGAL)).toBe("done");
    } finally {
      await unguarded().person.update({ where: { id: mfat(POST).personId }, data: { endedAt: null } });
    }
  });
});
