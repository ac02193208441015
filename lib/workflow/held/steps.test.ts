// What the database forbids about states, amounts and days of an application, to the application's own login with SQL
// of its own.

import { expect, test } from "vitest";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { event, set, taken, useStates } from "#lib/testing/login.ts";
import { stepEdges } from "#lib/workflow/steps.ts";
import { inSession } from "../../../bin/test-server.ts";

const { ids, database, refusal } = useStates();

const ATTACKS: [what: string, refusedBy: string, ...statements: string[]][] = [
  ["a state by itself", "Application_by_step", set("$SUBMITTED", "state = 'ACTIVE'")],
  [
    "a state with the event of a step from another one",
    "Application_by_step",
    ...taken("$SUBMITTED", "acceptOffer", "OFFERED", "ACTIVE"),
  ],
  [
    "a state with a step that the table does not have",
    "AuditEvent_step_of_the_table",
    ...taken("$SUBMITTED", "acceptOffer", "SUBMITTED", "ACTIVE"),
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
    "a step by somebody of another office",
    "AuditEvent_by_its_office",
    set("$ACTIVE", `"heldAt" = now()`),
    event("$ACTIVE", "putOnHold", "ACTIVE", "ACTIVE", "$BUDGET_OFFICER"),
  ],
  [
    "a step by nobody",
    "AuditEvent_by_its_office",
    set("$ACTIVE", `"heldAt" = now()`),
    event("$ACTIVE", "putOnHold", "ACTIVE", "ACTIVE", "NULL"),
  ],
  [
    "a step by somebody of another agency",
    "AuditEvent_by_its_office",
    event(
      "$ACTIVE",
      "stateAccrual",
      "ACTIVE",
      "ACTIVE",
      `(SELECT p.id FROM "Person" p JOIN "PersonRole" r ON r."personId" = p.id AND r.role = 'CONTRIBUTOR' JOIN "Application" a
        ON a.id = $ACTIVE AND a."agencyId" <> p."agencyId" LIMIT 1)`,
    ),
  ],
  [
    "a step by somebody who has declared nothing",
    "AuditEvent_by_nobody_recused",
    set("$ACTIVE", `"heldAt" = now()`),
    event("$ACTIVE", "putOnHold", "ACTIVE", "ACTIVE", "$NEWCOMER"),
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
    ...taken("$DECISION", "approve", "DECISION", "APPROVED"),
  ],
  [
    "an approved amount without a decision",
    "Application_approved_as_decided",
    ...taken("$DECISION", "approve", "DECISION", "APPROVED", `"approvedCents" = "recommendedCents"`),
  ],
  [
    "an acceptance without money",
    "Application_offered_as_approved",
    ...taken("$OFFERED", "acceptOffer", "OFFERED", "ACTIVE"),
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
    ...taken("$CLOSING", "close", "CLOSING", "CLOSED"),
  ],
  [
    "a recommendation without one",
    "Application_checked_as_recommended",
    ...taken("$MODERATION", "recommend", "MODERATION", "BUDGET_CHECK"),
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
    ...taken("$DECISION", "approve", "DECISION", "APPROVED"),
  ],
  ["a hold", "Application_by_step", set("$ACTIVE", `"heldAt" = now()`)],
  ["until when changes are due", "Application_by_step", set("$CHANGES_REQUESTED", `"changesDueAt" = now()`)],
  ["the version that is read", "Application_by_step", set("$SUBMITTED", `"versionNumber" = 0`)],
  [
    "a decision that is reopened, and not on record",
    "Application_state_as_decided",
    ...taken("$APPROVED", "reopenDecision", "APPROVED", "DECISION", `"approvedCents" = NULL`),
  ],
  [
    "an assessment set aside out of the decision",
    "AuditEvent_step_of_the_table",
    ...taken("$DECISION", "setAssessmentAside", "DECISION", "ASSESSMENT"),
  ],
];

test.each(ATTACKS)("%s: %s", async (_what, refusedBy, ...statements) => {
  expect(await refusal(...statements)).toMatch(new RegExp(`^${refusedBy}`));
});

test("a step on what another session takes a step on: it waits for that one", async () => {
  await inSession(database.databaseUrl, async (second) => {
    await second.query("BEGIN");
    await second.query(event(`'${ids.ACTIVE}'`, "putOnHold", "ACTIVE"));
    await second.query("SET CONSTRAINTS ALL IMMEDIATE");
    const hold = `SELECT FROM "Application" WHERE id = $ACTIVE FOR UPDATE NOWAIT`;
    expect(await refusal(hold)).toContain("could not obtain lock");
    await second.query("ROLLBACK");
    expect(await refusal(hold)).toBeUndefined();
  });
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
    await refusal(set("$ACTIVE", `"heldAt" = now(), revision = revision + 1`), event("$ACTIVE", "putOnHold", "ACTIVE")),
  ).toBeUndefined();
});

test("the database knows the table of steps as it is", async () => {
  const held = await db().stepEdge.findMany();
  const lines = (
    edges: readonly {
      action: string;
      fromState: State;
      toState: State;
      changes: readonly string[];
      roles: readonly string[];
    }[],
  ) =>
    edges
      .map(({ action, fromState, toState, changes, roles }) =>
        [action, fromState, toState, ...roles, ...changes].join(" "),
      )
      .sort();
  expect(lines(held)).toEqual(lines(stepEdges()));
  expect(lines(held)).toContain(
    "recommend MODERATION DECISION DESK recommendedCents Recommendation Phasing LedgerEntry",
  );
});
