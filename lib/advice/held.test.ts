// What the database forbids about advice, to the application's own login with SQL of its own.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { db } from "#lib/platform/db.ts";
import { unguarded } from "#lib/testing/database.ts";
import { event as eventOf, useLogin } from "#lib/testing/login.ts";
import { listBreaches } from "#lib/workflow/held/queries.ts";

/** An open question on an application in assessment; one that is answered, and one that was passed over. */
const of: Record<string, string> = {};

const { refusal } = useLogin(of, async () => {
  const post = await db().person.findUniqueOrThrow({ where: { email: "suva.post@mfat.example" } });
  const desk = await db().person.findUniqueOrThrow({ where: { email: "desk@mfat.example" } });
  const legal = await db().person.findUniqueOrThrow({ where: { email: "legal@mfat.example" } });
  const open = await db().advice.findFirstOrThrow({ where: { state: "ASKED", adviserId: post.id } });
  const given = await db().advice.findFirstOrThrow({ where: { state: "GIVEN" } });
  const passed = await db().advice.findFirstOrThrow({ where: { state: "PASSED_OVER" } });
  const free = await db().application.findFirstOrThrow({
    where: { state: "ASSESSMENT", advice: { none: { adviserId: post.id } } },
  });
  Object.assign(of, { LEGAL: legal.id, POST: post.id, DESK: desk.id, FREE: free.id, APPLICATION: open.applicationId });
  Object.assign(of, { OPEN: open.id, GIVEN: given.id, PASSED: passed.id, DECIDED: given.applicationId });
});

const event = (application: string, action: string, state = "ASSESSMENT") => eventOf(application, action, state);
const asked = (application: string, adviser = "$POST", more = "") =>
  `INSERT INTO "Advice" (id, "applicationId", "adviserId", question, "askedById", "dueOn"${more && ", state, advice"})
   VALUES ('${randomUUID()}', ${application}, ${adviser}, 'Why?', $DESK, now()::date${more})`;
const change = (id: string, columns: string) => `UPDATE "Advice" SET ${columns} WHERE id = ${id}`;
const end = `state = 'WITHDRAWN', "endedById" = $DESK, "endedAt" = now(), "endReason" = 'No.'`;
const answer = `state = 'GIVEN', advice = 'Yes.', "givenAt" = now(), "versionNumber" = 1, duty = 'ADVISE'`;
const duty = (application: string) =>
  `INSERT INTO "Duty" ("applicationId", "personId", side, kind) VALUES (${application}, $POST, 'MFAT', 'ADVISE')`;
const declared = `INSERT INTO "InterestDeclaration" ("applicationId", "personId", "hasInterest", "isRecused") VALUES ($APPLICATION, $POST, false, false)`;
const declaredNow = `INSERT INTO "AuditEvent" (event, "applicationId", "actorId") VALUES ('interest.none', $APPLICATION, $POST)`;

const ATTACKS: [what: string, refusedBy: string, ...statements: string[]][] = [
  ["a question without a step", "Advice_by_step", asked("$FREE")],
  ["a question with another step", "Advice_by_step", asked("$FREE"), event("$FREE", "assignAssessors")],
  ["a question to somebody who does not advise", "Advice_asked_of_adviser", asked("$FREE", "$DESK")],
  ["a second one to the same adviser", "Advice_one_open", asked("$APPLICATION")],
  ["one that is answered already", "Advice_asked_of_adviser", asked("$FREE", "$POST", ", 'GIVEN', 'Yes.'")],
  ["an end without a step", "Advice_by_step", change("$OPEN", end)],
  ["an end without a reason", "Advice_ended", change("$OPEN", end.replace("'No.'", "''"))],
  ["another day without a step", "Advice_by_step", change("$OPEN", `"dueOn" = "dueOn" + 1`)],
  ["an answer without a declaration", "Advice_by_nobody_recused", change("$OPEN", answer)],
  ["an answer without the duty", "Advice_applicationId_adviserId_duty_fkey", declared, change("$OPEN", answer)],
  ["the duty without a declaration", "Duty_by_nobody_recused", duty("$APPLICATION")],
  ["an answer without a step", "Advice_by_step", declared, declaredNow, duty("$APPLICATION"), change("$OPEN", answer)],
  ["an answer of nothing", "Advice_given", declared, change("$OPEN", answer.replace("'Yes.'", "''"))],
  ["another answer", "Advice_goes_on", change("$GIVEN", "advice = 'No.'")],
  ["an answer once it was passed over", "Advice_goes_on", change("$PASSED", "state = 'ASKED'")],
  ["another question", "permission denied for table Advice", change("$OPEN", "question = 'Another?'")],
  ["another adviser", "permission denied for table Advice", change("$OPEN", `"adviserId" = $DESK`)],
  ["no question any more", "permission denied for table Advice", `DELETE FROM "Advice" WHERE id = $OPEN`],
  [
    "a recommendation while it is open",
    "Recommendation_with_advice",
    `INSERT INTO "InterestDeclaration" ("applicationId", "personId", "hasInterest", "isRecused")
      VALUES ($APPLICATION, $DESK, false, false) ON CONFLICT DO NOTHING`,
    `INSERT INTO "Duty" ("applicationId", "personId", side, kind) VALUES ($APPLICATION, $DESK, 'MFAT', 'RECOMMEND')`,
    `SET CONSTRAINTS recommended_with_advice IMMEDIATE`,
    `INSERT INTO "Recommendation" (id, "applicationId", outcome, "amountCents", conditions, rationale, "recommendedById")
      VALUES ('${randomUUID()}', $APPLICATION, 'DO_NOT_FUND', 0, '', 'No.', $DESK)`,
  ],
];

test.each(ATTACKS)("%s is refused: %s", async (_what, refusedBy, ...statements) => {
  expect(await refusal(...statements)).toMatch(new RegExp(`^.*${refusedBy}`));
});

test("control: what an adviser has written so far is saved, and the same with its step is let through", async () => {
  expect(await refusal(change("$OPEN", "draft = 'So far'"))).toBeUndefined();
  expect(await refusal(change("$OPEN", end), event("$APPLICATION", "withdrawQuestion"))).toBeUndefined();
  expect(await refusal(asked("$FREE"), event("$FREE", "askForAdvice"))).toBeUndefined();
  const given = [declared, declaredNow, duty("$APPLICATION"), change("$OPEN", answer)];
  const by = (who?: string) => eventOf("$APPLICATION", "giveAdvice", "ASSESSMENT", "ASSESSMENT", who);
  expect(await refusal(...given, by("$POST"))).toBeUndefined();
  // What somebody else answered in their place is not their advice.
  expect(await refusal(...given, by("$LEGAL"))).toMatch(/^Advice_by_who_took_the_step: adviserId/);
});

test("advice that the owner of the tables has changed is found", async () => {
  const rules = async () => (await listBreaches()).map(({ rule }) => rule);
  expect(await rules()).toEqual([]);
  const { advice } = await db().advice.findUniqueOrThrow({ where: { id: of.GIVEN ?? "" } });
  await unguarded().advice.update({ where: { id: of.GIVEN ?? "" }, data: { advice: "No." } });
  expect(await rules()).toEqual(["Advice_as_given"]);
  await unguarded().advice.update({ where: { id: of.GIVEN ?? "" }, data: { advice, adviserId: of.DESK ?? "" } });
  expect(await rules()).toEqual(["Advice_as_given"]);
});
