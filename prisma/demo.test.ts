// The demonstration as somebody reads it: when its people act, and that there is something to read of everything.
import { expect, test } from "vitest";
import { getApplication, readChanges } from "../lib/applications/queries.ts";
import { atTime, dayOf } from "../lib/dates.ts";
import { db } from "../lib/db.ts";
import { findActor } from "../lib/people/queries.ts";
import { asMfat } from "../lib/permissions.ts";
import { useTestDatabase } from "../lib/test-database.ts";

useTestDatabase("template_demo");

test("people act one after the other, on working days and in office hours", async () => {
  const events = await db().auditEvent.findMany({ orderBy: { id: "asc" } });
  expect(events.length).toBeGreaterThan(400);
  let before = new Date(0);
  for (const { at, event, actorId } of events) {
    expect([event, at >= before]).toEqual([event, true]);
    before = at;
    if (!actorId) continue;
    const day = dayOf(at);
    const isOpen = at >= atTime(day, "08:30") && at < atTime(day, "17:00") && ![0, 6].includes(day.getUTCDay());
    expect([event, at, isOpen]).toEqual([event, at, true]);
  }
});

test("there is something that changed, and colleagues who talk", async () => {
  const desk = asMfat((await findActor("desk@mfat.example")) ?? never());
  const { reference } = await db().application.findFirstOrThrow({ where: { state: "SUBMITTED", versionNumber: 2 } });
  const changes = await readChanges(desk, await getApplication(desk, reference));
  expect(changes?.sections.map(({ key }) => key)).toEqual(["need", "budget"]);
  expect(await db().comment.count({ where: { doneAt: null } })).toBeGreaterThan(1);
  expect(await db().comment.count({ where: { doneAt: { not: null } } })).toBe(1);
});

const never = () => {
  throw new Error("The demo has no desk.");
};
