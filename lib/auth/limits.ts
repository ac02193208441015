import { now } from "#lib/platform/clock.ts";
import { db } from "#lib/platform/db.ts";
import { DomainError } from "#lib/platform/errors.ts";
import { requestContext } from "./request.ts";

const HOUR_MS = 3_600_000;
const WAIT = "Wait an hour, then ask for a new one.";

/** Per hour. A whole agency may share one network address. */
const CODES_OF_BROWSER_MAX = 5;
const CODES_OF_NETWORK_MAX = 60;
const CODES_FROM_NETWORK_MAX = 20;
const CODES_TO_ADDRESS_MAX = 40;
const TRIES_OF_NETWORK_MAX = 300;

/**
 * Counts a request for a code from a browser for an address. A browser that the address's person has used before has a
 * limit of its own, so it gets its codes whatever strangers request. All others share the limits of their network and
 * of the address. The limit for a network and an address together is smaller, so that one network cannot use up an
 * address's limit. @throws RATE
 */
export async function countAsked(email: string, browserHash: string, isKnown: boolean): Promise<void> {
  await count(`code:${browserHash}:${email}`, CODES_OF_BROWSER_MAX, `You have asked for too many codes. ${WAIT}`);
  if (isKnown) return;
  const network = await ownNetwork();
  const elsewhere = `People have asked for too many codes for this address. ${WAIT} Or use a browser that you have signed in with before.`;
  await count(`code:${network}`, CODES_OF_NETWORK_MAX, `People on your network have asked for too many codes. ${WAIT}`);
  await count(`code:${network}:${email}`, CODES_FROM_NETWORK_MAX, elsewhere);
  await count(`code:${email}`, CODES_TO_ADDRESS_MAX, elsewhere);
}

/** Counts a try in a browser that has no code. @throws RATE */
export async function countTry(): Promise<void> {
  const message = `People on your network have tried too many codes. ${WAIT}`;
  await count(`try:${await ownNetwork()}`, TRIES_OF_NETWORK_MAX, message);
}

const ownNetwork = async (): Promise<string> => networkOf((await requestContext()).remoteAddress ?? "unknown");

/**
 * Counts something in an hour that starts with the first. @throws RATE with the message where there are more than `max`
 */
async function count(key: string, max: number, message: string): Promise<void> {
  const [at, hourAgo] = [now(), new Date(now().getTime() - HOUR_MS)];
  const [row] = await db().$queryRaw<{ count: number }[]>`
    INSERT INTO "RateCounter" AS held (key, count, "startedAt") VALUES (${key}, 1, ${at})
      ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN held."startedAt" <= ${hourAgo} THEN 1 ELSE held.count + 1 END,
        "startedAt" = CASE WHEN held."startedAt" <= ${hourAgo} THEN ${at} ELSE held."startedAt" END
      RETURNING count`;
  if (row?.count === 1) await forget(hourAgo);
  if ((row?.count ?? 0) > max) throw new DomainError("RATE", message);
}

/** Deletes expired rows. Rows that others have locked are left for the next call. */
const forget = (hourAgo: Date): Promise<number> => db().$executeRaw`
  DELETE FROM "RateCounter" WHERE key IN (
    SELECT key FROM "RateCounter" WHERE "startedAt" <= ${hourAgo} LIMIT 1000 FOR UPDATE SKIP LOCKED)`;

/** An IPv6 subscriber has 2^64 addresses: they count as one. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const after = (tail ?? "").split(":").filter(Boolean);
  if (tail !== undefined) groups.push(...Array.from({ length: 8 - groups.length - after.length }, () => "0"), ...after);
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
