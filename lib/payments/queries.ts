import { lookedAfterBy } from "#lib/applications/officers/rules.ts";
import { formatFile } from "#lib/documents/rules.ts";
import { type Lists, type Option, type StepForm, UUID, type Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { type Actor, type MfatActor, permit } from "#lib/lifecycle/permissions.ts";
import { inScope, listedTo, scopeOf } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { formatCents, formatYear, plainCents } from "#lib/platform/money.ts";
import { ACCRUAL_FIELDS } from "./accruals/schema.ts";
import {
  accruingYears,
  CAME_TO_NOTHING,
  type ClaimStage,
  type ClaimStep,
  type Funding,
  fitsClaim,
  type ListedClaim,
  type OpenAdvance,
  openAdvances,
  whyNotPayable,
  whyNotTaken,
  type YearLeft,
  yearsLeft,
} from "./rules.ts";
import { ACCOUNTING, CLAIM_FIELDS, type ClaimFilter } from "./schema.ts";

const SHOWN = {
  payment: { select: { paidOn: true, reference: true, recordedAt: true } },
  recovery: { select: { receivedOn: true, reference: true, reason: true } },
} satisfies Prisma.ClaimSelect;

const CLAIM = {
  ...SHOWN,
  invoice: { include: { document: { select: { fileName: true, sizeBytes: true, scanState: true } } } },
} satisfies Prisma.ClaimInclude;

/** `notPayable`: why a claim that waits for money cannot be paid yet. */
export type Claim = Prisma.ClaimGetPayload<{ include: typeof CLAIM }> & { notPayable: string | null };

/** `years`: what the arrangement has of each year, and what remains of it. `advances`: those still to be accounted for. */
export type Claims = { claims: Claim[]; years: YearLeft[]; advances: OpenAdvance[] };

const readFunding = (
  client: Pick<Tx, "$queryRaw">,
  applicationId: string,
  scope: Prisma.Sql = Prisma.sql`TRUE`,
): Promise<Funding[]> => client.$queryRaw`
  SELECT f."startYear", f."committedCents", f."paidCents", y."cutoffOn", y."closedAt", s."accruedCents"
  FROM "ApplicationFunding" f
  JOIN "Application" a ON a.id = f."applicationId"
  JOIN "Arrangement" r ON r."applicationId" = a.id
  JOIN "FinancialYear" y ON y."startYear" = f."startYear"
  LEFT JOIN "StatementRow" s ON s."startYear" = f."startYear" AND s.section = 'INITIATIVE' AND s.key = a.id::text
  WHERE a.id = ${applicationId}::uuid AND ${scope} ORDER BY f."startYear"`;

/** For the commands of other rooms: what an arrangement has of each year, and what of it can still be claimed. */
export async function listYearsLeft(
  client: Pick<Tx, "claim" | "$queryRaw">,
  applicationId: string,
): Promise<YearLeft[]> {
  const claims = await client.claim.findMany({
    where: { applicationId },
    include: { payment: { select: { recordedAt: true } } },
  });
  return yearsLeft(await readFunding(client, applicationId), claims);
}

/** The claims of an arrangement, the newest first. Both sides read them; there are none before there is one. */
export async function readClaims(
  actor: Actor,
  applicationId: string,
  client: Pick<Tx, "claim" | "$queryRaw"> = db(),
): Promise<Claims> {
  const [claims, funding] = await Promise.all([
    client.claim.findMany({
      where: { applicationId, ofAgency: scopeOf(actor) },
      include: CLAIM,
      orderBy: { number: "desc" },
    }),
    readFunding(client, applicationId, inScope(actor)),
  ]);
  const today = dayOf(now());
  return {
    claims: claims.map((claim) => ({ ...claim, notPayable: whyNotPayable(claim, today) })),
    years: yearsLeft(funding, claims),
    advances: openAdvances(claims),
  };
}

/** What the form of a step about a claim chooses from, and what it begins with. `chosen`: the number of a claim. */
export async function readClaimForm(
  actor: Actor,
  applicationId: string,
  step: ClaimStep,
  chosen = "",
): Promise<{ lists: Lists; initial: Values }> {
  const { claims } = await readClaims(actor, applicationId);
  const today = dayOf(now());
  const options = claims
    .filter((claim) => fitsClaim(step, claim, actor.roles) && !whyNotTaken(step, claim, actor.personId, today))
    .map(
      ({ number, cents, startYear, invoiceNumber, invoicedOn, milestone, advanceReason }): Option => ({
        value: String(number),
        label: `Claim ${number}${advanceReason === null ? "" : ", an advance"}: ${formatCents(cents)} from ${formatYear(startYear)}`,
        hint: `${milestone}. Invoice ${invoiceNumber} of ${formatDay(invoicedOn)}`,
      }),
    );
  return { lists: { claims: options }, initial: { claim: chosen || onlyOne(options) } };
}

/** Where there is nothing to choose, it is chosen. */
const onlyOne = (options: readonly Option[]): string => (options.length === 1 ? (options[0]?.value ?? "") : "");

/** What the form of a new claim asks and chooses from. */
export async function readNewClaimForm(actor: Actor, applicationId: string): Promise<StepForm> {
  const [{ advances }, files] = await Promise.all([
    readClaims(actor, applicationId),
    db().applicationDocument.findMany({
      where: { ...freeInvoices(applicationId), application: scopeOf(actor) },
      include: { document: true },
      orderBy: { id: "desc" },
    }),
  ]);
  const invoices = files.map(({ id, description, document }) => ({
    value: id,
    label: `${description}: ${document.fileName} (${formatFile(document)})`,
  }));
  const lists = {
    invoices,
    advances: advances.map(({ id, number, openCents }) => ({
      value: id,
      label: `Claim ${number}: ${formatCents(openCents)} to be accounted for`,
    })),
  };
  const asked = CLAIM_FIELDS.filter(({ name }) => advances.length > 0 || !ACCOUNTING.includes(name));
  return { fields: resolveFields(asked, lists), initial: { basis: "WORK", invoice: onlyOne(invoices) } };
}

/** Files that a claim may be made with: safe as far as is known, and of no other claim that still stands. */
export const freeInvoices = (applicationId: string): Prisma.ApplicationDocumentWhereInput => ({
  applicationId,
  section: "claims",
  removedAt: null,
  document: { scanState: { not: "REFUSED" } },
  claims: { none: { state: { notIn: [...CAME_TO_NOTHING] } } },
});

/** What is stated of the years that are asked about, and what was stated last. */
export async function readAccrualForm(actor: Actor, applicationId: string): Promise<StepForm> {
  const { years } = await readClaims(actor, applicationId);
  const asked = accruingYears(years, dayOf(now()));
  const options = asked.map(({ startYear, leftCents }) => ({
    value: String(startYear),
    label: `${formatYear(startYear)}: ${formatCents(leftCents)} remains to be claimed`,
  }));
  const last = await db().accrual.findFirst({
    where: { applicationId, startYear: { in: asked.map(({ startYear }) => startYear) } },
    orderBy: { id: "desc" },
  });
  const initial: Values = last
    ? { year: String(last.startYear), amount: plainCents(last.cents), work: last.work }
    : { year: onlyOne(options) };
  return { fields: resolveFields(ACCRUAL_FIELDS, { years: options }), initial };
}

// ---------------------------------------------------------------- the list of all claims

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
  ...SHOWN,
  ofAgency: {
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
    ofAgency: { AND: [listedTo(actor), lookedAfterBy(officer, actor.personId)] },
    ...(state && atStage(state as ClaimStage)),
    ...(year && { startYear: Number(year) }),
    ...(agency && { agencyId: agency }),
  };
}

export function atStage(stage: ClaimStage): Prisma.ClaimWhereInput {
  if (stage === "CONFIRMED") return { state: "CLAIMED", workConfirmedAt: { not: null } };
  return { state: stage, ...(stage === "CLAIMED" && { workConfirmedAt: null }) };
}

/** Claims from before their days had to be in order: they stay as they were recorded. */
async function listUnordered(client: Pick<Tx, "$queryRaw">): Promise<string[]> {
  const rows = await client.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM "Claim" c
    JOIN "Arrangement" a ON a."applicationId" = c."applicationId"
    LEFT JOIN "Payment" p ON p."claimId" = c.id
    LEFT JOIN "Recovery" r ON r."claimId" = c.id
    CROSS JOIN LATERAL (SELECT (a."acceptedAt" AT TIME ZONE 'Pacific/Auckland')::date AS accepted,
      (c."claimedAt" AT TIME ZONE 'Pacific/Auckland')::date AS claimed,
      (c."decidedAt" AT TIME ZONE 'Pacific/Auckland')::date AS approved) day
    WHERE c."workFrom" < day.accepted OR (c."advanceReason" IS NULL AND c."workTo" > day.claimed)
      OR c."invoicedOn" > day.claimed OR p."paidOn" < day.approved OR r."receivedOn" < p."paidOn"`;
  return rows.map(({ id }) => id);
}

/** Claims that stand for one invoice under several spellings, from before that was refused: all of them. */
async function listTwins(client: Pick<Tx, "$queryRaw">): Promise<string[]> {
  const rows = await client.$queryRaw<{ id: string }[]>`
    SELECT c.id FROM "Claim" c JOIN "Claim" t ON t."agencyId" = c."agencyId" AND t.id <> c.id
      AND invoice_key(t."invoiceNumber") = invoice_key(c."invoiceNumber")
    WHERE (c."sharesInvoice" OR t."sharesInvoice") AND c.state NOT IN ('RETURNED', 'CANCELLED')
      AND t.state NOT IN ('RETURNED', 'CANCELLED')`;
  return rows.map(({ id }) => id);
}

type ListedRow = Prisma.ClaimGetPayload<{ select: typeof LISTED }>;
const listed = ({ ofAgency: { arrangement, ...application }, ...claim }: ListedRow): ListedClaim => ({
  ...claim,
  purchaseOrder: arrangement?.purchaseOrder ?? null,
  notPayable: whyNotPayable(claim, dayOf(now())),
  application,
});

export type ClaimPage = {
  rows: ListedClaim[];
  /** The claim after which the next page begins; null at the end. */
  next: string | null;
  /** Of all that the filter finds. */
  count: number;
  cents: bigint;
  gstCents: bigint;
};

/** Claims over all applications, the newest first. `before`: the last claim of the page before. @throws FORBIDDEN */
export async function listClaims(actor: MfatActor, filter: ClaimFilter, before = ""): Promise<ClaimPage> {
  permit(actor, "budget:read");
  const where = await matching(actor, filter);
  const [totals, found] = await Promise.all([
    db().claim.aggregate({ where, _count: { _all: true }, _sum: { cents: true, gstCents: true } }),
    db().claim.findMany({
      where: { AND: [where, UUID.test(before) ? { id: { lt: before } } : {}] },
      select: LISTED,
      orderBy: { id: "desc" },
      take: PAGE + 1,
    }),
  ]);
  const rows = found.slice(0, PAGE).map(listed);
  return {
    rows,
    next: found.length > PAGE ? (rows.at(-1)?.id ?? null) : null,
    count: totals._count._all,
    cents: totals._sum.cents ?? 0n,
    gstCents: totals._sum.gstCents ?? 0n,
  };
}

/** All that a filter finds, for a file. @throws FORBIDDEN */
export async function listAllClaims(tx: Tx, actor: MfatActor, filter: ClaimFilter): Promise<ListedClaim[]> {
  permit(actor, "budget:read");
  const where = await matching(actor, filter, tx);
  const rows = await tx.claim.findMany({ where, select: LISTED, orderBy: { id: "desc" } });
  return rows.map(listed);
}

/** What the filters offer: the years of the fund, and the agencies that have claims. @throws FORBIDDEN */
export async function readClaimLists(actor: MfatActor): Promise<Lists> {
  permit(actor, "budget:read");
  const [years, agencies] = await Promise.all([
    db().financialYear.findMany({ select: { startYear: true }, orderBy: { startYear: "desc" } }),
    db().agency.findMany({
      where: { applications: { some: { ...listedTo(actor), claims: { some: {} } } } },
      select: { id: true, name: true },
      orderBy: { name: "asc" },
    }),
  ]);
  return {
    years: years.map(({ startYear }) => ({ value: String(startYear), label: formatYear(startYear) })),
    agencies: agencies.map(({ id, name }) => ({ value: id, label: name })),
  };
}
