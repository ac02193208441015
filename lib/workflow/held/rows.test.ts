// What the database forbids about the rows that steps make, to the application's own login with SQL of its own: offers,
// reports, scores, delegations, decisions, claims, money.
import { expect, test } from "vitest";
import { db } from "#lib/platform/db.ts";
import { event, set, useStates } from "#lib/testing/login.ts";

const { ids, refusal } = useStates({ ADMIN: "admin@mfat.example", SECOND: "admin2@mfat.example" });

const ATTACKS: [what: string, refusedBy: string, ...statements: string[]][] = [
  [
    "an offer's last day",
    "Offer_by_step",
    `UPDATE "Offer" SET "dueAt" = now() + interval '90 days' WHERE "applicationId" = $OFFERED`,
  ],
  [
    "an offer's last day with another step's event",
    "Offer_by_step",
    `UPDATE "Offer" SET "dueAt" = now() + interval '90 days' WHERE "applicationId" = $OFFERED`,
    set("$OFFERED", `"heldAt" = now()`),
    event("$OFFERED", "putOnHold", "OFFERED"),
  ],
  ["an offer's answer", "Offer_by_step", `UPDATE "Offer" SET outcome = 'ACCEPTED' WHERE "applicationId" = $OFFERED`],
  [
    "until when a report is due",
    "Report_by_step",
    `UPDATE "Report" SET "dueOn" = "dueOn" + 30 WHERE "applicationId" = $ACTIVE`,
  ],
  [
    "a report's state",
    "Report_by_step",
    `UPDATE "Report" SET state = 'CANCELLED' WHERE "applicationId" = $ACTIVE AND state = 'DUE'`,
  ],
  [
    "the end of an arrangement",
    "Arrangement_by_step",
    `UPDATE "Arrangement" SET "endsOn" = "endsOn" + 1 WHERE "applicationId" = $ACTIVE`,
  ],
  [
    "until when an assessment is due",
    "Assessment_by_step",
    `UPDATE "Assessment" SET "dueOn" = now() + interval '90 days' WHERE "applicationId" = $ASSESSMENT`,
  ],
  [
    "a completion",
    "Assessment_by_step",
    `UPDATE "Assessment" SET status = 'COMPLETE', "completedAt" = now() WHERE status = 'ASSIGNED'`,
  ],
  [
    "a completed score",
    "AssessmentScore_while_assigned",
    `UPDATE "AssessmentScore" s SET score = 4 FROM "Assessment" a
      WHERE a."applicationId" = s."applicationId" AND a."assessorId" = s."assessorId" AND a.status = 'COMPLETE'`,
  ],
  [
    "a completed comment",
    "AssessmentScore_while_assigned",
    `UPDATE "AssessmentScore" s SET comment = 'Good' FROM "Assessment" a
      WHERE a."applicationId" = s."applicationId" AND a."assessorId" = s."assessorId" AND a.status = 'COMPLETE'`,
  ],
  [
    "an agreed score after the moderation",
    "AgreedScore_in_moderation",
    `UPDATE "AgreedScore" SET score = 4 WHERE "applicationId" = $DECISION`,
  ],
  [
    "the limit of a delegation",
    "Delegation_by_change",
    `UPDATE "Delegation" SET "limitCents" = 999999999 WHERE "limitCents" IS NOT NULL`,
  ],
  [
    "a delegation without a limit",
    "Delegation_by_change",
    `UPDATE "Delegation" SET "limitCents" = NULL WHERE "limitCents" IS NOT NULL`,
  ],
  [
    "a delegation of one's own",
    "Delegation_by_change",
    `INSERT INTO "Delegation" ("personId") SELECT id FROM "Person" WHERE email = 'desk@mfat.example'`,
  ],
  ["a delegation taken away", "Delegation_by_change", `DELETE FROM "Delegation"`],
  [
    "a confirmed change that is not carried out",
    "ChangeRequest_applied_is_delegated",
    `INSERT INTO "ChangeRequest" (id, kind, "personId", delegation, cents, reason, "askedById")
      SELECT gen_random_uuid(), 'DELEGATION', "personId", 'limit', 1, 'Forged', $ADMIN
      FROM "Delegation" WHERE "limitCents" IS NOT NULL`,
    `INSERT INTO "AuditEvent" (event, subject, "actorId")
      SELECT 'change.asked', 'change:' || id, $ADMIN FROM "ChangeRequest" WHERE reason = 'Forged'`,
    `UPDATE "ChangeRequest" SET state = 'CONFIRMED', "settledAt" = now(), "appliedAt" = now(), "settledById" = $SECOND
      WHERE reason = 'Forged'`,
    `INSERT INTO "AuditEvent" (event, subject, "actorId")
      SELECT 'change.confirmed', 'change:' || id, $SECOND FROM "ChangeRequest" WHERE reason = 'Forged'`,
  ],
  [
    "a recommendation",
    "Recommendation_by_step",
    `UPDATE "Recommendation" SET "returnedAt" = now() WHERE "applicationId" = $DECISION`,
  ],
  ["a claim's state", "Claim_by_step", `UPDATE "Claim" SET state = 'CANCELLED' WHERE state = 'APPROVED'`],
  [
    "a payment",
    "PaymentLine_by_step",
    `WITH made AS (INSERT INTO "Payment" (id, reference, "recordedById")
        VALUES (gen_random_uuid(), 'Forged', gen_random_uuid()) RETURNING id)
      INSERT INTO "PaymentLine" (id, "paymentId", "applicationId", "startYear", cents, "paidOn", "recordedById")
      SELECT gen_random_uuid(), id, $ACTIVE, 2026, 1, now(), gen_random_uuid() FROM made`,
  ],
  [
    "money that an application gets back",
    "LedgerEntry_by_step",
    `INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "reservedCents", reason, "requestId")
      SELECT "startYear", $OFFERED, 'RELEASE', -1, 'Forged', gen_random_uuid() FROM "ApplicationFunding"
      WHERE "applicationId" = $OFFERED AND "reservedCents" > 0 LIMIT 1`,
  ],
  [
    "money with the event of a step that moves none",
    "LedgerEntry_by_step",
    `INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "committedCents", reason, "requestId")
      SELECT "startYear", $ACTIVE, 'RELEASE', -1, 'Forged', gen_random_uuid() FROM "ApplicationFunding"
      WHERE "applicationId" = $ACTIVE AND "committedCents" > "paidCents" LIMIT 1`,
    set("$ACTIVE", `"heldAt" = now()`),
    event("$ACTIVE", "putOnHold", "ACTIVE"),
  ],
  [
    "a recommendation in somebody else’s name",
    "Recommendation_by_who_took_the_step",
    `UPDATE "Recommendation" SET "returnedAt" = now(), "takenBackById" = "recommendedById", "takenBackReason" = 'Forged'
      WHERE "applicationId" = $BUDGET_CHECK AND "returnedAt" IS NULL`,
    event("$BUDGET_CHECK", "takeBackRecommendation", "BUDGET_CHECK", "MODERATION", "$NEWCOMER"),
  ],
  [
    "money in the ledger that is of no payment",
    "LedgerEntry_of_payment",
    `INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "paidCents", reason, "effectiveOn", "requestId", "actorId")
      SELECT "startYear", $ACTIVE, 'RECOVER', -1, 'Forged', now(), gen_random_uuid(), $BUDGET_OFFICER FROM "ApplicationFunding"
      WHERE "applicationId" = $ACTIVE AND "paidCents" > 0 LIMIT 1`,
    event("$ACTIVE", "recoverPayment", "ACTIVE", "ACTIVE", "$BUDGET_OFFICER"),
  ],
  [
    "an assessment set aside",
    "Assessment_by_step",
    `UPDATE "Assessment" SET status = 'SET_ASIDE', "setAsideAt" = now(), "setAsideById" = gen_random_uuid(),
      "setAsideReason" = 'Forged' WHERE "applicationId" = $MODERATION AND status = 'COMPLETE'`,
  ],
  [
    "an assessment kept in spite of an interest",
    "LaterInterest_by_step",
    `INSERT INTO "LaterInterest" (id, "applicationId", "personId", description, "learnedOn")
      SELECT gen_random_uuid(), "applicationId", "personId", 'A cousin', "declaredAt" - interval '2 days'
      FROM "InterestDeclaration" WHERE "applicationId" = $MODERATION LIMIT 1`,
    `INSERT INTO "AuditEvent" (event, "applicationId", "actorId") SELECT 'interest.learned', "applicationId", "personId"
      FROM "LaterInterest" ORDER BY "notedAt" DESC LIMIT 1`,
    `UPDATE "LaterInterest" SET "keptAt" = now(), "keptById" = gen_random_uuid(), "keptReason" = 'Forged'`,
  ],
  [
    "that the work of a claim was done",
    "Claim_by_step",
    `UPDATE "Claim" SET "workConfirmedById" = gen_random_uuid(), "workConfirmedAt" = now()
      WHERE state = 'CLAIMED' AND "workConfirmedById" IS NULL`,
  ],
  [
    "a purchase order",
    "Arrangement_by_step",
    `UPDATE "Arrangement" SET "purchaseOrder" = '1' WHERE "applicationId" = $ACTIVE`,
  ],
  [
    "the amounts of an account",
    "PreparedAcquittal_by_step",
    `INSERT INTO "PreparedAcquittal" (id, "applicationId", "values", "preparedById")
      VALUES (gen_random_uuid(), $CLOSING, '{}', gen_random_uuid())`,
  ],
  [
    "an account's surplus",
    "Acquittal_by_step",
    `UPDATE "Acquittal" SET "surplusCents" = 1, "surplusConfirmedAt" = now() WHERE "returnedAt" IS NULL`,
  ],
];

test.each(ATTACKS)("%s: %s", async (_what, refusedBy, ...statements) => {
  expect(await refusal(...statements)).toMatch(new RegExp(`^${refusedBy}`));
});

const DECISION = `INSERT INTO "Decision" (id, "applicationId", "recommendationId", outcome, "amountCents", "delegationCents",
    "decidedById") SELECT gen_random_uuid(), r."applicationId", r.id, 'APPROVED', r."amountCents"`;
test("a decision on a budget that nobody confirmed, without a delegation, and beyond its own", async () => {
  const of = (holder: string, cents = "NULL") =>
    `${DECISION}, ${cents}, (${holder}) FROM "Recommendation" r WHERE r."applicationId" = $DECISION AND r."returnedAt" IS NULL`;
  const limited = `SELECT "personId" FROM "Delegation" WHERE "limitCents" IS NOT NULL LIMIT 1`;
  const nobody = `SELECT id FROM "Person" WHERE email = 'desk@mfat.example'`;
  const { amountCents } = await db().recommendation.findFirstOrThrow({
    where: { applicationId: ids.DECISION ?? "" },
  });
  expect(amountCents).toBeGreaterThan(0n);
  expect(await refusal(of(nobody))).toMatch(/^Decision_within_delegation/);
  expect(await refusal(of(limited))).toMatch(/^Decision_within_delegation/);
  const unconfirmed = `${DECISION}, NULL, (${nobody}) FROM "Recommendation" r JOIN "Application" a ON a.id = r."applicationId"
    WHERE a.state = 'BUDGET_CHECK' AND r."returnedAt" IS NULL LIMIT 1`;
  expect(await refusal(unconfirmed)).toMatch(/^Decision_on_confirmed_budget/);
});

test("two decisions by one step", async () => {
  const twice = `${DECISION}, NULL, d."personId" FROM "Recommendation" r, generate_series(1, 2), "Delegation" d
    WHERE r."applicationId" = $DECISION AND r."returnedAt" IS NULL AND d."limitCents" IS NULL`;
  const declared = `INSERT INTO "InterestDeclaration" ("applicationId", "personId", "hasInterest", "isRecused")
    SELECT $DECISION, "personId", false, false FROM "Delegation" WHERE "limitCents" IS NULL ON CONFLICT DO NOTHING`;
  expect(await refusal(declared, twice)).toMatch(/^Decision_once/);
});

test("a reopening of what was not decided, and of less than was", async () => {
  const reopened = (cents: string, application: string) =>
    `INSERT INTO "Decision" (id, "applicationId", "recommendationId", outcome, "amountCents", reason, "decidedById")
      SELECT gen_random_uuid(), r."applicationId", r.id, 'REOPENED', ${cents}, 'Forged', d."personId"
      FROM "Recommendation" r, "Delegation" d
      WHERE r."applicationId" = ${application} AND r."returnedAt" IS NULL AND d."limitCents" IS NULL`;
  for (const forged of [reopened(`r."amountCents"`, "$DECISION"), reopened("1", "$APPROVED")]) {
    expect(await refusal(forged)).toMatch(/^Decision_reopens_one/);
  }
  const approved = `(SELECT "approvedCents" FROM "Application" WHERE id = $APPROVED)`;
  expect(await refusal(reopened(approved, "$APPROVED"))).not.toMatch(/^Decision_reopens_one/);
});

test.each([
  [
    "a budget that is confirmed again",
    "BudgetCheck_one_confirmed",
    `INSERT INTO "BudgetCheck" (id, "applicationId", "recommendationId", "isConfirmed", position, "checkedById")
      SELECT gen_random_uuid(), "applicationId", "recommendationId", true, position, "checkedById" FROM "BudgetCheck"
      WHERE "applicationId" = $DECISION AND "isConfirmed"`,
  ],
  [
    "an offer that is accepted after its last day",
    "Offer_answered_in_time",
    `UPDATE "Offer" SET outcome = 'ACCEPTED', "answeredAt" = "dueAt" + interval '1 second'
      WHERE "applicationId" = $OFFERED AND outcome IS NULL`,
  ],
  [
    "a claim that is said to be paid",
    "Claim_state_follows_money",
    `UPDATE "Claim" SET state = 'PAID' WHERE state = 'APPROVED'`,
  ],
])("%s: %s", async (_what, refusedBy, statement) => {
  expect(await refusal(statement)).toContain(`constraint "${refusedBy}"`);
});

test.each([
  ["the table of steps", `INSERT INTO "StepEdge" VALUES ('approve', 'DRAFT', 'ACTIVE', '{}')`],
  ["the table of steps", `UPDATE "StepEdge" SET changes = '{Offer}'`],
  ["an event's place in the trail", `INSERT INTO "AuditEvent" (id, event) VALUES (1, 'forged')`],
  ["a seal", `UPDATE "Assessment" SET seal = 'x'`],
  ["whose score it is", `UPDATE "AssessmentScore" SET "criterionId" = gen_random_uuid()`],
  ["when an application began", `UPDATE "Application" SET "createdAt" = now()`],
  ["what was recommended", `UPDATE "Recommendation" SET "amountCents" = 1`],
  ["what was offered", `UPDATE "Offer" SET "amountCents" = 1`],
  ["who has a delegation", `UPDATE "Delegation" SET "personId" = gen_random_uuid()`],
  ["an amount's split", `UPDATE "Phasing" SET cents = 1`],
  ["a role", `UPDATE "PersonRole" SET role = 'APPROVER'`],
  ["what is paid of a claim", `UPDATE "Claim" SET "paidCents" = cents`],
  ["what a payment pays", `UPDATE "PaymentLine" SET cents = 1`],
  ["a decision", `UPDATE "Decision" SET "amountCents" = 1`],
  ["a guard", `ALTER TABLE "Application" DISABLE TRIGGER application_by_step`],
])("the right to change %s", async (_what, statement) => {
  expect(await refusal(statement)).toMatch(/^(permission denied|must be owner)/);
});
