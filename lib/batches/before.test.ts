// A preview says about each application what its own page would say before the step is sent.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { claimReference } from "#lib/payments/rules.ts";
import { findActor } from "#lib/people/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { prepareClaims } from "./claims/commands.ts";
import { getClaimsBatch } from "./claims/queries.ts";
import { prepareBatch } from "./commands.ts";
import { getBatch, readBeforeEach } from "./queries.ts";
import type { BatchStep } from "./schema.ts";

useTestDatabase("template_demo");

const who = async (name: string) => asMfat((await findActor(`${name}@mfat.example`)) ?? (undefined as never));
async function declared({ personId }: MfatActor, id: string): Promise<void> {
  const isDeclared = await db().interestDeclaration.count({ where: { applicationId: id, personId } });
  if (!isDeclared) await declareNone(personId, { id });
}

test("an offer to an agency without a certifier is said to be impossible in the preview, whom to ask with it", async () => {
  const desk = await who("desk");
  const { reference, revision, agency, id } = await db().application.findFirstOrThrow({
    where: { state: "APPROVED", heldAt: null },
    include: { agency: true },
  });
  await declared(desk, id);
  const due = addDays(dayOf(now()), 10);
  const step: BatchStep = "sendOffer";
  const batch = await prepareBatch(desk, { requestId: randomUUID() }, step, {
    take: [reference],
    [`revision-${reference}`]: String(revision),
    "dueOn-day": String(due.getUTCDate()),
    "dueOn-month": String(due.getUTCMonth() + 1),
    "dueOn-year": String(due.getUTCFullYear()),
    reason: "Soon.",
  });
  const before = async () => (await readBeforeEach(desk, await getBatch(desk, step, batch))).get(reference);
  expect(await before()).toEqual({ obstacle: undefined, cautions: [], ending: null });
  const certifiers = { agencyId: agency.id, endedAt: null, roles: { some: { role: "CERTIFIER" as const } } };
  await unguarded().person.updateMany({ where: certifiers, data: { endedAt: now() } });
  expect((await before())?.obstacle).toBe(
    `${agency.name} has no certifier who can take the next step. Ask the agency who it is now, and add them under “People”.`,
  );
});

test("work is not confirmed for several claims where nobody else could approve them, which the preview says of each", async () => {
  const desk = await who("desk");
  const claim = await db().claim.findFirstOrThrow({
    where: { state: "CLAIMED", workConfirmedAt: null, application: { state: "ACTIVE", heldAt: null } },
    include: { application: true },
  });
  await declared(desk, claim.applicationId);
  const name = claimReference(claim.application.reference, claim.number);
  const id = await prepareClaims(desk, { requestId: randomUUID() }, "confirmWork", { take: [name] });
  const why = async () => (await getClaimsBatch(desk, "confirmWork", id)).claims.map((one) => one.why);
  expect(await why()).toEqual([null]);
  const officers = { side: "MFAT" as const, endedAt: null, roles: { some: { role: "BUDGET" as const } } };
  await unguarded().person.updateMany({ where: officers, data: { endedAt: now() } });
  expect(await why()).toEqual([expect.stringMatching(/^MFAT has no budget officer who is free to act/)]);
});
