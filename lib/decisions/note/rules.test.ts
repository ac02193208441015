// The note on a decision, word by word, of an application that never was. Those of the demo: note.test.ts.
import { expect, test } from "vitest";
import type { PaperItem, PaperSection, PaperTable } from "#lib/platform/paper.ts";
import { type DecisionNote, decisionPaper } from "./rules.ts";

/** One in the afternoon in Wellington. */
const at = (day: number) => new Date(Date.UTC(2026, 10, day));
const on = (day: number) => `${day} November 2026, 1:00 pm`;

type Recommendation = DecisionNote["recommendations"][number];

const confirmed: Recommendation["budgetChecks"][number] = {
  isConfirmed: true,
  reason: null,
  by: "Ingrid Solomon",
  checkedAt: at(8),
  position: [
    {
      startYear: "2026",
      envelopeCents: "60000",
      reservedCents: "10000",
      committedCents: "20000",
      paidCents: "500",
      availableCents: "30000",
      pipelineCents: "700",
    },
  ],
};

const approval: Recommendation["decisions"][number] = {
  outcome: "APPROVED",
  amountCents: 90_00n,
  conditions: "Report monthly",
  reason: "Less travel",
  delegationCents: 100_00n,
  by: "Kate Morrison",
  decidedAt: at(9),
  forName: null,
};

const recommended: Recommendation = {
  outcome: "FUND_IN_PART",
  amountCents: 95_00n,
  conditions: "",
  rationale: "It is needed",
  exceptionReason: null,
  by: "Mere Tūhoro",
  recommendedAt: at(7),
  returnedAt: null,
  takenBackBy: null,
  takenBackReason: null,
  budgetChecks: [confirmed],
  decisions: [approval],
};

const scores = (need: number | null, comment: string) => [{ criterionId: "need", score: need, comment }];

const NOTE: DecisionNote = {
  application: {
    reference: "PSF-2026-0001",
    title: "Boats",
    agency: { name: "New Zealand Customs Service" },
    round: { name: "Round 2" },
    state: "APPROVED",
    marking: "IN_CONFIDENCE",
    endorsement: "COMMERCIAL",
    requestedCents: 120_00n,
    recommendedCents: 95_00n,
    approvedCents: 90_00n,
    phasing: [
      { kind: "REQUESTED", startYear: 2026, cents: 120_00n },
      { kind: "RECOMMENDED", startYear: 2026, cents: 95_00n },
      { kind: "APPROVED", startYear: 2026, cents: 50_00n },
      { kind: "APPROVED", startYear: 2027, cents: 40_00n },
    ],
  },
  versions: [
    {
      number: 1,
      certifiedBy: "Aroha Ngata",
      certifiedAt: at(1),
      requestedCents: 130_00n,
      agencyName: "Customs Department",
      roundName: "Round 1",
    },
    {
      number: 2,
      certifiedBy: "Tama Rewi",
      certifiedAt: at(2),
      requestedCents: 120_00n,
      agencyName: "Customs Service",
      roundName: "Round two",
    },
  ],
  readings: [{ by: "Priya Raman", what: "Assessment completed", at: at(5), version: 2 }],
  interests: [
    {
      by: "Priya Raman",
      hasInterest: false,
      description: null,
      declaredAt: at(3),
      clearedBy: null,
      clearedAt: null,
      clearReason: null,
      later: [],
    },
    {
      by: "Hēmi Walker",
      hasInterest: true,
      description: "A cousin works there",
      declaredAt: at(3),
      clearedBy: "Sina Leavai",
      clearedAt: at(4),
      clearReason: "Far away",
      later: [],
    },
  ],
  screening: {
    versionNumber: 2,
    by: "Mere Tūhoro",
    answeredAt: at(4),
    checks: [
      { question: "Is it in the Pacific?", answer: "YES", note: "Fiji" },
      { question: "Is it new?", answer: null, note: "" },
    ],
  },
  scores: {
    criteria: [
      { id: "need", name: "Need", weight: 60 },
      { id: "risk", name: "Risk", weight: 40 },
    ],
    assessors: [
      { name: "Priya Raman", scores: scores(4, "Plain"), total: 60 },
      { name: "Hēmi Walker", scores: scores(0, "None"), total: 0 },
    ],
    setAside: [],
    agreed: { scores: scores(null, "Open"), total: null },
    spread: 60,
  },
  advice: [],
  recommendations: [recommended],
  told: { what: "Offer letter", at: at(10), text: "Dear Aroha\n\nWe offer you $90.00." },
};

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

const paperOf = (change: Partial<DecisionNote> = {}) => decisionPaper({ ...NOTE, ...change }, at(11));
const sectionOf = (title: string, change: Partial<DecisionNote> = {}): readonly PaperItem[] =>
  paperOf(change).sections.find((section: PaperSection) => section.title === title)?.items ?? [];
const tableOf = (items: readonly PaperItem[], at = 0) => items.filter(({ kind }) => kind === "table")[at] as PaperTable;
/** Whether its columns are numbers, one sign for each. */
const numbersOf = ({ columns }: PaperTable) => columns.map(({ isNumeric }) => (isNumeric ? "9" : "a")).join("");
const answersOf = (items: readonly PaperItem[]) =>
  items.flatMap((item) => {
    expect(["answer", "table", "paragraph"]).toContain(item.kind);
    return item.kind === "answer" ? [[item.label, ...item.lines]] : [];
  });
const ofApplication = (change: Partial<DecisionNote["application"]>) => ({
  application: { ...NOTE.application, ...change },
});
const withRecommendation = (change: Partial<Recommendation>) => ({ recommendations: [{ ...recommended, ...change }] });
const CHOSEN = "Recommendation, budget check and decision";

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
  const decision = (...decisions: Recommendation["decisions"]) =>
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

test("one assessment has no spread, and without any there is nothing about scores", () => {
  expect(answersOf(sectionOf("Scores", { scores: { ...NOTE.scores, spread: null } }))).toEqual([
    ["Spread", "Only one assessment"],
  ]);
  const titles = paperOf({ scores: { ...NOTE.scores, assessors: [] } }).sections.map(({ title }) => title);
  expect(titles).toHaveLength(6);
  expect(titles.filter((title) => /scor/i.test(title ?? ""))).toEqual([]);
});

test("a recommendation has its words, its budget check with the position of that day, and its decision", () => {
  const items = sectionOf(CHOSEN);
  expect(answersOf(items)).toEqual([
    ["Recommendation", "Fund in part, $95.00"],
    ["Recommended by", `Mere Tūhoro, ${on(7)}`],
    ["Rationale", "It is needed"],
    ["Conditions", "None"],
    ["Budget confirmed by", `Ingrid Solomon, ${on(8)}`],
    ["Approved by", `Kate Morrison, ${on(9)}, delegation up to $100.00`],
    ["Amount approved", "$90.00"],
    ["Conditions of the approval", "Report monthly"],
    ["Reason for the decision", "Less travel"],
  ]);
  const { columns, rows } = tableOf(items);
  expect(columns.map(({ header }) => header)).toEqual([
    "Financial year",
    "Envelope",
    "Reserved",
    "Committed",
    "Paid",
    "Available",
    "Pipeline",
  ]);
  expect(rows).toEqual([["2026/27", "$600.00", "$100.00", "$200.00", "$5.00", "$300.00", "$7.00"]]);
  expect(numbersOf(tableOf(items))).toBe("a999999");
});

test("what only some recommendations have is told where it is, and left out where it is not", () => {
  const nothing = {
    outcome: "DO_NOT_FUND" as const,
    amountCents: 0n,
    conditions: "On time",
    exceptionReason: "Urgent",
  };
  const declined = { ...approval, outcome: "DECLINED" as const, reason: null };
  expect(
    answersOf(sectionOf(CHOSEN, withRecommendation({ ...nothing, budgetChecks: [], decisions: [declined] }))),
  ).toEqual([
    ["Recommendation", "Do not fund"],
    ["Recommended by", `Mere Tūhoro, ${on(7)}`],
    ["Rationale", "It is needed"],
    ["Conditions", "On time"],
    ["Reason for going above the amount requested", "Urgent"],
    ["Declined by", `Kate Morrison, ${on(9)}, delegation up to $100.00`],
  ]);
  const bare = { ...approval, conditions: "", reason: null };
  expect(answersOf(sectionOf(CHOSEN, withRecommendation({ decisions: [bare] }))).slice(-2)).toEqual([
    ["Amount approved", "$90.00"],
    ["Conditions of the approval", "None"],
  ]);
});

test("what was kept without a position, or with less of one, is still read", () => {
  const rows = (position: unknown) =>
    tableOf(sectionOf(CHOSEN, withRecommendation({ budgetChecks: [{ ...confirmed, position }] }))).rows;
  expect(rows(null)).toEqual([]);
  expect(rows([{ startYear: "2026", paidCents: "1" }])).toEqual([
    ["2026/27", "$0.00", "$0.00", "$0.00", "$0.01", "$0.00", "$0.00"],
  ]);
});

test("what was returned is told first, and what was confirmed of it is void; the last to come stands last", () => {
  const refused = { ...confirmed, isConfirmed: false, reason: "Too late in the year" };
  const first: Recommendation = {
    ...recommended,
    returnedAt: at(9),
    budgetChecks: [refused, confirmed],
    decisions: [
      { ...approval, outcome: "RETURNED", reason: "Phase it anew" },
      { ...approval, outcome: "RETURNED", by: "Wiremu Grant", reason: null },
    ],
  };
  const { sections } = paperOf({ recommendations: [recommended, first] });
  expect(sections.map(({ title }) => title).slice(-3, -1)).toEqual(["Recommendation that was returned", CHOSEN]);
  expect(answersOf(sections.at(-3)?.items ?? []).slice(4)).toEqual([
    ["Budget confirmed by", `Ingrid Solomon, ${on(8)}, no longer valid because the recommendation was returned`],
    ["Budget returned by", `Ingrid Solomon, ${on(8)}`, "“Too late in the year”"],
    ["Returned by", `Wiremu Grant, ${on(9)}`],
    ["Returned by", `Kate Morrison, ${on(9)}`],
    ["Reason for the decision", "Phase it anew"],
  ]);
});

test("what the desk took back says so, and who did and why", () => {
  const taken = {
    ...recommended,
    returnedAt: at(9),
    takenBackBy: "Dana Lee",
    takenBackReason: "A typing error",
    decisions: [],
  };
  const [section] = paperOf({ recommendations: [taken] }).sections.slice(-2);
  expect(section?.title).toBe("Recommendation that was taken back");
  expect(answersOf(section?.items ?? []).at(-1)).toEqual(["Taken back by", `Dana Lee, ${on(9)}`, "“A typing error”"]);
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
