import { z } from "zod";
import { getApplication } from "#lib/applications/queries.ts";
import { readClaimReference } from "#lib/batches/payments/file/rules.ts";
import { permitStep, TAKEN, type TakenRow } from "#lib/batches/queries.ts";
import { isDownloadable } from "#lib/documents/rules.ts";
import { UUID } from "#lib/form/fields.ts";
import { parseFields } from "#lib/form/parse.ts";
import type { MfatActor } from "#lib/lifecycle/permissions.ts";
import { listedTo } from "#lib/lifecycle/queries.ts";
import { STATES } from "#lib/lifecycle/states.ts";
import { LINES, listPaidWith } from "#lib/payments/lines/queries.ts";
import { joinProblem, type PaidWith } from "#lib/payments/lines/rules.ts";
import { atStage } from "#lib/payments/list/queries.ts";
import {
  claimReference,
  claimStands,
  fitsClaim,
  openCentsOf,
  paidOnProblem,
  stagesOf,
  UNSCANNED,
  whyNotTaken,
} from "#lib/payments/rules.ts";
import { DOCUMENT_FIELDS } from "#lib/payments/schema.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { notFound } from "#lib/platform/errors.ts";
import { isOverdue } from "#lib/reports/rules.ts";
import { reportName } from "#lib/reports/schema.ts";
import { readBefore } from "#lib/workflow/obstacles/queries.ts";
import { stepRow } from "#lib/workflow/steps.ts";
import type { ClaimsStep } from "./schema.ts";

const ROW = {
  id: true,
  decidedAt: true,
  year: { select: { cutoffOn: true, closedAt: true } },
  number: true,
  state: true,
  startYear: true,
  cents: true,
  gstCents: true,
  workFrom: true,
  workTo: true,
  milestone: true,
  advanceReason: true,
  invoiceNumber: true,
  invoicedOn: true,
  claimedAt: true,
  workConfirmedAt: true,
  workConfirmedById: true,
  invoice: { select: { id: true, document: { select: { fileName: true, sizeBytes: true, scanState: true } } } },
  paidCents: true,
  lines: LINES,
} satisfies Prisma.ClaimSelect;

const APPLICATION = {
  reference: true,
  title: true,
  marking: true,
  state: true,
  heldAt: true,
  agency: { select: { name: true, abbreviation: true } },
  funding: { select: { startYear: true, committedCents: true, paidCents: true } },
  arrangement: { select: { reports: { select: { number: true, kind: true, state: true, dueOn: true } } } },
} satisfies Prisma.ApplicationSelect;

const rowOf = (personId: string) =>
  ({
    ...ROW,
    application: { select: { ...APPLICATION, interests: { where: { personId }, select: { isRecused: true } } } },
  }) satisfies Prisma.ClaimSelect;

type Found = Prisma.ClaimGetPayload<{ select: ReturnType<typeof rowOf> }>;

export type ClaimToTake = Omit<Found, "application" | "year" | "gstCents"> & {
  /** Null: it is not known, of the rest of a claim. */
  gstCents: bigint | null;
  yearLife: Found["year"];
  /** "PSF-2026-0042/1" */
  reference: string;
  application: Prisma.ApplicationGetPayload<{ select: typeof APPLICATION }>;
  /** What its initiative has of the claim's year, and what of it is paid. */
  year: { committedCents: bigint; paidCents: bigint } | null;
  /** Reports that the agency owes, each in words. */
  overdue: string[];
  /** Why the reader cannot take the step for it as things stand; null where they can. */
  why: string | null;
};

function toTake(actor: MfatActor, step: ClaimsStep, { application: of, year: yearLife, ...claim }: Found): ClaimToTake {
  const { interests, ...application } = of;
  const today = dayOf(now());
  return {
    ...claim,
    // What is to be paid; of the rest of a claim the GST is not known.
    ...(step === "recordPayment" && claim.state === "PART_PAID" && { cents: openCentsOf(claim), gstCents: null }),
    yearLife,
    reference: claimReference(application.reference, claim.number),
    application,
    year: application.funding.find(({ startYear }) => startYear === claim.startYear) ?? null,
    overdue: (application.arrangement?.reports ?? [])
      .filter((report) => isOverdue(report, today))
      .map((report) => `${reportName(report)} was due on ${formatDay(report.dueOn)}`),
    why: whyNot(actor, step, { ...claim, application, interests }, today),
  };
}

type Facts = Omit<Found, "application" | "year"> & {
  application: { reference: string; state: State; heldAt: Date | null };
  interests: { isRecused: boolean }[];
};

function whyNot(actor: MfatActor, step: ClaimsStep, claim: Facts, today: Date): string | null {
  const { application, interests, invoice } = claim;
  if (!fitsClaim(step, claim, actor.roles)) {
    return claimStands(claimReference(application.reference, claim.number), claim);
  }
  if (!stepRow(step).from[application.state]) return `Its initiative is “${STATES[application.state].label}”.`;
  if (application.heldAt) return "Its initiative is on hold.";
  if (interests.length === 0) return `Declare your interests in ${application.reference} first.`;
  const why = whyNotTaken(step, claim, actor.personId, today);
  if (why) return `${why}.`;
  return isDownloadable(invoice.document.scanState) ? null : UNSCANNED;
}

/** No list is longer than this; who has more waiting takes them in turns. */
const LIST_MAX = 200;

const waitingFor = (actor: MfatActor, step: ClaimsStep): Prisma.ClaimWhereInput => ({
  OR: stagesOf(step).map(atStage),
  application: { AND: [listedTo(actor), { state: { in: Object.keys(stepRow(step).from) as State[] } }] },
});

/** The claims that wait for a step, the longest wait first, with what stands in the reader's way. @throws FORBIDDEN */
export async function listClaimsToTake(actor: MfatActor, step: ClaimsStep): Promise<ClaimToTake[]> {
  permitStep(actor, step);
  const found = await db().claim.findMany({
    where: waitingFor(actor, step),
    select: rowOf(actor.personId),
    orderBy: [{ claimedAt: "asc" }, { id: "asc" }],
    take: LIST_MAX,
  });
  return found.map((claim) => toTake(actor, step, claim));
}

/** Claims by their names, those alone that the reader sees. */
export async function listNamedClaims(
  actor: MfatActor,
  step: ClaimsStep,
  names: readonly string[],
  client: Pick<Tx, "claim"> = db(),
): Promise<ClaimToTake[]> {
  const named = names.flatMap((name) => {
    const read = readClaimReference(name);
    return read ? { number: read.number, application: { ...listedTo(actor), reference: read.reference } } : [];
  });
  const found = await client.claim.findMany({ where: { OR: named }, select: rowOf(actor.personId) });
  return found
    .map((claim) => toTake(actor, step, claim))
    .sort((one, other) => names.indexOf(one.reference) - names.indexOf(other.reference));
}

/** The same with what a step's own page says before it is sent: that nobody could take the next one. */
async function withSending(actor: MfatActor, step: ClaimsStep, claims: readonly ClaimToTake[]): Promise<ClaimToTake[]> {
  if (!stepRow(step).asksNext) return [...claims];
  const refused = new Map<string, string>();
  const references = claims.filter(({ why }) => !why).map(({ application }) => application.reference);
  for (const reference of new Set(references)) {
    const { obstacle } = await readBefore(actor, await getApplication(actor, reference), step);
    if (obstacle) refused.set(reference, obstacle);
  }
  return claims.map((claim) => ({ ...claim, why: claim.why ?? refused.get(claim.application.reference) ?? null }));
}

// Those from before a payment was recorded for several have no words in common.
const KEPT = z.object({ claims: z.array(z.string()), common: z.record(z.string(), z.string()).default({}) });

/**
 * `names`: the claims as they were chosen. `claims`: those of them that the reader still sees, as they are now; `cents` of one
 * that the step was taken for is what it was taken for.
 */
export type ClaimsBatch = {
  id: string;
  names: string[];
  claims: ClaimToTake[];
  /** What is said for all of them, as it was typed, and of a payment its document. */
  common: Record<string, string>;
  payment: { paidOn: Date; reference: string; note: string | null } | null;
  /** Null: it is a preview still. */
  taken: { at: Date; rows: TakenRow[] } | null;
};

/** What of a payment’s day or reference does not fit a claim. */
function withPayment(claim: ClaimToTake, payment: ClaimsBatch["payment"], paid: readonly PaidWith[]): ClaimToTake {
  if (!payment || claim.why) return claim;
  const why =
    paidOnProblem(payment.paidOn, { ...claim, year: claim.yearLife }, dayOf(now())) ??
    joinProblem(paid, claim.id, payment.paidOn)?.reference;
  return why ? { ...claim, why: `${why}.` } : claim;
}

/** Chosen claims of the actor's own: nobody else has them. @throws NOT_FOUND, FORBIDDEN */
export async function getClaimsBatch(actor: MfatActor, step: ClaimsStep, id: string): Promise<ClaimsBatch> {
  permitStep(actor, step);
  const found = UUID.test(id)
    ? await db().batch.findFirst({ where: { id, step, preparedById: actor.personId } })
    : null;
  if (!found) throw notFound();
  const { claims: names, common } = KEPT.parse(found.values);
  const payment = step === "recordPayment" ? parseFields(DOCUMENT_FIELDS, common, {}).data : null;
  const [event, chosen] = await Promise.all([
    db().auditEvent.findUnique({ where: { requestId: id }, select: { at: true, data: true } }),
    listNamedClaims(actor, step, names),
  ]);
  const paid = payment ? await listPaidWith([payment.reference]) : [];
  const claims = event ? chosen : await withSending(actor, step, chosen);
  const taken = event && { at: event.at, rows: TAKEN.parse(event.data).rows };
  const centsOf = (name: string) => taken?.rows.find(({ reference }) => reference === name)?.cents;
  return {
    id,
    names,
    claims: claims.map((claim) => ({
      ...withPayment(claim, payment, paid),
      cents: BigInt(centsOf(claim.reference) ?? claim.cents),
    })),
    common,
    payment,
    taken,
  };
}
