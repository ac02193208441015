// Saved views and exported lists, on the demonstration's applications.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Actor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { useTestDatabase } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { deleteView, exportApplications, renameView, saveView } from "./commands.ts";
import { getView, listApplications, listViews, readFilterLists } from "./queries.ts";
import { readSearch } from "./schema.ts";

useTestDatabase("template_demo");

async function actorOf(email: string): Promise<Actor> {
  const actor = await findActor(email);
  if (!actor) throw new Error("The demo has no such person.");
  return actor;
}

const request = () => ({ requestId: randomUUID(), remoteAddress: "192.0.2.1" });
const namesOf = async (actor: Actor) => (await listViews(actor)).map(({ name, query }) => [name, query]);
const eventsOf = ({ personId }: Actor, event: string) =>
  db().auditEvent.findMany({ where: { event, actorId: personId }, orderBy: { id: "asc" } });

test("a view is saved once, renamed and deleted by its owner alone, each on record", async () => {
  const desk = await actorOf("desk@mfat.example");
  const other = await actorOf("budget@mfat.example");
  const police = await actorOf("contributor@police.example");
  const once = request();
  const view = { name: "Waiting for me", query: "waitsOn=DESK&sort=longest" };
  await Promise.all([1, 2, 3].map(() => saveView(desk, once, view)));
  await saveView(other, request(), view);
  expect(await namesOf(desk)).toEqual([[view.name, view.query]]);
  await expect(saveView(desk, request(), view)).rejects.toMatchObject({ fields: { name: expect.any(String) } });
  await saveView(desk, request(), { name: "Fiji", query: "place=FJ" });
  const { id } = (await listViews(desk)).find(({ name }) => name === "Fiji") ?? { id: "" };

  for (const somebody of [other, police]) {
    await expect(getView(somebody, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(renameView(somebody, await asShown(id), id, "Mine")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(deleteView(somebody, await asShown(id), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  }
  await expect(getView(desk, "no id")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(renameView(desk, await asShown(id), id, view.name)).rejects.toMatchObject({ code: "INVALID" });
  await expect(renameView(desk, await asShown(id), id, "Fiji")).rejects.toMatchObject({ code: "STATE" });
  await renameView(desk, await asShown(id), id, "Fiji waters");
  await renameView(desk, await asShown(id), id, "Fiji and its seas");
  const last = (await listViews(desk)).find(({ name }) => name === view.name)?.id ?? "";
  await deleteView(desk, { ...(await asShown(last)), remoteAddress: "192.0.2.1" }, last);
  expect(await namesOf(desk)).toEqual([["Fiji and its seas", "place=FJ"]]);
  expect(await namesOf(other)).toEqual([[view.name, view.query]]);
  expect((await eventsOf(desk, "view.saved")).map(({ data }) => data)).toMatchObject([
    view,
    { name: "Fiji", query: "place=FJ" },
  ]);
  expect(await eventsOf(desk, "view.renamed")).toHaveLength(2);
  expect(await eventsOf(desk, "view.deleted")).toMatchObject([{ data: view, remoteAddress: "192.0.2.1" }]);
});

test("nobody keeps more views than a list can show, and the database refuses a name of no use", async () => {
  const actor = await actorOf("approver1@mfat.example");
  for (let index = 0; index < 50; index++) await saveView(actor, request(), { name: `View ${index}`, query: "" });
  const more = saveView(actor, request(), { name: "One more", query: "" });
  await expect(more).rejects.toMatchObject({ fields: { name: expect.stringContaining("50") } });
  const { personId } = actor;
  for (const data of [
    { name: "", query: "" },
    { name: "x".repeat(61), query: "" },
    { name: "Long", query: "x".repeat(2_001) },
  ]) {
    await expect(db().savedView.create({ data: { personId, ...data } })).rejects.toThrow(/SavedView_/);
  }
});

for (const [email, sent] of [
  ["desk@mfat.example", { sort: "largest" }],
  ["desk@mfat.example", { state: "OPEN", words: "pacific" }],
  ["assessor1@mfat.example", {}],
  ["contributor@police.example", { sort: "reference" }],
] as const) {
  test(`an export is what ${email} sees on the screen with ${JSON.stringify(sent)}, with its sum, and on record`, async () => {
    const actor = await actorOf(email);
    const search = readSearch(actor.side, sent, await readFilterLists(actor));
    if (search.errors) throw new Error(JSON.stringify(search.errors));
    const sheet = await exportApplications(actor, { format: "csv" }, search);
    const headers = sheet.columns.map(({ header }) => header);
    const column = (header: string) => sheet.rows.map((row) => row[headers.indexOf(header)]);
    const { rows, totals } = await listApplications(actor, search.filter);
    expect(rows.length).toBeGreaterThan(0);
    expect(sheet.rows).toHaveLength(totals.count);
    expect(column("Reference").slice(0, 25)).toEqual(rows.map(({ reference }) => reference));
    expect(column("Requested").slice(0, 25)).toEqual(rows.map(({ requestedCents }) => requestedCents));
    expect(sheet.total?.[headers.indexOf("Requested")]).toBe(totals.requestedCents);
    expect(headers.includes("Recommended")).toBe(actor.side === "MFAT");
    const marked = column("Marking").some((marking) => String(marking).startsWith("IN-CONFIDENCE"));
    expect(sheet.marking).toBe(marked ? "IN-CONFIDENCE" : "UNCLASSIFIED");
    expect((await eventsOf(actor, "applications.exported")).at(-1)?.data).toEqual({
      format: "csv",
      query: search.query,
      rows: totals.count,
      marking: sheet.marking,
    });
  });
}
