// The decision note, word by word, of an application that does not exist. For those of the demonstration: note.test.ts.
import { expect, test } from "vitest";
import type { NotedRecommendation } from "#lib/decisions/note/recommendation/rules.ts";
import {
  answersOf,
  approval,
  at,
  CHOSEN,
  NOTE,
  numbersOf,
  ofApplication,
  on,
  paperOf,
  recommended,
  scores,
  sectionOf,
  tableOf,
  withRecommendation,
} from "#lib/testing/note.ts";

const ASKED = {
  adviser: "High Commission, Suva",
  question: "Who leads?",
  askedBy: "Mere Tūhoro",
  askedAt: at(4),
  state: "GIVEN" as const,
  dueOn: at(6),
  versionNumber: 2,
  isRecused: false,
  givenAt: at(5),
  advice: "The ministry leads.",
  endedBy: null,
  endedAt: null,
  endReason: null,
};

test("advice stands between scores and recommendation: question, answer, and why one was passed over", () => {
  const passed = { ...ASKED, adviser: "Legal Division", state: "PASSED_OVER" as const, advice: null, givenAt: null };
  const over = { ...passed, versionNumber: null, endedBy: "Mere Tūhoro", endedAt: at(6), endReason: "No time." };
  const change = { advice: [ASKED, over] };
  const titles = paperOf(change).sections.map(({ title }) => title);
  expect(titles.slice(titles.indexOf("Advice") - 1)).toEqual([
    "Comments with the scores",
    "Advice",
    "Recommendation, budget check and decision",
    "What the agency was told",
  ]);
  expect(answersOf(sectionOf("Advice", change))).toEqual([
    ["Question to High Commission, Suva", "Who leads?", expect.stringMatching(/^Asked by Mere Tūhoro, /)],
    ["Answer of High Commission, Suva", expect.stringMatching(/^Answered .+, on version 2$/), "The ministry leads."],
    ["Question to Legal Division", "Who leads?", expect.stringMatching(/^Asked by/)],
    ["Answer of Legal Division", expect.stringMatching(/^Passed over by Mere Tūhoro, /), "“No time.”"],
  ]);
  expect(paperOf().sections.map(({ title }) => title)).not.toContain("Advice");
});

test("it is the application’s paper: its title, reference and marking, and what the decision rests on in its order", () => {
  const { above, title, reference, marking, sections } = paperOf();
  expect([above, title, reference]).toEqual([["Pacific Security Fund: decision note"], "Boats", "PSF-2026-0001"]);
  expect(marking).toMatch(/^IN-CONFIDENCE.*COMMERCIAL$/);
  expect(sections.map((section) => section.title)).toEqual([
    "The decision",
    "Who read what",
    "Interests",
    "Screening",
    "Scores",
    "Comments with the scores",
    CHOSEN,
    "What the agency was told",
  ]);
  expect(paperOf(ofApplication({ title: "" })).title).toBe("No title yet");
});

test("the summary has the decision, the names of the last signing, and each amount with its years", () => {
  expect(answersOf(sectionOf("The decision"))).toEqual([
    ["Decision", `Approved $90.00 by Kate Morrison, ${on(9)}, delegation up to $100.00`],
    ["Reference", "PSF-2026-0001"],
    ["Agency", "Customs Service"],
    ["Round", "Round two"],
    ["State", "Approved"],
    ["Requested", "$120.00", "2026/27 $120.00"],
    ["Recommended", "$95.00", "2026/27 $95.00"],
    ["Approved", "$90.00", "2026/27 $50.00 · 2027/28 $40.00"],
    ["Note created", on(11)],
  ]);
});

test("what is not there yet is said to be so, and today’s names stand where nothing was signed off", () => {
  const open = { recommendedCents: null, approvedCents: null, phasing: [] };
  const items = sectionOf("The decision", { ...ofApplication(open), versions: [], recommendations: [] });
  expect(answersOf(items)).toEqual([
    ["Decision", "Not decided yet"],
    ["Reference", "PSF-2026-0001"],
    ["Agency", "New Zealand Customs Service"],
    ["Round", "Round 2"],
    ["State", "Approved"],
    ["Requested", "$120.00"],
    ["Recommended", "Nothing"],
    ["Approved", "Nothing"],
    ["Note created", on(11)],
  ]);
});

test("where one version was signed off, its names are the ones of that day", () => {
  const named = answersOf(sectionOf("The decision", { versions: NOTE.versions.slice(0, 1) })).slice(2, 4);
  expect(named).toEqual([
    ["Agency", "Customs Department"],
    ["Round", "Round 1"],
  ]);
});

test("a recommendation that was returned is no decision, nor is one that was reopened, and a refusal has no amount", () => {
  const decision = (...decisions: NotedRecommendation["decisions"]) =>
    answersOf(sectionOf("The decision", withRecommendation({ decisions })))[0];
  const returned = { ...approval, outcome: "RETURNED" as const, by: "Wiremu Grant" };
  expect(decision(returned)).toEqual(["Decision", "Not decided yet"]);
  expect(decision({ ...approval, outcome: "REOPENED" }, approval)).toEqual(["Decision", "Not decided yet"]);
  expect(decision(returned, { ...approval, outcome: "DECLINED", forName: "Wiremu Grant" })).toEqual([
    "Decision",
    `Declined by Kate Morrison, ${on(9)}, under the delegation of Wiremu Grant, up to $100.00`,
  ]);
});

test("each version that was signed off is named, and who of MFAT had which before them", () => {
  const items = sectionOf("Who read what");
  expect(tableOf(items).rows).toEqual([
    ["Version 1", "Aroha Ngata", on(1), "$130.00"],
    ["Version 2", "Tama Rewi", on(2), "$120.00"],
  ]);
  expect(tableOf(items, 1).rows).toEqual([["Priya Raman", "Assessment completed", on(5), "Version 2"]]);
  expect([numbersOf(tableOf(items)), numbersOf(tableOf(items, 1))]).toEqual(["aaa9", "aaaa"]);
  expect([tableOf(items), tableOf(items, 1)].map(({ total }) => total)).toEqual([null, null]);
});

test("interests are told with their words, who cleared them and why; without any, nobody has declared", () => {
  const { rows, columns } = tableOf(sectionOf("Interests"));
  expect(columns.map(({ header }) => header)).toEqual(["Who", "Declared", "When"]);
  expect(rows).toEqual([
    ["Priya Raman", "No interest", on(3)],
    [
      "Hēmi Walker",
      `An interest: cleared\n“A cousin works there”\nCleared by Sina Leavai, ${on(4)}: “Far away”`,
      on(3),
    ],
  ]);
  const [, walker] = NOTE.interests;
  if (!walker) throw new Error("nobody");
  const gone = { ...walker, clearedBy: null };
  expect(tableOf(sectionOf("Interests", { interests: [gone] })).rows[0]?.[1]).toContain("Cleared by an administrator,");
  expect(sectionOf("Interests", { interests: [] })).toEqual([
    { kind: "paragraph", text: "No one has declared their interests." },
  ]);
});

test("the screening says which version, by whom, and each answer with its note", () => {
  const { label, rows, columns } = tableOf(sectionOf("Screening"));
  expect(columns.map(({ header }) => header)).toEqual(["Question", "Answer", "Note"]);
  expect(label).toBe(`Version 2, screened by Mere Tūhoro, ${on(4)}`);
  expect(rows).toEqual([
    ["Is it in the Pacific?", "Yes", "Fiji"],
    ["Is it new?", "Not answered yet", "–"],
  ]);
  expect(sectionOf("Screening", { screening: null })).toEqual([
    { kind: "paragraph", text: "There is no record of a checklist." },
  ]);
});

test("scores stand side by side with what was agreed, nothing as a dash and nought as nought", () => {
  const items = sectionOf("Scores");
  const { columns, rows, total } = tableOf(items);
  expect(columns.map(({ header }) => header)).toEqual(["Criterion", "Weight", "Priya Raman", "Hēmi Walker", "Agreed"]);
  expect(numbersOf(tableOf(items))).toBe("a9999");
  expect(rows).toEqual([
    ["Need", "60", "4", "0", "–"],
    ["Risk", "40", "–", "–", "–"],
  ]);
  expect(total).toEqual(["Weighted total of 100", "", "60", "0", "–"]);
  expect(answersOf(items)).toEqual([["Spread", "The totals are 60 apart"]]);
  expect(answersOf(sectionOf("Comments with the scores"))).toEqual([
    ["Need", "Priya Raman, 4: Plain", "Hēmi Walker, 0: None", "Agreed, –: Open"],
    ["Risk"],
  ]);
});

test("an assessment that was set aside has its scores beside the others, its comments, and why it does not count", () => {
  const aside = { name: "Sina Leavai", scores: scores(2, "Late"), total: 30, reason: "Came after the moderation" };
  const change = { scores: { ...NOTE.scores, setAside: [aside] } };
  const items = sectionOf("Scores", change);
  expect(tableOf(items).columns.map(({ header }) => header)).toContain("Sina Leavai (set aside)");
  expect(tableOf(items).rows[0]).toContain("2");
  expect(answersOf(items)).toContainEqual(["Set aside: Sina Leavai", "Came after the moderation"]);
  expect(answersOf(sectionOf("Comments with the scores", change))[0]).toContain("Sina Leavai (set aside), 2: Late");
});

test("the criteria are named where they are not the round's current ones", () => {
  const scores = { ...NOTE.scores, measured: "Scored on version 1 of the criteria" };
  expect(answersOf(sectionOf("Scores", { scores }))).toContainEqual([
    "Criteria",
    "Scored on version 1 of the criteria",
  ]);
});

test("one assessment has no spread, and without any there is nothing about scores", () => {
  expect(answersOf(sectionOf("Scores", { scores: { ...NOTE.scores, spread: null } }))).toEqual([
    ["Spread", "Only one assessment"],
  ]);
  const titles = paperOf({ scores: { ...NOTE.scores, assessors: [] } }).sections.map(({ title }) => title);
  expect(titles).toHaveLength(6);
  expect(titles.filter((title) => /scor/i.test(title ?? ""))).toEqual([]);
});

test("recommendations stand in the order in which they were made", () => {
  const returned = { ...recommended, returnedAt: at(9) };
  const titles = paperOf({ recommendations: [recommended, returned] }).sections.map(({ title }) => title);
  expect(titles.slice(-3, -1)).toEqual([
    "Recommendation that was returned",
    "Recommendation, budget check and decision",
  ]);
});

test("what the agency was told stands in its paragraphs, with the day where it was sent", () => {
  expect(sectionOf("What the agency was told")).toEqual([
    { kind: "answer", label: "Offer letter", lines: [`Sent ${on(10)}`] },
    { kind: "paragraph", text: "Dear Aroha" },
    { kind: "paragraph", text: "We offer you $90.00." },
  ]);
  const told = { what: "In the portal", at: null, text: "Not this time." };
  expect(sectionOf("What the agency was told", { told })).toEqual([
    { kind: "answer", label: "In the portal", lines: [] },
    { kind: "paragraph", text: "Not this time." },
  ]);
  expect(sectionOf("What the agency was told", { told: null })).toEqual([{ kind: "paragraph", text: "Nothing yet." }]);
});
