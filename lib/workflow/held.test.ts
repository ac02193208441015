// What the database lets nobody do by the application's own login, with SQL of its own.
import pg from "pg";
import { describe, expect, test } from "vitest";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { event, useLogin } from "#lib/test-login.ts";
import { stepEdges } from "./steps.ts";

/** An application in each state that the tests need. */
const ids: Record<string, string> = {};

const { database, refusal } = useLogin(ids, async () => {
  for (const state of [
    "DRAFT",
    "CHANGES_REQUESTED",
    "SUBMITTED",
    "ASSESSMENT",
    "MODERATION",
    "DECISION",
    "APPROVED",
    "OFFERED",
    "ACTIVE",
    "CLOSING",
  ]) {
    const found = await db().application.findFirstOrThrow({
      where: {
        state: state as State,
        heldAt: null,
        ...(state === "ACTIVE" && { claims: { some: { state: "PAID" } } }),
        ...(state === "CLOSING" && { acquittals: { none: { surplusConfirmedAt: { not: null } } } }),
      },
      orderBy: { reference: "asc" },
    });
    ids[state] = found.id;
  }
});

const set = (application: string, columns: string) => `UPDATE "Application" SET ${columns} WHERE id = ${application}`;

const ATTACKS: [what: string, refusedBy: string, ...statements: string[]][] = [
  ["a state by itself", "Application_by_step", set("$SUBMITTED", "state = 'ACTIVE'")],
  [
    "a state with the event of a step from another one",
    "Application_by_step",
    set("$SUBMITTED", "state = 'ACTIVE'"),
    event("$SUBMITTED", "acceptOffer", "OFFERED", "ACTIVE"),
  ],
  [
    "a state with a step that the table does not have",
    "AuditEvent_step_of_the_table",
    set("$SUBMITTED", "state = 'ACTIVE'"),
    event("$SUBMITTED", "acceptOffer", "SUBMITTED", "ACTIVE"),
  ],
  [
    "the event of a step that was not taken",
    "Application_state_of_last_step",
    event("$OFFERED", "acceptOffer", "OFFERED", "ACTIVE"),
  ],
  [
    "the event of a step from where it does not stand",
    "AuditEvent_step_goes_on",
    event("$ACTIVE", "acceptOffer", "OFFERED", "ACTIVE"),
  ],
  [
    "two steps at once",
    "AuditEvent_step_goes_on",
    event("$ACTIVE", "putOnHold", "ACTIVE"),
    event("$ACTIVE", "resume", "ACTIVE"),
  ],
  [
    "an approval without a decision",
    "Application_state_as_decided",
    set("$DECISION", "state = 'APPROVED'"),
    event("$DECISION", "approve", "DECISION", "APPROVED"),
  ],
  [
    "an approved amount without a decision",
    "Application_approved_as_decided",
    set("$DECISION", `state = 'APPROVED', "approvedCents" = "recommendedCents"`),
    event("$DECISION", "approve", "DECISION", "APPROVED"),
  ],
  [
    "an acceptance without money",
    "Application_offered_as_approved",
    set("$OFFERED", "state = 'ACTIVE'"),
    event("$OFFERED", "acceptOffer", "OFFERED", "ACTIVE"),
  ],
  [
    "an acceptance that commits nothing",
    "Application_committed_as_approved",
    set("$OFFERED", "state = 'ACTIVE'"),
    `UPDATE "Offer" SET outcome = 'ACCEPTED', "answeredAt" = now() WHERE "applicationId" = $OFFERED AND outcome IS NULL`,
    `INSERT INTO "Arrangement" ("applicationId", "startsOn", "endsOn") VALUES ($OFFERED, now(), now())`,
    event("$OFFERED", "acceptOffer", "OFFERED", "ACTIVE"),
  ],
  [
    "a closing without an account",
    "Application_closed_once_acquitted",
    set("$CLOSING", "state = 'CLOSED'"),
    event("$CLOSING", "close", "CLOSING", "CLOSED"),
  ],
  [
    "a recommendation without one",
    "Application_checked_as_recommended",
    set("$MODERATION", "state = 'BUDGET_CHECK'"),
    event("$MODERATION", "recommend", "MODERATION", "BUDGET_CHECK"),
  ],
  [
    "an application that begins later than as a draft",
    "Application_begins_as_draft",
    `INSERT INTO "Application" (id, reference, "agencyId", "roundId", "createdById", state)
      SELECT gen_random_uuid(), 'PSF-2099-0001', "agencyId", "roundId", "createdById", 'ACTIVE' FROM "Application" LIMIT 1`,
  ],
  ["since when it stands there", "Application_by_step", set("$SUBMITTED", `"stateSince" = now()`)],
  ["an approved amount", "Application_by_step", set("$ACTIVE", `"approvedCents" = "approvedCents" + 1`)],
  [
    "an approved amount with another step's event",
    "Application_by_step",
    set("$ACTIVE", `"approvedCents" = "approvedCents" + 1`),
    event("$ACTIVE", "submitReport", "ACTIVE"),
  ],
  ["a recommended amount", "Application_by_step", set("$DECISION", `"recommendedCents" = 1`)],
  ["a requested amount", "Application_requested_by_agency", set("$DECISION", `"requestedCents" = 1`)],
  ["the days applied for", "Application_requested_by_agency", set("$ACTIVE", `"endsOn" = "endsOn" + 1`)],
  [
    "how a requested amount is split",
    "Application_requested_by_agency",
    `DELETE FROM "Phasing" WHERE "applicationId" = $DECISION AND kind = 'REQUESTED'`,
  ],
  [
    "what is requested by category",
    "Application_requested_by_agency",
    `DELETE FROM "ApplicationCategory" WHERE "applicationId" = $DECISION`,
  ],
  [
    "how an approved amount is split",
    "Phasing_by_step",
    `INSERT INTO "Phasing" ("applicationId", kind, "startYear", cents) VALUES ($OFFERED, 'APPROVED', 2090, 1)`,
  ],
  [
    "a split that is gone",
    "Phasing_by_step",
    `DELETE FROM "Phasing" WHERE "applicationId" = $OFFERED AND kind = 'APPROVED'`,
  ],
  [
    "a split that is not what is set aside, with the step that may change it",
    "Phasing_of_its_amount",
    `INSERT INTO "Phasing" ("applicationId", kind, "startYear", cents) VALUES ($DECISION, 'RECOMMENDED', 2090, 1)`,
    set("$DECISION", `state = 'APPROVED'`),
    event("$DECISION", "approve", "DECISION", "APPROVED"),
  ],
  ["a hold", "Application_by_step", set("$ACTIVE", `"heldAt" = now()`)],
  ["until when changes are due", "Application_by_step", set("$CHANGES_REQUESTED", `"changesDueAt" = now()`)],
  ["the version that is read", "Application_by_step", set("$SUBMITTED", `"versionNumber" = 0`)],
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
      SELECT gen_random_uuid(), 'DELEGATION', "personId", 'limit', 1, 'Forged', (SELECT id FROM "Person" LIMIT 1)
      FROM "Delegation" WHERE "limitCents" IS NOT NULL`,
    `UPDATE "ChangeRequest" SET state = 'CONFIRMED', "settledAt" = now(), "appliedAt" = now(),
      "settledById" = (SELECT id FROM "Person" OFFSET 1 LIMIT 1) WHERE reason = 'Forged'`,
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
    "money in the ledger that is of no payment",
    "LedgerEntry_of_payment",
    `INSERT INTO "LedgerEntry" ("startYear", "applicationId", kind, "paidCents", reason, "effectiveOn", "requestId")
      SELECT "startYear", $ACTIVE, 'RECOVER', -1, 'Forged', now(), gen_random_uuid() FROM "ApplicationFunding"
      WHERE "applicationId" = $ACTIVE AND "paidCents" > 0 LIMIT 1`,
  ],
  [
    "a decision that is reopened, and not on record",
    "Application_state_as_decided",
    set("$APPROVED", `state = 'DECISION', "approvedCents" = NULL`),
    event("$APPROVED", "reopenDecision", "APPROVED", "DECISION"),
  ],
  [
    "an assessment set aside out of the decision",
    "AuditEvent_step_of_the_table",
    set("$DECISION", `state = 'ASSESSMENT'`),
    event("$DECISION", "setAssessmentAside", "DECISION", "ASSESSMENT"),
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

describe("the application's own login is refused", () => {
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

  test("a step on what another session takes a step on: it waits for that one", async () => {
    const second = new pg.Client({ connectionString: database.databaseUrl });
    await second.connect();
    try {
      await second.query("BEGIN");
      await second.query(event(`'${ids.ACTIVE}'`, "putOnHold", "ACTIVE"));
      await second.query("SET CONSTRAINTS ALL IMMEDIATE");
      const hold = `SELECT FROM "Application" WHERE id = $ACTIVE FOR UPDATE NOWAIT`;
      expect(await refusal(hold)).toContain("could not obtain lock");
      await second.query("ROLLBACK");
      expect(await refusal(hold)).toBeUndefined();
    } finally {
      await second.end();
    }
  });

  test.each([
    ["the table of steps", `INSERT INTO "StepEdge" VALUES ('approve', 'DRAFT', 'ACTIVE', '{}')`],
    ["the table of steps", `UPDATE "StepEdge" SET changes = '{Offer}'`],
    ["an event's place in the trail", `INSERT INTO "AuditEvent" (id, event) VALUES (1, 'forged')`],
    ["a seal", `UPDATE "Assessment" SET seal = 'x'`],
    ["whose score it is", `UPDATE "AssessmentScore" SET "criterionId" = gen_random_uuid()`],
    ["whose application it is", `UPDATE "Application" SET "agencyId" = gen_random_uuid()`],
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

  test("control: what an agency writes, and an event that is no step, pass", async () => {
    expect(
      await refusal(
        set("$DRAFT", `"requestedCents" = 1, "endsOn" = "endsOn" + 1`),
        `DELETE FROM "Phasing" WHERE "applicationId" = $DRAFT AND kind = 'REQUESTED'`,
        `INSERT INTO "AuditEvent" (event) VALUES ('session.started')`,
      ),
    ).toBeUndefined();
  });

  test("control: a step that stays, with what it may change, passes", async () => {
    expect(
      await refusal(
        set("$ACTIVE", `"heldAt" = now(), revision = revision + 1`),
        event("$ACTIVE", "putOnHold", "ACTIVE"),
      ),
    ).toBeUndefined();
  });
});

test("the database knows the table of steps as it is", async () => {
  const held = await db().stepEdge.findMany();
  const lines = (edges: readonly { action: string; fromState: State; toState: State; changes: readonly string[] }[]) =>
    edges.map(({ action, fromState, toState, changes }) => [action, fromState, toState, ...changes].join(" ")).sort();
  expect(lines(held)).toEqual(lines(stepEdges()));
  expect(lines(held)).toContain("recommend MODERATION DECISION recommendedCents Recommendation Phasing");
});
