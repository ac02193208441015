// The rule of a schedule, and what a report is on a day.

import { expect, test } from "vitest";
import { expandFields } from "#lib/form/versions.ts";
import { addMonths } from "#lib/platform/dates.ts";
import { passSheet } from "#lib/platform/sheet.ts";
import {
  checkSpent,
  isEarlyFinal,
  isOpenReport,
  isReadable,
  planReports,
  reportPaper,
  reportSheet,
  reportsMarking,
  standingOf,
  writable,
} from "./rules.ts";
import { reportSections, seriesOf } from "./schema.ts";

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const plan = (startsOn: string, endsOn: string, milestones: string[] = [], acceptedOn = startsOn) =>
  planReports({
    startsOn: day(startsOn),
    endsOn: day(endsOn),
    acceptedOn: day(acceptedOn),
    milestones: milestones.map(day),
  }).map(({ kind, dueOn }) => `${kind} ${dueOn.toISOString().slice(0, 10)}`);

test("every six months, none within two months of the end, and the final one two months after it", () => {
  expect(plan("2026-01-01", "2027-12-31")).toEqual([
    "PROGRESS 2026-07-01",
    "PROGRESS 2027-01-01",
    "PROGRESS 2027-07-01",
    "FINAL 2028-02-29",
  ]);
  expect(plan("2026-01-01", "2026-08-31")).toEqual(["FINAL 2026-10-31"]);
  expect(plan("2026-01-01", "2026-09-01")).toEqual(["PROGRESS 2026-07-01", "FINAL 2026-11-01"]);
});

test("a report follows a milestone that is near its six months by two weeks, and the next is six months after that", () => {
  expect(plan("2026-01-01", "2027-06-30", ["2026-02-01", "2026-06-10", "2026-07-20"])).toEqual([
    "PROGRESS 2026-08-03",
    "PROGRESS 2027-02-03",
    "FINAL 2027-08-30",
  ]);
  // One that comes too late for its report is not followed.
  expect(plan("2026-01-01", "2026-10-01", ["2026-07-25"])).toEqual(["PROGRESS 2026-07-01", "FINAL 2026-12-01"]);
});

test("an offer that is accepted late has nothing due before, and one accepted after the end has time to report", () => {
  expect(plan("2026-01-01", "2027-03-31", [], "2026-05-15")).toEqual(["PROGRESS 2026-11-15", "FINAL 2027-05-31"]);
  expect(plan("2026-01-01", "2026-03-31", [], "2026-05-15")).toEqual(["FINAL 2026-07-15"]);
});

test("a month without that day ends on its last", () => {
  expect(addMonths(day("2026-12-31"), 2)).toEqual(day("2027-02-28"));
  expect(addMonths(day("2026-08-31"), -2)).toEqual(day("2026-06-30"));
});

test("a report is overdue from the day after", () => {
  const report = { state: "DUE" as const, dueOn: day("2026-11-24") };
  expect(standingOf(report, day("2026-11-24")).label).toBe("Due");
  expect(standingOf(report, day("2026-11-25")).label).toBe("Overdue");
  expect(standingOf({ ...report, state: "SUBMITTED" }, day("2026-12-25")).label).toBe("Submitted");
});

test("a milestone is followed to the day up to which it is near, and the nearest of several", () => {
  // Six months after 1 January is 1 July; sixty days before it is 2 May, sixty after it 30 August.
  const follows = (...milestones: string[]) => plan("2026-01-01", "2027-02-28", milestones)[0];
  expect(follows("2026-05-02")).toBe("PROGRESS 2026-05-16");
  expect(follows("2026-05-01")).toBe("PROGRESS 2026-07-01");
  expect(follows("2026-08-30")).toBe("PROGRESS 2026-09-13");
  expect(follows("2026-08-31")).toBe("PROGRESS 2026-07-01");
  expect(follows("2026-05-10", "2026-06-20", "2026-08-20")).toBe("PROGRESS 2026-07-04");
  // Two weeks after it is the last day on which one may be due, and a day later.
  expect(plan("2026-01-01", "2026-09-14", ["2026-06-30"])[0]).toBe("PROGRESS 2026-07-14");
  expect(plan("2026-01-01", "2026-09-13", ["2026-06-30"])[0]).toBe("PROGRESS 2026-07-01");
});

test("a report is open while the agency has to send it, and read by MFAT once it was", () => {
  const states = ["DUE", "SUBMITTED", "RETURNED", "ACCEPTED", "CANCELLED"] as const;
  expect(states.filter(isOpenReport)).toEqual(["DUE", "RETURNED"]);
  const at = day("2026-11-24");
  expect(states.filter((state) => isReadable(state, "MFAT", at))).toEqual(["SUBMITTED", "ACCEPTED"]);
  expect(states.filter((state) => isReadable(state, "AGENCY", at))).toEqual([...states]);
  expect(states.filter((state) => isReadable(state, "AGENCY", null) || isReadable(state, "MFAT", null))).toEqual([]);
  expect(states.map((state) => standingOf({ state, dueOn: at }, at).tone)).toEqual([
    "neutral",
    "wait",
    "wait",
    "ok",
    "no",
  ]);
  expect(standingOf({ state: "RETURNED", dueOn: at }, day("2026-11-25")).tone).toBe("bad");
});

test("no more is spent than is committed, to the cent", () => {
  expect(checkSpent(100n, 100n)).toEqual({});
  expect(checkSpent(101n, 100n)).toEqual({ spent: expect.stringContaining("$1.00") });
});

const basis = {
  outcomes: [
    { outcome: "Safer seas", indicator: "Patrols", baseline: "2", target: "4", byOn: day("2027-06-30") },
    { outcome: "Skills", indicator: "People", baseline: "0", target: "9", byOn: null },
  ],
  milestones: [
    { what: "Boats bought", where: "Suva", byOn: day("2026-12-31") },
    { what: "Crew trained", where: "Apia", byOn: null },
  ],
};
const record = {
  number: 2,
  kind: "PROGRESS" as const,
  dueOn: day("2026-11-24"),
  state: "DUE" as const,
  values: {},
  basis,
  sections: reportSections().map((section) => ({ ...section, fields: expandFields(section.fields, seriesOf(basis)) })),
  agencyName: null,
  submitterName: null,
  submittedAt: null,
  answeredAt: null,
  reason: null,
  application: {
    reference: "PSF-2026-0001",
    title: "Boats",
    marking: "IN_CONFIDENCE" as const,
    endorsement: null,
    agency: { name: "Customs" },
  },
};

test("a report as a paper says what it is measured against, and a dash where nothing was written yet", () => {
  const paper = reportPaper(record, day("2026-11-24"));
  expect(paper).toMatchObject({ reference: "PSF-2026-0001", marking: "IN-CONFIDENCE" });
  expect(paper.above).toHaveLength(1);
  const [facts, results, milestones, money] = paper.sections.map(({ items }) => items);
  expect(facts?.map((item) => item.kind === "answer" && item.lines)).toEqual([
    ["Boats"],
    ["Customs"],
    ["24 November 2026"],
    ["Due"],
  ]);
  expect(results).toMatchObject([
    {
      kind: "table",
      rows: [
        ["Safer seas", "Patrols", "2", "4", "30 June 2027", "–"],
        ["Skills", "People", "0", "9", "–", "–"],
      ],
      columns: Array(6).fill({ header: expect.any(String), isNumeric: false }),
      total: null,
    },
  ]);
  expect(milestones).toMatchObject([
    {
      rows: [
        ["Boats bought", "Suva", "31 December 2026", "–", "–"],
        ["Crew trained", "Apia", "–", "–", "–"],
      ],
      columns: Array(5).fill({ header: expect.any(String), isNumeric: false }),
      total: null,
    },
  ]);
  expect(money).toHaveLength(3);
});

test("what was written stands beside it, and when it was sent and answered", () => {
  const values = {
    "reached-0": "Three patrols",
    "milestone-0": "done",
    "note-0": "A month early",
    spent: "1,000",
    progress: "Bought",
    problems: "None",
  };
  const answered = { ...record, values, submittedAt: day("2026-11-20"), answeredAt: day("2026-11-22"), reason: "Fine" };
  const sectionsOf = (state: "ACCEPTED" | "RETURNED" | "SUBMITTED", change: object = {}) =>
    reportPaper({ ...answered, state, ...change }, day("2026-11-24")).sections.map(({ items }) => items);
  const [facts, results, milestones, money] = sectionsOf("ACCEPTED");
  expect(facts?.slice(4).map((item) => item.kind === "answer" && item.lines[0])).toEqual([
    expect.stringContaining("20 November 2026"),
    expect.stringMatching(/22 November 2026.*Fine/),
  ]);
  expect(results).toMatchObject([{ rows: [expect.arrayContaining(["Three patrols"]), expect.arrayContaining(["–"])] }]);
  expect(milestones).toMatchObject([
    {
      rows: [["Boats bought", "Suva", "31 December 2026", "Complete", "A month early"], expect.anything()],
    },
  ]);
  expect(money?.map((item) => item.kind === "answer" && item.lines)).toEqual([["$1,000.00"], ["Bought"], ["None"]]);
  expect([sectionsOf("RETURNED")[0]?.length, sectionsOf("SUBMITTED")[0]?.length]).toEqual([6, 5]);
  expect(sectionsOf("ACCEPTED", { answeredAt: null })[0]).toHaveLength(5);
  expect(sectionsOf("ACCEPTED", { reason: null })[0]?.[5]).toMatchObject({ lines: [expect.not.stringContaining(":")] });
});

test("the parts are called as the report’s own form called them, and where it had none, as they always were", () => {
  const titles = (sections: typeof record.sections) =>
    reportPaper({ ...record, sections }, day("2026-11-24")).sections.map(({ title }) => title);
  const renamed = record.sections.map((section) => ({ ...section, title: `Your ${section.key}` }));
  expect(titles(renamed)).toEqual(["This report", "Your results", "Your milestones", "Your money"]);
  expect(titles([])).toEqual(["This report", "Results", "Milestones", "Money"]);
  expect(reportPaper({ ...record, sections: [] }, day("2026-11-24")).sections[3]?.items).toEqual([]);
});

test("the list of reports as a file: a row each, marked as the highest", async () => {
  const row = {
    id: "1",
    number: 2,
    kind: "FINAL" as const,
    dueOn: day("2026-11-24"),
    state: "SUBMITTED" as const,
    submittedAt: day("2026-11-20"),
    spentCents: 5n,
    reference: "PSF-2026-0001",
    title: "Boats",
    marking: "UNCLASSIFIED" as const,
    agency: "Customs",
    agencyName: "New Zealand Customs Service",
  };
  const due = { ...row, state: "DUE" as const, submittedAt: null, spentCents: null, marking: "IN_CONFIDENCE" as const };
  const sheet = await passSheet(reportSheet("Every report.", day("2026-11-25"), day("2026-11-25")), [[row, due]]);
  const same = ["PSF-2026-0001", "Boats", "New Zealand Customs Service", 2, "final", day("2026-11-24")];
  expect(sheet.rows).toEqual([
    [...same, "Submitted", expect.stringContaining("20 November 2026"), 5n, "UNCLASSIFIED"],
    [...same, "Overdue", null, null, "IN-CONFIDENCE"],
  ]);
  expect([sheet.marking, reportsMarking([row]), sheet.about.length]).toEqual(["IN-CONFIDENCE", "UNCLASSIFIED", 1]);
});

test("a final report that was sent before the end, where that has moved, is not the final one any more", () => {
  const report = { kind: "FINAL" as const, state: "SUBMITTED" as const, submittedOn: day("2027-06-29") };
  const endsOn = day("2027-06-30");
  expect(isEarlyFinal(report, endsOn)).toBe(true);
  expect(isEarlyFinal({ ...report, state: "ACCEPTED" }, endsOn)).toBe(true);
  expect(isEarlyFinal({ ...report, state: "RETURNED" }, endsOn)).toBe(false);
  expect(isEarlyFinal({ ...report, kind: "PROGRESS" }, endsOn)).toBe(false);
  expect(isEarlyFinal({ ...report, submittedOn: null }, endsOn)).toBe(false);
  for (const submittedOn of [endsOn, day("2027-08-01")])
    expect(isEarlyFinal({ ...report, submittedOn }, endsOn)).toBe(false);
});

test("what was returned is written first, by its day, and then the next one that is due", () => {
  const report = (number: number, dueOn: string, state: "DUE" | "RETURNED" | "SUBMITTED") => ({
    number,
    dueOn: day(dueOn),
    state,
  });
  const numbers = (...reports: ReturnType<typeof report>[]) => writable(reports).map(({ number }) => number);
  expect(
    numbers(
      report(5, "2027-12-01", "DUE"),
      report(4, "2027-06-01", "DUE"),
      report(3, "2028-01-01", "RETURNED"),
      report(2, "2027-09-01", "RETURNED"),
      report(1, "2027-01-01", "SUBMITTED"),
    ),
  ).toEqual([2, 3, 4]);
  expect(numbers(report(2, "2027-06-01", "DUE"), report(1, "2027-06-01", "DUE"))).toEqual([1]);
  expect(numbers(report(1, "2027-06-01", "RETURNED"))).toEqual([1]);
  expect(numbers()).toEqual([]);
});

test("the list of reports is marked as its highest application", () => {
  expect(reportsMarking([{ marking: "UNCLASSIFIED" }, { marking: "IN_CONFIDENCE" }])).toBe("IN-CONFIDENCE");
});
