import { expect, test } from "vitest";
import { ALL_STATES } from "#lib/lifecycle/states.ts";
import { DESK_OFFICERS, isLookedAfter, lookedAfterBy, withFewest } from "./rules.ts";

const officer = (name: string, count: number) => ({ id: name, name, email: "", count });

test("whoever looks after the fewest gets the next one, by name where several have as few", () => {
  expect(withFewest([])).toBeNull();
  expect(withFewest([officer("Teuila", 2), officer("Mere", 1), officer("Ana", 3)])?.id).toBe("Mere");
  expect(withFewest([officer("Teuila", 1), officer("Mere", 1)])?.id).toBe("Mere");
  expect(withFewest([officer("Mere", 1), officer("Teuila", 1)])?.id).toBe("Mere");
});

test("what has ended needs nobody, but for what was terminated and is still accounted for", () => {
  const not = ALL_STATES.filter((state) => !isLookedAfter(state));
  expect(not).not.toContain("TERMINATED");
  expect(not).toEqual(expect.arrayContaining(["CLOSED", "DECLINED", "WITHDRAWN", "LAPSED"]));
  expect(not).toHaveLength(7);
});

test("a list is narrowed to the reader's own, to what nobody looks after, or not at all", () => {
  expect(lookedAfterBy("me", "1")).toEqual({ deskOfficerId: "1" });
  expect(lookedAfterBy("nobody", "1")).toMatchObject({
    versionNumber: { gt: 0 },
    NOT: { deskOfficer: { is: DESK_OFFICERS } },
  });
  expect(lookedAfterBy("2", "1")).toEqual({ deskOfficerId: "2" });
  expect(lookedAfterBy(null, "1")).toEqual({});
});
