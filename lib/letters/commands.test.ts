// Letters: texts that the desk edits, in versions, and letters that stay as they were sent.

import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { declineAsIneligible } from "#lib/applications/screening/commands.ts";
import { sendOffer } from "#lib/arrangements/commands.ts";
import { findOffer } from "#lib/arrangements/queries.ts";
import { previewTemplate } from "#lib/correspondence/commands.ts";
import { previewLetter } from "#lib/correspondence/queries.ts";
import { decline, sendDecisionLetter } from "#lib/decisions/commands.ts";
import { readDeclineText } from "#lib/decisions/queries.ts";
import { asAgency, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf, earlierOf, financialYearOf, yearEndsOn } from "#lib/platform/dates.ts";
import type { LetterKind, State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import type { DomainError } from "#lib/platform/errors.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { restoreTemplate, saveTemplate } from "./commands.ts";
import { currentTemplate, findLetter, listPreviewable, listVersions } from "./queries.ts";
import { LETTERS } from "./rules.ts";

useTestDatabase("template_demo");

async function actor(email: string) {
  const found = await findActor(email);
  if (!found) throw new Error(`The demo has no ${email}.`);
  return found;
}
const mfat = async (name: string) => asMfat(await actor(`${name}@mfat.example`));

const { starting } = LETTERS.OFFER;
const current = (kind: LetterKind) => currentTemplate(db(), kind);
const request = async (kind: LetterKind) => ({ requestId: randomUUID(), revision: (await current(kind)).number });
const save = async (kind: LetterKind, body: string) =>
  saveTemplate(await mfat("desk"), await request(kind), kind, { subject: LETTERS[kind].starting.subject, body });
const refusal = (work: Promise<unknown>): Promise<DomainError> =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );

/** An application of the demonstration in that state, which that person may open. */
async function opened(state: State, personId: string, reference?: string) {
  const application = await db().application.findFirstOrThrow({
    where: { state, heldAt: null, ...(reference && { reference }) },
    include: { agency: { select: { abbreviation: true } } },
  });
  await declareNone(personId, application);
  return { ...application, step: { requestId: randomUUID(), revision: application.revision } };
}

/** Somebody at the agency that applies, and somebody at another. */
async function readers({ agencyId }: { agencyId: string }) {
  const roles = { some: { role: "CERTIFIER" as const } };
  const own = await db().person.findFirstOrThrow({ where: { agencyId, roles } });
  const other = await db().person.findFirstOrThrow({ where: { agencyId: { notIn: [agencyId] }, roles } });
  return { own: asAgency(await actor(own.email)), other: asAgency(await actor(other.email)) };
}

test("an offer keeps its letter and the version that it was made of when the text changes later", async () => {
  const desk = await mfat("desk");
  const application = await opened("APPROVED", desk.personId);
  await save("OFFER", `Kia ora koutou.\n\n${starting.body}`);
  const { id: templateId } = await current("OFFER");
  const today = dayOf(now());
  const dueOn = earlierOf(addDays(today, 21), yearEndsOn(financialYearOf(today)));
  await sendOffer(desk, application.step, application.reference, {
    dueOn,
    message: "We look forward to it.",
    reason: null,
  });
  const { own, other } = await readers(application);
  const sent = await findLetter(own, application.id);
  expect(sent).toMatchObject({ kind: "OFFER", templateId, sentById: desk.personId });
  expect(sent?.text).toContain("\n\nKia ora koutou.\n\nWe look forward to it.\n\nThe Ministry of Foreign Affairs");
  expect(sent?.text).not.toMatch(/[{}]/);
  await save("OFFER", `Something else. ${starting.body}`);
  expect((await findLetter(own, application.id))?.text).toBe(sent?.text);
  expect((await findOffer(own, application.id))?.letter.text).toBe(sent?.text);
  expect(await findLetter(other, application.id)).toBeNull();
  await expect(db().letter.update({ where: { id: sent?.id ?? "" }, data: { text: "x" } })).rejects.toThrow();
});

test("the decision letter says what the approver wrote for the agency, and not the reason; until then there is none", async () => {
  const approver = await mfat("approver2");
  const application = await opened("DECISION", approver.personId);
  const written = { reason: "Weak partners", agencyText: "The fund has helped with this before." };
  await decline(approver, application.step, application.reference, written);
  const [desk, { own }] = [await mfat("desk"), await readers(application)];
  expect([await findLetter(own, application.id), await readDeclineText(own, application.id)]).toEqual([null, null]);
  expect(await previewLetter(desk, "DECLINE", application.reference, new Date())).toContain(written.agencyText);
  const { step } = await opened("UNSUCCESSFUL", desk.personId, application.reference);
  await sendDecisionLetter(desk, step, application.reference);
  const letter = await findLetter(own, application.id);
  expect(letter?.kind).toBe("DECLINE");
  expect(letter?.text).toContain(`decision on ${application.reference}, ${application.title}`);
  expect(letter?.text).toContain("\n\nThe fund has helped with this before.\n\n");
  expect(letter?.text).not.toContain("Weak partners");
});

test("who is not eligible is sent a letter with the reason", async () => {
  const desk = await mfat("desk");
  const application = await opened("SUBMITTED", desk.personId);
  await declineAsIneligible(desk, application.step, application.reference, { reason: "It is not in the Pacific." });
  const letter = await findLetter((await readers(application)).own, application.id);
  expect([letter?.kind, letter?.text.includes("It is not in the Pacific.")]).toEqual(["INELIGIBLE", true]);
});

test("every save is a version with who and when; the same text, and the same form twice, make none", async () => {
  const desk = await mfat("desk");
  const before = (await current("DECLINE")).number;
  const once = await request("DECLINE");
  const text = { subject: "Decision on {{reference}}", body: "No. {{decision}}" };
  await Promise.all([1, 2].map(() => saveTemplate(desk, once, "DECLINE", text)));
  expect((await refusal(saveTemplate(desk, await request("DECLINE"), "DECLINE", text))).code).toBe("STATE");
  const versions = await listVersions(await mfat("auditor"), "DECLINE");
  expect(versions.map(({ number }) => number)).toEqual([before + 1, before]);
  expect(versions[0]).toMatchObject({ ...text, savedBy: desk.name, count: 0 });
  await restoreTemplate(desk, await request("DECLINE"), "DECLINE");
  expect(await current("DECLINE")).toMatchObject({ number: before + 2, ...LETTERS.DECLINE.starting });
  await expect(db().letterTemplate.updateMany({ data: { body: "x" } })).rejects.toThrow();
  const events = await db().auditEvent.count({ where: { event: "letter.saved", subject: "letter:DECLINE" } });
  expect(events).toBe(2);
});

test("who saves after somebody else is told who did, and both at once save one", async () => {
  const desk = await mfat("desk");
  const stale = await request("INELIGIBLE");
  const text = (words: string) => ({ subject: "Not eligible", body: `${words} {{reason}}` });
  const both = await Promise.allSettled(
    ["One", "Two"].map((words) => saveTemplate(desk, { ...stale, requestId: randomUUID() }, "INELIGIBLE", text(words))),
  );
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const late = await refusal(saveTemplate(desk, stale, "INELIGIBLE", text("Three")));
  expect([late.code, late.message]).toEqual([
    "CONFLICT",
    expect.stringContaining(`${desk.name} saved another version on`),
  ]);
});

test("a text that is wrong is refused at its place, and nobody but the desk saves one", async () => {
  const bad = await refusal(save("OFFER", "We offer {{ammount}}"));
  expect([bad.code, bad.fields.body]).toEqual(["INVALID", expect.stringContaining("{{ammount}} is not a field")]);
  const step = await request("OFFER");
  for (const name of ["approver2", "admin", "auditor"]) {
    const person = await mfat(name);
    await expect((async () => saveTemplate(person, step, "OFFER", starting))()).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  }
});

test("a preview is made of the text that is not saved, with a real application that the desk has opened", async () => {
  const desk = await mfat("desk");
  const application = await opened("ACTIVE", desk.personId);
  const before = await current("OFFER");
  const text = { subject: starting.subject, body: `Preview. ${starting.body}` };
  const letter = await previewTemplate(desk, "OFFER", text, application.reference);
  expect(letter).toContain(application.title);
  expect(letter).toContain("\n\nPreview.");
  expect(letter).toMatch(/\$[1-9][\d,]+\.\d\d, GST exclusive/);
  expect(await current("OFFER")).toEqual(before);
  expect((await listPreviewable(desk)).map(({ reference }) => reference)).toContain(application.reference);
  const isRefused = async (who: MfatActor, reference: string) =>
    expect((await refusal(previewTemplate(who, "OFFER", text, reference))).fields).toHaveProperty("application");
  await isRefused(desk, "");
  await isRefused(desk, "PSF-2026-9999");
  const email = "newdesk@mfat.example";
  await unguarded().person.create({ data: { email, name: "New", side: "MFAT", roles: { create: { role: "DESK" } } } });
  const unopened = await mfat("newdesk");
  await isRefused(unopened, application.reference);
  expect(await listPreviewable(unopened)).toEqual([]);
});
