// What was certified reads as it was certified, whatever happens to the form, the lists and the names afterwards; and a
// draft moves to a new release of the form without losing a word.
import { randomUUID } from "node:crypto";
import { beforeAll, expect, test, vi } from "vitest";
import { getAnswers, getDraft, readChanges } from "#lib/applications/answers/queries.ts";
import { createApplication, sendForSignOff, signOffAndSubmit } from "#lib/applications/commands.ts";
import { getApplication } from "#lib/applications/queries.ts";
import { askForChanges } from "#lib/applications/screening/commands.ts";
import { answerInput } from "#lib/applications/screening/schema.ts";
import { keepReleases } from "#lib/form/commands.ts";
import type { Field, Values } from "#lib/form/fields.ts";
import { markOf } from "#lib/form/merge.ts";
import { newestOf, type Release } from "#lib/form/versions.ts";
import { type AgencyActor, asAgency, asMfat, type MfatActor } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { getCopy, getDecisionNote } from "#lib/records/queries.ts";
import { applicationPaper } from "#lib/records/rules.ts";
import { readBasis } from "#lib/reports/queries.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { FORMS, hashOf, nextRelease } from "../../../bin/forms.ts";
import { saveSection } from "./commands.ts";
import { APPLICATION_RELEASES } from "./releases.ts";
import { readSection, SECTIONS, type SectionKey } from "./sections.ts";

useTestDatabase("template_demo");

const AT = new Date("2027-01-01T00:00:00Z");
let desk: MfatActor;
let writer: AgencyActor;
let certifier: AgencyActor;
let signed: { id: string; reference: string };
/** A draft with the same answers. */
let draft: { id: string; reference: string };
let before: Awaited<ReturnType<typeof readings>>;

const request = async ({ id }: { id: string }) => {
  const { revision } = await db().application.findUniqueOrThrow({ where: { id } });
  return { requestId: randomUUID(), revision };
};
const actorOf = async (email: string) => (await findActor(email)) ?? expect.fail(`nobody is ${email}`);
const POSITION = { isAccurate: true, isAuthorised: true, isPeopleTold: true, position: "Deputy Secretary" } as const;

/** Everything that is made from a version: data for pages, paper (for print and PDF), and what reports are based on. */
async function readings({ id, reference }: { id: string; reference: string }, number: number) {
  const [forDesk, forAgency] = [await getApplication(desk, reference), await getApplication(writer, reference)];
  const answers = await getAnswers(desk, forDesk, number);
  expect(await getAnswers(writer, forAgency, number)).toEqual(answers);
  const copy = await getCopy(desk, reference);
  const paper = applicationPaper({ ...copy, answers: answers ?? copy.answers }, "MFAT", AT);
  const isFact = (item: { label?: string }) =>
    item.label === "State" || item.label === "Agency" || item.label === "Round";
  return {
    answers,
    paper,
    facts: paper.sections[0]?.items.filter((item) => "label" in item && isFact(item) && item.label !== "State"),
    sections: paper.sections.slice(1),
    basis: await readBasis(db(), { id, versionNumber: number }),
  };
}

const sectionOf = <Section extends { key: string }>(sections: readonly Section[] | undefined, key: SectionKey) =>
  sections?.find((one) => one.key === key) ?? expect.fail(`no section ${key}`);

const need = (name: string): Field =>
  SECTIONS.need.fields().find((field) => field.name === name) ?? expect.fail(`no field ${name}`);

/**
 * "threat" is renamed to "danger", "importance" has other words, "otherWork" is no longer asked, and "evidence" is new.
 */
function askOtherwise() {
  const evidence = { kind: "text", name: "evidence", label: "Your evidence", missing: "Enter your evidence" } as const;
  const fields = [
    { ...need("threat"), name: "danger", label: "The danger", wordsMax: 500 },
    { ...need("importance"), label: "Why it matters to everybody" },
    need("whyNewZealand"),
    evidence,
  ];
  vi.spyOn(SECTIONS.need, "fields").mockReturnValue(fields as never);
  // One category is no longer offered; a column of the activities is renamed.
  const budget = SECTIONS.budget.fields().map((field): Field => {
    if (field.kind !== "rows" || field.name !== "lines") return field;
    const columns = field.columns.map(
      (column): Field =>
        column.kind === "choice" && typeof column.options !== "string"
          ? { ...column, options: column.options.filter(({ value }) => value !== "travel") }
          : column,
    );
    return { ...field, columns };
  });
  vi.spyOn(SECTIONS.budget, "fields").mockReturnValue(budget);
  const activities = SECTIONS.activities.fields().map((field): Field => {
    if (field.kind !== "rows") return field;
    const columns = field.columns.map((column) => (column.name === "where" ? { ...column, name: "at" } : column));
    return { ...field, columns };
  });
  vi.spyOn(SECTIONS.activities, "fields").mockReturnValue(activities as never);
}

function release(): Release {
  const form = FORMS.find(({ kind }) => kind === "APPLICATION") ?? expect.fail("no form");
  return (
    nextRelease(form, { need: { threat: "danger" }, activities: { "activities.where": "activities.at" } }) ??
    expect.fail("nothing has changed")
  );
}

const FIRST_NUMBER = newestOf(APPLICATION_RELEASES).number;
const sent = (values: Values, key: SectionKey): Values => ({
  ...values,
  requestId: randomUUID(),
  shown: `form=${FIRST_NUMBER} ${markOf(SECTIONS[key].fields(), values)}`,
});

beforeAll(async () => {
  desk = asMfat(await actorOf("desk@mfat.example"));
  const waiting = await db().application.findFirstOrThrow({ where: { state: "SIGN_OFF" } });
  const personOf = async (role: "CONTRIBUTOR" | "CERTIFIER") => {
    const { email } = await db().person.findFirstOrThrow({
      where: { agencyId: waiting.agencyId, roles: { some: { role } } },
    });
    return asAgency(await actorOf(email));
  };
  writer = await personOf("CONTRIBUTOR");
  certifier = await personOf("CERTIFIER");
  signed = waiting;
  const budget = { applicationId_section: { applicationId: signed.id, section: "budget" } };
  const row = await db().applicationSection.findUniqueOrThrow({ where: budget });
  await unguarded().applicationSection.update({
    where: budget,
    data: { values: { ...(row.values as object), "lines.0.category": "travel" } },
  });
  await signOffAndSubmit(certifier, await request(signed), signed.reference, POSITION);
  await declareNone(desk.personId, signed);
  const roundId = (await db().round.findFirstOrThrow({ where: { opensAt: { lte: new Date() }, closesAt: null } })).id;
  const reference = await createApplication(writer, { requestId: randomUUID() }, roundId, signed.reference);
  draft = await db().application.findUniqueOrThrow({ where: { reference } });
  before = await readings(signed, 1);
});

test("what was submitted on an older form is neither moved nor changed by a page that was still open", async () => {
  const newest = await db().application.findUniqueOrThrow({ where: { id: signed.id } });
  await unguarded().application.update({ where: { id: signed.id }, data: { formNumber: 0 } });
  await expect(
    saveSection(writer, signed.reference, "need", sent({ threat: "Late" }, "need"), "part"),
  ).rejects.toMatchObject({ code: "STATE" });
  await unguarded().application.update({ where: { id: signed.id }, data: { formNumber: newest.formNumber } });
});

test("a version keeps its forms, what was chosen from lists, its years and names, and the database keeps them for good", async () => {
  const version = await db().applicationVersion.findFirstOrThrow({
    where: { applicationId: signed.id },
    include: { form: true },
  });
  const lists = version.lists as Record<string, { value: string; label: string }[]>;
  const { number, hash } = newestOf(APPLICATION_RELEASES);
  expect(version.form).toMatchObject({ kind: "APPLICATION", number, hash });
  expect(version.certifierName).toBe(certifier.name);
  expect(lists.years).toHaveLength(3);
  expect(lists.places?.length).toBeGreaterThan(0);
  // Only what was chosen is kept.
  expect(lists.places?.length).toBeLessThan(await db().place.count());
  await expect(db().formRelease.update({ where: { hash: version.formHash }, data: { number: 9 } })).rejects.toThrow();
  await expect(db().formRelease.delete({ where: { hash: version.formHash } })).rejects.toThrow();
  const edited = { hash: "0".repeat(64), kind: "APPLICATION" as const, number: 7, content: "{}" };
  await expect(db().formRelease.create({ data: edited })).rejects.toThrow(/FormRelease_hash/);
});

test("agency, round, certifier, place and focus area are called otherwise: the version is not, and today’s page is", async () => {
  const application = await db().application.findUniqueOrThrow({
    where: { id: signed.id },
    include: { agency: true, round: true },
  });
  const old = { agency: application.agency.name, round: application.round.name, by: certifier.name };
  await unguarded().agency.update({ where: { id: application.agencyId }, data: { name: "Ministry of Tomorrow" } });
  await unguarded().round.update({ where: { id: application.roundId }, data: { name: "Round of tomorrow" } });
  await unguarded().person.update({ where: { id: certifier.personId }, data: { name: "Aroha Married-Since" } });
  certifier = { ...certifier, name: "Aroha Married-Since" };
  for (const { code, name } of await db().place.findMany()) {
    await unguarded().place.update({ where: { code }, data: { name: `${name} of tomorrow` } });
  }
  for (const { code, name } of await db().focusArea.findMany()) {
    await unguarded().focusArea.update({ where: { code }, data: { name: `${name} of tomorrow` } });
  }
  const after = await readings(signed, 1);
  expect(after).toEqual(before);
  expect(after.answers?.certified).toMatchObject(old);
  expect(after.facts).toEqual([
    { kind: "answer", label: "Agency", lines: [old.agency] },
    { kind: "answer", label: "Round", lines: [old.round] },
  ]);
  expect(JSON.stringify(after.paper)).not.toMatch(/tomorrow|Married-Since/i);
  const today = await getApplication(desk, signed.reference);
  expect([today.agency.name, today.round.name]).toEqual(["Ministry of Tomorrow", "Round of tomorrow"]);
  expect(today.places.every(({ place }) => place.name.endsWith("of tomorrow"))).toBe(true);
});

test("a decision note names who signed off as they were called then", async () => {
  const decided = await db().application.findFirstOrThrow({ where: { state: "DECISION" }, include: { agency: true } });
  const { certifierName, certifiedById } = await db().applicationVersion.findFirstOrThrow({
    where: { applicationId: decided.id },
  });
  await declareNone(desk.personId, decided);
  await unguarded().person.update({ where: { id: certifiedById }, data: { name: "Somebody Else-Now" } });
  const note = await getDecisionNote(desk, decided.reference);
  expect(note.versions.at(-1)).toMatchObject({ certifiedBy: certifierName });
  expect(
    JSON.stringify(note.versions, (_name, value) => (typeof value === "bigint" ? String(value) : value)),
  ).not.toContain("Else-Now");
});

test("a new release changes nothing of what was signed off on the one before", async () => {
  const typedBefore = before.answers?.sections.map(({ key, values }) => [key, values] as const) ?? [];
  askOtherwise();
  APPLICATION_RELEASES.push(release());
  const after = await readings(signed, 1);
  // Under the current names, and in the words of that day.
  expect(after.paper).toEqual(before.paper);
  expect(after.basis.milestones).toHaveLength(before.basis.milestones.length);
  expect(sectionOf(after.answers?.sections, "need").fields.map(({ name, label }) => [name, label])).toEqual([
    ["danger", "The security threat or gap"],
    ["importance", "Why it matters to the Pacific partner and to New Zealand"],
    ["whyNewZealand", "Why New Zealand should act"],
    ["otherWork", "What else is being done, and who is doing it"],
  ]);
  // Control: read by the current fields, as before versions kept their forms, it says less and different things.
  const values = new Map(typedBefore);
  const years = after.answers?.years ?? [];
  const byToday = readSection("need", values.get("need") ?? {}, after.answers?.lists ?? {}, years);
  expect(byToday.danger).toBeNull();
  expect(byToday).not.toHaveProperty("otherWork");
  expect(sectionOf(before.answers?.sections, "need").answers).toMatchObject({
    threat: sectionOf(after.answers?.sections, "need").answers?.danger,
  });
});

test("a draft moves to the release: answers keep under new names, what is not asked any more can be read", async () => {
  const stored = await db().applicationSection.findMany({ where: { applicationId: draft.id } });
  const typed = stored.find(({ section }) => section === "need")?.values as Record<string, string>;
  const { sections } = await getDraft(writer, await getApplication(writer, draft.reference));
  const moved = sectionOf(sections, "need");
  expect(moved.values).toMatchObject({ danger: typed.threat, importance: typed.importance });
  expect(moved.answers).toMatchObject({ danger: typed.threat, evidence: null });
  expect(moved.status).toBe("in progress");
  expect(moved.former).toEqual([{ label: "What else is being done, and who is doing it", lines: [typed.otherWork] }]);
  // What is no longer offered is shown in words, and asked again.
  const budget = sectionOf(sections, "budget");
  expect(budget.status).toBe("in progress");
  expect(JSON.stringify(budget.fields)).toContain('"retired":[{"value":"travel","label":"Travel"}]');
  await expect(
    saveSection(writer, draft.reference, "budget", sent(budget.values, "budget"), "whole"),
  ).rejects.toMatchObject({
    fields: { "lines.0.category": expect.stringContaining("Choose a category") },
  });
  // Nothing is stored before something is saved; then all sections are.
  const isOld = { where: { applicationId_section: { applicationId: draft.id, section: "need" } } };
  expect((await db().applicationSection.findUniqueOrThrow(isOld)).values).toEqual(typed);
  await saveSection(writer, draft.reference, "value", sent({ valueForMoney: "Little for much" }, "value"), "part");
  const now = await db().applicationSection.findUniqueOrThrow(isOld);
  expect([now.values, now.former]).toEqual([moved.values, { otherWork: typed.otherWork }]);
  const words = JSON.stringify([now.values, now.former]);
  for (const text of Object.values(typed)) expect(words).toContain(JSON.stringify(text));
  const again = await getDraft(writer, await getApplication(writer, draft.reference));
  expect(sectionOf(again.sections, "need")).toEqual(moved);
});

test("a page that was made on the release before loses nothing while it goes on saving on the one after", async () => {
  const row = () =>
    db().applicationSection.findUniqueOrThrow({
      where: { applicationId_section: { applicationId: draft.id, section: "need" } },
    });
  const stored = (await row()).values as Values;
  const save = (values: Values) => saveSection(writer, draft.reference, "need", values, "passing");
  await save({ ...stored, evidence: "Told by a colleague", requestId: randomUUID(), shown: "" });
  // What the page had shown: its own fields, with what is now stored under their names.
  const marks = markOf([need("danger"), need("importance"), need("whyNewZealand")], stored);
  const page = { requestId: randomUUID(), importance: "As well", whyNewZealand: "And this" };
  const shown = `form=1 ${marks.replace("danger=", "threat=")} otherWork=x`;
  const first = await save({ ...page, threat: "Typed on the old page", otherWork: "Old words", shown });
  const kept = { importance: "As well", whyNewZealand: "And this", evidence: "Told by a colleague" };
  expect(await row()).toMatchObject({
    values: { ...kept, danger: "Typed on the old page" },
    former: { otherWork: "Old words" },
  });
  await save({ ...page, threat: "And more", otherWork: "Older words", shown: first.shown });
  expect(await row()).toMatchObject({ values: { ...kept, danger: "And more" }, former: { otherWork: "Older words" } });
});

test("an application that was sent back opens where the new form asks more; its versions are compared by their own forms", async () => {
  const asked = { changes: { value: "Say more" }, dueOn: new Date("2099-01-01") };
  await askForChanges(desk, await request(signed), signed.reference, asked);
  const open = await getDraft(writer, await getApplication(writer, signed.reference));
  expect(open.sections.filter(({ isOpen }) => isOpen).map(({ key }) => key)).toEqual(["need", "budget", "value"]);
  const values = (key: SectionKey) => sectionOf(open.sections, key).values;
  const save = (key: SectionKey, changed: Values) =>
    saveSection(
      writer,
      signed.reference,
      key,
      { ...values(key), ...changed, requestId: randomUUID(), shown: "" },
      "whole",
    );
  await save("need", { danger: "Boats that nobody counts", evidence: "Three reports" });
  const travel = Object.entries(values("budget")).filter(([, value]) => value === "travel");
  await save("budget", Object.fromEntries(travel.map(([input]) => [input, "training"])));
  const toDraft = await readChanges(writer, await getApplication(writer, signed.reference));
  await sendForSignOff(writer, await request(signed), signed.reference, {
    [answerInput("value")]: "It stays as it is",
  });
  await signOffAndSubmit(certifier, await request(signed), signed.reference, POSITION);
  const changes = await readChanges(desk, await getApplication(desk, signed.reference));
  expect(changes?.sections).toEqual(toDraft?.sections);
  const inNeed = sectionOf(changes?.sections, "need").answers;
  expect(inNeed.map(({ label }) => label)).toEqual([
    "The danger (earlier: The security threat or gap)",
    "Your evidence",
    "What else is being done, and who is doing it",
  ]);
  expect(inNeed[2]?.stretches.map(({ kind }) => kind)).toEqual(["removed"]);
  const line = JSON.stringify(sectionOf(changes?.sections, "budget").answers);
  expect(line).toContain("Travel");
  expect(line).toContain("Training");
  // Places that were only renamed are not a change, and the first version still reads as it did.
  expect(changes?.sections.map(({ key }) => key)).toEqual(["need", "budget"]);
  const first = await getAnswers(desk, await getApplication(desk, signed.reference), 1);
  expect(first?.sections.map(({ key, title, number }) => [key, title, number])).toEqual(
    before.answers?.sections.map(({ key, title, number }) => [key, title, number]),
  );
  const second = await getAnswers(desk, await getApplication(desk, signed.reference), 2);
  expect(second?.certified).toMatchObject({ by: "Aroha Married-Since", agency: "Ministry of Tomorrow" });
  expect(sectionOf(second?.sections, "need").former).toEqual([]);
  expect(await db().formRelease.count({ where: { kind: "APPLICATION" } })).toBe(2);
});

test("two that sign off the first of a release at once both keep it", async () => {
  const newest = newestOf(APPLICATION_RELEASES);
  const form = { ...newest, number: newest.number + 1 };
  const kept = { ...form, hash: hashOf(form) };
  await Promise.all(Array.from({ length: 5 }, () => db().$transaction((tx) => keepReleases(tx, [kept]))));
  expect(await db().formRelease.count({ where: { number: form.number } })).toBe(1);
});
