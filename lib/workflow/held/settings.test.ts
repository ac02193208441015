// What the database forbids about settings, files, letters and written text, to the application's own login with SQL of
// its own.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { db } from "#lib/platform/db.ts";
import { unguarded } from "#lib/testing/database.ts";
import { event, set, useStates } from "#lib/testing/login.ts";
import { listBreaches } from "./queries.ts";

const { ids, refusal } = useStates({
  ADMIN: "admin@mfat.example",
  APPROVER: "approver2@mfat.example",
  BUDGET: "budget@mfat.example",
  SECOND: "budget2@mfat.example",
  DESK: "desk@mfat.example",
  DESK_TWO: "desk2@mfat.example",
  CONTRIBUTOR: "contributor@police.example",
  OTHER_AGENCY: "contributor@customs.example",
});

/** An event about something, as anybody with the login could write it. */
const said = (what: string, actor: string, subject: string | null, application = "NULL", data = "NULL") =>
  `INSERT INTO "AuditEvent" (event, "actorId", subject, "applicationId", data)
   VALUES ('${what}', ${actor}, ${subject ?? "NULL"}, ${application}, ${data})`;
const about = (kind: string, id: string) => `'${kind}:' || ${id}`;

const later = `UPDATE "Round" SET "closesAt" = "closesAt" + interval '30 days' WHERE id = (SELECT "roundId" FROM "Application" WHERE id = $SUBMITTED)`;
const round = `(SELECT "roundId" FROM "Application" WHERE id = $SUBMITTED)`;
const criterion = `INSERT INTO "Criterion" (id, "roundId", position, name, weight, anchors)
  VALUES ('${randomUUID()}', ${round}, 99, 'Ours', 100, '{}')`;
const agency = `(SELECT "agencyId" FROM "Application" WHERE id = $SUBMITTED)`;
const mayNot = `UPDATE "Agency" SET "isActive" = false WHERE id = ${agency}`;
const template = `INSERT INTO "LetterTemplate" (id, kind, number, subject, body, "savedById")
  VALUES ('${randomUUID()}', 'OFFER', 99, 'An offer', 'All of it', $DESK)`;
const conditions = `INSERT INTO "ConditionList" (number, conditions, "savedById") VALUES (99, '{None}', $DESK)`;
const year = `(SELECT max("startYear") FROM "FinancialYear")`;
const cutoff = `UPDATE "FinancialYear" SET "cutoffOn" = make_date("startYear" + 1, 9, 30) WHERE "startYear" = ${year}`;
const expectation = `INSERT INTO "Expectation" (id, "applicationId", "startYear", cents, note, "notedById")
  SELECT gen_random_uuid(), "applicationId", "startYear", 0, 'Nothing', $BUDGET FROM "ApplicationFunding"
  WHERE "applicationId" = $ACTIVE LIMIT 1`;
const change = "'00000000-0000-7000-8000-000000000001'";
const asked = (by = "$BUDGET") => `INSERT INTO "ChangeRequest" (id, kind, cents, reason, "askedById")
  VALUES (${change}, 'THRESHOLD', 99999999900, 'Forged', ${by})`;
const confirmed = (
  by: string,
) => `UPDATE "ChangeRequest" SET state = 'CONFIRMED', "settledAt" = now(), "appliedAt" = now(),
  "settledById" = ${by} WHERE id = ${change}`;
const handed = (by: string) => `INSERT INTO "DeskOfficer" ("applicationId", "personId", "byId", reason)
  SELECT id, CASE "deskOfficerId" WHEN $DESK THEN $DESK_TWO::uuid ELSE $DESK END, ${by}, ${by === "NULL" ? by : "'Forged'"}
  FROM "Application" WHERE id = $SUBMITTED`;
const handedTo = `(SELECT jsonb_build_object('to', "deskOfficerId") FROM "Application" WHERE id = $SUBMITTED)`;
const assessorOf = `(SELECT jsonb_build_object('from', "assessorId") FROM "Assessment"
  WHERE "applicationId" = $ASSESSMENT AND status = 'UNASSIGNED' LIMIT 1)`;
const other = "(SELECT id FROM \"Agency\" WHERE abbreviation = 'Customs')";
const moved = `UPDATE "Application" SET "agencyId" = ${other} WHERE id = $SUBMITTED`;
const movedTo = (to = other) => `(SELECT jsonb_build_object('from', jsonb_build_object('id', g.id), 'to',
  jsonb_build_object('id', ${to})) FROM "Agency" g WHERE g.abbreviation = 'NZ Police')`;
const file = "'00000000-0000-7000-8000-000000000002'";
const uploaded = (state = "WAITING", by = "$CONTRIBUTOR") => `INSERT INTO "Document"
  (id, "agencyId", "fileName", "mediaType", "sizeBytes", sha256, "storageKey", "scanState", "uploadedById")
  SELECT ${file}, "agencyId", 'a.txt', 'text/plain', 1, repeat('0', 64), repeat('0', 48), '${state}', ${by}
  FROM "Person" WHERE id = $CONTRIBUTOR`;
const added = (by = "$CONTRIBUTOR") => said("document.added", by, about("document", file));
const removed = `UPDATE "ApplicationDocument" SET "removedAt" = now(), "removedById" = $CONTRIBUTOR
  WHERE "removedAt" IS NULL`;
const scanned = `UPDATE "Document" SET "scanState" = 'CLEAN', "scannedAt" = now() WHERE id = ${file}`;
const letter = `INSERT INTO "Letter" (id, "applicationId", kind, text, "sentById")
  VALUES ('${randomUUID()}', $ACTIVE, 'OFFER', 'All of it', $DESK)`;
const report = `UPDATE "Report" SET "values" = '{}', reason = 'Good' WHERE "applicationId" = $ACTIVE`;

const ATTACKS: [what: string, refusedBy: string, ...statements: string[]][] = [
  ["when a round closes", "Round_as_recorded", later],
  [
    "when a round closes, by another office",
    "Round_as_recorded",
    later,
    said("round.changed", "$BUDGET", about("round", round)),
  ],
  ["when another round closes", "Round_as_recorded", later, said("round.changed", "$DESK", about("round", "$DESK"))],
  [
    "a round",
    "Round_as_recorded",
    `INSERT INTO "Round" (id, name, "opensAt") VALUES ('${randomUUID()}', 'Forged', now())`,
  ],
  ["a criterion", "Criterion_as_recorded", criterion],
  ["that an agency may apply", "Agency_as_recorded", mayNot],
  [
    "an agency’s name and domains",
    "Agency_as_recorded",
    `UPDATE "Agency" SET name = 'Ours', "emailDomains" = '{evil.example}' WHERE id = ${agency}`,
  ],
  [
    "that an agency may apply, by itself",
    "Agency_as_recorded",
    mayNot,
    said("agency.changed", "$CONTRIBUTOR", about("agency", agency)),
  ],
  ["the text of a letter", "LetterTemplate_as_recorded", template],
  [
    "the text of a letter in another’s name",
    "LetterTemplate_as_recorded",
    template,
    said("letter.saved", "$DESK_TWO", "'letter:OFFER'"),
  ],
  ["the conditions", "ConditionList_as_recorded", conditions],
  ["a year’s cut-off day", "FinancialYear_as_recorded", cutoff],
  [
    "a year’s cut-off day, by the desk",
    "FinancialYear_as_recorded",
    cutoff,
    said("year.cutoffSet", "$DESK", about("year", year)),
  ],
  ["what is expected to be paid", "Expectation_as_recorded", expectation],
  ["a change that nobody asked for", "ChangeRequest_as_recorded", asked()],
  [
    "a change asked for by another office",
    "ChangeRequest_as_recorded",
    asked("$DESK"),
    said("change.asked", "$DESK", about("change", change)),
  ],
  [
    "a change that nobody confirmed",
    "ChangeRequest_as_recorded",
    asked(),
    said("change.asked", "$BUDGET", about("change", change)),
    confirmed("$SECOND"),
  ],
  [
    "a change confirmed by another office",
    "ChangeRequest_as_recorded",
    asked(),
    said("change.asked", "$BUDGET", about("change", change)),
    confirmed("$ADMIN"),
    said("change.confirmed", "$ADMIN", about("change", change)),
  ],
  [
    "a change confirmed in another’s name",
    "ChangeRequest_as_recorded",
    asked(),
    said("change.asked", "$BUDGET", about("change", change)),
    confirmed("$SECOND"),
    said("change.confirmed", "$BUDGET", about("change", change)),
  ],
  ["who looks after an application", "DeskOfficer_as_recorded", handed("$DESK")],
  ["who looks after it, as if the portal had chosen", "DeskOfficer_as_recorded", handed("NULL")],
  [
    "who looks after it, by another office",
    "DeskOfficer_as_recorded",
    handed("$BUDGET"),
    said("application.handedOver", "$BUDGET", null, "$SUBMITTED", handedTo),
  ],
  ...[
    ["by another office", "$BUDGET"],
    ["of somebody who still assesses", "$ADMIN"],
  ].map(([how, by = ""]): [string, string, ...string[]] => [
    `an assessment handed over ${how}`,
    "Assessment_by_step",
    `UPDATE "Assessment" SET status = 'UNASSIGNED' WHERE "applicationId" = $ASSESSMENT AND status = 'ASSIGNED'`,
    said("application.assessmentHandedOver", by, null, "$ASSESSMENT", assessorOf),
  ]),
  ["another agency of an application", "Application_moved_as_recorded", moved],
  [
    "another agency than was recorded",
    "Application_moved_as_recorded",
    moved,
    said("application.moved", "$DESK", null, "$SUBMITTED", movedTo("gen_random_uuid()")),
  ],
  [
    "another agency, by another office",
    "Application_moved_as_recorded",
    moved,
    said("application.moved", "$ADMIN", null, "$SUBMITTED", movedTo()),
  ],
  ["a file", "Document_as_recorded", uploaded()],
  ["a file of another agency", "Document_as_recorded", uploaded("WAITING", "$OTHER_AGENCY"), added("$OTHER_AGENCY")],
  ["a file that begins as clean", "Document_scanned_once", uploaded("CLEAN"), added()],
  ["a file that the scan has cleared", "Document_as_recorded", uploaded(), added(), scanned],
  [
    "a file that its agency has cleared",
    "Document_as_recorded",
    uploaded(),
    added(),
    scanned,
    said("document.scanned", "$CONTRIBUTOR", about("document", file)),
  ],
  ["what the scan said", "Document_scanned_once", `UPDATE "Document" SET "scanState" = 'CLEAN', "scannedAt" = now()`],
  ["a file that is gone", "ApplicationDocument_as_recorded", removed],
  [
    "a file of a version that was signed off",
    "VersionDocument_by_step",
    `INSERT INTO "VersionDocument" ("applicationId", number, "useId") SELECT "applicationId", 1, id FROM "ApplicationDocument" u
      WHERE NOT EXISTS (SELECT FROM "VersionDocument" v WHERE v."useId" = u.id AND v.number = 1)
        AND EXISTS (SELECT FROM "ApplicationVersion" v WHERE v."applicationId" = u."applicationId" AND v.number = 1) LIMIT 1`,
  ],
  [
    "a version",
    "ApplicationVersion_by_step",
    `INSERT INTO "ApplicationVersion" ("applicationId", number, answers, "formHash", "declarationHash", lists, "agencyName",
        "roundName", "certifierName", "requestedCents", "certifiedById")
      SELECT "applicationId", 99, answers, "formHash", "declarationHash", lists, "agencyName", "roundName", "certifierName",
        1, "certifiedById" FROM "ApplicationVersion" WHERE "applicationId" = $SUBMITTED AND number = 1`,
  ],
  ["a title", "Application_requested_by_agency", set("$SUBMITTED", "title = 'Ours'")],
  ["a marking", "Application_requested_by_agency", set("$ACTIVE", "marking = 'RESTRICTED'")],
  [
    "an answer",
    "Application_requested_by_agency",
    `UPDATE "ApplicationSection" SET "values" = '{}' WHERE "applicationId" = $SUBMITTED`,
  ],
  ["a place", "Application_requested_by_agency", `DELETE FROM "ApplicationPlace" WHERE "applicationId" = $ACTIVE`],
  [
    "a focus area",
    "Application_requested_by_agency",
    `DELETE FROM "ApplicationFocusArea" WHERE "applicationId" = $ACTIVE`,
  ],
  [
    "an answer of the screening",
    "ScreeningAnswer_while_submitted",
    `UPDATE "ScreeningAnswer" SET answer = 'NO' WHERE "applicationId" = $ASSESSMENT`,
  ],
  ["a letter", "Letter_by_step", letter],
  [
    "a letter with a step that sends none",
    "Letter_by_step",
    letter,
    set("$ACTIVE", `"heldAt" = now()`),
    event("$ACTIVE", "putOnHold", "ACTIVE"),
  ],
  [
    "unclaimed work",
    "Accrual_by_step",
    `INSERT INTO "Accrual" (id, "applicationId", "startYear", cents, work, "statedById")
      SELECT gen_random_uuid(), "applicationId", "startYear", 1, 'Forged', $CONTRIBUTOR FROM "ApplicationFunding" f
      WHERE "applicationId" = $ACTIVE ORDER BY "startYear" DESC LIMIT 1`,
  ],
  [
    "a line of an account",
    "AcquittalLine_by_step",
    `INSERT INTO "AcquittalLine" ("applicationId", number, position, category, "categoryName", description, "budgetCents", "actualCents")
      SELECT "applicationId", number, 99, 'other', 'Other', 'Forged', 1, 1 FROM "Acquittal" LIMIT 1`,
  ],
  ["what a report says, and what the desk answered", "Report_by_step", report],
  [
    "when an assessment was asked for",
    "Assessment_by_step",
    `UPDATE "Assessment" SET "assignedAt" = now() WHERE "applicationId" = $ASSESSMENT`,
  ],
  ["a mail", "Email_as_written", `UPDATE "Email" SET text = 'Pay us' WHERE NOT "isSecret"`],
  ["a place’s name", "permission denied", `UPDATE "Place" SET name = 'Ours'`],
];

test.each(ATTACKS)("%s: %s", async (_what, refusedBy, ...statements) => {
  expect(await refusal(...statements)).toMatch(new RegExp(`^${refusedBy}`));
});

test("control: each with the event of somebody who may passes", async () => {
  for (const statements of [
    [later, said("round.changed", "$DESK", about("round", round))],
    [criterion, said("round.criteriaChanged", "$DESK", about("round", round))],
    [mayNot, said("agency.changed", "$DESK", about("agency", agency))],
    [template, said("letter.saved", "$DESK", "'letter:OFFER'")],
    [conditions, said("conditions.saved", "$DESK", "'conditions:library'")],
    [cutoff, said("year.cutoffSet", "$BUDGET", about("year", year))],
    [expectation, said("expectation.noted", "$BUDGET", null, "$ACTIVE")],
    [
      asked(),
      said("change.asked", "$BUDGET", about("change", change)),
      confirmed("$APPROVER"),
      said("change.confirmed", "$APPROVER", about("change", change)),
    ],
    [handed("$ADMIN"), said("application.handedOver", "$ADMIN", null, "$SUBMITTED", handedTo)],
    [handed("NULL"), said("interest.declared", "$DESK", null, "$SUBMITTED")],
    [uploaded(), added(), scanned, said("document.scanned", "NULL", about("document", file))],
  ]) {
    expect([statements, await refusal(...statements)]).toEqual([statements, undefined]);
  }
});

test("what the owner of the tables has changed is found", async () => {
  const before = await listBreaches();
  expect(before).toEqual([{ rule: "PersonRole_as_recorded", what: "Newcomer" }]);
  const { agencyId, roundId, reference } = await db().application.findUniqueOrThrow({
    where: { id: ids.SUBMITTED ?? "" },
  });
  const [agencyBefore, roundBefore] = await Promise.all([
    db().agency.findUniqueOrThrow({ where: { id: agencyId } }),
    db().round.findUniqueOrThrow({ where: { id: roundId } }),
  ]);
  await unguarded().agency.update({ where: { id: agencyId }, data: { isActive: false } });
  await unguarded().round.update({ where: { id: roundId }, data: { opensAt: new Date(0) } });
  await unguarded().deskOfficer.create({
    data: { applicationId: ids.SUBMITTED ?? "", personId: ids.NEWCOMER ?? "", byId: ids.ADMIN ?? "", reason: "Forged" },
  });
  const threshold = { kind: "THRESHOLD", cents: 1n, reason: "Forged", askedById: ids.DESK ?? "" } as const;
  await unguarded().changeRequest.create({ data: threshold });
  const found = (await listBreaches()).filter(({ rule }) => rule !== before[0]?.rule);
  expect(found).toEqual([
    { rule: "Agency_as_recorded", what: agencyBefore.name },
    { rule: "ChangeRequest_as_recorded", what: expect.stringContaining("THRESHOLD") },
    { rule: "DeskOfficer_as_recorded", what: expect.stringContaining(reference) },
    { rule: "Round_as_recorded", what: roundBefore.name },
  ]);
});
