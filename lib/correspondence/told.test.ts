// Whoever takes a step reads who was emailed about it, taken from the outbox.
import { expect, test } from "vitest";
import { db } from "#lib/platform/db.ts";
import { draftOf, useCast, who } from "#lib/testing/cast.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { read } from "#lib/testing/steps.ts";
import { walk } from "#lib/testing/ways.ts";
import { type StepKey, stepRow } from "#lib/workflow/steps.ts";
import { readTold } from "./queries.ts";

useTestDatabase("template_demo");
useCast();

const told = async (email: string, reference: string, step: StepKey) =>
  readTold(who(email), await read(reference), stepRow(step));

test("what the agency’s contributor and the desk read after a step is who was written to, and nobody else reads it", async () => {
  const reference = await draftOf("contributor@police.example");
  await walk(reference, ["sendForSignOff", "contributor@police.example"]);
  const asked = await told("contributor@police.example", reference, "sendForSignOff");
  expect(asked).toMatch(/^the fund desk/);
  const certifier = await db().person.findUniqueOrThrow({ where: { email: "certifier@police.example" } });
  expect(asked?.includes(certifier.name) || asked?.includes("people at your agency")).toBe(true);
  await walk(reference, ["signOffAndSubmit", "certifier@police.example"], ["declineAsIneligible", "desk@mfat.example"]);
  expect(await told("desk@mfat.example", reference, "declineAsIneligible")).toContain("New Zealand Police");
  // Only whoever took the step sees it: nobody else learns from it that it was taken.
  expect(await told("contributor@police.example", reference, "declineAsIneligible")).toBeNull();
  await unguarded().email.updateMany({ where: { application: { reference } }, data: { subject: "Something else" } });
  expect(await told("desk@mfat.example", reference, "declineAsIneligible")).toBeNull();
});
