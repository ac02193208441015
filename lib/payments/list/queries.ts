import { readMfatFilters } from "#lib/applications/officers/queries.ts";
import { lookedAfterBy } from "#lib/applications/officers/rules.ts";
import type { Lists } from "#lib/form/fields.ts";
import { pageOf } from "#lib/form/filters.ts";
import { type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { listedTo } from "#lib/lifecycle/queries.ts";
import { LINES, RECOVERIES } from "#lib/payments/lines/queries.ts";
import { type ClaimStage, whyNotPayable } from "#lib/payments/rules.ts";
import { CLAIM_ORDERS, type ClaimFilter } from "#lib/payments/schema.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import type { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { FILE_PAGE, inPages, pageFound, ROWS_MAX } from "#lib/platform/lists.ts";
import { formatYear } from "#lib/platform/money.ts";
import type { ListedClaim } from "./rules.ts";

const LISTED = {
  id: true,
  number: true,
  state: true,
  workConfirmedAt: true,
  startYear: true,
  workFrom: true,
  workTo: true,
  advanceReason: true,
  accountedCents: true,
  cents: true,
  gstCents: true,
  invoiceNumber: true,
  invoicedOn: true,
  claimedAt: true,
  paidCents: true,
  backCents: true,
  lines: LINES,
  recoveries: RECOVERIES,
  application: {
    select: {
      reference: true,
      title: true,
      marking: true,
      agency: { select: { name: true, abbreviation: true } },
      arrangement: { select: { purchaseOrder: true } },
    },
  },
} satisfies Prisma.ClaimSelect;

const PAGE = 25;

async function matching(
  actor: MfatActor,
  { state, year, agency, officer, only }: ClaimFilter,
  client: Pick<Tx, "$queryRaw"> = db(),
): Promise<Prisma.ClaimWhereInput> {
  return {
    ...(only === "ADVANCE" && { advanceReason: { not: null } }),
    ...(only === "UNSTATED" && { workFrom: null }),
    ...(only === "UNORDERED" && { id: { in: await listUnordered(client) } }),
    ...(only === "TWICE" && { id: { in: await listTwins(client) } }),
    application: { AND: [listedTo(actor), lookedAfterBy(officer, actor.personId)] },
    ...(state && atStage(state as ClaimStage)),
    ...(year && { startYear: Number(year) }),
    ...(agency && { agencyId: agency }),
  };
}

export function atStage(stage: ClaimStage): Prisma.ClaimWhereInput {
  if (stage === "CONFIRMED") return { state: "CLAIMED", workConfirmedAt: { not: null } };
  return { state: stage, ...(stage === "CLAIMED" && { workConfirmedAt: null }) };
}

/** Claims from before their days were checked: they stay as they were recorded. */
async function listUnordered(client: Pick<Tx, "$queryRaw">): Promise<string[]> {
  const rows = await client.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM "Claim" c
    JOIN "Arrangement" a ON a."applicationId" = c."applicationId"
    LEFT JOIN LATERAL (SELECT min(l."paidOn") AS "paidOn" FROM "PaymentLine" l WHERE l."claimId" = c.id
      AND l."reversesId" IS NULL AND NOT EXISTS (SELECT FROM "PaymentLine" b WHERE b."reversesId" = l.id)) p ON true
    LEFT JOIN LATERAL (SELECT min("receivedOn") AS "receivedOn" FROM "Recovery" f WHERE f."claimId" = c.id
      AND f."reversesId" IS NULL AND NOT EXISTS (SELECT FROM "Recovery" b WHERE b."reversesId" = f.id)) r ON true
    CROSS JOIN LATERAL (SELECT (a."acceptedAt" AT TIME ZONE 'Pacific/Auckland')::date AS accepted,
      (c."claimedAt" AT TIME ZONE 'Pacific/Auckland')::date AS claimed,
      (c."decidedAt" AT TIME ZONE 'Pacific/Auckland')::date AS approved) day
    WHERE c."workFrom" < day.accepted OR (c."advanceReason" IS NULL AND c."workTo" > day.claimed)
      OR c."invoicedOn" > day.claimed OR p."paidOn" < day.approved OR r."receivedOn" < p."paidOn"`;
  return rows.map(({ id }) => id);
}

/** All claims that count for one invoice under several spellings, from before that was refused. */
async function listTwins(client: Pick<Tx, "$queryRaw">): Promise<string[]> {
  const rows = await client.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM "Claim" c JOIN "Claim" t ON t."agencyId" = c."agencyId" AND t.id <> c.id
      AND invoice_key(t."invoiceNumber") = invoice_key(c."invoiceNumber")
    WHERE (c."sharesInvoice" OR t."sharesInvoice") AND c.state NOT IN ('RETURNED', 'CANCELLED')
      AND t.state NOT IN ('RETURNED', 'CANCELLED')`;
  return rows.map(({ id }) => id);
}

type ListedRow = Prisma.ClaimGetPayload<{ select: typeof LISTED }>;
const listed = ({ application: { arrangement, ...application }, ...claim }: ListedRow): ListedClaim => ({
  ...claim,
  purchaseOrder: arrangement?.purchaseOrder ?? null,
  notPayable: whyNotPayable(claim, dayOf(now())),
  application,
});

export type ClaimPage = {
  rows: ListedClaim[];
  /** The claim after which the next page begins; null at the end. */
  next: string | null;
  /** Of all that the filter finds, to one more than ROWS_MAX. */
  count: number;
  cents: bigint;
  gstCents: bigint;
};

/** Claims over all applications. `after`: the last claim of the page before. @throws FORBIDDEN */
export async function listClaims(actor: MfatActor, filter: ClaimFilter, after = ""): Promise<ClaimPage> {
  permit(actor, "budget:read");
  const where = await matching(actor, filter);
  const [totals, found] = await Promise.all([
    db().claim.aggregate({ where, take: ROWS_MAX + 1, _count: { _all: true }, _sum: { cents: true, gstCents: true } }),
    db().claim.findMany({
      where,
      select: LISTED,
      ...pageOf<Prisma.ClaimOrderByWithRelationInput>(CLAIM_ORDERS, filter.sort, after, PAGE),
    }),
  ]);
  return {
    ...pageFound(found.map(listed), PAGE),
    count: totals._count._all,
    cents: totals._sum.cents ?? 0n,
    gstCents: totals._sum.gstCents ?? 0n,
  };
}

/** All that a filter finds, page by page, for a file. @throws FORBIDDEN */
export async function* eachClaim(tx: Tx, actor: MfatActor, filter: ClaimFilter) {
  permit(actor, "budget:read");
  const where = await matching(actor, filter, tx);
  yield* inPages<ListedClaim, string>(async (after = "") => {
    const page = pageOf<Prisma.ClaimOrderByWithRelationInput>(CLAIM_ORDERS, filter.sort, after, FILE_PAGE);
    return pageFound((await tx.claim.findMany({ where, select: LISTED, ...page })).map(listed), FILE_PAGE);
  });
}

/** What the filters offer: the years of the fund, and its agencies. @throws FORBIDDEN */
export async function readClaimLists(actor: MfatActor): Promise<Lists> {
  permit(actor, "budget:read");
  const [filters, years] = await Promise.all([
    readMfatFilters(actor),
    db().financialYear.findMany({ select: { startYear: true }, orderBy: { startYear: "desc" } }),
  ]);
  return {
    ...filters,
    years: years.map(({ startYear }) => ({ value: String(startYear), label: formatYear(startYear) })),
  };
}
