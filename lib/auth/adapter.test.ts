// Codes and sessions against a real database: each code works once, and nothing that has expired signs anybody in.
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { now, shiftClock } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { adapter, IDLE_MINUTES_MAX, type SessionUser, TRIES_MAX } from "./adapter.ts";
import { sha256 } from "./request.ts";

useTestDatabase();

const MINUTE_MS = 60_000;
const email = "somebody@mfat.example";
const [right, wrong] = [sha256("right"), sha256("wrong")];
let personId = "";

beforeEach(async () => {
  const person = await unguarded().person.upsert({
    where: { email },
    create: { email, name: "Somebody", side: "MFAT", roles: { create: { role: "DESK" } } },
    update: { endedAt: null },
  });
  personId = person.id;
});
afterEach(() => {
  shiftClock(0);
});

/** Creates an open code that works for ten minutes. */
async function openCode() {
  const [key, code] = [
    { email, browserHash: "" },
    { codeHash: right, attempts: 0, expires: new Date(now().getTime() + 10 * MINUTE_MS) },
  ];
  const where = { email_browserHash: key };
  await db().signInCode.upsert({ where, create: { ...key, ...code }, update: code });
}

const useCode = async (token: string) =>
  (await adapter.useVerificationToken?.({ identifier: email, token })) ? "in" : "refused";

/** Starts a session that can last twelve hours; returns its token. */
async function startSession(): Promise<string> {
  const sessionToken = randomUUID();
  const expires = new Date(now().getTime() + 12 * 60 * MINUTE_MS);
  await adapter.createSession?.({ sessionToken, userId: personId, expires });
  return sessionToken;
}

const whoIs = async (token: string) => {
  const found = await adapter.getSessionAndUser?.(token);
  return found ? (found.user as SessionUser).actor : null;
};

test("a code works once, also when twenty use it at once", async () => {
  await openCode();
  const answers = await Promise.all(Array.from({ length: 20 }, () => useCode(right)));
  expect(answers.filter((answer) => answer === "in")).toHaveLength(1);
  expect(await useCode(right)).toBe("refused");
});

test("three wrong tries kill a code, and two do not", async () => {
  await openCode();
  for (let tries = 1; tries < TRIES_MAX; tries++) expect(await useCode(wrong)).toBe("refused");
  expect(await useCode(right)).toBe("in");
  await openCode();
  for (let tries = 1; tries <= TRIES_MAX; tries++) await useCode(wrong);
  expect(await useCode(right)).toBe("refused");
});

test("a code is somebody's own, and of no use after its ten minutes", async () => {
  await openCode();
  expect(await adapter.useVerificationToken?.({ identifier: "other@mfat.example", token: right })).toBeNull();
  shiftClock(10 * MINUTE_MS + 1);
  expect(await useCode(right)).toBe("refused");
  shiftClock(0);
  expect(await useCode(right)).toBe("in");
});

test("a session signs its person in; the database holds a hash of it only, and an ended one signs nobody in", async () => {
  const token = await startSession();
  expect(await whoIs(token)).toMatchObject({ personId, side: "MFAT", roles: new Set(["DESK"]) });
  expect(await db().session.count({ where: { tokenHash: token } })).toBe(0);
  expect(await whoIs(sha256(token))).toBeNull();
  await adapter.deleteSession?.(token);
  expect(await whoIs(token)).toBeNull();
  const events = await db().auditEvent.findMany({ where: { actorId: personId }, orderBy: { id: "asc" } });
  expect(events.map(({ event }) => event)).toEqual(["session.started", "session.ended"]);
});

test("being seen keeps a session alive, being idle for too long ends it", async () => {
  const token = await startSession();
  shiftClock((IDLE_MINUTES_MAX - 1) * MINUTE_MS);
  expect(await whoIs(token)).not.toBeNull();
  shiftClock((2 * IDLE_MINUTES_MAX - 2) * MINUTE_MS);
  expect(await whoIs(token)).not.toBeNull();
  shiftClock((3 * IDLE_MINUTES_MAX - 1) * MINUTE_MS);
  expect(await whoIs(token)).toBeNull();
});

test("nothing moves a session's end", async () => {
  const token = await startSession();
  const before = await db().session.findUniqueOrThrow({ where: { tokenHash: sha256(token) } });
  shiftClock(30 * MINUTE_MS);
  await whoIs(token);
  await adapter.updateSession?.({ sessionToken: token, expires: new Date(now().getTime() + 99 * 60 * MINUTE_MS) });
  const after = await db().session.findUniqueOrThrow({ where: { tokenHash: sha256(token) } });
  expect(after.expires).toEqual(before.expires);
  expect(after.lastSeenAt.getTime()).toBeGreaterThan(before.lastSeenAt.getTime());
});

test("who has ended is signed in no more, and gets no code", async () => {
  const token = await startSession();
  await unguarded().person.update({ where: { id: personId }, data: { endedAt: now() } });
  expect(await whoIs(token)).toBeNull();
  expect(await adapter.getUserByEmail?.(email)).toBeNull();
  expect(await adapter.getUser?.(personId)).toBeNull();
});

test("nobody becomes a person by signing in", async () => {
  await expect(async () =>
    adapter.createUser?.({ id: "", email: "new@mfat.example", emailVerified: null }),
  ).rejects.toThrow();
});
