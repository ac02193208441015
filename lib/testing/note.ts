// For tests of its text: the decision note of an application that does not exist.
import { expect } from "vitest";
import type { NotedRecommendation } from "#lib/decisions/note/recommendation/rules.ts";
import { type DecisionNote, decisionPaper } from "#lib/decisions/note/rules.ts";
import type { PaperItem, PaperSection, PaperTable } from "#lib/platform/paper.ts";

/** 1:00 pm in Wellington. */
export const at = (day: number) => new Date(Date.UTC(2026, 10, day));
export const on = (day: number) => `${day} November 2026, 1:00 pm`;

export const confirmed: NotedRecommendation["budgetChecks"][number] = {
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

export const approval: NotedRecommendation["decisions"][number] = {
  outcome: "APPROVED",
  amountCents: 90_00n,
  conditions: "Report monthly",
  reason: "Less travel",
  delegationCents: 100_00n,
  by: "Kate Morrison",
  decidedAt: at(9),
  forName: null,
};

export const recommended: NotedRecommendation = {
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

export const scores = (need: number | null, comment: string) => [{ criterionId: "need", score: need, comment }];

export const NOTE: DecisionNote = {
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
    measured: null,
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

export const paperOf = (change: Partial<DecisionNote> = {}) => decisionPaper({ ...NOTE, ...change }, at(11));
export const sectionOf = (title: string, change: Partial<DecisionNote> = {}): readonly PaperItem[] =>
  paperOf(change).sections.find((section: PaperSection) => section.title === title)?.items ?? [];
export const tableOf = (items: readonly PaperItem[], at = 0) =>
  items.filter(({ kind }) => kind === "table")[at] as PaperTable;
/** Whether each of its columns has numbers, one character for each. */
export const numbersOf = ({ columns }: PaperTable) => columns.map(({ isNumeric }) => (isNumeric ? "9" : "a")).join("");
export const answersOf = (items: readonly PaperItem[]) =>
  items.flatMap((item) => {
    expect(["answer", "table", "paragraph"]).toContain(item.kind);
    return item.kind === "answer" ? [[item.label, ...item.lines]] : [];
  });
export const ofApplication = (change: Partial<DecisionNote["application"]>) => ({
  application: { ...NOTE.application, ...change },
});
export const withRecommendation = (change: Partial<NotedRecommendation>) => ({
  recommendations: [{ ...recommended, ...change }],
});
export const CHOSEN = "Recommendation, budget check and decision";
