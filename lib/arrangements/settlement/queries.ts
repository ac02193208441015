import { readSigned } from "#lib/applications/answers/queries.ts";
import { categoriesOf } from "#lib/applications/form/budget.ts";
import { answersAs } from "#lib/applications/form/sections.ts";
import type { ApplicationHeader } from "#lib/applications/queries.ts";
import { yearOptions } from "#lib/budget/schema.ts";
import type { StepForm } from "#lib/form/fields.ts";
import { resolveFields } from "#lib/form/parse.ts";
import { storedValues } from "#lib/form/stored.ts";
import type { Actor, AgencyActor, MfatActor } from "#lib/lifecycle/permissions.ts";
import { STANDS } from "#lib/lifecycle/rules.ts";
import { listYearsLeft } from "#lib/payments/queries.ts";
import { OPEN_CLAIMS, openAdvances, stillClaimableCents } from "#lib/payments/rules.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf } from "#lib/platform/dates.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { greaterOf, sumCents, typedCents } from "#lib/platform/money.ts";
import { type OpenItem, type Settlement, toRecoverCents } from "./rules.ts";
import { acquittalFields, actualInput, amountFields, type BudgetLine, RECOVERY_FIELDS } from "./schema.ts";

type Client = Pick<
  Tx,
  "$queryRaw" | "acquittal" | "applicationFunding" | "claim" | "recovery" | "report" | "variation"
>;
type Signed = { id: string; versionNumber: number };

/** Where an arrangement stands: its money, its final account, and what is not finished. */
export async function readSettlement(tx: Client, applicationId: string): Promise<Settlement> {
  const funding = await tx.applicationFunding.findMany({ where: { applicationId } });
  const acquittal = await tx.acquittal.findFirst({ where: { applicationId, ...STANDS } });
  return {
    committedCents: sumCents(funding.map(({ committedCents }) => committedCents)),
    paidCents: sumCents(funding.map(({ paidCents }) => paidCents)),
    payableCents: await sumPayable(tx, applicationId),
    acquittal,
    open: await listOpenItems(tx, applicationId),
    openAdvanceCents: await sumOpenAdvances(tx, applicationId),
  };
}

async function sumPayable(tx: Pick<Tx, "$queryRaw" | "claim">, applicationId: string): Promise<bigint> {
  const years = await listYearsLeft(tx, applicationId);
  return sumCents([stillClaimableCents(years, dayOf(now())), ...years.map(({ openCents }) => openCents)]);
}

/** What can still be claimed of an arrangement or is claimed, for whoever reads its application. */
export const readPayableCents = (_actor: Actor, applicationId: string): Promise<bigint> =>
  sumPayable(db(), applicationId);

/**
 * What came back of an arrangement as a whole came back of its advances first. Of what was terminated nothing more is claimed:
 * its acquittal accounts for them.
 */
async function sumOpenAdvances(tx: Client, applicationId: string): Promise<bigint> {
  const claims = await tx.claim.findMany({
    where: {
      applicationId,
      application: { state: { not: "TERMINATED" } },
      OR: [{ advanceReason: { not: null } }, { accountsForId: { not: null } }],
    },
  });
  const openCents = sumCents(openAdvances(claims).map((advance) => advance.openCents));
  if (openCents === 0n) return 0n;
  const { _sum: back } = await tx.recovery.aggregate({
    where: { applicationId, claimId: null },
    _sum: { cents: true },
  });
  return greaterOf(openCents - (back.cents ?? 0n), 0n);
}

/** The reports, claims and variations of an arrangement that are not finished. */
export async function listOpenItems(tx: Client, applicationId: string): Promise<OpenItem[]> {
  const orderBy = { number: "asc" } as const;
  const reports = await tx.report.findMany({
    where: { applicationId, state: { in: ["DUE", "SUBMITTED", "RETURNED"] } },
    orderBy,
  });
  const claims = await tx.claim.findMany({ where: { applicationId, state: { in: [...OPEN_CLAIMS] } }, orderBy });
  const variations = await tx.variation.findMany({
    where: { applicationId, state: { in: ["ASKED", "BUDGET_CONFIRMED"] } },
    orderBy,
  });
  return [
    ...reports.map(({ number, kind, state }) => ({ of: "report" as const, number, kind, state })),
    ...claims.map(({ number, state }) => ({ of: "claim" as const, number, state })),
    ...variations.map(({ number, state }) => ({ of: "variation" as const, number, state })),
  ];
}

/** The budget lines of the version that was signed off, in their order, each with its sum over the years. */
export async function readBudgetLines(
  tx: Pick<Tx, "applicationVersion" | "formRelease">,
  application: Signed,
): Promise<BudgetLine[]> {
  const { answers, fields } = (await readSigned(tx, application))("budget");
  const categories = categoriesOf(fields);
  return (answersAs("budget", answers ?? {}).lines ?? []).map((line) => ({
    category: String(line.category ?? "other"),
    categoryName: categories.find(({ value }) => value === line.category)?.label ?? String(line.category ?? "other"),
    description: String(line.description ?? ""),
    budgetCents: sumCents(Object.values(line).filter((cell) => typeof cell === "bigint")),
  }));
}

/**
 * The final account's form, which begins with what was sent last where that was returned, or with the amounts that were
 * prepared since. `isPreparing`: its amounts alone.
 */
export async function readAcquittalForm(
  _actor: AgencyActor,
  application: ApplicationHeader,
  { isPreparing }: { isPreparing: boolean },
): Promise<StepForm> {
  const [lines, last, prepared] = await Promise.all([
    readBudgetLines(db(), application),
    db().acquittal.findFirst({
      where: { applicationId: application.id },
      include: { lines: { orderBy: { position: "asc" } } },
      orderBy: { number: "desc" },
    }),
    db().preparedAcquittal.findFirst({ where: { applicationId: application.id }, orderBy: { id: "desc" } }),
  ]);
  const isNewer = prepared && (!last || prepared.preparedAt > last.submittedAt);
  const actuals = last?.lines.map(({ actualCents }, index) => [actualInput(index), typedCents(actualCents)]) ?? [];
  const words = last && { outcome: last.outcome, lessons: last.lessons };
  const initial = { ...Object.fromEntries(actuals), ...(isNewer && storedValues(prepared.values)) };
  return isPreparing
    ? { fields: amountFields(lines), initial }
    : { fields: acquittalFields(lines), initial: { ...initial, ...words } };
}

/** A recovery's form, which begins with all that has to come back, of the only year that was paid in. */
export async function readRecoveryForm(_actor: MfatActor, applicationId: string) {
  const paid = await db().applicationFunding.findMany({
    where: { applicationId, paidCents: { gt: 0n } },
    orderBy: { startYear: "asc" },
  });
  const years = yearOptions(paid.map(({ startYear }) => startYear));
  const cents = toRecoverCents(await readSettlement(db(), applicationId));
  const year = years.length === 1 ? (years[0]?.value ?? "") : "";
  return { fields: resolveFields(RECOVERY_FIELDS, { years }), initial: { amount: typedCents(cents), year } };
}
