import { readReleases } from "#lib/form/queries.ts";
import { type Actor, can } from "#lib/lifecycle/permissions.ts";
import { scopeOf } from "#lib/lifecycle/queries.ts";
import { UNDECIDED } from "#lib/lifecycle/states.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { planSchedule } from "#lib/reports/queries.ts";
import { reportName } from "#lib/reports/schema.ts";
import { datesFrom } from "./rules.ts";
import { acquittalLabels } from "./settlement/schema.ts";

/** The offer that was sent last; null where none was. Both sides read it. */
export const findOffer = (actor: Actor, applicationId: string) =>
  db().offer.findFirst({
    where: { applicationId, application: scopeOf(actor) },
    include: { letter: { select: { text: true } } },
    orderBy: { sentAt: "desc" },
  });

/** The conditions of the approval that stands. */
export async function approvedConditions(tx: Tx, actor: Actor, applicationId: string): Promise<string> {
  const decision = await tx.decision.findFirst({
    where: { applicationId, outcome: "APPROVED", application: scopeOf(actor) },
    orderBy: { id: "desc" },
    select: { conditions: true },
  });
  return decision?.conditions ?? "";
}

/** The reports that will be due if an offer is accepted at that moment. */
export async function offeredReports(
  client: Parameters<typeof planSchedule>[0],
  application: Parameters<typeof planSchedule>[1] & Parameters<typeof datesFrom>[0],
  at: Date,
) {
  const reports = await planSchedule(client, application, datesFrom(application, at));
  return reports.map((report) => ({ name: reportName(report), dueOn: report.dueOn }));
}

/**
 * An arrangement's terms, what it holds by financial year, what was paid and came back, and its final account with
 * what was returned of it. An
 * agency's begins with its offer.
 */
export async function readArrangement(actor: Actor, applicationId: string) {
  // What is reserved before is what was recommended, which neither an agency nor an adviser reads.
  const isMfats = can(actor, "assessment:read");
  const isOffered = isMfats ? {} : { offers: { some: {} }, state: { notIn: [...UNDECIDED] } };
  const application = { ...scopeOf(actor), ...isOffered };
  const where = { applicationId, application };
  const [terms, funding, lines, backs, claims, acquittals] = await Promise.all([
    db().arrangement.findFirst({ where }),
    db().applicationFunding.findMany({ where, orderBy: { startYear: "asc" } }),
    db().paymentLine.findMany({
      where,
      include: { payment: { select: { reference: true, note: true } } },
      orderBy: [{ paidOn: "asc" }, { recordedAt: "asc" }, { id: "asc" }],
    }),
    db().recovery.findMany({
      where: { applicationId, arrangement: { application } },
      orderBy: [{ receivedOn: "asc" }, { recordedAt: "asc" }, { id: "asc" }],
    }),
    db().claim.findMany({
      where: { applicationId, application: application },
      select: { id: true, number: true, cents: true },
    }),
    db().acquittal.findMany({
      where,
      include: { lines: { orderBy: { position: "asc" } } },
      orderBy: { number: "desc" },
    }),
  ]);
  const withClaim = <One extends { claimId: string | null }>(one: One) => ({
    ...one,
    claim: claims.find(({ id }) => id === one.claimId) ?? null,
  });
  const isReserveShown = isMfats || !terms;
  const releases = await readReleases(acquittals.map(({ formHash }) => formHash));
  const shown = acquittals.flatMap((one, index) => {
    const release = releases[index];
    return release ? [{ ...one, labels: acquittalLabels(release) }] : [];
  });
  const acquittal = shown.find(({ returnedAt }) => returnedAt === null) ?? null;
  return {
    terms,
    funding: isReserveShown ? funding : funding.map(withoutReserve),
    payments: lines.map(withClaim),
    recoveries: backs.map(withClaim),
    acquittal,
    returned: shown.filter((one) => one !== acquittal),
  };
}

/** Once there is an arrangement, what is reserved is MFAT's own check of a variation. */
const withoutReserve = <Part extends { reservedCents: bigint }>(part: Part): Part => ({ ...part, reservedCents: 0n });

export type Arrangement = Awaited<ReturnType<typeof readArrangement>>;
