import type { PhasedAmount } from "#lib/budget/rules.ts";
import { formatPhasing } from "#lib/budget/rules.ts";
import { keepReleases } from "#lib/form/commands.ts";
import { newestOf } from "#lib/form/versions.ts";
import { MARKING_LABELS } from "#lib/lifecycle/emails.ts";
import { AGENCY_ROLES } from "#lib/lifecycle/permissions.ts";
import { now } from "#lib/platform/clock.ts";
import type { Tx } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { queueEmail } from "#lib/platform/mail.ts";
import { composeEmail } from "#lib/platform/message.ts";
import { termsJson, VARIATION_RELEASES } from "#lib/variations/schema.ts";

type Carried = {
  changeId: string;
  applicationId: string;
  /** "Carried forward from 2025/26 into 2026/27": the agency reads this. */
  why: string;
  askedById: string;
  confirmedById: string;
  before: PhasedAmount;
  after: PhasedAmount;
};

/**
 * Records what a carry-forward did to an arrangement as an agreed re-phasing, which the agency sees among its
 * variations, and tells its people the new phasing. The ledger has already moved.
 */
export async function agreeCarried(tx: Tx, carried: Carried): Promise<void> {
  const { changeId, applicationId, why, askedById, confirmedById, before, after } = carried;
  const form = newestOf(VARIATION_RELEASES);
  await keepReleases(tx, [form]);
  const { agency } = await tx.application.findUniqueOrThrow({
    where: { id: applicationId },
    select: { agency: { select: { name: true } } },
  });
  await tx.variation.create({
    data: {
      applicationId,
      number: 1 + (await tx.variation.count({ where: { applicationId } })),
      kind: "REPHASING",
      state: "APPROVED",
      reason: why,
      current: termsJson({ kind: "REPHASING", phasing: before }),
      proposed: termsJson({ kind: "REPHASING", phasing: after }),
      formHash: form.hash,
      agencyName: agency.name,
      askerName: "MFAT",
      askedById,
      askedAt: now(),
      decidedById: confirmedById,
      decidedAt: now(),
      changeId,
    },
  });
  await tellAgency(tx, applicationId, why, after);
}

/** Tells the agency's people who write, claim and sign where its money is now. */
export async function tellAgency(tx: Tx, applicationId: string, why: string, after: PhasedAmount): Promise<void> {
  const { reference, title, marking, agencyId } = await tx.application.findUniqueOrThrow({
    where: { id: applicationId },
    select: { reference: true, title: true, marking: true, agencyId: true },
  });
  const people = await tx.person.findMany({
    where: { agencyId, endedAt: null, roles: { some: { role: { in: [...AGENCY_ROLES] } } } },
    select: { email: true },
  });
  const label = MARKING_LABELS[marking];
  const mail = {
    subject: `[${label}] ${reference}: money carried forward`,
    ...composeEmail({
      marking: label,
      paragraphs: [
        marking === "UNCLASSIFIED" ? `${reference} ${title}` : reference,
        `${why}.`,
        `The amounts by financial year are now: ${formatPhasing(after)}. The total stays the same.`,
      ],
      link: { label: "Open the application", url: `${env().BASE_URL}/applications/${reference}` },
    }),
  };
  for (const { email: to } of people) await queueEmail(tx, { to, applicationId, ...mail });
}
