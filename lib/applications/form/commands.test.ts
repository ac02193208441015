import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { text, type Values } from "#lib/form/fields.ts";
import { markOf } from "#lib/form/merge.ts";
import { type AgencyActor, asAgency } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { saveSection } from "./commands.ts";
import { NEED_FIELDS } from "./need.ts";

useTestDatabase("template_demo");

const BEFORE = { threat: "Boats", importance: "Trade" };

/** A draft whose need says BEFORE, and two people at its agency who write in it. */
async function twoWriters() {
  const actorOf = async (email: string) => asAgency((await findActor(email)) ?? expect.fail(email));
  const mine = await actorOf("contributor@police.example");
  const { personId } = await actorOf("certifier@police.example");
  const { reference, id } = await db().application.findFirstOrThrow({
    where: { state: "DRAFT", agency: { abbreviation: "NZ Police" } },
  });
  const { name } = await db().person.findUniqueOrThrow({ where: { id: personId } });
  const save = (actor: AgencyActor, values: Values, how: "whole" | "part" | "passing") =>
    saveSection(actor, reference, "need", values, how);
  await save(mine, BEFORE, "part");
  const stored = async () => {
    const row = await db().applicationSection.findUniqueOrThrow({
      where: { applicationId_section: { applicationId: id, section: "need" } },
    });
    return row.values as Values;
  };
  const form = () => ({ ...BEFORE, shown: markOf(NEED_FIELDS, BEFORE), requestId: randomUUID() });
  return { mine, theirs: { ...mine, personId }, name, save, stored, form };
}

test("two people in one section: both keep their fields, and the second chooses where both wrote", async () => {
  const { mine, theirs, name, save, stored, form } = await twoWriters();
  const [first, second] = [form(), form()];
  await save(theirs, { ...second, threat: "Theirs" }, "passing");
  const passed = await save(mine, { ...first, importance: "Mine" }, "passing");
  expect(passed).toMatchObject({ taken: [{ by: name }], differing: [] });
  expect(await stored()).toEqual({ threat: "Theirs", importance: "Mine" });

  // The form still says who changed it right after the writer's own autosave.
  const sent = { ...first, importance: "Mine", threat: "Mine too", shown: passed.shown };
  expect(await save(mine, sent, "passing")).toMatchObject({ differing: [{ by: name }] });
  expect(await stored()).toEqual({ threat: "Theirs", importance: "Mine" });
  const refused = await save(mine, sent, "part").catch((error) => error);
  expect(refused.questions).toEqual([
    expect.objectContaining({ name: "choose.threat", hint: expect.stringContaining(name) }),
  ]);
  const [keepMine] = refused.questions[0].options;
  // A choice is kept, and shown, where something else is refused.
  const [, keepTheirs] = refused.questions[0].options;
  const chosen = { ...sent, "choose.threat": keepTheirs.value };
  expect(await save(mine, chosen, "whole").catch((error) => error)).toMatchObject({
    code: "INVALID",
    fields: { whyNewZealand: expect.any(String) },
    questions: [{ name: "choose.threat" }],
  });
  await save(mine, { ...sent, "choose.threat": keepMine.value }, "part");
  expect(text(await stored(), "threat")).toBe("Mine too");
});

test("a save whose answer was lost is no conflict with oneself", async () => {
  const { mine, save, stored, form } = await twoWriters();
  const first = form();
  await save(mine, { ...first, threat: "Arrived, and not answered" }, "passing");
  expect(await save(mine, { ...first, threat: "Typed on" }, "passing")).toMatchObject({ differing: [] });
  expect(text(await stored(), "threat")).toBe("Typed on");
  // Control: another form that had shown the same has to choose.
  expect(await save(mine, { ...form(), threat: "Another window" }, "passing")).toMatchObject({
    differing: [{ label: NEED_FIELDS[0].label }],
  });
});

test("a text over its limit is stored while it is written, and said", async () => {
  const { mine, save, stored, form } = await twoWriters();
  const threat = "word ".repeat(501).trim();
  const saved = await save(mine, { ...form(), threat }, "passing");
  expect(saved.wrongTexts).toEqual(["The security threat or gap must be 500 words or fewer; it has 501"]);
  expect((await stored()).threat).toBe(threat);
});
