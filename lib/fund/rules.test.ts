import { expect, test } from "vitest";
import { checkRound, padTime, parseCriteria, roundStatus } from "./rules.ts";
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
  ["closing at noon in words", { closesTime: "at 12:00" }, ["closesTime"]],
  ["closing at a time and more", { closesTime: "12:00 pm" }, ["closesTime"]],
  ["with a time and no day", { closesOn: null }, ["closesOn-day"]],
  ["closing before it opens", { closesOn: day("2026-11-01") }, ["closesOn-day"]],
  ["closing on the day it opens", { closesOn: day("2026-11-02") }, []],
  ["closing in the moment it opens", { closesOn: day("2026-11-02"), closesTime: "0:00" }, ["closesOn-day"]],
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

test("a closing time is of five signs, and five in the afternoon where none was given", () => {
  expect([padTime("9:30"), padTime("12:00"), padTime(null)]).toEqual(["09:30", "12:00", "17:00"]);
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
  const status = (opensAt: Date, closesAt: Date | null) => roundStatus({ opensAt, closesAt }, day("2026-11-10"));
  expect([
    status(day("2026-11-11"), null),
    status(day("2026-11-10"), null),
    status(day("2026-11-01"), day("2026-11-11")),
    status(day("2026-11-01"), day("2026-11-10")),
  ]).toEqual(["coming", "open", "open", "closed"]);
});
