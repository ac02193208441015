import { expect, test } from "vitest";
import { workingDayFrom } from "#lib/platform/working-days.ts";
import {
  checkRound,
  closesAtOf,
  criteriaValues,
  isEarlier,
  isMoved,
  measuredWords,
  parseCriteria,
  roundStatus,
  roundValues,
  valuesOfNextRound,
  whyNotMoved,
  whyNotNewCriteria,
  whyNotPublished,
  whyNotTakenBack,
} from "./rules.ts";
import { CRITERIA_MAX, criterionInput, type KeptRound, SCORE_MAX, STARTING_CRITERIA } from "./schema.ts";

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const round: KeptRound = {
  name: "2026",
  opensOn: day("2026-11-02"),
  closesOn: day("2026-11-30"),
  closesTime: "12:00",
  money: null,
  minimumAssessments: 2,
  checklist: "One?\nTwo?",
  tellEmails: null,
};
const lines = (count: number, line = "x"): string => Array(count).fill(line).join("\n");

const rounds: [string, Partial<KeptRound>, string[]][] = [
  ["as it should be", {}, []],
  ["open all year", { closesOn: null, closesTime: null }, []],
  ["without a time", { closesTime: null }, []],
  ["closing at one in the night", { closesTime: "1:00" }, []],
  ["closing at the last minute", { closesTime: "23:59" }, []],
  ["closing at 24", { closesTime: "24:00" }, ["closesTime"]],
  ["closing at a minute that is none", { closesTime: "12:60" }, ["closesTime"]],
  ["closing at no time", { closesTime: "soon" }, ["closesTime"]],
  ["closing at an hour that may be either", { closesTime: "5" }, ["closesTime"]],
  ["closing at noon in words", { closesTime: "noon" }, []],
  ["closing in an hour that clocks skip", { closesOn: day("2027-09-26"), closesTime: "02:30" }, ["closesTime"]],
  ["closing as they have skipped it", { closesOn: day("2027-09-26"), closesTime: "3 am" }, []],
  ["closing in an hour that comes twice", { closesOn: day("2027-04-04"), closesTime: "2.30 am" }, ["closesTime"]],
  ["closing in that hour on another day", { closesOn: day("2027-04-05"), closesTime: "2:30 am" }, []],
  ["with a time and no day", { closesOn: null }, ["closesOn-day"]],
  ["closing before it opens", { closesOn: day("2026-11-01") }, ["closesOn-day"]],
  ["closing on the day it opens", { closesOn: day("2026-11-02") }, []],
  ["closing in the moment it opens", { closesOn: day("2026-11-02"), closesTime: "0:00" }, ["closesTime"]],
  ["with 20 questions", { checklist: lines(20) }, []],
  ["with 21 questions", { checklist: lines(21) }, ["checklist"]],
  ["with a question of 200", { checklist: "x".repeat(200) }, []],
  ["with a question of 201", { checklist: `short\n${"x".repeat(201)}` }, ["checklist"]],
  ["with addresses", { tellEmails: "a@mfat.govt.nz\n b@mfat.govt.nz " }, []],
  ["with what is no address", { tellEmails: "a@mfat.govt.nz\nnobody" }, ["tellEmails"]],
];
test.each(rounds)("a round %s", (_what, change, wrong) => {
  expect(Object.keys(checkRound({ ...round, ...change }))).toEqual(wrong);
});

test("a closing time is read as people write it, and is five in the afternoon where none was given", () => {
  const five = new Date("2026-11-30T04:00:00Z");
  for (const closesTime of ["5 pm", "5:00 pm", "5.00 p.m.", "5PM", "17:00", "17.00", "1700", null]) {
    expect([closesTime, closesAtOf({ ...round, closesTime })]).toEqual([closesTime, five]);
  }
  for (const closesTime of ["noon", "12 noon", "midday", "12:00", "12 pm"]) {
    expect(closesAtOf({ ...round, closesTime })).toEqual(new Date("2026-11-29T23:00:00Z"));
  }
  expect(closesAtOf({ ...round, closesOn: null, closesTime: null })).toBeNull();
});

test("what a time comes to is said where a clock would not say it", () => {
  const said = (closesOn: string, closesTime: string) =>
    checkRound({ ...round, opensOn: day("2026-01-01"), closesOn: day(closesOn), closesTime }).closesTime;
  for (const midnight of ["00:00", "0:00", "24:00", "midnight", "12 am"]) {
    expect(said("2026-11-30", midnight)).toMatch(
      /when Monday 30 November 2026 begins. Do you mean the end of that day/,
    );
  }
  expect(said("2027-09-26", "02:30")).toMatch(/^There is no 2:30 am on Sunday 26 September 2027/);
  expect(said("2027-04-04", "02:30")).toMatch(/^2:30 am comes twice on Sunday 4 April 2027/);
});

test("a round of last year begins a year later, on working days and under its next name", () => {
  const last = {
    name: "2026/27 main round",
    opensAt: new Date("2026-07-31T12:00:00Z"),
    closesAt: new Date("2026-09-30T04:00:00Z"),
    moneyCents: 180_000_000n,
    minimumAssessments: 3,
    checklist: ["One?", "Two?"],
    tellEmails: [],
  };
  expect(valuesOfNextRound(last, workingDayFrom)).toMatchObject({
    name: "2027/28 main round",
    "opensOn-day": "2", // 1 August 2027 is a Sunday
    "opensOn-month": "8",
    "opensOn-year": "2027",
    "closesOn-day": "30",
    "closesOn-year": "2027",
    closesTime: "5:00 pm",
    money: "1,800,000.00",
    minimumAssessments: "3",
    checklist: "One?\nTwo?",
  });
  expect(valuesOfNextRound({ ...last, name: "Round of 2029" }, workingDayFrom).name).toBe("Round of 2030");
  expect(valuesOfNextRound({ ...last, name: "2098/99 round" }, workingDayFrom).name).toBe("2099/00 round");
  expect(valuesOfNextRound({ ...last, name: "Open all year", closesAt: null }, workingDayFrom)).toMatchObject({
    name: "",
  });
});

test("a round with drafts in it closes earlier only once the desk knows how many there are", () => {
  const at = (text: string) => new Date(`2026-11-${text}T04:00:00Z`);
  const before = { publishedAt: at("01"), opensAt: at("02"), closesAt: at("20") as Date | null };
  const moved = (closesAt: Date | null, written = 2, more = {}) =>
    whyNotMoved({ ...before, ...more }, { opensAt: at("02"), closesAt }, written, false, at("10"));
  expect(moved(at("19"))?.fields.closesEarlier).toMatch(/2 applications in this round are not submitted/);
  expect(moved(at("09"), 1)?.fields.closesEarlier).toMatch(/^That time has passed: 1 application/);
  expect(moved(at("19"), 2, { closesAt: null })).not.toBeNull();
  expect([moved(at("21")), moved(null), moved(at("20")), moved(at("19"), 0)]).toEqual([null, null, null, null]);
  expect(moved(at("19"), 2, { publishedAt: null })).toBeNull();
  expect(whyNotMoved(before, { opensAt: at("02"), closesAt: at("19") }, 2, true, at("10"))).toBeNull();
  const later = whyNotMoved(before, { opensAt: at("15"), closesAt: at("20") }, 2, true, at("10"));
  expect(later?.fields["opensOn-day"]).toMatch(/cannot open later/);
});

type Row = { name?: string; weight?: string; anchors?: (string | undefined)[]; sections?: string[] };
const criterion = (
  index: number,
  { name = `Criterion ${index}`, weight = "50", anchors, sections = [] }: Row = {},
) => ({
  [criterionInput(index, "name")]: name,
  [criterionInput(index, "weight")]: weight,
  ...Object.fromEntries(
    Array.from({ length: SCORE_MAX + 1 }, (_, score) => [
      criterionInput(index, `anchor${score}`),
      anchors ? (anchors[score] ?? "") : `${score} of ${index}`,
    ]),
  ),
  [criterionInput(index, "sections")]: sections,
});
const parse = (...rows: object[]) => parseCriteria(Object.assign({}, ...rows), ["need", "risks"]);
const wrong = (...rows: object[]) => Object.keys(parse(...rows).errors ?? {});

test("criteria are read in their order, and places without a name are left out", () => {
  const gap = criterion(1, { name: "", weight: "" });
  expect(parse(criterion(0, { weight: "60", sections: ["need"] }), gap, criterion(2, { weight: "40" }))).toEqual({
    data: [
      { name: "Criterion 0", weight: 60, anchors: [0, 1, 2, 3, 4].map((score) => `${score} of 0`), sections: ["need"] },
      { name: "Criterion 2", weight: 40, anchors: [0, 1, 2, 3, 4].map((score) => `${score} of 2`), sections: [] },
    ],
    errors: null,
  });
  const last = CRITERIA_MAX - 1;
  expect(parse(criterion(last, { weight: "100" })).data).toHaveLength(1);
  expect(parse(criterion(CRITERIA_MAX, { weight: "100" })).data).toBeNull();
});

test("criteria have a name each, once, and weights of 100 together; what is wrong is said at its place", () => {
  expect(wrong()).toEqual([criterionInput(0, "name")]);
  expect(wrong(criterion(1), criterion(3, { name: "Criterion 1" }))).toEqual([criterionInput(3, "name")]);
  expect(wrong(criterion(1), criterion(3, { weight: "49" }))).toEqual([criterionInput(1, "weight")]);
  expect(parse(criterion(1), criterion(3, { weight: "49" })).errors?.[criterionInput(1, "weight")]).toContain("99");
  expect(wrong(criterion(0, { weight: "0" }), criterion(1))).toEqual([criterionInput(0, "weight")]);
  expect(wrong(criterion(0, { sections: ["elsewhere"] }), criterion(1))).toEqual([criterionInput(0, "sections")]);
});

test("the criteria that a new round starts with are what its form would take", () => {
  const asked = STARTING_CRITERIA.map(({ name, weight, anchors, sections }, index) =>
    criterion(index, { name, weight: `${weight}`, anchors: [...anchors], sections: [...sections] }),
  );
  const sections = STARTING_CRITERIA.flatMap((each) => [...each.sections]);
  const { data, errors } = parseCriteria(Object.assign({}, ...asked), sections);
  expect([errors, data]).toEqual([null, STARTING_CRITERIA]);
});

test("a round is open from its opening until it closes", () => {
  const status = (opensAt: Date, closesAt: Date | null) =>
    roundStatus({ publishedAt: opensAt, opensAt, closesAt }, day("2026-11-10"));
  expect([
    status(day("2026-11-11"), null),
    status(day("2026-11-10"), null),
    status(day("2026-11-01"), day("2026-11-11")),
    status(day("2026-11-01"), day("2026-11-10")),
    roundStatus({ publishedAt: null, opensAt: day("2026-11-01"), closesAt: null }, day("2026-11-10")),
  ]).toEqual(["coming", "open", "open", "closed", "draft"]);
});

test("a round is published once, and not after it would have closed; it is a draft again until somebody applies", () => {
  const [now, published] = [day("2026-11-24"), day("2026-11-01")];
  const draft = { publishedAt: null, opensAt: published, closesAt: day("2026-12-01") };
  expect(whyNotPublished(draft, now)).toBeNull();
  expect(whyNotPublished({ ...draft, closesAt: null }, now)).toBeNull();
  expect(whyNotPublished({ ...draft, publishedAt: published }, now)).toBe("This round is published already.");
  for (const closesAt of [now, published])
    expect(whyNotPublished({ ...draft, closesAt }, now)).toMatch(/which has passed/);
  expect(whyNotTakenBack(draft, 0)).toMatch(/^This round is a draft/);
  expect(whyNotTakenBack({ publishedAt: published }, 0)).toBeNull();
  expect(whyNotTakenBack({ publishedAt: published }, 1)).toMatch(/^An agency has started an application/);
});

test("a closing time moves to another one, to none or from none, and earlier is what comes before", () => {
  const [early, late] = [day("2026-12-01"), day("2026-12-02")];
  const times = [early, late, null].flatMap((before) => [early, late, null].map((after) => [before, after] as const));
  const at = (closesAt: Date | null) => ({ opensAt: early, closesAt: closesAt && new Date(closesAt) });
  expect(times.map(([before, after]) => isMoved(at(before), at(after)))).toEqual([
    ...[false, true, true],
    ...[true, false, true],
    ...[true, true, false],
  ]);
  expect(times.map(([before, after]) => isEarlier(before, after))).toEqual([
    ...[false, false, false],
    ...[true, false, false],
    ...[true, true, false],
  ]);
});

test("what a moved round asks says how many are not submitted, and whether the time has passed", () => {
  const now = day("2026-11-24");
  const before = { publishedAt: day("2026-11-01"), opensAt: day("2026-11-01"), closesAt: day("2026-12-20") };
  const moved = (change: object, written: number) => whyNotMoved(before, { ...before, ...change }, written, false, now);
  const problemOf = (change: object, written: number) => Object.values(moved(change, written)?.fields ?? {})[0];
  expect(problemOf({ closesAt: day("2026-12-10") }, 1)).toBe(
    "This gives agencies less time: 1 application in this round is not submitted yet",
  );
  expect(problemOf({ closesAt: now }, 2)).toBe(
    "That time has passed: 2 applications in this round are not submitted yet",
  );
  const asks = (written: number) => JSON.stringify(moved({ closesAt: day("2026-12-10") }, written));
  expect(asks(1)).toContain(
    "1 application in it is not submitted yet. We will email the people who write and sign off it",
  );
  expect(asks(2)).toContain(
    "2 applications in it are not submitted yet. We will email the people who write and sign off them",
  );
  expect(problemOf({ opensAt: day("2026-11-25") }, 1)).toMatch(/cannot open later$/);
  // It may open on what is past, earlier than it did, or when it did.
  for (const opensAt of [now, day("2026-10-01"), before.opensAt]) expect(moved({ opensAt }, 1)).toBeNull();
  const coming = { ...before, opensAt: day("2026-11-26") };
  expect(whyNotMoved(coming, { ...coming, opensAt: day("2026-11-25") }, 1, false, now)).toBeNull();
  expect(whyNotMoved(coming, coming, 1, false, now)).toBeNull();
});

test("new criteria ask for a reason once applications are assessed, and what was scored before says so", () => {
  expect([whyNotNewCriteria(0, ""), whyNotNewCriteria(3, "A review")]).toEqual([null, null]);
  expect(whyNotNewCriteria(1, "")?.fields).toEqual({
    reason: "Enter why the criteria change: 1 application is assessed on the earlier criteria",
  });
  expect(whyNotNewCriteria(2, "")?.fields.reason).toContain("2 applications are assessed");
  expect([measuredWords(null, 2), measuredWords(2, 2)]).toEqual([null, null]);
  expect(measuredWords(1, 2)).toMatch(/^Scored on version 1 of the criteria\. The round now has version 2/);
});

test("criteria and rounds go into their forms as they were read from them", () => {
  const one = { name: "Need", weight: 40, anchors: ["none", "some"], sections: ["need", "risks"] };
  const two = { name: "Fit", weight: 60, anchors: [], sections: [] };
  expect(criteriaValues([one, two] as unknown as Parameters<typeof criteriaValues>[0])).toEqual({
    [criterionInput(0, "name")]: "Need",
    [criterionInput(0, "weight")]: "40",
    [criterionInput(0, "sections")]: ["need", "risks"],
    [criterionInput(0, "anchor0")]: "none",
    [criterionInput(0, "anchor1")]: "some",
    [criterionInput(1, "name")]: "Fit",
    [criterionInput(1, "weight")]: "60",
    [criterionInput(1, "sections")]: [],
  });
  const kept = { name: "All year", opensAt: day("2026-07-01"), closesAt: null, minimumAssessments: 2 };
  const values = (moneyCents: bigint | null) => roundValues({ ...kept, moneyCents, checklist: [], tellEmails: [] });
  expect([values(null).money, values(1_000_00n).money]).toEqual(["", "1,000.00"]);
});
