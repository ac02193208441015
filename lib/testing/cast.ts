// For tests of the whole workflow: people in every role, and the drafts they write.
import { randomUUID } from "node:crypto";
import { beforeAll } from "vitest";
import { createApplication } from "#lib/applications/commands.ts";
import { type Actor, asAgency, type Role } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { writeSections } from "../../prisma/demo/demo.ts";
import { STORIES } from "../../prisma/demo/stories.ts";
import { changeEnvelope, unguarded } from "./database.ts";

const people: Record<string, Actor> = {};
/**
 * Two people in every role, from two agencies; jack may do all of MFAT's work, so that only duties keep him from it.
 */
const CAST: Record<string, Role[]> = {
  "contributor@police.example": [],
  "finance@police.example": [],
  "certifier@police.example": [],
  "contributor@customs.example": [],
  "certifier@customs.example": [],
  "contributor2@police.example": ["CONTRIBUTOR"],
  "finance2@police.example": ["FINANCE"],
  "certifier2@police.example": ["CERTIFIER"],
  "both@police.example": ["CONTRIBUTOR", "CERTIFIER"],
  "desk@mfat.example": [],
  "desk2@mfat.example": [],
  "assessor1@mfat.example": [],
  "assessor2@mfat.example": [],
  "suva.post@mfat.example": [],
  "legal@mfat.example": [],
  "budget@mfat.example": [],
  "budget2@mfat.example": [],
  "approver1@mfat.example": [],
  "approver2@mfat.example": [],
  "approver3@mfat.example": ["APPROVER"],
  "auditor@mfat.example": [],
  "admin@mfat.example": [],
  "jack@mfat.example": ["DESK", "ASSESSOR", "BUDGET", "APPROVER"],
};
/** Their email addresses. */
export const names = Object.keys(CAST);
let roundId = "";

/** Creates the cast before the first test of a file, with enough money for every way to reach its end. */
export const useCast = (): void => beforeAll(makeCast);

async function makeCast(): Promise<void> {
  const police = await db().agency.findFirstOrThrow({ where: { abbreviation: "NZ Police" } });
  for (const [email, roles] of Object.entries(CAST)) {
    const of = email.includes("police") ? { side: "AGENCY" as const, agencyId: police.id } : { side: "MFAT" as const };
    if (roles.length) {
      const create = roles.map((role) => ({ role }));
      await unguarded().person.create({ data: { email, name: email, ...of, roles: { create } } });
    }
    const actor = await findActor(email);
    if (!actor) throw new Error(email);
    if (roles.includes("APPROVER")) await unguarded().delegation.create({ data: { personId: actor.personId } });
    people[email] = (await findActor(email)) as Actor;
  }
  // Enough for every way to reach its end; more than this is tried too.
  for (const { startYear } of await db().financialYear.findMany({ where: { closedAt: null } })) {
    await changeEnvelope(startYear, 200_000_000n);
  }
  roundId = (await db().round.findFirstOrThrow({ where: { closesAt: null } })).id;
}

export const who = (name: string): Actor => {
  const actor = people[name];
  if (!actor) throw new Error(name);
  return actor;
};

/** A draft with every answer, at the contributor's agency. */
export async function draftOf(contributor: string): Promise<string> {
  const story = STORIES.find(({ end }) => end === "ACTIVE");
  const actor = asAgency(who(contributor));
  const reference = await createApplication(actor, { requestId: randomUUID() }, roundId);
  if (story) await writeSections(actor, reference, story);
  return reference;
}
