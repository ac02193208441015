import { recordEvent } from "../audit.ts";
import { now } from "../clock.ts";
import { transaction } from "../db.ts";
import { env } from "../env.ts";
import { DomainError } from "../errors.ts";
import { composeEmail, queueEmail } from "../mail.ts";

/**
 * Makes the first administrator of a portal that has none: everybody else is added in the portal.
 * @throws CONFLICT where there is one
 */
export async function createFirstAdministrator({ email, name }: { email: string; name: string }): Promise<void> {
  const address = email.trim().toLowerCase();
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)) throw new DomainError("INVALID", `${email} is not an email address.`);
  await transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext('first administrator'))`;
    if (await tx.personRole.count({ where: { role: "ADMINISTRATOR", person: { endedAt: null } } })) {
      throw new DomainError("CONFLICT", "There is an administrator already, who can add others in the portal.");
    }
    const person = await tx.person.create({ data: { email: address, name: name.trim(), side: "MFAT", createdAt: now() } });
    await tx.personRole.create({ data: { personId: person.id, side: "MFAT", role: "ADMINISTRATOR" } });
    await recordEvent(tx, { event: "person.created", actor: null, subject: `person:${person.id}`, data: { roles: ["ADMINISTRATOR"] } });
  });
}

const DAY_MS = 86_400_000;

/**
 * Somebody of a known agency without an account asked for a code: tells the desk, once a day for an address. Answers the
 * agency's name; null where the address belongs to no known agency.
 */
export function reportUnknownPerson(email: string, remoteAddress?: string): Promise<string | null> {
  const domain = email.split("@")[1] ?? "";
  return transaction(async (tx) => {
    const agency = await tx.agency.findFirst({ where: { emailDomains: { has: domain }, isActive: true } });
    if (!agency) return null;
    const subject = `email:${email}`;
    await tx.$queryRaw`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtext(${subject}))`;
    const told = await tx.auditEvent.findFirst({
      where: { event: "account.asked", subject, at: { gt: new Date(now().getTime() - DAY_MS) } },
      select: { id: true },
    });
    if (told) return agency.name;
    await recordEvent(tx, { event: "account.asked", actor: null, subject, ...(remoteAddress && { remoteAddress }) });
    await queueEmail(tx, {
      to: env().DESK_EMAIL,
      subject: `[UNCLASSIFIED] Somebody at ${agency.name} has no account`,
      ...composeEmail({
        marking: "UNCLASSIFIED",
        paragraphs: [`${email} tried to sign in and has no account. The address belongs to ${agency.name}.`],
        link: { label: "Add a person", url: `${env().BASE_URL}/settings/people` },
      }),
    });
    return agency.name;
  });
}
