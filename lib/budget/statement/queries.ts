import { afterJune, CAME_BACK, namesOf } from "#lib/budget/ledger/queries.ts";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import { MONTHS, stageOf } from "#lib/budget/rules.ts";
import { listOpenAdvances, readYear } from "#lib/budget/years/queries.ts";
import { type MfatActor, permit, seesOwnOnly } from "#lib/lifecycle/permissions.ts";
import { nameOn } from "#lib/lifecycle/queries.ts";
import { now } from "#lib/platform/clock.ts";
import { dayOf, formatDay } from "#lib/platform/dates.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import { db, type Tx } from "#lib/platform/db.ts";
import { formatYear } from "#lib/platform/money.ts";
import { byName } from "#lib/platform/text.ts";
import { type AccruedPart, type AdvancePart, accruedRow, advanceRow } from "./open/rules.ts";
import { afterJuneRows, type Statement, type StatementRow } from "./rules.ts";
import { type Changed, changedSince, type Recovered } from "./since/rules.ts";

type Reader = Pick<
  Tx,
  "$queryRaw" | "application" | "financialMonth" | "financialYear" | "ledgerEntry" | "statementRow"
>;

/**
 * A year's statement: what its closing froze, or what it is now. Whoever sees what was assigned to them alone reads no
 * other initiative's name. @throws NOT_FOUND where the fund does not have the year
 */
export async function readStatement(actor: MfatActor, startYear: number, tx: Reader = db()): Promise<Statement> {
  permit(actor, "budget:read");
  const { closedAt } = await readYear(tx, startYear);
  const rows = closedAt ? await frozenRows(tx, startYear) : await rowsNow(tx, startYear);
  return {
    startYear,
    at: closedAt ?? now(),
    isFinal: closedAt !== null,
    rows: await forReader(actor, rows, tx),
    differences: closedAt ? [] : await listLedgerDifferences(tx, startYear),
    entries: closedAt ? 0 : await tx.ledgerEntry.count({ where: { startYear } }),
  };
}

/** What has changed in a closed year since its closing; nothing in one that is not closed. */
export async function readChangedSince(
  actor: MfatActor,
  { startYear, isFinal, at, rows }: Statement,
  tx: Reader = db(),
): Promise<Changed[]> {
  if (!isFinal) return [];
  const [today, recovered] = await Promise.all([rowsNow(tx, startYear), listRecovered(tx, startYear, at)]);
  return changedSince(rows, await forReader(actor, today, tx), recovered);
}

/** What came back of a year's payments up to its closing, and up to now. */
async function listRecovered(tx: Reader, startYear: number, closedAt: Date): Promise<Recovered> {
  const rows = await tx.$queryRaw<{ key: string; thenCents: bigint; nowCents: bigint }[]>`
    SELECT coalesce("applicationId"::text, "startYear"::text) AS key, -sum("paidCents")::bigint AS "nowCents",
      -coalesce(sum("paidCents") FILTER (WHERE at <= ${closedAt}), 0)::bigint AS "thenCents"
    FROM "LedgerEntry" e WHERE "startYear" = ${startYear} AND ${CAME_BACK}
    GROUP BY GROUPING SETS (("applicationId", "startYear"), ("startYear"))`;
  return new Map(rows.map(({ key, ...cents }) => [key, cents]));
}

async function forReader(actor: MfatActor, rows: readonly StatementRow[], tx: Reader): Promise<StatementRow[]> {
  if (!seesOwnOnly(actor)) return [...rows];
  const names = await namesOf(
    actor,
    rows.map(initiativeOf).filter((id) => id !== null),
    tx,
  );
  return rows.map((row) =>
    names.has(initiativeOf(row) ?? "") || initiativeOf(row) === null
      ? row
      : { ...row, name: "Not assigned to you", detail: "", marking: "UNCLASSIFIED" },
  );
}

/** The id of the initiative that a row names; null where it names none. */
function initiativeOf({ section, key }: StatementRow): string | null {
  if (section === "INITIATIVE") return key;
  return section === "ACCRUAL" || section === "ADVANCE" ? (key.split("/")[0] ?? null) : null;
}

const frozenRows = (tx: Reader, startYear: number): Promise<StatementRow[]> =>
  tx.statementRow.findMany({
    where: { startYear },
    orderBy: [{ section: "asc" }, { position: "asc" }],
    omit: { startYear: true, position: true },
  });

const NOTHING = { envelopeCents: 0n, reservedCents: 0n, committedCents: 0n, paidCents: 0n, accruedCents: 0n };

/** What a year holds now, in the rows that its closing freezes. */
export async function rowsNow(tx: Reader, startYear: number): Promise<StatementRow[]> {
  const plain = { marking: "UNCLASSIFIED", ...NOTHING } as const;
  const [year, months, after, adjustments, carried, agencies, initiatives, accrued, advances] = await Promise.all([
    tx.$queryRaw<Pick<StatementRow, "envelopeCents" | "reservedCents" | "committedCents" | "paidCents">[]>`
      SELECT "envelopeCents", "reservedCents", "committedCents", "paidCents" FROM "FinancialYear"
      WHERE "startYear" = ${startYear}`,
    tx.financialMonth.findMany({ where: { startYear } }),
    readAfterJune(tx, startYear),
    listAdjustments(tx, startYear),
    listCarried(tx, startYear),
    listHeld(tx, startYear, "AGENCY"),
    listHeld(tx, startYear, "INITIATIVE"),
    listAccrued(tx, startYear),
    listAdvances(tx, startYear),
  ]);
  const [counters] = year;
  const accruedCents = initiatives.reduce((sum, row) => sum + row.accruedCents, 0n);
  const sums = { envelopeCents: 0n, reservedCents: 0n, committedCents: 0n, paidCents: 0n };
  return [
    {
      ...plain,
      section: "YEAR",
      key: String(startYear),
      name: formatYear(startYear),
      detail: "",
      ...counters,
      accruedCents,
    },
    ...MONTHS.map((name, month): StatementRow => {
      const moved = months.find((one) => one.month === month);
      // The month's counters have at the year's edge what moved later.
      const later = month === MONTHS.length - 1 ? after : null;
      for (const counter of ["envelopeCents", "reservedCents", "committedCents", "paidCents"] as const) {
        sums[counter] += (moved?.[counter] ?? 0n) - (later?.[counter] ?? 0n);
      }
      sums.paidCents -= later?.recoveredCents ?? 0n;
      return { ...plain, section: "MONTH", key: String(month), name, detail: "", ...sums };
    }),
    ...(after ? afterJuneRows(after).map((row): StatementRow => ({ ...plain, detail: "", ...row })) : []),
    ...adjustments.map(
      ({ id, reason, reversesId, source, effectiveOn, askedBy, by, envelopeCents }): StatementRow => ({
        ...plain,
        section: "ADJUSTMENT",
        key: String(id),
        name: reversesId === null ? reason : `${reason} (reverses entry ${reversesId})`,
        detail: [
          effectiveOn && formatDay(effectiveOn),
          source,
          askedBy ? `asked for by ${askedBy}, confirmed by ${by}` : by,
          `entry ${id}`,
        ]
          .filter(Boolean)
          .join("; "),
        envelopeCents,
      }),
    ),
    ...carried.map(
      ({ id, fromYear, reason, askedBy, settledBy, cents }): StatementRow => ({
        ...plain,
        section: "CARRY_FORWARD",
        key: id,
        name: `${formatYear(fromYear)} into ${formatYear(fromYear + 1)}`,
        detail: `${reason}; asked for by ${askedBy}, confirmed by ${settledBy}`,
        envelopeCents: cents,
      }),
    ),
    ...agencies.map((row): StatementRow => ({ ...plain, ...row, section: "AGENCY", marking: "UNCLASSIFIED" })),
    ...initiatives.map((row): StatementRow => ({ ...plain, ...row, section: "INITIATIVE" })),
    ...accrued.map((part): StatementRow => ({ ...plain, ...accruedRow(part), section: "ACCRUAL" })),
    ...advances.map((part): StatementRow => ({ ...plain, ...advanceRow(part), section: "ADVANCE" })),
  ];
}

/** What moved for a year after its last day; null in one that has not ended. */
async function readAfterJune(tx: Reader, startYear: number): Promise<Parameters<typeof afterJuneRows>[0] | null> {
  if (stageOf(startYear, dayOf(now())) !== "closing") return null;
  const [moved] = await tx.$queryRaw<Parameters<typeof afterJuneRows>[0][]>`
    SELECT coalesce(sum("envelopeCents"), 0)::bigint AS "envelopeCents",
      coalesce(sum("reservedCents"), 0)::bigint AS "reservedCents",
      coalesce(sum("committedCents"), 0)::bigint AS "committedCents",
      coalesce(sum("paidCents") FILTER (WHERE NOT ${CAME_BACK}), 0)::bigint AS "paidCents",
      coalesce(sum("paidCents") FILTER (WHERE ${CAME_BACK}), 0)::bigint AS "recoveredCents"
    FROM "LedgerEntry" e WHERE "startYear" = ${startYear} AND ${afterJune(startYear)}`;
  return moved ?? null;
}

async function listAdvances(tx: Reader, startYear: number): Promise<AdvancePart[]> {
  const open = await listOpenAdvances(tx, startYear);
  if (open.length === 0) return [];
  const initiatives = await tx.application.findMany({
    where: { id: { in: open.map(({ applicationId }) => applicationId) } },
    select: { id: true, reference: true, title: true, marking: true, agency: { select: { name: true } } },
  });
  return open.flatMap((advance) =>
    initiatives
      .filter(({ id }) => id === advance.applicationId)
      .map(({ id: _, agency, ...named }) => ({ ...advance, ...named, agency: agency.name })),
  );
}

/** What is accrued, by what it is of, as readUnspent reads it of one initiative. Each initiative’s parts add up to its accrual. */
const listAccrued = (tx: Reader, startYear: number): Promise<AccruedPart[]> => tx.$queryRaw`
  WITH accrued AS (
    SELECT a.id AS "applicationId", a.reference, a.title, g.name AS agency, a.marking, u.unspent, u.open, u.stated
    FROM year_unspent(${startYear}) u
    JOIN "Application" a ON a.id = u."applicationId" JOIN "Agency" g ON g.id = a."agencyId"
    WHERE u.open + u.stated > 0)
  SELECT part.*, h."applicationId", h.reference, h.title, h.agency, h.marking
  FROM accrued h CROSS JOIN LATERAL (
    SELECT 'CLAIM' AS kind, 1 AS place, number, "claimedAt" AS at, NULL AS by, NULL AS work, 0::bigint AS "sinceCents",
      cents - "paidCents" AS cents
    FROM "Claim" WHERE "applicationId" = h."applicationId" AND "startYear" = ${startYear}
      AND state IN ('CLAIMED', 'APPROVED', 'PART_PAID')
    UNION ALL (
      SELECT 'STATED', 2, NULL, s."statedAt", ${nameOn(Prisma.sql`s."statedById"`, Prisma.sql`s."statedAt"`)}, s.work,
        s.cents - h.stated, h.stated
      FROM "Accrual" s WHERE s."applicationId" = h."applicationId" AND s."startYear" = ${startYear} AND h.stated > 0
      ORDER BY s.id DESC LIMIT 1)
    UNION ALL
    SELECT 'OVER', 3, NULL, NULL, NULL, NULL, 0, h.unspent - h.open - h.stated WHERE h.open + h.stated > h.unspent
  ) part ORDER BY h.reference, part.place, part.number`;

type Adjustment = {
  id: bigint;
  reason: string;
  reversesId: bigint | null;
  source: string | null;
  effectiveOn: Date | null;
  askedBy: string | null;
  by: string | null;
  envelopeCents: bigint;
};

const listAdjustments = (tx: Reader, startYear: number): Promise<Adjustment[]> => tx.$queryRaw`
  SELECT e.id, e.reason, e."reversesId", e.source, e."effectiveOn", e."envelopeCents",
    ${nameOn(Prisma.sql`c."askedById"`, Prisma.sql`c."askedAt"`)} AS "askedBy",
    coalesce(${nameOn(Prisma.sql`e."actorId"`, Prisma.sql`e.at`)}, 'the portal') AS by
  FROM "LedgerEntry" e
  LEFT JOIN "ChangeRequest" c ON c.id = e."changeId"
  WHERE e."startYear" = ${startYear} AND e.kind = 'ADJUST' ORDER BY e.id`;

type Carried = { id: string; fromYear: number; reason: string; askedBy: string; settledBy: string; cents: bigint };

/** What was carried into a year or out of it, less what was taken back. */
const listCarried = (tx: Reader, startYear: number): Promise<Carried[]> => tx.$queryRaw`
  SELECT c.id, c."startYear" AS "fromYear", c.reason,
    ${nameOn(Prisma.sql`c."askedById"`, Prisma.sql`c."askedAt"`)} AS "askedBy",
    ${nameOn(Prisma.sql`c."settledById"`, Prisma.sql`c."settledAt"`)} AS "settledBy",
    (e."envelopeCents" + coalesce(r."envelopeCents", 0))::bigint AS cents
  FROM "ChangeRequest" c
  JOIN "LedgerEntry" e ON e."changeId" = c.id AND e."startYear" = ${startYear} AND e.kind = 'ADJUST' AND e."reversesId" IS NULL
  LEFT JOIN "LedgerEntry" r ON r."reversesId" = e.id
  WHERE c.kind = 'CARRY_FORWARD' AND e."envelopeCents" + coalesce(r."envelopeCents", 0) <> 0 ORDER BY e.id`;

type HeldRow = Pick<
  StatementRow,
  "key" | "name" | "detail" | "marking" | "reservedCents" | "committedCents" | "paidCents" | "accruedCents"
>;

/** Who holds anything of a year. What is accrued: claimed and open, or stated as done, up to what is not paid. */
async function listHeld(tx: Reader, startYear: number, by: "AGENCY" | "INITIATIVE"): Promise<HeldRow[]> {
  const rows = await tx.$queryRaw<(HeldRow & { agencyId: string; agency: string })[]>`
    SELECT a.id AS key, a.reference || ' ' || a.title AS name, g.name AS detail, a.marking, g.id AS "agencyId",
      g.name AS agency, f."reservedCents", f."committedCents", f."paidCents",
      coalesce(least(u.unspent, u.open + u.stated), 0)::bigint AS "accruedCents"
    FROM "ApplicationFunding" f
    JOIN "Application" a ON a.id = f."applicationId"
    JOIN "Agency" g ON g.id = a."agencyId"
    LEFT JOIN year_unspent(${startYear}) u ON u."applicationId" = f."applicationId"
    WHERE f."startYear" = ${startYear} AND f."reservedCents" + f."committedCents" > 0 ORDER BY a.reference`;
  if (by === "INITIATIVE") return rows.map(({ agencyId: _, agency: __, ...row }) => row);
  const agencies = new Map<string, HeldRow>();
  for (const { agencyId, agency, ...row } of rows) {
    const held = agencies.get(agencyId) ?? {
      ...NOTHING,
      key: agencyId,
      name: agency,
      detail: "",
      marking: "UNCLASSIFIED",
    };
    agencies.set(agencyId, {
      ...held,
      reservedCents: held.reservedCents + row.reservedCents,
      committedCents: held.committedCents + row.committedCents,
      paidCents: held.paidCents + row.paidCents,
      accruedCents: held.accruedCents + row.accruedCents,
    });
  }
  return [...agencies.values()].sort((one, other) => byName(one.name, other.name));
}
