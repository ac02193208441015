import { expect, test } from "vitest";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { saveAssessment } from "./commands.ts";
import { commentInput } from "./schema.ts";

useTestDatabase("template_demo");

const never = () => {
  throw new Error("nobody");
};

test("a comment is kept whole while it is written, however long, or refused in words", async () => {
  const { id, reference, roundId } = await db().application.findFirstOrThrow({
    where: { state: "ASSESSMENT", heldAt: null },
  });
  const { id: personId } = await unguarded().person.create({
    data: { email: "comments@mfat.example", name: "Comments", side: "MFAT", roles: { create: { role: "ASSESSOR" } } },
  });
  const assessor = asMfat((await findActor("comments@mfat.example")) ?? never());
  await db().duty.create({ data: { applicationId: id, personId, side: "MFAT", kind: "ASSESS" } });
  await unguarded().assessment.create({
    data: { applicationId: id, assessorId: personId, versionNumber: 1, assignedById: personId },
  });
  await declareNone(personId, { id });
  const { id: criterionId } = await db().criterion.findFirstOrThrow({ where: { roundId, version: 1, position: 0 } });
  const kept = async () =>
    (await db().assessmentScore.findFirstOrThrow({ where: { assessorId: personId, criterionId } })).comment;
  const words = "He kōrero roa tēnei. ".repeat(400).slice(0, 7_089);
  await saveAssessment(assessor, reference, { [commentInput(criterionId)]: words });
  expect(await kept()).toBe(words);
  const tooMuch = saveAssessment(assessor, reference, { [commentInput(criterionId)]: "x".repeat(20_001) });
  await expect(tooMuch).rejects.toMatchObject({
    fields: { [commentInput(criterionId)]: expect.stringMatching(/must be 20,000 characters or fewer$/) },
  });
  expect(await kept()).toBe(words);
});
