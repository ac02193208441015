import type { Adapter, AdapterUser } from "next-auth/adapters";
import type { Actor, Role } from "#lib/lifecycle/permissions.ts";
import { toActor } from "#lib/people/queries.ts";
import { recordEvent } from "#lib/platform/audit.ts";
import { now } from "#lib/platform/clock.ts";
import { db, transaction } from "#lib/platform/db.ts";
import { type UnsentForms, unsentForms } from "#lib/unsent/queries.ts";
import { browserHash, rememberBrowser } from "./browser.ts";
import { currentPlace, requestContext, sha256 } from "./request.ts";

/** After this long without activity, a session has to sign in again. */
export const IDLE_MINUTES_MAX = 60;
export const TRIES_MAX = 3;
const MINUTE_MS = 60_000;

/** next-auth's user, with the actor it stands for and what they have typed into the page's forms. */
export type SessionUser = AdapterUser & { actor: Actor; unsent: UnsentForms };

const asUser = (person: { id: string; email: string }): AdapterUser => ({
  id: person.id,
  email: person.email,
  emailVerified: null,
});

type Person = Parameters<typeof toActor>[0];
type SessionRow = { tokenHash: string; expires: Date; lastSeenAt: Date; person: Person; unsent: UnsentForms };
type Joined = Omit<SessionRow, "person" | "unsent"> &
  Omit<Person, "roles" | "delegation" | "agency"> & {
    roles: Role[];
    hasDelegation: boolean;
    limitCents: bigint | null;
    agencyName: string | null;
    unsent: unknown;
  };

/** A session and its person in one query: this runs on every request, and Prisma would query each table separately. */
async function findSession(token: string): Promise<SessionRow | null> {
  const place = await currentPlace();
  const [row] = await db().$queryRaw<Joined[]>`
    SELECT s."tokenHash", s.expires, s."lastSeenAt",
        p.id, p.email, p.name, p.side::text, p."agencyId", p."createdAt", p."endedAt",
        ARRAY(SELECT r.role::text FROM "PersonRole" r WHERE r."personId" = p.id) AS roles,
        d."personId" IS NOT NULL AS "hasDelegation", d."limitCents", a.name AS "agencyName",
        (SELECT jsonb_agg(u) FROM "UnsentForm" u WHERE u."personId" = p.id AND u.path = ${place}) AS unsent
      FROM "Session" s
      JOIN "Person" p ON p.id = s."personId"
      LEFT JOIN "Delegation" d ON d."personId" = p.id
      LEFT JOIN "Agency" a ON a.id = p."agencyId"
      WHERE s."tokenHash" = ${sha256(token)}`;
  if (!row) return null;
  const { tokenHash, expires, lastSeenAt, roles, hasDelegation, limitCents, agencyName, unsent, ...person } = row;
  const { agencyId } = person;
  return {
    tokenHash,
    expires,
    lastSeenAt,
    unsent: unsentForms(unsent),
    person: {
      ...person,
      roles: roles.map((role) => ({ role })),
      delegation: hasDelegation ? { limitCents } : null,
      agency: agencyId !== null && agencyName !== null ? { id: agencyId, name: agencyName } : null,
    },
  };
}

/**
 * next-auth's storage. Session tokens and codes are stored only as hashes; people are added by the desk, never by
 * signing in.
 */
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
      await tx.session.deleteMany({ where: { personId: userId, expires: { lte: now() } } });
      await tx.session.create({
        data: { tokenHash: sha256(sessionToken), personId: userId, expires, createdAt: now(), lastSeenAt: now() },
      });
      await rememberBrowser(tx, userId);
      await recordEvent(tx, { event: "session.started", actor: { personId: userId }, ...(await requestContext()) });
    });
    return { sessionToken, userId, expires };
  },
  getSessionAndUser: async (sessionToken) => {
    const row = await findSession(sessionToken);
    const idleMs = row ? now().getTime() - row.lastSeenAt.getTime() : 0;
    if (!row || row.person.endedAt || idleMs > IDLE_MINUTES_MAX * MINUTE_MS) return null;
    if (idleMs > MINUTE_MS) {
      const { tokenHash, lastSeenAt } = row; // of many simultaneous requests, one writes
      await db().session.updateMany({ where: { tokenHash, lastSeenAt }, data: { lastSeenAt: now() } });
    }
    const user: SessionUser = { ...asUser(row.person), actor: toActor(row.person), unsent: row.unsent };
    return { session: { sessionToken, userId: row.person.id, expires: row.expires }, user };
  },
  updateSession: async () => null,
  deleteSession: async (sessionToken) => {
    await transaction(async (tx) => {
      const tokenHash = sha256(sessionToken);
      const row = await tx.session.findUnique({ where: { tokenHash } });
      if (!row) return;
      await tx.session.deleteMany({ where: { tokenHash } });
      await recordEvent(tx, { event: "session.ended", actor: { personId: row.personId }, ...(await requestContext()) });
    });
  },
  // The code's row is written together with its mail, in one transaction (options.ts).
  createVerificationToken: async () => null,
  useVerificationToken: async ({ identifier, token }) => {
    // Only the code that this browser asked for: what others ask for and try does not affect it.
    const own = { email: identifier, browserHash: await browserHash() };
    // The try is counted before the code is compared: of many simultaneous guesses, three are checked and the rest
    // refused.
    const open = { ...own, attempts: { lt: TRIES_MAX }, expires: { gt: now() } };
    const spent = await db().signInCode.updateMany({ where: open, data: { attempts: { increment: 1 } } });
    if (spent.count === 0) return null;
    // Two requests cannot both use a code: only one of them deletes it.
    const used = await db().signInCode.deleteMany({ where: { ...own, codeHash: token } });
    if (used.count) return { identifier, token, expires: new Date(now().getTime() + 1000) };
    return null;
  },
};
