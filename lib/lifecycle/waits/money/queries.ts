// What waits on whom about an arrangement's money: its claims, and the amounts and the surplus of its acquittal.
import type { Role } from "#lib/lifecycle/permissions.ts";
import { type Wait, waitRow } from "#lib/lifecycle/waits/shape/queries.ts";
import { Prisma } from "#lib/platform/db/generated/client.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { constant } from "#lib/platform/db.ts";

/** Claims that nothing is paid of. */
const CAME_TO_NOTHING = Prisma.sql`'RETURNED', 'CANCELLED'`;

/** Where money was paid, or may still be. */
const IS_ACCOUNTED_FOR = Prisma.sql`(a.state <> 'TERMINATED' OR EXISTS (SELECT FROM "ApplicationFunding" p
  WHERE p."applicationId" = a.id AND p."paidCents" > 0))`;

/** The amounts of an acquittal, where its agency has a finance officer: until they were prepared or it was submitted. */
export const waitOfAmounts = (state: State): Wait =>
  waitRow({
    of: Prisma.sql`WHERE a.state = ${constant(state)}::"State" AND ${IS_ACCOUNTED_FOR}
      AND NOT EXISTS (SELECT FROM "Acquittal" q WHERE q."applicationId" = a.id AND q."returnedAt" IS NULL)
      AND NOT EXISTS (SELECT FROM "PreparedAcquittal" p WHERE p."applicationId" = a.id)
      AND EXISTS (SELECT FROM "Person" f JOIN "PersonRole" r ON r."personId" = f.id AND r.role = 'FINANCE'
        WHERE f."agencyId" = a."agencyId" AND f."endedAt" IS NULL)`,
    role: "FINANCE",
    step: Prisma.sql`'prepareAcquittal'`,
    since: Prisma.sql`a."stateSince"`,
  });

/** The acquittal: since the work ended, or since the last one was returned. */
export const waitsOfAcquittal = (state: State): Wait[] => {
  const row = (which: Prisma.Sql, since: Prisma.Sql, among?: Prisma.Sql) =>
    waitRow({
      of: Prisma.sql`${which} AND a.state = ${constant(state)}::"State" AND ${IS_ACCOUNTED_FOR}`,
      role: "CERTIFIER",
      step: Prisma.sql`'submitAcquittal'`,
      since,
      ...(among && { among }),
    });
  return [
    row(
      Prisma.sql`WHERE NOT EXISTS (SELECT FROM "Acquittal" q WHERE q."applicationId" = a.id)`,
      Prisma.sql`a."stateSince"`,
    ),
    row(
      Prisma.sql`CROSS JOIN LATERAL (SELECT max(q."returnedAt") AS at, bool_and(q."returnedAt" IS NOT NULL) AS "isReturned"
        FROM "Acquittal" q WHERE q."applicationId" = a.id) q WHERE q."isReturned"`,
      Prisma.sql`greatest(a."stateSince", q.at)`,
      Prisma.sql`SELECT o."applicationId" FROM "Acquittal" o WHERE o."returnedAt" IS NOT NULL ORDER BY o."returnedAt"`,
    ),
  ];
};

const PAID_CENTS = Prisma.sql`(SELECT coalesce(sum(f."paidCents"), 0) FROM "ApplicationFunding" f WHERE f."applicationId" = a.id)`;

/** A claim that somebody of MFAT has to answer. */
const HAS_OPEN_CLAIM = Prisma.sql`EXISTS (SELECT FROM "Claim" c
  WHERE c."applicationId" = a.id AND c.state IN ('CLAIMED', 'APPROVED', 'PART_PAID'))`;

/** Of what is committed something can be claimed today: of a closed year what was accrued, and what is not claimed since. */
const canClaim = (today: Date) => Prisma.sql`EXISTS (SELECT FROM "ApplicationFunding" f
  JOIN "FinancialYear" y ON y."startYear" = f."startYear"
  LEFT JOIN "StatementRow" s ON s."startYear" = f."startYear" AND s.section = 'INITIATIVE' AND s.key = a.id::text
  WHERE f."applicationId" = a.id AND f."committedCents" > f."paidCents" AND make_date(y."startYear", 7, 1) <= ${today}::date
    AND CASE WHEN y."closedAt" IS NULL THEN coalesce(y."cutoffOn" >= ${today}::date, TRUE) ELSE s."accruedCents" >
      (SELECT coalesce(sum(c.cents - (SELECT coalesce(sum(l.cents), 0) FROM "PaymentLine" l
        WHERE l."claimId" = c.id AND NOT l."isCredit" AND l."recordedAt" <= y."closedAt")), 0)
      FROM "Claim" c WHERE c."applicationId" = a.id AND c."startYear" = y."startYear" AND c.state NOT IN (${CAME_TO_NOTHING})) END)`;

/** Of what was paid ahead something no invoice accounts for yet, and it did not come back. */
const HAS_OPEN_ADVANCE = Prisma.sql`(SELECT coalesce(sum(greatest(0, c."paidCents" - c."backCents" - (
    SELECT coalesce(sum(b."accountedCents"), 0) FROM "Claim" b
    WHERE b."accountsForId" = c.id AND b.state NOT IN (${CAME_TO_NOTHING})))), 0)
  FROM "Claim" c WHERE c."applicationId" = a.id AND c."advanceReason" IS NOT NULL)
  > (SELECT coalesce(sum(r.cents), 0) FROM "Recovery" r WHERE r."applicationId" = a.id AND r."claimId" IS NULL)`;

/**
 * The surplus of an acquittal. First what was paid and not spent comes back; claims that are open are answered, by whoever they
 * wait on; and what was spent and not paid is claimed, as is what accounts for an advance.
 */
export const waitsOfSurplus = (state: State, today: Date): Wait[] => {
  const row = (role: Role, step: string, isDue: Prisma.Sql, since = Prisma.sql`q."submittedAt"`) =>
    waitRow({
      of: Prisma.sql`JOIN "Acquittal" q ON q."applicationId" = a.id AND q."returnedAt" IS NULL
        WHERE a.state = ${constant(state)}::"State" AND q."surplusConfirmedAt" IS NULL AND ${isDue}`,
      role,
      step: Prisma.sql`${constant(step)}::text`,
      since,
    });
  // What was still to be paid or to come back did so first.
  const settledAt = Prisma.sql`greatest(q."submittedAt",
    (SELECT max(l."recordedAt") FROM "PaymentLine" l WHERE l."applicationId" = a.id),
    (SELECT max(r."recordedAt") FROM "Recovery" r WHERE r."applicationId" = a.id))`;
  const toRecover = Prisma.sql`q."actualCents" < ${PAID_CENTS}`;
  // What was terminated is claimed no more: its acquittal accounts for its advances.
  const toClaim =
    state === "TERMINATED"
      ? Prisma.sql`FALSE`
      : Prisma.sql`(q."actualCents" > ${PAID_CENTS} AND ${canClaim(today)} OR ${HAS_OPEN_ADVANCE})`;
  const isSettled = Prisma.sql`NOT ${toRecover} AND NOT ${HAS_OPEN_CLAIM}`;
  return [
    row("BUDGET", "recordRecovery", toRecover),
    row("CONTRIBUTOR", "submitClaim", Prisma.sql`${isSettled} AND ${toClaim}`),
    row("BUDGET", "confirmSurplus", Prisma.sql`${isSettled} AND NOT ${toClaim}`, settledAt),
  ];
};

/**
 * Claims, first on the desk and then on a budget officer: the first in a state waits, and the others with it. A returned
 * one until its agency claims again, or until an acquittal says what is left to claim.
 */
export const claimWaits = (state: State): Wait[] => {
  // Claims that wait are found first, and then what they are of: of most that is under way nothing is claimed just now. Times are
  // compared by their difference: an index by time alone would be walked through for each claim.
  const row = (role: Role, step: string, which: Prisma.Sql, since: Prisma.Sql, among?: Prisma.Sql) =>
    waitRow({
      of: Prisma.sql`JOIN "Claim" c ON c."applicationId" = a.id WHERE a.state = ${constant(state)}::"State" AND ${which}`,
      role,
      step: Prisma.sql`${constant(step)}::text`,
      since,
      ...(among && { among }),
    });
  return [
    row(
      "DESK",
      "confirmWork",
      Prisma.sql`c.state = 'CLAIMED' AND c."workConfirmedAt" IS NULL AND NOT EXISTS (SELECT FROM "Claim" e
        WHERE e."applicationId" = c."applicationId" AND e.state = 'CLAIMED' AND e."workConfirmedAt" IS NULL
          AND (c."claimedAt" - e."claimedAt", c.number - e.number) > (interval '0', 0))`,
      Prisma.sql`c."claimedAt"`,
      Prisma.sql`SELECT o."applicationId" FROM "Claim" o WHERE o.state = 'CLAIMED' AND o."workConfirmedAt" IS NULL ORDER BY o."claimedAt"`,
    ),
    row(
      "BUDGET",
      "approveClaim",
      Prisma.sql`c.state = 'CLAIMED' AND c."workConfirmedAt" IS NOT NULL AND NOT EXISTS (SELECT FROM "Claim" e
        WHERE e."applicationId" = c."applicationId" AND e.state = 'CLAIMED'
          AND (c."workConfirmedAt" - e."workConfirmedAt", c.number - e.number) > (interval '0', 0))`,
      Prisma.sql`c."workConfirmedAt"`,
      Prisma.sql`SELECT o."applicationId" FROM "Claim" o WHERE o.state = 'CLAIMED' AND o."workConfirmedAt" IS NOT NULL ORDER BY o."workConfirmedAt"`,
    ),
    row(
      "BUDGET",
      "recordPayment",
      Prisma.sql`c.state IN ('APPROVED', 'PART_PAID') AND NOT EXISTS (SELECT FROM "Claim" e
        WHERE e."applicationId" = c."applicationId" AND e.state IN ('APPROVED', 'PART_PAID')
          AND (${unpaidSince("e")}, e.number) < (${unpaidSince("c")}, c.number))`,
      unpaidSince("c"),
      Prisma.sql`SELECT o."applicationId" FROM "Claim" o WHERE o.state IN ('APPROVED', 'PART_PAID') ORDER BY o."decidedAt"`,
    ),
    row(
      "CONTRIBUTOR",
      "submitClaim",
      Prisma.sql`c.state = 'RETURNED' AND NOT EXISTS (SELECT FROM "Claim" n WHERE n."applicationId" = c."applicationId"
          AND (n."claimedAt" >= c."decidedAt" OR n.state = 'RETURNED' AND (n."decidedAt" - c."decidedAt", n.number - c.number) > (interval '0', 0)))
        AND NOT EXISTS (SELECT FROM "Acquittal" q WHERE q."applicationId" = a.id AND q."returnedAt" IS NULL)`,
      Prisma.sql`c."decidedAt"`,
    ),
  ];
};

/** Since it was approved, or since its last payment: that was of a part, or the bank sent it back. */
const unpaidSince = (claim: "c" | "e"): Prisma.Sql => {
  const of = (column: string) => Prisma.raw(`${claim}."${column}"`);
  return Prisma.sql`greatest(${of("decidedAt")}, (SELECT max(l."recordedAt") FROM "PaymentLine" l WHERE l."claimId" = ${of("id")}))`;
};
