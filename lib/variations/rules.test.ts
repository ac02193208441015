import { expect, test } from "vitest";
import { formatPhasing, type PhasedAmount } from "#lib/budget/rules.ts";
import { passSheet } from "#lib/platform/sheet.ts";
import {
  type Agreed,
  addedBy,
  approverOf,
  changeOfTotal,
  changesByYear,
  checkAsked,
  currentTerms,
  decliners,
  isChecked,
  isVariationKind,
  kindsInWords,
  kindsOf,
  leadingKind,
  type RegisteredVariation,
  registerSheet,
  type Terms,
  VARIATION_KINDS,
  VARIATION_STATES,
  variationName,
  waitsOnRole,
  whyNoLongerFits,
} from "./rules.ts";
import { readTerms, termsJson } from "./schema.ts";

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const today = day("2026-11-24");
const year = (
  startYear: number,
  committed: bigint,
  bound: bigint,
  available: bigint,
  isOpen = true,
  isClosed = false,
) => ({
  startYear,
  committedCents: committed,
  boundCents: bound,
  availableCents: available,
  isOpen,
  isClosed,
});
const agreed: Agreed = {
  startsOn: day("2026-07-01"),
  endsOn: day("2027-06-30"),
  scope: "Two courses in Apia",
  years: [year(2025, 100_00n, 40_00n, 900_00n, false), year(2026, 50_00n, 10_00n, 30_00n), year(2027, 0n, 0n, 500_00n)],
};
const phasedOf = (...cents: bigint[]) =>
  cents.flatMap((part, index) => (part ? [{ startYear: 2025 + index, cents: part }] : []));
const phased = (kind: "REPHASING" | "COST", ...cents: bigint[]): Terms => ({ kind, phasing: phasedOf(...cents) });
const cost = (phasing: PhasedAmount) => ({ kind: "COST" as const, phasing });
const rephasing = (phasing: PhasedAmount) => ({ kind: "REPHASING" as const, phasing });
const longer: Agreed = { ...agreed, endsOn: day("2028-06-30") };
const refused = (terms: Terms): Record<string, string> => checkAsked(agreed, terms, today);

test("a new end is another day, not before the beginning or today, and not years away", () => {
  const asked = (text: string) => refused({ kind: "TIME", endsOn: day(text) })["endsOn-day"];
  expect(asked("2027-06-30")).toBe("It already ends on 30 June 2027. Enter another date");
  expect(asked("2026-06-30")).toBe("New end date must be 1 July 2026, when it begins, or later");
  expect(asked("2026-11-23")).toBe("New end date must be today or later");
  expect(asked("2032-07-01")).toBe("New end date must be 30 June 2032 or earlier");
  expect([asked("2026-11-24"), asked("2032-06-30")]).toEqual([undefined, undefined]);
});

test("an end on 29 February goes to 28 February at the latest", () => {
  const leap = { ...agreed, endsOn: day("2028-02-29") };
  const asked = (text: string) => checkAsked(leap, { kind: "TIME", endsOn: day(text) }, today)["endsOn-day"];
  expect(asked("2033-03-01")).toBe("New end date must be 28 February 2033 or earlier");
  expect(asked("2033-02-28")).toBeUndefined();
});

test("another scope is in other words", () => {
  expect(refused({ kind: "SCOPE", scope: agreed.scope })).toEqual({
    scope: "Enter a different scope. This one is already agreed",
  });
  expect(refused({ kind: "SCOPE", scope: "Three courses in Apia" })).toEqual({});
});

test("a re-phasing keeps the total, and what is paid or claimed stays in its year", () => {
  expect(checkAsked(longer, phased("REPHASING", 90_00n, 50_00n, 10_00n), today)).toEqual({});
  expect(refused(phased("REPHASING", 100_00n, 50_00n))).toEqual({
    phasing2025: "Change at least one amount. These are the same",
  });
  expect(refused(phased("REPHASING", 90_00n, 50_00n))).toEqual({
    phasing2025: "The amounts must add up to $150.00, as now. They add up to $140.00, $10.00 too little",
  });
  expect(checkAsked(longer, phased("REPHASING", 30_00n, 50_00n, 70_00n), today)).toEqual({
    phasing2025: "Amount must be $40.00 or more: that is paid or claimed in 2025/26",
  });
});

test("no year is given more than its envelope has, and none that has ended or is not open", () => {
  expect(refused(phased("REPHASING", 60_00n, 90_00n))).toEqual({
    phasing2026: "This adds $40.00. Only $30.00 is available in 2026/27.",
  });
  expect(refused(phased("REPHASING", 110_00n, 40_00n))).toEqual({
    phasing2025: "2025/26 is not open, so you cannot add money to it",
  });
  expect(refused(phased("COST", 100_00n, 50_00n, 0n, 1_00n))).toEqual({
    phasing2028: "2028/29 is not open, so you cannot add money to it",
  });
});

test("a variation of cost changes the total, up or down, within what is available and above what is paid", () => {
  expect(refused(phased("COST", 100_00n, 60_00n))).toEqual({});
  expect(refused(phased("COST", 40_00n, 10_00n))).toEqual({});
  expect(refused(phased("COST", 40_00n, 9_99n))).toEqual({
    phasing2026: "Amount must be $10.00 or more: that is paid or claimed in 2026/27",
  });
  expect(refused(phased("COST", 90_00n, 60_00n))).toEqual({
    phasing2025: "The total stays $150.00. Ask for a re-phasing instead",
  });
  expect(refused(phased("COST"))).toMatchObject({
    phasing2025: "Amount must be $40.00 or more: that is paid or claimed in 2025/26",
  });
});

test("what was paid since it was asked for, and no longer fits, is said with its figure", () => {
  const asked = [{ startYear: 2025, cents: 50_00n }];
  expect(whyNoLongerFits([year(2025, 100_00n, 50_00n, 0n)], cost(asked), today)).toBeNull();
  expect(whyNoLongerFits([year(2025, 100_00n, 50_01n, 0n)], cost(asked), today)).toBe(
    "$50.01 is paid or claimed in 2025/26 by now, so the variation would leave too little. The agency needs to ask again.",
  );
});

test("what was asked for before its year ended adds nothing to that year afterwards", () => {
  const asked = [{ startYear: 2026, cents: 50_00n }];
  const years = [year(2026, 10_00n, 0n, 100_00n)];
  expect(whyNoLongerFits(years, cost(asked), day("2027-06-30"))).toBeNull();
  expect(whyNoLongerFits(years, cost(asked), day("2027-07-01"))).toBe(
    "2026/27 ended on 30 June 2027, so you cannot add money to it. Decline the variation. The agency can then ask again.",
  );
  // Out of it into a later year is what a re-phasing is for.
  const moved = [{ startYear: 2027, cents: 10_00n }];
  expect(whyNoLongerFits([...years, year(2027, 0n, 0n, 100_00n)], rephasing(moved), day("2027-07-01"))).toBeNull();
});

test("a re-phasing leaves a closed year as it is; less of one in total is a variation of cost", () => {
  const years = [year(2025, 100_00n, 40_00n, 900_00n, false, true), year(2026, 50_00n, 10_00n, 500_00n)];
  const asked = (terms: Terms) => checkAsked({ ...agreed, years }, terms, today);
  const closed = "2025/26 is closed, so its money cannot move into another year";
  expect(asked(phased("REPHASING", 90_00n, 60_00n))).toEqual({ phasing2025: closed });
  // Nor where the form leaves it out.
  expect(asked(phased("REPHASING", 0n, 150_00n))).toEqual({ phasing2025: closed });
  expect(asked(phased("COST", 90_00n, 50_00n))).toEqual({});
  expect(asked(phased("COST", 110_00n, 50_00n))).toEqual({
    phasing2025: "2025/26 is not open, so you cannot add money to it",
  });
  expect(whyNoLongerFits(years, rephasing(phasedOf(90_00n, 60_00n)), today)).toContain(
    `${closed}. Decline the variation. The agency can ask again`,
  );
  expect(whyNoLongerFits(years, rephasing(phasedOf(100_00n, 50_00n)), today)).toBeNull();
  expect(whyNoLongerFits(years, cost(phasedOf(90_00n, 50_00n)), today)).toBeNull();
});

test("two phasings differ by year, and what one adds is what has to be there", () => {
  const [before, after] = [
    [{ startYear: 2026, cents: 5n }],
    [
      { startYear: 2027, cents: 4n },
      { startYear: 2026, cents: 3n },
    ],
  ];
  expect(changesByYear(before, after).map(({ startYear, changeCents }) => [startYear, changeCents])).toEqual([
    [2026, -2n],
    [2027, 4n],
  ]);
  expect(addedBy(before, after)).toEqual([{ startYear: 2027, cents: 4n }]);
});

test("an end before a year that holds money asks for another phasing with it", () => {
  const years = [year(2026, 100_00n, 0n, 0n), year(2027, 162_000_00n, 0n, 500_000_00n), year(2028, 0n, 0n, 0n)];
  const later = { ...agreed, endsOn: day("2028-12-31"), years };
  const asked = (terms: Omit<Terms, "kind">, kind: Terms["kind"] = "TIME") =>
    checkAsked(later, { kind, ...terms } as Terms, today);
  expect(asked({ endsOn: day("2027-07-01") })).toEqual({});
  expect(asked({ endsOn: day("2027-06-30") })["endsOn-day"]).toBe(
    "$162,000.00 is committed in 2027/28, which begins after that day. Ask for a re-phasing or a lower cost in the same variation",
  );
  const [kept, released] = [[{ startYear: 2026, cents: 100_00n }], [{ startYear: 2027, cents: 1n }]];
  expect(asked({ endsOn: day("2027-06-30"), phasing: kept }, "COST")).toEqual({});
  expect(asked({ endsOn: day("2027-06-30"), phasing: [...kept, ...released] }, "COST")).toHaveProperty("phasing2027");
  const time = { kind: "TIME", endsOn: day("2027-06-30") } as const;
  expect(whyNoLongerFits(years, time, today)).toMatch(/^\$162,000.00 is committed in 2027\/28.*ask again\.$/);
  expect(whyNoLongerFits(years.slice(0, 1), time, today)).toBeNull();
});

test("no money is added to a year that begins after the agreed end, unless a later end is asked for too", () => {
  const outside =
    "2027/28 begins after 30 June 2027, when the initiative ends. Ask for a later end date in the same variation";
  expect(refused(phased("REPHASING", 90_00n, 50_00n, 10_00n))).toEqual({ phasing2027: outside });
  expect(refused(phased("COST", 100_00n, 50_00n, 10_00n))).toEqual({ phasing2027: outside });
  const endsOn = day("2027-07-01");
  for (const kind of ["REPHASING", "COST"] as const) {
    const cents = kind === "COST" ? 100_00n : 90_00n;
    expect(refused({ kind, endsOn, phasing: phasedOf(cents, 50_00n, 10_00n) })).toEqual({});
  }
  // What is there already may stay, or become less.
  const years = [year(2026, 50_00n, 0n, 30_00n), year(2027, 20_00n, 0n, 500_00n)];
  const moved = [60_00n, 10_00n].map((cents, index) => ({ startYear: 2026 + index, cents }));
  expect(checkAsked({ ...agreed, years }, rephasing(moved), today)).toEqual({});
});

test("each kind waits on who approves it, and cost on the budget officer first", () => {
  const waiting = (kinds: Terms["kind"] | Terms["kind"][], state: "ASKED" | "BUDGET_CONFIRMED" = "ASKED") => [
    waitsOnRole({ kinds: [kinds].flat(), state }),
    decliners({ kinds: [kinds].flat(), state }),
  ];
  expect(waiting(["TIME", "SCOPE"])).toEqual(["DESK", ["DESK"]]);
  expect(waiting(["TIME", "REPHASING"])).toEqual(["BUDGET", ["DESK", "BUDGET"]]);
  expect(waiting(["SCOPE", "REPHASING"], "BUDGET_CONFIRMED")).toEqual(["DESK", ["DESK"]]);
  expect(waiting(["TIME", "COST"], "BUDGET_CONFIRMED")).toEqual(["APPROVER", ["APPROVER"]]);
  expect(waiting("TIME")).toEqual(["DESK", ["DESK"]]);
  expect(waiting("SCOPE")).toEqual(["DESK", ["DESK"]]);
  expect(waiting("REPHASING")).toEqual(["BUDGET", ["BUDGET"]]);
  expect(waiting("COST")).toEqual(["BUDGET", ["APPROVER", "BUDGET"]]);
  expect(waiting("COST", "BUDGET_CONFIRMED")).toEqual(["APPROVER", ["APPROVER"]]);
});

const proposed = (kind: Terms["kind"]): Terms => {
  if (kind === "TIME") return { kind, endsOn: today };
  return kind === "SCOPE" ? { kind, scope: "Other" } : { kind, phasing: [] };
};

test("terms come out of a row as they went in", () => {
  const all = { kind: "COST", endsOn: today, scope: "Other", phasing: phasedOf(1n) } as const;
  expect(readTerms("COST", JSON.parse(JSON.stringify(termsJson(all))))).toEqual(all);
  expect(kindsOf(all)).toEqual(["TIME", "SCOPE", "COST"]);
  for (const kind of ["TIME", "SCOPE", "REPHASING", "COST"] as const) {
    const terms = currentTerms(proposed(kind), agreed);
    expect(readTerms(kind, JSON.parse(JSON.stringify(termsJson(terms))))).toEqual(terms);
  }
  expect(() => readTerms("TIME", { scope: "Other" })).toThrow();
});

test("an arrangement may end on the day it begins, also where that is today", () => {
  const later = { ...agreed, startsOn: today };
  expect(checkAsked(later, { kind: "TIME", endsOn: today }, day("2026-11-01"))).toEqual({});
  expect(checkAsked(later, { kind: "TIME", endsOn: today }, today)).toEqual({});
});

test("too much is said as plainly as too little, and a year that is wrong by itself before the sum", () => {
  expect(refused(phased("REPHASING", 100_00n, 60_00n))).toEqual({
    phasing2025: "The amounts must add up to $150.00, as now. They add up to $160.00, $10.00 too much",
  });
  expect(refused(phased("REPHASING", 30_00n, 50_00n))).toEqual({
    phasing2025: "Amount must be $40.00 or more: that is paid or claimed in 2025/26",
  });
});

test("a change of cost is one of some amount: not of none, and not of the same ones", () => {
  const unpaid = { ...agreed, years: [year(2026, 50_00n, 0n, 30_00n)] };
  const cost = (...cents: bigint[]) =>
    checkAsked(
      unpaid,
      { kind: "COST", phasing: cents.map((part, index) => ({ startYear: 2026 + index, cents: part })) },
      today,
    );
  expect(cost()).toEqual({ phasing2026: "Enter the amount for at least one financial year" });
  expect(cost(50_00n)).toEqual({ phasing2026: "Change at least one amount. These are the same" });
  expect([cost(80_00n), cost(1n)]).toEqual([{}, {}]);
  expect(cost(80_01n)).toEqual({ phasing2026: "This adds $30.01. Only $30.00 is available in 2026/27." });
});

test("an arrangement that holds no money yet is asked for some", () => {
  expect(checkAsked({ ...agreed, years: [] }, { kind: "COST", phasing: [] }, today)).toEqual({
    phasing: "Enter the amount for at least one financial year",
  });
});

test("a year that holds less than is paid in it, as after a recovery, may stay as it is", () => {
  const years = [year(2026, 50_00n, 60_00n, 0n), year(2027, 10_00n, 0n, 100_00n)];
  const asked = {
    kind: "COST",
    phasing: [50_00n, 20_00n].map((cents, i) => ({ startYear: 2026 + i, cents })),
  } as const;
  expect(checkAsked({ ...longer, years }, asked, today)).toEqual({});
});

test("a year that stays as it is may end meanwhile, and of a year that is new nothing is paid yet", () => {
  const asked = [
    { startYear: 2025, cents: 10_00n },
    { startYear: 2027, cents: 5_00n },
  ];
  expect(whyNoLongerFits([year(2025, 10_00n, 10_00n, 0n)], cost(asked), today)).toBeNull();
  expect(
    whyNoLongerFits([year(2026, 10_00n, 3_00n, 0n), year(2027, 1_00n, 5_01n, 0n)], cost(asked.slice(1)), today),
  ).toBe(
    "$3.00 is paid or claimed in 2026/27 by now; $5.01 is paid or claimed in 2027/28 by now, so the variation would leave too little. The agency needs to ask again.",
  );
});

test("years come in their order, whatever order they were typed in, and one that gains nothing adds nothing", () => {
  const phasing = (...years: number[]) => years.map((startYear) => ({ startYear, cents: 1n }));
  const years = changesByYear(phasing(2029, 2026), phasing(2028, 2027, 2026)).map(({ startYear }) => startYear);
  expect(years).toEqual([2026, 2027, 2028, 2029]);
  expect(addedBy(phasing(2026), phasing(2026))).toEqual([]);
});

test("a variation of money starts from the years that hold some", () => {
  expect(currentTerms(proposed("COST"), agreed)).toEqual(phased("COST", 100_00n, 50_00n));
});

test("a kind is one of four, and a variation is called by its number and kind", () => {
  expect(VARIATION_KINDS).toEqual(["TIME", "SCOPE", "REPHASING", "COST"]);
  expect(["COST", "cost", "toString"].map(isVariationKind)).toEqual([true, false, false]);
  expect(variationName({ number: 2, kinds: ["REPHASING"] })).toBe("Variation 2, re-phasing");
  expect(variationName({ number: 2, kinds: ["TIME", "SCOPE", "COST"] })).toBe("Variation 2, time, scope and cost");
  expect([leadingKind([]), leadingKind(["TIME", "SCOPE"]), leadingKind(["TIME", "COST"])]).toEqual([
    null,
    "TIME",
    "COST",
  ]);
  expect(leadingKind(["REPHASING", "COST"])).toBeNull();
  expect(leadingKind(["TIME", "REPHASING"])).toBe("REPHASING");
  expect(kindsInWords(["TIME", "SCOPE", "REPHASING"])).toBe("Time, scope and re-phasing");
  expect(kindsOf({ kind: "TIME", endsOn: today })).toEqual(["TIME"]);
  for (const words of Object.values(VARIATION_STATES)) expect(Object.values(words).filter(Boolean)).toHaveLength(3);
});

const registered = (change: Partial<RegisteredVariation>): RegisteredVariation => ({
  id: "1",
  number: 1,
  kind: "COST",
  kinds: [change.kind ?? "COST"],
  state: "ASKED",
  current: phased("COST", 100_00n),
  proposed: phased("COST", 100_00n, 20_00n),
  askedAt: new Date("2026-11-24T00:00:00Z"),
  decidedAt: null,
  application: {
    reference: "PSF-2026-0001",
    title: "Boats",
    marking: "UNCLASSIFIED",
    agency: { name: "New Zealand Customs Service", abbreviation: "Customs" },
  },
  ...change,
});

test("the list of all variations says of each whom it waits on, what it proposes and by how much the total changes", async () => {
  const time = { kind: "TIME", current: { kind: "TIME", endsOn: today } } as const;
  const end = registered({
    ...time,
    proposed: { kind: "TIME", endsOn: day("2027-12-31") },
    state: "APPROVED",
    decidedAt: new Date("2026-11-25T00:00:00Z"),
  });
  const scope = registered({
    kind: "SCOPE",
    state: "DECLINED",
    current: { kind: "SCOPE", scope: "Two" },
    proposed: { kind: "SCOPE", scope: "Three" },
  });
  const less = registered({ state: "BUDGET_CONFIRMED", proposed: phased("COST", 70_00n) });
  const marked = { ...less, application: { ...less.application, marking: "IN_CONFIDENCE" as const } };
  const at = new Date("2026-11-26T00:00:00Z");
  const { title, marking, about, columns, rows } = await passSheet(registerSheet("All variations. Newest first.", at), [
    [registered({}), end],
    [scope, marked],
  ]);
  const head = ["PSF-2026-0001", "Boats", "New Zealand Customs Service"];
  const asked = "24 November 2026, 1:00 pm";
  expect(rows).toEqual([
    [
      ...head,
      "UNCLASSIFIED",
      1,
      "Cost",
      "Asked for",
      "the budget officer",
      asked,
      null,
      formatPhasing(phasedOf(100_00n, 20_00n)),
      20_00n,
    ],
    [
      ...head,
      "UNCLASSIFIED",
      1,
      "Time",
      "Approved",
      null,
      asked,
      "25 November 2026, 1:00 pm",
      "Ends on 31 December 2027",
      null,
    ],
    [...head, "UNCLASSIFIED", 1, "Scope", "Declined", null, asked, null, "Different work", null],
    [
      ...head,
      "IN-CONFIDENCE",
      1,
      "Cost",
      "Budget confirmed",
      "the approver",
      asked,
      null,
      formatPhasing(phasedOf(70_00n)),
      -30_00n,
    ],
  ]);
  expect([title, marking, columns.length, columns.every(({ header }) => header)]).toEqual([
    "Variations",
    "IN-CONFIDENCE",
    12,
    true,
  ]);
  expect(about).toEqual([expect.stringMatching(/^All variations\. .* 26 November 2026/)]);
  expect((await passSheet(registerSheet("Kind: Cost. Oldest first.", at), [])).about).toEqual([
    expect.stringMatching(/^Kind: Cost\. Oldest first\. Created /),
  ]);
});

test("a re-phasing alone is the budget officer's, and money beside something else is checked by one first", () => {
  const kinds = [["REPHASING"], ["REPHASING", "SCOPE"], ["TIME"], ["TIME", "COST"]] as const;
  expect(kinds.map(approverOf)).toEqual(["BUDGET", "DESK", "DESK", "APPROVER"]);
  expect(kinds.map(isChecked)).toEqual([false, true, false, true]);
});

test("only two phasings have a difference in total", () => {
  const terms = (...cents: bigint[]) => phased("COST", ...cents);
  expect(changeOfTotal({ current: terms(100n), proposed: terms(70n, 20n) })).toBe(-10n);
  expect(changeOfTotal({ current: { kind: "TIME", endsOn: today }, proposed: terms(70n) })).toBeNull();
  expect(changeOfTotal({ current: terms(70n), proposed: { kind: "TIME", endsOn: today } })).toBeNull();
});
