import type { Actor } from "#lib/lifecycle/permissions.ts";
import { formatDate } from "#lib/platform/dates.ts";
import type { Tx } from "#lib/platform/db.ts";

type Client = Pick<Tx, "$queryRaw" | "person">;
type FormerHolder = {
  personId: string;
  name: string;
  agencyId: string | null;
  email: string;
  now: string;
  until: Date;
};

/**
 * Who had some of these addresses before, and until when: mail and records of that time are theirs. An address under which nobody
 * ever signed in or did anything was given by mistake, and is free again.
 */
export const listFormerHolders = (client: Pick<Tx, "$queryRaw">, emails: readonly string[]): Promise<FormerHolder[]> =>
  client.$queryRaw`
    SELECT p.id AS "personId", p.name, p."agencyId", e.data #>> '{before,email}' AS email, p.email AS now, max(e.at) AS until
    FROM "AuditEvent" e JOIN "Person" p ON e.subject = 'person:' || p.id
    WHERE e.event = 'person.addressChanged' AND e.data #>> '{before,email}' = ANY (${[...emails]})
      AND EXISTS (SELECT FROM "AuditEvent" did WHERE did."actorId" = p.id AND did.id < e.id
        AND did.id > coalesce((SELECT max(had.id) FROM "AuditEvent" had
          WHERE had.event = 'person.addressChanged' AND had.subject = e.subject AND had.id < e.id), 0))
    GROUP BY 1, 4 ORDER BY until DESC`;

type Wanted = { agency: { name: string; emailDomains: string[] } | null; ownId?: string };

/**
 * Why somebody cannot be given an address; null where they can. It belongs to their agency's domain, and to one person for good:
 * whoever has it, or had it before. `ownId`: the person who may already have it, or get it back. Certifiers read no more of people of
 * other agencies than that they exist.
 */
export async function whyNotAddress(
  client: Client,
  actor: Actor,
  email: string,
  { agency, ownId = "" }: Wanted,
): Promise<string | null> {
  if (agency && !agency.emailDomains.includes(email.split("@")[1] ?? "")) {
    const domains = new Intl.ListFormat("en-NZ", { type: "disjunction" }).format(
      agency.emailDomains.map((domain) => `@${domain}`),
    );
    return domains
      ? `An email address of ${agency.name} ends with ${domains}`
      : `${agency.name} has no email domains yet: add them to the agency first`;
  }
  const taken = await client.person.findUnique({ where: { email }, select: { id: true, endedAt: true } });
  if (taken && taken.id !== ownId) {
    const ended = taken.endedAt ? ". Their account has ended, and can be restored" : "";
    return `There is already a person with this address${ended}`;
  }
  const former = (await listFormerHolders(client, [email])).find(({ personId }) => personId !== ownId);
  if (!former) return null;
  return actor.side === "MFAT" || former.agencyId === actor.agencyId
    ? `This was the address of ${former.name} until ${formatDate(former.until)}. Earlier mail and records with it are theirs, so nobody else can have it. Enter another address`
    : "Somebody else used this address before, so nobody else can have it. Enter another address, or ask the fund desk";
}
