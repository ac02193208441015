import { now } from "../clock.ts";
import { db } from "../db.ts";
import { DomainError } from "../errors.ts";
import { requestContext } from "./request.ts";

/** In an hour, from one remote address: a whole agency may stand behind one. */
const LIMITS = {
  code: { max: 60, message: "Too many codes were asked for from your network. Wait an hour, then ask for a new one." },
  try: { max: 300, message: "Too many codes were tried from your network. Wait an hour, then ask for a new one." },
} as const;
const HOUR_MS = 3_600_000;

/** Counts what is asked for against the address that asks, beside the limits of each account. @throws RATE */
export async function countRequest(kind: keyof typeof LIMITS): Promise<void> {
  const { remoteAddress = "unknown" } = await requestContext();
  const key = `${kind}:${networkOf(remoteAddress)}`;
  const [at, hourAgo] = [now(), new Date(now().getTime() - HOUR_MS)];
  const [row] = await db().$queryRaw<{ count: number }[]>`
    INSERT INTO "RateCounter" AS held (key, count, "startedAt") VALUES (${key}, 1, ${at})
      ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN held."startedAt" <= ${hourAgo} THEN 1 ELSE held.count + 1 END,
        "startedAt" = CASE WHEN held."startedAt" <= ${hourAgo} THEN ${at} ELSE held."startedAt" END
      RETURNING count`;
  if (row?.count === 1) await forget(hourAgo);
  const { max, message } = LIMITS[kind];
  if ((row?.count ?? 0) > max) throw new DomainError("RATE", message);
}

/** What is over goes. Rows that others hold are left to the next call. */
const forget = (hourAgo: Date): Promise<number> => db().$executeRaw`
  DELETE FROM "RateCounter" WHERE key IN (
    SELECT key FROM "RateCounter" WHERE "startedAt" <= ${hourAgo} LIMIT 1000 FOR UPDATE SKIP LOCKED)`;

/** Who has an IPv6 address has 2^64 of them: they count as one. */
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
