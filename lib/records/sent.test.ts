// What was sent reads as it was sent: reports, acquittals and variations, whatever happens to their forms and to names.
import { randomUUID } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import { getApplication } from "#lib/applications/queries.ts";
import { readArrangement } from "#lib/arrangements/queries.ts";
import { ACQUITTAL_RELEASES, ACQUITTAL_SECTION } from "#lib/arrangements/settlement/schema.ts";
import type { Field } from "#lib/form/fields.ts";
import { expandFields, newestOf, type Release, type Renames } from "#lib/form/versions.ts";
import { asAgency, asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { db } from "#lib/platform/db.ts";
import { saveReport, submitReport } from "#lib/reports/commands.ts";
import { getReport, readFormerAnswers, readReportForm } from "#lib/reports/queries.ts";
import { reportPaper } from "#lib/reports/rules.ts";
import { REPORT_RELEASES, REPORT_SECTIONS, reportSections, seriesOf } from "#lib/reports/schema.ts";
import { declareNone, rename, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { listVariations } from "#lib/variations/queries.ts";
import { KINDS } from "#lib/variations/rules.ts";
import { VARIATION_RELEASES } from "#lib/variations/schema.ts";
import { FORMS, nextRelease } from "../../bin/forms.ts";
import { nextReportValues } from "../../prisma/demo/reports.ts";

useTestDatabase("template_demo");
afterEach(() => vi.restoreAllMocks());

const TODAY = new Date("2027-03-01");
const actorOf = async (email: string) => (await findActor(email)) ?? expect.fail(`nobody is ${email}`);
const agencyOf = async (email: string) => asAgency(await actorOf(email));
const deskOf = async (application: { id: string }) => {
  const desk = asMfat(await actorOf("desk@mfat.example"));
  await declareNone(desk.personId, application);
  return desk;
};

function release(kind: string, releases: Release[], renames: Renames = {}): void {
  const form = FORMS.find((one) => one.kind === kind) ?? expect.fail(`no form ${kind}`);
  releases.push(nextRelease(form, renames) ?? expect.fail("nothing has changed"));
}

/** From now on, everybody and every agency has another name. */
async function renameAll(): Promise<void> {
  for (const { id } of await db().agency.findMany())
    await unguarded().agency.update({ where: { id }, data: { name: `Renamed ${id}` } });
  const people = await db().person.findMany({ select: { id: true } });
  await rename(
    people.map(({ id }) => id),
    (name) => `${name} Renamed`,
  );
}

test("a report reads as it was submitted; the next one moves to the new form and keeps every word", async () => {
  const { id, reference } = await db().application.findFirstOrThrow({
    where: { title: "Family harm response units", state: "ACTIVE" },
  });
  const contributor = await agencyOf("contributor@police.example");
  const desk = await deskOf({ id });
  const request = async () => {
    const { revision } = await db().application.findUniqueOrThrow({ where: { id } });
    return { requestId: randomUUID(), revision };
  };
  const paper = async (number: number) =>
    reportPaper(await getReport(desk, await getApplication(desk, reference), number), TODAY);
  await submitReport(contributor, await request(), reference, await nextReportValues(reference));
  await saveReport(contributor, reference, {
    report: "2",
    progress: "So far, so good",
    problems: "Rain",
    spent: "much",
  });
  const before = await paper(1);
  expect(JSON.stringify(before)).toContain(`By ${contributor.name}`);

  await renameAll();
  const [spent, progress] = REPORT_SECTIONS.money.fields();
  const fields = [spent, { ...progress, name: "story", label: "Your story" }] as Field[];
  vi.spyOn(REPORT_SECTIONS.money, "fields").mockReturnValue(fields);
  const [outcome] = REPORT_SECTIONS.results.fields();
  vi.spyOn(REPORT_SECTIONS.results, "fields").mockReturnValue([{ ...outcome, label: "Result {number}" } as Field]);
  release("REPORT", REPORT_RELEASES, { money: { progress: "story" } });

  expect(await paper(1)).toEqual(before);
  const application = await getApplication(contributor, reference);
  const form = await readReportForm(contributor, application);
  expect(form.fields.map(({ label }) => label)).toContain("Result 1");
  expect(form.initial).toMatchObject({ story: "So far, so good", spent: "much" });
  const next = async () =>
    db().report.findUniqueOrThrow({ where: { applicationId_number: { applicationId: id, number: 2 } } });
  const former = [{ label: "Problems, and what you will change because of them", lines: ["Rain"] }];
  expect(await readFormerAnswers(contributor, application, await next())).toEqual(former);
  await saveReport(contributor, reference, { report: "2", story: "Better still", spent: "1" });
  expect(await next()).toMatchObject({
    formNumber: newestOf(REPORT_RELEASES).number,
    values: { story: "Better still", problems: "Rain" },
  });
  expect(await readFormerAnswers(contributor, application, await next())).toEqual(former);
  // Control: read by the current form and names, as reports used to be, it is a different paper.
  const kept = await getReport(desk, await getApplication(desk, reference), 1);
  const sections = reportSections().map((one) => ({ ...one, fields: expandFields(one.fields, seriesOf(kept.basis)) }));
  const byToday = reportPaper({ ...kept, sections, agencyName: null }, TODAY);
  expect(JSON.stringify(before)).toContain("Problems, and what you will change");
  expect(JSON.stringify(byToday)).not.toContain("Problems, and what you will change");
  expect(JSON.stringify(byToday)).toContain("Renamed");
  REPORT_RELEASES.pop();
});

test("an acquittal keeps what its texts and categories were called, and who submitted it", async () => {
  const { applicationId } = await db().acquittal.findFirstOrThrow({ where: { lines: { some: {} } } });
  const desk = await deskOf({ id: applicationId });
  const before = (await readArrangement(desk, applicationId)).acquittal;
  expect(before).toMatchObject({ labels: { outcome: "What was achieved", lessons: "Lessons learned" } });
  expect(
    before?.lines.every(({ category, categoryName }) => categoryName.toLowerCase().startsWith(category.slice(0, 5))),
  ).toBe(true);
  await renameAll();
  const fields = ACQUITTAL_SECTION.fields().map((field) => ({ ...field, label: `New ${field.label}` }) as Field);
  vi.spyOn(ACQUITTAL_SECTION, "fields").mockReturnValue(fields);
  release("ACQUITTAL", ACQUITTAL_RELEASES);
  expect((await readArrangement(desk, applicationId)).acquittal).toEqual(before);
  expect(before?.agencyName).not.toContain("Renamed");
  ACQUITTAL_RELEASES.pop();
});

test("a variation keeps what its kind was called, and who asked for it", async () => {
  const { applicationId } = await db().variation.findFirstOrThrow({ where: { kind: "TIME" } });
  const desk = await deskOf({ id: applicationId });
  const asked = async () =>
    (await listVariations(desk, applicationId)).map(({ kindLabel, asked, confirmed, decided, proposed }) => ({
      kindLabel,
      asked,
      confirmed,
      decided,
      proposed,
    }));
  const before = await asked();
  await renameAll();
  const { label } = KINDS.TIME;
  KINDS.TIME.label = "Another end";
  release("VARIATION", VARIATION_RELEASES);
  expect(await asked()).toEqual(before);
  expect(JSON.stringify(before, (_name, value) => (typeof value === "bigint" ? String(value) : value))).toContain(
    label,
  );
  KINDS.TIME.label = label;
  VARIATION_RELEASES.pop();
});
