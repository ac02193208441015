// What fits in the envelope, to the cent: running totals, the first that does not fit, shares, and who may tick what.
import { describe, expect, test } from "vitest";
import { sumCents } from "#lib/platform/money.ts";
import {
  byRank,
  type Choice,
  dividedTies,
  exactTotal,
  formatTotal,
  leftInWords,
  mayChange,
  obstacleTo,
  outcomeOf,
  type Room,
  rankInWords,
  type Shared,
  scoresByWeight,
  sharesByAgency,
  sharesByFocusArea,
  sharesByPlace,
  tickFromTop,
  tieInWords,
  verdict,
  workOut,
} from "./rules.ts";
import { choicesOf, ownFields, readableFields } from "./schema.ts";

const ROOMS: Room[] = [
  { startYear: 2026, availableCents: 100_000n },
  { startYear: 2027, availableCents: 50_000n },
];
/** Cents in 2026 and in 2027. */
const choice = (reference: string, isChosen: boolean, ...cents: bigint[]): Choice => ({
  reference,
  isChosen,
  phasing: cents.map((one, index) => ({ startYear: 2026 + index, cents: one })),
});

/** Numbers that look random but are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("what fits", () => {
  test("running totals count what is ticked, in the order of the rows, and each year by itself", () => {
    const { rows, years, count, totalCents, firstOver } = workOut(
      [choice("A", true, 60_000n, 50_000n), choice("B", false, 90_000n), choice("C", true, 40_000n, 1n)],
      ROOMS,
    );
    expect(rows.map((row) => row.years.map(({ runningCents }) => runningCents))).toEqual([
      [60_000n, 50_000n],
      [60_000n, 50_000n],
      [100_000n, 50_001n],
    ]);
    expect(rows.map(({ isOver }) => isOver)).toEqual([false, false, true]);
    expect(rows.map((row) => row.years.map(({ overCents }) => overCents))).toEqual([
      [0n, 0n],
      [0n, 0n],
      [0n, 1n],
    ]);
    expect(years.map(({ leftCents }) => leftCents)).toEqual([0n, -1n]);
    expect([count, totalCents, firstOver?.reference]).toEqual([2, 150_001n, "C"]);
  });

  test("a row without money in the year that is over is not over itself", () => {
    const { rows, firstOver } = workOut(
      [choice("A", true, 0n, 50_001n), choice("B", true, 100n), choice("C", true, 1n, 1n)],
      ROOMS,
    );
    expect(rows.map(({ isOver }) => isOver)).toEqual([true, false, true]);
    expect(firstOver?.reference).toBe("A");
  });

  test("what is not ticked is not over, though the year is", () => {
    const { rows } = workOut([choice("A", true, 100_001n), choice("B", false, 1n)], ROOMS);
    expect(rows.map(({ isOver }) => isOver)).toEqual([true, false]);
  });

  test("an amount in a year that is not open has nothing available", () => {
    const rooms = [{ startYear: 2026, availableCents: 0n }];
    expect(workOut([choice("A", true, 1n)], rooms).firstOver?.reference).toBe("A");
    expect(workOut([choice("A", true, 0n)], rooms).firstOver).toBeNull();
  });

  test("the verdict says in words whether it fits, by how much not, and where that begins", () => {
    expect(verdict(workOut([choice("A", false, 1n)], ROOMS))).toBe("Nothing is ticked yet.");
    expect(verdict(workOut([choice("A", true, 100_000n)], ROOMS))).toBe("It fits: 1 ticked, $1,000.00 in total.");
    expect(verdict(workOut([choice("A", true, 100_001n, 50_010n), choice("B", true, 1n)], ROOMS))).toBe(
      "It does not fit: 2026/27 is over by $0.02 and 2027/28 is over by $0.10." +
        " Rank 1, A, is the first from the top that does not fit.",
    );
  });

  test("what a year has left is said in words, also nothing, and what it is over", () => {
    expect([100n, 0n, -150n].map((leftCents) => leftInWords({ leftCents }))).toEqual([
      "$1.00 left",
      "$0.00 left",
      "Over by $1.50",
    ]);
  });

  test("what fits to the cent fits", () => {
    const choices = [choice("A", false, 60_000n, 50_000n), choice("B", false, 40_000n), choice("C", false, 0n, 0n)];
    const ticked = tickFromTop(choices, ROOMS, () => true);
    expect(ticked.map(({ isChosen }) => isChosen)).toEqual([true, true, false]);
    expect(workOut(ticked, ROOMS).rows.map(({ isOver }) => isOver)).toEqual([false, false, false]);
  });

  test("ticking from the top stops at the first that does not fit, and leaves the others as they are", () => {
    const choices = [
      choice("A", false, 60_000n),
      choice("none", true),
      choice("B", true, 40_001n),
      choice("C", true, 1n),
      choice("fixed", true, 0n, 1n),
    ];
    const ticked = (all: Choice[]) => all.filter(({ isChosen }) => isChosen).map(({ reference }) => reference);
    expect(ticked(tickFromTop(choices, ROOMS, (reference) => reference !== "fixed"))).toEqual(["A", "fixed"]);
    const full = choice("fixed", true, 100_000n);
    expect(ticked(tickFromTop([...choices.slice(0, 4), full], ROOMS, (one) => one !== "fixed"))).toEqual(["fixed"]);
  });

  test("of equal totals all are ticked or none, as far as they may be", () => {
    const choices = [choice("A", false, 50_000n), choice("B", false, 30_000n), choice("C", false, 30_000n)];
    const ticked = (totals: Record<string, number>, mayTick = (_: string) => true) =>
      tickFromTop(choices, ROOMS, mayTick, (reference) => totals[reference] ?? null)
        .filter(({ isChosen }) => isChosen)
        .map(({ reference }) => reference);
    expect(ticked({ A: 3, B: 2, C: 1 })).toEqual(["A", "B"]);
    expect(ticked({ A: 3, B: 2, C: 2 })).toEqual(["A"]);
    // What fits exactly, for both together.
    expect(ticked({ A: 2, B: 2 })).toEqual(["A", "B"]);
    expect(ticked({ A: 3, B: 2, C: 2 }, (reference) => reference !== "C")).toEqual(["A", "B"]);
    expect(
      dividedTies(
        [
          { reference: "B", total: 2 },
          { reference: "C", total: 2 },
        ],
        (one) => one === "B",
      ),
    ).toEqual(["B", "C"]);
    expect(
      dividedTies(
        [
          { reference: "B", total: 2 },
          { reference: "C", total: 1 },
        ],
        (one) => one === "B",
      ),
    ).toEqual([]);
    expect(
      dividedTies(
        [
          { reference: "B", total: null },
          { reference: "C", total: null },
        ],
        (one) => one === "B",
      ),
    ).toEqual([]);
  });

  test("of any choice: the parts are the whole to the cent, and what is ticked from the top always fits", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const below = numbers(seed);
      const rooms = [0, 1, 2].map((index) => ({ startYear: 2026 + index, availableCents: BigInt(below(1_000_000)) }));
      const choices = Array.from({ length: below(12) }, (_, index) =>
        choice(
          `R${index}`,
          below(2) === 1,
          BigInt(below(300_000)),
          BigInt(below(2) * below(300_000)),
          BigInt(below(9)),
        ),
      );
      const worked = workOut(choices, rooms);
      const chosen = choices.filter(({ isChosen }) => isChosen);
      const sum = sumCents(chosen.flatMap(({ phasing }) => phasing.map(({ cents }) => cents)));
      const what = `seed ${seed}`;
      expect(worked.totalCents, what).toBe(sum);
      expect(sumCents(worked.years.map(({ chosenCents }) => chosenCents)), what).toBe(sum);
      for (const year of worked.years) expect(year.leftCents + year.chosenCents, what).toBe(year.availableCents);
      expect(worked.firstOver === null, what).toBe(worked.years.every(({ leftCents }) => leftCents >= 0n));
      expect(
        workOut(
          tickFromTop(choices, rooms, () => true),
          rooms,
        ).firstOver,
        what,
      ).toBeNull();
    }
  });
});

describe("shares", () => {
  const amount = (cents: bigint, agency: string, focusArea: string | null, ...places: [string, number][]): Shared => ({
    cents,
    agency,
    focusArea,
    places: places.map(([name, percent]) => ({ name, percent })),
  });

  test("by place each amount goes by its percentages; rounding stays within the application", () => {
    const lines = sharesByPlace([
      amount(100n, "Police", null, ["Fiji", 33], ["Samoa", 33], ["Tonga", 34]),
      amount(1n, "Police", null, ["Fiji", 50], ["Samoa", 50]),
      amount(7n, "Police", null),
    ]);
    expect(lines).toEqual([
      { name: "Samoa", cents: 34n },
      { name: "Tonga", cents: 34n },
      { name: "Fiji", cents: 33n },
      { name: "No place given", cents: 7n },
    ]);
  });

  test("what goes to two of them alike is in the order of their names", () => {
    const amounts = ["Customs", "Police", "Defence", "Aviation"].map((agency) => amount(5n, agency, null));
    expect(sharesByAgency(amounts).map(({ name }) => name)).toEqual(["Aviation", "Customs", "Defence", "Police"]);
  });

  test("by agency and by main focus area, the largest first; nothing is no line", () => {
    const amounts = [amount(5n, "Police", "Cyber"), amount(9n, "Customs", null), amount(0n, "Defence", "Cyber")];
    expect(sharesByAgency(amounts).map(({ name }) => name)).toEqual(["Customs", "Police"]);
    expect(sharesByFocusArea(amounts)).toEqual([
      { name: "No focus area given", cents: 9n },
      { name: "Cyber", cents: 5n },
    ]);
  });

  test("of any amounts and percentages: the shares are the whole to the cent, and none is below zero", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const below = numbers(seed);
      const amounts = Array.from({ length: 1 + below(6) }, () => {
        const first = 1 + below(98);
        const second = 1 + below(100 - first);
        const parts: [string, number][] = [
          ["Fiji", first],
          ["Samoa", second],
        ];
        return amount(BigInt(below(1_000_000_007)), "Police", null, ...parts);
      });
      const lines = sharesByPlace(amounts);
      expect(sumCents(lines.map(({ cents }) => cents)), `seed ${seed}`).toBe(
        sumCents(amounts.map(({ cents }) => cents)),
      );
      expect(
        lines.every(({ cents }) => cents > 0n),
        `seed ${seed}`,
      ).toBe(true);
    }
  });
});

test("the order is by the exact total, then by the scores in the order of their weights, then by reference; without a total last", () => {
  const criteria = [
    { id: "a", weight: 55 },
    { id: "b", weight: 45 },
  ];
  const total = (a: number | null, b: number) =>
    exactTotal(criteria, [
      { criterionId: "a", score: a },
      { criterionId: "b", score: b },
    ]);
  expect([total(4, 4), total(3, 1), total(null, 4), exactTotal([], [])]).toEqual([10_000, 5_250, null, null]);
  expect([formatTotal(10_000), formatTotal(5_250), formatTotal(5_225)]).toEqual(["100", "52.5", "52.25"]);
  expect(exactTotal(criteria, [{ criterionId: "a", score: 4 }])).toBeNull();
  const weighted = [40, 60, 40].map((weight, index) => ({ id: `${index}`, name: `${index}`, weight }));
  expect(scoresByWeight(weighted, [{ criterionId: "2", score: 3 }])).toEqual([
    { name: "1", score: 0 },
    { name: "0", score: 0 },
    { name: "2", score: 3 },
  ]);
  const row = (number: number, total: number | null, ...scores: number[]) => ({
    reference: `PSF-2026-000${number}`,
    total,
    measured: null as string | null,
    scores: scores.map((score, index) => ({ name: `Criterion ${index + 1}`, score })),
  });
  const rows = [
    row(5, 5_250, 3, 1),
    row(6, null, 4),
    row(3, 5_250, 3, 2),
    row(7, 5_250, 4, 0),
    row(4, 0, 0, 0),
    row(2, 5_250, 3, 1),
    row(1, 5_275, 0, 4),
  ];
  expect(rows.sort(byRank).map(({ reference }) => reference.at(-1))).toEqual(["1", "7", "3", "2", "5", "4", "6"]);
  expect(rows.map((_, index) => rankInWords(rows, index))).toEqual(["1", "2=", "2=", "2=", "2=", "6", "–"]);
  const same = (number: number, more = "") => `The same total as PSF-2026-000${number}, with ${more}.`;
  const decide = "You decide which comes first, and say why.";
  expect([0, 1, 3, 5, 6].map((index) => tieInWords(rows, index))).toEqual([
    null,
    [3, 2, 5]
      .map((number) => same(number, "4 against 3 on “Criterion 1”"))
      .concat(decide)
      .join(" "),
    [
      same(7, "3 against 4 on “Criterion 1”"),
      same(3, "1 against 2 on “Criterion 2”"),
      "The same scores as PSF-2026-0005.",
      decide,
    ].join(" "),
    null,
    null,
  ]);
  expect(tieInWords([row(1, null, 4), row(2, null, 4)], 0)).toBeNull();
  const five = [1, 2, 3, 4, 5].map((number) => row(number, 5_000, 3));
  expect(tieInWords(five, 0)).toBe(`The same total as 4 others. ${decide}`);
  // Scored on other criteria: no score of the one says anything about the other.
  const earlier = { ...row(3, 5_000, 4), measured: "Scored on version 1 of the criteria." };
  const mixed = [earlier, ...five.slice(0, 2), { ...earlier, reference: "PSF-2026-0000" }].sort(byRank);
  expect(mixed.map(({ reference }) => reference.at(-1))).toEqual(["1", "2", "0", "3"]);
  expect(tieInWords(mixed, 1)).toBe(
    `The same scores as PSF-2026-0001. ${["0000", "0003"].map((number) => `The same total as PSF-2026-${number}, which was scored on other criteria.`).join(" ")} ${decide}`,
  );
  for (const [at, one] of rows.entries())
    for (const [place, other] of rows.entries()) {
      expect([at, place, Math.sign(byRank(one, other))]).toEqual([at, place, Math.sign(at - place)]);
    }
});

test("what stands in the way is said, and what has an obstacle may be unticked by who has no other duty", () => {
  const ready = { isHeld: false, agreed: 5, criteria: 5, hasOpenAdvice: false, otherDuty: null };
  expect(obstacleTo(ready)).toBeNull();
  expect(obstacleTo({ ...ready, agreed: 0, criteria: 0 })?.text).toBe(
    "Agree scores for all 0 criteria first (0 agreed).",
  );
  const held = obstacleTo({ ...ready, isHeld: true });
  const unscored = obstacleTo({ ...ready, agreed: 3 });
  const advice = obstacleTo({ ...ready, hasOpenAdvice: true });
  const duty = obstacleTo({ ...ready, isHeld: true, otherDuty: "are an assessor of it" });
  expect([held?.text, unscored?.text, advice?.text, duty?.text]).toEqual([
    "It is on hold.",
    "Agree scores for all 5 criteria first (3 agreed).",
    "Advice is still open.",
    "You are an assessor of it, so somebody else needs to recommend it.",
  ]);
  expect([null, held, unscored, advice, duty].map((one) => [mayChange(one, false), mayChange(one, true)])).toEqual([
    [true, true],
    [false, true],
    [false, true],
    [false, true],
    [false, false],
  ]);
});

test("an amount is full from what was requested on, and no amount is not to fund", () => {
  expect([outcomeOf(100n, 100n), outcomeOf(101n, 100n), outcomeOf(99n, 100n), outcomeOf(0n, 100n)]).toEqual([
    "FUND_IN_FULL",
    "FUND_IN_FULL",
    "FUND_IN_PART",
    "DO_NOT_FUND",
  ]);
});

test("a form says what is ticked and how much; what cannot be read is said at its field", () => {
  const { choices, errors } = choicesOf({
    pick: ["PSF-2026-0001", "PSF-2026-0009"],
    "PSF-2026-0001-2026": "$1,000.50",
    "PSF-2026-0001-2027": " ",
    "PSF-2026-0002-2026": "many",
    "PSF-2026-0002-2027": "-5",
    "PSF-2026-0003-2026": "5000\t6000",
    "PSF-2026-0003-2027": "300\u00a0000",
    phasing2026: "7",
    intent: "save",
  });
  expect(choices).toEqual([
    { reference: "PSF-2026-0001", isChosen: true, phasing: [{ startYear: 2026, cents: 100_050n }] },
    { reference: "PSF-2026-0002", isChosen: false, phasing: [] },
    { reference: "PSF-2026-0003", isChosen: false, phasing: [{ startYear: 2027, cents: 30_000_000n }] },
  ]);
  expect(Object.keys(errors)).toEqual(["PSF-2026-0002-2026", "PSF-2026-0002-2027", "PSF-2026-0003-2026"]);
});

test("a reason for more than was requested is asked for where that is so, and read wherever it was given", () => {
  const names = (isFunded: boolean, isAbove: boolean) =>
    ownFields("PSF-2026-0001", { isFunded, isAbove }).map(({ name, optional }) => [name.split("-")[0], optional]);
  expect(names(true, true)).toEqual([
    ["rationale", true],
    ["conditions", true],
    ["exceptionReason", undefined],
  ]);
  expect(names(false, false)).toEqual([["rationale", true]]);
  expect(readableFields("PSF-2026-0001").every(({ optional }) => optional)).toBe(true);
});
