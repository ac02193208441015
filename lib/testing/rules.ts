// What must always be true, whatever people do with applications.
import { expect } from "vitest";
import { listLedgerDifferences } from "#lib/budget/queries.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { isStep, STEP_KEYS, type StepKey, stepRow } from "#lib/workflow/steps.ts";
import { read } from "./steps.ts";

export async function checkFund(): Promise<void> {
  expect(await listLedgerDifferences()).toEqual([]);
  const broken = await db().$queryRaw<{ rule: string; what: string }[]>`
    WITH funding AS (
      SELECT a.id, a.reference, a.state, a."heldAt", f."startYear", coalesce(f."reservedCents", 0) AS reserved,
             coalesce(f."committedCents", 0) AS committed, coalesce(f."paidCents", 0) AS paid,
             (SELECT coalesce(sum(cents), 0) FROM "Recovery" r WHERE r."applicationId" = a.id AND r."startYear" = f."startYear") AS recovered,
             (SELECT cents FROM "Phasing" p WHERE p."applicationId" = a.id AND p."startYear" = f."startYear" AND p.kind = 'RECOMMENDED') AS recommended,
             (SELECT cents FROM "Phasing" p WHERE p."applicationId" = a.id AND p."startYear" = f."startYear" AND p.kind = 'APPROVED') AS approved,
             -- Of the last variation of money that was approved, or else of the decision.
             (SELECT cents FROM (
               SELECT 0 AS number, p."startYear" AS year, p.cents FROM "Phasing" p WHERE p."applicationId" = a.id AND p.kind = 'APPROVED'
               UNION ALL
               SELECT v.number, (part ->> 'startYear')::int, (part ->> 'cents')::bigint
                 FROM "Variation" v CROSS JOIN jsonb_array_elements(v.proposed -> 'phasing') part
                WHERE v."applicationId" = a.id AND v.state = 'APPROVED'
             ) agreed WHERE agreed.year = f."startYear" AND agreed.number = (SELECT coalesce(max(v.number), 0) FROM "Variation" v
               WHERE v."applicationId" = a.id AND v.state = 'APPROVED' AND v.kind IN ('REPHASING', 'COST'))) AS agreed,
             (SELECT greatest((part ->> 'cents')::bigint - f."committedCents", 0)
                FROM "Variation" v CROSS JOIN jsonb_array_elements(v.proposed -> 'phasing') part
               WHERE v."applicationId" = a.id AND v.state = 'BUDGET_CONFIRMED' AND (part ->> 'startYear')::int = f."startYear") AS varying
        FROM "Application" a JOIN "ApplicationFunding" f ON f."applicationId" = a.id
    )
    SELECT 'within the envelope' AS rule, "startYear"::text AS what FROM "FinancialYear"
      WHERE "reservedCents" + "committedCents" > "envelopeCents" OR "paidCents" > "committedCents"
    UNION ALL
    SELECT 'what is held is what the state says', reference || ' ' || state || ' ' || "startYear" FROM funding WHERE CASE
      WHEN state IN ('BUDGET_CHECK', 'DECISION') THEN reserved <> coalesce(recommended, 0) OR committed <> 0
      WHEN state IN ('APPROVED', 'OFFERED') THEN reserved <> coalesce(approved, 0) OR committed <> 0
      WHEN state = 'ACTIVE' THEN reserved <> coalesce(varying, 0) OR committed <> coalesce(agreed, 0)
      WHEN state = 'CLOSING' THEN reserved <> 0 OR committed > coalesce(agreed, 0)
      WHEN state = 'TERMINATED' THEN reserved <> 0 OR committed NOT IN (paid, paid + recovered)
      WHEN state = 'CLOSED' THEN reserved <> 0 OR committed <> paid
      ELSE reserved <> 0 OR committed <> 0 END
    UNION ALL
    SELECT 'paid is the sum of payments less recoveries', reference || ' ' || "startYear" FROM funding f
      WHERE paid + recovered <> (SELECT coalesce(sum(cents), 0) FROM "PaymentLine" p WHERE p."applicationId" = f.id AND p."startYear" = f."startYear")
    UNION ALL
    SELECT 'an arrangement ends with one final report, and nothing of it is open then', a.reference FROM "Application" a
      JOIN "Arrangement" r ON r."applicationId" = a.id WHERE CASE
        WHEN a.state = 'ACTIVE' THEN 1 <> (SELECT count(*) FROM "Report" p
          WHERE p."applicationId" = a.id AND p.kind = 'FINAL' AND p.state NOT IN ('ACCEPTED', 'CANCELLED'))
        ELSE EXISTS (SELECT FROM "Report" p WHERE p."applicationId" = a.id AND p.state IN ('DUE', 'RETURNED')) END
    UNION ALL
    SELECT 'an acquittal is the sum of its lines', a.reference FROM "Application" a
      JOIN "Acquittal" q ON q."applicationId" = a.id WHERE q."actualCents" <>
        (SELECT coalesce(sum(l."actualCents"), 0) FROM "AcquittalLine" l WHERE l."applicationId" = a.id AND l.number = q.number)
    UNION ALL
    SELECT 'claims within what is committed and not paid', reference || ' ' || "startYear" FROM funding f
      WHERE committed - paid < (SELECT coalesce(sum(cents - "paidCents"), 0) FROM "Claim" c
        WHERE c."applicationId" = f.id AND c."startYear" = f."startYear" AND c.state IN ('CLAIMED', 'APPROVED', 'PART_PAID'))
    UNION ALL
    SELECT 'what is paid of a claim, and came back, is the sum of its lines', a.reference || '/' || c.number
      FROM "Claim" c JOIN "Application" a ON a.id = c."applicationId" CROSS JOIN LATERAL (
        SELECT coalesce(sum(l.cents) FILTER (WHERE NOT l."isCredit"), 0) AS paid,
          -coalesce(sum(l.cents) FILTER (WHERE l."isCredit"), 0) AS credited FROM "PaymentLine" l WHERE l."claimId" = c.id) l
      WHERE c."paidCents" <> l.paid OR c."backCents" <> l.credited + (
        SELECT coalesce(sum(r.cents), 0) FROM "Recovery" r WHERE r."claimId" = c.id)
    UNION ALL
    SELECT 'recommended within requested, or with a reason', a.reference FROM "Recommendation" r
      JOIN "Application" a ON a.id = r."applicationId" WHERE r."returnedAt" IS NULL
      AND r."amountCents" > a."requestedCents" AND coalesce(r."exceptionReason", '') = ''
    UNION ALL
    SELECT 'approved as recommended, or with a reason', a.reference FROM "Decision" d
      JOIN "Recommendation" r ON r.id = d."recommendationId" JOIN "Application" a ON a.id = d."applicationId"
      WHERE d.outcome = 'APPROVED' AND d."amountCents" <> r."amountCents" AND coalesce(d.reason, '') = ''
    UNION ALL
    SELECT 'decided within the delegation', a.reference FROM "Decision" d JOIN "Application" a ON a.id = d."applicationId"
      WHERE d.outcome IN ('APPROVED', 'REOPENED') AND d."amountCents" > d."delegationCents"
    UNION ALL
    SELECT 'a variation of cost is checked by one and decided by another, within the delegation', a.reference
      FROM "Variation" v JOIN "Application" a ON a.id = v."applicationId" WHERE v.kind = 'COST' AND v.state = 'APPROVED'
      AND (v."confirmedById" IS NULL OR v."confirmedById" = v."decidedById" OR v."delegationCents" < (
        SELECT sum((part ->> 'cents')::bigint) FROM jsonb_array_elements(v.proposed -> 'phasing') part))
    UNION ALL
    SELECT 'a claim is confirmed by one and approved by another', a.reference || '/' || c.number FROM "Claim" c
      JOIN "Application" a ON a.id = c."applicationId" WHERE c.state IN ('APPROVED', 'PART_PAID', 'PAID', 'SETTLED', 'RECOVERED')
      AND (c."workConfirmedById" IS NULL OR c."workConfirmedById" = c."decidedById" OR c."workConfirmedAt" > c."decidedAt")
    UNION ALL
    SELECT 'three people, none of whom assessed', a.reference FROM "Recommendation" r
      JOIN "Application" a ON a.id = r."applicationId"
      LEFT JOIN "BudgetCheck" b ON b."recommendationId" = r.id LEFT JOIN "Decision" d ON d."recommendationId" = r.id
      WHERE r."recommendedById" IN (b."checkedById", d."decidedById") OR b."checkedById" = d."decidedById"
      OR EXISTS (SELECT 1 FROM "Assessment" s WHERE s."applicationId" = a.id AND s.status = 'COMPLETE'
        AND s."assessorId" IN (r."recommendedById", b."checkedById", d."decidedById"))
    UNION ALL
    SELECT 'advice is answered, withdrawn or passed over before a recommendation', a.reference FROM "Recommendation" r
      JOIN "Application" a ON a.id = r."applicationId" JOIN "Advice" d ON d."applicationId" = a.id
      WHERE r."returnedAt" IS NULL AND d.state = 'ASKED'
    UNION ALL
    SELECT 'who advised takes no other part', a.reference FROM "Advice" d JOIN "Application" a ON a.id = d."applicationId"
      JOIN "Duty" o ON o."applicationId" = a.id AND o."personId" = d."adviserId" WHERE d.state = 'GIVEN' AND o.kind <> 'ADVISE'
    UNION ALL
    SELECT 'who asked for the sign-off did not certify', a.reference FROM "ApplicationVersion" v
      JOIN "Application" a ON a.id = v."applicationId"
      JOIN "Duty" d ON d."applicationId" = a.id AND d."personId" = v."certifiedById" WHERE d.kind <> 'CERTIFY'
    UNION ALL
    SELECT 'nobody acts undeclared or recused', a.reference || ' ' || e.action FROM "AuditEvent" e
      JOIN "Application" a ON a.id = e."applicationId" JOIN "Person" p ON p.id = e."actorId" AND p.side = 'MFAT'
      LEFT JOIN "InterestDeclaration" i ON i."applicationId" = a.id AND i."personId" = p.id
      -- Of a draft that was never submitted there is nothing to declare.
      WHERE e.action IS NOT NULL AND e."fromState" <> 'DISCARDED' AND (i."personId" IS NULL OR i."declaredAt" > e.at
        OR (i."hasInterest" AND (i."clearedAt" IS NULL OR i."clearedAt" > e.at))
        OR EXISTS (SELECT 1 FROM "LaterInterest" l WHERE l."applicationId" = a.id AND l."personId" = p.id
          AND l."notedAt" < e.at AND (l."clearedAt" IS NULL OR l."clearedAt" > e.at)))
    UNION ALL
    SELECT 'MFAT reads what was signed off', reference FROM "Application"
      WHERE "versionNumber" = 0 AND state NOT IN ('DRAFT', 'SIGN_OFF', 'DISCARDED')
    UNION ALL
    SELECT 'every step is told to the desk', a.reference || ' ' || e.action FROM "AuditEvent" e
      JOIN "Application" a ON a.id = e."applicationId" WHERE e.action IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM "Email" m WHERE m."applicationId" = a.id AND m."to" = 'psf@mfat.govt.nz')`;
  expect(broken.map(({ rule, what }) => `${rule}: ${what}`)).toEqual([]);
}

/** The history of an application is a path through the table, and ends in its current state. */
export async function checkWay(reference: string): Promise<void> {
  const { id, state } = await read(reference);
  const events = await db().auditEvent.findMany({
    where: { applicationId: id, action: { not: null } },
    orderBy: { id: "asc" },
  });
  let at: State = "DRAFT";
  for (const { action, fromState, toState } of events) {
    if (!action || !isStep(action) || !toState) throw new Error(`${reference}: ${action} to ${toState}`);
    expect([reference, action, fromState, stepRow(action).from[at] !== undefined]).toEqual([
      reference,
      action,
      at,
      true,
    ]);
    expect(endsOf(action, at), `${reference} ${action}`).toContain(toState);
    at = toState;
  }
  expect([reference, state]).toEqual([reference, at]);
}

function endsOf(action: StepKey, from: State): State[] {
  const { to } = stepRow(action);
  // It may leave too few assessments for moderation, or make them enough again.
  if (action === "setAssessmentAside" && from === "MODERATION") return [from, "ASSESSMENT"];
  if (action === "askToScoreAgain") return ["ASSESSMENT"];
  if (action === "countAssessmentAgain" && from === "ASSESSMENT") return [from, "MODERATION"];
  if (to === "stays") return [from];
  if (to === "back") return statesBefore(from);
  return action === "recommend" ? [to, "DECISION"] : [to];
}

/** The states from which some step leads to another. */
const statesBefore = (state: State): State[] =>
  STEP_KEYS.flatMap((step) => (stepRow(step).to === state ? (Object.keys(stepRow(step).from) as State[]) : []));
