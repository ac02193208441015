// The decision note of applications in the demonstration: everything that the decision rests on is there, and nobody
// else can read it.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { approve } from "#lib/decisions/commands.ts";
import { nameDeputy } from "#lib/deputies/commands.ts";
import { plainLetter } from "#lib/letters/paper/rules.ts";
import { asMfat } from "#lib/lifecycle/permissions.ts";
import { findActor } from "#lib/people/queries.ts";
import { addDays, dayOf } from "#lib/platform/dates.ts";
import type { State } from "#lib/platform/db/generated/enums.ts";
import { db } from "#lib/platform/db.ts";
import { formatCents, formatYear } from "#lib/platform/money.ts";
import type { PaperItem } from "#lib/platform/paper.ts";
import { getDecisionNote } from "#lib/records/queries.ts";
import { declareNone, unguarded, useTestDatabase } from "#lib/testing/database.ts";
import { asShown } from "#lib/testing/settings.ts";
import { decisionPaper } from "./rules.ts";

useTestDatabase("template_demo");

const at = new Date("2026-12-01T00:00:00Z");
const mfat = async (name: string) => asMfat((await findActor(`${name}@mfat.example`)) ?? never());
const never = () => {
  throw new Error("nobody");
};
const applicationIn = (state: State) => db().application.findFirstOrThrow({ where: { state, heldAt: null } });

const wordsOf = (item: PaperItem): string => {
  if (item.kind === "paragraph") return item.text;
  if (item.kind === "list") return item.items.join("\n");
  if (item.kind === "answer") return `${item.label}: ${item.lines.join("\n")}`;
  return [item.label, item.columns.map(({ header }) => header).join(" | "), ...item.rows.map((row) => row.join(" | "))]
    .concat(item.total ? [item.total.join(" | ")] : [])
    .join("\n");
};

async function noteOn(reference: string) {
  const paper = decisionPaper(await getDecisionNote(await mfat("auditor"), reference), at);
  const sections = paper.sections.map(({ title, items }): [string, string] => [
    title ?? "",
    items.map(wordsOf).join("\n"),
  ]);
  return { paper, sections, text: sections.flat().join("\n") };
}

test("it says what was read, declared, scored, recommended, checked, decided and told", async () => {
  const { id, reference } = await applicationIn("ACTIVE");
  const { paper, sections, text } = await noteOn(reference);
  expect(sections.map(([title]) => title)).toEqual([
    "The decision",
    "Who read what",
    "Interests",
    "Screening",
    "Scores",
    "Comments with the scores",
    "Recommendation, budget check and decision",
    "What the agency was told",
  ]);
  expect(paper).toMatchObject({ reference, above: ["Pacific Security Fund: decision note"] });
  const part = Object.fromEntries(sections);
  const decision = await db().decision.findFirstOrThrow({ where: { applicationId: id, outcome: "APPROVED" } });
  const approver = await db().person.findUniqueOrThrow({ where: { id: decision.decidedById } });
  expect(part["The decision"]).toMatch(new RegExp(`Decision: Approved \\$.* by ${approver.name}, .*, delegation`));
  expect(part["Who read what"]).toMatch(/Hēmi Walker|Priya Raman/);
  expect(part["Who read what"]).toMatch(/Assessment completed \| .* \| Version 1/);
  expect(part.Interests).toContain(`${approver.name} | No interest`);
  const checks = await db().screeningAnswer.findMany({ where: { applicationId: id } });
  expect(checks.length).toBeGreaterThan(0);
  for (const { question } of checks) expect(part.Screening).toContain(`${question} | Yes | `);
  expect(part.Screening).toMatch(/^Version 1, screened by Mere Tūhoro, /);
  const scores = await db().assessmentScore.findMany({ where: { applicationId: id } });
  expect(scores.length).toBeGreaterThan(5);
  for (const { comment } of scores) expect(part["Comments with the scores"]).toContain(comment);
  expect(part.Scores).toMatch(
    /Weighted total of 100 \|.*[\d.]+ \| [\d.]+ \| [\d.]+\nSpread: The totals are [\d.]+ apart/,
  );
  const { position } = await db().budgetCheck.findFirstOrThrow({ where: { applicationId: id } });
  const [first] = position as { startYear: string; envelopeCents: string }[];
  expect(part["Recommendation, budget check and decision"]).toContain("Budget confirmed by: Ingrid Solomon");
  expect(part["Recommendation, budget check and decision"]).toContain(
    `${formatYear(Number(first?.startYear))} | ${formatCents(BigInt(first?.envelopeCents ?? 0))} | `,
  );
  const letter = await db().letter.findFirstOrThrow({ where: { applicationId: id } });
  for (const paragraph of plainLetter(letter.text).split("\n\n"))
    expect(part["What the agency was told"]).toContain(paragraph);
  expect(text).not.toContain("undefined");
});

test("what a deputy decided says for whom, and the marking is the application's", async () => {
  const [chief, deputy] = [await mfat("approver2"), await mfat("approver1")];
  const today = dayOf(new Date());
  const naming = { deputy: deputy.personId, fromOn: today, toOn: addDays(today, 1) };
  await nameDeputy(chief, await asShown(chief.personId), naming);
  const application = await db().application.findFirstOrThrow({
    where: { state: "DECISION", heldAt: null, recommendedCents: { gt: 15_000_000n } },
    include: { phasing: { where: { kind: "RECOMMENDED" } }, recommendations: { where: { returnedAt: null } } },
  });
  const { reference, revision, phasing, recommendations } = application;
  const { sections } = await noteOn(reference);
  expect(sections[0]?.[1]).toContain("Decision: Not decided yet");
  expect(sections.at(-1)?.[1]).toBe("Nothing yet.");
  await declareNone(deputy.personId, application);
  await approve(deputy, { requestId: randomUUID(), revision }, reference, {
    phasing,
    conditions: recommendations[0]?.conditions ?? null,
    reason: null,
  });
  const note = await noteOn(reference);
  expect(note.sections[0]?.[1]).toMatch(
    /by Kate Morrison for Wiremu Grant, .*, under the delegation of Wiremu Grant, without limit/,
  );
  expect(note.paper.marking).toBe(application.marking === "UNCLASSIFIED" ? "UNCLASSIFIED" : "IN-CONFIDENCE");
});

test("there is none before a recommendation, nor for whom the application is not open", async () => {
  const early = await applicationIn("ASSESSMENT");
  await expect(getDecisionNote(await mfat("auditor"), early.reference)).rejects.toMatchObject({ code: "NOT_FOUND" });
  const { reference } = await applicationIn("DECLINED");
  expect((await noteOn(reference)).text).toContain("What the agency was told\nDecline letter: Sent");
  const email = "unopened@mfat.example";
  await unguarded().person.create({
    data: { email, name: "New", side: "MFAT", roles: { create: { role: "BUDGET" } } },
  });
  await expect(getDecisionNote(await mfat("unopened"), reference)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
