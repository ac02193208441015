import { z } from "zod";
import { formatFile } from "#lib/documents/rules.ts";
import type { Lists, Option, StepForm, Values } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { inScope, scopeOf } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { formatCents, formatYear, typedCents } from "#lib/platform/money.ts";
import { ACCRUAL_FIELDS } from "./accruals/schema.ts";
import { LINES, RECOVERIES } from "./lines/queries.ts";
import { creditName, creditsToReverse, paymentsToReverse } from "./lines/rules.ts";
import {
  accruingYears,
  byTwo,
  CAME_TO_NOTHING,
  type ClaimStep,
  CORRECTING,
  type Funding,
  fitsClaim,
  freeOf,
  hasChoice,
  type OpenAdvance,
  openAdvances,
  openCentsOf,
  whyNotPayable,
  whyNotTaken,
  type YearLeft,
  yearsLeft,
} from "./rules.ts";
import { ACCOUNTING, CLAIM_FIELDS } from "./schema.ts";

const CLAIM_EVENT = z.object({
  claim: z.number().optional(),
  cents: z.string().optional(),
  paid: z.string().optional(),
  back: z.string().optional(),
});

/** "Claim 3: $6,240.00", of what a step’s event keeps: what it moved, or the amount of its claim; null where it is about no claim. */
export function sumOfEvent(data: unknown): string | null {
  const { claim, cents, paid, back } = CLAIM_EVENT.catch({}).parse(data ?? {});
  if (claim === undefined) return null;
  const sum = paid ?? back ?? cents;
  return sum === undefined ? `Claim ${claim}` : `Claim ${claim}: ${formatCents(BigInt(sum))}`;
}

const SHOWN = {
  lines: LINES,
  recoveries: RECOVERIES,
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
    include: { lines: LINES },
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
      where: { applicationId, application: scopeOf(actor) },
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
  const { claims, years } = await readClaims(actor, applicationId);
  const today = dayOf(now());
  const options = claims
    .filter((claim) => fitsClaim(step, claim, actor.roles) && hasChoice(step, claim, { claims, years }))
    .filter((claim) => !whyNotTaken(step, claim, actor.personId, today))
    .map(
      ({ number, startYear, invoiceNumber, invoicedOn, milestone, advanceReason, ...claim }): Option => ({
        value: String(number),
        label: `Claim ${number}${advanceReason === null ? "" : ", an advance"}: ${formatCents(claim.cents)} from ${formatYear(startYear)}${claim.state === "PART_PAID" ? `, ${formatCents(openCentsOf(claim))} still to be paid` : ""}`,
        hint: `${milestone}. Invoice ${invoiceNumber} of ${formatDay(invoicedOn)}${CORRECTING.includes(step) ? byTwo(years, startYear) : ""}`,
      }),
    );
  return { lists: { claims: options }, initial: { claim: chosen || onlyOne(options) } };
}

/** The payments, and for a correction the credit notes, that a step may be about; those of one claim where its number is given. */
export async function readPaymentForm(
  actor: Actor,
  applicationId: string,
  step: "recordReturnedPayment" | "correctPayment",
  chosen = "",
): Promise<{ lists: Lists; initial: Values }> {
  const { claims, years } = await readClaims(actor, applicationId);
  const options = claims
    .filter((claim) => fitsClaim(step, claim, actor.roles))
    .flatMap((claim) => {
      const free = freeOf(claim, { claims, years });
      const paid = paymentsToReverse(claim.lines, free).map((line) => ({ line, what: "paid" }));
      const credits = step === "correctPayment" ? creditsToReverse(claim.lines, free) : [];
      const credited = credits.map((line) => ({ line, what: `credited by ${creditName(line.reason)}` }));
      return [...paid, ...credited].map(({ line: { id, cents, paidOn, payment }, what }) => ({
        number: claim.number,
        value: id,
        label: `Claim ${claim.number}: ${formatCents(cents < 0n ? -cents : cents)} ${what} on ${formatDay(paidOn)}, ${payment.reference}`,
        hint: `${claim.milestone}${byTwo(years, claim.startYear)}`,
      }));
    });
  const fitting = options.filter(({ number }) => !chosen || String(number) === chosen);
  return {
    lists: { payments: options.map(({ number: _, ...option }) => option) },
    initial: { payment: onlyOne(fitting) },
  };
}

/** A single choice is chosen already. */
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
    ? { year: String(last.startYear), amount: typedCents(last.cents), work: last.work }
    : { year: onlyOne(options) };
  return { fields: resolveFields(ACCRUAL_FIELDS, { years: options }), initial };
}
