// Names as people read them: compared without case, spaces, dashes, accents and invisible characters, and sorted in one
// order.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createRound } from "#lib/fund/commands.ts";
import { parseCriteria } from "#lib/fund/rules.ts";
import { criterionInput } from "#lib/fund/schema.ts";
import { fromDatabase } from "#lib/lifecycle/constraints.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { createPerson } from "#lib/people/commands.ts";
import { findActor, listPeople } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { byName, nameKey } from "#lib/platform/text.ts";
import { unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { saveView } from "#lib/views/commands.ts";
import { createAgency } from "./commands.ts";
import type { AgencyAnswers } from "./schema.ts";

useTestDatabase("template_demo");

const request = () => ({ requestId: randomUUID() });
const as = async (name: string) => asMfat((await findActor(`${name}@mfat.example`)) ?? never());
const never = (): never => {
  throw new Error("nobody");
};
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => Promise.reject(new Error("not refused")),
    (error) => error,
  );

const ALIKE = [
  ["New Zealand Police", "new zealand police"],
  ["New Zealand Police", "New  Zealand–Police"],
  ["New Zealand Police", "New Zealand Pol\u200bice"],
  ["Te Puni Kōkiri", "Te Puni Ko\u0304kiri"],
  ["Te Puni Kōkiri", "Te Puni Kokiri"],
  ["Fa‘asavalu", "Faʻasavalu"],
  ["★", " ★ "],
] as const;

test.each(ALIKE)("“%s” is read as “%s”, here and in the database, and other names are not", async (one, other) => {
  const keys = await db().$queryRaw<{ key: string }[]>`
    SELECT name_key(name) AS key FROM unnest(${[one, other, "Москва 2026/27", "★★"]}::text[]) WITH ORDINALITY t(name, n) ORDER BY n`;
  expect(keys.map(({ key }) => key)).toEqual([one, other, "Москва 2026/27", "★★"].map(nameKey));
  expect(nameKey(one)).toBe(nameKey(other));
  expect(new Set(["New Zealand Police", "Te Puni Kōkiri", "★", "★★", "Москва"].map(nameKey)).size).toBe(5);
});

const agency = (changes: Partial<AgencyAnswers>): AgencyAnswers => ({
  ...{
    name: "Ministry of Names",
    abbreviation: "MoN",
    kind: "department",
    emailDomains: "names.test",
    isActive: "yes",
  },
  ...changes,
});

test("an agency whose name or abbreviation is read like another’s is refused, and a domain of another is asked about", async () => {
  const desk = await as("desk");
  const add = (changes: Partial<AgencyAnswers>, isShared = false) =>
    createAgency(desk, request(), agency(changes), isShared);
  expect((await refusal(add({ name: "new  zealand police" }))).fields.name).toContain("New Zealand Police");
  expect((await refusal(add({ abbreviation: "nz\u200b police" }))).fields.abbreviation).toContain("New Zealand Police");
  const shared = await refusal(add({ emailDomains: "police.example" }));
  expect(shared.fields.sharedDomain).toContain("police.example belongs to New Zealand Police");
  expect(shared.questions).toHaveLength(1);
  await add({ emailDomains: "police.example" }, true);
});

test("two who give one name at once give it once, whatever they typed", async () => {
  const names = ["Agency of Races", "agency  of races", "Agency-of-Races"];
  const row = (name: string) => ({ name, abbreviation: randomUUID().slice(0, 8), kind: "other", emailDomains: [] });
  const both = await Promise.allSettled(names.map((name) => db().agency.create({ data: row(name) })));
  expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const one of both) {
    if (one.status === "rejected")
      expect(fromDatabase(one.reason)?.message).toBe("There is already an agency with this name.");
  }
  const short = await refusal(db().agency.create({ data: { ...row("Another"), abbreviation: "nz-police" } }));
  expect(fromDatabase(short)?.code).toBe("CONFLICT");
});

test("rounds, criteria and views are held in the same way", async () => {
  const desk = await as("desk");
  const { name } = await db().round.findFirstOrThrow({ where: { closesAt: null } });
  const round = {
    name: name.toUpperCase(),
    opensOn: new Date("2026-12-01"),
    closesOn: null,
    closesTime: null,
    money: null,
    minimumAssessments: 2,
    checklist: "Is it so?",
    tellEmails: null,
  };
  expect((await refusal(createRound(desk, request(), round))).fields).toHaveProperty("name");
  const criterion = (index: number, name: string) => ({
    [criterionInput(index, "name")]: name,
    [criterionInput(index, "weight")]: "50",
    [criterionInput(index, "sections")]: ["need"],
    ...Object.fromEntries([0, 1, 2, 3, 4].map((score) => [criterionInput(index, `anchor${score}`), "x"])),
  });
  const typed = { ...criterion(0, "Security need"), ...criterion(1, "security  Need") };
  expect(parseCriteria(typed, ["need"]).errors).toHaveProperty(criterionInput(1, "name"));
  await saveView(desk, request(), { name: "Fiji – mine", query: "place=FJ" });
  expect((await refusal(saveView(desk, request(), { name: "fiji - MINE", query: "place=FJ" }))).fields).toHaveProperty(
    "name",
  );
  const view = { personId: desk.personId, name: "FIJI—mine", query: "" };
  expect(fromDatabase(await refusal(db().savedView.create({ data: view })))?.message).toContain("view with this name");
  const { roundId, version, anchors } = await db().criterion.findFirstOrThrow({ where: { name: "Security need" } });
  const twice = { roundId, version, anchors, position: 99, name: "SECURITY NEED", weight: 1 };
  expect(fromDatabase(await refusal(db().criterion.create({ data: twice })))?.message).toContain("criterion");
});

test("somebody of the name that another has is asked about", async () => {
  const admin = await as("admin");
  const values = { name: "Hemi Walker", email: "hemi2@mfat.example", belongsTo: "MFAT", roles: ["ASSESSOR"] };
  const asked = await refusal(createPerson(admin, request(), values));
  expect(asked.fields.somebodyElse).toContain("Hēmi Walker (assessor1@mfat.example)");
  await createPerson(admin, request(), { ...values, somebodyElse: "yes" });
});

test("lists are in the order in which people look for a name", async () => {
  const names = [
    "Zoe",
    "‘Ofa",
    "Ofa",
    "ʻAkau",
    "Aroha",
    "Āwhina",
    "de la Cruz",
    "Dean",
    "Delta",
    "Ēnoka",
    "Enoka 2",
    "ngata",
    "Ngaire",
  ];
  const { id: agencyId } = await db().agency.findFirstOrThrow({ where: { abbreviation: "Customs" } });
  await unguarded().person.createMany({
    data: names.map((name, at) => ({ name, email: `order${at}@customs.example`, side: "AGENCY" as const, agencyId })),
  });
  const { people } = await listPeople(await as("admin"), { search: "order" });
  const listed = people.map(({ name }) => name);
  expect(listed.filter((name) => name !== "Ofa" && name !== "‘Ofa")).toEqual([
    "ʻAkau",
    "Aroha",
    "Āwhina",
    "de la Cruz",
    "Dean",
    "Delta",
    "Ēnoka",
    "Enoka 2",
    "Ngaire",
    "ngata",
    "Zoe",
  ]);
  expect(listed.slice(-3, -1).sort()).toEqual(["Ofa", "‘Ofa"].sort());
  expect([...names].sort(byName).filter((name) => !name.includes("Ofa"))).toEqual(
    listed.filter((name) => !name.includes("Ofa")),
  );
});
