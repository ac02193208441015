import { db } from "#lib/platform/db.ts";
import { stepEdges } from "#lib/workflow/steps.ts";

/** What is not as the rules of the fund have it: a rule, by the name that the database refuses with, and where. */
export type Breach = { rule: string; what: string };

/**
 * Whether what stands in the database is what its guards would have let through: states against the last step, amounts against
 * the decision, scores against their completion, delegations against the last confirmed change, roles and interests against the event that
 * says so, and what was paid against the ledger. Who owns the tables can pass
 * by the guards, and is found here.
 */
export async function listBreaches(): Promise<Breach[]> {
  const edges = JSON.stringify(stepEdges());
  return db().$queryRaw<Breach[]>`
    SELECT rule, a.reference AS what FROM "Application" a CROSS JOIN application_problem(a) AS rule WHERE rule IS NOT NULL
    UNION ALL
    SELECT 'AuditEvent_step_goes_on', a.reference || ', event ' || e.id FROM (
      SELECT id, "applicationId", "fromState",
        lag("toState", 1, 'DRAFT') OVER (PARTITION BY "applicationId" ORDER BY id) AS stood
        FROM "AuditEvent" WHERE action IS NOT NULL) e
      JOIN "Application" a ON a.id = e."applicationId" WHERE e."fromState" IS DISTINCT FROM e.stood
    UNION ALL
    SELECT 'Assessment_as_completed', a.reference || ', ' || p.name FROM "Assessment" s
      JOIN "Application" a ON a.id = s."applicationId" JOIN "Person" p ON p.id = s."assessorId"
      WHERE s.status <> 'ASSIGNED' AND coalesce(s.seal, CASE s.status WHEN 'COMPLETE' THEN '' END)
        <> scores_seal(s."applicationId", s."assessorId")
    UNION ALL
    SELECT 'Advice_as_given', a.reference || ', ' || p.name FROM "Advice" d
      JOIN "Application" a ON a.id = d."applicationId" JOIN "Person" p ON p.id = d."adviserId"
      LEFT JOIN LATERAL (SELECT e.data ->> 'seal' AS seal, e."actorId" FROM "AuditEvent" e WHERE e."applicationId" = a.id
        AND e.action = 'giveAdvice' AND e.data ->> 'advice' = d.id::text ORDER BY e.id DESC LIMIT 1) given ON true
      WHERE d.state = 'GIVEN' AND (given."actorId" IS DISTINCT FROM d."adviserId"
        OR given.seal IS DISTINCT FROM encode(sha256(convert_to(d.advice, 'UTF8')), 'hex'))
    UNION ALL
    SELECT 'Delegation_by_change', p.name FROM "Delegation" d JOIN "Person" p ON p.id = d."personId"
      LEFT JOIN LATERAL (SELECT * FROM "ChangeRequest" c WHERE c.kind = 'DELEGATION' AND c."personId" = d."personId"
        AND c."appliedAt" IS NOT NULL ORDER BY c."appliedAt" DESC, c.id DESC LIMIT 1) last ON true
      WHERE last.id IS DISTINCT FROM d."changeId"
        OR last.id IS NOT NULL AND (last.delegation = 'none' OR last.cents IS DISTINCT FROM d."limitCents")
    UNION ALL
    SELECT 'Decision_within_delegation', a.reference FROM "Decision" d JOIN "Application" a ON a.id = d."applicationId"
      JOIN "Recommendation" r ON r.id = d."recommendationId"
      LEFT JOIN LATERAL (SELECT * FROM "ChangeRequest" c WHERE c.kind = 'DELEGATION' AND c."appliedAt" <= d."decidedAt"
        AND c."personId" = coalesce(d."forId", d."decidedById") ORDER BY c."appliedAt" DESC, c.id DESC LIMIT 1) last ON true
      WHERE d.outcome <> 'RETURNED' AND (
        d."delegationCents" < CASE WHEN d.outcome IN ('APPROVED', 'REOPENED') THEN d."amountCents" ELSE r."amountCents" END
        OR last.id IS DISTINCT FROM d."delegationChangeId"
        OR last.id IS NOT NULL AND (last.delegation = 'none' OR last.cents IS DISTINCT FROM d."delegationCents"))
    UNION ALL
    SELECT 'Variation_within_delegation', a.reference FROM "Variation" v JOIN "Application" a ON a.id = v."applicationId"
      LEFT JOIN LATERAL (SELECT * FROM "ChangeRequest" c WHERE c.kind = 'DELEGATION' AND c."appliedAt" <= v."decidedAt"
        AND c."personId" = coalesce(v."forId", v."decidedById") ORDER BY c."appliedAt" DESC, c.id DESC LIMIT 1) last ON true
      WHERE v.kind = 'COST' AND v."decideDuty" = 'DECIDE' AND (
        v."delegationCents" < (SELECT sum((part ->> 'cents')::bigint) FROM jsonb_array_elements(v.proposed -> 'phasing') part)
        OR last.id IS NOT NULL AND (last.delegation = 'none' OR last.cents IS DISTINCT FROM v."delegationCents"))
    UNION ALL
    SELECT 'Decision_on_confirmed_budget', a.reference FROM "Decision" d JOIN "Application" a ON a.id = d."applicationId"
      JOIN "Recommendation" r ON r.id = d."recommendationId"
      LEFT JOIN "BudgetCheck" b ON b.id = d."budgetCheckId" AND b."isConfirmed" AND b."recommendationId" = r.id
      WHERE b.id IS NULL AND r.outcome <> 'DO_NOT_FUND'
    UNION ALL
    SELECT 'Claim_follows_lines', a.reference || '/' || c.number FROM "Claim" c JOIN "Application" a ON a.id = c."applicationId"
      CROSS JOIN LATERAL (SELECT coalesce(sum(l.cents) FILTER (WHERE NOT l."isCredit"), 0) AS paid,
        -coalesce(sum(l.cents) FILTER (WHERE l."isCredit"), 0) AS credited FROM "PaymentLine" l WHERE l."claimId" = c.id) l
      WHERE c."paidCents" <> l.paid OR c."backCents" <> l.credited + (
        SELECT coalesce(sum(r.cents), 0) FROM "Recovery" r WHERE r."claimId" = c.id)
    UNION ALL
    SELECT 'PersonRole_as_recorded', p.name FROM "Person" p LEFT JOIN LATERAL (SELECT e FROM "AuditEvent" e
        WHERE e.subject = 'person:' || p.id AND e.event IN ('person.created', 'person.changed') ORDER BY e.id DESC LIMIT 1) last ON true
      WHERE roles_of(p.id) <> coalesce(roles_in(last.e), '{}')
    UNION ALL
    SELECT 'Person_as_recorded', p.name FROM "Person" p LEFT JOIN LATERAL (SELECT e.event FROM "AuditEvent" e
        WHERE e.subject = 'person:' || p.id AND e.event IN ('person.ended', 'person.restored') ORDER BY e.id DESC LIMIT 1) last ON true
      WHERE (p."endedAt" IS NOT NULL) <> coalesce(last.event = 'person.ended', false)
    UNION ALL
    SELECT 'AdviserPlace_as_recorded', p.name FROM "Person" p LEFT JOIN LATERAL (SELECT e.data -> 'after' AS after FROM "AuditEvent" e
        WHERE e.subject = 'person:' || p.id AND e.event = 'adviser.changed' ORDER BY e.id DESC LIMIT 1) last ON true
      WHERE p."adviseOn" IS DISTINCT FROM last.after ->> 'adviseOn'
        OR (SELECT coalesce(jsonb_agg(t."placeCode" ORDER BY t."placeCode" COLLATE "C"), '[]') FROM "AdviserPlace" t WHERE t."personId" = p.id)
          <> coalesce(last.after -> 'places', '[]')
    UNION ALL
    SELECT 'Deputy_as_recorded', p.name FROM "Deputy" d JOIN "Person" p ON p.id = d."deputyId"
      WHERE NOT EXISTS (SELECT FROM "AuditEvent" e WHERE e.event = 'deputy.named' AND e."actorId" = d."approverId"
        AND e.data ->> 'deputyId' = d."deputyId"::text)
    UNION ALL
    SELECT 'InterestDeclaration_as_recorded', a.reference || ', ' || p.name FROM "InterestDeclaration" d
      JOIN "Application" a ON a.id = d."applicationId" JOIN "Person" p ON p.id = d."personId"
      WHERE d."isRecused" <> recuses(d) OR NOT EXISTS (SELECT FROM "AuditEvent" e
          WHERE e."applicationId" = a.id AND e."actorId" = p.id
          AND e.event = CASE WHEN d."hasInterest" THEN 'interest.declared' ELSE 'interest.none' END)
        OR d."clearedAt" IS NOT NULL AND NOT EXISTS (SELECT FROM "AuditEvent" e WHERE e."applicationId" = a.id
          AND e.event = 'interest.cleared' AND e."actorId" = d."clearedById" AND e.subject = 'person:' || p.id)
    UNION ALL
    SELECT 'LaterInterest_as_recorded', a.reference || ', ' || p.name FROM "LaterInterest" l
      JOIN "Application" a ON a.id = l."applicationId" JOIN "Person" p ON p.id = l."personId"
      WHERE NOT EXISTS (SELECT FROM "AuditEvent" e WHERE e."applicationId" = a.id AND e.event = 'interest.learned'
          AND e."actorId" = coalesce(l."notedById", l."personId"))
        OR l."clearedAt" IS NOT NULL AND NOT EXISTS (SELECT FROM "AuditEvent" e WHERE e."applicationId" = a.id
          AND e.event = 'interest.cleared' AND e."actorId" = l."clearedById" AND e.subject = 'person:' || p.id)
    UNION ALL
    SELECT 'Agency_as_recorded', g.name FROM "Agency" g CROSS JOIN LATERAL (SELECT e.data -> 'after' AS after FROM "AuditEvent" e
        WHERE e.subject = 'agency:' || g.id AND e.event = 'agency.changed' ORDER BY e.id DESC LIMIT 1) last
      WHERE to_jsonb(g) - '{id,revision}'::text[] <> last.after
    UNION ALL
    SELECT 'Round_as_recorded', r.name FROM "Round" r CROSS JOIN LATERAL (SELECT e.data -> 'after' AS after FROM "AuditEvent" e
        WHERE e.subject = 'round:' || r.id AND e.event IN ('round.created', 'round.changed') ORDER BY e.id DESC LIMIT 1) last
      WHERE (r.name, r."opensAt", r."closesAt", r."minimumAssessments", r."moneyCents")
        IS DISTINCT FROM (last.after ->> 'name', (last.after ->> 'opensAt')::timestamptz, (last.after ->> 'closesAt')::timestamptz,
          (last.after ->> 'minimumAssessments')::int, (last.after ->> 'moneyCents')::bigint) AND last.after IS NOT NULL
    UNION ALL
    SELECT 'Round_as_recorded', r.name FROM "Round" r CROSS JOIN LATERAL (SELECT e.event FROM "AuditEvent" e
        WHERE e.subject = 'round:' || r.id AND (e.event IN ('round.published', 'round.takenBack') OR e.data ->> 'isDraft' = 'true')
        ORDER BY e.id DESC LIMIT 1) last
      WHERE (r."publishedAt" IS NOT NULL) <> (last.event = 'round.published')
    UNION ALL
    SELECT 'ChangeRequest_as_recorded', c.kind || ', ' || c.id FROM "ChangeRequest" c
      WHERE NOT EXISTS (SELECT FROM "AuditEvent" e WHERE split_part(e.subject, ':', 2) = c.id::text
          AND e.event IN ('change.asked', 'carryForward.agreed') AND e."actorId" = c."askedById")
        OR c.state <> 'ASKED' AND NOT EXISTS (SELECT FROM "AuditEvent" e WHERE split_part(e.subject, ':', 2) = c.id::text
          AND e.event IN ('change.' || lower(c.state::text), 'carryForward.confirmed', 'carryForward.cancelled')
          AND e."actorId" = c."settledById")
    UNION ALL
    SELECT 'DeskOfficer_as_recorded', a.reference || ', ' || p.name FROM "DeskOfficer" o
      JOIN "Application" a ON a.id = o."applicationId" JOIN "Person" p ON p.id = o."personId"
      WHERE o."byId" IS NOT NULL AND NOT EXISTS (SELECT FROM "AuditEvent" e WHERE e."applicationId" = a.id
        AND e.event = 'application.handedOver' AND e."actorId" = o."byId" AND e.data ->> 'to' = p.id::text)
    UNION ALL
    SELECT 'Application_moved_as_recorded', a.reference FROM "Application" a CROSS JOIN LATERAL (SELECT e.data #>> '{to,id}' AS id
        FROM "AuditEvent" e WHERE e."applicationId" = a.id AND e.event = 'application.moved' ORDER BY e.id DESC LIMIT 1) last
      WHERE last.id <> a."agencyId"::text
    UNION ALL
    SELECT entry_problem(e), a.reference || ', entry ' || e.id FROM "LedgerEntry" e JOIN "Application" a ON a.id = e."applicationId"
      WHERE e.kind IN ('PAY', 'RECOVER') AND entry_problem(e) IS NOT NULL
    UNION ALL
    SELECT 'PaymentLine_is_entered', a.reference || ', line ' || l.id FROM "PaymentLine" l
      JOIN "Application" a ON a.id = l."applicationId"
      WHERE NOT EXISTS (SELECT FROM "LedgerEntry" e WHERE e."lineId" = l.id)
    UNION ALL
    SELECT 'Recovery_is_entered', a.reference || ', recovery ' || r.id FROM "Recovery" r
      JOIN "Application" a ON a.id = r."applicationId"
      WHERE NOT EXISTS (SELECT FROM "LedgerEntry" e WHERE e."recoveryId" = r.id)
    UNION ALL
    SELECT 'StepEdge_is_the_table', coalesce(held.action, ours.action) FROM "StepEdge" held
      FULL JOIN jsonb_to_recordset(${edges}::jsonb)
        AS ours (action text, "fromState" "State", "toState" "State", changes text[], roles "Role"[])
        USING (action, "fromState", "toState", changes, roles)
      WHERE held.action IS NULL OR ours.action IS NULL
    UNION ALL
    SELECT 'Trigger_is_on', (c.relname || ', ' || t.tgname) COLLATE "default" FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      WHERE c.relnamespace = 'public'::regnamespace AND t.tgenabled NOT IN ('O', 'A')
    ORDER BY 1, 2`;
}
