import { createHash } from "node:crypto";
import type { Adapter, AdapterUser } from "next-auth/adapters";
import { recordEvent } from "../audit.ts";
import { now } from "../clock.ts";
import { db, transaction } from "../db.ts";
import { ACTOR, toActor } from "../people/queries.ts";
import type { Actor } from "../permissions.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A session that shows nothing for so long has to sign in again. */
export const IDLE_MINUTES_MAX = 60;
export const TRIES_MAX = 3;
const MINUTE_MS = 60_000;

/** next-auth's user, with the actor that it stands for. */
export type SessionUser = AdapterUser & { actor: Actor };

const asUser = (person: { id: string; email: string }): AdapterUser => ({
  id: person.id,
  email: person.email,
  emailVerified: null,
});

/** next-auth's storage. Session tokens and codes are kept as hashes only; people are made by the desk, never by signing in. */
export const adapter: Adapter = {
  getUserByEmail: async (email) => {
    const person = await db().person.findFirst({ where: { email, endedAt: null } });
    return person && asUser(person);
  },
  getUser: async (id) => {
    const person = await db().person.findFirst({ where: { id, endedAt: null } });
    return person && asUser(person);
  },
  getUserByAccount: async () => null,
  createUser: async () => {
    throw new Error("Nobody becomes a person by signing in.");
  },
  updateUser: async (user) => ({ ...user, email: user.email ?? "", emailVerified: null }),
  linkAccount: async () => undefined,
  createSession: async ({ sessionToken, userId, expires }) => {
    await transaction(async (tx) => {
      await tx.session.create({
        data: { tokenHash: sha256(sessionToken), personId: userId, expires, createdAt: now(), lastSeenAt: now() },
      });
      await recordEvent(tx, { event: "session.started", actor: { personId: userId } });
    });
    return { sessionToken, userId, expires };
  },
  getSessionAndUser: async (sessionToken) => {
    const row = await db().session.findUnique({
      where: { tokenHash: sha256(sessionToken) },
      include: { person: { include: ACTOR } },
    });
    const idleMs = row ? now().getTime() - row.lastSeenAt.getTime() : 0;
    if (!row || row.person.endedAt || idleMs > IDLE_MINUTES_MAX * MINUTE_MS) return null;
    if (idleMs > MINUTE_MS) {
      await db().session.updateMany({ where: { tokenHash: row.tokenHash }, data: { lastSeenAt: now() } });
    }
    const user: SessionUser = { ...asUser(row.person), actor: toActor(row.person) };
    return { session: { sessionToken, userId: row.personId, expires: row.expires }, user };
  },
  updateSession: async () => null,
  deleteSession: async (sessionToken) => {
    await transaction(async (tx) => {
      const tokenHash = sha256(sessionToken);
      const row = await tx.session.findUnique({ where: { tokenHash } });
      if (!row) return;
      await tx.session.deleteMany({ where: { tokenHash } });
      await recordEvent(tx, { event: "session.ended", actor: { personId: row.personId } });
    });
  },
  // The code's row is written with its mail, in one transaction (options.ts).
  createVerificationToken: async () => null,
  useVerificationToken: async ({ identifier, token }) => {
    // One statement each: two browsers cannot both use a code, and a code dies with its third wrong try.
    const open = { email: identifier, attempts: { lt: TRIES_MAX }, expires: { gt: now() } };
    const used = await db().signInCode.deleteMany({ where: { ...open, codeHash: token } });
    if (used.count) return { identifier, token, expires: new Date(now().getTime() + 1000) };
    await db().signInCode.updateMany({ where: { email: identifier }, data: { attempts: { increment: 1 } } });
    return null;
  },
};
