import { expect, test } from "vitest";
import { heldWords, holding, namedIn } from "./rules.ts";

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const today = day("2027-03-05");
const condition = (number: number, dueOn: string, metAt: Date | null = null) => ({
  number,
  text: "The partner signs.",
  owner: "New Zealand Police",
  dueOn: day(dueOn),
  proof: null,
  metAt,
});

test("each line of an approval's conditions is one, and empty lines are none", () => {
  expect(namedIn("The partner signs.\n\n  A plan is sent. \n")).toEqual(["The partner signs.", "A plan is sent."]);
  expect(namedIn("")).toEqual([]);
});

test("a condition holds a payment from its day until it is met, and the reason asked for names it", () => {
  const rows = [
    condition(1, "2027-03-04", today),
    condition(2, "2027-03-05"),
    condition(3, "2027-03-06"),
    condition(4, "2027-03-01"),
  ];
  expect(holding(rows, today).map(({ number }) => number)).toEqual([2, 4]);
  expect(heldWords(rows, today)).toBe(
    "Condition 2 was due by Friday 5 March 2027 and is not met; Condition 4 was due by Monday 1 March 2027 and is not met",
  );
  expect(heldWords([condition(1, "2027-03-06")], today)).toBeNull();
});
