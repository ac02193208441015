// Records show the names that people had on the day of what they did; lists to choose from show current names.
import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { listInterests } from "#lib/assessments/interests/queries.ts";
import { listAssessorOptions } from "#lib/assessments/queries.ts";
import { listLedger } from "#lib/budget/ledger/queries.ts";
import { listSettledChanges } from "#lib/changes/queries.ts";
import { addComment, settleComment } from "#lib/comments/commands.ts";
import { listComments } from "#lib/comments/queries.ts";
import { listDeputyOptions } from "#lib/deputies/queries.ts";
import { saveTemplate } from "#lib/letters/commands.ts";
import { listVersions } from "#lib/letters/queries.ts";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { readNamesOfDay } from "#lib/lifecycle/queries.ts";
import { findActor } from "#lib/people/queries.ts";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { rename, useTestDatabase } from "#lib/testing/database.ts";
import { listVariations } from "#lib/variations/queries.ts";
import { getDecisionNote, listAudit } from "./queries.ts";

useTestDatabase("template_demo");
afterEach(() => {
  shiftClock(0);
});

const actorOf = async (email: string) => (await findActor(email)) ?? expect.fail(`nobody is ${email}`);
const mfat = async (name: string) => asMfat(await actorOf(`${name}@mfat.example`));
const request = () => ({ requestId: randomUUID() });
const everybody = async () => (await db().person.findMany({ select: { id: true } })).map(({ id }) => id);

test("what was recorded reads as it did before everybody was renamed, and choices have the names of today", async () => {
  const [desk, auditor, budget] = [await mfat("desk"), await mfat("auditor"), await mfat("budget")];
  const contributor = asAgency(await actorOf("contributor@police.example"));
  const { id, reference } = await db().application.findFirstOrThrow({
    where: { agencyId: contributor.agencyId, state: "ACTIVE" },
  });
  await addComment(contributor, request(), reference, { text: "Who orders the radios?", section: null });
  const comment = await db().comment.findFirstOrThrow({ where: { applicationId: id }, orderBy: { id: "desc" } });
  await settleComment(contributor, reference, comment.id);
  const [template] = await listVersions(desk, "OFFER");
  const { number: revision, subject, body } = template ?? expect.fail("no letter");
  await saveTemplate(desk, { ...request(), revision }, "OFFER", { subject: `${subject} again`, body });
  const changed = await db().variation.findFirstOrThrow({ where: { decidedById: { not: null } } });
  const { startYear } = await db().ledgerEntry.findFirstOrThrow({ where: { kind: "ADJUST" } });
  const last = (await db().auditEvent.findFirstOrThrow({ orderBy: { id: "desc" } })).id + 1n;
  const records = async () => ({
    note: await getDecisionNote(auditor, reference),
    interests: (await listInterests(auditor)).rows.map(({ by, clearedBy }) => [by, clearedBy]),
    variations: await listVariations(auditor, changed.applicationId),
    comments: await listComments(contributor, id),
    letters: (await listVersions(desk, "OFFER")).map(({ savedBy }) => savedBy),
    ledger: (await listLedger(budget, { startYear, kind: null, reference: null, month: null })).lines,
    changes: (await listSettledChanges(budget)).lines,
    audit: (await listAudit(auditor, { before: String(last) })).lines,
  });
  const inWords = (value: unknown) =>
    JSON.stringify(value, (_name, part) => (typeof part === "bigint" ? String(part) : part));
  const before = await records();
  for (const part of Object.values(before)) expect(inWords(part).length).toBeGreaterThan(10);
  expect(before.note.scores.assessors.length).toBeGreaterThan(1);

  await rename(await everybody(), (name) => `${name} Renamed`);
  expect(await records()).toEqual(before);
  expect(inWords(before)).not.toContain("Renamed");
  const isRenamed = (label: string) => label.endsWith("Renamed");
  const choices = [...(await listAssessorOptions(desk, id)), ...(await listDeputyOptions(await mfat("approver1")))];
  expect(choices.length).toBeGreaterThan(1);
  expect(choices.map(({ label }) => label).every(isRenamed)).toBe(true);
});

test("a name holds until the next one, however often somebody is renamed", async () => {
  const { personId, name } = await mfat("assessor1");
  const day = 86_400_000;
  const days = [now()];
  for (const later of [1, 2]) {
    shiftClock(later * day);
    await rename([personId], () => `Name ${later}`);
    shiftClock((later + 0.5) * day);
    days.push(now());
  }
  const nameOf = await readNamesOfDay(db(), [personId, null]);
  expect(days.map((at) => nameOf(personId, at))).toEqual([name, "Name 1", "Name 2"]);
  expect(nameOf(randomUUID(), now())).toBe("");
});
