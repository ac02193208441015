// What the database forbids about people and their interests, to the application's own login with SQL of its own.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { db } from "#lib/platform/db.ts";
import { unguarded } from "#lib/testing/database.ts";
import { useLogin } from "#lib/testing/login.ts";
import { listBreaches } from "./queries.ts";

const ids: Record<string, string> = {};

const { refusal } = useLogin(ids, async () => {
  for (const [name, email] of [
    ["ADMIN", "admin@mfat.example"],
    ["DESK", "desk@mfat.example"],
    ["BUDGET", "budget@mfat.example"],
    ["APPROVER", "approver2@mfat.example"],
    ["POST", "suva.post@mfat.example"],
    ["LEGAL", "legal@mfat.example"],
    ["CERTIFIER", "certifier@police.example"],
    ["CONTRIBUTOR", "contributor@police.example"],
    ["OTHER_AGENCY", "contributor@customs.example"],
  ]) {
    ids[name ?? ""] = (await db().person.findUniqueOrThrow({ where: { email: email ?? "" } })).id;
  }
  const left = { email: "left@mfat.example", name: "Left", side: "MFAT", endedAt: new Date() } as const;
  ids.LEFT = (await unguarded().person.create({ data: left })).id;
  const fresh = async (name: string, role: "DESK" | "BUDGET") => {
    const person = { email: `${name.toLowerCase()}@mfat.example`, name, side: "MFAT" } as const;
    return (await unguarded().person.create({ data: { ...person, roles: { create: { role } } } })).id;
  };
  [ids.FRESH, ids.TIED] = [await fresh("Fresh", "DESK"), await fresh("Tied", "BUDGET")];
  ids.UNREAD = (await unguarded().application.findFirstOrThrow({ where: { versionNumber: { gt: 0 } } })).id;
  const read = { interests: { some: { personId: ids.DESK ?? "", isRecused: false } } };
  ids.READ = (await unguarded().application.findFirstOrThrow({ where: read })).id;
  const interest = { hasInterest: true, isRecused: true, description: "A cousin" };
  await unguarded().interestDeclaration.create({
    data: { applicationId: ids.UNREAD, personId: ids.TIED, ...interest },
  });
});

const said = (event: string, actor: string, about: string | null, data = "NULL", application = "NULL") =>
  `INSERT INTO "AuditEvent" (event, "actorId", subject, data, "applicationId")
   VALUES ('${event}', ${actor}, ${about ? `'person:' || ${about}` : "NULL"}, ${data === "NULL" ? data : `'${data}'`}, ${application})`;
const role = (person: string, name: string, side = "MFAT") =>
  `INSERT INTO "PersonRole" ("personId", side, role) VALUES (${person}, '${side}', '${name}')`;
const declare = (has: boolean, recused: boolean) =>
  `INSERT INTO "InterestDeclaration" ("applicationId", "personId", "hasInterest", "isRecused", description)
   VALUES ($UNREAD, $FRESH, ${has}, ${recused}, ${has ? "'A cousin'" : "NULL"})`;
const clear = `UPDATE "InterestDeclaration" SET "isRecused" = false, "clearedAt" = now(), "clearReason" = 'Forged', "clearedById" =`;
const tied = `WHERE "applicationId" = $UNREAD AND "personId" = $TIED`;
const later = (noted = "NULL") =>
  `INSERT INTO "LaterInterest" (id, "applicationId", "personId", description, "learnedOn", "notedById")
   VALUES ('${randomUUID()}', $READ, $DESK, 'A cousin', now()::date - 1, ${noted})`;
const deputy = `INSERT INTO "Deputy" (id, "approverId", "deputyId", "fromOn", "toOn")
   VALUES ('${randomUUID()}', $APPROVER, $DESK, now(), now() + interval '1 day')`;
const both = (...roles: string[]) => JSON.stringify({ after: { name: "", roles } });

const ATTACKS: [what: string, refusedBy: string, ...statements: string[]][] = [
  ["a role", "PersonRole_as_recorded", role("$DESK", "APPROVER")],
  [
    "a role that the event does not say",
    "PersonRole_as_recorded",
    role("$DESK", "APPROVER"),
    said("person.changed", "$ADMIN", "$DESK", both("DESK")),
  ],
  [
    "a role of one’s own",
    "PersonRole_as_recorded",
    role("$ADMIN", "APPROVER"),
    said("person.changed", "$ADMIN", "$ADMIN", both("ADMINISTRATOR", "APPROVER")),
  ],
  [
    "a role of MFAT’s by the desk",
    "PersonRole_as_recorded",
    role("$BUDGET", "APPROVER"),
    said("person.changed", "$DESK", "$BUDGET", both("BUDGET", "APPROVER")),
  ],
  [
    "a role by a certifier of another agency",
    "PersonRole_as_recorded",
    role("$OTHER_AGENCY", "CERTIFIER", "AGENCY"),
    said("person.changed", "$CERTIFIER", "$OTHER_AGENCY", both("CONTRIBUTOR", "CERTIFIER")),
  ],
  [
    "a third administrator from outside",
    "PersonRole_as_recorded",
    `INSERT INTO "Person" (id, email, name, side) VALUES ('${randomUUID()}', 'third@mfat.example', 'Third', 'MFAT')`,
    `INSERT INTO "PersonRole" ("personId", side, role) SELECT id, side, 'ADMINISTRATOR' FROM "Person" WHERE name = 'Third'`,
    `INSERT INTO "AuditEvent" (event, subject, data) SELECT 'person.created', 'person:' || id, '{"roles": ["ADMINISTRATOR"]}'
       FROM "Person" WHERE name = 'Third'`,
  ],
  ["a role that is gone", "PersonRole_as_recorded", `DELETE FROM "PersonRole" WHERE "personId" = $BUDGET`],
  ["an account that had ended", "Person_as_recorded", `UPDATE "Person" SET "endedAt" = NULL WHERE id = $LEFT`],
  ["an account that ends", "Person_as_recorded", `UPDATE "Person" SET "endedAt" = now() WHERE id = $BUDGET`],
  [
    "an account that its own holder restores",
    "Person_as_recorded",
    `UPDATE "Person" SET "endedAt" = NULL WHERE id = $LEFT`,
    said("person.restored", "$LEFT", "$LEFT"),
  ],
  ["another name", "Person_as_recorded", `UPDATE "Person" SET name = 'Mere Tuhoro' WHERE id = $DESK`],
  [
    "a place that an adviser reads",
    "AdviserPlace_as_recorded",
    `INSERT INTO "AdviserPlace" ("personId", "placeCode") VALUES ($POST, 'WS')`,
  ],
  [
    "a subject, by one’s own event",
    "AdviserPlace_as_recorded",
    `UPDATE "Person" SET "adviseOn" = 'Everything' WHERE id = $LEGAL`,
    said("adviser.changed", "$LEGAL", "$LEGAL"),
  ],
  [
    "a subject beside places",
    "AdviserPlace_or_subject",
    `UPDATE "Person" SET "adviseOn" = 'Fiji' WHERE id = $POST`,
    said("adviser.changed", "$ADMIN", "$POST"),
  ],
  ["a deputy", "Deputy_as_recorded", deputy],
  [
    "a deputy by their own event",
    "Deputy_as_recorded",
    deputy,
    `INSERT INTO "AuditEvent" (event, "actorId", subject, data)
       SELECT 'deputy.named', $DESK, 'person:' || $APPROVER, jsonb_build_object('deputyId', $DESK)`,
  ],
  ["a declaration", "InterestDeclaration_as_recorded", declare(false, false)],
  [
    "a declaration for somebody else",
    "InterestDeclaration_as_recorded",
    declare(false, false),
    said("interest.none", "$DESK", null, "NULL", "$UNREAD"),
  ],
  [
    "another declaration than the event says",
    "InterestDeclaration_as_recorded",
    declare(false, false),
    said("interest.declared", "$FRESH", null, "NULL", "$UNREAD"),
  ],
  ["an interest that does not recuse", "InterestDeclaration_recused", declare(true, false)],
  ["an interest that is cleared", "InterestDeclaration_as_recorded", `${clear} $ADMIN ${tied}`],
  [
    "an interest that the desk clears",
    "InterestDeclaration_as_recorded",
    `${clear} $DESK ${tied}`,
    said("interest.cleared", "$DESK", "$TIED", "NULL", "$UNREAD"),
  ],
  ["that there was one", "permission denied", `UPDATE "InterestDeclaration" SET "hasInterest" = false ${tied}`],
  ["what it was", "permission denied", `UPDATE "InterestDeclaration" SET description = 'None' ${tied}`],
  ["a later interest", "LaterInterest_as_recorded", later()],
  [
    "a later interest by who is not of the desk",
    "LaterInterest_as_recorded",
    later("$BUDGET"),
    said("interest.learned", "$BUDGET", "$DESK", "NULL", "$READ"),
  ],
];

test.each(ATTACKS)("%s: %s", async (_what, refusedBy, ...statements) => {
  expect(await refusal(...statements)).toMatch(new RegExp(`^${refusedBy}`));
});

test("control: each with the event of somebody who may passes", async () => {
  for (const statements of [
    [role("$DESK", "APPROVER"), said("person.changed", "$ADMIN", "$DESK", both("DESK", "APPROVER"))],
    [
      role("$CONTRIBUTOR", "FINANCE", "AGENCY"),
      said("person.changed", "$CERTIFIER", "$CONTRIBUTOR", both("CONTRIBUTOR", "FINANCE")),
    ],
    [`UPDATE "Person" SET "endedAt" = NULL WHERE id = $LEFT`, said("person.restored", "$ADMIN", "$LEFT")],
    [
      `INSERT INTO "AdviserPlace" ("personId", "placeCode") VALUES ($POST, 'WS')`,
      said("adviser.changed", "$ADMIN", "$POST"),
    ],
    [
      deputy,
      `INSERT INTO "AuditEvent" (event, "actorId", subject, data)
         SELECT 'deputy.named', $APPROVER, 'person:' || $APPROVER, jsonb_build_object('deputyId', $DESK)`,
    ],
    [declare(true, true), said("interest.declared", "$FRESH", null, "NULL", "$UNREAD")],
    [`${clear} $ADMIN ${tied}`, said("interest.cleared", "$ADMIN", "$TIED", "NULL", "$UNREAD")],
    [later(), said("interest.learned", "$DESK", null, "NULL", "$READ")],
  ]) {
    expect([statements, await refusal(...statements)]).toEqual([statements, undefined]);
  }
});

test("what the owner of the tables has changed is found", async () => {
  const rules = async () => (await listBreaches()).map(({ rule, what }) => `${rule} ${what.split(", ").at(-1)}`);
  // Those that this file starts with.
  const before = await rules();
  expect(before).toEqual([
    "InterestDeclaration_as_recorded Tied",
    "PersonRole_as_recorded Fresh",
    "PersonRole_as_recorded Tied",
    "Person_as_recorded Left",
  ]);
  const { DESK = "", POST = "", APPROVER = "", READ: applicationId = "" } = ids;
  await unguarded().personRole.create({ data: { personId: DESK, side: "MFAT", role: "APPROVER" } });
  await unguarded().person.update({ where: { id: APPROVER }, data: { endedAt: new Date() } });
  await unguarded().adviserPlace.create({ data: { personId: POST, placeCode: "WS" } });
  const days = { fromOn: new Date(), toOn: new Date() };
  await unguarded().deputy.create({ data: { approverId: APPROVER, deputyId: DESK, ...days } });
  await unguarded().laterInterest.create({
    data: { applicationId, personId: DESK, description: "-", learnedOn: new Date() },
  });
  expect((await rules()).filter((one) => !before.includes(one))).toEqual([
    "AdviserPlace_as_recorded Suva",
    "Deputy_as_recorded Mere Tūhoro",
    "InterestDeclaration_as_recorded Mere Tūhoro",
    "LaterInterest_as_recorded Mere Tūhoro",
    "PersonRole_as_recorded Mere Tūhoro",
    "Person_as_recorded Wiremu Grant",
  ]);
});
