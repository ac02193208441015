import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { assignAssessors } from "#lib/assessments/commands.ts";
import { declareInterests } from "#lib/assessments/interests/commands.ts";
import { type Actor, asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { getCopy } from "./queries.ts";
import { auditSubject, eventLabel } from "./rules.ts";

useTestDatabase("template_demo");

async function actorOf(email: string): Promise<Actor> {
  const actor = await findActor(email);
  if (!actor) throw new Error(`The demo has no ${email}.`);
  return actor;
}

/** An application of the demonstration in that state, with people at its agency and at another. */
async function inState(state: State) {
  const { id, reference, agencyId } = await db().application.findFirstOrThrow({ where: { state } });
  const contributor = { side: "AGENCY" as const, roles: { some: { role: "CONTRIBUTOR" as const } } };
  const own = await db().person.findFirstOrThrow({ where: { ...contributor, agencyId } });
  const other = await db().person.findFirstOrThrow({ where: { ...contributor, agencyId: { not: agencyId } } });
  return { id, reference, own: await actorOf(own.email), other: await actorOf(other.email) };
}

const NOT_FOUND = { code: "NOT_FOUND" };
const titleIn = ({ answers }: Awaited<ReturnType<typeof getCopy>>) =>
  answers.sections.find(({ key }) => key === "initiative")?.answers?.title;

test("another agency gets nothing, whatever the state", async () => {
  for (const state of ["DRAFT", "SUBMITTED", "CHANGES_REQUESTED", "ACTIVE", "DECLINED"] as const) {
    const { reference, own, other } = await inState(state);
    await expect(getCopy(other, reference)).rejects.toMatchObject(NOT_FOUND);
    expect((await getCopy(own, reference)).application.reference).toBe(reference);
  }
});

test("MFAT gets nothing of what was never signed off", async () => {
  for (const state of ["DRAFT", "SIGN_OFF", "DISCARDED"] as const) {
    const { reference, own } = await inState(state);
    for (const email of ["desk@mfat.example", "auditor@mfat.example", "admin@mfat.example"]) {
      await expect(getCopy(await actorOf(email), reference)).rejects.toMatchObject(NOT_FOUND);
    }
    expect((await getCopy(own, reference)).answers.certified).toBeNull();
  }
});

test("while changes are made MFAT reads what was signed off, and the agency its draft", async () => {
  const { id, reference, own } = await inState("CHANGES_REQUESTED");
  const place = { applicationId_section: { applicationId: id, section: "initiative" } };
  const { values } = await db().applicationSection.findUniqueOrThrow({ where: place });
  const before = (values as { title: string }).title;
  await unguarded().applicationSection.update({
    where: place,
    data: { values: { ...(values as object), title: "Not signed off yet" } },
  });
  const seen = await getCopy(await actorOf("desk@mfat.example"), reference);
  expect([titleIn(seen), seen.answers.certified?.number]).toEqual([before, 1]);
  const draft = await getCopy(own, reference);
  expect([titleIn(draft), draft.answers.certified]).toEqual(["Not signed off yet", null]);
});

test("what is signed off is the same to both sides, with the declaration and who made it", async () => {
  const { reference, own } = await inState("SUBMITTED");
  const [mine, theirs] = [await getCopy(own, reference), await getCopy(await actorOf("desk@mfat.example"), reference)];
  expect(mine.answers).toEqual(theirs.answers);
  expect(mine.answers.certified).toEqual(theirs.answers.certified);
  expect(mine.answers.certified?.by).toMatch(/\w+ \w+/);
  const declaration = mine.answers.sections.find(({ key }) => key === "declaration");
  expect(declaration?.answers).toMatchObject({ isAccurate: true, isAuthorised: true, isPeopleTold: true });
});

test("an assessor reads it once it is assigned and no interest is declared, and not before", async () => {
  const application = await db().application.findFirstOrThrow({ where: { state: "ASSESSMENT" } });
  const { id, email } = await db().person.findFirstOrThrow({
    where: { email: { startsWith: "assessor" }, duties: { none: { applicationId: application.id } } },
  });
  const [desk, assessor] = [asMfat(await actorOf("desk@mfat.example")), asMfat(await actorOf(email))];
  const { reference } = application;
  const isRefused = () => expect(getCopy(assessor, reference)).rejects.toMatchObject(NOT_FOUND);
  await isRefused();
  const request = (revision: number) => ({ requestId: randomUUID(), revision });
  await assignAssessors(desk, request(application.revision), reference, {
    assessors: [id],
    dueOn: new Date("2099-01-01"),
  });
  await isRefused();
  await declareInterests(assessor, { requestId: randomUUID() }, reference, { interest: "none", description: null });
  expect((await getCopy(assessor, reference)).answers.certified?.number).toBe(1);
});

test("the audit trail says every event that the code records in words, and what a form was refused on", async () => {
  const files = readdirSync("lib", { recursive: true, encoding: "utf8" }).filter((path) =>
    /^(?!testing\/).*(?<!test)\.ts$/.test(path),
  );
  const recorded = files.flatMap((path) => [
    ...readFileSync(`lib/${path}`, "utf8").matchAll(/event: "(\w+\.\w+)"|\["(account\.asked)"/g),
  ]);
  const events = new Set(recorded.map(([, event, other]) => event ?? other ?? ""));
  expect(events.size).toBeGreaterThan(40);
  for (const event of events) expect([event, eventLabel(event)]).not.toEqual([event, event]);
  expect(eventLabel("application.sentForSignOff")).toBe("Sent for sign-off");
  expect(auditSubject("page:/applications/PSF-2026-0042/approve")).toEqual({
    label: "PSF-2026-0042: Approve",
    href: "/applications/PSF-2026-0042",
  });
  expect(auditSubject("page:/settings/people/new")).toEqual({ label: "/settings/people/new" });
  expect(auditSubject("year:2026").label).toBe("2026/27");
});
